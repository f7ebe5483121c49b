import { describe, expect, it } from 'vitest';
import { EventReceiver, EventSender, eventCode, writeEvent } from '../../src/rtp/telephone-event.js';

const SSRC = 7;

type Heard = readonly [string, number];

/** Packets as [code, end, duration, timestamp]. */
function hear(
  packets: readonly (readonly [number, boolean, number, number])[],
  clockRate = 8000,
): { readonly heard: Heard[]; readonly receiver: EventReceiver } {
  const heard: Heard[] = [];
  const receiver = new EventReceiver((digit, durationMs) => heard.push([digit, durationMs]));
  for (const [code, end, duration, timestamp] of packets) {
    const bytes = new Uint8Array(16);
    writeEvent(bytes, 12, code, end, duration);
    receiver.take(bytes, 12, 16, SSRC, timestamp, clockRate);
  }
  return { heard, receiver };
}

/** Digit `code` from `timestamp`: three updates, three ends, 800 units. */
const press = (code: number, timestamp: number): [number, boolean, number, number][] => [
  [code, false, 160, timestamp],
  [code, false, 320, timestamp],
  [code, false, 480, timestamp],
  [code, true, 800, timestamp],
  [code, true, 800, timestamp],
  [code, true, 800, timestamp],
];
const without = <T>(list: readonly T[], ...indexes: number[]) => list.filter((_, index) => !indexes.includes(index));

describe('hearing', () => {
  const rows: readonly [string, readonly (readonly [number, boolean, number, number])[], readonly Heard[]][] = [
    ['RFC 4733 §2.5.1.4 one digit, its end told three times', press(5, 1000), [['5', 100]]],
    ['RFC 4733 §2.5.1.4 the first two ends lost', without(press(5, 1000), 3, 4), [['5', 100]]],
    ['RFC 4733 §2.5.1.4 only an end arrives', [[5, true, 800, 1000]], [['5', 100]]],
    ['RFC 4733 §2.5.1.1 every packet twice', press(5, 1000).flatMap((packet) => [packet, packet]), [['5', 100]]],
    [
      'RFC 4733 §2.5.2.2 all ends lost: the next event ends it',
      [...without(press(5, 1000), 3, 4, 5), ...press(6, 4000)],
      [
        ['5', 60],
        ['6', 100],
      ],
    ],
    [
      'RFC 4733 §2.5.2.2 the same digit twice is told by the timestamp',
      [...press(5, 1000), ...press(5, 4000)],
      [
        ['5', 100],
        ['5', 100],
      ],
    ],
    [
      'RFC 4733 §2.5.2.2 a late packet of the digit before is no new digit',
      [...press(5, 1000), [6, false, 160, 4000], [5, true, 800, 1000], [6, true, 800, 4000]],
      [
        ['5', 100],
        ['6', 100],
      ],
    ],
    [
      'RFC 4733 §2.5.1.1 updates out of order: the longest counts',
      [
        [5, false, 480, 1000],
        [5, false, 320, 1000],
        [5, true, 480, 1000],
      ],
      [['5', 60]],
    ],
    [
      'RFC 4733 §2.5.1.3 a long press in segments is one digit',
      [
        [5, false, 0xffff, 1000],
        [5, false, 160, 1000 + 0xffff],
        [5, true, 320, 1000 + 0xffff],
      ],
      [['5', 8232]],
    ],
    [
      'RFC 4733 §3.2 all sixteen',
      Array.from({ length: 16 }, (_, code): [number, boolean, number, number] => [code, true, 80, 1000 + 2000 * code]),
      [...'0123456789*#ABCD'].map((digit): Heard => [digit, 10]),
    ],
    [
      'RFC 4733 §3.2 flash and beyond are no digits',
      [
        [16, true, 800, 1000],
        [36, true, 800, 4000],
      ],
      [],
    ],
    [
      'timestamps over their end',
      [...press(1, 0xffffff00), ...press(2, 0x00000100)],
      [
        ['1', 100],
        ['2', 100],
      ],
    ],
  ];
  it.each(rows)('%s', (_name, packets, expected) => {
    expect(hear(packets).heard).toEqual(expected);
  });

  it('RFC 4733 §2.1 the duration is in the units of the clock rate', () => {
    expect(hear([[5, true, 4800, 1000]], 48000).heard).toEqual([['5', 100]]);
  });

  it('RFC 4733 §2.5.2.2 all ends lost and silence after it: the time-out ends it, once', () => {
    const { heard, receiver } = hear(without(press(5, 1000), 3, 4, 5));
    expect([heard.length, receiver.sounding]).toEqual([0, true]);
    receiver.timedOut();
    receiver.timedOut();
    expect([heard, receiver.sounding]).toEqual([[['5', 60]], false]);
  });

  it('an end that comes after the time-out is not a second digit', () => {
    const { heard, receiver } = hear(without(press(5, 1000), 3, 4, 5));
    receiver.timedOut();
    const bytes = new Uint8Array(4);
    writeEvent(bytes, 0, 5, true, 800);
    receiver.take(bytes, 0, 4, SSRC, 1000, 8000);
    expect(heard).toEqual([['5', 60]]);
  });

  it('RFC 3550 §8.2 a new SSRC is a new party: the same timestamp is a new digit', () => {
    const { heard, receiver } = hear(press(5, 1000));
    const bytes = new Uint8Array(4);
    writeEvent(bytes, 0, 5, true, 800);
    receiver.take(bytes, 0, 4, SSRC + 1, 1000, 8000);
    expect(heard).toEqual([
      ['5', 100],
      ['5', 100],
    ]);
  });

  it('RFC 4733 §2.3 a payload too short is dropped', () => {
    const { heard, receiver } = hear([]);
    receiver.take(Uint8Array.of(5, 0x80, 3), 0, 3, SSRC, 1000, 8000);
    expect([heard, receiver.sounding]).toEqual([[], false]);
  });
});

describe('sending', () => {
  function steps(digits: string, count: number, clockRate = 8000): string[] {
    const sender = new EventSender();
    sender.add(digits);
    return Array.from({ length: count }, () => {
      if (!sender.step(clockRate)) return sender.done ? 'done' : 'pause';
      const { code, first, end, duration } = sender.packet;
      return `${code} ${duration}${first ? ' first' : ''}${end ? ' end' : ''}`;
    });
  }

  it('RFC 4733 §2.5.1 updates every 20 ms, the end three times, a pause', () => {
    expect(steps('5', 13)).toEqual(
      ['5 160 first', '5 320', '5 480', '5 640', '5 800 end', '5 800 end', '5 800 end'].concat([
        'pause',
        'pause',
        'pause',
        'pause',
        'done',
        'done',
      ]),
    );
  });

  it('RFC 4733 §2.5.1.1 only the first packet is marked, for each digit', () => {
    expect(steps('1#', 24).filter((step) => step.includes('first'))).toEqual(['1 160 first', '11 160 first']);
  });

  it('RFC 4733 §2.1 in the units of another clock rate', () => {
    expect(steps('1', 5, 48000).at(-1)).toBe('1 4800 end');
  });

  it('what is no key is left out', () => {
    expect(steps('x,w', 1)).toEqual(['done']);
  });

  it('what is sent is heard', () => {
    const sender = new EventSender();
    sender.add('19*d');
    const packets: [number, boolean, number, number][] = [];
    for (let tick = 0; !sender.done; tick++) {
      const began = tick - (tick % 12);
      if (sender.step(8000)) packets.push([sender.packet.code, sender.packet.end, sender.packet.duration, began * 160]);
    }
    expect(hear(packets).heard).toEqual([...'19*D'].map((digit) => [digit, 100]));
  });
});

it.each([
  ['0', 0],
  ['*', 10],
  ['#', 11],
  ['d', 15],
  ['E', -1],
  ['', -1],
])('RFC 4733 §3.2 the code of %j', (digit, code) => {
  expect(eventCode(digit)).toBe(code);
});
