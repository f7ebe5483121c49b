import type { Database, Statement } from 'better-sqlite3';
import type { Binding } from '../core/binding.js';
import type { CallRecord } from '../core/call-record.js';
import type { DomainState } from '../core/domain-state.js';
import type { ParkLogRow } from '../core/queue/park.js';
import type { SavedAgent } from '../core/queue/queue-effect.js';
import type { VoicemailMessage } from '../core/voicemail-message.js';
import { prepared } from './connection.js';
import { agentRow, parkRow, type QueueRow } from './queue-row.js';
import { bindingRow, callRow, legRow, messageRow, stateRow } from './row.js';
import { type StoreError, storeErrorOf } from './store-error.js';

/** One thing to write; plain data, so that it may go to another thread. Saving what is there replaces it. */
export type Operation =
  | { readonly type: 'saveBinding'; readonly binding: Binding }
  | { readonly type: 'removeBinding'; readonly domain: string; readonly device: string; readonly uri: string }
  | { readonly type: 'removeExpired'; readonly at: number }
  | { readonly type: 'saveCall'; readonly record: CallRecord }
  | { readonly type: 'saveState'; readonly domain: string; readonly state: DomainState }
  | { readonly type: 'saveMessage'; readonly message: VoicemailMessage }
  | { readonly type: 'removeMessage'; readonly id: string }
  /** As text already: a ranking of hundreds of agents costs less to write than to clone for the thread. */
  | { readonly type: 'addQueueRow'; readonly row: QueueRow }
  | { readonly type: 'addParkRow'; readonly domain: string; readonly row: ParkLogRow }
  | { readonly type: 'saveAgent'; readonly domain: string; readonly agent: SavedAgent }
  | ({ readonly type: 'pruneQueueLog' } & QueuePruning);

/** Of one domain goes what is older than `before`; decisions, with their rankings, what is older than `rankingsBefore`. */
export type QueuePruning = { readonly domain: string; readonly before: number; readonly rankingsBefore: number };

/** `written` and `lost` count operations; `error` is why some were lost. */
export type BatchResult = { readonly written: number; readonly lost: number; readonly error: StoreError | null };

const TABLES = {
  bindings: 'domain device uri flow q call_id cseq registered_at expires_at instance reg_id user_agent path',
  calls:
    'id domain from_name from_number from_device dialled to_kind to_id started_at ringing_at answered_at ended_at ' +
    'status q850 ended_by rule because forwards',
  legs:
    'call position id direction name number device uri sip_call_id started_at ringing_at answered_at ended_at ' +
    'status q850 ended_by codec packets_sent packets_received received_lost received_jitter_ms reported_lost ' +
    'reported_jitter_ms',
  state: 'domain users toggles',
  agents: 'domain agent status reason since idle_since queues wrap_up',
  queue_log: 'domain at type call agent row',
  park_log: 'domain at call row',
  messages: 'id domain mailbox file caller_name caller_number received_at length_ms folder heard',
};

/** Writes batches of operations in order, one transaction each, on a connection whose schema is in place. Never throws. */
export class BatchWriter {
  readonly #db: Database;
  readonly #save: { readonly [table in keyof typeof TABLES]: Statement };
  readonly #removeBinding: Statement;
  readonly #removeExpired: Statement;
  readonly #removeMessage: Statement;
  readonly #pruneQueueLog: Statement;
  readonly #pruneRankings: Statement;
  readonly #pruneParkLog: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#save = {
      bindings: saving(db, 'bindings'),
      calls: saving(db, 'calls'),
      legs: saving(db, 'legs'),
      messages: saving(db, 'messages'),
      state: saving(db, 'state'),
      agents: saving(db, 'agents'),
      queue_log: saving(db, 'queue_log'),
      park_log: saving(db, 'park_log'),
    };
    this.#removeBinding = prepared(db, 'DELETE FROM bindings WHERE domain = ? AND device = ? AND uri = ?');
    this.#removeExpired = prepared(db, 'DELETE FROM bindings WHERE expires_at <= ?');
    this.#removeMessage = prepared(db, 'DELETE FROM messages WHERE id = ?');
    // The last status of an agent holds until today.
    this.#pruneQueueLog = prepared(
      db,
      `
      DELETE FROM queue_log WHERE domain = @domain AND at < @before AND type <> 'offered' AND (type <> 'agentStatus'
        OR id NOT IN (SELECT max(id) FROM queue_log WHERE domain = @domain AND type = 'agentStatus' GROUP BY agent))`,
    );
    this.#pruneParkLog = db.prepare('DELETE FROM park_log WHERE domain = @domain AND at < @before');
    this.#pruneRankings = prepared(
      db,
      `DELETE FROM queue_log WHERE domain = @domain AND at < @rankingsBefore AND type = 'offered'`,
    );
  }

  /** A row that the schema refuses is lost alone; an error of the file (disk full, locked) costs the batch. */
  write(operations: readonly Operation[]): BatchResult {
    let lost = 0;
    let error: StoreError | null = null;
    try {
      this.#db.transaction(() => {
        for (const operation of operations) {
          try {
            this.#apply(operation);
          } catch (cause) {
            if (!isOfTheRow(cause)) throw cause;
            lost++;
            error = storeErrorOf(cause);
          }
        }
      })();
    } catch (cause) {
      return { written: 0, lost: operations.length, error: storeErrorOf(cause) };
    }
    return { written: operations.length - lost, lost, error };
  }

  #apply(operation: Operation): void {
    switch (operation.type) {
      case 'saveBinding':
        this.#save.bindings.run(bindingRow(operation.binding));
        break;
      case 'removeBinding':
        this.#removeBinding.run(operation.domain, operation.device, operation.uri);
        break;
      case 'removeExpired':
        this.#removeExpired.run(operation.at);
        break;
      case 'saveCall':
        this.#saveCall(operation.record);
        break;
      case 'saveState':
        this.#save.state.run(stateRow(operation.domain, operation.state));
        break;
      case 'saveMessage':
        this.#save.messages.run(messageRow(operation.message));
        break;
      case 'removeMessage':
        this.#removeMessage.run(operation.id);
        break;
      case 'addQueueRow':
        this.#save.queue_log.run(operation.row);
        break;
      case 'addParkRow':
        this.#save.park_log.run(parkRow(operation.domain, operation.row));
        break;
      case 'saveAgent':
        this.#save.agents.run(agentRow(operation.domain, operation.agent));
        break;
      case 'pruneQueueLog': {
        const { domain, before, rankingsBefore } = operation;
        this.#pruneQueueLog.run({ domain, before });
        this.#pruneParkLog.run({ domain, before });
        this.#pruneRankings.run({ domain, rankingsBefore });
        break;
      }
    }
  }

  #saveCall(record: CallRecord): void {
    this.#save.calls.run(callRow(record)); // takes the legs of the one it replaces with it
    for (const [position, leg] of record.legs.entries()) this.#save.legs.run(legRow(record.id, position, leg));
  }
}

function saving(db: Database, table: keyof typeof TABLES): Statement {
  const columns = TABLES[table].split(' ');
  return prepared(
    db,
    `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
  );
}

/** Errors that leave the transaction going: a constraint, a value of a wrong type, a parameter that SQLite does not take. */
function isOfTheRow(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return /^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG)/.test(storeErrorOf(error).code);
}
