import { beforeEach, describe, expect, it } from 'vitest';
import { ALAW_TO_LINEAR, linearToUlaw } from '../../src/rtp/g711.js';
import { G722Decoder } from '../../src/rtp/g722.js';
import { writeEvent } from '../../src/rtp/telephone-event.js';
import { amplitudeAt } from '../support/goertzel.js';
import { CN, events, G722, MediaBench, OPUS, PCMA, PCMU } from '../support/media-bench.js';
import type { HeardPacket, RtpPhone } from '../support/rtp-phone.js';
import { sine } from '../support/tone.js';

const TONE = sine(1000, 8000, 8000);
const ulawFrame = (frame: number) =>
  Uint8Array.from(TONE.subarray((frame % 50) * 160, (frame % 50) * 160 + 160), linearToUlaw);
const QUIET = new Uint8Array(160).fill(0xff);

let bench: MediaBench;
beforeEach(async () => {
  bench = new MediaBench();
  await bench.bind(3);
});

const numbersOf = (heard: readonly HeardPacket[]) => {
  const [first] = heard;
  return heard.map(({ sequence, timestamp }) => [
    (sequence - (first?.sequence ?? 0)) & 0xffff,
    (timestamp - (first?.timestamp ?? 0)) >>> 0,
  ]);
};

function event(phone: RtpPhone, payloadType: number, end: boolean, duration: number, marker = false): void {
  const payload = new Uint8Array(4);
  writeEvent(payload, 0, 5, end, duration);
  phone.sendAs(phone.sequence, phone.timestamp, payload, payloadType, marker);
  phone.sequence++;
}

describe('two legs', () => {
  it('with one codec: every packet goes on within its arrival, its payload untouched, in our stream', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(50, (frame) => a.send(ulawFrame(frame)));
    expect(b.heard.length).toBe(50);
    expect(b.heard.map(({ atMs }, frame) => atMs - 1_700_000_000_000 - 20 * frame)).toEqual(new Array(50).fill(2)); // the wire's own
    expect(b.payloads(0)).toEqual(Buffer.concat(Array.from({ length: 50 }, (_, frame) => ulawFrame(frame))));
    expect(numbersOf(b.heard)).toEqual(Array.from({ length: 50 }, (_, i) => [i, 160 * i]));
    expect(new Set(b.heard.map(({ ssrc }) => ssrc)).size).toBe(1);
    expect(b.heard[0]?.ssrc).not.toBe(a.ssrc);
    expect(b.heard.map(({ marker }) => marker).indexOf(true, 1)).toBe(-1);
    expect(a.heard).toEqual([]);
  });

  const decoders = {
    8: (bytes: Uint8Array) => Int16Array.from(bytes, (code) => ALAW_TO_LINEAR[code] ?? 0),
    9: (bytes: Uint8Array) => {
      const decoder = new G722Decoder();
      return Int16Array.from(bytes, (code) => decoder.decodeNarrow(code));
    },
  };
  it.each([
    ['µ-law to A-law', PCMA, 8],
    ['µ-law to G.722', G722, 9],
  ] as const)('%s: the tone comes through', (_name, to, payloadType) => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [to]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(50, (frame) => a.send(ulawFrame(frame)));
    const samples = decoders[payloadType](b.payloads(payloadType));
    expect(samples.length).toBe(8000);
    expect(amplitudeAt(samples.subarray(800), 1000, 8000) / 8000).toBeCloseTo(1, 1);
  });

  it('RFC 3264 §5.1 payload types of each side', () => {
    const a = bench.leg(1, [{ ...PCMU, receiveAs: 96 }]);
    const b = bench.leg(2, [{ ...PCMU, sendAs: 97 }]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    a.send(QUIET, 96);
    bench.clock.advance(10);
    expect(b.heard.map(({ payloadType }) => payloadType)).toEqual([97]);
  });

  it('RFC 7587 a codec that only they know passes as it is, with its own clock', () => {
    const a = bench.leg(1, [OPUS, PCMU]);
    const b = bench.leg(2, [{ ...OPUS, sendAs: 96, receiveAs: 96 }]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    for (let i = 0; i < 3; i++) a.sendAs(i, 960 * i, Uint8Array.of(1, 2, 3), 111);
    a.sendAs(3, 2880, QUIET, 0); // nothing that b could take
    a.sendAs(4, 3840, Uint8Array.of(4), 111);
    bench.clock.advance(10);
    expect(b.heard.map(({ payloadType, payload }) => [payloadType, ...payload])).toEqual([
      [96, 1, 2, 3],
      [96, 1, 2, 3],
      [96, 1, 2, 3],
      [96, 4],
    ]);
    expect(numbersOf(b.heard)).toEqual([
      [0, 0],
      [1, 960],
      [2, 1920],
      [3, 3840],
    ]);
  });

  it('RFC 3550 §5.1 CSRCs, extensions and padding stay behind', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    a.sendRaw(Uint8Array.from(Buffer.from('b1000001000000000000100000000002bede00010000000051525302', 'hex')));
    bench.clock.advance(10);
    expect(b.heard.map(({ payload }) => [...payload])).toEqual([[0x51, 0x52]]);
  });

  it('RFC 3550 A.1 what is no RTP is dropped', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    for (const bytes of [[], [0x80], [1, 2, 3], new Array(12).fill(0), new Array(2000).fill(0xff)])
      a.sendRaw(Uint8Array.from(bytes));
    bench.clock.advance(10);
    expect(b.heard).toEqual([]);
  });

  it('RFC 8108 §4 a new SSRC of the phone goes on in our one stream', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(3, () => a.send(QUIET));
    a.ssrc = 77;
    a.sequence = 60_000;
    a.timestamp = 5;
    bench.talk(3, () => a.send(QUIET));
    expect(numbersOf(b.heard)).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i, 160 * i]));
    expect(b.heard.map(({ marker }) => marker)).toEqual([true, false, false, true, false, false]);
    expect(new Set(b.heard.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('a new connection replaces the older one of either; the far end hears one stream', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    const c = bench.leg(3, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(2, () => a.send(QUIET));
    bench.server.handle({ do: 'connect', a: 3, b: 2 });
    bench.talk(2, () => {
      a.send(QUIET);
      c.send(QUIET);
    });
    expect(numbersOf(b.heard)).toEqual([0, 1, 2, 3].map((i) => [i, 160 * i]));
    bench.server.handle({ do: 'disconnect', leg: 2 });
    bench.talk(2, () => c.send(QUIET));
    expect([a.heard.length, b.heard.length, c.heard.length]).toEqual([0, 4, 0]);
  });

  it('a leg connected to itself hears itself', () => {
    const a = bench.leg(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.talk(5, (frame) => a.send(ulawFrame(frame)));
    expect(a.payloads(0)).toEqual(Buffer.concat([0, 1, 2, 3, 4].map(ulawFrame)));
    bench.server.handle({ do: 'disconnect', leg: 1 });
    bench.talk(5, () => a.send(QUIET));
    expect(a.heard.length).toBe(5);
  });

  it('RFC 3389 comfort noise goes to who takes it, and leaves no hole for who does not', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU, CN]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    a.send(Uint8Array.of(40), 13);
    a.send(QUIET);
    b.send(QUIET);
    b.send(Uint8Array.of(40), 13);
    b.send(QUIET);
    bench.clock.advance(10);
    expect(b.heard.map(({ payloadType }) => payloadType)).toEqual([13, 0]);
    expect(a.heard.map(({ payloadType }) => payloadType)).toEqual([0, 0]);
    expect(numbersOf(a.heard).map(([sequence]) => sequence)).toEqual([0, 1]);
  });
});

describe('hold', () => {
  it.each([
    ['RFC 3264 §8.4 recvonly: they are heard and hear nothing', 'recvonly', 1, 0],
    ['RFC 3264 §8.4 inactive: neither', 'inactive', 0, 0],
    ['RFC 3264 §6.1 sendonly: they hear and are not heard', 'sendonly', 0, 1],
  ] as const)('%s', (_name, direction, bHears, aHears) => {
    const a = bench.leg(1, [PCMU], { direction, held: direction !== 'sendonly' });
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    a.send(QUIET);
    b.send(QUIET);
    bench.clock.advance(10);
    expect([b.heard.length, a.heard.length]).toEqual([bHears, aHears]);
  });

  it('RFC 3264 §8.4 after it the stream goes on where it stood, with no loss to see', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(2, () => a.send(QUIET));
    bench.agree(2, [PCMU], { direction: 'recvonly', held: true, remote: null });
    bench.talk(10, () => a.send(QUIET));
    bench.agree(2, [PCMU]);
    bench.talk(2, () => a.send(QUIET));
    expect(numbersOf(b.heard)).toEqual([
      [0, 0],
      [1, 160],
      [2, 12 * 160],
      [3, 13 * 160],
    ]);
    expect(b.heard[2]?.marker).toBe(true);
  });
});

describe('telephone events', () => {
  it('RFC 4733 §2.2 go on with the payload type of the other side, in the same stream, and are reported', () => {
    const a = bench.leg(1, [PCMU, events(101)]);
    const b = bench.leg(2, [PCMU, events(96)]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(2, () => a.send(QUIET));
    event(a, 101, false, 160, true);
    event(a, 101, false, 320);
    for (let i = 0; i < 3; i++) event(a, 101, true, 480);
    a.timestamp += 480;
    a.send(QUIET);
    bench.clock.advance(100);
    expect(b.heard.map(({ payloadType, marker }) => [payloadType, marker])).toEqual([
      [0, true],
      [0, false],
      [96, true],
      [96, false],
      [96, false],
      [96, false],
      [96, false],
      [0, false],
    ]);
    expect(numbersOf(b.heard)).toEqual([
      [0, 0],
      [1, 160],
      [2, 320],
      [3, 320],
      [4, 320],
      [5, 320],
      [6, 320],
      [7, 800],
    ]);
    expect(bench.of('digit')).toEqual([{ type: 'digit', leg: 1, digit: '5', durationMs: 60 }]);
  });

  it('to a side that takes none they are only reported, and leave no hole', () => {
    const a = bench.leg(1, [PCMU, events(101)]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    a.send(QUIET);
    for (let i = 0; i < 3; i++) event(a, 101, true, 480);
    a.send(QUIET);
    bench.clock.advance(100);
    expect(numbersOf(b.heard).map(([sequence]) => sequence)).toEqual([0, 1]);
    expect(bench.of('digit').length).toBe(1);
  });

  it('RFC 4733 §2.5.2.2 when every end is lost the digit is reported 200 ms after its last packet', () => {
    const a = bench.leg(1, [PCMU, events(101)]);
    event(a, 101, false, 160, true);
    event(a, 101, false, 320);
    bench.clock.advance(180);
    expect(bench.of('digit')).toEqual([]);
    bench.clock.advance(50);
    expect(bench.of('digit')).toEqual([{ type: 'digit', leg: 1, digit: '5', durationMs: 40 }]);
    bench.clock.advance(5000);
    expect(bench.of('digit').length).toBe(1);
  });

  it('RFC 4733 §2.5.1 are sent on request, instead of the audio and within its stream', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU, events(101)]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(3, () => a.send(QUIET));
    bench.server.handle({ do: 'sendDigits', leg: 2, digits: '5#' });
    bench.talk(40, () => a.send(QUIET));
    const sent = b.heard.filter(({ payloadType }) => payloadType === 101);
    expect(
      sent.map(
        ({ payload, marker }) =>
          `${payload[0]} ${(payload[2] ?? 0) * 256 + (payload[3] ?? 0)}${marker ? ' first' : ''}`,
      ),
    ).toEqual(
      [5, 11].flatMap((code) => [
        `${code} 160 first`,
        `${code} 320`,
        `${code} 480`,
        `${code} 640`,
        `${code} 800`,
        `${code} 800`,
        `${code} 800`,
      ]),
    );
    const numbers = numbersOf(b.heard);
    expect(numbers.map(([sequence]) => sequence)).toEqual(numbers.map((_, i) => i));
    expect(new Set(sent.map(({ timestamp }) => timestamp)).size).toBe(2);
    expect(b.heard.at(-1)?.payloadType).toBe(0);
    expect(Math.abs((numbers.at(-1)?.[1] ?? 0) - 42 * 160)).toBeLessThanOrEqual(8); // to the millisecond where the time is
  });

  it('nothing is sent to a side that takes none', () => {
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'sendDigits', leg: 2, digits: '5' });
    bench.clock.advance(1000);
    expect(b.heard).toEqual([]);
  });
});

describe('who is heard', () => {
  it('RFC 4961 §3 a phone behind a NAT is answered where its packets come from', () => {
    bench.leg(1, [PCMU], { remote: { address: '192.168.1.5', port: 4000 }, remoteRtcp: null });
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    const natted = bench.network.phone('203.0.113.9', 61_000, 20_002);
    bench.talk(5, () => {
      natted.send(QUIET);
      b.send(QUIET);
    });
    expect([b.heard.length, natted.heard.length]).toEqual([3, 3]);
  });

  it('RFC 7362 §4 an outsider is neither relayed nor answered nor recorded as a digit', () => {
    const a = bench.leg(1, [PCMU, events(101)]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    const attacker = bench.network.phone('198.51.100.66', 9, 20_002);
    bench.talk(1, () => a.send(QUIET));
    bench.talk(20, () => {
      attacker.send(new Uint8Array(160).fill(0x42));
      event(attacker, 101, true, 800);
      a.send(QUIET);
      b.send(QUIET);
    });
    expect(b.payloads(0).includes(0x42)).toBe(false);
    expect([a.heard.length, attacker.heard.length, bench.of('digit').length]).toEqual([20, 0, 0]);
  });

  it('a port that is lent again does not take the old call for the new one', async () => {
    const old = bench.leg(1, [PCMU], { remote: { address: '192.168.1.5', port: 4000 } });
    bench.talk(5, () => old.send(QUIET));
    await bench.close(1);
    bench.talk(50, () => old.send(QUIET)); // it has not heard that the call is over
    bench.server.handle({ do: 'open', leg: 9, port: 20_002, agoMs: 0 });
    bench.agree(9, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 9, b: 2 });
    bench.talk(50, () => old.send(QUIET));
    expect(b.heard).toEqual([]);
    const phone = bench.network.phone('10.0.0.9', 4000, 20_002);
    bench.talk(5, () => {
      old.send(QUIET);
      phone.send(ulawFrame(1));
    });
    expect(b.heard.length).toBe(5);
  });

  it('a phone behind a NAT that talked before the server knew of its leg is learned at once', () => {
    const natted = bench.network.phone('203.0.113.9', 61_000, 20_002);
    bench.talk(5, () => natted.send(QUIET));
    bench.server.handle({ do: 'open', leg: 1, port: 20_002, agoMs: 200 });
    bench.agree(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.talk(5, () => natted.send(QUIET));
    expect(natted.heard.length).toBe(8); // two to learn from, and none lost
  });

  it('what came just before the server knew of the leg is heard, in order', () => {
    const a = bench.network.phone('10.0.0.1', 4000, 20_002);
    bench.talk(2, (frame) => a.send(ulawFrame(frame)));
    bench.server.handle({ do: 'open', leg: 1, port: 20_002, agoMs: 40 });
    bench.agree(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(2, (frame) => a.send(ulawFrame(2 + frame)));
    expect(b.payloads(0)).toEqual(Buffer.concat([0, 1, 2, 3].map(ulawFrame)));
  });

  it('what came long before is not', () => {
    const a = bench.network.phone('10.0.0.1', 4000, 20_002);
    bench.talk(2, () => a.send(QUIET));
    bench.clock.advance(500);
    bench.server.handle({ do: 'open', leg: 1, port: 20_002, agoMs: 1000 });
    bench.agree(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.clock.advance(100);
    expect(a.heard).toEqual([]);
  });

  it('nothing is heard before an agreement or after the close', async () => {
    bench.server.handle({ do: 'open', leg: 1, port: 20_002, agoMs: 0 });
    const a = bench.network.phone('10.0.0.1', 4000, 20_002);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(5, () => a.send(QUIET));
    bench.agree(1, [PCMU]);
    bench.talk(1, () => a.send(QUIET));
    expect((await bench.close(1)).packetsReceived).toBe(1);
    bench.talk(5, () => a.send(QUIET));
    expect(b.heard.length).toBe(1);
  });
});
