import { describe, expect, it } from 'vitest';
import { ENTRY_DEFAULTS, QUEUE_DEFAULTS, type QueueConfig } from '../../../src/core/queue/queue-config.js';
import type { QueueLogRow } from '../../../src/core/queue/queue-log.js';
import { type Arrivals, drawCalls, type SimulatedCall } from '../../../src/core/queue-simulation/arrival.js';
import { drawChart } from '../../../src/core/queue-simulation/chart.js';
import { simulationsJson, tellSimulations } from '../../../src/core/queue-simulation/comparison.js';
import { recordingOf } from '../../../src/core/queue-simulation/recording.js';
import {
  agentsFor,
  DEFAULT_BEHAVIOUR,
  DEFAULT_SCENARIO,
  type Scenario,
  type Simulation,
  simulate,
} from '../../../src/core/queue-simulation/simulation.js';
import { TimeSeries } from '../../../src/core/queue-simulation/time-series.js';
import { statistics } from '../../../src/core/queue-statistics.js';
import { seeded } from '../../../src/machine/random.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const queue: QueueConfig = { ...QUEUE_DEFAULTS, extension: '8801', name: 'Sales', kind: 'roundRobin' };
const day: Arrivals = { type: 'poisson', perHour: [20, 60, 80, 40] };

function scenario(given: Partial<Scenario> = {}, seed = 1): Scenario {
  const durationMs = 8 * HOUR_MS;
  const calls = drawCalls(
    {
      arrivals: day,
      talk: { type: 'lognormal', meanMs: 180_000, sdMs: 120_000 },
      patience: { type: 'exponential', meanMs: 120_000 },
      durationMs,
      dialled: '1',
    },
    seeded(seed),
  );
  return { ...DEFAULT_SCENARIO, name: 'today', queue, agents: agentsFor('8801', 4), calls, durationMs, ...given };
}

function regular(
  count: number,
  everyMs: number,
  talkMs: number,
  patienceMs = Number.POSITIVE_INFINITY,
): SimulatedCall[] {
  return Array.from({ length: count }, (_, i) => ({
    atMs: i * everyMs,
    talkMs,
    patienceMs,
    dialled: '1',
    priority: 0,
  }));
}

describe('simulation', () => {
  it('a working day: the same seed, the same day', () => {
    const first = simulate(scenario(), seeded(2));
    const again = simulate(scenario(), seeded(2));
    const other = simulate(scenario({}, 5), seeded(2));
    expect(again).toEqual(first);
    expect(other.summary).not.toEqual(first.summary);
    expect(first.summary.volume).toBe(first.summary.answered + first.summary.abandoned);
    expect(first.summary.waiting).toBe(0);
  });

  it('its summary is the statistic of its own record', () => {
    const rows: QueueLogRow[] = [];
    const { summary } = simulate(scenario(), seeded(2), (row) => rows.push(row));
    const { total } = statistics(rows, {
      from: 0,
      to: 8 * HOUR_MS,
      queues: [],
      agents: [],
      by: 'queue',
      slaMs: 60_000,
    });
    expect(summary).toEqual({ ...total, key: '8801' });
  });

  it('figures of a day that can be reckoned by hand', () => {
    // One agent, a call every minute of 30 s, picked up after 4 s, wrapped up for 10 s.
    const agents = agentsFor('8801', 1, 10_000);
    const durationMs = 10 * MINUTE_MS;
    const simulation = simulate(scenario({ agents, calls: regular(10, MINUTE_MS, 30_000), durationMs }), seeded(1));
    expect(simulation.summary).toMatchObject({ volume: 10, answered: 10, averageWaitMs: 4_000, averageTalkMs: 30_000 });
    expect(simulation.summary.averageHandleMs).toBe(40_000);
    expect(simulation.occupancy).toBeCloseTo(40 / 60, 10);
    expect(simulation.waits).toEqual({ medianMs: 4_000, p90Ms: 4_000, p95Ms: 4_000 });
    expect(simulation.agents).toEqual([
      { agent: '1', calls: 10, missed: 0, talkMs: 300_000, occupancy: expect.closeTo(40 / 60, 10) },
    ]);
    const { stepMs, waiting, talking } = simulation.series;
    expect(stepMs * waiting.length).toBeCloseTo(durationMs, 6);
    expect(waiting.reduce((sum, value) => sum + value * stepMs, 0)).toBeCloseTo(10 * 4_000, 6);
    expect(talking.reduce((sum, value) => sum + value * stepMs, 0)).toBeCloseTo(10 * 30_000, 6);
  });

  it('a caller whose patience ends hangs up, ringing or not', () => {
    const calls = regular(3, MINUTE_MS, 600_000, 3_000); // picked up after 4 s, given up after 3 s
    const { summary } = simulate(scenario({ calls }), seeded(1));
    expect(summary).toMatchObject({ volume: 3, answered: 0, hungUp: 3, averageWaitMs: 3_000 });
  });

  it('an agent who lets it ring too long has missed it', () => {
    const behaviour = { ...DEFAULT_BEHAVIOUR, answer: { type: 'constant', ms: 25_000 } } as const;
    const calls = regular(1, 0, 60_000, 70_000);
    const { agents, summary } = simulate(scenario({ behaviour, calls, agents: agentsFor('8801', 2) }), seeded(1));
    expect(summary.hungUp).toBe(1);
    expect(agents.map(({ missed }) => missed)).toEqual([2, 1]); // at 0, 22 and, the other being busy with it, 44 s
  });

  it('gates, intro, whisper, confirmation and voicemail are those of the queue', () => {
    const strict: QueueConfig = {
      ...queue,
      intro: 'hello',
      requireIntro: true,
      whisper: 'sales',
      maxLength: 1,
      queueRingMs: 20_000,
      voicemail: '8801',
    };
    const reach = { type: 'device', device: '1' } as const;
    const entries = [{ ...ENTRY_DEFAULTS, queue: '8801', reach, confirm: true }];
    const behaviour = { ...DEFAULT_BEHAVIOUR, voicemail: 1 };
    const calls = regular(3, 30_000, 300_000);
    const { summary } = simulate(
      scenario({ queue: strict, agents: [{ agent: '1', name: '1', entries }], calls, behaviour }),
      seeded(1),
    );
    // 10 s intro + 4 s ringing + 3 s confirming + 3 s whisper; the second chooses voicemail after 10 + 20 s; the third
    // comes at that very moment, and is let in when the second has gone.
    expect(summary).toMatchObject({ volume: 2, answered: 1, averageHoldMs: 20_000, voicemail: 1, refused: 1 });
  });

  it('agents come and go by their shifts', () => {
    const logIn = { type: 'agentLoggedIn', agent: '1', queue: null, singleCall: false, reason: null, by: '1' } as const;
    const logOut = { type: 'agentLoggedOut', agent: '1', queue: null, reason: null, by: '1' } as const;
    const shifts = [
      { atMs: 5 * MINUTE_MS, event: logIn },
      { atMs: 10 * MINUTE_MS, event: logOut },
    ];
    const calls = regular(1, 0, 60_000);
    const simulation = simulate(scenario({ shifts, calls, agents: agentsFor('8801', 1) }), seeded(1));
    expect(simulation.summary.averageWaitMs).toBe(5 * MINUTE_MS + 4_000);
    expect(simulation.occupancy).toBeCloseTo(60_000 / (5 * MINUTE_MS), 10);
  });

  it('A-128 round robin spreads calls evenly, linear hunt does not', () => {
    const spread = (kind: QueueConfig['kind']): readonly number[] =>
      simulate(scenario({ queue: { ...queue, kind }, agents: agentsFor('8801', 8) }), seeded(2)).agents.map(
        ({ calls }) => calls,
      );
    const even = spread('roundRobin');
    expect(Math.max(...even) - Math.min(...even)).toBeLessThanOrEqual(0.2 * Math.max(...even));
    const hunted = spread('linearHunt');
    expect(hunted[0]).toBeGreaterThan(3 * (hunted[7] ?? 0));
    expect(hunted.toSorted((a, b) => b - a)).toEqual(hunted);
  });

  it('a day of a queue takes well under a second', () => {
    const started = process.cpuUsage();
    simulate(scenario({ agents: agentsFor('8801', 6) }), seeded(1));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(500);
  });
});

describe('replay', () => {
  const period = { from: 0, to: 8 * HOUR_MS };

  function record(given: Partial<Scenario> = {}): { rows: QueueLogRow[]; simulation: Simulation } {
    const rows: QueueLogRow[] = [];
    const simulation = simulate(scenario(given), seeded(2), (row) => rows.push(row));
    return { rows, simulation };
  }

  function replay(rows: readonly QueueLogRow[], given: Partial<Scenario> = {}): Simulation {
    const { calls, shifts, durationMs, answer } = recordingOf(rows, '8801', period, seeded(3));
    const behaviour = { ...DEFAULT_BEHAVIOUR, answer };
    return simulate(scenario({ calls, shifts, durationMs, behaviour, ...given }), seeded(4));
  }

  it('the same queue has the same day again', () => {
    const { rows, simulation } = record();
    const again = replay(rows);
    const { averageTalkMs, averageHandleMs, averageWaitMs, averageHoldMs, longestWaitMs, talkMs, ...counts } =
      simulation.summary;
    expect(again.summary).toMatchObject(counts);
    expect(again.summary.averageWaitMs).toBeCloseTo(averageWaitMs ?? 0, 3);
    expect(again.summary.averageTalkMs).toBeCloseTo(averageTalkMs ?? 0, 3);
    expect(again.agents.map(({ calls }) => calls)).toEqual(simulation.agents.map(({ calls }) => calls));
  });

  it('with more agents fewer give up; those who were refused come again', () => {
    const { rows, simulation } = record({ agents: agentsFor('8801', 2), queue: { ...queue, maxLength: 2 } });
    expect(simulation.summary.refused).toBeGreaterThan(0);
    const better = replay(rows, { agents: agentsFor('8801', 6), shifts: null });
    expect(better.summary.volume).toBe(simulation.summary.volume + simulation.summary.refused);
    expect(better.summary.hungUp).toBeLessThan(simulation.summary.hungUp);
  });

  it('agents are there when they were; what the machine did to them is not replayed', () => {
    const at = (row: QueueLogRow): QueueLogRow => row;
    const status = { type: 'agentStatus', agent: '1', reason: null, queues: ['8801'] } as const;
    const rows = [
      at({ at: -5, ...status, status: 'online', by: '1' }),
      at({ at: 10, ...status, status: 'away', reason: 'Lunch', by: '1' }),
      at({ at: 20, ...status, status: 'singleCall', by: '1' }),
      at({ at: 30, ...status, status: 'offline', queues: [], by: 'auto' }),
      at({ at: 40, ...status, status: 'offline', queues: [], by: '1' }),
      at({ at: period.to, ...status, status: 'online', by: '1' }),
    ];
    const { shifts } = recordingOf(rows, '8801', period, seeded(1));
    expect(shifts?.map(({ atMs, event }) => [atMs, event.type])).toEqual([
      [0, 'agentLoggedIn'],
      [10, 'agentAway'],
      [20, 'agentLoggedIn'],
      [40, 'agentLoggedOut'],
    ]);
  });

  it('an empty record is an empty day', () => {
    expect(recordingOf([], '8801', period, seeded(1))).toEqual({
      calls: [],
      shifts: [],
      durationMs: 8 * HOUR_MS,
      answer: DEFAULT_BEHAVIOUR.answer,
    });
  });
});

describe('two configurations beside each other', () => {
  const today = simulate(scenario(), seeded(2));
  const more = simulate(scenario({ name: 'six & more', agents: agentsFor('8801', 6) }), seeded(2));

  it('meet the same callers', () => {
    expect(more.summary.volume).toBe(today.summary.volume);
    expect(more.summary.averageWaitMs ?? 0).toBeLessThan(today.summary.averageWaitMs ?? 0);
  });

  it('as text, with the difference', () => {
    const text = tellSimulations([today, more]).split('\n');
    expect(text[0]).toMatch(/^ +today +six & more +difference$/);
    expect(text.find((line) => line.startsWith('calls '))).toMatch(/^calls +(\d+) +\1 +0$/);
    expect(text.find((line) => line.startsWith('service level'))).toMatch(/ \d+\.\d % +\d+\.\d % +\+\d+\.\d %$/);
    expect(text.find((line) => line.startsWith('average wait'))).toMatch(/ \d+\.\d s +\d+\.\d s +-\d+\.\d s$/);
    expect(new Set(text.filter((line) => line !== '').map((line) => line.split(/ {2,}/).length))).toEqual(new Set([4]));
  });

  it('one alone has no difference; what there is none of is a dash', () => {
    const empty = simulate(scenario({ name: 'empty', calls: [] }), seeded(1));
    const text = tellSimulations([empty]);
    expect(text).not.toContain('difference');
    expect(text).toMatch(/service level +-\n/);
  });

  it('as JSON', () => {
    expect(JSON.parse(simulationsJson([today, more]))).toEqual(JSON.parse(JSON.stringify([today, more])));
  });

  it('as a chart: a line each for waiting and talking, names escaped', () => {
    const svg = drawChart([today, more]);
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 ')).toBe(true);
    expect(svg.match(/<polyline /g)).toHaveLength(4);
    expect(svg).toContain('six &amp; more');
    expect(svg).toContain('>8 h</text>');
    const baseline = (text: string) => Number(new RegExp(` y="(\\d+)"[^>]*>${text}`).exec(svg)?.[1]);
    expect(baseline('callers waiting') - baseline('six')).toBeGreaterThanOrEqual(20);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const points = /points="([^"]+)"/.exec(svg)?.[1]?.split(' ') ?? [];
    expect(points).toHaveLength(96);
    for (const point of points) {
      const [x, y] = point.split(',').map(Number);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(960);
      expect(y).toBeGreaterThanOrEqual(52);
      expect(y).toBeLessThanOrEqual(252);
    }
  });

  it('a chart of nothing is still a chart', () => {
    expect(drawChart([])).toMatch(/<\/svg>\n$/);
  });
});

describe('time series', () => {
  it('averages over equal parts; what is beyond the period is not counted', () => {
    const series = new TimeSeries(40, 4);
    series.set(5, 1, 0);
    series.set(15, 3, 2);
    series.set(32, 0, 0);
    series.set(100, 9, 9);
    series.end(40);
    expect(series.averages()).toEqual({ stepMs: 10, waiting: [0.5, 2, 3, 0.6], talking: [0, 1, 2, 0.4] });
  });
});
