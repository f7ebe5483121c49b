import { type Acd, type Agent, isOnline, type Membership, type Queue } from './acd.js';
import type { Verdict } from './ranking.js';
import { insertSorted, removeSorted } from './sorted-list.js';

/** D-26, D-35, in the order in which the reasons are told. It asks no clock: an end that has come is a timer's event. */
export function verdictOf({ agent, entry, loggedIn, reach }: Membership): Verdict {
  if (agent.status === 'offline') return 'offline';
  if (!loggedIn) return 'loggedOut';
  if (agent.status === 'away') return 'away';
  if (!agent.reachable.has(reach)) return 'unreachable';
  const maxCalls = agent.status === 'singleCall' ? 1 : entry.maxCalls;
  if (agent.otherCalls + agent.talks.length >= maxCalls) return 'onCall';
  if (agent.wrapUp !== null) return 'wrapUp';
  if (agent.offer !== null) return 'reserved';
  return agent.rest === null ? 'eligible' : 'resting';
}

/** To be called after anything changed about an agent: brings every queue of his up to date. */
export function refreshAgent(acd: Acd, agent: Agent): void {
  for (const membership of agent.memberships) refreshMembership(acd, membership);
}

export function refreshMembership(acd: Acd, membership: Membership): void {
  const { agent, queue, index } = membership;
  if (index < 0) return;
  const { roster } = queue;
  const verdict = verdictOf(membership);
  const before = roster.verdicts[index] ?? 'offline';
  roster.verdicts[index] = verdict;
  roster.untils[index] = agent.wrapUp?.until ?? agent.rest?.until ?? 0;
  roster.idleSinces[index] = agent.idleSince;
  if (isOnline(before) !== isOnline(verdict)) {
    queue.online += isOnline(verdict) ? 1 : -1;
    acd.unsettled.add(queue);
  }
  const eligible = verdict === 'eligible';
  if (membership.rankedAt !== null && !(eligible && membership.rankedAt === agent.idleSince)) unrank(membership);
  if (eligible && membership.rankedAt === null) {
    membership.rankedAt = agent.idleSince;
    insertSorted(queue.eligible, membership, preferenceOf(queue));
    acd.unsettled.add(queue);
  }
}

/** Takes a membership out of the eligible, if it is there. */
export function unrank(membership: Membership): void {
  if (membership.rankedAt === null) return;
  removeSorted(membership.queue.eligible, membership, preferenceOf(membership.queue));
  membership.rankedAt = null;
}

/** A strategy is an ordering. */
export function preferenceOf(queue: Queue): (a: Membership, b: Membership) => number {
  return queue.config.kind === 'roundRobin' ? byIdleTime : byOrder;
}

/** D-28: longest idle; tie: agent order, then id. */
function byIdleTime(a: Membership, b: Membership): number {
  return (a.rankedAt ?? 0) - (b.rankedAt ?? 0) || byOrder(a, b);
}

function byOrder(a: Membership, b: Membership): number {
  return a.entry.order - b.entry.order || compareIds(a.agent.id, b.agent.id);
}

export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
