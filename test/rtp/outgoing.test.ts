import { describe, expect, it } from 'vitest';
import { OutgoingStream } from '../../src/rtp/outgoing.js';

type Numbers = readonly [sequence: number, timestamp: number, marker: boolean];

const A = {};
const B = {};

/** A stream whose first packet is number 1001 with timestamp 50000. */
function stream(): OutgoingStream {
  const values = [0.5, 1000 / 2 ** 15, 50_000 / 2 ** 32];
  return new OutgoingStream(() => values.shift() ?? 0);
}

const numbers = (out: OutgoingStream): Numbers => [out.sequence, out.timestamp, out.marker];

function relayed(
  out: OutgoingStream,
  source: object,
  sequence: number,
  timestamp: number,
  nowMs: number,
): Numbers | null {
  return out.nextRelayed(source, false, sequence & 0xffff, timestamp, 8000, nowMs) ? numbers(out) : null;
}

function played(out: OutgoingStream, nowMs: number): Numbers {
  out.nextPlayed(8000, nowMs);
  return numbers(out);
}

describe('relaying', () => {
  it('RFC 3550 §5.1 the stream begins at its own random numbers, marked', () => {
    expect(relayed(stream(), A, 7, 160, 0)).toEqual([1001, 50_000, true]);
  });

  it('RFC 3550 §5.1 loss and order go through as they are', () => {
    const out = stream();
    const seen = [7, 8, 10, 9, 11].map((sequence) => relayed(out, A, sequence, sequence * 160, sequence * 20));
    expect(seen.map((packet) => packet?.[0])).toEqual([1001, 1002, 1004, 1003, 1005]);
    expect(seen.map((packet) => packet?.[1])).toEqual([0, 1, 3, 2, 4].map((frames) => 50_000 + frames * 160));
  });

  it('RFC 3550 §5.1 numbers wrap', () => {
    const out = stream();
    relayed(out, A, 65_535, 0xffffff60, 0);
    expect(relayed(out, A, 65_536, 0, 20)).toEqual([1002, 50_160, false]);
  });

  it('RFC 3551 §4.1 the marker goes through', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    out.nextRelayed(A, true, 8, 8000, 8000, 1000);
    expect(numbers(out)).toEqual([1002, 58_000, true]);
  });

  it('RFC 8108 §4 another source goes on in the same stream: next number, time that has passed, marked', () => {
    const out = stream();
    relayed(out, A, 7, 160, 0);
    expect(relayed(out, B, 40_000, 999_999, 500)).toEqual([1002, 54_000, true]);
    expect(relayed(out, B, 40_001, 1_000_159, 520)).toEqual([1003, 54_160, false]);
  });

  it('RFC 3550 §5.1 however soon the other comes, a frame has passed', () => {
    const out = stream();
    relayed(out, A, 7, 160, 0);
    expect(relayed(out, B, 40_000, 999_999, 1)).toEqual([1002, 50_160, true]);
  });

  it('a packet of the new source older than the switch to it is dropped, not given a number twice', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    relayed(out, B, 100, 0, 20);
    expect(relayed(out, B, 99, 0, 21)).toBeNull();
    for (let i = 101; i < 40_000; i++) relayed(out, B, i, i * 160, i * 20);
    expect(relayed(out, B, 40_000, 40_000 * 160, 800_000)).not.toBeNull();
  });

  it('a packet left out on purpose leaves no hole', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    out.skipRelayed(A);
    out.skipRelayed(B);
    expect(relayed(out, A, 9, 320, 40)).toEqual([1002, 50_320, false]);
  });

  it('RFC 7160 §3 another clock rate counts the time in its own units', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    out.nextRelayed(B, false, 1, 0, 48_000, 100);
    expect(numbers(out)).toEqual([1002, 50_000 + 4800, true]);
  });
});

describe('playing', () => {
  it('RFC 3550 §5.1 20 ms a packet, the first marked', () => {
    const out = stream();
    expect([played(out, 0), played(out, 20), played(out, 40)]).toEqual([
      [1001, 50_000, true],
      [1002, 50_160, false],
      [1003, 50_320, false],
    ]);
  });

  it('RFC 3550 §5.1 timestamps count samples, not the lateness of a tick', () => {
    const out = stream();
    played(out, 0);
    expect(played(out, 27)).toEqual([1002, 50_160, false]);
  });

  it('RFC 3551 §4.1 after a pause a new talkspurt', () => {
    const out = stream();
    played(out, 0);
    out.endPlayed();
    expect(played(out, 1000)).toEqual([1002, 58_000, true]);
  });

  it('RFC 8108 §4 from relaying to a player and back', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    expect(played(out, 100)).toEqual([1002, 50_800, true]);
    expect(relayed(out, A, 15, 8 * 160, 160)).toEqual([1003, 51_280, true]);
  });

  it('the end of a player does not disturb a relay', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    out.endPlayed();
    expect(relayed(out, A, 8, 160, 20)).toEqual([1002, 50_160, false]);
  });
});

describe('events', () => {
  it('RFC 4733 §2.5.1 they share the timestamp of their beginning, and the audio after them is where the time is', () => {
    const out = stream();
    relayed(out, A, 7, 0, 0);
    const timestamp = out.startEvent(8000, 100);
    out.nextOfEvent(timestamp, true, 100);
    out.nextOfEvent(timestamp, false, 120);
    out.nextOfEvent(timestamp, false, 200);
    expect(numbers(out)).toEqual([1004, 50_800, false]);
    expect(relayed(out, A, 20, 13 * 160, 260)).toEqual([1005, 50_000 + 260 * 8, true]);
  });
});

describe('reports', () => {
  it('RFC 3550 §6.4.1 the timestamp of a report is that of its time', () => {
    const out = stream();
    expect(out.timestampAt(8000, 500)).toBe(50_000);
    played(out, 1000);
    expect(out.timestampAt(8000, 1500)).toBe(54_000);
  });
});
