import rruleLibrary from 'rrule';
import { type DaySet, HORIZON_DAYS } from './day-set.js';
import { dayNumber, type LocalDate, parseDate, type Weekday, weekdays } from './local-date.js';

/**
 * The subset of RFC 5545 §3.3.10 that time frames use, by its names (D-55). Weeks start on Monday. Empty BY lists are
 * filled from the first day. At most one of `until` and `count` is given.
 */
export type Recurrence = {
  readonly frequency: 'daily' | 'weekly' | 'monthly' | 'yearly';
  /** Every n-th day, week, month or year, counted from the first; 1 or more. */
  readonly interval: number;
  /** `nth` only with monthly and yearly: 1 to 5, or -1 to -5 from the end of the month; null: every one. */
  readonly byDay: readonly { readonly weekday: Weekday; readonly nth: number | null }[];
  /** 1 to 31, or -1 to -31 from the end of the month; only with monthly and yearly. */
  readonly byMonthDay: readonly number[];
  /** 1 to 12. Yearly needs it when it has one of the other lists, so that `nth` always counts within a month. */
  readonly byMonth: readonly number[];
  /** The last day on which an occurrence may start. */
  readonly until: LocalDate | null;
  /** How many occurrences there are. */
  readonly count: number | null;
};

// RRULE values are floating (RFC 5545 §3.3.5, form 1): rrule computes them on dates whose UTC fields are read as wall
// fields. Its zone support is not used; days become instants in one place, after recurrence, in the zone of the frame.
const { RRule, Weekday: RuleDay } = rruleLibrary;
const DAY_MS = 86_400_000;
const frequencies = { daily: RRule.DAILY, weekly: RRule.WEEKLY, monthly: RRule.MONTHLY, yearly: RRule.YEARLY };

/** The days on which a rule occurs that begins on day number `first`. */
export function recurringDays(rule: Recurrence, first: number): DaySet {
  return new RecurringDays(rule, first);
}

export type RecurrenceFault =
  | 'badInterval'
  | 'badCount'
  | 'badUntil'
  | 'untilAndCount'
  | 'badByDay'
  | 'badByMonthDay'
  | 'badByMonth';

/** What is wrong with a rule; a rule with a fault never occurs. */
export function recurrenceFaults(rule: Recurrence): readonly RecurrenceFault[] {
  const faults: RecurrenceFault[] = [];
  const byMonth = rule.frequency === 'yearly' && rule.byMonth.length === 0;
  const inMonth = rule.frequency === 'monthly' || rule.frequency === 'yearly';
  if (!whole(rule.interval, 1, 1000)) faults.push('badInterval');
  if (rule.count !== null && !whole(rule.count, 1, 100_000)) faults.push('badCount');
  if (rule.until !== null && parseDate(rule.until) === null) faults.push('badUntil');
  if (rule.until !== null && rule.count !== null) faults.push('untilAndCount');
  if (rule.byDay.some(({ nth }) => nth !== null && !(inMonth && nth !== 0 && whole(nth, -5, 5))))
    faults.push('badByDay');
  if (rule.byMonthDay.some((day) => !(inMonth && day !== 0 && whole(day, -31, 31)))) faults.push('badByMonthDay');
  if (rule.byMonth.some((month) => !whole(month, 1, 12))) faults.push('badByMonth');
  if (byMonth && (rule.byDay.length > 0 || rule.byMonthDay.length > 0)) faults.push('badByMonth');
  return faults;
}

/** The shortest time from one period of the rule to the next [days]. */
export function periodDays(rule: Recurrence): number {
  switch (rule.frequency) {
    case 'daily':
      return rule.interval;
    case 'weekly':
      return 7 * rule.interval;
    case 'monthly':
      return shortestMonths(rule.interval);
    case 'yearly':
      return 365 * rule.interval;
  }
}

/** `every 2 weeks on Monday until December 31, 2027`: the rule in words. */
export function recurrenceText(rule: Recurrence, first: number): string {
  return new RRule(libraryOptions(rule, first)).toText();
}

/** A growing list of the days of a rule, expanded ahead of what was asked for. */
class RecurringDays implements DaySet {
  readonly #rule: InstanceType<typeof RRule>;
  readonly #count: number;
  readonly #end: number; // the last day that can be one
  readonly #days: number[] = [];
  #expanded: number; // up to and with this day
  #step = 1461;

  constructor(rule: Recurrence, first: number) {
    this.#count = rule.count ?? Number.POSITIVE_INFINITY;
    this.#end = (rule.until === null ? null : parseDate(rule.until)) ?? Number.POSITIVE_INFINITY;
    this.#expanded = first - 1;
    this.#rule = new RRule(libraryOptions(rule, first), true);
  }

  last(day: number, notBefore: number): number {
    this.#expand(day);
    const found = this.#days[this.#after(day) - 1];
    return found !== undefined && found >= notBefore ? found : Number.NEGATIVE_INFINITY;
  }

  next(day: number): number {
    this.#expand(day);
    const horizon = Math.max(day, this.#expanded) + HORIZON_DAYS;
    for (;;) {
      const found = this.#days[this.#after(day - 1)];
      if (found !== undefined) return found;
      if (this.#complete || this.#expanded >= horizon) return Number.POSITIVE_INFINITY;
      this.#expand(this.#expanded + 1);
    }
  }

  get #complete(): boolean {
    return this.#days.length >= this.#count || this.#expanded >= this.#end;
  }

  #expand(day: number): void {
    if (day <= this.#expanded || this.#complete) return;
    const to = Math.max(day, this.#expanded + this.#step);
    const found = this.#rule.between(dateOf(this.#expanded + 1), dateOf(to), true);
    for (const date of found) this.#days.push(date.getTime() / DAY_MS);
    this.#expanded = to;
    this.#step *= 2; // each expansion starts over from the first day
  }

  /** Index of the first day after `day`. */
  #after(day: number): number {
    let low = 0;
    let high = this.#days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#days[middle] ?? 0) <= day) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function libraryOptions(rule: Recurrence, first: number) {
  const until = rule.until === null ? null : parseDate(rule.until);
  return {
    freq: frequencies[rule.frequency],
    dtstart: dateOf(first),
    interval: rule.interval,
    wkst: RRule.MO,
    byweekday:
      rule.byDay.length === 0
        ? null
        : rule.byDay.map((d) => new RuleDay(weekdays.indexOf(d.weekday), d.nth ?? undefined)),
    bymonthday: rule.byMonthDay.length === 0 ? null : [...rule.byMonthDay],
    bymonth: rule.byMonth.length === 0 ? null : [...rule.byMonth],
    until: until === null ? null : dateOf(until),
    count: rule.count,
  };
}

function whole(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most;
}

function dateOf(day: number): Date {
  return new Date(day * DAY_MS);
}

function shortestMonths(count: number): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let month = 1; month <= 48; month++)
    shortest = Math.min(shortest, dayNumber(2025, month + count, 1) - dayNumber(2025, month, 1));
  return shortest;
}
