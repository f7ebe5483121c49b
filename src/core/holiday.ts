import type { DaySet } from './day-set.js';
import { listedSpans } from './holiday-list.js';
import {
  dateText,
  dayNumber,
  daysInMonth,
  type LocalDate,
  parseDate,
  type Weekday,
  weekdayIndex,
  weekdayOf,
  weekdays,
  yearOf,
} from './local-date.js';

/** One entry of a holiday frame, always a rule that gives its dates for every year, never the dates (D-56). */
export type HolidayRule =
  /** By ISO 3166 country and subdivision (`DE`, `BY`) and by its name in any language of the bundled list. */
  | { readonly type: 'listed'; readonly country: string; readonly region: string | null; readonly name: string }
  /** February 29 is left out in other years. */
  | { readonly type: 'fixed'; readonly name: string; readonly month: number; readonly day: number }
  /** `nth` 1 to 5, left out where there is no fifth; -1 the last to -5. */
  | {
      readonly type: 'weekday';
      readonly name: string;
      readonly month: number;
      readonly weekday: Weekday;
      readonly nth: number;
    }
  /** Days after Easter Sunday (Good Friday -2); `orthodox` by the Julian reckoning. */
  | { readonly type: 'easter'; readonly name: string; readonly offset: number; readonly orthodox: boolean }
  /** What no rule gives. */
  | { readonly type: 'dates'; readonly name: string; readonly dates: readonly LocalDate[] };

/** Where a holiday goes: to the nearest workday before or after, nowhere, or to the nearest such weekday. */
export type ObservedOn = 'previous' | 'next' | 'none' | Weekday;

/** For holidays that fall on a day off (D-57). */
export type ObservedRules = {
  /** By the weekday the holiday falls on; a weekday left out is not moved. */
  readonly on: { readonly [weekday in Weekday]?: ObservedOn | undefined };
  /** The actual day does not count when there is an observed one. */
  readonly only: boolean;
};

/** Saturday goes to the workday before, Sunday to the workday after. */
export const usualObserved: ObservedRules = { on: { sat: 'previous', sun: 'next' }, only: false };

export const usualWorkdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** What makes the days of a holiday frame. */
export type HolidayChoice = {
  readonly holidays: readonly HolidayRule[];
  /** Only the holidays of this year; null: every year. */
  readonly year: number | null;
  /** The last actual day that counts. */
  readonly until: LocalDate | null;
  readonly workdays: readonly Weekday[];
  readonly observed: ObservedRules | null;
};

/** A day that counts as a holiday. `actual` differs from `day` when it is only observed then. */
export type HolidayDate = { readonly day: number; readonly actual: number; readonly names: readonly string[] };

/** How far an observed day is looked for: beyond that the frame has no free workday worth the name. */
const SEARCH_DAYS = 31;

/** How far ahead the next holiday is looked for; February 29 may be 8 years away. */
const YEARS_AHEAD = 12;

/** The days of a choice, with what each of them is called. */
export type HolidayDays = DaySet & {
  /** Those of a year of the wall calendar, ascending; a day may be both a holiday and the observed day of another. */
  in(year: number): readonly HolidayDate[];
};

export function holidayDays(choice: HolidayChoice): HolidayDays {
  const years = new Map<number, readonly HolidayDate[]>();
  const inYear = (year: number) => {
    let days = years.get(year);
    if (days === undefined) {
      days = datesIn(choice, year);
      years.set(year, days);
    }
    return days;
  };
  const { end, dated } = reachOf(choice);
  return {
    in: inYear,
    last(day, notBefore) {
      for (let year = yearOf(day); year >= yearOf(notBefore); year--) {
        const found = inYear(year).findLast((date) => date.day <= day);
        if (found !== undefined) return found.day >= notBefore ? found.day : Number.NEGATIVE_INFINITY;
      }
      return Number.NEGATIVE_INFINITY;
    },
    next(day) {
      const last = Math.min(end, Math.max(yearOf(day) + YEARS_AHEAD, dated));
      for (let year = yearOf(day); year <= last; year++) {
        const found = inYear(year).find((date) => date.day >= day);
        if (found !== undefined) return found.day;
      }
      return Number.POSITIVE_INFINITY;
    },
  };
}

/** `Christmas Day`, or `New Year's Day (Sat 2028-01-01) observed`; what `day` is in `days`. */
export function holidayText(days: HolidayDays, day: number): string {
  const texts = days
    .in(yearOf(day))
    .filter((date) => date.day === day)
    .map(({ names, actual }) => {
      const name = names.join(' and ');
      return actual === day ? name : `${name} (${dateText(actual)}) observed`;
    });
  return texts.join(', ');
}

/** The actual days of a rule in a year: each first to last day of a holiday that begins in it. */
export function actualDays(rule: HolidayRule, year: number): readonly number[] {
  switch (rule.type) {
    case 'listed':
      return listedSpans(rule.country, rule.region, rule.name, year).flatMap(({ day, days }) =>
        Array.from({ length: days }, (_, i) => day + i),
      );
    case 'fixed':
      return rule.day <= daysInMonth(year, rule.month) ? [dayNumber(year, rule.month, rule.day)] : [];
    case 'weekday':
      return nthWeekday(year, rule.month, weekdays.indexOf(rule.weekday), rule.nth);
    case 'easter':
      return [easterSunday(year, rule.orthodox) + rule.offset];
    case 'dates':
      return rule.dates.flatMap((date) => {
        const day = parseDate(date);
        return day === null || yearOf(day) !== year ? [] : [day];
      });
  }
}

/** The last year in which there can be a day of the choice, and the last that its explicit dates reach. */
function reachOf({ holidays, year, until }: HolidayChoice): { readonly end: number; readonly dated: number } {
  const lastDay = until === null ? null : parseDate(until);
  const explicit = holidays.flatMap((rule) => (rule.type === 'dates' ? rule.dates.map(parseDate) : []));
  const years = explicit.map((day) => (day === null ? 0 : yearOf(day) + 1));
  return {
    end: year !== null ? year + 1 : lastDay === null ? Number.POSITIVE_INFINITY : yearOf(lastDay) + 1,
    dated: Math.max(0, ...years),
  };
}

/** A neighbouring year's holiday may be observed in this one (Jan 1, 2028 on Dec 31, 2027), or last into it. */
function datesIn(choice: HolidayChoice, year: number): readonly HolidayDate[] {
  const until = (choice.until === null ? null : parseDate(choice.until)) ?? Number.POSITIVE_INFINITY;
  const actual = new Map<number, string[]>();
  for (let y = year - 1; y <= year + 1; y++) {
    if (choice.year !== null && choice.year !== y) continue;
    for (const rule of choice.holidays) {
      for (const day of actualDays(rule, y)) {
        if (day > until) continue;
        const names = actual.get(day);
        if (names === undefined) actual.set(day, [rule.name]);
        else if (!names.includes(rule.name)) names.push(rule.name);
      }
    }
  }
  const observed = observedDays([...actual.keys()], choice);
  const dates: HolidayDate[] = [];
  for (const [day, names] of actual) {
    const moved = observed.get(day);
    if (moved !== undefined) dates.push({ day: moved, actual: day, names });
    if (moved === undefined || choice.observed?.only !== true) dates.push({ day, actual: day, names });
  }
  return dates.filter((date) => yearOf(date.day) === year).sort((a, b) => a.day - b.day || a.actual - b.actual);
}

/**
 * The observed day of each of `actual` that has one, by actual day. Holidays are placed in the order of the calendar;
 * a day that is a holiday itself, or is taken by one placed before, is passed over in the direction of the move. Two
 * holidays on one day make one observed day: one day off was lost.
 */
export function observedDays(
  actual: readonly number[],
  { workdays, observed }: Pick<HolidayChoice, 'workdays' | 'observed'>,
): ReadonlyMap<number, number> {
  const placed = new Map<number, number>();
  if (observed === null) return placed;
  const taken = new Set(actual);
  for (const day of [...taken].sort((a, b) => a - b)) {
    if (workdays.includes(weekdayOf(day))) continue;
    const move = moveOf(observed.on[weekdayOf(day)] ?? 'none', day);
    if (move === 0) continue;
    for (let to = day + move; Math.abs(to - day) <= SEARCH_DAYS; to += Math.sign(move)) {
      if (taken.has(to) || !workdays.includes(weekdayOf(to))) continue;
      taken.add(to);
      placed.set(day, to);
      break;
    }
  }
  return placed;
}

/** By how many days; a fixed weekday is never more than three away. */
function moveOf(on: ObservedOn, day: number): number {
  switch (on) {
    case 'none':
      return 0;
    case 'previous':
      return -1;
    case 'next':
      return 1;
    case 'mon':
    case 'tue':
    case 'wed':
    case 'thu':
    case 'fri':
    case 'sat':
    case 'sun': {
      const ahead = (weekdays.indexOf(on) - weekdayIndex(day) + 7) % 7;
      return ahead > 3 ? ahead - 7 : ahead;
    }
  }
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): readonly number[] {
  const first = dayNumber(year, month, 1);
  const length = daysInMonth(year, month);
  const last = first + length - 1;
  const day =
    nth > 0
      ? first + ((weekday - weekdayIndex(first) + 7) % 7) + (nth - 1) * 7
      : last - ((weekdayIndex(last) - weekday + 7) % 7) + (nth + 1) * 7;
  return day >= first && day <= last ? [day] : [];
}

/** Gauss's rule as completed by Lichtenberg for the Gregorian, and Gauss's for the Julian calendar. */
function easterSunday(year: number, orthodox: boolean): number {
  const century = Math.floor(year / 100);
  const m = orthodox ? 15 : 15 + Math.floor((3 * century + 3) / 4) - Math.floor((8 * century + 13) / 25);
  const s = orthodox ? 0 : 2 - Math.floor((3 * century + 3) / 4);
  const a = year % 19;
  const d = (19 * a + m) % 30;
  const r = Math.floor((d + Math.floor(a / 11)) / 29);
  const fullMoon = 21 + d - r; // of March
  const firstSunday = 7 - ((year + Math.floor(year / 4) + s) % 7);
  const easter = fullMoon + 7 - ((fullMoon - firstSunday) % 7);
  const julianLag = orthodox ? century - Math.floor(century / 4) - 2 : 0;
  return dayNumber(year, 3, easter + julianLag);
}
