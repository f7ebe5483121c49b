import { describe, expect, test } from 'vitest';
import { dayNumber, formatDate, parseDate, weekdays } from '../../src/core/local-date.js';
import {
  periodDays,
  type Recurrence,
  recurrenceFaults,
  recurrenceText,
  recurringDays,
} from '../../src/core/recurrence.js';
import { fc } from '../support/property.js';
import { day, every } from './sample-frames.js';

function firstDays(rule: Recurrence, start: string, count: number): string[] {
  const days = recurringDays(rule, parseDate(start) ?? Number.NaN);
  const found: string[] = [];
  for (
    let next = days.next(parseDate(start) ?? 0);
    found.length < count && Number.isFinite(next);
    next = days.next(next + 1)
  )
    found.push(formatDate(next));
  return found;
}

// The examples of RFC 5545 §3.8.5.3 that lie in the subset, with its dates moved to where they are used.
test.each<[string, Recurrence, string, readonly string[]]>([
  ['D-55: daily', every('daily'), '2026-02-27', ['2026-02-27', '2026-02-28', '2026-03-01']],
  ['D-55: every third day', every('daily', { interval: 3 }), '2026-02-27', ['2026-02-27', '2026-03-02', '2026-03-05']],
  ['D-55: weekly on the day of the first', every('weekly'), '2026-11-24', ['2026-11-24', '2026-12-01', '2026-12-08']],
  [
    'D-55: weekly by day, the first day in the middle of the week',
    every('weekly', { byDay: [day('mon'), day('fri')] }),
    '2026-11-25',
    ['2026-11-27', '2026-11-30', '2026-12-04'],
  ],
  [
    'D-55: every other week counts weeks from Monday (RFC 5545, WKST=MO)',
    every('weekly', { interval: 2, byDay: [day('tue'), day('sun')] }),
    '1997-08-05',
    ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'],
  ],
  [
    'D-55: interval anchored at the first occurrence',
    every('weekly', { interval: 3 }),
    '2026-12-28',
    ['2026-12-28', '2027-01-18', '2027-02-08'],
  ],
  [
    'D-55: the first Friday of the month',
    every('monthly', { byDay: [day('1 fri')] }),
    '1997-09-05',
    ['1997-09-05', '1997-10-03', '1997-11-07'],
  ],
  [
    'D-55: the second to last Monday',
    every('monthly', { byDay: [day('-2 mon')] }),
    '1997-09-22',
    ['1997-09-22', '1997-10-20', '1997-11-17'],
  ],
  [
    'D-55: every other month on the first and last Sunday',
    every('monthly', { interval: 2, byDay: [day('1 sun'), day('-1 sun')] }),
    '1997-09-07',
    ['1997-09-07', '1997-09-28', '1997-11-02', '1997-11-30'],
  ],
  [
    'D-55: a fifth weekday that is absent is skipped',
    every('monthly', { byDay: [day('5 mon')] }),
    '2026-03-30',
    ['2026-03-30', '2026-06-29', '2026-08-31'],
  ],
  [
    'D-55: the 31st is skipped in short months',
    every('monthly'),
    '2026-01-31',
    ['2026-01-31', '2026-03-31', '2026-05-31'],
  ],
  [
    'D-55: the last day of the month',
    every('monthly', { byMonthDay: [-1] }),
    '2026-01-31',
    ['2026-01-31', '2026-02-28', '2026-03-31'],
  ],
  ['D-55: February 29 is skipped', every('yearly'), '2024-02-29', ['2024-02-29', '2028-02-29', '2032-02-29']],
  ['D-55: February 29, also in 2100', every('yearly'), '2096-02-29', ['2096-02-29', '2104-02-29']],
  ['D-55: February 29 every third year', every('yearly', { interval: 3 }), '2024-02-29', ['2024-02-29', '2036-02-29']],
  [
    'D-55: the fourth Thursday of November',
    every('yearly', { byMonth: [11], byDay: [day('4 thu')] }),
    '2026-11-26',
    ['2026-11-26', '2027-11-25', '2028-11-23'],
  ],
  [
    'D-55: UNTIL is inclusive',
    every('weekly', { until: '2026-12-08' }),
    '2026-11-24',
    ['2026-11-24', '2026-12-01', '2026-12-08'],
  ],
  ['D-55: COUNT', every('monthly', { count: 2 }), '2026-11-24', ['2026-11-24', '2026-12-24']],
  [
    'D-55: no first day that fits the rule is made up',
    every('monthly', { byDay: [day('1 mon')] }),
    '2026-11-24',
    ['2026-12-07', '2027-01-04'],
  ],
  ['D-55: never', every('yearly', { byMonth: [2], byMonthDay: [30] }), '2026-01-01', []],
])('%s', (_, rule, start, days) => {
  expect(firstDays(rule, start, rule.until === null && rule.count === null ? days.length : 9)).toEqual(days);
});

describe('D-55: faults', () => {
  test.each<[string, Recurrence, readonly string[]]>([
    ['interval 0', every('daily', { interval: 0 }), ['badInterval']],
    ['half an interval', every('daily', { interval: 1.5 }), ['badInterval']],
    ['UNTIL and COUNT', every('daily', { until: '2026-12-31', count: 2 }), ['untilAndCount']],
    ['no such UNTIL', every('daily', { until: '2026-11-31' }), ['badUntil']],
    ['COUNT 0', every('daily', { count: 0 }), ['badCount']],
    ['ordinal with weekly', every('weekly', { byDay: [day('1 mon')] }), ['badByDay']],
    ['ordinal 0', every('monthly', { byDay: [day('0 mon')] }), ['badByDay']],
    ['ordinal 6', every('monthly', { byDay: [day('6 mon')] }), ['badByDay']],
    ['day of the month with weekly', every('weekly', { byMonthDay: [1] }), ['badByMonthDay']],
    ['day 32', every('monthly', { byMonthDay: [32] }), ['badByMonthDay']],
    ['month 13', every('yearly', { byMonth: [13] }), ['badByMonth']],
    ['yearly by weekday without month', every('yearly', { byDay: [day('1 mon')] }), ['badByMonth']],
    ['none', every('yearly', { byMonth: [1], byDay: [day('-1 mon')] }), []],
  ])('%s', (_, rule, faults) => {
    expect(recurrenceFaults(rule)).toEqual(faults);
  });
});

test.each<[string, Recurrence, number]>([
  ['every day', every('daily'), 1],
  ['every two weeks', every('weekly', { interval: 2 }), 14],
  ['every month', every('monthly'), 28],
  ['every two months', every('monthly', { interval: 2 }), 59],
  ['every quarter', every('monthly', { interval: 3 }), 89],
  ['every year', every('yearly'), 365],
])('D-55: the shortest period of %s', (_, rule, days) => {
  expect(periodDays(rule)).toBe(days);
});

test.each<[string, Recurrence, string]>([
  ['every 2 weeks until December 31, 2027', every('weekly', { interval: 2, until: '2027-12-31' }), '2026-01-05'],
  ['every month on the 1st Monday', every('monthly', { byDay: [day('1 mon')] }), '2026-01-05'],
  ['every year', every('yearly'), '2026-01-05'],
])('A-66: %s', (text, rule, start) => {
  expect(recurrenceText(rule, parseDate(start) ?? 0)).toBe(text);
});

test('D-55: nothing comes after COUNT, however far it is', () => {
  const days = recurringDays(every('yearly', { count: 2 }), dayNumber(2020, 6, 1));
  expect(days.next(dayNumber(2021, 6, 2))).toBe(Number.POSITIVE_INFINITY);
  expect(days.last(dayNumber(2040, 1, 1), dayNumber(2000, 1, 1))).toBe(dayNumber(2021, 6, 1));
  expect(days.last(dayNumber(2040, 1, 1), dayNumber(2021, 6, 2))).toBe(Number.NEGATIVE_INFINITY);
  expect(days.last(dayNumber(2019, 1, 1), dayNumber(2000, 1, 1))).toBe(Number.NEGATIVE_INFINITY);
});

test('D-55: last and next agree with a predicate on single days, asked in any order', () => {
  const start = fc.integer({ min: dayNumber(2020, 1, 1), max: dayNumber(2027, 12, 31) });
  const asked = fc.array(fc.integer({ min: -400, max: 9000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rules(), start, asked, (rule, first, offsets) => {
      const days = recurringDays(rule, first);
      for (const offset of offsets) {
        const from = first + offset;
        const next = days.next(from);
        const missed = span(Math.max(from, first), Math.min(next, from + 3000)).find((d) => occurs(rule, first, d));
        expect(missed).toBeUndefined();
        if (Number.isFinite(next)) expect(occurs(rule, first, next)).toBe(true);
        const last = days.last(from, from - 800);
        expect(span(Math.max(last, from - 801) + 1, from + 1).find((d) => occurs(rule, first, d))).toBeUndefined();
        if (Number.isFinite(last)) expect(occurs(rule, first, last)).toBe(true);
      }
    }),
    { numRuns: Number(process.env['STROWGER_RUNS'] ?? 150) },
  );
});

function rules(): fc.Arbitrary<Recurrence> {
  const interval = fc.constantFrom(1, 1, 2, 3, 5);
  const weekday = fc.constantFrom(...weekdays);
  const plain = fc
    .subarray([...weekdays], { maxLength: 3 })
    .map((days) => days.map((name) => ({ weekday: name, nth: null })));
  const nth = fc
    .tuple(weekday, fc.constantFrom(1, 2, 4, 5, -1, -2, -5))
    .map(([name, n]) => [{ weekday: name, nth: n }]);
  const monthDay = fc.constantFrom(1, 15, 29, 30, 31, -1, -31).map((n) => [n]);
  const month = fc.integer({ min: 1, max: 12 }).map((n) => [n]);
  return fc.oneof(
    fc.record({ interval }).map((r) => every('daily', r)),
    fc.record({ interval, byDay: plain }).map((r) => every('weekly', r)),
    fc.record({ interval, byDay: fc.oneof(nth, fc.constant([])) }).map((r) => every('monthly', r)),
    fc.record({ interval, byMonthDay: monthDay }).map((r) => every('monthly', r)),
    fc.record({ interval }).map((r) => every('yearly', r)),
    fc.record({ interval, byMonth: month, byDay: nth }).map((r) => every('yearly', r)),
    fc.record({ interval, byMonth: month, byMonthDay: monthDay }).map((r) => every('yearly', r)),
  );
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** RFC 5545 read as a condition on one day, without generating anything. */
function occurs(rule: Recurrence, first: number, d: number): boolean {
  if (d < first) return false;
  const now = new Date(d * 86_400_000);
  const then = new Date(first * 86_400_000);
  const [year, month, date] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const monday = (n: number) => n - ((new Date(n * 86_400_000).getUTCDay() + 6) % 7);
  const periods = {
    daily: d - first,
    weekly: (monday(d) - monday(first)) / 7,
    monthly: (year - then.getUTCFullYear()) * 12 + month - then.getUTCMonth(),
    yearly: year - then.getUTCFullYear(),
  };
  if (periods[rule.frequency] % rule.interval !== 0) return false;
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(month + 1)) return false;
  const { byDay, byMonthDay } = rule;
  if (byMonthDay.length > 0 && !byMonthDay.some((n) => date === (n > 0 ? n : length + 1 + n))) return false;
  const named = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[now.getUTCDay()];
  const fits = ({ weekday, nth }: Recurrence['byDay'][number]) =>
    weekday === named &&
    (nth === null || (nth > 0 ? Math.ceil(date / 7) === nth : Math.ceil((length - date + 1) / 7) === -nth));
  if (byDay.length > 0 && !byDay.some(fits)) return false;
  if (byDay.length > 0 || byMonthDay.length > 0 || rule.frequency === 'daily') return true;
  if (rule.frequency === 'weekly') return now.getUTCDay() === then.getUTCDay();
  return date === then.getUTCDate() && (rule.frequency === 'monthly' || month === then.getUTCMonth());
}
