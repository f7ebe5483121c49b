import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Report, stats } from '../../src/cli/stats.js';
import type { QueueLogRow } from '../../src/core/queue/queue-log.js';
import { openStore } from '../../src/store/store.js';
import { folderOf } from '../config/config-folder.js';
import { DAY, Day, MINUTE } from '../core/queue-day.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example
timezone: America/New_York
statistics: { serviceLevel: 30s, thresholds: { wait: 40s, abandoned: { lower: 1, upper: 3 } } }
queues: [{ extension: 8801, name: Sales, agents: [201, 202] }]
users:
  - { extension: 201, name: Ellen Green }
  - { extension: 202, name: Tom Baker }
`;

/** 3:00 in New York. */
const day = new Day()
  .status(-600, '201', 'online')
  .status(-1, '202', 'online')
  .status(30, '201', 'away', 'Lunch')
  .answered(0, 'c1', '201', 10, 120, 20)
  .answered(20, 'c2', '202', 60, 240)
  .left(70, 'c3', 'abandoned', 45);

async function asked(report: Report, options: object, rows: readonly QueueLogRow[] = day.rows, colour = false) {
  const folder = folderOf({ 'config/domains/a.yaml': OFFICE });
  const data = join(folder, 'data');
  mkdirSync(data);
  const store = openStore({
    file: join(data, 'strowger.db'),
    inThread: true,
    onError: ({ message }) => expect.fail(message),
  });
  for (const row of rows) store.addQueueRow('a.example', row);
  await store.close();
  const terminal = recordedTerminal();
  const now = DAY + 120 * MINUTE;
  const code = stats(report, { config: join(folder, 'config'), data, ...options }, {}, now, { ...terminal, colour });
  const { out, err } = terminal.said();
  return { code, out, err: err.replaceAll(folder, '') };
}

const head = 'a.example, Mon 2026-11-23 00:00 to Mon 2026-11-23 05:00 America/New_York';

describe('strowger stats', () => {
  it('A-167 A-172 all queues of today, with the columns of the guide', async () => {
    expect(await asked('queues', {})).toEqual({
      code: 0,
      out: `${head}, answered within 30s

                                 Average    Average
                Call    Calls  talk time  hold time  Abandoned    Service
Queue  Name   volume  handled      (min)      (min)      calls  level (%)
8801   Sales       3        2       3.00       0.58          1       33.3
total              3        2       3.00       0.58          1       33.3
`,
      err: '',
    });
  });

  it('A-166 A-167 agents', async () => {
    expect((await asked('agents', {})).out).toBe(`${head}

                              Average
                      Call  talk time
Agent  Name         volume      (min)
201    Ellen Green       1       2.00
202    Tom Baker         1       4.00
total                    2       3.00
`);
  });

  it('A-168 availability, also by a status that began before the period', async () => {
    expect((await asked('availability', {})).out).toBe(`${head}

                        Logged in  Available  Lunch  Break  Meeting  Occupancy
Extension  Name             (min)      (min)  (min)  (min)    (min)        (%)
201        Ellen Green     300.00     210.00  90.00   0.00     0.00        1.1
202        Tom Baker       121.00     121.00   0.00   0.00     0.00        3.3
`);
  });

  it.each<[string, Report, object, string]>([
    [
      'A-166 queues for a spreadsheet',
      'queues',
      { csv: true },
      'Queue,Name,Domain,Call volume,Calls handled,Average talk time (min),Average hold time (min),Abandoned calls,Service level (%)\r\n' +
        '8801,Sales,a.example,3,2,3.00,0.58,1,33.3\r\n',
    ],
    [
      'A-166 the columns that are asked for',
      'queues',
      { csv: true, columns: 'wait, abandoned' },
      'Queue,Name,Domain,Average wait (min),Abandoned calls\r\n8801,Sales,a.example,0.64,1\r\n',
    ],
    [
      'A-166 dialled numbers',
      'numbers',
      { csv: true, columns: 'volume' },
      'Dialled,Domain,Call volume\r\n+15551000,a.example,3\r\n',
    ],
    [
      'A-173 by hour of the domain',
      'hours',
      { csv: true, columns: 'volume' },
      'From,Domain,Call volume\r\n2026-11-23T03:00-05:00,a.example,2\r\n2026-11-23T04:00-05:00,a.example,1\r\n',
    ],
    [
      'A-173 by day',
      'days',
      { csv: true, columns: 'volume', from: '2026-11-22', to: '2026-11-23' },
      'From,Domain,Call volume\r\n2026-11-23T00:00-05:00,a.example,3\r\n',
    ],
    [
      'A-173 by quarter of an hour, between two times',
      'quarters',
      { csv: true, columns: 'volume', from: '2026-11-23T03:10', to: '2026-11-23T04:00' },
      'From,Domain,Call volume\r\n2026-11-23T03:15-05:00,a.example,1\r\n',
    ],
    [
      'A-165 what one agent did',
      'queues',
      { csv: true, columns: 'answered,talk', agent: '202' },
      'Queue,Name,Domain,Calls handled,Average talk time (min)\r\n8801,Sales,a.example,1,4.00\r\n',
    ],
    [
      'A-172 another queue',
      'queues',
      { csv: true, columns: 'volume', queue: '8802' },
      'Queue,Name,Domain,Call volume\r\n',
    ],
    [
      'A-168 availability of one agent',
      'availability',
      { csv: true, agent: '202' },
      'Extension,Name,Logged in (min),Available (min),Lunch (min),Break (min),Meeting (min),Occupancy (%)\r\n' +
        '202,Tom Baker,121.00,121.00,0.00,0.00,0.00,3.3\r\n',
    ],
    [
      'A-166 abandoned calls',
      'abandoned',
      { csv: true },
      'When,Queue,Caller,Name,Dialled,Wait (min),Why,Call\r\n' +
        '2026-11-23T04:10,8801,555,c3,+15551000,0.75,the caller hung up,c3\r\n',
    ],
  ])('%s', async (_, report, options, out) => {
    expect(await asked(report, options)).toEqual({ code: 0, out, err: '' });
  });

  it('A-171 gives programs unrounded values and colours', async () => {
    const { out } = await asked('queues', { json: true, columns: 'wait,abandoned', within: '1m' });
    const figures = { wait: 115_000 / 3, abandoned: 1, colours: { wait: 'yellow', abandoned: 'yellow' } };
    expect(JSON.parse(out)).toEqual({
      ...{ domain: 'a.example', from: DAY - 180 * MINUTE, to: DAY + 120 * MINUTE, slaMs: 60_000 },
      ...{ lines: [{ key: '8801', name: 'Sales', ...figures }], total: figures },
    });
    const [line] = JSON.parse((await asked('queues', { json: true })).out).lines;
    expect(line).toMatchObject({ volume: 3, serviceLevel: 1 / 3, hungUp: 1, missed: 0 });
    expect(JSON.parse((await asked('abandoned', { json: true })).out).lines).toEqual([
      {
        ...{ at: DAY + 70 * MINUTE + 45_000, queue: '8801', number: '555', name: 'c3', dialled: '+15551000' },
        ...{ wait: 45_000, why: 'abandoned', call: 'c3' },
      },
    ]);
  });

  it('A-171 colours the figures where there are colours', async () => {
    const { out } = await asked('queues', { columns: 'wait,volume' }, day.rows, true);
    expect(out.split('\n').at(-3)).toBe('8801   Sales  \u001b[33m      0.64\u001b[39m       3');
  });

  it.each<[string, object, string]>([
    ['a period that is still to come', { from: '2026-11-24' }, 'there is nothing between 2026-11-24 and now'],
    ['no day', { from: 'soon' }, '"soon" is no day or time; expected one such as 2026-12-25 or 2026-12-25T10:00'],
    ['no time', { to: '2026-11-23T25:00' }, '"2026-11-23T25:00" is no time; expected one such as 2026-12-25T10:00'],
    ['no duration', { within: 'fast' }, '"fast" is no duration; expected one such as 60s'],
    ['an unknown column', { columns: 'waits' }, 'there is no column "waits"; did you mean "wait"?'],
    ['an unknown domain', { domain: 'b.example' }, 'there is no domain "b.example"; did you mean "a.example"?'],
  ])('refuses %s', async (_, options, message) => {
    expect(await asked('queues', options)).toEqual({ code: 1, out: '', err: `strowger stats: ${message}\n` });
  });

  it('tells that there is no record yet', async () => {
    const folder = folderOf({ 'config/domains/a.yaml': OFFICE });
    const terminal = recordedTerminal();
    const options = { config: join(folder, 'config'), data: join(folder, 'none') };
    expect(stats('queues', options, {}, DAY, terminal)).toBe(1);
    expect(terminal.said().err).toContain('none/strowger.db: ');
  });
});
