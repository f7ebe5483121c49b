import type { TimerEffect, TimerEvent } from '../machine/machine.js';
import type { Cause } from './cause.js';
import { type Destination, describe, type Feature, type Service } from './domain.js';
import type { Plan, Purpose, Regret, RingPlan, RingTarget, ScreenPlan } from './plan.js';
import type { AnnouncedFact } from './queue/queue-config.js';
import type { OfferFailure, OfferId } from './queue/queue-event.js';
import type { Ringing } from './ringing.js';

/**
 * One call: the leg of who is served, what is being done with it, and the legs that are rung for it.
 *
 *     deciding → ringing → answering → talking → ended
 *      ↑ ↓ ↑      ↓ ↑                    ↓ ↑
 *      ↑ (route)  conversing, screening  ↑ ↑ (parked, taken back)
 *      waiting ← ← ← ← ← ← ← ← ← ← ← ← ← ← ↑   (in a queue or parked; offers ring meanwhile)
 *
 * A call that is made for somebody begins with `summoning`: a phone of his rings, then it is decided.
 */
export type Call = {
  /** Also the id of the leg that came in; the legs rung for it are `ID.1`, `ID.2` … */
  readonly id: string;
  readonly dialled: Destination;
  readonly phase:
    | 'summoning'
    | 'deciding'
    | 'screening'
    | 'ringing'
    | 'answering'
    | 'talking'
    | 'conversing'
    | 'waiting'
    | 'ended';
  /** The leg of who makes the call: the one that came in, or the one that was rung for him. */
  readonly initiator: string;
  /** The leg that is served: that of who makes the call, until it parks the other. */
  readonly caller: string;
  readonly callerAnswered: boolean;
  /** 180 has been sent. */
  readonly alerted: boolean;
  /** The leg whose early media the caller hears. */
  readonly early: string | null;
  /** The caller has an early session: what he hears until he is answered goes into it. */
  readonly earlyOpen: boolean;
  readonly ringing: Ringing | null;
  /** Number of the next leg. */
  readonly legs: number;
  /** What follows when the caller has said a name. */
  readonly screened: ScreenPlan['then'] | null;
  /** Who rings, or has picked up, while the caller waits. */
  readonly offers: readonly Offer[];
  /** The offer that the talk with `peer` came of. */
  readonly talk: OfferId | null;
  /** How the call ends when the script with the caller is over, if he was never answered. */
  readonly ending: Cause;
  /** The leg the caller talks to, or will when his leg is answered. */
  readonly peer: string | null;
  /** Routing history (D-46): object and purpose of every visit. */
  readonly visited: readonly string[];
};

/** An agent, or a parker who is rung back, who is rung for a caller that waits. */
export type Offer = {
  readonly id: OfferId;
  /** Null: somebody has taken it. */
  readonly ringing: Ringing | null;
  /** Who has taken it. */
  readonly leg: string | null;
  readonly state: 'trying' | 'ringing' | 'confirming' | 'accepted';
  /** What came of a phone that was picked up and asked. */
  readonly refused: Extract<OfferFailure, 'declined' | 'unconfirmed'> | null;
};

/** `ID.q3.1` is the first leg rung by the third offer of a domain. */
export type CallEvent =
  | { readonly type: 'invited' }
  /** Somebody wants to call from what this rings. */
  | { readonly type: 'summoned'; readonly plan: RingPlan }
  | { readonly type: 'decided'; readonly plan: Plan }
  /** The caller's media is open for early media. */
  | { readonly type: 'ready'; readonly leg: string }
  | { readonly type: 'ringing'; readonly leg: string; readonly early: boolean }
  | { readonly type: 'answered'; readonly leg: string }
  /** What the one who answered said to the offered call; `lapsed`: nothing. */
  | { readonly type: 'accepted' | 'refused'; readonly leg: string }
  | { readonly type: 'lapsed'; readonly leg: string }
  /** `status`: final status of a leg that was never answered. `redirect`: who a 3xx pointed to. */
  | { readonly type: 'ended'; readonly leg: string; readonly status: number; readonly redirect?: string | null }
  /** The branch goes on with that target; null: it may not. */
  | { readonly type: 'redirected'; readonly branch: string; readonly target: RingTarget | null }
  /** The script with the caller is over. */
  | { readonly type: 'conversed' }
  | WaitingEvent
  | TimerEvent;

/** What the queue or the park slot decides for a call that waits in it. */
export type WaitingEvent =
  /** Ring this for the caller; there may be several such at once. */
  | { readonly type: 'offered'; readonly offer: OfferId; readonly plan: RingPlan }
  | { readonly type: 'withdrawn'; readonly offer: OfferId; readonly cause: Cause }
  /** Caller and who has taken the offer are to hear each other. */
  | { readonly type: 'connected'; readonly offer: OfferId }
  /** Waiting is over, and this is done instead. */
  | { readonly type: 'left'; readonly plan: Plan }
  /** One of two who talk has parked the other. */
  | { readonly type: 'parked'; readonly by: string }
  /** The one who waits talks in another call from now on: that leg is gone from here. */
  | { readonly type: 'handedOver' }
  /** The call that dialled a slot gets the leg that was parked there. */
  | { readonly type: 'joined'; readonly leg: string };

export type Conversation =
  | { readonly with: 'voicemail'; readonly extension: string }
  | { readonly with: 'service'; readonly service: Service }
  | { readonly with: 'feature'; readonly extension: string; readonly feature: Feature; readonly digits: string }
  /** The caller says a name for that user. */
  | { readonly with: 'screen'; readonly extension: string }
  /** Tells the caller why this ends. */
  | { readonly with: 'regret'; readonly why: Regret };

export type CallEffect =
  | {
      readonly type: 'decide';
      readonly to: Destination;
      readonly from: string | null;
      readonly purpose: Purpose;
      readonly screened: boolean;
    }
  | { readonly type: 'invite'; readonly leg: string; readonly target: RingTarget; readonly route: number }
  /** Who answered the leg is asked; `accepted` or `refused` follows. */
  | { readonly type: 'confirm'; readonly leg: string; readonly target: RingTarget; readonly extension: string | null }
  /** Tell the leg that the call is taken, then hang it up. */
  | { readonly type: 'dismiss'; readonly leg: string }
  /** A phone points elsewhere (D-48); `redirected` follows. */
  | { readonly type: 'redirect'; readonly branch: string; readonly from: RingTarget; readonly to: string }
  | { readonly type: 'ringback' }
  /** Give the caller early media, with codecs like that leg's. */
  | { readonly type: 'early'; readonly like: string }
  | { readonly type: 'answer'; readonly like: string }
  | { readonly type: 'connect'; readonly a: string; readonly b: string }
  | { readonly type: 'converse'; readonly conversation: Conversation }
  | { readonly type: 'hangUp'; readonly leg: string; readonly cause: Cause }
  | WaitingEffect
  | TimerEffect;

/** What a call that waits tells the queue or the park slot. */
export type WaitingEffect =
  /** Into the line; `announce`: the phone number's choice, null: the queue's. */
  | { readonly type: 'joinQueue'; readonly queue: string; readonly announce: readonly AnnouncedFact[] | null }
  | { readonly type: 'retrieve'; readonly slot: string }
  | { readonly type: 'offerRinging' | 'offerConfirming'; readonly offer: OfferId }
  | { readonly type: 'offerAccepted'; readonly offer: OfferId; readonly leg: string }
  | { readonly type: 'offerFailed'; readonly offer: OfferId; readonly why: OfferFailure }
  | { readonly type: 'talkEnded'; readonly offer: OfferId }
  /** The one who waited has hung up. */
  | { readonly type: 'stoppedWaiting' };

export type CallStep = readonly [Call, readonly CallEffect[]];

export function callerOf(call: Call): string {
  return call.caller;
}

const MAX_HOPS = 10; // D-46

/** Whether a visit would be one too many: the second for the same purpose, or the eleventh (D-46). */
export function isLoop({ visited }: Call, visit: string): boolean {
  return visited.includes(visit) || visited.length > MAX_HOPS;
}

export function startCall(id: string, to: Destination): Call {
  return {
    id,
    dialled: to,
    phase: 'deciding',
    initiator: id,
    caller: id,
    callerAnswered: false,
    alerted: false,
    early: null,
    earlyOpen: false,
    ringing: null,
    legs: 1,
    screened: null,
    offers: [],
    talk: null,
    ending: 'normal',
    peer: null,
    visited: [`${describe(to)} dialled`],
  };
}

export function hangUp(leg: string, cause: Cause): CallEffect {
  return { type: 'hangUp', leg, cause };
}
