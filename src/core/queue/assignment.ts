import type { Caller, Membership, Queue, Turn } from './acd.js';
import { compareIds } from './availability.js';
import { compareCallers } from './line.js';
import { makeOffer } from './offer.js';

type Proposal = { readonly caller: Caller; readonly membership: Membership };

/**
 * The second pass of every step, and the only place that offers callers to agents: goes on until no queue in which
 * something changed can bring a caller and an agent together. So nobody waits while an agent who could take him is idle.
 *
 * Each queue proposes the next pair of its strategy. Of the proposals the one is made whose agent gives this queue the
 * best priority, then the one whose caller has waited longest: that is D-34 for the agent who came free.
 */
export function assign(turn: Turn): void {
  const { unsettled } = turn.acd;
  while (unsettled.size > 0) {
    let best: Proposal | null = null;
    for (const queue of unsettled) {
      const proposal = propose(queue);
      if (proposal === null) {
        unsettled.delete(queue);
        if (queue.fresh.length > 0) raiseToAll(queue);
      } else if (best === null || comesBefore(proposal, best)) {
        best = proposal;
      }
    }
    if (best !== null) makeOffer(turn, best.caller, best.membership, false);
  }
}

function comesBefore(a: Proposal, b: Proposal): boolean {
  const priority =
    (a.membership.entry.priority ?? Number.MAX_SAFE_INTEGER) - (b.membership.entry.priority ?? Number.MAX_SAFE_INTEGER);
  const wait = a.caller.since - b.caller.since || a.caller.arrival - b.caller.arrival;
  return (priority || wait) < 0;
}

function propose(queue: Queue): Proposal | null {
  const [membership] = queue.eligible;
  if (membership === undefined) return null;
  switch (queue.config.kind) {
    case 'roundRobin':
      return pair(queue.ready[0], membership);
    case 'ringAll':
      return pair(waveCaller(queue), membership);
    case 'linearHunt':
      return pair(queue.ready[0], nextHunted(queue, membership));
    case 'linearCascade':
      return pair(cascadeCaller(queue, membership), membership);
  }
}

function pair(caller: Caller | undefined, membership: Membership): Proposal | null {
  return caller === undefined ? null : { caller, membership };
}

/** D-29: everybody who is or becomes available rings for the caller of the wave; a wave begins with the head. */
function waveCaller({ wave, paused, ready }: Queue): Caller | undefined {
  if (paused) return undefined;
  if (wave === null) return ready[0];
  return wave.closing || wave.caller.overdue !== null ? undefined : wave.caller;
}

/** D-30: the first eligible agent after the one this caller tried last, round the circle. */
function nextHunted({ eligible, ready }: Queue, first: Membership): Membership {
  const hunted = ready[0]?.hunted ?? null;
  if (hunted === null) return first;
  let low = 0;
  let high = eligible.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { entry, agent } = eligible[middle] ?? first;
    const isAfter = (entry.order - hunted.order || compareIds(agent.id, hunted.agent)) > 0;
    if (isAfter) high = middle;
    else low = middle + 1;
  }
  return eligible[low] ?? first;
}

/**
 * D-31: whom the eligible agent of the lowest order joins. The first in line whose threshold he is within; one for whom
 * nobody rings takes any, since his threshold is raised until somebody does.
 */
function cascadeCaller(queue: Queue, { entry }: Membership): Caller | undefined {
  let first = queue.ready[0];
  for (const caller of queue.cascading) {
    if (first !== undefined && compareCallers(caller, first) > 0) break;
    if (caller.threshold >= entry.order && caller.overdue === null && !caller.paused) {
      first = caller;
      break;
    }
  }
  return first;
}

/** D-31: those for whom nobody is available have all groups in. */
function raiseToAll(queue: Queue): void {
  for (const caller of queue.fresh) if (caller.ready) caller.threshold = Math.max(caller.threshold, queue.highestOrder);
  queue.fresh.length = 0;
}
