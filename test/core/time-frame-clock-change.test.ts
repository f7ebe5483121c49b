import { expect, test } from 'vitest';
import { occurrences } from '../../src/core/frame-change.js';
import { isActive, matches, type TimeFrame } from '../../src/core/time-frame.js';
import { at, dates, week } from './sample-frames.js';

type Row = readonly [name: string, frame: TimeFrame, zone: string, at: string, active: boolean];

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';

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

test.each([clockChanges].flat())('%s', (_, frame, zone, time, active) => {
  expect(matches(frame, at(time), zone)).toBe(active);
  expect(isActive(frame, at(time), zone).active).toBe(active);
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
