import type { Step, TimerEffect, TimerEvent } from '../machine/machine.js';
import type { HangUpCause, LegId, Sdp, SignallingEvent } from '../ports/signalling.js';
import { stepCalling, stepResolving } from './session-calling.js';
import { stepConfirmed } from './session-confirmed.js';
import { stepInvited } from './session-invited.js';

/**
 * The INVITE session of one leg, RFC 3261 §9 (CANCEL), §13 (beginning), §14 (modification) and §15 (end): who may do
 * what when. It knows no message; `leg.ts` turns messages into its events and its effects into messages.
 */
export type Session = Resolving | Calling | Invited | Confirmed | Terminated;

/** Ours, before we know where it goes. */
export type Resolving = { readonly state: 'resolving'; readonly leg: LegId; readonly lateOffer: boolean };

/** Ours, without a final response. */
export type Calling = {
  readonly state: 'calling';
  readonly leg: LegId;
  /** We sent no offer: the 2xx brings theirs, and our ACK waits for the answer. */
  readonly lateOffer: boolean;
  /** A provisional response has come: CANCEL is allowed (§9.1). */
  readonly heard: boolean;
  /** Addresses left to try after this one (RFC 3263 §4.3). */
  readonly alternatives: number;
  /** Reasons of our hangUp; null if there was none. The CANCEL waits until `heard`. */
  readonly cancelled: readonly string[] | null;
};

/** Theirs, without a final response of ours. */
export type Invited = {
  readonly state: 'invited';
  readonly leg: LegId;
  readonly cseq: number;
  readonly lateOffer: boolean;
};

export type Confirmed = {
  readonly state: 'confirmed';
  readonly leg: LegId;
  /** Our 2xx that wait for their ACK. */
  readonly unacknowledged: readonly Unacknowledged[];
  /** They answered our late offer call with an offer; the ACK waits for our answer. */
  readonly isAckOwed: boolean;
  /** Our `modify`, until it is agreed or refused. */
  readonly outgoing: Outgoing | null;
  /** Their re-INVITE or UPDATE that waits for our answer. */
  readonly incoming: Incoming | null;
  /** Reasons of our hangUp, the BYE of which waits for the ACK (§15); it has been reported. */
  readonly closing: readonly string[] | null;
};

export type Terminated = { readonly state: 'terminated'; readonly leg: LegId };

export type Unacknowledged = {
  readonly cseq: number;
  /** The 2xx to the first INVITE: without its ACK there is no BYE of ours. */
  readonly isFirst: boolean;
  /** The 2xx brought our offer; the ACK brings the answer. */
  readonly isOffer: boolean;
  readonly intervalMs: number;
};

export type Outgoing = {
  /** `waiting`: until INVITEs of either side are done (§14.1). `sent`. `retrying`: after a 491. */
  readonly state: 'waiting' | 'sent' | 'retrying';
  readonly offer: Sdp;
  /** How often it met with 491. */
  readonly glares: number;
  /** It is the offer that we made before, to refresh the session (RFC 4028 §7.4): nobody is told. */
  readonly isRefresh: boolean;
  /** A `modify` that came while the refresh was under way. */
  readonly next: Sdp | null;
};

export type Incoming = { readonly method: 'INVITE' | 'UPDATE'; readonly cseq: number; readonly lateOffer: boolean };

export type SessionEvent =
  | { readonly type: 'resolved'; readonly addresses: number }
  | { readonly type: 'progress'; readonly status: number; readonly sdp: Sdp | null }
  | { readonly type: 'answer'; readonly sdp: Sdp }
  | { readonly type: 'refuse'; readonly status: number }
  | { readonly type: 'modify'; readonly offer: Sdp; readonly isRefresh?: boolean }
  | { readonly type: 'hangUp'; readonly cause: HangUpCause }
  /** A provisional response to our INVITE. */
  | { readonly type: 'progressed'; readonly status: number; readonly sdp: Sdp | null }
  /** The first 2xx to our INVITE. */
  | { readonly type: 'accepted'; readonly sdp: Sdp | null }
  /** Any other end of our INVITE. `isLost`: of the transaction's own making, 408 or 503 (§8.1.3.1). */
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly isLost: boolean;
      readonly reasons: readonly string[];
      readonly contacts: readonly string[];
    }
  /** The 2xx to our re-INVITE. */
  | { readonly type: 'agreed'; readonly sdp: Sdp | null }
  /** Any other end of our re-INVITE. `retryMs` is the random time of §14.1, for a 491. */
  | { readonly type: 'disagreed'; readonly status: number; readonly retryMs: number }
  /** Another request of ours inside the dialog ended with 408 or 481: there is no dialog any more (§12.2.1.2). */
  | { readonly type: 'forgotten'; readonly status: number }
  /** Their INVITE has an Expires header (§13.3.1). */
  | { readonly type: 'limited'; readonly expiresMs: number }
  | { readonly type: 'cancelled'; readonly reasons: readonly string[] }
  /** An ACK for the 2xx with that CSeq. */
  | { readonly type: 'acknowledged'; readonly cseq: number; readonly sdp: Sdp | null }
  /** Their re-INVITE, or UPDATE with an offer. */
  | { readonly type: 'offered'; readonly method: 'INVITE' | 'UPDATE'; readonly cseq: number; readonly sdp: Sdp | null }
  /** Their BYE, which is answered already. */
  | { readonly type: 'left'; readonly reasons: readonly string[] }
  /** Something in our program failed while it worked for this leg. */
  | { readonly type: 'crashed' }
  | TimerEvent;

export type SessionEffect =
  /** Send our INVITE to the next address. */
  | { readonly type: 'invite' }
  | { readonly type: 'cancel'; readonly reasons: readonly string[] }
  /** Forget our INVITE: nobody answers the CANCEL (§9.1). */
  | { readonly type: 'abandon' }
  /** ACK of the 2xx that has come to our INVITE or re-INVITE, with our answer if the offer was theirs. */
  | { readonly type: 'ack'; readonly sdp: Sdp | null }
  | { readonly type: 'reinvite'; readonly offer: Sdp }
  | { readonly type: 'bye'; readonly reasons: readonly string[] }
  /** To their first INVITE. */
  | { readonly type: 'respond'; readonly status: number; readonly sdp: Sdp | null; readonly reasons: readonly string[] }
  /** Send the last provisional response once more, so that proxies do not give up (§13.3.1.1). */
  | { readonly type: 'repeat' }
  /** To the re-INVITE or UPDATE in `incoming`. */
  | { readonly type: 'reply'; readonly status: number; readonly sdp: Sdp | null }
  /** To the re-INVITE or UPDATE that has just come. With a 500 goes a Retry-After of 0 to 10 s. */
  | { readonly type: 'turnDown'; readonly status: 487 | 491 | 500 }
  /** Send our 2xx with that CSeq once more. */
  | { readonly type: 'resend'; readonly cseq: number }
  /** No ACK is awaited for it any more. */
  | { readonly type: 'settled'; readonly cseq: number }
  | { readonly type: 'report'; readonly event: SignallingEvent }
  | TimerEffect;

export type SessionResult = readonly [Session, readonly SessionEffect[]];

export function newCall(leg: LegId, lateOffer: boolean): Resolving {
  return { state: 'resolving', leg, lateOffer };
}

export function newInvitation(leg: LegId, cseq: number, lateOffer: boolean): Invited {
  return { state: 'invited', leg, cseq, lateOffer };
}

export const stepSession: Step<Session, SessionEvent, SessionEffect> = (session, event) => {
  switch (session.state) {
    case 'resolving':
      return stepResolving(session, event);
    case 'calling':
      return stepCalling(session, event);
    case 'invited':
      return stepInvited(session, event);
    case 'confirmed':
      return stepConfirmed(session, event);
    case 'terminated':
      return [session, []];
  }
};
