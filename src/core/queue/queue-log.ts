import type { EpochMs } from '../../machine/machine.js';
import type { CallerParty, OfferFailure, OfferId } from './queue-event.js';
import type { Ranking } from './ranking.js';

/**
 * The record of the queues: what happened, in order, each row complete in itself and never changed. Statistics, replay
 * and explanations are made from it alone.
 */
export type QueueLogRow = { readonly at: EpochMs } & QueueLogEntry;

export type QueueLogEntry =
  | (CallerRow & { readonly type: 'entered'; readonly priority: number })
  /** A gate was shut. */
  | (CallerRow & { readonly type: 'refused'; readonly why: Refusal })
  /** One decision: the agents that were offered this caller, and why no others. */
  | {
      readonly type: 'offered';
      readonly queue: string;
      readonly call: string;
      readonly agents: readonly string[];
      readonly pickUp: boolean;
      readonly ranking: Ranking;
    }
  | {
      readonly type: 'offerEnded';
      readonly queue: string;
      readonly call: string;
      readonly agent: string;
      readonly offer: OfferId;
      readonly outcome: OfferOutcome;
      readonly rangMs: number;
    }
  /** Caller and agent hear each other. */
  | {
      readonly type: 'connected';
      readonly queue: string;
      readonly call: string;
      readonly agent: string;
      readonly waitMs: number;
    }
  /** Out of the line without having been connected. */
  | {
      readonly type: 'left';
      readonly queue: string;
      readonly call: string;
      readonly why: Departure;
      readonly waitMs: number;
      readonly by: string | null;
    }
  | {
      readonly type: 'talkEnded';
      readonly queue: string;
      readonly call: string;
      readonly agent: string;
      readonly talkMs: number;
    }
  | {
      readonly type: 'wrappedUp';
      readonly queue: string;
      readonly call: string;
      readonly agent: string;
      readonly wrapUpMs: number;
      /** Given when it was extended. */
      readonly reason: string | null;
    }
  | {
      readonly type: 'agentStatus';
      readonly agent: string;
      readonly status: AgentStatus;
      readonly reason: string | null;
      /** Those he is logged in to. */
      readonly queues: readonly string[];
      readonly by: string;
    }
  | { readonly type: 'prioritised'; readonly queue: string; readonly call: string; readonly by: string }
  | {
      readonly type: 'pickedUp';
      readonly queue: string;
      readonly call: string;
      readonly agent: string;
      readonly by: string;
    }
  | {
      readonly type: 'noted';
      readonly agent: string;
      readonly call: string;
      readonly disposition: string;
      readonly reason: string;
      readonly text: string;
    };

type CallerRow = {
  readonly queue: string;
  readonly call: string;
  readonly party: CallerParty;
  readonly dialled: string;
  /** false if the queue keeps no statistics. */
  readonly counted: boolean;
};

/** D-38. */
export type AgentStatus = 'offline' | 'online' | 'singleCall' | 'away';

/** Which gate was shut, in the order they are tried. */
export type Refusal = 'noAgents' | 'full' | 'longWait' | 'noQueue';

/** Why a caller left the line unconnected. */
export type Departure =
  /** Hung up. */
  | 'abandoned'
  /** The queue ring time-out was over and the queue forwards. */
  | 'timeout'
  /** Chose to leave a message. */
  | 'voicemail'
  /** Nobody waits longer. */
  | 'maxWait'
  /** The last agent went, and the queue keeps nobody then. */
  | 'noAgents'
  /** Somebody sent him elsewhere. */
  | 'transferred'
  /** The queue was deleted. */
  | 'closed'
  /** The exchange went down under him. */
  | 'lost';

/** How an offer ended (D-37). Only `missed`, `declined` and `busy` are held against the agent. */
export type OfferOutcome =
  | 'answered'
  /** Rang the full time, or was picked up and not confirmed, and nobody else took the caller. */
  | 'missed'
  | Exclude<OfferFailure, 'unconfirmed'>
  /** Somebody else was faster. */
  | 'lost'
  | 'callerGone'
  /** Rang in vain and is not held against the agent: cut short by the caller's time or the wave's, or missed before. */
  | 'unanswered'
  /** The agent logged out or picked up another caller, or the caller was taken out of his hands. */
  | 'withdrawn';
