import { expect, test } from 'vitest';
import { checkFrame } from '../../src/core/frame-check.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import {
  always,
  custom,
  dates,
  day,
  every,
  fixed,
  holidays,
  listed,
  range,
  toggle,
  week,
  workweek,
} from './sample-frames.js';

const eleven = Array.from(
  { length: 11 },
  (_, i) => `${String(i * 2).padStart(2, '0')}:00-${String(i * 2).padStart(2, '0')}:59`,
);
const started = (rule: ReturnType<typeof every>, start = '2026-01-05') =>
  week({ mon: ['09:00-17:00'] }, { recurrence: { ...rule, start } });

/** Each fault as `severity code path`. */
function faults(frame: TimeFrame): string[] {
  return checkFrame(frame).map(({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`);
}

test.each<[string, TimeFrame, readonly string[]]>([
  ['A-58: a frame has a name', { ...always, name: ' ' }, ['error noName name']],
  ['A-61: always', always, []],
  ['A-62: days of the week', week({ [workweek]: ['09:00-12:00', '13:00-17:00'] }), []],
  ['D-39: unknown zone', { ...always, timeZone: 'Europe/Berln' }, ['error unknownZone timeZone']],
  [
    'D-40: a minute after the day',
    { ...week({}), days: { mon: [{ start: 0, end: 1440 }] } },
    ['error badRange days.mon.0'],
  ],
  ['D-40: half a minute', { ...week({}), days: { mon: [{ start: 0.5, end: 60 }] } }, ['error badRange days.mon.0']],
  ['D-51: start = end', week({ tue: ['08:00-09:00', '10:00-10:00'] }), ['error emptyRange days.tue.1']],
  ['D-51: through midnight', week({ fri: ['22:00-06:00'] }), []],
  ['D-52: ten ranges', week({ mon: eleven.slice(1) }), []],
  ['D-52: eleven ranges', week({ mon: eleven }), ['error tooManyRanges days.mon']],
  ['D-52: overlap in a day', week({ mon: ['13:00-17:00', '09:00-14:00'] }), ['warning overlap days.mon']],
  ['D-52: overlap past midnight', week({ mon: ['22:00-06:00', '23:00-23:59'] }), ['warning overlap days.mon']],
  ['D-52: adjacency', week({ mon: ['09:00-12:00', '12:00-17:00'] }), []],
  ['D-52: no range at all', week({}), ['warning neverMatches days']],
  ['D-54: no date', dates(['2027-02-29T09:00 2027-03-01T09:00']), ['error badDate intervals.0.from']],
  ['D-54: no time', dates(['2027-02-28T09:00 2027-03-01T24:00']), ['error badDate intervals.0.to']],
  ['D-54: ends before it starts', dates(['2027-03-01T09:00 2027-02-28T09:00']), ['error endsBeforeStart intervals.0']],
  ['D-54: ends where it starts', dates(['2027-03-01T09:00 2027-03-01T09:00']), ['error emptyRange intervals.0']],
  ['D-54: none', dates([]), ['warning neverMatches intervals']],
  ['D-55: as long as its period', dates(['2026-01-05T00:00 2026-01-11T23:59'], every('weekly')), []],
  [
    'D-55: longer than its period',
    dates(['2026-01-05T00:00 2026-01-12T00:00'], every('weekly')),
    ['error longerThanPeriod intervals.0'],
  ],
  [
    'D-55: longer than the shortest month',
    dates(['2026-01-01T00:00 2026-01-30T00:00'], every('monthly')),
    ['error longerThanPeriod intervals.0'],
  ],
  [
    'D-55: only one of several',
    dates(['2026-01-05T00:00 2026-01-06T00:00', '2026-01-05T00:00 2026-02-06T00:00'], every('weekly')),
    ['error longerThanPeriod intervals.1'],
  ],
  ['D-55: interval 0', started(every('weekly', { interval: 0 })), ['error badInterval recurrence']],
  [
    'D-55: UNTIL and COUNT',
    started(every('weekly', { until: '2027-01-01', count: 3 })),
    ['error untilAndCount recurrence'],
  ],
  ['D-55: no start', started(every('weekly'), 'soon'), ['error badDate recurrence.start']],
  [
    'D-55: the start does not fit',
    started(every('monthly', { byDay: [day('1 mon')] }), '2026-01-12'),
    ['warning startNotInRecurrence recurrence'],
  ],
  [
    'D-55: UNTIL before the start',
    started(every('weekly', { until: '2025-01-01' })),
    ['warning neverMatches recurrence'],
  ],
  [
    'D-55: February 30',
    started(every('yearly', { byMonth: [2], byMonthDay: [30] })),
    ['warning neverMatches recurrence'],
  ],
  ['D-56: a listed holiday', holidays([listed('US', 'Labor Day')]), []],
  ['D-56: unknown country', holidays([listed('USA', 'Labor Day')]), ['error unknownCountry holidays.0']],
  ['D-56: unknown region', holidays([listed('US', 'Labor Day', 'ZZ')]), ['error unknownRegion holidays.0']],
  ['D-56: unknown holiday', holidays([fixed(1, 1), listed('US', 'Columbs Day')]), ['error unknownHoliday holidays.1']],
  ['D-56: February 29 is a day', holidays([fixed(2, 29)]), []],
  ['D-56: February 30 is none', holidays([fixed(2, 30)]), ['error badHoliday holidays.0']],
  ['D-56: month 13', holidays([fixed(13, 1)]), ['error badHoliday holidays.0']],
  [
    'D-56: sixth Monday',
    holidays([{ type: 'weekday', name: 'x', month: 1, weekday: 'mon', nth: 6 }]),
    ['error badHoliday holidays.0'],
  ],
  [
    'D-56: half a day after Easter',
    holidays([{ type: 'easter', name: 'x', offset: 0.5, orthodox: false }]),
    ['error badHoliday holidays.0'],
  ],
  [
    'D-56: a date of a list',
    holidays([{ type: 'dates', name: 'x', dates: ['2027-01-01', '2027-13-01'] }]),
    ['error badDate holidays.0.dates.1'],
  ],
  ['D-56: an empty list', holidays([{ type: 'dates', name: 'x', dates: [] }]), ['warning neverMatches holidays.0']],
  ['D-56: no holiday', holidays([]), ['warning neverMatches holidays']],
  ['D-56: its interval', holidays([fixed(1, 1)], { range: range('09:00-09:00') }), ['error emptyRange range']],
  ['D-56: its end', holidays([fixed(1, 1)], { until: '2027' }), ['error badDate until']],
  ['D-56: its year', holidays([fixed(1, 1)], { year: 2027.5 }), ['error badDate year']],
  ['D-57: no workdays', holidays([fixed(1, 1)], { workdays: [] }), ['warning badWorkdays workdays']],
  [
    'D-57: observed on a day off',
    holidays([fixed(1, 1)], { observed: { on: { sun: 'sat' }, only: false } }),
    ['warning badWorkdays observed'],
  ],
  ['D-58: empty', custom([]), ['warning neverMatches children']],
  ['D-58: in a child', custom([always, week({ mon: ['09:00-09:00'] })]), ['error emptyRange children.1.days.mon.0']],
  ['D-62: until no time', toggle(true, '17:00'), ['error badDate until']],
  ['D-62: until', toggle(true, '2026-11-22T17:00'), []],
])('%s', (_, frame, expected) => {
  expect(faults(frame)).toEqual(expected);
});

test.each<[string, TimeFrame, string]>([
  ['D-39: a zone', { ...always, timeZone: 'Europe/Berln' }, 'Europe/Berlin'],
  ['D-56: a holiday', holidays([listed('US', 'Columbs Day')]), 'Columbus Day'],
  ['D-56: a country by its name', holidays([listed('Austria', 'Easter Monday')]), 'AT'],
  ['D-56: a region', holidays([listed('DE', 'Easter Monday', 'by')]), 'BY'],
])('suggests %s', (_, frame, suggestion) => {
  expect(checkFrame(frame)[0]?.suggestions).toContain(suggestion);
});

const nothing = { ...week({}), days: { mon: [{ start: 0, end: 1440 }] } };
const off = holidays([fixed(1, 1)], { observed: { on: { sun: 'sat' }, only: false } });
const twice = dates(['2026-12-24T09:00 2026-12-24T09:00']);

test.each<[string, TimeFrame, string]>([
  ['A-58', { ...always, name: ' ' }, 'a time frame needs a name'],
  ['D-39', { ...always, timeZone: 'Europe/Berln' }, 'there is no time zone "Europe/Berln"'],
  ['D-40', nothing, 'a range goes from 00:00 to 23:59 at most'],
  ['D-52', week({ mon: eleven }), 'a day can have at most 10 ranges'],
  ['D-54: no interval', dates([]), 'there is no interval, so the frame never holds'],
  ['D-54: an empty one', twice, 'the interval begins and ends at the same minute'],
  ['D-55: no day', started(every('yearly', { byMonth: [2], byMonthDay: [30] })), 'no day fits the recurrence'],
  [
    'D-55: another first day',
    started(every('weekly', { byDay: [day('wed')] })),
    'the first day does not fit the recurrence and is left out',
  ],
  ['D-56: no holiday', holidays([]), 'there is no holiday, so the frame never holds'],
  ['D-56: no year', holidays([fixed(1, 1)], { year: 2027.5 }), 'the year is a whole number'],
  [
    'D-56: no weekday',
    holidays([{ type: 'weekday', name: 'x', month: 13, weekday: 'mon', nth: 1 }]),
    'the n-th weekday is 1 to 5, or -1 to -5, of month 1 to 12',
  ],
  [
    'D-56: no offset',
    holidays([{ type: 'easter', name: 'x', offset: 0.5, orthodox: false }]),
    'the offset from Easter is in whole days',
  ],
  ['D-56: no date', holidays([{ type: 'dates', name: 'x', dates: [] }]), 'x has no date'],
  ['D-57: a day off', off, 'sat is no workday, so nothing is observed then'],
  [
    'D-57: no workdays',
    holidays([fixed(1, 1)], { workdays: [] }),
    'without workdays there is no day on which a holiday could be observed',
  ],
])('%s: says so', (_, frame, message) => {
  expect(checkFrame(frame).map((fault) => fault.message)).toContain(message);
});
