import type { HolidayRule } from '../../src/core/holiday.js';
import { usualObserved, usualWorkdays } from '../../src/core/holiday.js';
import type { Recurrence } from '../../src/core/recurrence.js';
import type { DateInterval, TimeFrame, TimeRange, Weekday } from '../../src/core/time-frame.js';
import { weekdays } from '../../src/core/time-frame.js';

export type FrameOf<Kind extends TimeFrame['kind']> = Extract<TimeFrame, { kind: Kind }>;

const shared = { timeZone: 'inherit', owner: null } as const;

/** `09:00-17:00` as minutes. */
export function range(text: string): TimeRange {
  const [start = 0, end = 0] = text.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  return { start, end };
}

/** `{ 'mon tue': ['09:00-12:00', '13:00-17:00'] }`; `all` for every day. */
export function week(
  days: Readonly<Record<string, readonly string[]>>,
  more: Partial<FrameOf<'week'>> = {},
): FrameOf<'week'> {
  const ranges: { [day in Weekday]?: readonly TimeRange[] } = {};
  for (const [names, texts] of Object.entries(days))
    for (const day of weekdays) if (names === 'all' || names.includes(day)) ranges[day] = texts.map(range);
  return { ...shared, name: 'week', kind: 'week', days: ranges, recurrence: null, ...more };
}

export const workweek = 'mon tue wed thu fri';

/** `2026-12-23T17:00 2027-01-04T08:00`. */
export function dates(intervals: readonly string[], recurrence: Recurrence | null = null): FrameOf<'dates'> {
  const parsed = intervals.map((text): DateInterval => {
    const [from = '', to = ''] = text.split(' ');
    return { from, to };
  });
  return { ...shared, name: 'dates', kind: 'dates', intervals: parsed, recurrence };
}

export function holidays(rules: readonly HolidayRule[], more: Partial<FrameOf<'holidays'>> = {}): FrameOf<'holidays'> {
  return {
    ...shared,
    name: 'holidays',
    kind: 'holidays',
    holidays: rules,
    range: { start: 0, end: 1439 },
    year: null,
    until: null,
    workdays: usualWorkdays,
    observed: usualObserved,
    ...more,
  };
}

export function listed(country: string, name: string, region: string | null = null): HolidayRule {
  return { type: 'listed', country, region, name };
}

export function fixed(month: number, day: number, name = `${month}-${day}`): HolidayRule {
  return { type: 'fixed', name, month, day };
}

export function custom(children: readonly TimeFrame[], more: Partial<FrameOf<'custom'>> = {}): FrameOf<'custom'> {
  return { ...shared, name: 'custom', kind: 'custom', children, ...more };
}

export function toggle(on: boolean, until: number | string | null = null): FrameOf<'toggle'> {
  return { ...shared, name: 'toggle', kind: 'toggle', on, until };
}

export const always: TimeFrame = { ...shared, name: 'always', kind: 'always' };

/** `weekly` and the like with what differs from the plainest rule. */
export function every(frequency: Recurrence['frequency'], more: Partial<Recurrence> = {}): Recurrence {
  return { frequency, interval: 1, byDay: [], byMonthDay: [], byMonth: [], until: null, count: null, ...more };
}

/** `1 mon`, `-1 fri`, `wed`. */
export function day(text: string): Recurrence['byDay'][number] {
  const [first = '', second] = text.split(' ');
  const name = second ?? first;
  return {
    weekday: weekdays.find((weekday) => weekday === name) ?? 'mon',
    nth: second === undefined ? null : Number(first),
  };
}

/** Milliseconds of `2026-11-22T10:00+01:00`. */
export function at(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`no time: ${text}`);
  return ms;
}
