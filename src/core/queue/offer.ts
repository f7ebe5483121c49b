import { startTimer, stopTimer } from '../../machine/machine.js';
import type { Cause } from '../cause.js';
import { type Agent, type Caller, log, type Membership, type Offer, type Turn } from './acd.js';
import { logOut, rest } from './agent-status.js';
import { refreshAgent } from './availability.js';
import { joinCascade, unready } from './line.js';
import type { OfferOutcome } from './queue-log.js';
import type { Ranking } from './ranking.js';

/** Reserves the agent for the caller and has him rung. `pickUp`: he asked for this caller himself (D-33). */
export function makeOffer(turn: Turn, caller: Caller, membership: Membership, pickUp: boolean): void {
  const { acd, now, effects } = turn;
  const { agent, entry } = membership;
  const { queue } = caller;
  const id = ++acd.lastOffer;
  decide(turn, caller, membership, pickUp);
  const timed = pickUp || queue.config.kind === 'roundRobin' || queue.config.kind === 'linearHunt';
  const offer: Offer = { id, caller, membership, agent, state: 'reserved', at: now, pickUp, timed, expired: false };
  acd.offers.set(id, offer);
  agent.offer = offer;
  caller.offers.push(offer);
  unready(caller);
  refreshAgent(acd, agent);
  if (timed) effects.push(startTimer(`ring ${id}`, queue.config.agentRingMs));
  if (!pickUp) startRound(turn, caller, membership);
  effects.push({
    type: 'offer',
    offer: id,
    call: caller.call,
    queue: queue.config.extension,
    agent: agent.id,
    reach: entry.reach,
    ringMs: timeToRing(turn, offer),
    confirm: entry.confirm,
    autoAnswer: entry.autoAnswer,
  });
}

/** What the strategy keeps of a round of offers to one caller. */
function startRound(turn: Turn, caller: Caller, { agent, entry }: Membership): void {
  const { queue } = caller;
  const { kind, agentRingMs } = queue.config;
  if (kind === 'linearHunt') caller.hunted = { order: entry.order, agent: agent.id };
  if (kind === 'ringAll' && queue.wave === null) {
    queue.wave = { caller, startedAt: turn.now, closing: false };
    turn.effects.push(startTimer(`wave ${queue.config.extension}`, agentRingMs));
  }
  if (kind === 'linearCascade') {
    caller.threshold = Math.max(caller.threshold, entry.order);
    joinCascade(caller);
    if (!caller.growing && growsFurther(caller)) {
      caller.growing = true;
      turn.effects.push(startTimer(`grow ${caller.call}`, agentRingMs));
    }
  }
}

/** D-31: there are orders above those that ring. */
export function growsFurther({ queue, threshold }: Caller): boolean {
  return queue.config.addGroup > 0 && threshold < queue.highestOrder;
}

/** How long it can ring at most: an offer is cut short by the end of the caller's time, where he is sent on then. */
function timeToRing({ now }: Turn, { caller, timed }: Offer): number {
  const { config } = caller.queue;
  const untilCap = config.maxWaitMs > 0 ? caller.enteredAt + config.maxWaitMs - now : Number.POSITIVE_INFINITY;
  const deadline = config.forwardUnanswered === null ? null : caller.deadline;
  const untilExit = Math.min(untilCap, deadline === null ? Number.POSITIVE_INFINITY : deadline - now);
  const own = timed || config.kind === 'ringAll' ? config.agentRingMs : Number.POSITIVE_INFINITY;
  const ringMs = Math.min(own, untilExit);
  return Math.max(0, Number.isFinite(ringMs) ? ringMs : LONGEST_RING_MS);
}

/** A cascade in a queue without any time-out. */
const LONGEST_RING_MS = 3_600_000;

function decide(turn: Turn, caller: Caller, { agent }: Membership, pickUp: boolean): void {
  const last = turn.decisions.find((decision) => decision.caller === caller && decision.pickUp === pickUp);
  if (last !== undefined) last.agents.push(agent.id);
  else turn.decisions.push({ caller, agents: [agent.id], pickUp, ranking: rankingFor(turn, caller) });
}

function rankingFor({ now }: Turn, { queue, hunted, threshold }: Caller): Ranking {
  const { kind } = queue.config;
  const { agents, orders, verdicts, untils, idleSinces } = queue.roster;
  return {
    kind,
    at: now,
    eligible: queue.eligible.map((membership) => membership.agent.id),
    after: kind === 'linearHunt' ? (hunted?.agent ?? null) : null,
    threshold: kind === 'linearCascade' ? threshold : null,
    agents,
    orders,
    verdicts: verdicts.slice(),
    untils: untils.slice(),
    idleSinces: idleSinces.slice(),
  };
}

/** The decisions of this turn, for the record: one row per caller however many agents ring. */
export function logDecisions(turn: Turn): void {
  for (const { caller, agents, pickUp, ranking } of turn.decisions) {
    log(turn, {
      type: 'offered',
      queue: caller.queue.config.extension,
      call: caller.call,
      agents,
      pickUp,
      ranking,
    });
  }
}

/**
 * Ends an offer and lets the agent go. `cause`: how to end a leg that still lives; null if there is none. What becomes
 * of the caller is up to `settle`.
 */
export function endOffer(turn: Turn, offer: Offer, outcome: OfferOutcome, cause: Cause | null): void {
  const { acd, effects, now } = turn;
  const { id, caller, agent, timed, state } = offer;
  acd.offers.delete(id);
  caller.offers.splice(caller.offers.indexOf(offer), 1);
  agent.offer = null;
  if (timed) effects.push(stopTimer(`ring ${id}`));
  if (state === 'confirming') effects.push(stopTimer(`confirm ${id}`));
  if (cause !== null) effects.push({ type: 'withdraw', offer: id, call: caller.call, agent: agent.id, cause });
  log(turn, {
    type: 'offerEnded',
    queue: caller.queue.config.extension,
    call: caller.call,
    agent: agent.id,
    offer: id,
    outcome,
    rangMs: now - offer.at,
  });
  holdAgainst(turn, offer, outcome);
  refreshAgent(acd, agent);
}

/**
 * Ends an offer because its time is over. It was missed if it rang the full agent ring time-out; in a wave and a cascade
 * once for this caller (D-37). `cause` as for `endOffer`.
 */
export function ringOut(turn: Turn, offer: Offer, cause: Cause | null = 'noAnswer'): void {
  const { caller, agent, timed } = offer;
  const full = offer.expired || turn.now - offer.at >= caller.queue.config.agentRingMs;
  const counts = full && (timed || !caller.missedBy.has(agent.id));
  endOffer(turn, offer, counts ? 'missed' : 'unanswered', cause);
}

/** D-37: what an offer that failed means for the agent. */
function holdAgainst(turn: Turn, offer: Offer, outcome: OfferOutcome): void {
  const { agent, caller, membership } = offer;
  const { config } = caller.queue;
  switch (outcome) {
    case 'missed':
      caller.missedBy.add(agent.id);
      agent.idleSince = turn.now;
      // A wave and a cascade pause as a whole, so the agents are free for other queues meanwhile.
      if (offer.timed) rest(turn, agent, 'missed', config.missedRestMs);
      missed(turn, agent, config.extension, config.logoutOnMissed);
      return;
    case 'declined':
    case 'busy':
      agent.idleSince = turn.now;
      rest(turn, agent, 'declined', config.declineRestMs);
      return;
    case 'unreachable':
      agent.reachable.delete(membership.reach);
      turn.effects.push({ type: 'notify', agent: agent.id, queue: config.extension, reason: 'unreachable' });
      return;
    case 'answered':
    case 'lost':
    case 'callerGone':
    case 'unanswered':
    case 'withdrawn':
      return;
  }
}

function missed(turn: Turn, agent: Agent, queue: string, logsOut: boolean): void {
  if (agent.status === 'singleCall') {
    logOut(turn, agent, null, 'single call', 'auto'); // D-38: a missed one counts
  } else if (logsOut) {
    logOut(turn, agent, queue, 'auto:missed', 'auto');
    turn.effects.push({ type: 'notify', agent: agent.id, queue, reason: 'auto:missed' });
  }
}
