import type { Database } from 'better-sqlite3';
import type { ParkLogRow } from '../core/queue/park.js';
import type { SavedAgent } from '../core/queue/queue-effect.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';
import { prepared } from './connection.js';
import { type AgentRow, agentOf, type ParkRow, parkRowOf, type QueueRow, queueRowOf } from './queue-row.js';

/** Rows of one domain with `from` ≤ time < `to`, epoch milliseconds. */
export type QueuePeriod = { readonly domain: string; readonly from: number; readonly to: number };

/** Reads the record of the queues and the state of their agents; synchronous. Throws what SQLite throws. */
export class QueueArchive {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In order of time, without the decisions (`offered`): for statistics and replay. Read as they are asked for. */
  *rows({ domain, from, to }: QueuePeriod): Generator<QueueLogRow> {
    const rows = prepared<[string, number, number], Pick<QueueRow, 'row'>>(
      this.#db,
      `SELECT row FROM queue_log WHERE domain = ? AND at >= ? AND at < ? AND type <> 'offered' ORDER BY at, id`,
    );
    for (const row of rows.iterate(domain, from, to)) yield queueRowOf(row);
  }

  /** The status that each agent had at `at`, as far as it was ever told. */
  statuses(domain: string, at: number): QueueLogRow[] {
    const rows = prepared<[string, number], Pick<QueueRow, 'row'>>(
      this.#db,
      `
      SELECT row FROM queue_log WHERE id IN (
        SELECT max(id) FROM queue_log WHERE domain = ? AND type = 'agentStatus' AND at < ? GROUP BY agent)
      ORDER BY id`,
    );
    return rows.all(domain, at).map(queueRowOf);
  }

  /** All that happened to a call in the queues, with the ranking of every decision. */
  ofCall(call: string): QueueLogRow[] {
    const rows = prepared<[string], Pick<QueueRow, 'row'>>(
      this.#db,
      'SELECT row FROM queue_log WHERE call = ? ORDER BY id',
    );
    return rows.all(call).map(queueRowOf);
  }

  /** All that happened to a call in park places. */
  parking(call: string): ParkLogRow[] {
    const rows = this.#db.prepare<[string], Pick<ParkRow, 'row'>>(
      'SELECT row FROM park_log WHERE call = ? ORDER BY id',
    );
    return rows.all(call).map(parkRowOf);
  }

  /** The latest first. Read as they are asked for. */
  *decisions(domain: string): Generator<Extract<QueueLogRow, { type: 'offered' }>> {
    const rows = this.#db.prepare<[string], Pick<QueueRow, 'row'>>(
      `SELECT row FROM queue_log WHERE domain = ? AND type = 'offered' ORDER BY at DESC, id DESC`,
    );
    for (const one of rows.iterate(domain)) {
      const row = queueRowOf(one);
      if (row.type === 'offered') yield row;
    }
  }

  agents(domain: string): SavedAgent[] {
    const rows = prepared<[string], AgentRow>(this.#db, 'SELECT * FROM agents WHERE domain = ?');
    return rows.all(domain).map(agentOf);
  }
}
