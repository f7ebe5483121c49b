import { startTimer, stopTimer } from '../../machine/machine.js';
import { type Agent, log, type Talk, type Turn, type WrapUp } from './acd.js';
import { refreshAgent } from './availability.js';
import { handled } from './estimate.js';
import { ABSENCES, type CustomStatus, MAX_WRAP_UP_MS } from './queue-config.js';
import type { SavedAgent } from './queue-effect.js';
import type { AgentStatus } from './queue-log.js';

/** A status by the name that a person chose: `online`, `offline`, `single call`, `Lunch`, or the domain's own. */
export function statusNamed(
  name: string,
  custom: readonly CustomStatus[],
): { readonly status: AgentStatus; readonly reason: string | null } | null {
  const wanted = name.trim().toLowerCase();
  if (wanted === 'online' || wanted === 'offline') return { status: wanted, reason: null };
  if (wanted === 'single call' || wanted === 'single-call') return { status: 'singleCall', reason: null };
  const absence = ABSENCES.find((known) => known.toLowerCase() === wanted);
  if (absence !== undefined) return { status: 'away', reason: absence };
  const own = custom.find((status) => status.name.toLowerCase() === wanted);
  return own === undefined ? null : { status: own.available ? 'online' : 'away', reason: own.name };
}

/** Sets the status and tells everybody. Memberships that were changed before it are told with it. */
export function setStatus(turn: Turn, agent: Agent, status: AgentStatus, reason: string | null, by: string): void {
  const wasTaking = takesCalls(agent.status);
  const changed = agent.status !== status || agent.reason !== reason;
  agent.status = status;
  agent.reason = reason;
  if (changed) agent.since = turn.now;
  if (!wasTaking && takesCalls(status)) agent.idleSince = turn.now;
  log(turn, { type: 'agentStatus', agent: agent.id, status, reason, queues: loggedInTo(agent), by });
  saveAgent(turn, agent);
  refreshAgent(turn.acd, agent);
}

/** Logs him out of one queue; out of the last one he is offline. */
export function logOut(turn: Turn, agent: Agent, queue: string | null, reason: string | null, by: string): void {
  for (const membership of agent.memberships) {
    if (queue === null || membership.queue.config.extension === queue) membership.loggedIn = false;
  }
  if (agent.memberships.some((membership) => membership.loggedIn)) {
    setStatus(turn, agent, agent.status, agent.reason, by);
  } else {
    setStatus(turn, agent, 'offline', reason, by);
  }
}

export function takesCalls(status: AgentStatus): boolean {
  return status === 'online' || status === 'singleCall';
}

export function loggedInTo(agent: Agent): readonly string[] {
  return agent.memberships.filter((m) => m.loggedIn).map((m) => m.queue.config.extension);
}

export function saveAgent(turn: Turn, agent: Agent): void {
  turn.effects.push({ type: 'saveAgent', agent: savedAgent(agent) });
}

export function savedAgent(agent: Agent): SavedAgent {
  const { id, status, reason, since, idleSince, wrapUp } = agent;
  return { agent: id, status, reason, since, idleSince, queues: loggedInTo(agent), wrapUp };
}

/** D-36: the agent's leg of a connected queue call has ended. A wrap-up that ran is over; the later end of both holds. */
export function startWrapUp(turn: Turn, { agent, call, membership }: Talk, talkMs: number): void {
  const { now } = turn;
  const ownEnd = now + membership.entry.wrapUpMs;
  const until = Math.max(ownEnd, agent.wrapUp?.until ?? 0);
  if (agent.wrapUp !== null) recordWrapUp(turn, agent, agent.wrapUp);
  if (until <= now) {
    agent.wrapUp = null;
    handled(membership.queue, talkMs);
    saveAgent(turn, agent); // since when he is idle
    return;
  }
  const queue = membership.queue.config.extension;
  agent.wrapUp = { queue, call, from: now, until, talkMs, reason: null };
  turn.effects.push(startTimer(`wrap ${agent.id}`, until - now));
  saveAgent(turn, agent);
}

export function extendWrapUp(turn: Turn, agent: Agent, byMs: number, reason: string): void {
  if (agent.wrapUp === null) return;
  const until = Math.min(agent.wrapUp.until + byMs, agent.wrapUp.from + MAX_WRAP_UP_MS);
  agent.wrapUp = { ...agent.wrapUp, until, reason };
  turn.effects.push(startTimer(`wrap ${agent.id}`, Math.max(0, until - turn.now)));
  saveAgent(turn, agent);
  refreshAgent(turn.acd, agent);
}

export function endWrapUp(turn: Turn, agent: Agent): void {
  if (agent.wrapUp === null) return;
  recordWrapUp(turn, agent, agent.wrapUp);
  agent.wrapUp = null;
  agent.idleSince = turn.now; // D-28: until now he was not idle (D-38)
  turn.effects.push(stopTimer(`wrap ${agent.id}`));
  saveAgent(turn, agent);
  refreshAgent(turn.acd, agent);
}

function recordWrapUp(turn: Turn, agent: Agent, { queue, call, from, talkMs, reason }: WrapUp): void {
  const wrapUpMs = turn.now - from;
  log(turn, { type: 'wrappedUp', queue, call, agent: agent.id, wrapUpMs, reason });
  const of = turn.acd.queues.get(queue);
  if (of !== undefined) handled(of, talkMs + wrapUpMs);
}

/** Leaves him alone for a while, so that a phone that fails at once is not rung in a tight loop. */
export function rest(turn: Turn, agent: Agent, why: 'missed' | 'declined', forMs: number): void {
  agent.rest = { until: turn.now + forMs, why };
  turn.effects.push(startTimer(`rest ${agent.id}`, forMs));
}
