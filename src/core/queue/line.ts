import type { EpochMs } from '../../machine/machine.js';
import type { Caller, Queue, Turn } from './acd.js';
import { insertSorted, lowerBound, removeSorted } from './sorted-list.js';

const REMEMBERED_WAITS = 20;

/** D-32: highest priority, then longest waiting, then first come. */
export function compareCallers(a: Caller, b: Caller): number {
  return b.priority - a.priority || a.since - b.since || a.arrival - b.arrival;
}

export function joinLine(turn: Turn, caller: Caller): void {
  const { queue } = caller;
  insertSorted(queue.line, caller, compareCallers);
  queue.history.enteredSum += caller.enteredAt - queue.history.origin;
  turn.acd.callers.set(caller.call, caller);
}

/** Takes him out of the line, connected or not; his wait is remembered for the gate and the estimate. */
export function quitLine(turn: Turn, caller: Caller): void {
  const { queue } = caller;
  unready(caller);
  removeSorted(queue.line, caller, compareCallers);
  turn.acd.callers.delete(caller.call);
  const { history } = queue;
  history.enteredSum -= caller.enteredAt - history.origin;
  history.waits.push({ at: turn.now, waitMs: turn.now - caller.enteredAt });
  if (history.waits.length > REMEMBERED_WAITS) history.waits.shift();
}

/** He wants an agent. */
export function makeReady(turn: Turn, caller: Caller): void {
  if (caller.ready) return;
  const { queue } = caller;
  insertSorted(queue.ready, caller, compareCallers);
  caller.ready = true;
  if (queue.config.kind === 'linearCascade') queue.fresh.push(caller);
  turn.acd.unsettled.add(queue);
}

export function unready(caller: Caller): void {
  if (!caller.ready) return;
  removeSorted(caller.queue.ready, caller, compareCallers);
  caller.ready = false;
}

/** Cascade: somebody rings for him. */
export function joinCascade(caller: Caller): void {
  if (caller.cascading) return;
  insertSorted(caller.queue.cascading, caller, compareCallers);
  caller.cascading = true;
}

export function quitCascade(caller: Caller): void {
  if (!caller.cascading) return;
  removeSorted(caller.queue.cascading, caller, compareCallers);
  caller.cascading = false;
}

/** How many are ahead of him. */
export function callersAhead(caller: Caller): number {
  return lowerBound(caller.queue.line, caller, compareCallers);
}

/** D-33: before the head of the line, once; whoever comes later with a higher priority still passes him. */
export function moveToHead(caller: Caller): void {
  const { queue, ready, cascading } = caller;
  const head = queue.line[0];
  if (head === undefined || head === caller) return;
  unready(caller);
  quitCascade(caller);
  removeSorted(queue.line, caller, compareCallers);
  caller.priority = head.priority;
  caller.since = head.since;
  caller.arrival = head.arrival - 1;
  insertSorted(queue.line, caller, compareCallers);
  if (cascading) joinCascade(caller);
  if (ready) {
    insertSorted(queue.ready, caller, compareCallers);
    caller.ready = true;
  }
}

const RECENT_MS = 30 * 60_000;

/**
 * Average wait, as the gate of the expected wait means it: the last 20 callers who left the line within the last
 * 30 minutes, answered or not, and those who wait now with what they have waited so far. 0 if there are none.
 */
export function averageWait(queue: Queue, now: EpochMs): number {
  const { waits, enteredSum, origin } = queue.history;
  const waiting = queue.line.length;
  let sum = waiting * (now - origin) - enteredSum;
  let count = waiting;
  for (const { at, waitMs } of waits) {
    if (at < now - RECENT_MS) continue;
    sum += waitMs;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
