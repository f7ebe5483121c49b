import { type EpochMs, startTimer, type TimerEvent } from '../../machine/machine.js';
import { type Acd, log, type Turn } from './acd.js';
import { stepAgent } from './agent.js';
import { endWrapUp, saveAgent } from './agent-status.js';
import { announce } from './announcement.js';
import { assign } from './assignment.js';
import { refreshAgent } from './availability.js';
import { stepCaller } from './caller.js';
import { depart, unavailableExit } from './departure.js';
import { logDecisions } from './offer.js';
import type { AcdConfig } from './queue-config.js';
import type { AcdEffect, SavedAgent } from './queue-effect.js';
import type { AcdEvent } from './queue-event.js';
import { reconfigure } from './reconfiguration.js';
import { stepOffer } from './talk.js';
import {
  attemptPauseEnded,
  confirmTimedOut,
  grow,
  queueTimedOut,
  ringTimedOut,
  waitedTooLong,
  wavePauseEnded,
  waveTimedOut,
} from './time-out.js';

/** The machine in the first place is the one that was given, changed. */
export type AcdStep = readonly [Acd, readonly AcdEffect[]];

/**
 * A distributor without callers. `saved` is what is known of its agents from before; those it does not know are offline.
 * Nobody is reachable until `agentReachable` says so.
 */
export function startAcd(config: AcdConfig, saved: Iterable<SavedAgent>, now: EpochMs): AcdStep {
  const acd: Acd = {
    config: { queues: [], agents: [], statuses: [] },
    queues: new Map(),
    agents: new Map(),
    callers: new Map(),
    offers: new Map(),
    talks: new Map(),
    unsettled: new Set(),
    lastOffer: 0,
    lastArrival: 0,
  };
  const turn: Turn = { acd, now, effects: [], decisions: [] };
  reconfigure(turn, config);
  for (const agent of saved) restore(turn, agent);
  assign(turn);
  return [acd, turn.effects];
}

/** D-36: a wrap-up goes on to its absolute end; one that ended while nothing ran is recorded with its length. */
function restore(turn: Turn, saved: SavedAgent): void {
  const agent = turn.acd.agents.get(saved.agent);
  if (agent === undefined) return;
  agent.status = saved.status;
  agent.reason = saved.reason;
  agent.since = saved.since;
  agent.idleSince = saved.idleSince;
  for (const membership of agent.memberships)
    membership.loggedIn = saved.queues.includes(membership.queue.config.extension);
  const { wrapUp } = saved;
  if (wrapUp !== null && wrapUp.until > turn.now) {
    agent.wrapUp = wrapUp;
    turn.effects.push(startTimer(`wrap ${agent.id}`, wrapUp.until - turn.now));
  } else if (wrapUp !== null) {
    const { queue, call, from, until, reason } = wrapUp;
    log(turn, { type: 'wrappedUp', queue, call, agent: agent.id, wrapUpMs: until - from, reason });
    agent.idleSince = Math.max(agent.idleSince, until);
    saveAgent(turn, agent);
  }
  refreshAgent(turn.acd, agent);
}

/** In two passes: what the event did, then who can be offered to whom now. */
export function stepAcd(acd: Acd, event: AcdEvent, now: EpochMs): AcdStep {
  const turn: Turn = { acd, now, effects: [], decisions: [] };
  apply(turn, event);
  sendAwayFromEmpty(turn);
  assign(turn);
  logDecisions(turn);
  return [acd, turn.effects];
}

function apply(turn: Turn, event: AcdEvent): void {
  switch (event.type) {
    case 'callerJoined':
    case 'introEnded':
    case 'callerLeft':
    case 'voicemailChosen':
    case 'callerPrioritised':
    case 'callerPickedUp':
    case 'callerTransferred':
      return stepCaller(turn, event);
    case 'offerRinging':
    case 'offerConfirming':
    case 'offerAnswered':
    case 'offerFailed':
    case 'whispered':
    case 'talkEnded':
      return stepOffer(turn, event);
    case 'agentLoggedIn':
    case 'agentLoggedOut':
    case 'agentAway':
    case 'agentReturned':
    case 'agentReachable':
    case 'agentOtherCalls':
    case 'wrapUpEnded':
    case 'wrapUpExtended':
    case 'callNoted':
      return stepAgent(turn, event);
    case 'configured':
      return reconfigure(turn, event.config);
    case 'timer':
      return timedOut(turn, event);
  }
}

/** Timers are named for what they end: `ring 12`, `wrap 201`. Of a thing that is gone they are nothing. */
function timedOut(turn: Turn, { timer }: TimerEvent): void {
  const { acd } = turn;
  const space = timer.indexOf(' ');
  const of = timer.slice(space + 1);
  switch (timer.slice(0, space)) {
    case 'ring':
    case 'confirm': {
      const offer = acd.offers.get(Number(of));
      if (offer === undefined) return;
      return timer.startsWith('ring') ? ringTimedOut(turn, offer) : confirmTimedOut(turn, offer);
    }
    case 'wrap': {
      const agent = acd.agents.get(of);
      return agent === undefined ? undefined : endWrapUp(turn, agent);
    }
    case 'rest': {
      const agent = acd.agents.get(of);
      if (agent === undefined) return;
      agent.rest = null;
      return refreshAgent(acd, agent);
    }
    case 'wave':
    case 'rest-wave': {
      const queue = acd.queues.get(of);
      if (queue === undefined) return;
      return timer.startsWith('wave') ? waveTimedOut(turn, queue) : wavePauseEnded(turn, queue);
    }
  }
  callerTimedOut(turn, timer.slice(0, space), of);
}

function callerTimedOut(turn: Turn, timer: string, call: string): void {
  const caller = turn.acd.callers.get(call);
  if (caller === undefined) return;
  switch (timer) {
    case 'queue':
      return queueTimedOut(turn, caller);
    case 'cap':
      return waitedTooLong(turn, caller);
    case 'announce':
      return announce(turn, caller);
    case 'grow':
      return grow(turn, caller);
    case 'pause':
      return attemptPauseEnded(turn, caller);
  }
}

/** `leaveWhenNoAgents`: nobody is kept in a queue that has lost its last agent, but who is about to be taken. */
function sendAwayFromEmpty(turn: Turn): void {
  for (const queue of turn.acd.unsettled) {
    if (queue.online > 0 || !queue.config.leaveWhenNoAgents || queue.line.length === 0) continue;
    for (const caller of [...queue.line]) {
      const isTaken = caller.talk !== null || caller.offers.some((offer) => offer.state === 'confirming');
      if (!isTaken) depart(turn, caller, 'noAgents', unavailableExit(queue.config));
    }
  }
}
