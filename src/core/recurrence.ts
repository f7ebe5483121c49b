import rruleLibrary from 'rrule';
import { type DaySet, HORIZON_DAYS } from './day-set.js';
import { dayNumber, type LocalDate, parseDate, type Weekday, weekdayOf, weekdays } from './local-date.js';

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
  /** How many occurrences there are, 1 to 1000. */
  readonly count: number | null;
};

// RRULE values are floating (RFC 5545 §3.3.5, form 1): rrule computes them on dates whose UTC fields are read as wall
// fields. Its zone support is not used; days become instants in one place, after recurrence, in the zone of the frame.
const { RRule, Weekday: RuleDay } = rruleLibrary;
const DAY_MS = 86_400_000;
const CHUNK_DAYS = 366;
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
  if (rule.count !== null && !whole(rule.count, 1, 1000)) faults.push('badCount');
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

/**
 * The days of a rule, expanded by chunks where they are asked for. A chunk is expanded from a period of the rule near
 * to it, not from the first day, so that an old rule costs no more than a new one.
 */
class RecurringDays implements DaySet {
  readonly #rule: Recurrence; // with full BY lists and without COUNT
  readonly #first: number;
  readonly #end: number; // the last day that can be one
  readonly #chunks = new Map<number, readonly number[]>();

  constructor(rule: Recurrence, first: number) {
    this.#rule = { ...filled(rule, first), count: null };
    this.#first = first;
    this.#end = lastDay(rule, first);
  }

  last(day: number, notBefore: number): number {
    const least = Math.max(notBefore, this.#first);
    for (let chunk = chunkOf(Math.min(day, this.#end)); chunk >= chunkOf(least); chunk--) {
      const found = this.#daysIn(chunk).findLast((d) => d <= day);
      if (found !== undefined) return found >= least ? found : Number.NEGATIVE_INFINITY;
    }
    return Number.NEGATIVE_INFINITY;
  }

  next(day: number): number {
    const from = Math.max(day, this.#first);
    const found = from > this.#end ? undefined : this.#daysIn(chunkOf(from)).find((d) => d >= from);
    if (found !== undefined) return found;
    const after = from > this.#end ? null : this.#near(from).after(dateOf(from), true);
    const next = after === null ? Number.POSITIVE_INFINITY : after.getTime() / DAY_MS;
    return next <= from + HORIZON_DAYS ? next : Number.POSITIVE_INFINITY;
  }

  #daysIn(chunk: number): readonly number[] {
    let days = this.#chunks.get(chunk);
    if (days === undefined) {
      const from = Math.max(chunk * CHUNK_DAYS, this.#first);
      const to = Math.min((chunk + 1) * CHUNK_DAYS - 1, this.#end);
      const found = to < from ? [] : this.#near(from).between(dateOf(from), dateOf(to), true);
      days = found.map((date) => date.getTime() / DAY_MS);
      this.#chunks.set(chunk, days);
    }
    return days;
  }

  #near(day: number): InstanceType<typeof RRule> {
    return new RRule(libraryOptions(this.#rule, periodStart(this.#rule, this.#first, day)), true);
  }
}

function chunkOf(day: number): number {
  return Math.floor(day / CHUNK_DAYS);
}

/** The rule with what its empty BY lists take from the first day (RFC 5545 §3.3.10). */
function filled(rule: Recurrence, first: number): Recurrence {
  if (rule.byDay.length > 0 || rule.byMonthDay.length > 0) return rule;
  const date = dateOf(first);
  const byMonthDay = [date.getUTCDate()];
  switch (rule.frequency) {
    case 'daily':
      return rule;
    case 'weekly':
      return { ...rule, byDay: [{ weekday: weekdayOf(first), nth: null }] };
    case 'monthly':
      return { ...rule, byMonthDay };
    case 'yearly':
      return { ...rule, byMonthDay, byMonth: rule.byMonth.length > 0 ? rule.byMonth : [date.getUTCMonth() + 1] };
  }
}

/** A first day, not after `day`, from which the rule goes on as from `first`. */
function periodStart({ frequency, interval }: Recurrence, first: number, day: number): number {
  const [then, now] = [dateOf(first), dateOf(day)];
  const years = now.getUTCFullYear() - then.getUTCFullYear();
  const passed = (count: number) => Math.floor(count / interval) * interval;
  switch (frequency) {
    case 'daily':
      return first + passed(day - first);
    case 'weekly':
      return first + 7 * passed(Math.floor((day - first) / 7));
    case 'monthly': {
      const months = years * 12 + now.getUTCMonth() - then.getUTCMonth();
      return dayNumber(then.getUTCFullYear(), then.getUTCMonth() + 1 + passed(months), 1);
    }
    case 'yearly':
      return dayNumber(then.getUTCFullYear() + passed(years), 1, 1);
  }
}

/** Infinity for a rule without end; -Infinity for one that never occurs, which is found out once, here. */
function lastDay(rule: Recurrence, first: number): number {
  const library = new RRule(libraryOptions(rule, first), true);
  if (rule.count !== null) return (library.all().at(-1)?.getTime() ?? Number.NEGATIVE_INFINITY) / DAY_MS;
  if (library.after(dateOf(first), true) === null) return Number.NEGATIVE_INFINITY;
  return (rule.until === null ? null : parseDate(rule.until)) ?? Number.POSITIVE_INFINITY;
}

function libraryOptions(rule: Recurrence, first: number) {
  const until = rule.until === null ? null : parseDate(rule.until);
  return {
    freq: frequencies[rule.frequency],
    dtstart: dateOf(first),
    interval: rule.interval,
    wkst: RRule.MO,
    byweekday: rule.byDay.length === 0 ? null : rule.byDay.map(libraryDay),
    bymonthday: rule.byMonthDay.length === 0 ? null : [...rule.byMonthDay],
    bymonth: rule.byMonth.length === 0 ? null : [...rule.byMonth],
    until: until === null ? null : dateOf(until),
    count: rule.count,
  };
}

function libraryDay({ weekday, nth }: Recurrence['byDay'][number]) {
  return new RuleDay(weekdays.indexOf(weekday), nth ?? undefined);
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
