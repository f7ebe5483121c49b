import { describe, expect, test } from 'vitest';
import { occurrences } from '../../src/core/frame-change.js';
import { isActive, matches, type TimeFrame } from '../../src/core/time-frame.js';
import { always, at, custom, dates, day, every, fixed, holidays, toggle, week, workweek } from './sample-frames.js';

type Row = readonly [name: string, frame: TimeFrame, zone: string, at: string, active: boolean];

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const hours = week({ [workweek]: ['09:00-17:00'] });
const night = week({ fri: ['22:00-06:00'] });
const sundayNight = week({ sun: ['23:00-01:00'] });
const xmas = dates(['2026-12-23T17:00 2027-01-04T08:00']);
const breaks = week({ [workweek]: ['09:00-12:00', '13:00-17:00'] });

const zones: readonly Row[] = [
  ['D-39: inherits the zone it is evaluated for: Berlin 16:00', hours, berlin, '2026-11-24T15:00Z', true],
  ['D-39: inherits the zone it is evaluated for: New York 10:00', hours, newYork, '2026-11-24T15:00Z', true],
  ['D-39: the same instant is 18:00 in Berlin', hours, berlin, '2026-11-24T17:00Z', false],
  ['D-39: and 12:00 in New York', hours, newYork, '2026-11-24T17:00Z', true],
  ['D-39: a zone of its own wins', { ...hours, timeZone: berlin }, newYork, '2026-11-24T17:00Z', false],
  ['D-39: Mumbai, half an hour off', hours, 'Asia/Kolkata', '2026-11-24T11:30Z', true],
  ['D-39: Mumbai, one minute later', hours, 'Asia/Kolkata', '2026-11-24T11:31Z', false],
  ['D-39: a zone nobody knows never matches', hours, 'Europe/Atlantis', '2026-11-24T12:00Z', false],
  ['A-61: always needs no zone', always, 'Europe/Atlantis', '2026-11-24T12:00Z', true],
];

const minutes: readonly Row[] = [
  ['D-40: the first minute', hours, berlin, '2026-11-24T09:00+01:00', true],
  ['D-40: the millisecond before it', hours, berlin, '2026-11-24T08:59:59.999+01:00', false],
  ['D-40: the last millisecond of the end minute', hours, berlin, '2026-11-24T17:00:59.999+01:00', true],
  ['D-40: A-60: off from 5:01 p.m.', hours, newYork, '2026-11-24T17:01-05:00', false],
  ['D-40: A-60: off until 8:59 a.m.', hours, newYork, '2026-11-25T08:59:59-05:00', false],
  ['D-40: A-60: off all weekend', hours, newYork, '2026-11-28T12:00-05:00', false],
  ['D-40: 00:00-23:59 is the whole day', week({ sun: ['00:00-23:59'] }), berlin, '2026-11-22T23:59:59.999+01:00', true],
  ['D-40: and no more', week({ sun: ['00:00-23:59'] }), berlin, '2026-11-23T00:00+01:00', false],
  ['D-40: a specific interval too', xmas, berlin, '2027-01-04T08:00:59.999+01:00', true],
  ['D-40: and no more', xmas, berlin, '2027-01-04T08:01+01:00', false],
];

const midnights: readonly Row[] = [
  ['D-51: Friday 22:00', night, berlin, '2026-11-27T22:00+01:00', true],
  ['D-51: Saturday 00:00', night, berlin, '2026-11-28T00:00+01:00', true],
  ['D-51: Saturday 06:00', night, berlin, '2026-11-28T06:00+01:00', true],
  ['D-51: Saturday 06:01', night, berlin, '2026-11-28T06:01+01:00', false],
  ['D-51: not Friday 05:00', night, berlin, '2026-11-27T05:00+01:00', false],
  ['D-51: not Saturday 22:00', night, berlin, '2026-11-28T22:00+01:00', false],
  ['D-51: round the end of the week', sundayNight, berlin, '2026-11-30T01:00+01:00', true],
  ['D-51: not Sunday 01:00', sundayNight, berlin, '2026-11-29T01:00+01:00', false],
  [
    'D-51: an end just before the start is a whole day',
    week({ fri: ['22:00-21:59'] }),
    berlin,
    '2026-11-28T21:59+01:00',
    true,
  ],
];

const unions: readonly Row[] = [
  ['D-52: A-62: Sunday 8-15', week({ sun: ['08:00-15:00', '17:00-18:00'] }), berlin, '2026-11-22T15:00+01:00', true],
  ['D-52: A-62: between', week({ sun: ['08:00-15:00', '17:00-18:00'] }), berlin, '2026-11-22T16:00+01:00', false],
  ['D-52: A-62: and 17-18', week({ sun: ['08:00-15:00', '17:00-18:00'] }), berlin, '2026-11-22T18:00+01:00', true],
  ['D-52: order is irrelevant', week({ sun: ['17:00-18:00', '08:00-15:00'] }), berlin, '2026-11-22T09:00+01:00', true],
  ['D-52: in an overlap', week({ sun: ['08:00-12:00', '10:00-15:00'] }), berlin, '2026-11-22T11:00+01:00', true],
  ['D-52: after an overlap', week({ sun: ['10:00-15:00', '08:00-12:00'] }), berlin, '2026-11-22T14:00+01:00', true],
  ['D-74: 12:00 still matches before a break', breaks, berlin, '2026-11-24T12:00:59+01:00', true],
  ['D-74: 12:01 is off', breaks, berlin, '2026-11-24T12:01+01:00', false],
  ['D-74: 13:00 is on', breaks, berlin, '2026-11-24T13:00+01:00', true],
];

const clockChanges: readonly Row[] = [
  ['D-53: before the gap', week({ sun: ['02:30-04:00'] }), berlin, '2027-03-28T00:59:59.999Z', false],
  ['D-53: 02:30 starts at 03:00 after the gap', week({ sun: ['02:30-04:00'] }), berlin, '2027-03-28T01:00Z', true],
  ['D-53: within the gap: not before it', week({ sun: ['02:10-02:50'] }), berlin, '2027-03-28T00:59:59.999Z', false],
  ['D-53: within the gap: not after it', week({ sun: ['02:10-02:50'] }), berlin, '2027-03-28T01:00Z', false],
  ['D-53: within the gap: a week later again', week({ sun: ['02:10-02:50'] }), berlin, '2027-04-04T00:10Z', true],
  ['D-53: a minute of the fold, first time', week({ sun: ['02:15-02:20'] }), berlin, '2027-10-31T00:15Z', true],
  ['D-53: a minute of the fold, second time', week({ sun: ['02:15-02:20'] }), berlin, '2027-10-31T01:15Z', true],
  ['D-53: not between', week({ sun: ['02:15-02:20'] }), berlin, '2027-10-31T00:21Z', false],
  [
    'D-53: an interval of dates matches both times',
    dates(['2027-10-31T02:15 2027-10-31T02:20']),
    berlin,
    '2027-10-31T01:20Z',
    true,
  ],
  [
    'D-53: half an hour on Lord Howe: gap',
    week({ sun: ['02:10-02:20'] }),
    'Australia/Lord_Howe',
    '2027-10-02T15:40Z',
    false,
  ],
  [
    'D-53: half an hour on Lord Howe: 02:30',
    week({ sun: ['02:30-02:40'] }),
    'Australia/Lord_Howe',
    '2027-10-02T15:30Z',
    true,
  ],
  ['D-53: a day begins at 01:00 in Beirut', week({ sun: ['00:00-01:30'] }), 'Asia/Beirut', '2027-03-27T22:00Z', true],
  [
    'D-53: Samoa skipped Friday 2011-12-30: Thursday',
    week({ fri: ['00:00-23:59'] }),
    'Pacific/Apia',
    '2011-12-30T09:59:59Z',
    false,
  ],
  [
    'D-53: Samoa skipped Friday 2011-12-30: Saturday',
    week({ fri: ['00:00-23:59'] }),
    'Pacific/Apia',
    '2011-12-30T10:00Z',
    false,
  ],
];

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
  [
    'A-65: a week that does not recur',
    week({ mon: ['09:00-17:00'] }, { recurrence: { ...every('weekly', { count: 1 }), start: '2026-01-05' } }),
    berlin,
    '2026-01-12T10:00+01:00',
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

describe.each([
  ['zones', zones],
  ['minutes', minutes],
  ['midnights', midnights],
  ['unions', unions],
  ['clock changes', clockChanges],
  ['intervals', intervals],
  ['recurrences', recurrences],
  ['custom', unionsOfFrames],
  ['toggles', toggles],
  ['faulty', faulty],
])('%s', (_, rows) => {
  test.each(rows)('%s', (_name, frame, zone, time, active) => {
    expect(matches(frame, at(time), zone)).toBe(active);
    expect(isActive(frame, at(time), zone).active).toBe(active);
  });
});

const lengths: readonly (readonly [string, TimeFrame, string, string, string, readonly number[]])[] = [
  [
    'D-53: 01:00-01:59 lasts two hours in the fold',
    week({ sun: ['01:00-01:59'] }),
    newYork,
    '2027-11-07T00:00-04:00',
    '2027-11-08T00:00-05:00',
    [120],
  ],
  [
    'D-53: 01:00-02:00 lasts two hours and its end minute',
    week({ sun: ['01:00-02:00'] }),
    newYork,
    '2027-11-07T00:00-04:00',
    '2027-11-08T00:00-05:00',
    [121],
  ],
  [
    'D-53: a day of 23 hours',
    week({ sun: ['00:00-23:59'] }),
    berlin,
    '2027-03-27T12:00Z',
    '2027-03-29T12:00Z',
    [23 * 60],
  ],
  [
    'D-53: a day of 24 hours',
    week({ sun: ['00:00-23:59'] }),
    berlin,
    '2027-04-03T12:00Z',
    '2027-04-05T12:00Z',
    [24 * 60],
  ],
  [
    'D-53: a day of 25 hours',
    week({ sun: ['00:00-23:59'] }),
    berlin,
    '2027-10-30T12:00Z',
    '2027-11-01T12:00Z',
    [25 * 60],
  ],
  [
    'D-53: part of the fold comes twice',
    week({ sun: ['02:15-02:20'] }),
    berlin,
    '2027-10-30T12:00Z',
    '2027-11-01T12:00Z',
    [6, 6],
  ],
  [
    'D-53: a range wholly in the gap does not occur',
    week({ sun: ['02:10-02:50'] }),
    berlin,
    '2027-03-27T12:00Z',
    '2027-03-29T12:00Z',
    [],
  ],
  [
    'D-53: a night over the gap is an hour shorter',
    week({ sat: ['22:00-05:59'] }),
    berlin,
    '2027-03-27T12:00Z',
    '2027-03-29T12:00Z',
    [7 * 60],
  ],
  [
    'D-53: a night over the fold is an hour longer',
    week({ sat: ['22:00-05:59'] }),
    berlin,
    '2027-10-30T12:00Z',
    '2027-11-01T12:00Z',
    [9 * 60],
  ],
];

test.each(lengths)('%s', (_, frame, zone, from, to, minutes) => {
  const found = occurrences(frame, at(from), at(to), zone).map((o) => (o.until - o.from) / 60_000);
  expect(found).toEqual(minutes);
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

test('D-61: each entry into an object evaluates anew, at its own instant; a changed frame counts from the next on', () => {
  const atDid = at('2026-11-24T17:00:59+01:00');
  const atQueue = atDid + 2000;
  expect([matches(hours, atDid, berlin), matches(hours, atQueue, berlin)]).toEqual([true, false]);
  const longer: TimeFrame = { ...hours, days: { tue: [{ start: 0, end: 1439 }] } };
  expect(matches(longer, atQueue, berlin)).toBe(true);
});
