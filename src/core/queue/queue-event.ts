import type { EpochMs, TimerEvent } from '../../machine/machine.js';
import type { Destination } from '../domain.js';
import type { AcdConfig, AnnouncedFact, Reach } from './queue-config.js';

/** Number of an offer, unique in its machine; a call that came of it goes by the same number. */
export type OfferId = number;

/** Who calls, as the agent's phone and the records show it. */
export type CallerParty = { readonly name: string; readonly number: string };

/** Why an offer failed, as the ringing below it saw it. */
export type OfferFailure =
  /** 486, 600. */
  | 'busy'
  /** 603, or hung up instead of pressing 1. */
  | 'declined'
  /** Picked up, then neither pressed 1 nor hung up. */
  | 'unconfirmed'
  /** No phone left to ring, or none answers at all: 408, 430, transport error. */
  | 'unreachable';

export type AcdEvent = CallerEvent | OfferEvent | AgentEvent | AcdConfigured | TimerEvent;

/** `call`: id of the caller's call. `by`: who did it, for the record. */
export type CallerEvent =
  | {
      readonly type: 'callerJoined';
      readonly call: string;
      readonly queue: string;
      readonly party: CallerParty;
      /** As dialled, for statistics by number. */
      readonly dialled: string;
      /** Higher goes first. */
      readonly priority: number;
      /** The phone number's own choice of announcements; null: the queue's. */
      readonly announce: readonly AnnouncedFact[] | null;
      /** Since when he waits, if he keeps his place from another queue (D-32); null: now. */
      readonly since: EpochMs | null;
    }
  | { readonly type: 'introEnded'; readonly call: string }
  /** He hung up before he was connected. */
  | { readonly type: 'callerLeft'; readonly call: string }
  /** Pressed 1 at the offer of voicemail. */
  | { readonly type: 'voicemailChosen'; readonly call: string }
  /** D-33: to the head of the line. */
  | { readonly type: 'callerPrioritised'; readonly call: string; readonly by: string }
  /** D-33: for this agent and nobody else. */
  | { readonly type: 'callerPickedUp'; readonly call: string; readonly agent: string; readonly by: string }
  /** to another extension. */
  | { readonly type: 'callerTransferred'; readonly call: string; readonly to: Destination; readonly by: string };

/** What became of an offer. For one that is over they are nothing: `withdraw` has ended its legs, or `connect` joined them. */
export type OfferEvent =
  | { readonly type: 'offerRinging'; readonly offer: OfferId }
  /** A phone was picked up and is asked to press 1 (D-15); if it is given up while others still ring: `offerRinging`. */
  | { readonly type: 'offerConfirming'; readonly offer: OfferId }
  /** Accepted: picked up, and confirmed where that was asked for. */
  | { readonly type: 'offerAnswered'; readonly offer: OfferId }
  | { readonly type: 'offerFailed'; readonly offer: OfferId; readonly why: OfferFailure }
  /** The whisper has been played, or could not be. */
  | { readonly type: 'whispered'; readonly offer: OfferId }
  /** The agent's leg has ended, whoever ended it and however: hung up or transferred away. */
  | { readonly type: 'talkEnded'; readonly offer: OfferId };

export type AgentEvent =
  /** To one queue, or to all of his (null: "Go Online", A-159). `reason`: name of a custom status that is available. */
  | {
      readonly type: 'agentLoggedIn';
      readonly agent: string;
      readonly queue: string | null;
      readonly singleCall: boolean;
      readonly reason: string | null;
      readonly by: string;
    }
  | {
      readonly type: 'agentLoggedOut';
      readonly agent: string;
      readonly queue: string | null;
      readonly reason: string | null;
      readonly by: string;
    }
  /** Lunch, Break … or a custom status that is not available; he stays logged in to his queues. */
  | { readonly type: 'agentAway'; readonly agent: string; readonly reason: string; readonly by: string }
  /** Back from away, to the queues he had. */
  | { readonly type: 'agentReturned'; readonly agent: string; readonly by: string }
  /**
   * D-26: the device is registered, or the user's active rule rings something (D-27); to be told again whenever it
   * registers anew, since a phone that could not be reached is unavailable until then (D-37).
   */
  | { readonly type: 'agentReachable'; readonly agent: string; readonly reach: Reach; readonly reachable: boolean }
  /** How many calls he has that are not of a queue (D-35). */
  | { readonly type: 'agentOtherCalls'; readonly agent: string; readonly count: number }
  | { readonly type: 'wrapUpEnded'; readonly agent: string; readonly by: string }
  | {
      readonly type: 'wrapUpExtended';
      readonly agent: string;
      readonly byMs: number;
      readonly reason: string;
      readonly by: string;
    }
  /** */
  | {
      readonly type: 'callNoted';
      readonly agent: string;
      readonly call: string;
      readonly disposition: string;
      readonly reason: string;
      readonly text: string;
    };

/** A reload. Callers and agents stay where they are as far as their queues remain. */
export type AcdConfigured = { readonly type: 'configured'; readonly config: AcdConfig };
