import type { EpochMs } from '../../machine/machine.js';
import type { Queue } from './acd.js';
import { averageWait } from './line.js';

/** Weight of the newest call in the mean handle time, as RFC 6298 smooths round-trip times. */
const WEIGHT = 1 / 8;
/** Fewer calls than this say nothing. */
const ENOUGH = 3;
const MINUTE_MS = 60_000;
/** Dearer than before by more than this, and it is told as "busier than usual". */
const SURGE = 1.5;

/** A call of this queue is done, `handleMs` of talk and wrap-up. */
export function handled(queue: Queue, handleMs: number): void {
  const { history } = queue;
  history.handleMs = history.handled === 0 ? handleMs : history.handleMs + WEIGHT * (handleMs - history.handleMs);
  history.handled++;
}

/**
 * How long the caller at `position` (1: next) will wait: position × handle time ÷ agents online; before three calls were
 * handled, the average wait; null if not even that is known.
 */
export function expectedWaitMs(queue: Queue, position: number, now: EpochMs): number | null {
  const { history } = queue;
  if (history.handled >= ENOUGH) return (position * history.handleMs) / Math.max(1, queue.online);
  return history.waits.length >= ENOUGH ? averageWait(queue, now) : null;
}

/**
 * What is said of an expected wait: whole minutes, rounded up, and nothing below one. Nobody is told more than he was
 * told before, unless it has grown by more than half: then it is said as such (`busier`).
 */
export function sayWait(
  expectedMs: number | null,
  toldMinutes: number | null,
): { readonly minutes: number; readonly busier: boolean } | null {
  if (expectedMs === null || expectedMs < MINUTE_MS) return null;
  const minutes = Math.ceil(expectedMs / MINUTE_MS);
  if (toldMinutes === null || minutes <= toldMinutes) return { minutes, busier: false };
  return minutes > toldMinutes * SURGE ? { minutes, busier: true } : { minutes: toldMinutes, busier: false };
}
