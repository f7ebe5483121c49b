import { startTimer, stopTimer } from '../machine/machine.js';
import type {
  Confirmed,
  Incoming,
  Outgoing,
  SessionEffect,
  SessionEvent,
  SessionResult,
  Unacknowledged,
} from './session.js';
import { ended, terminated } from './session-ending.js';
import { LIFETIME_MS, T1_MS, T2_MS } from './transaction/timers.js';

/** After so many 491 in a row a `modify` is refused: the other side means it. */
const MAX_GLARES = 5;

/** The timers of a 2xx that waits for its ACK, over TCP too (RFC 3261 §13.3.1.4). */
export function acknowledgementTimers(cseq: number): SessionEffect[] {
  return [startTimer(`resend ${cseq}`, T1_MS), startTimer(`lost ${cseq}`, LIFETIME_MS)];
}

/** From the 2xx on: RFC 3261 §13.3.1.4, §14, §15. */
export function stepConfirmed(session: Confirmed, event: SessionEvent): SessionResult {
  const { leg } = session;
  switch (event.type) {
    case 'answer':
      return stepAnswer(session, event.sdp);
    case 'refuse':
      if (session.incoming === null) return [session, []];
      return proceed({ ...session, incoming: null }, [{ type: 'reply', status: refusal(event.status), sdp: null }]);
    case 'modify':
      return stepModify(session, event.offer, event.isRefresh === true);
    case 'hangUp':
      return stepHangUp(session, event.cause.reasons);
    case 'agreed':
      return stepAgreed(session, event.sdp);
    case 'disagreed':
      return stepDisagreed(session, event.status, event.retryMs);
    case 'forgotten':
      return drop(session, [], event.status);
    case 'acknowledged':
      return stepAcknowledged(session, event.cseq, event.sdp);
    case 'offered':
      return stepOffered(session, { method: event.method, cseq: event.cseq, lateOffer: event.sdp === null }, event.sdp);
    case 'left':
      return finish(session, [], session.closing === null ? [ended(leg, 'remote', 200, event.reasons)] : []);
    case 'crashed':
      return drop(session, [], 500);
    case 'timer':
      return stepTimer(session, event.timer);
    case 'resolved':
    case 'progress':
    case 'progressed':
    case 'accepted':
    case 'rejected':
    case 'limited':
    case 'cancelled':
      return [session, []];
  }
}

/** To their re-INVITE or UPDATE, or else into the ACK that we owe. */
function stepAnswer(session: Confirmed, sdp: string): SessionResult {
  const { incoming } = session;
  if (incoming === null) {
    return session.isAckOwed ? proceed({ ...session, isAckOwed: false }, [{ type: 'ack', sdp }]) : [session, []];
  }
  const reply: SessionEffect = { type: 'reply', status: 200, sdp };
  if (incoming.method === 'UPDATE') return proceed({ ...session, incoming: null }, [reply]);
  const { cseq, lateOffer } = incoming;
  const sent: Unacknowledged = { cseq, isFirst: false, isOffer: lateOffer, intervalMs: T1_MS };
  const next: Confirmed = { ...session, incoming: null, unacknowledged: [...session.unacknowledged, sent] };
  return [next, [reply, ...acknowledgementTimers(cseq)]];
}

/** A refresh gives way to whatever else changes the session, which refreshes it as well. */
function stepModify(session: Confirmed, offer: string, isRefresh: boolean): SessionResult {
  const { outgoing, closing, leg } = session;
  if (closing !== null || (isRefresh && outgoing !== null)) return [session, []];
  if (outgoing?.isRefresh === true && outgoing.next === null) {
    return outgoing.state === 'waiting'
      ? [{ ...session, outgoing: waiting(offer, false) }, []]
      : [{ ...session, outgoing: { ...outgoing, next: offer } }, []];
  }
  if (outgoing !== null) return [session, [{ type: 'report', event: { type: 'refused', leg, status: 491 } }]];
  return proceed({ ...session, outgoing: waiting(offer, isRefresh) }, []);
}

function waiting(offer: string, isRefresh: boolean): Outgoing {
  return { state: 'waiting', offer, glares: 0, isRefresh, next: null };
}

/** Our re-INVITE is over. */
function concluded(session: Confirmed, outgoing: Outgoing, effects: readonly SessionEffect[]): SessionResult {
  const { next } = outgoing;
  return proceed({ ...session, outgoing: next === null ? null : waiting(next, false) }, effects);
}

/** Sends a re-INVITE that waits as soon as no INVITE of either side is under way (§14.1). */
function proceed(session: Confirmed, effects: readonly SessionEffect[]): SessionResult {
  const { outgoing, incoming, unacknowledged, isAckOwed } = session;
  const isBusy = incoming !== null || unacknowledged.length > 0 || isAckOwed;
  if (outgoing?.state !== 'waiting' || isBusy) return [session, effects];
  const sent: Outgoing = { ...outgoing, state: 'sent' };
  return [{ ...session, outgoing: sent }, [...effects, { type: 'reinvite', offer: outgoing.offer }]];
}

function stepAgreed(session: Confirmed, sdp: string | null): SessionResult {
  const ack: SessionEffect = { type: 'ack', sdp: null };
  const { outgoing, leg } = session;
  if (outgoing?.state !== 'sent') return [session, [ack]];
  const report: SessionEffect = { type: 'report', event: { type: 'agreed', leg, answer: sdp } };
  return concluded(session, outgoing, outgoing.isRefresh ? [ack] : [ack, report]);
}

function stepDisagreed(session: Confirmed, status: number, retryMs: number): SessionResult {
  const { outgoing, leg } = session;
  if (outgoing?.state !== 'sent') return [session, []];
  // §12.2.1.2: the other side has lost the dialog, or is lost itself.
  if (status === 481 || status === 408) return drop(session, [], status);
  if (status === 491 && outgoing.glares < MAX_GLARES) {
    const retrying: Outgoing = { ...outgoing, state: 'retrying', glares: outgoing.glares + 1 };
    return [{ ...session, outgoing: retrying }, [startTimer('retry', retryMs)]];
  }
  const report: SessionEffect = { type: 'report', event: { type: 'refused', leg, status } };
  return concluded(session, outgoing, outgoing.isRefresh ? [] : [report]);
}

/** What is no refusal is told as 488. */
function refusal(status: number): number {
  return status >= 300 && status <= 699 ? status : 488;
}

/** RFC 3261 §14.2, RFC 3311 §5.2; for one that overtakes the ACK, RFC 5407 §3.1.5. */
function stepOffered(session: Confirmed, incoming: Incoming, sdp: string | null): SessionResult {
  const refusal = refusalOf(session);
  if (refusal !== null) return [session, [{ type: 'turnDown', status: refusal }]];
  const report: SessionEffect = { type: 'report', event: { type: 'modified', leg: session.leg, offer: sdp } };
  return [{ ...session, incoming }, [report]];
}

function refusalOf(session: Confirmed): 487 | 491 | 500 | null {
  if (session.closing !== null) return 487;
  if (session.incoming !== null || session.isAckOwed) return 500; // theirs is not answered yet
  const isOurs = session.outgoing?.state === 'sent' || session.unacknowledged.some((sent) => sent.isOffer);
  return isOurs ? 491 : null; // ours is not answered yet
}

function stepAcknowledged(session: Confirmed, cseq: number, sdp: string | null): SessionResult {
  const found = session.unacknowledged.find((sent) => sent.cseq === cseq);
  if (found === undefined) return [session, []];
  const unacknowledged = session.unacknowledged.filter((sent) => sent !== found);
  const effects: SessionEffect[] = [stopTimer(`resend ${cseq}`), stopTimer(`lost ${cseq}`), { type: 'settled', cseq }];
  if (session.closing !== null && found.isFirst) {
    return finish({ ...session, unacknowledged }, [...effects, { type: 'bye', reasons: session.closing }], []);
  }
  if (session.closing === null) {
    const answer = found.isOffer ? sdp : null;
    effects.push({ type: 'report', event: { type: 'acknowledged', leg: session.leg, answer } });
  }
  return proceed({ ...session, unacknowledged }, effects);
}

/** §15: BYE; but not before the first 2xx is ACKed or given up. To us the leg has ended either way (§15.1.1). */
function stepHangUp(session: Confirmed, reasons: readonly string[]): SessionResult {
  if (session.closing !== null) return [session, []];
  const report = ended(session.leg, 'local', 200);
  if (session.unacknowledged.some((sent) => sent.isFirst)) {
    const effects: SessionEffect[] = session.incoming === null ? [] : [{ type: 'reply', status: 487, sdp: null }];
    return [{ ...session, incoming: null, outgoing: null, closing: reasons }, [...effects, report]];
  }
  const ack: SessionEffect[] = session.isAckOwed ? [{ type: 'ack', sdp: null }] : [];
  return finish(session, [...ack, { type: 'bye', reasons }], [report]);
}

function stepTimer(session: Confirmed, timer: string): SessionResult {
  if (timer === 'retry') {
    const { outgoing } = session;
    if (outgoing?.state !== 'retrying') return [session, []];
    const again: Outgoing = outgoing.next === null ? { ...outgoing, state: 'waiting' } : waiting(outgoing.next, false);
    return proceed({ ...session, outgoing: again }, []);
  }
  const sent = session.unacknowledged.find(({ cseq }) => timer.endsWith(` ${cseq}`));
  if (sent === undefined) return [session, []];
  // §13.3.1.4: nobody acknowledges for 64·T1.
  if (timer.startsWith('lost')) return drop(session, session.closing ?? [], 408);
  const intervalMs = Math.min(2 * sent.intervalMs, T2_MS);
  const unacknowledged = session.unacknowledged.map((other) => (other === sent ? { ...sent, intervalMs } : other));
  return [{ ...session, unacknowledged }, [{ type: 'resend', cseq: sent.cseq }, startTimer(timer, intervalMs)]];
}

/** Hangs up for a reason that is not the user's. */
function drop(session: Confirmed, reasons: readonly string[], status: number): SessionResult {
  const report = session.closing === null ? [ended(session.leg, 'lost', status)] : [];
  const ack: SessionEffect[] = session.isAckOwed ? [{ type: 'ack', sdp: null }] : [];
  return finish(session, [...ack, { type: 'bye', reasons }], report);
}

/** The end: nothing is left unanswered (§15.1.2), no timer runs on. */
function finish(
  session: Confirmed,
  effects: readonly SessionEffect[],
  report: readonly SessionEffect[],
): SessionResult {
  const last: SessionEffect[] = [];
  if (session.incoming !== null) last.push({ type: 'reply', status: 487, sdp: null });
  if (session.outgoing?.state === 'retrying') last.push(stopTimer('retry'));
  for (const { cseq } of session.unacknowledged) {
    last.push(stopTimer(`resend ${cseq}`), stopTimer(`lost ${cseq}`), { type: 'settled', cseq });
  }
  return [terminated(session.leg), [...last, ...effects, ...report]];
}
