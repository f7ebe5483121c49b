import type { EpochMs } from '../machine/machine.js';
import { type DaySet, everyWeek, oneDay, onWeekdays } from './day-set.js';
import { type HolidayDays, holidayDays } from './holiday.js';
import {
  clockText,
  DAY_MINUTES,
  dateText,
  parseDate,
  parseTime,
  type Weekday,
  weekdays,
  weekdaysText,
} from './local-date.js';
import { recurrenceFaults, recurrenceText, recurringDays } from './recurrence.js';
import type { DateInterval, FrameKind, TimeFrame, TimeRange } from './time-frame.js';

/** Wall-clock minutes [`start`, `start + length`) from midnight of each day of `days`: every leaf frame comes down to these. */
export type Span = {
  readonly days: DaySet;
  readonly start: number;
  readonly length: number;
  /** `Mon-Fri 09:00-17:00`. */
  readonly text: string;
  /** What the days are called, if they have names. */
  readonly holidays: HolidayDays | null;
};

/** A time frame made ready for evaluation. Parts that `checkFrame` calls wrong are left out: they never match. */
export type CompiledFrame = {
  readonly name: string;
  /** Null: the zone is inherited. */
  readonly zone: string | null;
} & (
  | { readonly kind: 'always' }
  /** `weekly`: the same in every week. */
  | { readonly kind: 'spans'; readonly spans: readonly Span[]; readonly weekly: boolean; readonly text: string }
  | { readonly kind: 'union'; readonly children: readonly CompiledFrame[] }
  /** `until` in wall minutes or as instant; then `on` is reversed. */
  | {
      readonly kind: 'toggle';
      readonly on: boolean;
      readonly until: { readonly minute: number } | { readonly at: EpochMs } | null;
    }
);

const compiledFrames = new WeakMap<TimeFrame, CompiledFrame>();

/** Compiles once per frame object: frames are immutable, and a change makes a new one. */
export function compileFrame(frame: TimeFrame): CompiledFrame {
  let compiled = compiledFrames.get(frame);
  if (compiled === undefined) {
    compiled = compile(frame);
    compiledFrames.set(frame, compiled);
  }
  return compiled;
}

function compile(frame: TimeFrame): CompiledFrame {
  const base = { name: frame.name, zone: frame.timeZone === 'inherit' ? null : frame.timeZone };
  switch (frame.kind) {
    case 'always':
      return { ...base, kind: 'always' };
    case 'week':
      return { ...base, ...spans(weekSpans(frame)), weekly: frame.recurrence === null };
    case 'dates':
      return { ...base, ...spans(frame.intervals.flatMap((interval) => dateSpan(interval, frame))), weekly: false };
    case 'holidays':
      return { ...base, ...spans(holidaySpans(frame)), weekly: false };
    case 'custom':
      return { ...base, kind: 'union', children: frame.children.map(compileFrame) };
    case 'toggle': {
      const until = typeof frame.until === 'string' ? parseTime(frame.until) : null;
      const at = typeof frame.until === 'number' ? { at: frame.until } : null;
      return { ...base, kind: 'toggle', on: frame.on, until: until === null ? at : { minute: until } };
    }
  }
}

function spans(found: readonly Span[]) {
  return { kind: 'spans', spans: found, text: found.map(({ text }) => text).join('; ') } as const;
}

/** Days with the same range share a span. */
function weekSpans({ days, recurrence }: Extract<FrameKind, { kind: 'week' }>): readonly Span[] {
  const masks = new Map<string, { readonly range: TimeRange; mask: number }>();
  for (const [index, weekday] of weekdays.entries()) {
    for (const range of days[weekday] ?? []) {
      if (lengthOf(range) === null) continue;
      const key = `${range.start} ${range.end}`;
      const known = masks.get(key);
      if (known === undefined) masks.set(key, { range, mask: 1 << index });
      else known.mask |= 1 << index;
    }
  }
  const first = recurrence === null ? null : parseDate(recurrence.start);
  if (recurrence !== null && (first === null || recurrenceFaults(recurrence).length > 0)) return [];
  const all = [...masks.values()].reduce((mask, entry) => mask | entry.mask, 0);
  const rule =
    recurrence?.frequency === 'weekly' && recurrence.byDay.length === 0
      ? { ...recurrence, byDay: weekdaysIn(all).map((weekday) => ({ weekday, nth: null })) }
      : recurrence;
  const occurring = rule === null || first === null ? null : recurringDays(rule, first);
  const suffix = rule === null || first === null ? '' : `, ${recurrenceText(rule, first)}`;
  return [...masks.values()].map(({ range, mask }) => ({
    days: occurring === null ? everyWeek(mask) : onWeekdays(occurring, mask),
    start: range.start,
    length: lengthOf(range) ?? 0,
    text: `${weekdaysText(weekdaysIn(mask))} ${rangeText(range)}${suffix}`,
    holidays: null,
  }));
}

function dateSpan(interval: DateInterval, { recurrence }: Extract<FrameKind, { kind: 'dates' }>): readonly Span[] {
  const from = parseTime(interval.from);
  const to = parseTime(interval.to);
  if (from === null || to === null || to <= from) return [];
  if (recurrence !== null && recurrenceFaults(recurrence).length > 0) return [];
  const first = Math.floor(from / DAY_MINUTES);
  const text = `${dateText(first)} ${clockText(from)} - ${dateText(Math.floor(to / DAY_MINUTES))} ${clockText(to)}`;
  return [
    {
      days: recurrence === null ? oneDay(first) : recurringDays(recurrence, first),
      start: from - first * DAY_MINUTES,
      length: to + 1 - from,
      text: recurrence === null ? text : `${text}, ${recurrenceText(recurrence, first)}`,
      holidays: null,
    },
  ];
}

function holidaySpans(frame: Extract<FrameKind, { kind: 'holidays' }>): readonly Span[] {
  const length = lengthOf(frame.range);
  if (length === null) return [];
  const days = holidayDays(frame);
  const names = frame.holidays.map(({ name }) => name).join(', ');
  const text = length === DAY_MINUTES ? names : `${names} ${rangeText(frame.range)}`;
  return [{ days, start: frame.range.start, length, text, holidays: days }];
}

/** Wall minutes of a range with its last one (D-40), through midnight if it ends before it starts (D-51). */
function lengthOf({ start, end }: TimeRange): number | null {
  const proper = (minute: number) => Number.isInteger(minute) && minute >= 0 && minute < DAY_MINUTES;
  if (!proper(start) || !proper(end) || start === end) return null;
  return end > start ? end + 1 - start : end + 1 - start + DAY_MINUTES;
}

function rangeText({ start, end }: TimeRange): string {
  return `${clockText(start)}-${clockText(end)}`;
}

function weekdaysIn(mask: number): readonly Weekday[] {
  return weekdays.filter((_, index) => (mask & (1 << index)) !== 0);
}
