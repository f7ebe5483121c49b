import { expect, test } from 'vitest';
import { nextChange, nextStart, occurrences, offHours } from '../../src/core/frame-change.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import { always, at, custom, dates, day, every, fixed, holidays, toggle, week, workweek } from './sample-frames.js';

const berlin = 'Europe/Berlin';
const hours = week({ [workweek]: ['09:00-17:00'] });
const allWeek = week({ [workweek]: ['00:00-23:59'], 'sat sun': ['00:00-23:59'] });
const halves = custom([week({ [workweek]: ['00:00-23:59'] }), week({ 'sat sun': ['00:00-23:59'] })]);
const abroad = (timeZone: string) => week({ all: ['08:00-16:59'] }, { timeZone, name: timeZone });
const thirds = custom(['Asia/Tokyo', berlin, 'America/Los_Angeles'].map(abroad));
const shifts = custom([abroad(berlin), abroad('America/Los_Angeles')]);
const oneEvening = dates(['2027-10-31T02:10 2027-10-31T02:20']);

test.each<[string, TimeFrame, string, string | null]>([
  ['D-40: to the minute after the last', hours, '2026-11-24T12:00:30Z', '2026-11-24T16:01Z'],
  ['D-40: over the weekend', hours, '2026-11-27T16:01Z', '2026-11-30T08:00Z'],
  ['D-40: a change is not its own next', hours, '2026-11-24T08:00Z', '2026-11-24T16:01Z'],
  ['D-40: one millisecond before it', hours, '2026-11-24T07:59:59.999Z', '2026-11-24T08:00Z'],
  [
    'D-52: ranges that touch are one',
    week({ tue: ['09:00-11:59', '12:00-17:00'] }),
    '2026-11-24T09:00Z',
    '2026-11-24T16:01Z',
  ],
  [
    'D-52: ranges that overlap are one',
    week({ tue: ['09:00-13:00', '12:00-17:00'] }),
    '2026-11-24T09:00Z',
    '2026-11-24T16:01Z',
  ],
  ['D-52: days that touch are one', week({ 'mon tue': ['00:00-23:59'] }), '2026-11-23T09:00Z', '2026-11-24T23:00Z'],
  ['D-52: all days of the week have no end', allWeek, '2026-11-24T09:00Z', null],
  ['D-53: into the gap is to its end', week({ sun: ['02:30-04:00'] }), '2027-03-27T12:00Z', '2027-03-28T01:00Z'],
  [
    'D-53: out in the gap is at its beginning',
    week({ sun: ['01:00-02:30'] }),
    '2027-03-28T00:30Z',
    '2027-03-28T01:00Z',
  ],
  [
    'D-53: swallowed by the gap, a week later',
    week({ sun: ['02:10-02:50'] }),
    '2027-03-27T12:00Z',
    '2027-04-04T00:10Z',
  ],
  [
    'D-53: the fold brings back a minute before the start',
    week({ sun: ['02:30-04:00'] }),
    '2027-10-31T00:30Z',
    '2027-10-31T01:00Z',
  ],
  ['D-53: and the start again', week({ sun: ['02:30-04:00'] }), '2027-10-31T01:00Z', '2027-10-31T01:30Z'],
  ['D-53: the last interval once more in the fold', oneEvening, '2027-10-31T00:21Z', '2027-10-31T01:10Z'],
  ['D-53: and then never', oneEvening, '2027-10-31T01:21Z', null],
  ['D-54: years ahead', dates(['2031-05-01T00:00 2031-05-02T00:00']), '2026-11-24T09:00Z', '2031-04-30T22:00Z'],
  [
    'D-55: to the next fifth Friday',
    dates(['2026-01-30T18:00 2026-01-31T02:00'], every('monthly', { byDay: [day('5 fri')] })),
    '2026-11-24T09:00Z',
    '2027-01-29T17:00Z',
  ],
  [
    'D-55: to the next leap day',
    dates(['2024-02-29T00:00 2024-02-29T23:59'], every('yearly')),
    '2028-03-01T00:00Z',
    '2032-02-28T23:00Z',
  ],
  [
    'D-55: whole days that recur daily are one',
    dates(['2026-01-01T00:00 2026-01-01T23:59'], every('daily', { until: '2026-12-31' })),
    '2026-02-01T00:00Z',
    '2026-12-31T23:00Z',
  ],
  ['D-57: to the observed day', holidays([fixed(1, 1)]), '2027-12-30T12:00Z', '2027-12-30T23:00Z'],
  ['D-57: through it and the actual day', holidays([fixed(1, 1)]), '2027-12-31T12:00Z', '2028-01-01T23:00Z'],
  ['D-56: not after the end', holidays([fixed(1, 1)], { until: '2027-12-01' }), '2027-01-02T12:00Z', null],
  ['D-58: children that follow one another are one', halves, '2026-11-24T09:00Z', null],
  ['D-58: one shift hands over to the next in another zone', shifts, '2026-11-24T12:00Z', '2026-11-25T01:00Z'],
  ['D-58: round the world there is no end', thirds, '2026-11-24T12:00Z', null],
  ['D-58: empty', custom([]), '2026-11-24T09:00Z', null],
  ['D-62: until', toggle(true, '2026-11-24T17:00'), '2026-11-24T09:00Z', '2026-11-24T16:00Z'],
  ['D-62: passed', toggle(true, '2026-11-24T17:00'), '2026-11-24T16:00Z', null],
  ['D-62: by hand only', toggle(true), '2026-11-24T16:00Z', null],
  ['A-61: always', always, '2026-11-24T16:00Z', null],
  ['D-39: in an unknown zone', { ...hours, timeZone: 'Mars/Olympus' }, '2026-11-24T16:00Z', null],
])('%s', (_, frame, from, change) => {
  const next = nextChange(frame, at(from), berlin);
  expect(next === null ? null : new Date(next).toISOString()).toBe(
    change === null ? null : new Date(at(change)).toISOString(),
  );
});

test.each<[string, TimeFrame, string, string | null]>([
  ['A-66: next on: while it holds', hours, '2026-11-24T12:00Z', '2026-11-25T08:00Z'],
  ['A-66: next on: while it does not', hours, '2026-11-24T17:00Z', '2026-11-25T08:00Z'],
  ['A-66: next on: never again', dates(['2026-05-01T00:00 2026-05-02T00:00']), '2026-05-01T12:00Z', null],
])('%s', (_, frame, from, start) => {
  expect(nextStart(frame, at(from), berlin)).toBe(start === null ? null : at(start));
});

const breaks = week({ [workweek]: ['09:00-12:00', '13:00-17:00'] });
const tuesday = [at('2026-11-24T00:00+01:00'), at('2026-11-25T00:00+01:00')] as const;

function clocks(found: readonly { readonly from: number; readonly until: number }[]): string[] {
  return found.map(({ from, until }) =>
    [from, until].map((t) => new Date(t + 3_600_000).toISOString().slice(11, 16)).join('-'),
  );
}

test('D-74: A-73: working hours of several rows, with their last minutes', () => {
  expect(clocks(occurrences(breaks, ...tuesday, berlin))).toEqual(['09:00-12:01', '13:00-17:01']);
});

test('D-74: off-hours are the complement of their union', () => {
  expect(clocks(offHours(breaks, ...tuesday, berlin))).toEqual(['00:00-09:00', '12:01-13:00', '17:01-00:00']);
});

test('D-74: always and never leave nothing over and everything', () => {
  expect(offHours(always, ...tuesday, berlin)).toEqual([]);
  expect(offHours(custom([]), ...tuesday, berlin)).toEqual([{ from: tuesday[0], until: tuesday[1] }]);
});

test('D-53: off-hours of a week with a gap and one with a fold add up to 167 and 169 hours', () => {
  for (const [monday, next, length] of [
    ['2027-03-22T00:00+01:00', '2027-03-29T00:00+02:00', 167],
    ['2027-10-25T00:00+02:00', '2027-11-01T00:00+01:00', 169],
  ] as const) {
    const all = [occurrences, offHours].flatMap((of) => of(breaks, at(monday), at(next), berlin));
    expect(all.reduce((sum, { from, until }) => sum + until - from, 0)).toBe(length * 3_600_000);
  }
});
