import { expect, test } from 'vitest';
import { isActive, matches, prepareFrame, type TimeFrame } from '../../src/core/time-frame.js';
import { at, custom, dates, day, every, fixed, holidays, toggle, week, workweek } from './sample-frames.js';

type Row = readonly [name: string, frame: TimeFrame, zone: string, at: string, active: boolean];

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const hours = week({ [workweek]: ['09:00-17:00'] });
const xmas = dates(['2026-12-23T17:00 2027-01-04T08:00']);

const intervals: readonly Row[] = [
  ['D-54: A-64: Dec 23 16:59', xmas, berlin, '2026-12-23T16:59:59+01:00', false],
  ['D-54: A-64: Dec 23 17:00', xmas, berlin, '2026-12-23T17:00+01:00', true],
  ['D-54: A-64: across the year', xmas, berlin, '2027-01-01T00:00+01:00', true],
  ['D-54: in the zone of evaluation', xmas, newYork, '2026-12-23T17:00+01:00', false],
  ['D-54: in the zone of evaluation', xmas, newYork, '2026-12-23T17:00-05:00', true],
  ['D-54: does not recur by itself', xmas, berlin, '2027-12-24T17:00+01:00', false],
  ['D-54: within one day', dates(['2026-12-24T12:00 2026-12-24T13:00']), berlin, '2026-12-24T12:30+01:00', true],
  [
    'D-54: the second of several',
    dates(['2026-12-24T12:00 2026-12-24T13:00', '2027-05-01T00:00 2027-05-02T23:59']),
    berlin,
    '2027-05-02T23:59+02:00',
    true,
  ],
  [
    'D-54: winter time to summer time',
    dates(['2027-03-01T08:00 2027-04-01T08:00']),
    berlin,
    '2027-04-01T06:00:59Z',
    true,
  ],
  ['D-54: and not an hour more', dates(['2027-03-01T08:00 2027-04-01T08:00']), berlin, '2027-04-01T06:01Z', false],
  ['D-40: a specific interval too', xmas, berlin, '2027-01-04T08:00:59.999+01:00', true],
  ['D-40: and no more', xmas, berlin, '2027-01-04T08:01+01:00', false],
];

const biweekly = week(
  { mon: ['09:00-17:00'] },
  { recurrence: { ...every('weekly', { interval: 2 }), start: '2026-01-05' } },
);
const firstMonday = week(
  { mon: ['09:00-17:00'] },
  { recurrence: { ...every('monthly', { byDay: [day('1 mon')] }), start: '2026-01-05' } },
);
const leapDay = dates(['2024-02-29T00:00 2024-02-29T23:59'], every('yearly'));
const fifthFriday = dates(['2026-01-30T18:00 2026-01-31T02:00'], every('monthly', { byDay: [day('5 fri')] }));
const onceOnly = week(
  { [workweek]: ['09:00-17:00'] },
  { recurrence: { ...every('weekly', { until: '2026-01-11' }), start: '2026-01-05' } },
);
const summerOffice = week(
  { all: ['09:00-17:00'] },
  { recurrence: { ...every('daily', { until: '2026-08-31' }), start: '2026-07-01' } },
);

const recurrences: readonly Row[] = [
  ['D-55: every two weeks: the first', biweekly, berlin, '2026-01-05T10:00+01:00', true],
  ['D-55: every two weeks: not the second', biweekly, berlin, '2026-01-12T10:00+01:00', false],
  ['D-55: every two weeks: the third', biweekly, berlin, '2026-01-19T10:00+01:00', true],
  ['D-55: every two weeks: still in step after a year of 53 weeks', biweekly, berlin, '2027-01-04T10:00+01:00', true],
  ['D-55: every two weeks: not before the first', biweekly, berlin, '2025-12-22T10:00+01:00', false],
  ['D-55: A-65: the first Monday of the month', firstMonday, berlin, '2026-06-01T10:00+02:00', true],
  ['D-55: A-65: not the second', firstMonday, berlin, '2026-06-08T10:00+02:00', false],
  ['D-55: February 29 in a leap year', leapDay, berlin, '2028-02-29T12:00+01:00', true],
  ['D-55: February 29 absent: not on March 1', leapDay, berlin, '2027-03-01T12:00+01:00', false],
  ['D-55: February 29 absent: not on February 28', leapDay, berlin, '2027-02-28T12:00+01:00', false],
  ['D-55: the fifth Friday, past midnight', fifthFriday, berlin, '2026-05-30T02:00+02:00', true],
  ['D-55: no fifth Friday in June', fifthFriday, berlin, '2026-06-26T19:00+02:00', false],
  ['D-55: UNTIL includes its day', summerOffice, berlin, '2026-08-31T17:00+02:00', true],
  ['D-55: UNTIL: the day after', summerOffice, berlin, '2026-09-01T12:00+02:00', false],
  [
    'D-55: COUNT: the third time',
    dates(['2026-03-01T10:00 2026-03-01T11:00'], every('yearly', { count: 3 })),
    berlin,
    '2028-03-01T10:00+01:00',
    true,
  ],
  [
    'D-55: COUNT: there is no fourth',
    dates(['2026-03-01T10:00 2026-03-01T11:00'], every('yearly', { count: 3 })),
    berlin,
    '2029-03-01T10:00+01:00',
    false,
  ],
  [
    'D-55: wall clock kept over a clock change',
    dates(['2026-03-23T02:30 2026-03-23T03:30'], every('daily')),
    berlin,
    '2026-06-01T00:30Z',
    true,
  ],
  ['A-65: a week that does not recur: its Friday', onceOnly, berlin, '2026-01-09T10:00+01:00', true],
  ['A-65: a week that does not recur: the next Monday', onceOnly, berlin, '2026-01-12T10:00+01:00', false],
  [
    'D-55: COUNT of a week frame counts days',
    week({ 'mon tue': ['09:00-17:00'] }, { recurrence: { ...every('weekly', { count: 3 }), start: '2026-01-05' } }),
    berlin,
    '2026-01-13T10:00+01:00',
    false,
  ],
  [
    'A-64: December 23 to January 4 every year',
    dates(['2025-12-23T17:00 2026-01-04T08:00'], every('yearly')),
    berlin,
    '2030-01-04T08:00+01:00',
    true,
  ],
];

const bothOffices = custom([
  week({ mon: ['09:00-12:00'] }, { timeZone: newYork, name: 'abroad' }),
  week({ mon: ['09:00-12:00'] }, { name: 'here' }),
]);
const closed = custom([
  dates(['2026-12-31T12:00 2026-12-31T23:59'], every('yearly')),
  holidays([fixed(5, 1)]),
  week({ sat: ['00:00-23:59'], sun: ['00:00-23:59'] }),
]);

const unionsOfFrames: readonly Row[] = [
  ['D-58: its own zone of a child', bothOffices, berlin, '2026-11-23T14:00Z', true],
  ['D-58: the inherited zone of a child', bothOffices, berlin, '2026-11-23T08:00Z', true],
  ['D-58: neither', bothOffices, berlin, '2026-11-23T12:00Z', false],
  [
    'D-58: a child inherits from the custom frame',
    custom([hours], { timeZone: newYork }),
    berlin,
    '2026-11-24T21:00Z',
    true,
  ],
  ['D-58: A-69: a dates child with its own recurrence', closed, berlin, '2029-12-31T12:00+01:00', true],
  ['D-58: A-69: a holiday child', closed, berlin, '2029-05-01T12:00+02:00', true],
  ['D-58: A-69: a week child', closed, berlin, '2029-05-05T12:00+02:00', true],
  ['D-58: A-69: none of them', closed, berlin, '2029-05-02T12:00+02:00', false],
  ['D-58: empty never matches', custom([]), berlin, '2029-05-02T12:00+02:00', false],
];

const toggles: readonly Row[] = [
  ['D-62: A-74: on at any time', toggle(true), berlin, '2026-11-22T03:00+01:00', true],
  ['D-62: A-74: off at any time', toggle(false), berlin, '2026-11-22T12:00+01:00', false],
  ['D-62: on until 17:00', toggle(true, '2026-11-22T17:00'), berlin, '2026-11-22T16:59:59.999+01:00', true],
  ['D-62: and not longer', toggle(true, '2026-11-22T17:00'), berlin, '2026-11-22T17:00+01:00', false],
  ['D-62: until by the wall of the zone', toggle(true, '2026-11-22T17:00'), newYork, '2026-11-22T17:00+01:00', true],
  ['D-62: until an instant', toggle(true, at('2026-11-22T17:00Z')), newYork, '2026-11-22T17:00Z', false],
  ['D-62: off until 08:00', toggle(false, '2026-11-23T08:00'), berlin, '2026-11-23T08:00+01:00', true],
  [
    'D-62: until a minute in a gap is until its end',
    toggle(true, '2027-03-28T02:30'),
    berlin,
    '2027-03-28T01:00Z',
    false,
  ],
  [
    'D-62: until a minute that comes twice is until the first',
    toggle(true, '2027-10-31T02:30'),
    berlin,
    '2027-10-31T01:00Z',
    false,
  ],
];

const faulty: readonly Row[] = [
  ['D-51: start = end never matches', week({ sun: ['09:00-09:00'] }), berlin, '2026-11-22T09:00+01:00', false],
  [
    'D-55: interval 0 never matches',
    dates(['2026-11-22T09:00 2026-11-22T10:00'], every('daily', { interval: 0 })),
    berlin,
    '2026-11-22T09:00+01:00',
    false,
  ],
  [
    'D-54: no such date never matches',
    dates(['2027-02-29T00:00 2027-03-05T00:00']),
    berlin,
    '2027-03-01T12:00+01:00',
    false,
  ],
  ['D-55: recurs in an unknown zone', biweekly, 'Mars/Olympus', '2026-01-05T10:00+01:00', false],
];

test.each([intervals, recurrences, unionsOfFrames, toggles, faulty].flat())('%s', (_, frame, zone, time, active) => {
  expect(matches(frame, at(time), zone)).toBe(active);
  expect(isActive(frame, at(time), zone).active).toBe(active);
});

test.each([
  [
    'D-39: zone and local time of what matched',
    hours,
    '2026-11-24T15:30:20Z',
    'Tue 2026-11-24 16:30 Europe/Berlin is in Mon-Fri 09:00-17:00',
  ],
  [
    'D-39: and of what did not',
    hours,
    '2026-11-24T17:30Z',
    'Tue 2026-11-24 18:30 Europe/Berlin is not in Mon-Fri 09:00-17:00',
  ],
  [
    'D-54: an interval',
    xmas,
    '2027-01-01T00:00Z',
    'Fri 2027-01-01 01:00 Europe/Berlin is in Wed 2026-12-23 17:00 - Mon 2027-01-04 08:00',
  ],
  [
    'D-55: a recurrence',
    biweekly,
    '2026-01-12T09:00Z',
    'Mon 2026-01-12 10:00 Europe/Berlin is not in Mon 09:00-17:00, every 2 weeks on Monday',
  ],
  [
    'D-57: an observed day',
    holidays([fixed(1, 1, 'New Year')]),
    '2027-12-31T11:00Z',
    'Fri 2027-12-31 12:00 Europe/Berlin is New Year (Sat 2028-01-01) observed',
  ],
  [
    'D-58: the child that matched',
    bothOffices,
    '2026-11-23T14:00Z',
    'abroad: Mon 2026-11-23 09:00 America/New_York is in Mon 09:00-12:00',
  ],
  ['D-58: an empty custom frame', custom([]), '2026-11-23T14:00Z', 'a custom frame without parts never holds'],
  [
    'D-62: switched on until',
    toggle(true, '2026-11-22T17:00'),
    '2026-11-22T12:00Z',
    'Sun 2026-11-22 13:00 Europe/Berlin: switched on until Sun 2026-11-22 17:00 Europe/Berlin',
  ],
  [
    'D-62: switched off since',
    toggle(true, '2026-11-22T17:00'),
    '2026-11-22T17:00Z',
    'Sun 2026-11-22 18:00 Europe/Berlin: switched off since Sun 2026-11-22 17:00 Europe/Berlin',
  ],
  ['D-62: switched off', toggle(false), '2026-11-22T17:00Z', 'switched off'],
])('%s', (_, frame, time, because) => {
  expect(isActive(frame, at(time), berlin).because).toBe(because);
});

test('D-54: a frame holds wall-clock times only; evaluation in one zone leaves nothing behind for another', () => {
  const saved = JSON.stringify(xmas);
  expect(matches(xmas, at('2026-12-23T16:00Z'), berlin)).toBe(true);
  expect(matches(xmas, at('2026-12-23T16:00Z'), newYork)).toBe(false);
  expect(JSON.stringify(xmas)).toBe(saved);
});

test('D-58: preparing a frame, its children included, changes nothing of what it says', () => {
  const times = intervals.concat(unionsOfFrames).map(([, , , time]) => at(time));
  const fresh = () => custom([holidays([fixed(5, 1)]), custom([hours, biweekly]), xmas]);
  const prepared = fresh();
  prepareFrame(prepared, at('2026-11-22T10:00Z'), berlin);
  const said = (frame: TimeFrame) => times.map((time) => isActive(frame, time, berlin));
  expect(said(prepared)).toEqual(said(fresh()));
});
