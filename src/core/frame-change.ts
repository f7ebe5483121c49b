import type { EpochMs } from '../machine/machine.js';
import { type CompiledFrame, compileFrame, type Span } from './compiled-frame.js';
import { HORIZON_DAYS } from './day-set.js';
import { DAY_MINUTES } from './local-date.js';
import { holds, spanAt, switchBack, type TimeFrame } from './time-frame.js';
import { instantIn, minuteIn, stretchAt } from './wall-clock.js';

/** A time during which a frame holds. `until` is not in it. */
export type Occurrence = { readonly from: EpochMs; readonly until: EpochMs };

const DAY_MS = 86_400_000;

/** What repeats weekly and has not changed in four weeks never does, even if a clock change swallowed one occurrence. */
const WEEKLY_HORIZON_DAYS = 28;

/**
 * The first instant after `at` at which `frame` ceases to hold or comes to hold; null if there is none within 50 years.
 * `zone` is the one to inherit (D-39).
 */
export function nextChange(frame: TimeFrame, at: EpochMs, zone: string): EpochMs | null {
  return changeAfter(compileFrame(frame), at, zone);
}

/** The times in [`from`, `to`) at which `frame` holds, ascending, cut off at both ends. */
export function occurrences(frame: TimeFrame, from: EpochMs, to: EpochMs, zone: string): Occurrence[] {
  return runs(compileFrame(frame), from, to, zone, true);
}

/** What `occurrences` leaves over: the off-hours of a frame of working hours (D-74). */
export function offHours(frame: TimeFrame, from: EpochMs, to: EpochMs, zone: string): Occurrence[] {
  return runs(compileFrame(frame), from, to, zone, false);
}

/** When `frame` begins to hold next, after `at`; null if it does not within 50 years (A-66, "next on"). */
export function nextStart(frame: TimeFrame, at: EpochMs, zone: string): EpochMs | null {
  const compiled = compileFrame(frame);
  const change = changeAfter(compiled, at, zone);
  if (change === null || holds(compiled, change, zone)) return change;
  return changeAfter(compiled, change, zone);
}

function runs(frame: CompiledFrame, from: EpochMs, to: EpochMs, zone: string, wanted: boolean): Occurrence[] {
  const found: Occurrence[] = [];
  for (let at = from, state = holds(frame, from, zone); at < to; state = !state) {
    const until = Math.min(changeAfter(frame, at, zone) ?? to, to);
    if (state === wanted) found.push({ from: at, until });
    at = until;
  }
  return found;
}

function changeAfter(frame: CompiledFrame, at: EpochMs, zone: string): EpochMs | null {
  switch (frame.kind) {
    case 'always':
      return null;
    case 'spans':
      return spansChange(frame.spans, at, frame.zone ?? zone, frame.weekly ? WEEKLY_HORIZON_DAYS : HORIZON_DAYS);
    case 'toggle': {
      const until = switchBack(frame, zone);
      return until !== null && until > at ? until : null;
    }
    case 'union':
      return unionChange(frame, at, zone);
  }
}

/** Children may have other zones, so each is asked for its own next change until one of these changes the union. */
function unionChange(frame: CompiledFrame & { kind: 'union' }, at: EpochMs, zone: string): EpochMs | null {
  const inherited = frame.zone ?? zone;
  const before = holds(frame, at, zone);
  const pending = frame.children.map((child) => changeAfter(child, at, inherited));
  for (;;) {
    const change = pending.reduce<EpochMs | null>(
      (least, p) => (p !== null && (least === null || p < least) ? p : least),
      null,
    );
    if (change === null || change > at + HORIZON_DAYS * DAY_MS) return null;
    if (holds(frame, change, zone) !== before) return change;
    for (const [index, child] of frame.children.entries())
      if (pending[index] === change) pending[index] = changeAfter(child, change, inherited);
  }
}

/**
 * Within an even stretch of the wall clock only the bounds of the spans can change anything; from one stretch to the
 * next the clock may jump, over bounds or back before them, so the state is looked at anew.
 */
function spansChange(spans: readonly Span[], at: EpochMs, zone: string, horizonDays: number): EpochMs | null {
  const horizon = at + horizonDays * DAY_MS;
  let stretch = stretchAt(at, zone);
  if (stretch === null) return null;
  let minute = minuteIn(stretch, at);
  const before = spanAt(spans, minute) !== null;
  for (;;) {
    const end = minuteIn(stretch, stretch.until - 1);
    const bound = changeBound(spans, minute, end, before);
    if (bound !== null) {
      const change = instantIn(stretch, bound);
      return change <= horizon ? change : null;
    }
    if (stretch.until > horizon || nextBound(spans, minute - DAY_MINUTES) === Number.POSITIVE_INFINITY) return null;
    stretch = stretchAt(stretch.until, zone);
    if (stretch === null) return null;
    minute = minuteIn(stretch, stretch.from);
    if ((spanAt(spans, minute) !== null) !== before) return stretch.from;
  }
}

/** The first bound in (`minute`, `end`] at which the state is no longer `before`. */
function changeBound(spans: readonly Span[], minute: number, end: number, before: boolean): number | null {
  for (let bound = nextBound(spans, minute); bound <= end; bound = nextBound(spans, bound))
    if ((spanAt(spans, bound) !== null) !== before) return bound;
  return null;
}

/** The first wall minute after `minute` at which an occurrence of a span begins or is over; Infinity if none does. */
function nextBound(spans: readonly Span[], minute: number): number {
  let bound = Number.POSITIVE_INFINITY;
  for (const { days, start, length } of spans) {
    const sinceMidnight = minute - start;
    const day = Math.floor(sinceMidnight / DAY_MINUTES);
    const begun = days.last(day, Math.floor((sinceMidnight - length) / DAY_MINUTES) + 1);
    if (begun > Number.NEGATIVE_INFINITY) bound = Math.min(bound, begun * DAY_MINUTES + start + length);
    bound = Math.min(bound, days.next(day + 1) * DAY_MINUTES + start);
  }
  return bound;
}
