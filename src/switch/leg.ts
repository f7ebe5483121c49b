import type { Cause } from '../core/cause.js';
import type { MediaEvent } from '../ports/media.js';
import type { InviteTarget, LegId, Sdp, SignallingEvent } from '../ports/signalling.js';

/**
 * One party: a SIP dialog and a media endpoint under one id. The only place where the two ports meet; what they do to
 * each other (hung up while the media was still opening, early media, offers in either direction) is settled here.
 *
 *     inbound:   offered → opening → early → answered → ended
 *     outbound:  opening → offered → early → answered → ended
 *
 * `opening`: the media port is making our SDP. `offered`: an INVITE is unanswered and no audio flows.
 */
export type Leg = {
  readonly id: LegId;
  readonly direction: 'inbound' | 'outbound';
  readonly state: 'opening' | 'offered' | 'early' | 'answered' | 'ended';
  /** What the other side said last; null: nothing yet. */
  readonly theirs: Sdp | null;
  /** What we said last. */
  readonly ours: Sdp | null;
  /** Inbound, `opening`: what to do when our SDP is there. */
  readonly wants: 'early' | 'answer' | null;
  readonly target: InviteTarget | null;
  /** The media port holds something for this leg. */
  readonly media: boolean;
  /** SIP says answered and the media port has yet to accept their SDP, or a re-INVITE of theirs is being answered. */
  readonly pending: 'answer' | 'modify' | null;
  readonly held: boolean;
  /** We gave an offer in a 2xx; the ACK brings their answer. */
  readonly lateOffer: boolean;
};

export type LegEvent =
  | Exclude<SignallingEvent, { type: 'modified' }>
  | (Extract<SignallingEvent, { type: 'modified' }> & { readonly like: Sdp | null })
  | MediaEvent
  /** Commands of the call. `like`: the other party's SDP. */
  | { readonly type: 'doInvite'; readonly like: Sdp | null }
  | { readonly type: 'doAlert' }
  | { readonly type: 'doEarly'; readonly like: Sdp | null }
  | { readonly type: 'doAnswer'; readonly like: Sdp | null }
  | { readonly type: 'doHangUp'; readonly cause: Cause };

export type LegEffect =
  | { readonly type: 'invite'; readonly target: InviteTarget; readonly offer: Sdp }
  | { readonly type: 'progress'; readonly status: 180 | 183; readonly answer: Sdp | null }
  | { readonly type: 'answer'; readonly sdp: Sdp }
  | { readonly type: 'refuse'; readonly status: number }
  | { readonly type: 'hangUp'; readonly cause: Cause }
  | { readonly type: 'openMedia'; readonly offer: Sdp | null; readonly like: Sdp | null }
  | { readonly type: 'acceptMedia'; readonly answer: Sdp }
  | { readonly type: 'closeMedia' }
  /** What the call hears. */
  | { readonly type: 'ready' }
  | { readonly type: 'ringing'; readonly early: boolean }
  | { readonly type: 'answered' }
  | { readonly type: 'held'; readonly held: boolean }
  | { readonly type: 'over'; readonly status: number; readonly by: 'local' | 'remote' | 'lost' };

export type LegStep = readonly [Leg, readonly LegEffect[]];

const NOTHING: readonly LegEffect[] = [];

export function inboundLeg(id: LegId, offer: Sdp | null): Leg {
  return { ...outboundLeg(id, null), direction: 'inbound', state: 'offered', theirs: offer };
}

export function outboundLeg(id: LegId, target: InviteTarget | null): Leg {
  return {
    id,
    direction: 'outbound',
    state: 'opening',
    theirs: null,
    ours: null,
    wants: null,
    target,
    media: false,
    pending: null,
    held: false,
    lateOffer: false,
  };
}

export function stepLeg(leg: Leg, event: LegEvent): LegStep {
  if (leg.state === 'ended') return [leg, NOTHING];
  switch (event.type) {
    case 'doInvite':
      return [{ ...leg, media: true }, [{ type: 'openMedia', offer: null, like: event.like }]];
    case 'doAlert':
      return [leg, leg.state === 'offered' || leg.state === 'opening' ? [progress(180, null)] : NOTHING];
    case 'doEarly':
      return openForCaller(leg, 'early', event.like);
    case 'doAnswer':
      return openForCaller(leg, 'answer', event.like);
    case 'doHangUp':
      return doHangUp(leg, event.cause);
    case 'opened':
      return opened(leg, event.sdp, event.held);
    case 'accepted':
      return accepted(leg, event.held);
    case 'failed':
      return mediaFailed(leg, event.why);
    case 'progressed':
      return progressed(leg, event.status, event.answer);
    case 'answered':
      return answered(leg, event.sdp);
    case 'acknowledged':
      return acknowledged(leg, event.answer);
    case 'modified':
      return modified(leg, event.offer, event.like);
    case 'ended':
      return over(leg, event.status, event.by);
    case 'agreed':
    case 'refused':
    case 'invited':
    case 'requested':
    case 'informed':
    case 'referred':
    case 'digit':
    case 'played':
    case 'recorded':
    case 'silent':
    case 'closed':
      return [leg, NOTHING];
  }
}

function openForCaller(leg: Leg, wants: 'early' | 'answer', like: Sdp | null): LegStep {
  switch (leg.state) {
    case 'offered': {
      // A caller that offered nothing cannot have early media: our offer goes with the 2xx (RFC 3261 §13.3.1).
      if (wants === 'early' && leg.theirs === null) return [leg, [progress(180, null)]];
      const opening: Leg = { ...leg, state: 'opening', wants, media: true, lateOffer: leg.theirs === null };
      return [opening, [{ type: 'openMedia', offer: leg.theirs, like }]];
    }
    case 'opening':
      return [{ ...leg, wants: wants === 'answer' ? 'answer' : leg.wants }, NOTHING];
    case 'early': // the session is there already: another phone's early media, or the answer, goes into it
      return wants === 'answer' && leg.ours !== null ? giveAnswer(leg, leg.ours) : [leg, [{ type: 'ready' }]];
    case 'answered':
    case 'ended':
      return [leg, NOTHING];
  }
}

function giveAnswer(leg: Leg, sdp: Sdp): LegStep {
  return [{ ...leg, state: 'answered', ours: sdp, wants: null }, [{ type: 'answer', sdp }, { type: 'answered' }]];
}

/** Our SDP is there. */
function opened(leg: Leg, sdp: Sdp, held: boolean): LegStep {
  if (leg.pending === 'modify') {
    const [next, effects] = setHeld({ ...leg, pending: null, ours: sdp }, held);
    return [next, [{ type: 'answer', sdp }, ...effects]];
  }
  if (leg.state !== 'opening') return [leg, NOTHING];
  if (leg.direction === 'outbound') {
    if (leg.target === null) return [leg, NOTHING];
    return [{ ...leg, state: 'offered', ours: sdp }, [{ type: 'invite', target: leg.target, offer: sdp }]];
  }
  if (leg.wants === 'early') {
    return [{ ...leg, state: 'early', ours: sdp, wants: null }, [progress(183, sdp), { type: 'ready' }]];
  }
  return giveAnswer(leg, sdp);
}

function accepted(leg: Leg, held: boolean): LegStep {
  if (leg.pending === 'answer') {
    const [next, effects] = setHeld({ ...leg, pending: null, state: 'answered' }, held);
    return [next, [{ type: 'answered' }, ...effects]];
  }
  if (leg.state === 'offered') return [{ ...leg, state: 'early' }, [{ type: 'ringing', early: true }]];
  return setHeld(leg, held);
}

function setHeld(leg: Leg, held: boolean): LegStep {
  return held === leg.held ? [leg, NOTHING] : [{ ...leg, held }, [{ type: 'held', held }]];
}

function mediaFailed(leg: Leg, why: 'unacceptable' | 'exhausted' | 'gone'): LegStep {
  // A re-INVITE that cannot be met is refused and changes nothing (RFC 3261 §14.2).
  if (leg.pending === 'modify' && why !== 'gone') return [{ ...leg, pending: null }, [{ type: 'refuse', status: 488 }]];
  const cause: Cause = why === 'unacceptable' ? 'noCommonCodec' : why === 'exhausted' ? 'congestion' : 'mediaLost';
  return doHangUp(leg.state === 'opening' || why === 'gone' ? { ...leg, media: false } : leg, cause);
}

function doHangUp(leg: Leg, cause: Cause): LegStep {
  if (leg.direction === 'outbound' && leg.state === 'opening') {
    return over(leg, cause === 'noCommonCodec' ? 488 : cause === 'congestion' ? 503 : 487, 'local');
  }
  return [leg, [{ type: 'hangUp', cause }]];
}

function over(leg: Leg, status: number, by: 'local' | 'remote' | 'lost'): LegStep {
  const end: LegEffect = { type: 'over', status, by };
  return [{ ...leg, state: 'ended', media: false }, leg.media ? [{ type: 'closeMedia' }, end] : [end]];
}

function progressed(leg: Leg, status: number, answer: Sdp | null): LegStep {
  if (status === 100 || (leg.state !== 'offered' && leg.state !== 'early')) return [leg, NOTHING];
  if (answer !== null && leg.state === 'offered')
    return [{ ...leg, theirs: answer }, [{ type: 'acceptMedia', answer }]];
  return [leg, [{ type: 'ringing', early: leg.state === 'early' }]];
}

/** 2xx to our INVITE. */
function answered(leg: Leg, sdp: Sdp | null): LegStep {
  if (leg.state === 'early' && (sdp === null || sdp === leg.theirs))
    return [{ ...leg, state: 'answered' }, [{ type: 'answered' }]];
  if (sdp === null) return doHangUp(leg, 'noCommonCodec'); // an answer without SDP to our offer (RFC 3261 §13.2.1)
  return [{ ...leg, theirs: sdp, pending: 'answer' }, [{ type: 'acceptMedia', answer: sdp }]];
}

function acknowledged(leg: Leg, answer: Sdp | null): LegStep {
  if (!leg.lateOffer) return [leg, NOTHING];
  if (answer === null) return doHangUp(leg, 'noCommonCodec');
  return [{ ...leg, lateOffer: false, theirs: answer }, [{ type: 'acceptMedia', answer }]];
}

function modified(leg: Leg, offer: Sdp | null, like: Sdp | null): LegStep {
  if (leg.state !== 'answered' || leg.pending !== null) return [leg, [{ type: 'refuse', status: 491 }]];
  const next: Leg = { ...leg, pending: 'modify', lateOffer: offer === null, theirs: offer ?? leg.theirs };
  return [next, [{ type: 'openMedia', offer, like }]];
}

function progress(status: 180 | 183, answer: Sdp | null): LegEffect {
  return { type: 'progress', status, answer };
}
