import { startTimer, stopTimer } from '../machine/machine.js';
import type { Calling, Confirmed, Resolving, SessionEffect, SessionEvent, SessionResult } from './session.js';
import { ended, terminated } from './session-ending.js';
import { LIFETIME_MS } from './transaction/timers.js';

/** Our call while its target is looked up. */
export function stepResolving(session: Resolving, event: SessionEvent): SessionResult {
  const { leg, lateOffer } = session;
  switch (event.type) {
    case 'resolved': {
      if (event.addresses === 0) return [terminated(leg), [ended(leg, 'lost', 503)]];
      const alternatives = event.addresses - 1;
      const calling: Calling = { state: 'calling', leg, lateOffer, heard: false, alternatives, cancelled: null };
      return [calling, [{ type: 'invite' }]];
    }
    case 'hangUp':
      return [terminated(leg), [ended(leg, 'local', 487)]];
    case 'crashed':
      return [terminated(leg), [ended(leg, 'lost', 500)]];
    case 'progress':
    case 'answer':
    case 'refuse':
    case 'modify':
    case 'progressed':
    case 'accepted':
    case 'rejected':
    case 'agreed':
    case 'disagreed':
    case 'forgotten':
    case 'limited':
    case 'cancelled':
    case 'acknowledged':
    case 'offered':
    case 'left':
    case 'timer':
      return [session, []];
  }
}

/** RFC 3261 §13.2.2 and, after our hangUp, §9.1. */
export function stepCalling(session: Calling, event: SessionEvent): SessionResult {
  switch (event.type) {
    case 'progressed':
      return stepProgressed(session, event.status, event.sdp);
    case 'accepted':
      return stepAccepted(session, event.sdp);
    case 'rejected':
      return stepRejected(session, event);
    case 'hangUp': {
      if (session.cancelled !== null) return [session, []];
      const { reasons } = event.cause;
      return [{ ...session, cancelled: reasons }, session.heard ? cancel(reasons) : []];
    }
    case 'timer': // 64·T1 after the CANCEL
      return [terminated(session.leg), [{ type: 'abandon' }, ended(session.leg, 'local', 487)]];
    case 'crashed':
      return [terminated(session.leg), [stopTimer('final'), ended(session.leg, 'lost', 500), { type: 'abandon' }]];
    case 'offered': // an UPDATE before the 2xx, to which nobody who knows no 100rel has a right (RFC 3311 §5.1)
      return [session, [{ type: 'turnDown', status: 500 }]];
    case 'resolved':
    case 'progress':
    case 'answer':
    case 'refuse':
    case 'modify':
    case 'agreed':
    case 'disagreed':
    case 'forgotten':
    case 'limited':
    case 'cancelled':
    case 'acknowledged':
    case 'left':
      return [session, []];
  }
}

/** The CANCEL that was held back goes out on the first provisional response, 100 included. */
function stepProgressed(session: Calling, status: number, answer: string | null): SessionResult {
  const heard: Calling = session.heard ? session : { ...session, heard: true };
  if (session.cancelled !== null) return [heard, session.heard ? [] : cancel(session.cancelled)];
  if (status === 100) return [heard, []];
  return [heard, [{ type: 'report', event: { type: 'progressed', leg: session.leg, status, answer } }]];
}

function cancel(reasons: readonly string[]): SessionEffect[] {
  return [{ type: 'cancel', reasons }, startTimer('final', LIFETIME_MS)];
}

function stepAccepted(session: Calling, sdp: string | null): SessionResult {
  const { leg, lateOffer, cancelled } = session;
  if (cancelled !== null) {
    // It crossed our CANCEL (§9.1, §15): the call exists, and is hung up.
    const effects: SessionEffect[] = [
      stopTimer('final'),
      { type: 'ack', sdp: null },
      { type: 'bye', reasons: cancelled },
      ended(leg, 'local', 487),
    ];
    return [terminated(leg), effects];
  }
  if (lateOffer && sdp === null) {
    // No offer where there must be one (§13.2.1).
    return [terminated(leg), [{ type: 'ack', sdp: null }, { type: 'bye', reasons: [] }, ended(leg, 'lost', 488)]];
  }
  const confirmed: Confirmed = {
    state: 'confirmed',
    leg,
    unacknowledged: [],
    isAckOwed: lateOffer,
    outgoing: null,
    incoming: null,
    closing: null,
  };
  const answered: SessionEffect = { type: 'report', event: { type: 'answered', leg, sdp } };
  return [confirmed, lateOffer ? [answered] : [{ type: 'ack', sdp: null }, answered]];
}

function stepRejected(session: Calling, event: Extract<SessionEvent, { type: 'rejected' }>): SessionResult {
  const { leg, cancelled, alternatives } = session;
  const { status, reasons, contacts } = event;
  if (cancelled !== null) {
    const final = event.isLost ? 487 : status;
    return [terminated(leg), [stopTimer('final'), ended(leg, 'local', final, reasons, contacts)]];
  }
  // RFC 3263 §4.3: only a server that did not answer, or cannot, is passed over.
  if (alternatives > 0 && (event.isLost || status === 503)) {
    return [{ ...session, heard: false, alternatives: alternatives - 1 }, [{ type: 'invite' }]];
  }
  return [terminated(leg), [ended(leg, event.isLost ? 'lost' : 'remote', status, reasons, contacts)]];
}
