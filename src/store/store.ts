import type { Database } from 'better-sqlite3';
import type { Binding } from '../core/binding.js';
import type { CallRecord } from '../core/call-record.js';
import type { DomainState } from '../core/domain-state.js';
import type { ParkLogRow } from '../core/queue/park.js';
import type { SavedAgent } from '../core/queue/queue-effect.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';
import type { VoicemailMessage } from '../core/voicemail-message.js';
import { Archive, type CallQuery, type MessageQuery } from './archive.js';
import type { Operation, QueuePruning } from './batch-writer.js';
import { connect } from './connection.js';
import { QueueArchive, type QueuePeriod } from './queue-archive.js';
import { queueRow } from './queue-row.js';
import { configure, migrate } from './schema.js';
import { inThreadSink, WorkerSink } from './sink.js';
import { type StoreError, storeErrorOf } from './store-error.js';
import { WriteQueue } from './write-queue.js';

export type StoreOptions = {
  /** Path of the SQLite file; its folder exists. Beside it SQLite keeps `-wal` and `-shm`. */
  readonly file: string;
  /** Told once of each kind of trouble, and again if it comes back after writing worked. */
  readonly onError: (error: StoreError) => void;
  /** Write in this thread instead of a worker's. For tests (the worker is started from compiled code) and short commands. */
  readonly inThread?: boolean;
  /** Only read a file that another program writes; it must exist and have this version's schema. */
  readonly readOnly?: boolean;
  /** How long a connection waits for another program's lock. Default 5 s. [ms] */
  readonly busyMs?: number;
  /** How long a row waits for others to be written with: what a killed process loses. Default 50 ms. [ms] */
  readonly delayMs?: number;
};

export type StoreHealth = {
  /** The file could be opened and has the schema. If not, every row is lost and nothing is found. */
  readonly usable: boolean;
  /** The trouble at present; null if there is none. */
  readonly error: StoreError | null;
  /** Rows on their way to the disk. */
  readonly pending: number;
  readonly written: number;
  readonly lost: number;
};

/**
 * What survives a restart. Saving returns at once and never fails (a row that cannot be written is lost and counted);
 * loading and listing are synchronous and see what has been written: `flush` first to see what was just saved.
 */
export interface Store {
  saveBinding(binding: Binding): void;
  removeBinding(binding: Pick<Binding, 'domain' | 'device' | 'uri'>): void;
  /** Bindings that have not expired by `now`; those that have are removed. */
  loadBindings(now: number): Binding[];
  /** What users have switched; replaces what was saved of the domain. */
  saveState(domain: string, state: DomainState): void;
  loadStates(): ReadonlyMap<string, DomainState>;
  saveCall(record: CallRecord): void;
  /** Latest first. */
  listCalls(query: CallQuery): CallRecord[];
  findCall(id: string): CallRecord | null;
  /** A message that is moved or heard is saved again under its id. */
  saveMessage(message: VoicemailMessage): void;
  removeMessage(id: string): void;
  /** Latest first. */
  listMessages(query: MessageQuery): VoicemailMessage[];
  /** Appends to the record of the queues. */
  addQueueRow(domain: string, row: QueueLogRow): void;
  /** Appends to the record of the park places. */
  addParkRow(domain: string, row: ParkLogRow): void;
  parkRowsOfCall(call: string): ParkLogRow[];
  /** In order of time, decisions left out; read from the file while they are looked at. */
  queueRows(period: QueuePeriod): Iterable<QueueLogRow>;
  /** The last status of each agent before `at`. */
  agentStatuses(domain: string, at: number): QueueLogRow[];
  /** All of one call, decisions with their rankings included. */
  queueRowsOfCall(call: string): QueueLogRow[];
  /** The offers of a domain with the rankings they were made by, latest first; read while they are looked at. */
  lastDecisions(domain: string): Iterable<Extract<QueueLogRow, { type: 'offered' }>>;
  pruneQueueLog(pruning: QueuePruning): void;
  /** What of an agent outlives the process; replaces what was saved of him. */
  saveAgent(domain: string, agent: SavedAgent): void;
  loadAgents(domain: string): SavedAgent[];
  health(): StoreHealth;
  /** Fulfilled when all that was saved before is written, or lost, or kept waiting by another program's lock. */
  flush(): Promise<void>;
  /** Flushes and closes. What is saved afterwards is lost. */
  close(): Promise<void>;
}

const DEFAULT_BUSY_MS = 5_000;
const DEFAULT_DELAY_MS = 50;
const RETRY_MS = 1_000;

/** Opens the file, creates or migrates its tables. Never throws: what is wrong goes to `onError`, and `health()` says so. */
export function openStore(options: StoreOptions): Store {
  const { db, error } = open(options);
  if (error !== null) options.onError(error);
  return new SqliteStore(db, error, options);
}

type Opened = { readonly db: Database | null; readonly error: StoreError | null };

function open({ file, readOnly = false, busyMs = DEFAULT_BUSY_MS }: StoreOptions): Opened {
  let db: Database | null = null;
  try {
    db = connect(file, { readonly: readOnly, fileMustExist: readOnly });
    configure(db, busyMs);
    const error = migrate(db);
    if (error === null) return { db, error };
    db.close();
    return { db: null, error };
  } catch (error) {
    db?.close();
    const { code, message } = storeErrorOf(error, 'SQLITE_CANTOPEN');
    return { db: null, error: { code, message: `${file}: ${message}` } };
  }
}

class SqliteStore implements Store {
  readonly #options: StoreOptions;
  readonly #openError: StoreError | null;
  #db: Database | null;
  #archive: Archive | null;
  #queues: QueueArchive | null;
  #queue: WriteQueue | null;
  #lost = 0; // while there was no queue
  #last: StoreHealth | null = null; // of a queue that was closed

  constructor(db: Database | null, openError: StoreError | null, options: StoreOptions) {
    const { file, onError, inThread = false, readOnly = false } = options;
    const data = { file, busyMs: options.busyMs ?? DEFAULT_BUSY_MS };
    this.#options = options;
    this.#openError = openError;
    this.#db = db;
    this.#archive = db === null ? null : new Archive(db);
    this.#queues = db === null ? null : new QueueArchive(db);
    this.#queue =
      db === null || readOnly
        ? null
        : new WriteQueue(inThread ? inThreadSink(data) : new WorkerSink(data), {
            onError,
            delayMs: options.delayMs ?? DEFAULT_DELAY_MS,
            retryMs: RETRY_MS,
          });
  }

  saveBinding(binding: Binding): void {
    this.#add({ type: 'saveBinding', binding });
  }

  removeBinding({ domain, device, uri }: Pick<Binding, 'domain' | 'device' | 'uri'>): void {
    this.#add({ type: 'removeBinding', domain, device, uri });
  }

  loadBindings(now: number): Binding[] {
    if (this.#queue !== null) this.#add({ type: 'removeExpired', at: now });
    return this.#read((archive) => archive.bindings(now), []);
  }

  saveState(domain: string, state: DomainState): void {
    this.#add({ type: 'saveState', domain, state });
  }

  loadStates(): ReadonlyMap<string, DomainState> {
    return this.#read((archive) => archive.states(), new Map<string, DomainState>());
  }

  saveCall(record: CallRecord): void {
    this.#add({ type: 'saveCall', record });
  }

  listCalls(query: CallQuery): CallRecord[] {
    return this.#read((archive) => archive.calls(query), []);
  }

  findCall(id: string): CallRecord | null {
    return this.#read((archive) => archive.call(id), null);
  }

  saveMessage(message: VoicemailMessage): void {
    this.#add({ type: 'saveMessage', message });
  }

  removeMessage(id: string): void {
    this.#add({ type: 'removeMessage', id });
  }

  listMessages(query: MessageQuery): VoicemailMessage[] {
    return this.#read((archive) => archive.messages(query), []);
  }

  addQueueRow(domain: string, row: QueueLogRow): void {
    this.#add({ type: 'addQueueRow', row: queueRow(domain, row) });
  }

  addParkRow(domain: string, row: ParkLogRow): void {
    this.#add({ type: 'addParkRow', domain, row });
  }

  parkRowsOfCall(call: string): ParkLogRow[] {
    return this.#read(() => this.#queues?.parking(call) ?? [], []);
  }

  queueRows(period: QueuePeriod): Iterable<QueueLogRow> {
    return this.#rows((queues) => queues.rows(period));
  }

  lastDecisions(domain: string): Iterable<Extract<QueueLogRow, { type: 'offered' }>> {
    return this.#rows((queues) => queues.decisions(domain));
  }

  agentStatuses(domain: string, at: number): QueueLogRow[] {
    return this.#read(() => this.#queues?.statuses(domain, at) ?? [], []);
  }

  queueRowsOfCall(call: string): QueueLogRow[] {
    return this.#read(() => this.#queues?.ofCall(call) ?? [], []);
  }

  pruneQueueLog(pruning: QueuePruning): void {
    this.#add({ type: 'pruneQueueLog', ...pruning });
  }

  saveAgent(domain: string, agent: SavedAgent): void {
    this.#add({ type: 'saveAgent', domain, agent });
  }

  loadAgents(domain: string): SavedAgent[] {
    return this.#read(() => this.#queues?.agents(domain) ?? [], []);
  }

  health(): StoreHealth {
    const counts = this.#queue?.health ?? this.#last ?? { error: null, pending: 0, written: 0, lost: 0 };
    return {
      usable: this.#db !== null,
      error: this.#openError ?? counts.error,
      pending: counts.pending,
      written: counts.written,
      lost: counts.lost + this.#lost,
    };
  }

  async flush(): Promise<void> {
    await this.#queue?.flush();
  }

  async close(): Promise<void> {
    const queue = this.#queue;
    const db = this.#db;
    if (queue !== null) {
      this.#queue = null;
      await queue.close();
      this.#last = { usable: false, ...queue.health };
    }
    this.#archive = null;
    this.#queues = null;
    this.#db = null;
    db?.close(); // the last connection to close takes the -wal and -shm files away
  }

  #add(operation: Operation): void {
    if (this.#queue === null) this.#lost++;
    else this.#queue.add(operation);
  }

  *#rows<Row>(read: (queues: QueueArchive) => Iterable<Row>): Generator<Row> {
    if (this.#queues === null) return;
    try {
      yield* read(this.#queues);
    } catch (error) {
      this.#options.onError(storeErrorOf(error));
    }
  }

  #read<T>(read: (archive: Archive) => T, otherwise: T): T {
    if (this.#archive === null) return otherwise;
    try {
      return read(this.#archive);
    } catch (error) {
      this.#options.onError(storeErrorOf(error));
      return otherwise;
    }
  }
}
