import { startTimer } from '../../machine/machine.js';
import type { Caller, Offer, Queue, Turn } from './acd.js';
import { expire, settle, unansweredExit } from './departure.js';
import { growsFurther, ringOut } from './offer.js';

/** Agent ring time-out of one offer. One that is being confirmed has a window of its own (D-19). */
export function ringTimedOut(turn: Turn, offer: Offer): void {
  offer.expired = true;
  if (offer.state === 'confirming') return;
  ringOut(turn, offer);
  settle(turn, offer.caller);
}

/** Nobody pressed 1 in time (D-18): a missed call, as if it had rung in vain (D-37). */
export function confirmTimedOut(turn: Turn, offer: Offer): void {
  offer.expired = true;
  ringOut(turn, offer);
  settle(turn, offer.caller);
}

/** D-29: the wave has rung for its time. Those who joined later rang shorter, and have missed nothing. */
export function waveTimedOut(turn: Turn, queue: Queue): void {
  const { wave } = queue;
  if (wave === null) return;
  wave.closing = true;
  for (const offer of [...wave.caller.offers]) {
    offer.expired = offer.at <= wave.startedAt;
    if (offer.state !== 'confirming') ringOut(turn, offer);
  }
  settle(turn, wave.caller);
}

export function wavePauseEnded(turn: Turn, queue: Queue): void {
  queue.paused = false;
  turn.acd.unsettled.add(queue);
}

/** D-31: the next group joins those that ring. */
export function grow(turn: Turn, caller: Caller): void {
  const { addGroup, agentRingMs } = caller.queue.config;
  caller.threshold += addGroup;
  caller.growing = growsFurther(caller);
  if (caller.growing) turn.effects.push(startTimer(`grow ${caller.call}`, agentRingMs));
  turn.acd.unsettled.add(caller.queue);
}

/** The queue ring time-out: Forward if unanswered; else the offer of voicemail, again and again; else on with waiting. */
export function queueTimedOut(turn: Turn, caller: Caller): void {
  const { queue, call } = caller;
  const { config } = queue;
  caller.deadline = null;
  if (config.forwardUnanswered !== null) {
    expire(turn, caller, 'timeout', unansweredExit(config));
    return;
  }
  if (config.voicemail !== null) {
    caller.announcedAt = turn.now;
    turn.effects.push({ type: 'offerVoicemail', call, queue: config.extension });
  }
  if (config.voicemail !== null || config.kind === 'linearCascade') startQueueRing(turn, caller);
  if (config.kind === 'linearCascade') endAttempt(turn, caller);
}

/** Starts the queue ring time-out: at entry, at the end of a required intro, and again for one who stays. */
export function startQueueRing(turn: Turn, caller: Caller): void {
  const { queueRingMs } = caller.queue.config;
  if (queueRingMs <= 0) return;
  caller.deadline = turn.now + queueRingMs;
  turn.effects.push(startTimer(`queue ${caller.call}`, queueRingMs));
}

/** A cascade that rang to the end begins anew with its first group, after a pause. */
function endAttempt(turn: Turn, caller: Caller): void {
  const { config } = caller.queue;
  const ringing = caller.offers.filter((offer) => offer.state !== 'confirming');
  if (ringing.length === 0) return;
  caller.paused = true;
  caller.threshold = config.initialGroup;
  turn.effects.push(startTimer(`pause ${caller.call}`, config.missedRestMs));
  for (const offer of ringing) ringOut(turn, offer);
  settle(turn, caller);
}

export function attemptPauseEnded(turn: Turn, caller: Caller): void {
  caller.paused = false;
  settle(turn, caller);
}

/** Longer than this nobody waits. */
export function waitedTooLong(turn: Turn, caller: Caller): void {
  expire(turn, caller, 'maxWait', unansweredExit(caller.queue.config));
}
