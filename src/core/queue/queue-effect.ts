import type { EpochMs, TimerEffect } from '../../machine/machine.js';
import type { Cause } from '../cause.js';
import type { Destination } from '../domain.js';
import type { Reach } from './queue-config.js';
import type { OfferId } from './queue-event.js';
import type { AgentStatus, Departure, QueueLogRow, Refusal } from './queue-log.js';

export type AcdEffect =
  | TimerEffect
  /**
   * He is in. Answer his call; play the intro once, if there is one, and report `introEnded`; then the music. What plays
   * is cut by `connect`, and for the length of an announcement.
   */
  | {
      readonly type: 'admit';
      readonly call: string;
      readonly queue: string;
      readonly intro: string | null;
      readonly music: string | null;
    }
  | { readonly type: 'announce'; readonly call: string; readonly queue: string; readonly announcement: Announcement }
  /** "Press 1 to leave a message, or stay on the line": 1 is `voicemailChosen`. He stays in line meanwhile. */
  | { readonly type: 'offerVoicemail'; readonly call: string; readonly queue: string }
  /** Ring this agent for this caller, at most `ringMs`; the end of it comes as `withdraw`. */
  | {
      readonly type: 'offer';
      readonly offer: OfferId;
      readonly call: string;
      readonly queue: string;
      readonly agent: string;
      readonly reach: Reach;
      readonly ringMs: number;
      readonly confirm: boolean;
      readonly autoAnswer: boolean;
    }
  /** End whatever leg this offer has: CANCEL or BYE (D-21). */
  | {
      readonly type: 'withdraw';
      readonly offer: OfferId;
      readonly call: string;
      readonly agent: string;
      readonly cause: Cause;
    }
  /** Play this to the agent alone, then report `whispered`. */
  | {
      readonly type: 'whisper';
      readonly offer: OfferId;
      readonly call: string;
      readonly agent: string;
      readonly sound: string;
    }
  /** Let them hear each other; the caller has left the line. */
  | { readonly type: 'connect'; readonly offer: OfferId; readonly call: string; readonly agent: string }
  /** The queue has nothing to do with this caller any more. */
  | {
      readonly type: 'leave';
      readonly call: string;
      readonly queue: string;
      readonly why: Departure | Refusal;
      readonly exit: QueueExit;
    }
  /** Something asked for was not done. */
  | {
      readonly type: 'refuse';
      readonly asked: 'prioritise' | 'pickUp' | 'transfer';
      readonly call: string;
      readonly why: string;
    }
  /** Tell whoever looks after this agent (D-37). */
  | {
      readonly type: 'notify';
      readonly agent: string;
      readonly queue: string;
      readonly reason: 'auto:missed' | 'unreachable';
    }
  /** Keep this over a restart. */
  | { readonly type: 'saveAgent'; readonly agent: SavedAgent }
  | { readonly type: 'log'; readonly row: QueueLogRow };

/** Where a caller goes from a queue; `reject` says why before it ends the call with 480. */
export type QueueExit =
  | { readonly to: 'forward'; readonly destination: Destination }
  | { readonly to: 'voicemail'; readonly mailbox: string }
  | { readonly to: 'reject'; readonly cause: Cause };

/** What to say to a waiting caller; null: not asked for, or not known well enough to be said. */
export type Announcement = {
  /** 1: next. */
  readonly position: number | null;
  readonly callersAhead: number | null;
  readonly waitMinutes: number | null;
  /** It takes much longer than he was told before: "busier than usual". */
  readonly busier: boolean;
};

/** What of an agent outlives the process (D-36): a restart neither logs him in nor ends a wrap-up. */
export type SavedAgent = {
  readonly agent: string;
  readonly status: AgentStatus;
  readonly reason: string | null;
  readonly since: EpochMs;
  readonly idleSince: EpochMs;
  /** Extensions of the queues he is logged in to. */
  readonly queues: readonly string[];
  readonly wrapUp: SavedWrapUp | null;
};

export type SavedWrapUp = {
  readonly queue: string;
  readonly call: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly talkMs: number;
  readonly reason: string | null;
};
