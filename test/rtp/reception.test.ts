import { describe, expect, it } from 'vitest';
import { Reception } from '../../src/rtp/reception.js';

const SSRC = 7;

/** A stream of packets of 20 ms; `arrivals` are [sequence number, arrival in ms]. */
function receive(
  arrivals: readonly (readonly [number, number])[],
  ssrc = SSRC,
  reception = new Reception(),
): Reception {
  for (const [sequence, arrivedMs] of arrivals) {
    if (reception.take(ssrc, sequence & 0xffff)) reception.measure((sequence * 160) >>> 0, 8000, arrivedMs);
  }
  return reception;
}

const steady = (sequences: readonly number[]) =>
  sequences.map((sequence): [number, number] => [sequence, sequence * 20]);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('loss', () => {
  const rows: readonly [string, readonly number[], number][] = [
    ['RFC 3550 A.3 nothing lost', range(1, 10), 0],
    ['RFC 3550 A.3 two of ten lost', [1, 2, 3, 5, 6, 7, 9, 10], 2],
    ['RFC 3550 A.3 out of order is not lost', [1, 3, 2, 4, 5], 0],
    ['RFC 3550 A.3 a duplicate makes up for a loss', [1, 2, 2, 4], 0],
    ['RFC 3550 A.3 duplicates do not make it negative', [1, 2, 2, 2, 3], 0],
    ['RFC 3550 A.1 over the end of the numbers', range(65530, 65545), 0],
    ['RFC 3550 A.1 lost over the end of the numbers', [65534, 65535, 65538], 2],
  ];
  it.each(rows)('%s', (_name, sequences, lost) => {
    expect(receive(steady(sequences)).lost).toBe(lost);
  });

  it('RFC 3550 §6.4.1 the report counts duplicates, so it may be negative', () => {
    expect(receive(steady([1, 2, 2, 2, 3])).reportedLost).toBe(-2);
  });

  it('RFC 3550 A.3 the fraction is that of the time since the last report, in 256ths', () => {
    const reception = receive(steady([1, 2, 4]));
    expect(reception.takeFractionLost()).toBe(64);
    receive(steady([5, 6, 7, 8]), SSRC, reception);
    expect(reception.takeFractionLost()).toBe(0);
    receive(steady([9, 12]), SSRC, reception);
    expect(reception.takeFractionLost()).toBe(128);
  });

  it('RFC 3550 §6.4.1 the highest number comes with its cycles', () => {
    expect(receive(steady(range(65530, 65537))).extendedHighest).toBe(65537);
  });

  it('RFC 3550 A.1 a jump is dropped unless the next packet confirms it; what was before is kept', () => {
    const reception = receive(steady([1, 2, 4]));
    expect([
      reception.take(SSRC, 20_000),
      reception.take(SSRC, 5),
      reception.take(SSRC, 30_000),
      reception.take(SSRC, 30_001),
    ]).toEqual([false, true, false, true]);
    expect([reception.lost, reception.received]).toEqual([1, 5]);
  });

  it('RFC 3550 §8.2 a new SSRC begins its own counts, the totals of the leg go on', () => {
    const reception = receive(steady([1, 2, 4]));
    receive(steady([500, 501, 503]), SSRC + 1, reception);
    expect([reception.lost, reception.received, reception.reportedLost]).toEqual([2, 6, 1]);
  });
});

describe('jitter', () => {
  it('RFC 3550 A.8 a steady stream has none', () => {
    expect(receive(steady(range(1, 50))).jitter).toBe(0);
  });

  it('RFC 3550 A.8 by hand: D = 10 ms, then -10 ms', () => {
    // J(1) = 0 + (80 - 0)/16 = 5; J(2) = 5 + (80 - 5)/16 = 9.6875
    const reception = receive([
      [1, 20],
      [2, 50],
      [3, 60],
    ]);
    expect(reception.jitter).toBe(9);
    expect(reception.jitterMs).toBeCloseTo(1.21, 1);
  });

  it('RFC 3550 A.8 goes towards the mean deviation, its integers rounding down', () => {
    const wobble = range(1, 400).map((sequence): [number, number] => [sequence, sequence * 20 + (sequence % 2) * 4]);
    expect(receive(wobble).jitterMs).toBeCloseTo(4, 0);
  });

  it('RFC 7160 §4.2.1 a change of clock rate is not jitter', () => {
    const reception = receive(steady(range(1, 50)));
    for (let i = 51; i < 60; i++) {
      reception.take(SSRC, i);
      reception.measure(i * 960 + 12345, 48000, i * 20);
    }
    expect(reception.jitter).toBe(0);
  });
});
