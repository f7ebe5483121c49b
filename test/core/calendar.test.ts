import { describe, expect, test } from 'vitest';
import { type CalendarRule, calendarOf, nextWinner, winnerAt } from '../../src/core/calendar.js';
import { isActive } from '../../src/core/time-frame.js';
import { fc } from '../support/property.js';
import { always, at, custom, dates, fixed, holidays, toggle, week, workweek } from './sample-frames.js';

const newYork = 'America/New_York';
const hours: CalendarRule = { name: 'hours', frame: week({ [workweek]: ['09:00-17:00'] }) };
const lunch: CalendarRule = { name: 'lunch', frame: week({ [workweek]: ['12:00-12:59'] }) };
const newYear: CalendarRule = { name: 'new year', frame: holidays([fixed(1, 1, 'New Year')]) };
const byDefault: CalendarRule = { name: 'default', frame: null };
const rules = [newYear, lunch, hours, byDefault];

function clock(ms: number): string {
  return new Date(ms - 5 * 3_600_000).toISOString().slice(5, 16);
}

describe('D-59: precedence is the order of the rules', () => {
  const saturday: CalendarRule = { name: 'saturday', frame: week({ sat: ['00:00-23:59'] }) };
  const anyTime: CalendarRule = { name: 'always', frame: always };
  test.each<[string, readonly CalendarRule[], string, string | null]>([
    ['the topmost of those that hold', [lunch, hours, byDefault], '2026-11-24T12:30-05:00', 'lunch'],
    ['also if it is the less specific one', [hours, lunch, byDefault], '2026-11-24T12:30-05:00', 'hours'],
    ['Always on top hides all', [anyTime, lunch, hours], '2026-11-24T12:30-05:00', 'always'],
    ['D-60: A-60: the Default when no other holds', [lunch, hours, byDefault], '2026-11-24T17:01-05:00', 'default'],
    ['D-1: no Default at all', [saturday], '2026-11-24T17:01-05:00', null],
  ])('D-59: %s', (_, list, time, name) => {
    expect(winnerAt(list, at(time), newYork)?.name ?? null).toBe(name);
  });
});

test('D-59: the slices of New Year’s Eve 2027 and the days after it', () => {
  const calendar = calendarOf(rules, at('2027-12-30T10:00-05:00'), at('2028-01-03T10:00-05:00'), newYork);
  expect(
    calendar.slices.map((slice) => [clock(slice.from), clock(slice.until), slice.winner, slice.holds.length]),
  ).toEqual([
    ['12-30T10:00', '12-30T12:00', 'hours', 2],
    ['12-30T12:00', '12-30T13:00', 'lunch', 3],
    ['12-30T13:00', '12-30T17:01', 'hours', 2],
    ['12-30T17:01', '12-31T00:00', 'default', 1],
    ['12-31T00:00', '12-31T09:00', 'new year', 2],
    ['12-31T09:00', '12-31T12:00', 'new year', 3],
    ['12-31T12:00', '12-31T13:00', 'new year', 4],
    ['12-31T13:00', '12-31T17:01', 'new year', 3],
    ['12-31T17:01', '01-02T00:00', 'new year', 2],
    ['01-02T00:00', '01-03T09:00', 'default', 1],
    ['01-03T09:00', '01-03T10:00', 'hours', 2],
  ]);
});

test('D-57: the calendar names the days of holiday frames, also in a custom frame, and for which day they stand', () => {
  const closed: CalendarRule = {
    name: 'closed',
    frame: custom([holidays([fixed(1, 1, 'New Year')]), week({ sun: ['00:00-23:59'] })]),
  };
  const calendar = calendarOf([closed], at('2027-12-01T00:00-05:00'), at('2028-01-31T00:00-05:00'), newYork);
  expect(calendar.holidays).toEqual([
    { rule: 'closed', day: '2027-12-31', actual: '2028-01-01', names: ['New Year'] },
    { rule: 'closed', day: '2028-01-01', actual: '2028-01-01', names: ['New Year'] },
  ]);
});

test('D-53: the calendar names the clock changes of every zone in use', () => {
  const abroad: CalendarRule = { name: 'abroad', frame: week({ all: ['09:00-17:00'] }, { timeZone: 'Europe/Berlin' }) };
  const calendar = calendarOf([abroad, byDefault], at('2027-03-01T00:00Z'), at('2027-11-30T00:00Z'), newYork);
  expect(calendar.edges).toEqual([
    {
      at: at('2027-03-14T07:00Z'),
      zone: newYork,
      kind: 'gap',
      jumpMs: 3_600_000,
      before: '2027-03-14T01:59',
      after: '2027-03-14T03:00',
    },
    {
      at: at('2027-03-28T01:00Z'),
      zone: 'Europe/Berlin',
      kind: 'gap',
      jumpMs: 3_600_000,
      before: '2027-03-28T01:59',
      after: '2027-03-28T03:00',
    },
    {
      at: at('2027-10-31T01:00Z'),
      zone: 'Europe/Berlin',
      kind: 'fold',
      jumpMs: -3_600_000,
      before: '2027-10-31T02:59',
      after: '2027-10-31T02:00',
    },
    {
      at: at('2027-11-07T06:00Z'),
      zone: newYork,
      kind: 'fold',
      jumpMs: -3_600_000,
      before: '2027-11-07T01:59',
      after: '2027-11-07T01:00',
    },
  ]);
});

test.each<[string, readonly CalendarRule[], string, readonly [string, string | null] | null]>([
  [
    'to a rule on top of the one that goes on holding',
    rules,
    '2026-11-24T10:00-05:00',
    ['2026-11-24T12:00-05:00', 'lunch'],
  ],
  ['back to it', rules, '2026-11-24T12:30-05:00', ['2026-11-24T13:00-05:00', 'hours']],
  ['over changes below the winner', rules, '2027-12-31T00:00-05:00', ['2028-01-02T00:00-05:00', 'default']],
  ['to nothing', [hours], '2026-11-24T10:00-05:00', ['2026-11-24T17:01-05:00', null]],
  ['never', [{ name: 'on', frame: toggle(true) }, hours], '2026-11-24T10:00-05:00', null],
])('D-59: the next winner: %s', (_, list, time, expected) => {
  const next = nextWinner(list, at(time), newYork);
  expect(next === null ? null : [next.at, next.rule?.name ?? null]).toEqual(
    expected === null ? null : [at(expected[0]), expected[1]],
  );
});

test('D-59: every slice says what isActive says, at both its ends and in between', () => {
  const ranges = ['09:00-17:00', '12:00-12:59', '22:00-06:00', '00:00-23:59', '02:30-03:30'];
  const frames = fc.oneof(
    fc
      .tuple(fc.constantFrom(workweek, 'sat sun', 'mon', 'all'), fc.subarray(ranges, { minLength: 1 }))
      .map(([days, texts]) => week({ [days]: texts })),
    fc.constantFrom(
      toggle(true, '2027-03-14T02:30'),
      dates(['2027-03-13T12:00 2027-03-14T03:00']),
      holidays([fixed(3, 14), fixed(3, 13)]),
    ),
    fc.constantFrom(custom([week({ sun: ['01:00-04:00'] }, { timeZone: 'Asia/Tokyo' }), hours.frame ?? always])),
  );
  const lists = fc
    .array(frames, { maxLength: 4 })
    .map((all) => all.map((frame, i): CalendarRule => ({ name: `${i}`, frame })));
  fc.assert(
    fc.property(
      lists,
      fc.integer({ min: 0, max: 5 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (list, startDay, part) => {
        const from = at('2027-03-10T00:00-05:00') + startDay * 86_400_000;
        const until = from + 4 * 86_400_000;
        const { slices } = calendarOf([...list, byDefault], from, until, newYork);
        expect(slices[0]?.from).toBe(from);
        expect(slices.at(-1)?.until).toBe(until);
        for (const [i, slice] of slices.entries()) {
          if (i > 0) expect(slice.from).toBe(slices[i - 1]?.until);
          for (const time of [
            slice.from,
            slice.from + Math.floor((slice.until - slice.from) * part),
            slice.until - 1,
          ]) {
            const holding = list.filter(({ frame }) => frame !== null && isActive(frame, time, newYork).active);
            expect(slice.holds).toEqual([...holding.map(({ name }) => name), 'default']);
            expect(slice.winner).toBe(slice.holds[0]);
          }
        }
      },
    ),
  );
});
