import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SavedAgent } from '../../src/core/queue/queue-effect.js';
import type { QueueLogEntry, QueueLogRow } from '../../src/core/queue/queue-log.js';
import { connect } from '../../src/store/connection.js';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.js';
import { folder } from './sample.js';

const DOMAIN = 'acme.example';
const DAY_MS = 86_400_000;

function setUp(): { store: Store; options: StoreOptions; errors: string[] } {
  const errors: string[] = [];
  const file = join(folder(), 'strowger.db');
  const options: StoreOptions = { file, inThread: true, onError: ({ code }) => errors.push(code) };
  return { store: openStore(options), options, errors };
}

const at = (ms: number, entry: QueueLogEntry): QueueLogRow => ({ at: ms, ...entry });

function visit(call: string, start: number): QueueLogRow[] {
  const caller = {
    queue: '8801',
    call,
    party: { name: 'Zoë', number: '+12125550100' },
    dialled: '8801',
    counted: true,
  };
  const ranking = {
    ...{ agents: ['201', '202'], orders: [1, 2], verdicts: ['eligible' as const, 'wrapUp' as const] },
    ...{ untils: [0, start + 9_000], idleSinces: [start - 60_000, start], kind: 'roundRobin' as const, at: start },
    ...{ eligible: ['201'], after: null, threshold: null },
  };
  return [
    at(start, { type: 'entered', ...caller, priority: 0 }),
    at(start, { type: 'offered', queue: '8801', call, agents: ['201'], pickUp: false, ranking }),
    at(start + 4_000, { type: 'connected', queue: '8801', call, agent: '201', waitMs: 4_000 }),
    at(start + 64_000, { type: 'talkEnded', queue: '8801', call, agent: '201', talkMs: 60_000 }),
  ];
}

function status(ms: number, agent: string, is: SavedAgent['status'], queues: readonly string[]): QueueLogRow {
  return at(ms, { type: 'agentStatus', agent, status: is, reason: null, queues, by: agent });
}

const saved: SavedAgent = {
  ...{ agent: '201', status: 'online', reason: null, since: 1_000, idleSince: 2_000, queues: ['8801'] },
  wrapUp: { queue: '8801', call: 'c1', from: 5_000, until: 35_000, talkMs: 60_000, reason: 'notes' },
};

async function kept(store: Store, rows: readonly QueueLogRow[]): Promise<void> {
  for (const row of rows) store.addQueueRow(DOMAIN, row);
  await store.flush();
}

describe('the record of the queues', () => {
  test('an orderly restart loses no event, nor what agents were', async () => {
    const { store, options, errors } = setUp();
    for (const row of visit('c1', 1_000)) store.addQueueRow(DOMAIN, row);
    store.addQueueRow('other.example', status(2_000, '201', 'away', []));
    store.saveAgent(DOMAIN, { ...saved, status: 'away', reason: 'Lunch', wrapUp: null });
    store.saveAgent(DOMAIN, saved);
    await store.close();

    const again = openStore(options);
    const [entered, , connected, ended] = visit('c1', 1_000);
    expect([...again.queueRows({ domain: DOMAIN, from: 0, to: DAY_MS })]).toEqual([entered, connected, ended]);
    expect(again.queueRowsOfCall('c1')).toEqual(visit('c1', 1_000));
    expect(again.loadAgents(DOMAIN)).toEqual([saved]);
    expect(again.loadAgents('other.example')).toEqual([]);
    await again.close();
    expect(errors).toEqual([]);
  });

  test('rows come in order of time, those of one moment in the order they happened', async () => {
    const { store } = setUp();
    await kept(store, [...visit('c1', 100), ...visit('c2', 100)]);
    const rows = [...store.queueRows({ domain: DOMAIN, from: 100, to: 64_100 })];
    expect(rows.map((row) => `${row.at} ${row.type}`)).toEqual([
      ...['100 entered', '100 entered', '4100 connected', '4100 connected'],
    ]);
    await store.close();
  });

  test('A-168 the status of each agent before a moment', async () => {
    const { store } = setUp();
    const rows = [
      status(100, '201', 'online', ['8801']),
      status(200, '202', 'online', ['8801']),
      status(300, '201', 'away', ['8801']),
      status(400, '201', 'offline', []),
    ];
    await kept(store, rows);
    expect(store.agentStatuses(DOMAIN, 400)).toEqual([rows[1], rows[2]]);
    expect(store.agentStatuses(DOMAIN, 100)).toEqual([]);
    await store.close();
  });

  test('what is old goes, rankings first; the last status of an agent stays', async () => {
    const { store } = setUp();
    const old = [status(1, '201', 'online', ['8801']), status(2, '201', 'away', ['8801']), ...visit('c1', 10)];
    const recent = visit('c2', 10 * DAY_MS);
    await kept(store, [...old, ...recent]);
    store.pruneQueueLog({ domain: DOMAIN, before: 5 * DAY_MS, rankingsBefore: 20 * DAY_MS });
    store.pruneQueueLog({ domain: 'other.example', before: 50 * DAY_MS, rankingsBefore: 50 * DAY_MS });
    await store.flush();
    const all = [...store.queueRows({ domain: DOMAIN, from: 0, to: 99 * DAY_MS })];
    expect(all).toEqual([old[1], recent[0], recent[2], recent[3]]);
    expect(store.queueRowsOfCall('c2').map(({ type }) => type)).toEqual(['entered', 'connected', 'talkEnded']);
    await store.close();
  });

  test('what cannot be read is told, and the rows before it are there', async () => {
    const { store, options, errors } = setUp();
    await kept(store, visit('c1', 10));
    const spoiler = connect(options.file);
    spoiler.exec(`UPDATE queue_log SET row = '{' WHERE type = 'talkEnded'`);
    spoiler.close();
    expect([...store.queueRows({ domain: DOMAIN, from: 0, to: DAY_MS })].map(({ type }) => type)).toEqual([
      ...['entered', 'connected'],
    ]);
    expect(errors).toEqual(['SQLITE_ERROR']);
    await store.close();
  });

  test('statistics and pruning look rows up by time, never through the whole record', async () => {
    const { store, options } = setUp();
    await store.close();
    const db = connect(options.file, { readonly: true });
    const plan = (sql: string) =>
      db
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail);
    const where = `WHERE domain = 'a' AND at >= 1 AND at < 2`;
    expect(plan(`SELECT row FROM queue_log ${where} AND type <> 'offered' ORDER BY at, id`)).toEqual([
      'SEARCH queue_log USING INDEX queue_log_by_time (domain=? AND at>? AND at<?)',
    ]);
    expect(plan(`DELETE FROM queue_log ${where} AND type = 'offered'`)).toEqual([
      'SEARCH queue_log USING INDEX queue_rankings_by_time (domain=? AND at>? AND at<?)',
    ]);
    db.close();
  });
});
