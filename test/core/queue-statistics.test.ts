import { describe, expect, it } from 'vitest';
import { agentAvailability } from '../../src/core/agent-availability.js';
import { abandonedCalls } from '../../src/core/queue-abandoned.js';
import {
  availabilityColumns,
  colourOf,
  DEFAULT_COLUMNS,
  pickColumns,
  renderCsv,
  STATISTICS_COLUMNS,
  valuesOf,
} from '../../src/core/queue-report.js';
import {
  DEFAULT_SLA_MS,
  type StatisticsLine,
  type StatisticsQuery,
  statistics,
} from '../../src/core/queue-statistics.js';
import { seeded } from '../../src/machine/random.js';
import { AcdStage, agent, HELP, queue, SALES } from './queue/acd-stage.js';
import { DAY, Day, MINUTE } from './queue-day.js';

function query(given: Partial<StatisticsQuery> = {}): StatisticsQuery {
  return {
    from: DAY,
    to: DAY + 24 * 60 * MINUTE,
    queues: [],
    agents: [],
    by: 'queue',
    slaMs: DEFAULT_SLA_MS,
    ...given,
  };
}

/** Nine calls of Sales, of which one is still in line, and one of Help. */
const busy = new Day()
  .answered(0, 'c1', 'ann', 10, 100, 20)
  .answered(1, 'c2', 'bob', 60, 200)
  .answered(2, 'c3', 'ann', 61, 300, 40)
  .left(3, 'c4', 'abandoned', 30)
  .left(4, 'c5', 'timeout', 90)
  .left(5, 'c6', 'voicemail', 45)
  .left(6, 'c7', 'transferred', 5)
  .left(7, 'c8', 'noAgents', 15)
  .enter(8, 'c9')
  .answered(9, 'h1', 'bob', 0, 60, 0, HELP)
  .add(10, {
    type: 'refused',
    queue: SALES,
    call: 'c10',
    party: { name: '', number: '' },
    dialled: '1',
    counted: true,
    why: 'full',
  });

const sales: Partial<StatisticsLine> = {
  key: SALES,
  volume: 9,
  answered: 3,
  abandoned: 5,
  hungUp: 1,
  timedOut: 1,
  voicemail: 1,
  transferred: 1,
  waiting: 1,
  refused: 1,
  serviceLevel: 2 / 8,
  abandonRate: 5 / 8,
  averageWaitMs: ((10 + 60 + 61 + 30 + 90 + 45 + 5 + 15) * 1000) / 8,
  averageHoldMs: ((10 + 60 + 61) * 1000) / 3,
  longestWaitMs: 90_000,
  averageTalkMs: 200_000,
  averageHandleMs: 220_000,
};

describe('queue statistics', () => {
  it('A-169 the definitions: CV, CA, ABN, AWT, AHT, SL, CW', () => {
    expect(statistics(busy.rows, query()).lines[0]).toMatchObject(sales);
  });

  it('A-172 no queue ticked is all queues; ticked ones are counted alone', () => {
    const all = statistics(busy.rows, query());
    expect(all.lines.map((line) => line.key)).toEqual([SALES, HELP]);
    expect(all.total).toMatchObject({ volume: 10, answered: 4 });
    const help = statistics(busy.rows, query({ queues: [HELP] }));
    expect(help.lines.map((line) => line.key)).toEqual([HELP]);
    expect(help.total).toMatchObject({ volume: 1, answered: 1 });
  });

  it.each([
    [0, 0],
    [10_000, 1 / 8],
    [60_000, 2 / 8],
    [61_000, 3 / 8],
  ])('A-170 a call answered within the agreed time meets it: %i ms', (slaMs, level) => {
    expect(statistics(busy.rows, query({ slaMs })).lines[0]?.serviceLevel).toBe(level);
  });

  it('A-170 the default is 60 s', () => {
    expect(DEFAULT_SLA_MS).toBe(60_000);
  });

  it('A-166 by agent: offers, answered, missed, declined; AHT has the wrap-up of his calls', () => {
    const day = new Day().answered(0, 'c1', 'ann', 30, 100, 20);
    day
      .offerEnded(0.2, 'c1', 'bob', 'missed')
      .offerEnded(0.3, 'c1', 'cyd', 'busy')
      .offerEnded(0.4, 'c1', 'dan', 'lost');
    expect(statistics(day.rows, query({ by: 'agent' })).lines).toMatchObject([
      { key: 'ann', volume: 1, answered: 1, missed: 0, averageTalkMs: 100_000, averageHandleMs: 120_000, waiting: 0 },
      { key: 'bob', volume: 1, answered: 0, missed: 1, declined: 0, averageTalkMs: null },
      { key: 'cyd', volume: 1, answered: 0, missed: 0, declined: 1 },
      { key: 'dan', volume: 1, answered: 0, missed: 0, declined: 0 },
    ]);
  });

  it('A-163 A-165 of one agent, by hour', () => {
    const day = new Day()
      .answered(0, 'c1', 'ann', 30, 100)
      .answered(10, 'c2', 'bob', 30, 100)
      .left(20, 'c3', 'abandoned', 9);
    day.offerEnded(10.1, 'c2', 'ann', 'missed').answered(70, 'c4', 'ann', 5, 50);
    const { lines, total } = statistics(day.rows, query({ agents: ['ann'], by: { each: 'hour', zone: 'UTC' } }));
    expect(lines).toMatchObject([
      { key: '2026-11-23T08:00Z', volume: 2, answered: 1, missed: 1, averageTalkMs: 100_000, abandoned: 0 },
      { key: '2026-11-23T09:00Z', volume: 1, answered: 1, missed: 0, averageTalkMs: 50_000 },
    ]);
    expect(total).toMatchObject({ volume: 3, answered: 2, waiting: 0, refused: 0 });
  });

  it('A-166 by dialled number', () => {
    const day = new Day().enter(0, 'c1', SALES, '+1').enter(1, 'c2', HELP, '+2').enter(2, 'c3', HELP, '+1');
    const { lines } = statistics(day.rows, query({ by: 'number' }));
    expect(lines.map(({ key, volume }) => [key, volume])).toEqual([
      ['+1', 2],
      ['+2', 1],
    ]);
  });

  it.each([
    ['quarter', 'UTC', ['2026-11-23T08:00Z', '2026-11-23T08:15Z', '2026-11-23T09:00Z']],
    ['hour', 'UTC', ['2026-11-23T08:00Z', '2026-11-23T09:00Z']],
    ['day', 'Asia/Kathmandu', ['2026-11-23T00:00+05:45']],
    ['hour', 'Asia/Kathmandu', ['2026-11-23T13:00+05:45', '2026-11-23T14:00+05:45']],
  ] as const)('A-166 by %s in %s, of the time of entry', (each, zone, keys) => {
    const day = new Day().left(14.9, 'c1', 'abandoned', 60).enter(15, 'c2').enter(60, 'c3');
    expect(statistics(day.rows, query({ by: { each, zone } })).lines.map((line) => line.key)).toEqual(keys);
  });

  it('a call belongs to the period it entered in, and is followed to its end', () => {
    const day = new Day().answered(0, 'c1', 'ann', 600, 600, 60).answered(9, 'c2', 'bob', 60, 60);
    const before = statistics(day.rows, query({ to: DAY + 5 * MINUTE }));
    expect(before.total).toMatchObject({ volume: 1, answered: 1, averageTalkMs: 600_000, averageHandleMs: 660_000 });
    const after = statistics(day.rows, query({ from: DAY + 5 * MINUTE }));
    expect(after.total).toMatchObject({ volume: 1, answered: 1, averageTalkMs: 60_000 });
  });

  it('A-133 a queue without statistics is not counted', () => {
    expect(statistics(new Day().enter(0, 'c1', SALES, '1', false).rows, query()).total.volume).toBe(0);
  });

  it('nothing happened: no rates', () => {
    expect(statistics([], query()).total).toMatchObject({ volume: 0, serviceLevel: null, averageWaitMs: null });
  });

  it('A-166 the abandoned, one by one', () => {
    const calls = abandonedCalls(busy.rows, query());
    expect(calls.map(({ call, why, waitMs }) => [call, why, waitMs])).toEqual([
      ['c4', 'abandoned', 30_000],
      ['c5', 'timeout', 90_000],
      ['c6', 'voicemail', 45_000],
      ['c7', 'transferred', 5_000],
      ['c8', 'noAgents', 15_000],
    ]);
    expect(calls[0]).toMatchObject({ at: DAY + 3.5 * MINUTE, dialled: '+15551000', queue: SALES });
  });

  it('A-169 the record of the machine gives what was seen to happen', () => {
    const random = seeded(7);
    const stage = new AcdStage({ queues: [queue()], agents: [agent('ann', { wrapUpMs: 10_000 }), agent('bob')] });
    let answered = 0;
    let hungUp = 0;
    for (let i = 0; i < 300; i++) {
      stage.at(i * 20).join(`c${i}`);
      for (const id of ['ann', 'bob']) {
        const at = stage.acd.agents.get(id);
        if (at?.talks.length === 1 && random() < 0.4) stage.hangUp(id);
        if (at?.offer !== null && random() < 0.6) {
          stage.answer(id);
          answered++;
        }
      }
      const [first] = stage.acd.callers.keys();
      if (first !== undefined && random() < 0.4) {
        stage.leave(first);
        hungUp++;
      }
    }
    const { total } = statistics(stage.rows, query({ from: 0, to: Number.POSITIVE_INFINITY }));
    const waiting = stage.acd.callers.size;
    expect(total).toMatchObject({ volume: 300, answered, hungUp, abandoned: hungUp, waiting });
  });
});

describe('agent availability', () => {
  const day = new Day()
    .status(-60, 'ann', 'online')
    .status(30, 'ann', 'away', 'Lunch')
    .status(60, 'ann', 'online', 'Home office')
    .status(90, 'ann', 'offline')
    .status(10, 'bob', 'away', 'Break')
    .answered(0, 'c1', 'ann', 0, 600, 300);
  const period = { from: DAY, to: DAY + 120 * MINUTE, queues: [] };

  it('A-168 logged in, available and each status, within the period', () => {
    expect(agentAvailability(day.rows, period)).toEqual([
      {
        agent: 'ann',
        loggedInMs: 90 * MINUTE,
        availableMs: 60 * MINUTE,
        statuses: { Lunch: 30 * MINUTE, 'Home office': 30 * MINUTE },
        talkMs: 10 * MINUTE,
        wrapUpMs: 5 * MINUTE,
        occupancy: 15 / 60,
      },
      {
        agent: 'bob',
        loggedInMs: 110 * MINUTE,
        availableMs: 0,
        statuses: { Break: 110 * MINUTE },
        talkMs: 0,
        wrapUpMs: 0,
        occupancy: null,
      },
    ]);
  });

  it('A-168 talk is clipped to the period', () => {
    const [ann] = agentAvailability(day.rows, { ...period, from: DAY + 5 * MINUTE, to: DAY + 12 * MINUTE });
    expect(ann).toMatchObject({ loggedInMs: 7 * MINUTE, talkMs: 5 * MINUTE, wrapUpMs: 2 * MINUTE });
  });

  it('A-168 of a queue: logged in to it', () => {
    const [ann] = agentAvailability(day.rows, { ...period, queues: [HELP] });
    expect(ann).toMatchObject({ agent: 'ann', loggedInMs: 0, talkMs: 0 });
  });

  it('A-168 columns', () => {
    const csv = renderCsv(agentAvailability(day.rows, period), availabilityColumns(['Lunch', 'Break', 'Meeting']));
    expect(csv.split('\r\n')).toEqual([
      'Extension,Logged in (min),Available (min),Lunch (min),Break (min),Meeting (min),Occupancy (%)',
      'ann,90.00,60.00,30.00,0.00,0.00,25.0',
      'bob,110.00,0.00,0.00,110.00,0.00,',
      '',
    ]);
  });
});

describe('reports', () => {
  const { lines } = statistics(busy.rows, query({ queues: [SALES] }));

  it('A-167 default columns of a queue', () => {
    expect(renderCsv(lines, pickColumns(DEFAULT_COLUMNS.queue))).toBe(
      'Name,Call volume,Calls handled,Average talk time (min),Average hold time (min),Abandoned calls,Service level (%)\r\n' +
        '8801,9,3,3.33,0.73,5,25.0\r\n',
    );
  });

  it('A-167 default columns of an agent', () => {
    const byAgent = statistics(busy.rows, query({ by: 'agent' }));
    expect(renderCsv(byAgent.lines, pickColumns(DEFAULT_COLUMNS.agent))).toBe(
      'Name,Call volume,Average talk time (min)\r\nann,2,3.33\r\nbob,2,2.17\r\n',
    );
  });

  it('A-166 columns are picked, in the order asked for', () => {
    expect(renderCsv(lines, pickColumns(['missed', 'key']))).toBe('Missed,Name\r\n0,8801\r\n');
    expect(new Set(STATISTICS_COLUMNS.map((column) => column.id)).size).toBe(STATISTICS_COLUMNS.length);
  });

  it('RFC 4180 fields with commas, quotes or line breaks are quoted', () => {
    const column = { id: 'x', title: 'a,b', unit: 'text', of: (line: string) => line } as const;
    expect(renderCsv(['say "hi"', 'two\nlines', 'plain'], [column])).toBe(
      '"a,b"\r\n"say ""hi"""\r\n"two\nlines"\r\nplain\r\n',
    );
  });

  it('A-166 JSON keeps the values as they are', () => {
    expect(valuesOf(lines, pickColumns(['key', 'hold', 'serviceLevel']))).toEqual([
      { key: SALES, hold: 131_000 / 3, serviceLevel: 0.25 },
    ]);
  });

  it.each([
    [69, null, 100, 'green'],
    [70, null, 100, 'yellow'],
    [99, null, 100, 'yellow'],
    [100, null, 100, 'red'],
    [49, 50, 100, 'green'],
    [50, 50, 100, 'yellow'],
  ] as const)('A-171 %d with %s and %d is shown %s', (value, lower, upper, colour) => {
    expect(colourOf(value, { lower, upper })).toBe(colour);
  });
});
