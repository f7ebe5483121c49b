import { startTimer } from '../../machine/machine.js';
import type { Caller, Turn } from './acd.js';
import { expectedWaitMs, sayWait } from './estimate.js';
import { callersAhead } from './line.js';
import { MIN_ANNOUNCE_MS } from './queue-check.js';
import type { Announcement } from './queue-effect.js';

/** Tells a waiting caller what he may be told, and comes back to it after the queue's interval. */
export function announce(turn: Turn, caller: Caller): void {
  const { queue, call } = caller;
  if (caller.announce.length === 0 || caller.talk !== null) return;
  const sinceLastMs = caller.announcedAt === null ? MIN_ANNOUNCE_MS : turn.now - caller.announcedAt;
  if (sinceLastMs < MIN_ANNOUNCE_MS) {
    turn.effects.push(startTimer(`announce ${call}`, MIN_ANNOUNCE_MS - sinceLastMs));
    return;
  }
  const announcement = announcementFor(turn, caller);
  if (announcement !== null) {
    caller.announcedAt = turn.now;
    if (announcement.waitMinutes !== null) caller.toldMinutes = announcement.waitMinutes;
    turn.effects.push({ type: 'announce', call, queue: queue.config.extension, announcement });
  }
  const { announceEveryMs } = queue.config;
  if (announceEveryMs > 0)
    turn.effects.push(startTimer(`announce ${call}`, Math.max(announceEveryMs, MIN_ANNOUNCE_MS)));
}

/** Null: of what he may be told nothing is known. */
function announcementFor({ now }: Turn, caller: Caller): Announcement | null {
  const { queue, announce: facts, toldMinutes } = caller;
  const ahead = callersAhead(caller);
  const said = facts.includes('wait') ? sayWait(expectedWaitMs(queue, ahead + 1, now), toldMinutes) : null;
  if (said === null && facts.every((fact) => fact === 'wait')) return null;
  return {
    position: facts.includes('position') ? ahead + 1 : null,
    callersAhead: facts.includes('callers') ? ahead : null,
    waitMinutes: said?.minutes ?? null,
    busier: said?.busier ?? false,
  };
}
