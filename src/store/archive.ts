import type { Database } from 'better-sqlite3';
import type { Binding } from '../core/binding.js';
import type { CallRecord } from '../core/call-record.js';
import type { DomainState } from '../core/domain-state.js';
import type { VoicemailFolder, VoicemailMessage } from '../core/voicemail-message.js';
import { prepared } from './connection.js';
import {
  type BindingRow,
  bindingOf,
  type CallRow,
  callOf,
  type LegRow,
  type MessageRow,
  messageOf,
  type StateRow,
  stateOf,
} from './row.js';

/** Which calls; every member that is set narrows it. Latest first. */
export type CallQuery = {
  readonly domain?: string;
  /** An extension, device or number that called, was dialled, was rung or took the call. */
  readonly party?: string;
  /** Started at or after. */
  readonly since?: number;
  /** Started before. */
  readonly until?: number;
  /** Default 15. */
  readonly limit?: number;
  readonly offset?: number;
};

export type MessageQuery = { readonly domain: string; readonly mailbox?: string; readonly folder?: VoicemailFolder };

const DEFAULT_LIMIT = 15;

/** Reads what was written; synchronous, for start-up and the command line. Throws what SQLite throws. */
export class Archive {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Bindings that live longer than `now`. */
  bindings(now: number): Binding[] {
    const rows = prepared<[number], BindingRow>(this.#db, 'SELECT * FROM bindings WHERE expires_at > ?');
    return rows.all(now).map(bindingOf);
  }

  /** What users have switched, by domain. */
  states(): Map<string, DomainState> {
    const rows = prepared<[], StateRow>(this.#db, 'SELECT * FROM state').all();
    return new Map(rows.map((row) => [row.domain, stateOf(row)]));
  }

  calls(query: CallQuery): CallRecord[] {
    const rows = prepared<[CallParameters], CallRow>(
      this.#db,
      `
      SELECT * FROM calls
      WHERE (@domain IS NULL OR domain = @domain) AND started_at >= @since AND started_at < @until
        AND (@party IS NULL OR from_number = @party OR from_device = @party OR dialled = @party OR to_id = @party
          OR id IN (SELECT call FROM legs WHERE device = @party OR number = @party))
      ORDER BY started_at DESC, id DESC
      LIMIT @limit OFFSET @offset`,
    );
    const found = rows.all({
      domain: query.domain ?? null,
      party: query.party ?? null,
      since: query.since ?? 0,
      until: query.until ?? Number.MAX_SAFE_INTEGER,
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    });
    return found.map((row) => this.#withLegs(row));
  }

  call(id: string): CallRecord | null {
    const row = prepared<[string], CallRow>(this.#db, 'SELECT * FROM calls WHERE id = ?').get(id);
    return row === undefined ? null : this.#withLegs(row);
  }

  /** Latest first. */
  messages({ domain, mailbox, folder }: MessageQuery): VoicemailMessage[] {
    const rows = prepared<[MessageParameters], MessageRow>(
      this.#db,
      `
      SELECT * FROM messages
      WHERE domain = @domain AND (@mailbox IS NULL OR mailbox = @mailbox) AND (@folder IS NULL OR folder = @folder)
      ORDER BY received_at DESC, id DESC`,
    );
    return rows.all({ domain, mailbox: mailbox ?? null, folder: folder ?? null }).map(messageOf);
  }

  #withLegs(row: CallRow): CallRecord {
    const legs = prepared<[string], LegRow>(this.#db, 'SELECT * FROM legs WHERE call = ? ORDER BY position');
    return callOf(row, legs.all(row.id));
  }
}

type CallParameters = { [name in 'since' | 'until' | 'limit' | 'offset']: number } & {
  domain: string | null;
  party: string | null;
};
type MessageParameters = { domain: string; mailbox: string | null; folder: VoicemailFolder | null };
