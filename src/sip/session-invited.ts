import { startTimer, stopTimer } from '../machine/machine.js';
import type { Confirmed, Invited, SessionEffect, SessionEvent, SessionResult } from './session.js';
import { acknowledgementTimers } from './session-confirmed.js';
import { ended, terminated } from './session-ending.js';
import { T1_MS } from './transaction/timers.js';

/** A provisional response is repeated every minute (RFC 3261 §13.3.1.1). */
const REPEAT_MS = 60_000;

/** Their call until our final response, RFC 3261 §13.3. */
export function stepInvited(session: Invited, event: SessionEvent): SessionResult {
  const { leg } = session;
  switch (event.type) {
    case 'progress': {
      const { status, sdp } = event;
      return [session, [{ type: 'respond', status, sdp, reasons: [] }, startTimer('repeat', REPEAT_MS)]];
    }
    case 'answer':
      return stepAnswer(session, event.sdp);
    case 'hangUp': {
      const status = finalStatus(event.cause.status);
      return close(session, status, event.cause.reasons, ended(leg, 'local', status));
    }
    case 'limited':
      return [session, [startTimer('expires', event.expiresMs)]];
    case 'cancelled': // §9.2
      return close(session, 487, [], ended(leg, 'remote', 487, event.reasons));
    case 'left': // a BYE of the caller in the early dialog (§15.1.2)
      return close(session, 487, [], ended(leg, 'remote', 487, event.reasons));
    case 'crashed':
      return close(session, 500, [], ended(leg, 'lost', 500));
    case 'offered': // before our final response: §14.2, RFC 3311 §5.2
      return [session, [{ type: 'turnDown', status: 500 }]];
    case 'timer':
      if (event.timer === 'expires') return close(session, 487, [], ended(leg, 'remote', 487));
      return [session, [{ type: 'repeat' }, startTimer('repeat', REPEAT_MS)]];
    case 'resolved':
    case 'refuse':
    case 'modify':
    case 'progressed':
    case 'accepted':
    case 'rejected':
    case 'agreed':
    case 'disagreed':
    case 'forgotten':
    case 'acknowledged':
      return [session, []];
  }
}

function stepAnswer(session: Invited, sdp: string): SessionResult {
  const { leg, cseq, lateOffer } = session;
  const confirmed: Confirmed = {
    state: 'confirmed',
    leg,
    unacknowledged: [{ cseq, isFirst: true, isOffer: lateOffer, intervalMs: T1_MS }],
    isAckOwed: false,
    outgoing: null,
    incoming: null,
    closing: null,
  };
  const respond: SessionEffect = { type: 'respond', status: 200, sdp, reasons: [] };
  return [confirmed, [...stops(), respond, ...acknowledgementTimers(cseq)]];
}

function close(session: Invited, status: number, reasons: readonly string[], report: SessionEffect): SessionResult {
  return [terminated(session.leg), [...stops(), { type: 'respond', status, sdp: null, reasons }, report]];
}

function stops(): SessionEffect[] {
  return [stopTimer('repeat'), stopTimer('expires')];
}

/** A cause that is no refusal, like the 200 of a leg that ended normally, is told to the caller as 480. */
function finalStatus(status: number): number {
  return status >= 300 && status <= 699 ? status : 480;
}
