import { startTimer, stopTimer } from '../../machine/machine.js';
import { type Caller, log, type Queue, type Turn } from './acd.js';
import { refreshAgent } from './availability.js';
import { makeReady, quitCascade, quitLine, unready } from './line.js';
import { endOffer, ringOut } from './offer.js';
import type { QueueConfig } from './queue-config.js';
import type { QueueExit } from './queue-effect.js';
import type { Departure } from './queue-log.js';

/** Where those go who are not let in, or not kept: Forward if unavailable, else the queue's mailbox, else 480. */
export function unavailableExit(config: QueueConfig): QueueExit {
  if (config.forwardUnavailable !== null) return { to: 'forward', destination: config.forwardUnavailable };
  if (config.voicemail !== null) return { to: 'voicemail', mailbox: config.voicemail };
  return { to: 'reject', cause: 'unavailable' };
}

/** Where a caller goes who was not answered: Forward if unanswered, else 480. */
export function unansweredExit(config: QueueConfig): QueueExit {
  return config.forwardUnanswered === null
    ? { to: 'reject', cause: 'unavailable' }
    : { to: 'forward', destination: config.forwardUnanswered };
}

/**
 * Takes a caller out of the line at once, whatever is under way for him. `exit` null: he has hung up, there is nothing
 * left to send anywhere.
 */
export function depart(
  turn: Turn,
  caller: Caller,
  why: Departure,
  exit: QueueExit | null,
  by: string | null = null,
): void {
  const { queue, call } = caller;
  for (const offer of [...caller.offers]) endOffer(turn, offer, 'callerGone', 'callerGone');
  dropTalk(turn, caller);
  leaveQueue(turn, caller);
  const waitMs = turn.now - caller.enteredAt;
  log(turn, { type: 'left', queue: queue.config.extension, call, why, waitMs, by });
  if (exit !== null) turn.effects.push({ type: 'leave', call, queue: queue.config.extension, why, exit });
}

/**
 * His time in the queue is over. What rings is ended; whoever picked up already may still take him (D-19): until that
 * is settled he stays, and nobody else is rung.
 */
export function expire(turn: Turn, caller: Caller, why: Departure, exit: QueueExit): void {
  for (const offer of [...caller.offers]) if (offer.state !== 'confirming') ringOut(turn, offer);
  unready(caller);
  caller.overdue = { why, exit };
  settle(turn, caller);
}

/** The caller is gone while the agent still heard the whisper: nothing was connected, so there is no wrap-up. */
function dropTalk(turn: Turn, caller: Caller): void {
  const { talk } = caller;
  if (talk === null) return;
  turn.acd.talks.delete(talk.id);
  talk.agent.talks.splice(talk.agent.talks.indexOf(talk), 1);
  caller.talk = null;
  turn.effects.push({
    type: 'withdraw',
    offer: talk.id,
    call: caller.call,
    agent: talk.agent.id,
    cause: 'callerGone',
  });
  refreshAgent(turn.acd, talk.agent);
}

/** Out of the line, and everything that ran for him stops. */
export function leaveQueue(turn: Turn, caller: Caller): void {
  const { effects } = turn;
  const { queue, call } = caller;
  if (queue.wave?.caller === caller) endWave(turn, queue);
  quitLine(turn, caller);
  turn.acd.unsettled.add(queue);
  if (caller.deadline !== null) effects.push(stopTimer(`queue ${call}`));
  if (queue.config.maxWaitMs > 0) effects.push(stopTimer(`cap ${call}`));
  if (caller.announce.length > 0) effects.push(stopTimer(`announce ${call}`));
  if (caller.paused) effects.push(stopTimer(`pause ${call}`));
  stopCascade(turn, caller);
}

/** A caller some of whose offers have ended: does he ring on, want another agent, or leave? */
export function settle(turn: Turn, caller: Caller): void {
  if (caller.offers.length > 0 || caller.talk !== null) return;
  const { queue } = caller;
  if (queue.wave?.caller === caller) endWave(turn, queue);
  stopCascade(turn, caller);
  if (caller.overdue !== null) depart(turn, caller, caller.overdue.why, caller.overdue.exit);
  else if (!caller.introducing && !caller.paused) makeReady(turn, caller);
}

/** D-29: the next wave may start, after a pause if this one rang to its end. */
export function endWave(turn: Turn, queue: Queue): void {
  if (queue.wave === null) return;
  const { extension, missedRestMs } = queue.config;
  if (queue.wave.closing) {
    queue.paused = true;
    turn.effects.push(startTimer(`rest-wave ${extension}`, missedRestMs));
  } else {
    turn.effects.push(stopTimer(`wave ${extension}`));
  }
  queue.wave = null;
  turn.acd.unsettled.add(queue);
}

/** Nobody rings for him any more, and nobody joins. */
export function stopCascade(turn: Turn, caller: Caller): void {
  quitCascade(caller);
  if (!caller.growing) return;
  caller.growing = false;
  turn.effects.push(stopTimer(`grow ${caller.call}`));
}
