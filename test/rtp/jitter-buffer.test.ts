import { describe, expect, it } from 'vitest';
import { JitterBuffer } from '../../src/rtp/jitter-buffer.js';

/** Puts packets [sequence, arrival in ms] and takes all that can be taken after each; the sequence numbers in the order taken. */
function order(arrivals: readonly (readonly [number, number])[], buffer = new JitterBuffer()): number[] {
  const taken: number[] = [];
  for (const [sequence, nowMs] of arrivals) {
    buffer.put(sequence & 0xffff, 0, 0, Uint8Array.of(sequence & 0xff), 0, 1, nowMs);
    for (let packet = buffer.take(nowMs); packet !== null; packet = buffer.take(nowMs)) {
      expect(packet.payload[0]).toBe(packet.sequence & 0xff);
      taken.push(packet.sequence);
    }
  }
  return taken;
}

const every20 = (sequences: readonly number[]) => sequences.map((sequence, i): [number, number] => [sequence, i * 20]);

describe('order', () => {
  const rows: readonly [string, readonly number[], readonly number[]][] = [
    ['in order it passes at once', [1, 2, 3], [1, 2, 3]],
    ['two exchanged', [1, 3, 2, 4], [1, 2, 3, 4]],
    ['a duplicate is dropped', [1, 2, 2, 3], [1, 2, 3]],
    ['over the end of the numbers', [65534, 0x10000, 65535, 0x10001], [65534, 65535, 0, 1]],
    ['a lost one is given up after eight others', [1, 3, 4, 5, 6, 7, 8, 9, 10], [1, 3, 4, 5, 6, 7, 8, 9, 10]],
    [
      'what comes after it was given up is dropped',
      [1, 3, 4, 5, 6, 7, 8, 9, 10, 2, 11],
      [1, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
  ];
  it.each(rows)('%s', (_name, sequences, expected) => {
    expect(order(every20(sequences))).toEqual(expected);
  });

  it('a lost one is given up when the next is 160 ms old', () => {
    const buffer = new JitterBuffer();
    expect(
      order(
        [
          [1, 0],
          [3, 40],
        ],
        buffer,
      ),
    ).toEqual([1]);
    expect(buffer.take(199)).toBeNull();
    expect(buffer.take(200)?.sequence).toBe(3);
  });

  it('at the end nothing is waited for', () => {
    const buffer = new JitterBuffer();
    order(
      [
        [1, 0],
        [3, 40],
        [5, 80],
      ],
      buffer,
    );
    expect([buffer.take(80, true)?.sequence, buffer.take(80, true)?.sequence, buffer.take(80, true)]).toEqual([
      3,
      5,
      null,
    ]);
    expect(buffer.waiting).toBe(0);
  });
});

describe('strays', () => {
  it.each([
    [17, false],
    [18, true],
    [60_000, true],
    [1, false],
  ])('after number 2, %i is one: %s', (sequence, stray) => {
    const buffer = new JitterBuffer();
    expect(order(every20([1]), buffer)).toEqual([1]);
    expect(buffer.isStray(sequence)).toBe(stray);
  });

  it('nothing is one before the first packet or after a reset', () => {
    const buffer = new JitterBuffer();
    expect(buffer.isStray(60_000)).toBe(false);
    order(every20([1, 3]), buffer);
    buffer.reset();
    expect([buffer.isStray(60_000), buffer.waiting]).toEqual([false, 0]);
  });
});

it('a payload that does not fit is dropped', () => {
  const buffer = new JitterBuffer();
  expect(buffer.put(1, 0, 0, new Uint8Array(1441), 0, 1441, 0)).toBe(false);
});
