import { type Weekday, weekdays } from '../core/local-date.js';
import type { Recurrence } from '../core/recurrence.js';
import type { RepeatsFile } from './time-frame-file.js';

type Frequency = Recurrence['frequency'];

const FREQUENCIES: Readonly<Record<string, Frequency>> = {
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  year: 'yearly',
};

const ORDINALS: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5, last: -1 };

/** `yearly`, or `{ every: 2 weeks, on: [mon] }`. */
export function compileRecurrence(written: RepeatsFile): Recurrence {
  const once = { byDay: [], byMonthDay: [], byMonth: [], until: null, count: null };
  if (typeof written === 'string') return { frequency: written, interval: 1, ...once };
  const [, amount = '1', unit = ''] = /^(?:(\d+) )?(day|week|month|year)s?$/.exec(written.every) ?? [];
  const on = (written.on ?? []).map(String);
  return {
    frequency: FREQUENCIES[unit] ?? 'daily',
    interval: Number(amount),
    byDay: on.flatMap((day) => (/^-?\d/.test(day) ? [] : [readWeekday(day)])),
    byMonthDay: on.flatMap((day) => (/^-?\d/.test(day) ? [Number(day)] : [])),
    byMonth: written.months ?? [],
    until: written.until ?? null,
    count: written.times ?? null,
  };
}

/** `mon`, or `last fri`: the n-th of a month, -1 the last. */
export function readWeekday(text: string): { readonly weekday: Weekday; readonly nth: number | null } {
  const words = text.split(' ');
  const weekday = weekdays.find((day) => day === words.at(-1)) ?? 'mon';
  return { weekday, nth: ORDINALS[words[0] ?? ''] ?? null };
}
