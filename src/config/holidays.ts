import { type HolidayRule, type ObservedRules, usualObserved, usualWorkdays } from '../core/holiday.js';
import type { FrameKind } from '../core/time-frame.js';
import { readWeekday } from './recurrence.js';
import { type FrameSpots, namedDays, readRange } from './time-frame.js';
import type { HolidayFile, HolidaysFile } from './time-frame-file.js';

const WHOLE_DAY = '00:00-23:59';

/** `country` is that of the domain. Notes in `spots` where the parts are written. */
export function compileHolidays(frame: HolidaysFile, country: string, spots: FrameSpots): FrameKind {
  for (const index of frame.holidays.keys()) spots.set(`holidays.${index}`, { holder: frame.holidays, key: index });
  spots.set('range', { holder: frame, key: 'hours' });
  for (const key of ['until', 'year', 'workdays', 'observed'] as const) spots.set(key, { holder: frame, key });
  return {
    kind: 'holidays',
    holidays: frame.holidays.map((holiday) => compileHoliday(holiday, frame.country ?? country, frame.region ?? null)),
    range: readRange(frame.hours ?? WHOLE_DAY),
    year: frame.year ?? null,
    until: frame.until ?? null,
    workdays: frame.workdays === undefined ? usualWorkdays : namedDays(frame.workdays),
    observed: compileObserved(frame.observed ?? false),
  };
}

function compileHoliday(written: HolidayFile, country: string, region: string | null): HolidayRule {
  if (typeof written === 'string') return { type: 'listed', country, region, name: written };
  const { name } = written;
  if ('date' in written) {
    const [month = 0, day = 0] = written.date.split('-').map(Number);
    return { type: 'fixed', name, month, day };
  }
  if ('weekday' in written) {
    const { weekday, nth } = readWeekday(written.weekday);
    return { type: 'weekday', name, month: written.month, weekday, nth: nth ?? 1 };
  }
  if ('easter' in written) return { type: 'easter', name, offset: written.easter, orthodox: written.orthodox ?? false };
  return { type: 'dates', name, dates: written.dates };
}

function compileObserved(written: NonNullable<HolidaysFile['observed']>): ObservedRules | null {
  if (typeof written === 'boolean') return written ? usualObserved : null;
  const { only, ...on } = written;
  return { on, only: only ?? false };
}
