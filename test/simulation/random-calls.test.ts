import { describe, expect, it } from 'vitest';
import { CALLS_PER_RUN, randomRun } from './random-run.js';

const { SEED } = process.env;
const SEEDS = SEED === undefined ? Array.from({ length: 25 }, (_, i) => i + 1) : [Number(SEED)];

describe('random calls with random faults, all of the exchange in virtual time', () => {
  it.each(SEEDS)('seed %i', async (seed) => {
    const run = await randomRun(seed);
    if (run.breaches.length > 0) expect.fail(run.report(seed));
    expect(run.invites).toBeGreaterThanOrEqual(CALLS_PER_RUN);
    expect(run.won, 'a run in which hardly anybody answers proves little').toBeGreaterThan(CALLS_PER_RUN / 10);
  });

  it.each(SEEDS.slice(0, 4))('seed %i, with speech past us', async (seed) => {
    const run = await randomRun(seed, CALLS_PER_RUN, true);
    if (run.breaches.length > 0) expect.fail(run.report(seed));
    expect(run.won).toBeGreaterThan(CALLS_PER_RUN / 10);
  });

  it('is the same for the same seed', async () => {
    const [first, second] = [await randomRun(4, 60), await randomRun(4, 60)];
    expect(first.statuses).toEqual(second.statuses);
    expect(first.datagrams).toBe(second.datagrams);
  });
});
