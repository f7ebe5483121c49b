import type { CallParty, CallRecord, CallTaker, EndCause, Forward, LegRecord } from '../core/call-record.js';
import { CAUSES, type Cause } from '../core/cause.js';
import type { Domain } from '../core/domain.js';
import { lasting, type Reason } from '../core/reason.js';
import type { EpochMs } from '../machine/machine.js';
import type { MediaStatistics } from '../ports/media.js';

type LegLog = { -readonly [K in keyof LegRecord]: LegRecord[K] };

/** Collects what a call record needs while the call goes on. */
export class CallLog {
  readonly id: string;
  readonly #domain: string;
  readonly #from: CallParty;
  readonly #dialled: string;
  readonly #startedAt: EpochMs;
  #ringingAt: EpochMs | null = null;
  #answeredAt: EpochMs | null = null;
  #to: CallTaker | null = null;
  #rule: string | null = null;
  #cause: EndCause | null = null;
  /** Of the leg that ended last. */
  #lastCause: EndCause | null = null;
  /** The leg of who was rung to make the call; null: it came in. */
  #summoned: string | null = null;
  readonly #because: { readonly reason: Reason; readonly domain: Domain }[] = [];
  readonly #forwards: Forward[] = [];
  readonly #legs = new Map<string, LegLog>();

  constructor(id: string, domain: string, from: CallParty, dialled: string, startedAt: EpochMs) {
    this.id = id;
    this.#domain = domain;
    this.#from = from;
    this.#dialled = dialled;
    this.#startedAt = startedAt;
  }

  /** `domain`: what was decided by, so that the reasons still make sense when it is another. */
  decided(rule: string | null, because: readonly Reason[], domain: Domain): void {
    this.#rule ??= rule;
    for (const reason of because) this.#because.push({ reason, domain });
  }

  forwarded(forward: Forward): void {
    this.#forwards.push(forward);
  }

  /** Who or what took the call; the last word counts. */
  taken(by: CallTaker): void {
    this.#to = by;
  }

  /** That leg is the caller's. */
  summoned(leg: string): void {
    this.#summoned = leg;
  }

  /** The caller has got what he called. */
  answered(at: EpochMs): void {
    this.#answeredAt ??= at;
  }

  legStarted(leg: string, direction: 'in' | 'out', party: CallParty, uri: string, callId: string, at: EpochMs): void {
    const cause: EndCause = { status: 0, q850: 0, by: 'switch' };
    this.#legs.set(leg, {
      id: leg,
      direction,
      party,
      uri,
      callId,
      startedAt: at,
      ringingAt: null,
      answeredAt: null,
      endedAt: at,
      cause,
      media: null,
    });
  }

  legRinging(leg: string, at: EpochMs): void {
    this.#ringingAt ??= at;
    const log = this.#legs.get(leg);
    if (log !== undefined) log.ringingAt ??= at;
  }

  legAnswered(leg: string, at: EpochMs): void {
    const log = this.#legs.get(leg);
    if (log === undefined) return;
    log.answeredAt ??= at;
    if (log.direction === 'in') this.#answeredAt ??= at;
  }

  /** `cause`: why we ended it, null if somebody else did. The first leg to end an answered call, or the caller's, ends the call. */
  legEnded(leg: string, status: number, by: 'local' | 'remote' | 'lost', cause: Cause | null, at: EpochMs): void {
    const log = this.#legs.get(leg);
    if (log === undefined) return;
    const isCaller = log.direction === 'in' || leg === this.#summoned;
    const answered = log.answeredAt !== null;
    log.endedAt = at;
    log.cause = {
      status: answered ? 200 : isCaller && cause !== null ? CAUSES[cause].status : status,
      q850: cause !== null ? CAUSES[cause].q850 : q850Of(answered ? 200 : status),
      by: by === 'lost' || cause === 'mediaLost' ? 'lost' : by === 'local' ? 'switch' : isCaller ? 'caller' : 'callee',
    };
    const isCalledOff = by !== 'local' || cause === 'mediaLost';
    const endsTheCall = isCaller || (answered && this.#answeredAt !== null && isCalledOff);
    if (endsTheCall) this.#cause ??= log.cause;
    this.#lastCause = log.cause;
  }

  mediaClosed(leg: string, statistics: MediaStatistics): void {
    const log = this.#legs.get(leg);
    if (log !== undefined) log.media = statistics;
  }

  finish(at: EpochMs): CallRecord {
    return {
      id: this.id,
      domain: this.#domain,
      from: this.#from,
      dialled: this.#dialled,
      to: this.#to,
      startedAt: this.#startedAt,
      ringingAt: this.#ringingAt,
      answeredAt: this.#answeredAt,
      endedAt: at,
      cause: this.#cause ??
        this.#lastCause ?? { status: CAUSES.failure.status, q850: CAUSES.failure.q850, by: 'switch' },
      rule: this.#rule,
      because: this.#because.map(({ reason, domain }) => lasting(reason, domain)),
      forwards: this.#forwards,
      legs: [...this.#legs.values()],
    };
  }
}

/** RFC 3398 §8.2.6.1, the rows that a phone's final response can name. */
function q850Of(status: number): number {
  if (status < 300 || status === 487) return 16;
  const row = Object.values(CAUSES).find((c) => c.status === status);
  return row?.q850 ?? (status >= 500 ? 41 : 31);
}
