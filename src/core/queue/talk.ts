import { startTimer, stopTimer } from '../../machine/machine.js';
import { log, type Offer, type Talk, type Turn } from './acd.js';
import { logOut, rest, startWrapUp } from './agent-status.js';
import { refreshAgent } from './availability.js';
import { endWave, leaveQueue, settle, stopCascade } from './departure.js';
import { endOffer, ringOut } from './offer.js';
import type { OfferEvent, OfferFailure } from './queue-event.js';

export function stepOffer(turn: Turn, event: OfferEvent): void {
  if (event.type === 'whispered' || event.type === 'talkEnded') {
    const talk = turn.acd.talks.get(event.offer);
    if (talk === undefined) return;
    if (event.type === 'talkEnded') endTalk(turn, talk);
    else if (talk.connectedAt === null) connect(turn, talk);
    return;
  }
  const offer = turn.acd.offers.get(event.offer);
  if (offer === undefined) return;
  switch (event.type) {
    case 'offerRinging':
      return ringing(turn, offer);
    case 'offerConfirming':
      return confirming(turn, offer);
    case 'offerAnswered':
      return accept(turn, offer);
    case 'offerFailed':
      return failed(turn, offer, event.why);
  }
}

function ringing(turn: Turn, offer: Offer): void {
  const wasConfirming = offer.state === 'confirming';
  offer.state = 'ringing';
  if (!wasConfirming) return;
  turn.effects.push(stopTimer(`confirm ${offer.id}`));
  const { caller } = offer;
  const { wave } = caller.queue;
  if (offer.expired || caller.overdue !== null || (wave?.caller === caller && wave.closing)) {
    ringOut(turn, offer);
    settle(turn, caller);
  }
}

/** D-16: an unconfirmed answer never wins and never stops the others. */
function confirming(turn: Turn, offer: Offer): void {
  if (offer.state === 'confirming') return;
  offer.state = 'confirming';
  turn.effects.push(startTimer(`confirm ${offer.id}`, offer.caller.queue.config.confirmMs));
}

function failed(turn: Turn, offer: Offer, why: OfferFailure): void {
  const { caller } = offer;
  if (why === 'unconfirmed') {
    offer.expired = true;
    ringOut(turn, offer, null);
  } else {
    endOffer(turn, offer, why, null);
  }
  settle(turn, caller);
}

/** The first to accept wins; the others have lost a race and missed nothing (D-29). */
function accept(turn: Turn, offer: Offer): void {
  const { acd, effects } = turn;
  const { caller, agent, membership, id } = offer;
  const { queue, call } = caller;
  for (const other of [...caller.offers]) if (other !== offer) endOffer(turn, other, 'lost', 'answeredElsewhere');
  const talk: Talk = { id, call, caller, membership, agent, connectedAt: null };
  acd.talks.set(id, talk);
  agent.talks.push(talk);
  caller.talk = talk;
  endOffer(turn, offer, 'answered', null);
  stopCascade(turn, caller);
  if (queue.wave?.caller === caller) {
    queue.wave.closing = false; // the next caller's wave starts at once
    endWave(turn, queue);
  }
  const { whisper } = queue.config;
  if (whisper === null) connect(turn, talk);
  else effects.push({ type: 'whisper', offer: id, call, agent: agent.id, sound: whisper });
}

function connect(turn: Turn, talk: Talk): void {
  const { now, effects } = turn;
  const { caller, agent, call, id } = talk;
  talk.connectedAt = now;
  caller.talk = null;
  leaveQueue(turn, caller);
  effects.push({ type: 'connect', offer: id, call, agent: agent.id });
  const waitMs = now - caller.enteredAt;
  log(turn, { type: 'connected', queue: caller.queue.config.extension, call, agent: agent.id, waitMs });
}

function endTalk(turn: Turn, talk: Talk): void {
  const { acd, now } = turn;
  const { agent, caller, call } = talk;
  const { config } = caller.queue;
  acd.talks.delete(talk.id);
  agent.talks.splice(agent.talks.indexOf(talk), 1);
  agent.idleSince = now;
  if (talk.connectedAt === null) {
    // Hung up on the whisper: he has declined, and the caller still waits.
    caller.talk = null;
    rest(turn, agent, 'declined', config.declineRestMs);
    settle(turn, caller);
  } else {
    const talkMs = now - talk.connectedAt;
    log(turn, { type: 'talkEnded', queue: config.extension, call, agent: agent.id, talkMs });
    startWrapUp(turn, talk, talkMs);
    if (agent.status === 'singleCall') logOut(turn, agent, null, 'single call', 'auto'); // D-38
  }
  refreshAgent(acd, agent);
}
