import { stopTimer } from '../../machine/machine.js';
import type { Acd, Agent, Membership, Queue, Turn } from './acd.js';
import { loggedInTo, setStatus } from './agent-status.js';
import { refreshMembership } from './availability.js';
import { depart, settle, unavailableExit } from './departure.js';
import { endOffer } from './offer.js';
import { type AcdConfig, type AgentConfig, type AgentEntry, describeReach, type QueueConfig } from './queue-config.js';

/**
 * Takes a configuration, the first or another. Callers keep their places and running time-outs, agents their calls and
 * logins; a queue that is gone sends its callers away, and what rings under an entry that is gone is ended. Whoever
 * configures tells the reachability of new entries (`agentReachable`).
 */
export function reconfigure(turn: Turn, config: AcdConfig): void {
  const { acd } = turn;
  const queues = new Map(config.queues.map((queue) => [queue.extension, queue] as const));
  const entries = new Map(config.agents.map((agent) => [agent.agent, agent.entries] as const));
  for (const queue of acd.queues.values()) {
    const next = queues.get(queue.config.extension);
    if (next === undefined) close(turn, queue);
    else if (next.kind !== queue.config.kind) endRounds(turn, queue, next);
  }
  for (const agent of acd.agents.values()) {
    const { offer } = agent;
    if (offer === null) continue;
    const stays = entries.get(agent.id)?.some((entry) => entry.queue === offer.membership.entry.queue) ?? false;
    if (stays) continue;
    endOffer(turn, offer, 'withdrawn', 'answeredElsewhere');
    settle(turn, offer.caller);
  }
  const logins = new Map([...acd.agents.values()].map((agent) => [agent, loggedInTo(agent).join()] as const));
  acd.config = config;
  takeQueues(turn, config.queues);
  takeAgents(turn, config.agents);
  for (const queue of acd.queues.values()) rebuild(acd, queue);
  for (const [agent, before] of logins) tellLogins(turn, agent, before);
}

/** An agent whose queues have changed by the reload is told of; in no queue he is offline. */
function tellLogins(turn: Turn, agent: Agent, before: string): void {
  const queues = loggedInTo(agent);
  if (queues.join() === before) return;
  if (queues.length > 0) setStatus(turn, agent, agent.status, agent.reason, 'configuration');
  else if (agent.status !== 'offline') setStatus(turn, agent, 'offline', 'no queue', 'configuration');
}

function close(turn: Turn, queue: Queue): void {
  for (const caller of [...queue.line]) depart(turn, caller, 'closed', unavailableExit(queue.config));
  for (const membership of queue.members) membership.index = -1;
  turn.acd.queues.delete(queue.config.extension);
  turn.acd.unsettled.delete(queue);
}

/** The strategy changes: everybody in line begins anew, but what an agent picked out for himself goes on. */
function endRounds(turn: Turn, queue: Queue, next: QueueConfig): void {
  for (const caller of [...queue.line]) {
    for (const offer of [...caller.offers]) if (!offer.pickUp) endOffer(turn, offer, 'withdrawn', 'answeredElsewhere');
    if (caller.paused) turn.effects.push(stopTimer(`pause ${caller.call}`));
    caller.paused = false;
    caller.hunted = null;
    caller.threshold = next.initialGroup;
    settle(turn, caller);
  }
  if (queue.paused) turn.effects.push(stopTimer(`rest-wave ${queue.config.extension}`));
  queue.paused = false;
}

function takeQueues({ acd, now }: Turn, configs: readonly QueueConfig[]): void {
  for (const config of configs) {
    const queue = acd.queues.get(config.extension);
    if (queue === undefined) acd.queues.set(config.extension, emptyQueue(config, now));
    else queue.config = config;
  }
}

function emptyQueue(config: QueueConfig, now: number): Queue {
  return {
    config,
    members: [],
    roster: { agents: [], orders: [], verdicts: [], untils: [], idleSinces: [] },
    eligible: [],
    highestOrder: 0,
    online: 0,
    line: [],
    ready: [],
    cascading: [],
    fresh: [],
    wave: null,
    paused: false,
    history: { waits: [], handleMs: 0, handled: 0, enteredSum: 0, origin: now },
  };
}

function takeAgents(turn: Turn, configs: readonly AgentConfig[]): void {
  const { acd, now } = turn;
  const known = new Set(configs.map((config) => config.agent));
  for (const agent of acd.agents.values()) {
    if (known.has(agent.id)) continue;
    for (const membership of agent.memberships) membership.index = -1;
    agent.memberships = [];
    acd.agents.delete(agent.id);
  }
  for (const config of configs) {
    const agent = acd.agents.get(config.agent) ?? offlineAgent(config, now);
    agent.name = config.name;
    takeEntries(acd, agent, config.entries);
    acd.agents.set(agent.id, agent);
  }
}

function offlineAgent({ agent, name }: AgentConfig, now: number): Agent {
  return {
    id: agent,
    name,
    status: 'offline',
    reason: null,
    since: now,
    memberships: [],
    reachable: new Set(),
    otherCalls: 0,
    offer: null,
    talks: [],
    wrapUp: null,
    rest: null,
    idleSince: now,
  };
}

/** A queue that an agent is newly put into finds him logged in if he is so everywhere else. */
function takeEntries(acd: Acd, agent: Agent, entries: readonly AgentEntry[]): void {
  const before = new Map(agent.memberships.map((membership) => [membership.queue, membership] as const));
  const everywhere = agent.status !== 'offline' && agent.memberships.every((membership) => membership.loggedIn);
  const memberships: Membership[] = [];
  for (const entry of entries) {
    const queue = acd.queues.get(entry.queue);
    if (queue === undefined) continue;
    const reach = describeReach(entry.reach);
    const membership = before.get(queue) ?? {
      agent,
      queue,
      entry,
      reach,
      index: -1,
      loggedIn: everywhere,
      rankedAt: null,
    };
    before.delete(queue);
    membership.entry = entry;
    membership.reach = reach;
    memberships.push(membership);
  }
  for (const gone of before.values()) gone.index = -1;
  agent.memberships = memberships;
}

/** Everything that is sorted or counted by the entries is made anew. */
function rebuild(acd: Acd, queue: Queue): void {
  const members = [...acd.agents.values()].flatMap((agent) => agent.memberships.filter((m) => m.queue === queue));
  queue.members = members;
  queue.roster = {
    agents: members.map((membership) => membership.agent.id),
    orders: members.map((membership) => membership.entry.order),
    verdicts: members.map(() => 'offline'),
    untils: members.map(() => 0),
    idleSinces: members.map(() => 0),
  };
  queue.highestOrder = members.reduce((highest, membership) => Math.max(highest, membership.entry.order), 0);
  queue.online = 0;
  queue.eligible.length = 0;
  members.forEach((membership, index) => {
    membership.index = index;
    membership.rankedAt = null;
    refreshMembership(acd, membership);
  });
  if (queue.config.kind === 'linearCascade') queue.fresh.splice(0, queue.fresh.length, ...queue.ready);
  acd.unsettled.add(queue);
}
