import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { QueueLogRow } from '../src/core/queue/queue-log.js';
import { statistics } from '../src/core/queue-statistics.js';
import { pruneDaily, queueRecords } from '../src/queue-record.js';
import { openStore } from '../src/store/store.js';
import { DAY, Day, MINUTE } from './core/queue-day.js';
import { FakeClock } from './support/fake-clock.js';

const DOMAIN = 'a.example';
const DAY_MS = 24 * 60 * MINUTE;
const quiet = pino({ level: 'silent' });

function setUp(now: number) {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const open = () =>
    openStore({ file: join(folder, 'a.db'), inThread: true, onError: ({ message }) => expect.fail(message) });
  return { open, clock: new FakeClock(now) };
}

const all = { domain: DOMAIN, from: 0, to: Number.MAX_SAFE_INTEGER };

describe('the record of the queues over a restart', () => {
  it('closes at the next start what a crash has interrupted, and leaves alone what ended', async () => {
    const { open, clock } = setUp(DAY + 3 * 60 * MINUTE);
    const before = open();
    const day = new Day()
      .answered(0, 'c1', '201', 10, 60)
      .enter(5, 'c2')
      .enter(6, 'c3')
      .add(7, { type: 'connected', queue: '8801', call: 'c3', agent: '201', waitMs: MINUTE })
      .left(8, 'c4', 'abandoned', 30);
    for (const row of day.rows) before.addQueueRow(DOMAIN, row);
    await before.flush(); // and no close: the process is gone
    const store = open();
    expect([...queueRecords(store, quiet, clock).agents(DOMAIN)]).toEqual([]);
    await store.flush();
    const rows: QueueLogRow[] = [...store.queueRows(all)];
    const last = DAY + 8.5 * MINUTE;
    expect(rows.slice(day.rows.length)).toEqual([
      { at: last, type: 'left', queue: '8801', call: 'c2', why: 'lost', waitMs: 3.5 * MINUTE, by: null },
      { at: last, type: 'talkEnded', queue: '8801', call: 'c3', agent: '201', talkMs: 1.5 * MINUTE },
    ]);
    const query = { from: DAY, to: DAY + DAY_MS, queues: [], agents: [], by: 'queue', slaMs: MINUTE } as const;
    expect(statistics(rows, query).total).toMatchObject({ volume: 4, answered: 2, abandoned: 2, waiting: 0 });
    queueRecords(store, quiet, clock).agents(DOMAIN);
    await store.flush();
    expect([...store.queueRows(all)]).toEqual(rows);
    await store.close();
    await before.close();
  });

  it('keeps agents, rows and what was parked', async () => {
    const { open, clock } = setUp(DAY);
    const agent = {
      agent: '201',
      status: 'online',
      reason: null,
      since: 1,
      idleSince: 2,
      queues: ['8801'],
      wrapUp: null,
    } as const;
    const parked = { at: DAY, type: 'parked', slot: '8851', call: 'c1', by: '201', ms: 0 } as const;
    const store = open();
    const records = queueRecords(store, quiet, clock);
    records.saveAgent(DOMAIN, agent);
    records.parkEvent(DOMAIN, parked);
    for (const row of new Day().enter(0, 'c1').rows) records.queueEvent(DOMAIN, row);
    await store.close();
    const again = open();
    expect([...queueRecords(again, quiet, clock).agents(DOMAIN)]).toEqual([agent]);
    expect(again.parkRowsOfCall('c1')).toEqual([parked]);
    expect([...again.queueRowsOfCall('c1')].map(({ type }) => type)).toEqual(['entered']);
    await again.close();
  });

  it('goes through the record once a day', async () => {
    const { open, clock } = setUp(DAY);
    const store = open();
    for (const row of new Day().left(0, 'c1', 'abandoned', 60).left(24 * 60, 'c2', 'abandoned', 60).rows)
      store.addQueueRow(DOMAIN, row);
    store.addParkRow(DOMAIN, { at: DAY, type: 'parked', slot: '8851', call: 'c1', by: null, ms: 0 });
    const kept = async () => {
      await store.flush();
      return [...store.queueRows(all)].map((row) => ('call' in row ? row.call : ''));
    };
    const keep = { queueEventsMs: 2 * DAY_MS, rankingsMs: DAY_MS };
    const pruning = pruneDaily(
      store,
      () => [DOMAIN],
      () => keep,
      clock,
    );
    clock.advance(DAY_MS);
    expect(await kept()).toEqual(['c1', 'c1', 'c2', 'c2']);
    clock.advance(DAY_MS);
    clock.advance(DAY_MS);
    expect(await kept()).toEqual(['c2', 'c2']);
    expect(store.parkRowsOfCall('c1')).toEqual([]);
    pruning.stop();
    clock.advance(5 * DAY_MS);
    expect(await kept()).toEqual(['c2', 'c2']);
    await store.close();
  });
});
