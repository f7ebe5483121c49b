import { describe, expect, test } from 'vitest';
import { actualDays, type HolidayRule, holidayDays, type ObservedOn, observedDays } from '../../src/core/holiday.js';
import { checkListed, listedHolidays, listedSpans } from '../../src/core/holiday-list.js';
import { formatDate, parseDate, type Weekday } from '../../src/core/local-date.js';
import { matches, type TimeFrame } from '../../src/core/time-frame.js';
import { at, type FrameOf, fixed, holidays, listed, range } from './sample-frames.js';

const usual: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const never: TimeFrame = holidays([]);
const newYear = fixed(1, 1, 'New Year');
const xmas = [fixed(12, 25, 'Christmas'), fixed(12, 26, 'Boxing Day')];

function weekday(month: number, name: Weekday, nth: number): HolidayRule {
  return { type: 'weekday', name: 'a weekday', month, weekday: name, nth };
}

function easter(offset: number, orthodox = false): HolidayRule {
  return { type: 'easter', name: 'about Easter', offset, orthodox };
}

test.each<[string, HolidayRule, number, readonly string[]]>([
  ['D-56: fixed', fixed(10, 3), 2027, ['2027-10-03']],
  ['D-56: fixed on February 29', fixed(2, 29), 2028, ['2028-02-29']],
  ['D-56: fixed on February 29, absent', fixed(2, 29), 2027, []],
  ['D-56: third Monday of January', weekday(1, 'mon', 3), 2027, ['2027-01-18']],
  ['D-56: first Monday when the month begins with it', weekday(2, 'mon', 1), 2027, ['2027-02-01']],
  ['D-56: last Monday of May', weekday(5, 'mon', -1), 2027, ['2027-05-31']],
  ['D-56: second to last Friday', weekday(2, 'fri', -2), 2027, ['2027-02-19']],
  ['D-56: fifth Sunday', weekday(8, 'sun', 5), 2027, ['2027-08-29']],
  ['D-56: fifth Sunday, absent', weekday(9, 'sun', 5), 2027, []],
  ['D-56: Easter 2026', easter(0), 2026, ['2026-04-05']],
  ['D-56: Easter at its earliest', easter(0), 1818, ['1818-03-22']],
  ['D-56: Easter at its latest', easter(0), 2038, ['2038-04-25']],
  ['D-56: Easter, where the epact is corrected', easter(0), 1981, ['1981-04-19']],
  ['D-56: Good Friday 2027', easter(-2), 2027, ['2027-03-26']],
  ['D-56: Whit Monday 2027', easter(50), 2027, ['2027-05-17']],
  ['D-56: Orthodox Easter 2027', easter(0, true), 2027, ['2027-05-02']],
  ['D-56: Orthodox Easter together with the other', easter(0, true), 2025, ['2025-04-20']],
  ['D-56: explicit list', { type: 'dates', name: 'fair', dates: ['2027-05-04', '2028-05-02'] }, 2028, ['2028-05-02']],
  ['D-56: listed, by its English name', listed('DE', 'Ascension Day'), 2027, ['2027-05-06']],
  [
    'D-56: listed, by its name in the language of the country',
    listed('DE', 'christi himmelfahrt'),
    2027,
    ['2027-05-06'],
  ],
  ['D-56: listed, by a typographical apostrophe', listed('US', 'New Year’s Day'), 2027, ['2027-01-01']],
  ['D-56: listed of a subdivision', listed('DE', 'Fronleichnam', 'BY'), 2027, ['2027-05-27']],
  ['D-56: listed of a subdivision of a subdivision', listed('US', 'Mardi Gras', 'LA.NO'), 2027, ['2027-02-09']],
  ['D-56: listed and recomputed each year', listed('US', 'Thanksgiving Day'), 2031, ['2031-11-27']],
  [
    'D-56: listed, lasting three days',
    listed('AE', 'End of Ramadan (Eid al-Fitr)'),
    2027,
    ['2027-03-09', '2027-03-10', '2027-03-11'],
  ],
  ['D-56: listed, since 2021 only', listed('US', 'Juneteenth'), 2020, []],
  ['D-56: listed, moved by law and not observed besides', listed('NL', 'Koningsdag'), 2025, ['2025-04-26']],
  [
    'D-57: the substitute days of the list are left to the frame',
    listed('US', 'Independence Day'),
    2027,
    ['2027-07-04'],
  ],
  ['D-57: also where they are entries of their own', listed('GB', 'Christmas Day', 'ENG'), 2027, ['2027-12-25']],
  ['D-56: not in the list', listed('US', 'Bastille Day'), 2027, []],
])('%s', (_, rule, year, days) => {
  expect(actualDays(rule, year).map(formatDate)).toEqual(days);
});

test('D-56: a holiday of the Islamic calendar may come twice in a year', () => {
  const spans = listedSpans('AE', null, 'Islamic New Year', 2008);
  expect(spans.map(({ day }) => formatDate(day))).toEqual(['2008-01-10', '2008-12-29']);
});

describe('A-67: picking', () => {
  test('the list of a place has names, other languages and types', () => {
    const found = listedHolidays('DE', 'BY');
    if ('code' in found) throw new Error(found.code);
    const christmas = found.find(({ name }) => name === 'Christmas Day');
    expect(christmas).toMatchObject({ type: 'public' });
    expect(christmas?.names).toContain('1. Weihnachtstag');
  });

  test.each([
    ['unknown country', 'XX', null, 'Christmas Day', 'unknownCountry', null],
    ['country by its name', 'Germany', null, 'Christmas Day', 'unknownCountry', 'DE'],
    ['unknown region', 'DE', 'Bayern', 'Christmas Day', 'unknownRegion', 'BY'],
    ['unknown region of a region', 'US', 'LA.XX', 'Christmas Day', 'unknownRegion', 'LA.NO'],
    ['misspelt', 'US', null, 'Thanksgivng Day', 'unknownHoliday', 'Thanksgiving Day'],
    ['shortened', 'US', null, 'Thanksgiving', 'unknownHoliday', 'Thanksgiving Day'],
    ['nothing like it', 'US', null, 'Rosenmontag', 'unknownHoliday', null],
  ])('%s', (_, country, region, name, code, suggestion) => {
    const wrong = checkListed(country, region, name);
    expect(wrong?.code).toBe(code);
    if (suggestion === null) expect(wrong?.suggestions).not.toContain(name);
    else expect(wrong?.suggestions).toContain(suggestion);
  });

  test('known', () => {
    expect(checkListed('US', 'LA', 'christmas day')).toBeNull();
  });
});

type Observed = readonly [
  name: string,
  dates: string,
  workdays: string,
  on: Readonly<Record<string, ObservedOn>>,
  moves: string,
];
const usualMoves = { sat: 'previous', sun: 'next' } as const;
const mondays = { sat: 'next', sun: 'next' } as const;

const observed: readonly Observed[] = [
  ['D-57: Saturday to Friday', '2026-07-04', 'mon tue wed thu fri', usualMoves, '2026-07-04>2026-07-03'],
  ['D-57: Sunday to Monday', '2027-07-04', 'mon tue wed thu fri', usualMoves, '2027-07-04>2027-07-05'],
  ['D-57: not on a workday', '2025-07-04', 'mon tue wed thu fri', usualMoves, ''],
  ['D-57: Saturday is a workday here', '2026-07-04', 'mon tue wed thu fri sat', usualMoves, ''],
  [
    'D-57: to the workday before, not the day before',
    '2027-07-04',
    'mon tue wed thu',
    { sun: 'previous' },
    '2027-07-04>2027-07-01',
  ],
  ['D-57: none', '2026-07-04', 'mon tue wed thu fri', { sat: 'none' }, ''],
  ['D-57: a weekday left out is not moved', '2026-07-04', 'mon tue wed thu fri', { sun: 'next' }, ''],
  ['D-57: fixed weekday ahead', '2026-07-04', 'mon tue wed thu fri', { sat: 'mon' }, '2026-07-04>2026-07-06'],
  ['D-57: fixed weekday back', '2027-07-04', 'mon tue wed thu fri', { sun: 'fri' }, '2027-07-04>2027-07-02'],
  [
    'D-57: fixed weekday taken: on in the direction of the move',
    '2027-07-04 2027-07-02',
    'mon tue wed thu fri',
    { sun: 'fri' },
    '2027-07-04>2027-07-01',
  ],
  [
    'D-57: chain: Dec 25 on Sunday, Dec 26 is a holiday itself',
    '2022-12-25 2022-12-26',
    'mon tue wed thu fri',
    usualMoves,
    '2022-12-25>2022-12-27',
  ],
  [
    'D-57: chain: both on the weekend, both next',
    '2021-12-25 2021-12-26',
    'mon tue wed thu fri',
    mondays,
    '2021-12-25>2021-12-27 2021-12-26>2021-12-28',
  ],
  [
    'D-57: chain: both on the weekend, apart',
    '2021-12-25 2021-12-26',
    'mon tue wed thu fri',
    usualMoves,
    '2021-12-25>2021-12-24 2021-12-26>2021-12-27',
  ],
  [
    'D-57: chain: Dec 24 as well',
    '2021-12-24 2021-12-25 2021-12-26',
    'mon tue wed thu fri',
    usualMoves,
    '2021-12-25>2021-12-23 2021-12-26>2021-12-27',
  ],
  [
    'D-57: chain across the weekend',
    '2027-12-24 2027-12-25 2027-12-27',
    'mon tue wed thu fri',
    { sat: 'next' },
    '2027-12-25>2027-12-28',
  ],
  [
    'D-57: workdays Sunday to Thursday',
    '2027-10-01 2027-10-02',
    'sun mon tue wed thu',
    { fri: 'previous', sat: 'next' },
    '2027-10-01>2027-09-30 2027-10-02>2027-10-03',
  ],
  [
    'D-57: two holidays on one day lose one day',
    '2026-07-04 2026-07-04',
    'mon tue wed thu fri',
    usualMoves,
    '2026-07-04>2026-07-03',
  ],
  ['D-57: across the year end', '2028-01-01', 'mon tue wed thu fri', usualMoves, '2028-01-01>2027-12-31'],
  ['D-57: no workdays at all', '2028-01-01', '', usualMoves, ''],
];

test.each(observed)('%s', (_, dates, workdays, on, moves) => {
  const actual = dates.split(' ').map((date) => parseDate(date) ?? Number.NaN);
  const days = usual.concat('sat', 'sun').filter((name) => workdays.includes(name));
  const found = observedDays(actual, { workdays: days, observed: { on, only: false } });
  expect([...found].map(([from, to]) => `${formatDate(from)}>${formatDate(to)}`).join(' ')).toBe(moves);
});

const office = holidays([newYear, ...xmas]);
const strict = holidays([newYear, ...xmas], { observed: { on: usualMoves, only: true } });
const unmoved = holidays([newYear], { observed: null });
const morning = holidays([newYear], { range: range('00:00-11:59') });
const night = holidays([newYear], { range: range('18:00-02:00'), observed: null });
const once = holidays([newYear], { year: 2028 });
const ending = holidays([newYear], { until: '2027-12-31' });

test.each<[string, FrameOf<'holidays'> | TimeFrame, string, boolean]>([
  ['D-56: whole day by default', office, '2027-01-01T23:59:59', true],
  ['D-56: interval edited', morning, '2027-01-01T12:00:00', false],
  ['D-56: interval edited, on the observed day too', morning, '2027-12-31T11:59:59', true],
  ['D-56: interval past midnight belongs to the holiday', night, '2027-01-02T02:00:59', true],
  ['D-56: and not to the eve', night, '2027-01-01T01:00:00', false],
  ['D-56: every year', office, '2041-12-25T12:00:00', true],
  ['D-56: once: in its year', once, '2028-01-01T12:00:00', true],
  ['D-56: once: its observed day is in the year before', once, '2027-12-31T12:00:00', true],
  ['D-56: once: no other year', once, '2029-01-01T12:00:00', false],
  ['D-56: ends: before', ending, '2027-01-01T12:00:00', true],
  ['D-56: ends: after', ending, '2028-01-01T12:00:00', false],
  ['D-56: ends: nothing observed for what has ended', ending, '2027-12-31T12:00:00', false],
  ['D-57: Jan 1, 2028 is a Saturday: Fri Dec 31, 2027', office, '2027-12-31T00:00:00', true],
  ['D-57: the actual day as well', office, '2028-01-01T00:00:00', true],
  ['D-57: but no more', office, '2028-01-03T00:00:00', false],
  ['D-57: observedOnly: the observed day', strict, '2027-12-31T00:00:00', true],
  ['D-57: observedOnly: not the actual day', strict, '2028-01-01T00:00:00', false],
  ['D-57: observedOnly: an actual day that is not moved', strict, '2027-01-01T00:00:00', true],
  ['D-57: without rules nothing is moved', unmoved, '2027-12-31T00:00:00', false],
  ['D-56: empty', never, '2027-01-01T00:00:00', false],
])('%s', (_, frame, time, active) => {
  expect(matches(frame, at(`${time}-05:00`), 'America/New_York')).toBe(active);
});

test('D-57: a day says what it is, and for which day it stands', () => {
  const days = holidayDays(
    holidays([newYear, fixed(12, 31, 'New Year’s Eve')], { observed: { on: { sat: 'previous' }, only: false } }),
  );
  expect(days.in(2027).map(({ day, actual, names }) => [formatDate(day), formatDate(actual), ...names])).toEqual([
    ['2027-01-01', '2027-01-01', 'New Year'],
    ['2027-12-30', '2028-01-01', 'New Year'],
    ['2027-12-31', '2027-12-31', 'New Year’s Eve'],
  ]);
});

test('D-56: next and last jump over years without a holiday', () => {
  const days = holidayDays(holidays([fixed(2, 29)], { observed: null }));
  const next = days.next(parseDate('2028-03-01') ?? 0);
  expect(formatDate(next)).toBe('2032-02-29');
  expect(formatDate(days.last(next + 800, next - 800))).toBe('2032-02-29');
  expect(days.last(next - 1, next - 800)).toBe(Number.NEGATIVE_INFINITY);
  const far = holidayDays(holidays([{ type: 'dates', name: 'fair', dates: ['2070-05-01'] }]));
  expect(formatDate(far.next(parseDate('2027-01-01') ?? 0))).toBe('2070-05-01');
  expect(holidayDays(ending).next(parseDate('2028-01-01') ?? 0)).toBe(Number.POSITIVE_INFINITY);
});
