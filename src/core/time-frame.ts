import type { EpochMs } from '../machine/machine.js';
import { type CompiledFrame, compileFrame, type Span } from './compiled-frame.js';
import { type HolidayRule, holidayText, type ObservedRules } from './holiday.js';
import { DAY_MINUTES, type LocalDate, type LocalTime, type Weekday } from './local-date.js';
import type { Recurrence } from './recurrence.js';
import { firstInstant, wallMinute, wallText } from './wall-clock.js';

export { type Weekday, weekdays } from './local-date.js';

/**
 * Minutes of the day, 0 to 1439. `end` is the last minute that matches (D-40). `end < start` reaches into the next day
 * and belongs to the day it starts on (D-51); `start = end` is an error, the whole day is 0 to 1439.
 */
export type TimeRange = { readonly start: number; readonly end: number };

/** Wall clock to wall clock, to the minute, `to` inclusive; may cross days and years (D-54). */
export type DateInterval = { readonly from: LocalTime; readonly to: LocalTime };

/** When a rule applies: a named, reusable "when". The name never changes (D-60). */
export type TimeFrame = {
  readonly name: string;
  /** `inherit`: the zone of whom the frame is evaluated for, or of the custom frame it is a child of (D-39). */
  readonly timeZone: 'inherit' | string;
  /** Extension of the user whose private frame it is; null: shared by the domain. */
  readonly owner: string | null;
} & FrameKind;

export type FrameKind =
  | { readonly kind: 'always' }
  /**
   * `recurrence` null: every week. Else the rule gives the days, from `start` on, and those keep the ranges of their
   * weekday. Weekly without `byDay` means the weekdays that have ranges. A week that does not recur is one with `until`.
   */
  | {
      readonly kind: 'week';
      readonly days: { readonly [weekday in Weekday]?: readonly TimeRange[] | undefined };
      readonly recurrence: (Recurrence & { readonly start: LocalDate }) | null;
    }
  /** Each interval recurs by itself, from its own `from`. */
  | { readonly kind: 'dates'; readonly intervals: readonly DateInterval[]; readonly recurrence: Recurrence | null }
  | {
      readonly kind: 'holidays';
      readonly holidays: readonly HolidayRule[];
      /** Of each of the days; 0 to 1439 is the default. */
      readonly range: TimeRange;
      /** Only the holidays of this year; null: every year. */
      readonly year: number | null;
      /** The last actual day that counts. */
      readonly until: LocalDate | null;
      readonly workdays: readonly Weekday[];
      readonly observed: ObservedRules | null;
    }
  /** The union of its children (D-58). */
  | { readonly kind: 'custom'; readonly children: readonly TimeFrame[] }
  /**
   * Switched by hand (D-62). From `until` on it is the other way round; a number is an instant, text a wall-clock
   * minute of the frame's zone.
   */
  | { readonly kind: 'toggle'; readonly on: boolean; readonly until: EpochMs | LocalTime | null };

const YEAR_MS = 366 * 86_400_000;

/** `because` is for people: local time, zone, and what matched or why nothing did. */
export type Activity = { readonly active: boolean; readonly because: string };

/**
 * Whether `frame` holds at `at`, `zone` being the one to inherit (D-39). An instant matches when the wall clock of the
 * frame's zone shows a minute that the frame names: a minute that comes twice matches both times, one that is skipped
 * never (D-53). Total: an unknown zone or a faulty part never matches, see `checkFrame`.
 */
export function matches(frame: TimeFrame, at: EpochMs, zone: string): boolean {
  return holds(compileFrame(frame), at, zone);
}

/** The same of a compiled frame. */
export function holds(frame: CompiledFrame, at: EpochMs, zone: string): boolean {
  switch (frame.kind) {
    case 'always':
      return true;
    case 'spans':
      return spanAt(frame.spans, wallMinute(at, frame.zone ?? zone)) !== null;
    case 'union': {
      const inherited = frame.zone ?? zone;
      for (const child of frame.children) if (holds(child, at, inherited)) return true;
      return false;
    }
    case 'toggle': {
      const until = switchBack(frame, zone);
      return until !== null && at >= until ? !frame.on : frame.on;
    }
  }
}

/**
 * Works out ahead what evaluation remembers of holidays and zones, for a year from `at` on, so that no call waits for
 * it: a place's holidays of a year take some 10 ms. To be called where a domain is loaded.
 */
export function prepareFrame(frame: TimeFrame, at: EpochMs, zone: string): void {
  const inherited = frame.timeZone === 'inherit' ? zone : frame.timeZone;
  if (frame.kind === 'custom') for (const child of frame.children) prepareFrame(child, at, inherited);
  else for (const time of [at, at + YEAR_MS]) matches(frame, time, zone);
}

/** `matches` with its reason. */
export function isActive(frame: TimeFrame, at: EpochMs, zone: string): Activity {
  return activityOf(compileFrame(frame), at, zone);
}

/** When a toggle goes back by itself; null: not before it is switched. */
export function switchBack(frame: Extract<CompiledFrame, { kind: 'toggle' }>, zone: string): EpochMs | null {
  if (frame.until === null) return null;
  return 'at' in frame.until ? frame.until.at : firstInstant(frame.until.minute, frame.zone ?? zone);
}

/** The first of `spans` that holds at a wall minute. */
export function spanAt(spans: readonly Span[], minute: number): Span | null {
  for (const span of spans) if (dayIn(span, minute) > Number.NEGATIVE_INFINITY) return span;
  return null;
}

/** The day on which the occurrence began that `minute` is in; -Infinity if it is in none. */
function dayIn({ days, start, length }: Span, minute: number): number {
  const sinceMidnight = minute - start;
  if (Number.isNaN(minute)) return Number.NEGATIVE_INFINITY;
  // The latest start decides: the occurrences of a span are all equally long.
  return days.last(Math.floor(sinceMidnight / DAY_MINUTES), Math.floor((sinceMidnight - length) / DAY_MINUTES) + 1);
}

function activityOf(frame: CompiledFrame, at: EpochMs, zone: string): Activity {
  const own = frame.zone ?? zone;
  switch (frame.kind) {
    case 'always':
      return { active: true, because: 'it is always' };
    case 'spans': {
      const minute = wallMinute(at, own);
      const span = spanAt(frame.spans, minute);
      if (span === null)
        return { active: false, because: `${wallText(at, own)} is not in ${frame.text || 'any range'}` };
      const { holidays, text } = span;
      const what = holidays === null ? `in ${text}` : holidayText(holidays, dayIn(span, minute));
      return { active: true, because: `${wallText(at, own)} is ${what}` };
    }
    case 'union':
      return unionActivity(frame, at, own);
    case 'toggle': {
      const until = switchBack(frame, zone);
      const back = until !== null && at >= until;
      const how = `switched ${frame.on === back ? 'off' : 'on'}`;
      if (until === null) return { active: frame.on, because: how };
      const since = `${back ? 'since' : 'until'} ${wallText(until, own)}`;
      return { active: frame.on !== back, because: `${wallText(at, own)}: ${how} ${since}` };
    }
  }
}

function unionActivity(frame: Extract<CompiledFrame, { kind: 'union' }>, at: EpochMs, zone: string): Activity {
  for (const child of frame.children) {
    const activity = activityOf(child, at, zone);
    if (activity.active) return { active: true, because: `${child.name}: ${activity.because}` };
  }
  if (frame.children.length === 0) return { active: false, because: 'a custom frame without parts never holds' };
  const parts = frame.children.map((child) => `${child.name}: ${activityOf(child, at, zone).because}`);
  return { active: false, because: `none of its parts holds; ${parts.join('; ')}` };
}
