import type { Database } from 'better-sqlite3';
import { prepared } from './connection.js';
import { type StoreError, storeErrorOf } from './store-error.js';

/**
 * One entry per version of the schema, applied in order; `user_version` counts those a file has had. An entry that was
 * released is never changed. Times are epoch milliseconds, lists are JSON.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE bindings (
    domain TEXT NOT NULL,
    device TEXT NOT NULL,
    uri TEXT NOT NULL,
    flow TEXT NOT NULL,
    q REAL NOT NULL,
    call_id TEXT NOT NULL,
    cseq INTEGER NOT NULL,
    registered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    instance TEXT,
    reg_id INTEGER,
    user_agent TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (domain, device, uri)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE calls (
    id TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    from_name TEXT NOT NULL,
    from_number TEXT NOT NULL,
    from_device TEXT,
    dialled TEXT NOT NULL,
    to_kind TEXT CHECK (to_kind IN ('device', 'number', 'voicemail', 'service')),
    to_id TEXT,
    started_at INTEGER NOT NULL,
    ringing_at INTEGER,
    answered_at INTEGER,
    ended_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    q850 INTEGER NOT NULL,
    ended_by TEXT NOT NULL CHECK (ended_by IN ('caller', 'callee', 'switch', 'lost')),
    rule TEXT,
    because TEXT NOT NULL,
    forwards TEXT NOT NULL
  ) STRICT;
  CREATE INDEX calls_by_time ON calls (started_at);
  CREATE INDEX calls_by_domain ON calls (domain, started_at);

  CREATE TABLE legs (
    call TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    device TEXT,
    uri TEXT NOT NULL,
    sip_call_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ringing_at INTEGER,
    answered_at INTEGER,
    ended_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    q850 INTEGER NOT NULL,
    ended_by TEXT NOT NULL CHECK (ended_by IN ('caller', 'callee', 'switch', 'lost')),
    codec TEXT,
    packets_sent INTEGER,
    packets_received INTEGER,
    received_lost INTEGER,
    received_jitter_ms REAL,
    reported_lost INTEGER,
    reported_jitter_ms REAL,
    PRIMARY KEY (call, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX legs_by_device ON legs (device);
  CREATE INDEX legs_by_number ON legs (number);

  CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    file TEXT NOT NULL,
    caller_name TEXT NOT NULL,
    caller_number TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    length_ms INTEGER NOT NULL,
    folder TEXT NOT NULL CHECK (folder IN ('new', 'saved', 'trash')),
    heard INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_mailbox ON messages (domain, mailbox, received_at);
  `,
  `
  CREATE TABLE state (
    domain TEXT PRIMARY KEY,
    users TEXT NOT NULL,
    toggles TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE queue_log (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    call TEXT,
    agent TEXT,
    row TEXT NOT NULL
  ) STRICT;
  -- Rankings are most of the bytes and none of the statistics.
  CREATE INDEX queue_log_by_time ON queue_log (domain, at) WHERE type <> 'offered';
  CREATE INDEX queue_rankings_by_time ON queue_log (domain, at) WHERE type = 'offered';
  CREATE INDEX queue_log_by_call ON queue_log (call) WHERE call IS NOT NULL;
  CREATE INDEX queue_log_by_agent ON queue_log (domain, agent) WHERE type = 'agentStatus';

  CREATE TABLE agents (
    domain TEXT NOT NULL,
    agent TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('offline', 'online', 'singleCall', 'away')),
    reason TEXT,
    since INTEGER NOT NULL,
    idle_since INTEGER NOT NULL,
    queues TEXT NOT NULL,
    wrap_up TEXT,
    PRIMARY KEY (domain, agent)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE park_log (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    at INTEGER NOT NULL,
    call TEXT NOT NULL,
    row TEXT NOT NULL
  ) STRICT;
  CREATE INDEX park_log_by_time ON park_log (domain, at);
  CREATE INDEX park_log_by_call ON park_log (call);
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** What every connection is set to. `busyMs`: how long it waits for another one's lock. */
export function configure(db: Database, busyMs: number): void {
  db.exec(`PRAGMA busy_timeout = ${busyMs}`);
  db.exec('PRAGMA foreign_keys = ON');
  if (db.readonly) return;
  db.exec('PRAGMA journal_mode = WAL'); // readers and the writer do not wait for each other
  db.exec('PRAGMA synchronous = NORMAL'); // a power cut may cost the last transactions, never the file
}

/** Brings a file to this version's schema. Returns what is wrong; null if it is as it should be. */
export function migrate(db: Database): StoreError | null {
  try {
    const version = versionOf(db);
    if (version > SCHEMA_VERSION) return newer(db.name, version);
    if (version < SCHEMA_VERSION && db.readonly) {
      return { code: 'SQLITE_READONLY', message: `${db.name} has schema ${version}, needs ${SCHEMA_VERSION}` };
    }
    // Immediate: of two programs that start at once, the second waits and finds the work done.
    if (version < SCHEMA_VERSION) db.transaction(() => applyFrom(db, versionOf(db))).immediate();
    return null;
  } catch (error) {
    return storeErrorOf(error);
  }
}

function applyFrom(db: Database, version: number): void {
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    db.exec(sql);
    db.exec(`PRAGMA user_version = ${index + 1}`);
  }
}

function versionOf(db: Database): number {
  return prepared<[], { user_version: number }>(db, 'PRAGMA user_version').get()?.user_version ?? 0;
}

function newer(file: string, version: number): StoreError {
  return {
    code: 'NEWER_SCHEMA',
    message: `${file} has schema ${version}, this program knows ${SCHEMA_VERSION}: it was written by a newer version`,
  };
}
