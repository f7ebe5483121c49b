import type { EpochMs } from '../machine/machine.js';
import { wallMinute } from './wall-clock.js';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Monday first, as in ISO 8601. */
export const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** A day of the wall calendar: `2026-12-23`. */
export type LocalDate = string;

/** A minute of the wall clock: `2026-12-23T17:00`. */
export type LocalTime = string;

/**
 * Minutes of the day, 0 to 1439. `end` is the last minute that matches (D-40). `end < start` reaches into the next day
 * and belongs to the day it starts on (D-51); `start = end` is an error, the whole day is 0 to 1439.
 */
export type TimeRange = { readonly start: number; readonly end: number };

/** Wall clock to wall clock, to the minute, `to` inclusive; may cross days and years (D-54). */
export type DateInterval = { readonly from: LocalTime; readonly to: LocalTime };

/**
 * The subset of RFC 5545 §3.3.10 that time frames use, by its names (D-55). Weeks start on Monday. An empty BY list is
 * filled from the first occurrence. At most one of `until` and `count` is given.
 */
export type Recurrence = {
  readonly frequency: 'daily' | 'weekly' | 'monthly' | 'yearly';
  /** Every n-th day, week, month or year, counted from the first occurrence; 1 or more. */
  readonly interval: number;
  /** `nth` only with monthly and yearly: 1 to 5, or -1 to -5 from the end of the month; null: every one. */
  readonly byDay: readonly { readonly weekday: Weekday; readonly nth: number | null }[];
  /** 1 to 31, or -1 to -31 from the end of the month. */
  readonly byMonthDay: readonly number[];
  /** 1 to 12. */
  readonly byMonth: readonly number[];
  /** The last day on which an occurrence may start. */
  readonly until: LocalDate | null;
  /** How many occurrences there are. */
  readonly count: number | null;
};

/** One entry of a holiday frame, always a rule that gives a date for every year (D-56). */
export type HolidayRule =
  /** By ISO 3166 country and subdivision (`DE`, `BY`) and by its name in any language of the bundled list. */
  | { readonly type: 'listed'; readonly country: string; readonly region: string | null; readonly name: string }
  | { readonly type: 'fixed'; readonly name: string; readonly month: number; readonly day: number }
  /** `nth` 1 to 5, or -1 for the last. */
  | {
      readonly type: 'weekday';
      readonly name: string;
      readonly month: number;
      readonly weekday: Weekday;
      readonly nth: number;
    }
  /** Days after Easter Sunday (Good Friday -2); `orthodox` by the Julian reckoning. */
  | { readonly type: 'easter'; readonly name: string; readonly offset: number; readonly orthodox: boolean }
  | { readonly type: 'dates'; readonly name: string; readonly dates: readonly LocalDate[] };

/** Where a holiday goes that falls on a day off: the nearest workday before or after, nowhere, or the nearest such weekday. */
export type ObservedOn = 'previous' | 'next' | 'none' | Weekday;

/** D-57. */
export type ObservedRules = {
  /** By the weekday the holiday falls on; a weekday left out is not moved. */
  readonly on: { readonly [weekday in Weekday]?: ObservedOn | undefined };
  /** The actual day does not match when there is an observed one. */
  readonly only: boolean;
};

/** K7's rule: Saturday goes to the workday before, Sunday to the workday after. */
export const usualObserved: ObservedRules = { on: { sat: 'previous', sun: 'next' }, only: false };

export const usualWorkdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

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
  /** `recurrence` null: every week. Else its occurrences are days, the first on or after `start`, that keep their ranges. */
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
   * Switched by hand (D-62). From `until` on the other way round; a number is an instant, text a wall-clock minute of
   * the frame's zone.
   */
  | { readonly kind: 'toggle'; readonly on: boolean; readonly until: EpochMs | LocalTime | null };

/** `because` is for people: zone, local time, and what matched or why nothing did. */
export type Activity = { readonly active: boolean; readonly because: string };

/** Whether `frame` holds at `at`; `zone` is the one to inherit (D-39). */
export function matches(frame: TimeFrame, at: EpochMs, zone: string): boolean {
  const minute = wallMinute(at, frame.timeZone === 'inherit' ? zone : frame.timeZone);
  switch (frame.kind) {
    case 'always':
      return true;
    case 'week':
      return weekMatches(frame.days, minute);
    case 'custom':
      return frame.children.some((child) => matches(child, at, frame.timeZone === 'inherit' ? zone : frame.timeZone));
    case 'toggle':
      return frame.on;
    case 'dates':
    case 'holidays':
      return false;
  }
}

/** The same with its reason. */
export function isActive(frame: TimeFrame, at: EpochMs, zone: string): Activity {
  const active = matches(frame, at, zone);
  const used = frame.timeZone === 'inherit' ? zone : frame.timeZone;
  return { active, because: `${frame.name}: ${active ? 'holds' : 'does not hold'} (${used})` };
}

const DAY = 1440;

function weekMatches(days: { readonly [weekday in Weekday]?: readonly TimeRange[] | undefined }, minute: number) {
  const day = Math.floor(minute / DAY);
  const ofDay = minute - day * DAY;
  const today = weekdays[(day + 3) % 7] ?? 'mon';
  const yesterday = weekdays[(day + 2) % 7] ?? 'mon';
  return (
    (days[today] ?? []).some((r) => ofDay >= r.start && (r.end < r.start || ofDay <= r.end)) ||
    (days[yesterday] ?? []).some((r) => r.end < r.start && ofDay <= r.end)
  );
}
