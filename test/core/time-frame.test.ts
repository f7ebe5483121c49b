import { expect, test } from 'vitest';
import { isActive, matches, type TimeFrame } from '../../src/core/time-frame.js';
import { always, at, week, workweek } from './sample-frames.js';

type Row = readonly [name: string, frame: TimeFrame, zone: string, at: string, active: boolean];

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const hours = week({ [workweek]: ['09:00-17:00'] });
const night = week({ fri: ['22:00-06:00'] });
const sundayNight = week({ sun: ['23:00-01:00'] });
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

test.each([zones, minutes, midnights, unions].flat())('%s', (_, frame, zone, time, active) => {
  expect(matches(frame, at(time), zone)).toBe(active);
  expect(isActive(frame, at(time), zone).active).toBe(active);
});

test('D-61: each entry into an object evaluates anew, at its own instant; a changed frame counts from the next on', () => {
  const atDid = at('2026-11-24T17:00:59+01:00');
  const atQueue = atDid + 2000;
  expect([matches(hours, atDid, berlin), matches(hours, atQueue, berlin)]).toEqual([true, false]);
  const longer: TimeFrame = { ...hours, days: { tue: [{ start: 0, end: 1439 }] } };
  expect(matches(longer, atQueue, berlin)).toBe(true);
});
