import { describe, expect, it } from 'vitest';
import { type Arrivals, drawCalls, parseArrivals } from '../../../src/core/queue-simulation/arrival.js';
import { type Distribution, draw, parseDistribution } from '../../../src/core/queue-simulation/distribution.js';
import { EventHeap } from '../../../src/core/queue-simulation/event-heap.js';
import { between, seeded } from '../../../src/machine/random.js';

const HOUR_MS = 3_600_000;

describe('distributions', () => {
  it.each<[string, Distribution]>([
    ['constant:20s', { type: 'constant', ms: 20_000 }],
    ['constant:0s', { type: 'constant', ms: 0 }],
    ['exponential:3m', { type: 'exponential', meanMs: 180_000 }],
    ['exponential:1m30s', { type: 'exponential', meanMs: 90_000 }],
    ['uniform:500ms-1.5s', { type: 'uniform', fromMs: 500, toMs: 1_500 }],
    ['lognormal:180s', { type: 'lognormal', meanMs: 180_000, sdMs: 180_000 }],
    ['lognormal:180s/1m', { type: 'lognormal', meanMs: 180_000, sdMs: 60_000 }],
    ['never', { type: 'never' }],
  ])('%s', (text, distribution) => {
    expect(parseDistribution(text)).toEqual(distribution);
  });

  it.each([
    ['normal:20s', 'unknownDistribution', 0],
    ['', 'unknownDistribution', 0],
    ['constant', 'badDuration', 9],
    ['constant:20', 'badDuration', 9],
    ['constant:-2s', 'badDuration', 9],
    ['exponential:fast', 'badDuration', 12],
    ['uniform:20s-10s', 'badDuration', 8],
    ['uniform:20s', 'badDuration', 8],
    ['lognormal:0s', 'badDuration', 10],
    ['lognormal:10s/x', 'badDuration', 10],
  ])('%j is refused', (text, code, offset) => {
    expect(parseDistribution(text)).toMatchObject({ code, offset });
  });

  it.each<[string, number, number]>([
    ['constant:20s', 20_000, 0],
    ['exponential:20s', 20_000, 20_000],
    ['uniform:10s-30s', 20_000, 20_000 / Math.sqrt(12)],
    ['lognormal:20s/10s', 20_000, 10_000],
  ])('%s has its mean and its deviation', (text, meanMs, sdMs) => {
    const distribution = parseDistribution(text);
    if ('code' in distribution) throw new Error(distribution.message);
    const random = seeded(1);
    const drawn = Array.from({ length: 100_000 }, () => draw(distribution, random));
    const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
    const sd = Math.sqrt(drawn.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / drawn.length);
    expect(Math.abs(mean - meanMs)).toBeLessThan(0.015 * meanMs);
    expect(Math.abs(sd - sdMs)).toBeLessThan(0.03 * meanMs);
    expect(Math.min(...drawn.slice(0, 1000))).toBeGreaterThanOrEqual(0);
  });
});

describe('arrivals', () => {
  it.each<[string, Arrivals]>([
    ['poisson:30/h', { type: 'poisson', perHour: [30] }],
    ['regular:2/m', { type: 'regular', perHour: [120] }],
    ['poisson:0.5/s', { type: 'poisson', perHour: [1800] }],
    ['poisson:20/h,60/h,30/h', { type: 'poisson', perHour: [20, 60, 30] }],
  ])('%s', (text, arrivals) => {
    expect(parseArrivals(text)).toEqual(arrivals);
  });

  it.each([
    ['uniform:30/h', 'unknownDistribution', 0],
    ['poisson', 'badRate', 8],
    ['poisson:30', 'badRate', 8],
    ['poisson:20/h,x/h', 'badRate', 13],
  ])('%j is refused', (text, code, offset) => {
    expect(parseArrivals(text)).toMatchObject({ code, offset });
  });

  function times(arrivals: Arrivals, hours: number): number[] {
    const talk = { type: 'constant', ms: 0 } as const;
    const source = { arrivals, talk, patience: { type: 'never' }, durationMs: hours * HOUR_MS, dialled: '1' } as const;
    return [...drawCalls(source, seeded(1))].map(({ atMs }) => atMs / HOUR_MS);
  }

  it('regular ones are evenly spaced, also across a change of rate', () => {
    expect(times({ type: 'regular', perHour: [2] }, 2)).toEqual([0.5, 1, 1.5]);
    const changing = times({ type: 'regular', perHour: [1, 0, 4] }, 6);
    expect(changing.map((time) => Math.round(time * 100) / 100)).toEqual([1, 2, 4.25, 4.5, 4.75, 5, 5.25, 5.5, 5.75]);
  });

  it('poisson ones come at the rate of each part of the period, as variable as their number', () => {
    const count = (from: number, to: number): number => drawn.filter((time) => time >= from && time < to).length;
    const drawn = times({ type: 'poisson', perHour: [1000, 0, 4000] }, 30);
    expect(Math.abs(count(0, 10) - 10_000)).toBeLessThan(300);
    expect(count(10, 20)).toBe(0);
    expect(Math.abs(count(20, 30) - 40_000)).toBeLessThan(600);
    const perHour = Array.from({ length: 10 }, (_, hour) => count(20 + hour, 21 + hour));
    const variance = perHour.reduce((sum, some) => sum + (some - 4000) ** 2, 0) / perHour.length;
    expect(variance / 4000).toBeGreaterThan(0.2);
    expect(variance / 4000).toBeLessThan(3);
  });

  it('nobody comes at rate 0', () => {
    expect(times({ type: 'poisson', perHour: [0] }, 8)).toEqual([]);
  });
});

describe('event heap', () => {
  it('gives events in order of time, those of one time in the order they came', () => {
    const random = seeded(1);
    const heap = new EventHeap<number>();
    const added = Array.from({ length: 2_000 }, (_, number) => ({ atMs: between(random, 0, 300), number }));
    for (const { atMs, number } of added) heap.add(atMs, number);
    const taken: number[] = [];
    for (let next = heap.next(); next !== null; next = heap.next()) taken.push(next.event);
    expect(taken).toEqual(added.toSorted((a, b) => a.atMs - b.atMs).map(({ number }) => number));
    expect(heap.size).toBe(0);
  });

  it('a name is one event: starting it again replaces it, it can be cancelled, and is free once taken', () => {
    const heap = new EventHeap<string>();
    heap.add(10, 'first', 'timer');
    heap.add(20, 'second', 'timer');
    heap.add(15, 'other');
    heap.add(5, 'gone', 'cancelled');
    heap.cancel('cancelled');
    heap.cancel('unknown');
    expect(heap.next()?.event).toBe('other');
    expect(heap.next()?.event).toBe('second');
    heap.cancel('timer');
    heap.add(30, 'third', 'timer');
    expect(heap.next()?.event).toBe('third');
    expect(heap.next()).toBeNull();
  });
});
