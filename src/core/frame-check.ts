import type { HolidayRule } from './holiday.js';
import { checkListed, similar } from './holiday-list.js';
import { DAY_MINUTES, daysInMonth, parseDate, parseTime, type Weekday, weekdays } from './local-date.js';
import { periodDays, type Recurrence, type RecurrenceFault, recurrenceFaults, recurringDays } from './recurrence.js';
import type { DateInterval, FrameKind, TimeFrame, TimeRange } from './time-frame.js';
import { isTimeZone } from './wall-clock.js';

/** Something wrong (`error`) or suspicious (`warning`) in a time frame. Evaluation leaves out what is wrong. */
export type FrameFault = {
  readonly code: FrameFaultCode;
  readonly severity: 'error' | 'warning';
  /** Keys into the frame: `['days', 'mon', 0]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What may have been meant. */
  readonly suggestions: readonly string[];
};

export type FrameFaultCode =
  | RecurrenceFault
  | 'noName'
  | 'unknownZone'
  | 'badRange'
  | 'emptyRange'
  | 'tooManyRanges'
  | 'overlap'
  | 'neverMatches'
  | 'badDate'
  | 'endsBeforeStart'
  | 'longerThanPeriod'
  | 'startNotInRecurrence'
  | 'unknownCountry'
  | 'unknownRegion'
  | 'unknownHoliday'
  | 'badHoliday'
  | 'badWorkdays';

type Path = FrameFault['path'];

/** D-52: as many ranges as a day may have. */
export const MAX_RANGES = 10;

/** All faults of a frame and its children; none: it can be used. */
export function checkFrame(frame: TimeFrame): readonly FrameFault[] {
  const faults: FrameFault[] = [];
  if (frame.name.trim() === '') faults.push(error('noName', ['name'], 'a time frame needs a name'));
  if (frame.timeZone !== 'inherit' && !isTimeZone(frame.timeZone)) {
    const message = `there is no time zone ${JSON.stringify(frame.timeZone)}`;
    faults.push(
      error('unknownZone', ['timeZone'], message, similar(frame.timeZone, Intl.supportedValuesOf('timeZone'))),
    );
  }
  return [...faults, ...checkKind(frame)];
}

function checkKind(frame: FrameKind): readonly FrameFault[] {
  switch (frame.kind) {
    case 'always':
      return [];
    case 'week':
      return checkWeek(frame);
    case 'dates':
      return checkDates(frame);
    case 'holidays':
      return checkHolidays(frame);
    case 'custom':
      if (frame.children.length === 0)
        return [warning('neverMatches', ['children'], 'a custom frame without parts never holds')];
      return frame.children.flatMap((child, i) =>
        checkFrame(child).map((fault) => ({ ...fault, path: ['children', i, ...fault.path] })),
      );
    case 'toggle':
      return typeof frame.until === 'string' && parseTime(frame.until) === null
        ? [badTime(['until'], frame.until)]
        : [];
  }
}

function checkWeek({ days, recurrence }: Extract<FrameKind, { kind: 'week' }>): readonly FrameFault[] {
  const faults = weekdays.flatMap((weekday) => checkDay(days[weekday] ?? [], ['days', weekday]));
  const used = weekdays.filter((weekday) => (days[weekday] ?? []).length > 0);
  if (used.length === 0) faults.push(warning('neverMatches', ['days'], 'no day has a range, so the frame never holds'));
  if (recurrence === null) return faults;
  const start = parseDate(recurrence.start);
  if (start === null) return [...faults, badDate(['recurrence', 'start'], recurrence.start)];
  const byDay = recurrence.byDay.length > 0 ? recurrence.byDay : used.map((weekday) => ({ weekday, nth: null }));
  const rule = recurrence.frequency === 'weekly' ? { ...recurrence, byDay } : recurrence;
  return [...faults, ...checkRecurrence(rule, start)];
}

function checkDay(ranges: readonly TimeRange[], path: Path): FrameFault[] {
  const faults = ranges.flatMap((range, i) => checkRange(range, [...path, i]));
  if (ranges.length > MAX_RANGES)
    faults.push(error('tooManyRanges', path, `a day can have at most ${MAX_RANGES} ranges`));
  const sorted = ranges
    .map(({ start, end }) => ({ start, end: end < start ? end + DAY_MINUTES : end }))
    .sort((a, b) => a.start - b.start);
  if (sorted.some(({ start }, i) => start < (sorted[i - 1]?.end ?? 0)))
    faults.push(warning('overlap', path, 'ranges of the day overlap; they count as one'));
  return faults;
}

function checkRange({ start, end }: TimeRange, path: Path): FrameFault[] {
  const proper = (minute: number) => Number.isInteger(minute) && minute >= 0 && minute < DAY_MINUTES;
  if (!proper(start) || !proper(end)) return [error('badRange', path, 'a range goes from 00:00 to 23:59 at most')];
  if (start !== end) return [];
  return [error('emptyRange', path, 'the range begins and ends at the same minute; the whole day is 00:00-23:59')];
}

function checkDates({ intervals, recurrence }: Extract<FrameKind, { kind: 'dates' }>): readonly FrameFault[] {
  if (intervals.length === 0)
    return [warning('neverMatches', ['intervals'], 'there is no interval, so the frame never holds')];
  return intervals.flatMap((interval, i) => checkInterval(interval, recurrence, ['intervals', i]));
}

function checkInterval(interval: DateInterval, recurrence: Recurrence | null, path: Path): readonly FrameFault[] {
  const from = parseTime(interval.from);
  const to = parseTime(interval.to);
  if (from === null) return [badTime([...path, 'from'], interval.from)];
  if (to === null) return [badTime([...path, 'to'], interval.to)];
  if (to === from) return [error('emptyRange', path, 'the interval begins and ends at the same minute')];
  if (to < from) return [error('endsBeforeStart', path, `${interval.to} is before ${interval.from}`)];
  if (recurrence === null) return [];
  const faults = checkRecurrence(recurrence, Math.floor(from / DAY_MINUTES));
  if (faults.some(({ severity }) => severity === 'error')) return faults;
  const days = periodDays(recurrence);
  if (to + 1 - from <= days * DAY_MINUTES) return faults;
  const message = `the interval is longer than the ${days} days after which it recurs`;
  return [...faults, error('longerThanPeriod', path, message)];
}

function checkRecurrence(rule: Recurrence, first: number): readonly FrameFault[] {
  const faults = recurrenceFaults(rule);
  if (faults.length > 0) return faults.map((code) => error(code, ['recurrence'], recurrenceMessages[code]));
  const next = recurringDays(rule, first).next(first);
  if (next === first) return [];
  if (next === Number.POSITIVE_INFINITY) return [warning('neverMatches', ['recurrence'], 'no day fits the recurrence')];
  return [warning('startNotInRecurrence', ['recurrence'], 'the first day does not fit the recurrence and is left out')];
}

const recurrenceMessages: { readonly [code in RecurrenceFault]: string } = {
  badInterval: 'the interval is a whole number from 1',
  badCount: 'the count is a whole number from 1 to 1000',
  badUntil: 'the last day is no date of the form 2027-12-31',
  untilAndCount: 'a recurrence ends on a day or after a count, not both (RFC 5545 §3.3.10)',
  badByDay: 'the n-th weekday, 1 to 5 or -1 to -5, goes with monthly and yearly only',
  badByMonthDay: 'days of the month, 1 to 31 or -1 to -31, go with monthly and yearly only',
  badByMonth: 'months are 1 to 12; a yearly recurrence by weekday or day of the month needs them',
};

function checkHolidays(frame: Extract<FrameKind, { kind: 'holidays' }>): readonly FrameFault[] {
  const { holidays, range, year, until, workdays, observed } = frame;
  const faults = [
    ...checkRange(range, ['range']),
    ...holidays.flatMap((rule, i) => checkHoliday(rule, ['holidays', i])),
  ];
  if (holidays.length === 0)
    faults.push(warning('neverMatches', ['holidays'], 'there is no holiday, so the frame never holds'));
  if (until !== null && parseDate(until) === null) faults.push(badDate(['until'], until));
  if (year !== null && !Number.isInteger(year)) faults.push(error('badDate', ['year'], 'the year is a whole number'));
  const targets = Object.values(observed?.on ?? {}).filter((on): on is Weekday => weekdays.some((day) => day === on));
  const off = targets.find((target) => !workdays.includes(target));
  if (off !== undefined)
    faults.push(warning('badWorkdays', ['observed'], `${off} is no workday, so nothing is observed then`));
  if (observed !== null && workdays.length === 0)
    faults.push(
      warning('badWorkdays', ['workdays'], 'without workdays there is no day on which a holiday could be observed'),
    );
  return faults;
}

function checkHoliday(rule: HolidayRule, path: Path): readonly FrameFault[] {
  switch (rule.type) {
    case 'listed': {
      const wrong = checkListed(rule.country, rule.region, rule.name);
      if (wrong === null) return [];
      const messages = {
        unknownCountry: `the holiday list has no country ${JSON.stringify(rule.country)}`,
        unknownRegion: `the holiday list has no region ${JSON.stringify(rule.region)} of ${rule.country}`,
        unknownHoliday: `the holiday list of ${rule.country} has no ${JSON.stringify(rule.name)}`,
      };
      return [error(wrong.code, path, messages[wrong.code], wrong.suggestions)];
    }
    case 'fixed': {
      const fits = inRange(rule.month, 1, 12) && inRange(rule.day, 1, daysInMonth(2024, rule.month)); // a leap year
      return fits ? [] : [error('badHoliday', path, `there is no day ${rule.day} of month ${rule.month}`)];
    }
    case 'weekday': {
      const fits = inRange(rule.month, 1, 12) && rule.nth !== 0 && inRange(rule.nth, -5, 5);
      return fits ? [] : [error('badHoliday', path, 'the n-th weekday is 1 to 5, or -1 to -5, of month 1 to 12')];
    }
    case 'easter':
      return inRange(rule.offset, -200, 200)
        ? []
        : [error('badHoliday', path, 'the offset from Easter is in whole days')];
    case 'dates': {
      if (rule.dates.length === 0) return [warning('neverMatches', path, `${rule.name} has no date`)];
      return rule.dates.flatMap((date, i) => (parseDate(date) === null ? [badDate([...path, 'dates', i], date)] : []));
    }
  }
}

function inRange(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most;
}

function badDate(path: Path, text: string): FrameFault {
  return error('badDate', path, noSuchDay(text) ?? `${JSON.stringify(text)} is no date of the form 2027-12-31`);
}

function badTime(path: Path, text: string): FrameFault {
  const message = noSuchDay(text) ?? `${JSON.stringify(text)} is no date and time of the form 2027-12-31T17:00`;
  return error('badDate', path, message);
}

/** Of a date that is well written and in no calendar. */
function noSuchDay(text: string): string | null {
  const [day = null] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  return day === null || parseDate(day) !== null ? null : `there is no day ${day}`;
}

function error(code: FrameFaultCode, path: Path, message: string, suggestions: readonly string[] = []): FrameFault {
  return { code, severity: 'error', path, message, suggestions };
}

function warning(code: FrameFaultCode, path: Path, message: string): FrameFault {
  return { code, severity: 'warning', path, message, suggestions: [] };
}
