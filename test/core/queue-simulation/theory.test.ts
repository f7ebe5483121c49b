import { describe, expect, it } from 'vitest';
import { QUEUE_DEFAULTS, type QueueConfig } from '../../../src/core/queue/queue-config.js';
import { drawCalls, type SimulatedCall } from '../../../src/core/queue-simulation/arrival.js';
import type { Distribution } from '../../../src/core/queue-simulation/distribution.js';
import {
  agentsFor,
  DEFAULT_BEHAVIOUR,
  DEFAULT_SCENARIO,
  simulate,
} from '../../../src/core/queue-simulation/simulation.js';
import { seeded } from '../../../src/machine/random.js';
import { erlangA, erlangC, kieferWolfowitz, type Theory } from './erlang.js';

const TALK_MS = 180_000;
const HOUR_MS = 3_600_000;
const queue: QueueConfig = { ...QUEUE_DEFAULTS, extension: '8801', name: 'Theory', kind: 'roundRobin', maxWaitMs: 0 };
const behaviour = { ...DEFAULT_BEHAVIOUR, answer: { type: 'constant', ms: 0 } } as const;

type Load = readonly [agents: number, rho: number, theta: number];

/** Six loads of callers who never give up, and six of callers who do (theta: talk times per mean patience). */
const PATIENT: readonly Load[] = [
  [1, 0.5, 0],
  [2, 0.6, 0],
  [3, 0.7, 0],
  [5, 0.7, 0],
  [8, 0.75, 0],
  [10, 0.8, 0],
];
const IMPATIENT: readonly Load[] = [
  [1, 0.8, 0.5],
  [2, 0.9, 1],
  [5, 0.9, 0.5],
  [5, 1.1, 1],
  [10, 1, 0.5],
  [20, 1.2, 1],
];

function perHour(agents: number, rho: number): number {
  return (agents * rho * HOUR_MS) / TALK_MS;
}

function callsOf([agents, rho, theta]: Load, count: number, seed: number): Generator<SimulatedCall> {
  const patience: Distribution = theta === 0 ? { type: 'never' } : { type: 'exponential', meanMs: TALK_MS / theta };
  const arrivals = { type: 'poisson', perHour: [perHour(agents, rho)] } as const;
  const durationMs = (count / perHour(agents, rho)) * HOUR_MS;
  const talk = { type: 'exponential', meanMs: TALK_MS } as const;
  return drawCalls({ arrivals, talk, patience, durationMs, dialled: '1' }, seeded(seed));
}

function play(load: Load, calls: readonly SimulatedCall[], kind: QueueConfig['kind'] = 'roundRobin') {
  const fates = new Map<string, { readonly waitMs: number; readonly answered: boolean }>();
  const simulation = simulate(
    {
      ...DEFAULT_SCENARIO,
      name: 'theory',
      queue: { ...queue, kind },
      agents: agentsFor(queue.extension, load[0]),
      calls,
      durationMs: (calls.at(-1)?.atMs ?? 0) + 1,
      behaviour,
    },
    seeded(99),
    (row) => {
      if (row.type === 'connected' || row.type === 'left')
        fates.set(row.call, { waitMs: row.waitMs, answered: row.type === 'connected' });
    },
  );
  return { simulation, fates };
}

const exact: readonly (readonly [Load, QueueConfig['kind']])[] = [
  ...PATIENT.map((load) => [load, 'roundRobin'] as const),
  ...IMPATIENT.map((load) => [load, 'roundRobin'] as const),
  [[5, 1.1, 1], 'linearHunt'],
  [[5, 1.1, 1], 'linearCascade'],
  [[5, 1.1, 1], 'ringAll'],
];

/**
 * In two steps, so that the runs can be long: caller by caller the machine is as exact as a recursion that knows nothing
 * of queues, agents and timers, and over millions of callers that recursion is within 2 % of the formulas.
 */
describe('the simulator against theory', () => {
  it.each(exact)('(agents, load, impatience) %j, %s: every caller waits as by Kiefer and Wolfowitz', (load, kind) => {
    const calls = [...callsOf(load, 5_000, 1)];
    const { fates, simulation } = play(load, calls, kind);
    let number = 0;
    for (const { waitMs, answered } of kieferWolfowitz(calls, load[0])) {
      const fate = fates.get(`c${++number}`);
      expect(fate?.answered, `caller ${number}`).toBe(answered);
      expect(Math.abs((fate?.waitMs ?? -1) - waitMs), `caller ${number}`).toBeLessThan(0.01);
    }
    expect(simulation.summary.volume).toBe(calls.length);
  });

  function measure(load: Load, count: number): Theory {
    let waitMs = 0;
    let delayed = 0;
    let abandoned = 0;
    let calls = 0;
    for (const fate of kieferWolfowitz(callsOf(load, count, 2), load[0])) {
      calls++;
      waitMs += fate.waitMs;
      if (fate.waitMs > 0) delayed++;
      if (!fate.answered) abandoned++;
    }
    return { delayed: delayed / calls, meanWait: waitMs / calls / TALK_MS, abandoned: abandoned / calls };
  }

  it.each(PATIENT)('M/M/c, %d agents at load %d: Erlang C', (...load) => {
    const [agents, rho] = load;
    const theory = erlangC(agents, rho);
    const measured = measure(load, 2_000_000);
    expect(Math.abs(measured.delayed / theory.delayed - 1)).toBeLessThan(0.02);
    expect(Math.abs(measured.meanWait / theory.meanWait - 1)).toBeLessThan(0.02);
  });

  it.each(IMPATIENT)('M/M/c+M, %d agents at load %d, impatience %d: Erlang A', (...load) => {
    const [agents, rho, theta] = load;
    const theory = erlangA(agents, rho, theta);
    const measured = measure(load, 700_000);
    expect(Math.abs(measured.delayed / theory.delayed - 1)).toBeLessThan(0.02);
    expect(Math.abs(measured.meanWait / theory.meanWait - 1)).toBeLessThan(0.02);
    expect(Math.abs(measured.abandoned / theory.abandoned - 1)).toBeLessThan(0.02);
  });
});
