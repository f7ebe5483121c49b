import { expect, test } from 'vitest';
import { summariseFrame } from '../../src/core/frame-summary.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import {
  always,
  at,
  custom,
  dates,
  day,
  every,
  fixed,
  holidays,
  range,
  toggle,
  week,
  workweek,
} from './sample-frames.js';

const hours = week({ [workweek]: ['09:00-17:00'], sat: ['10:00-12:00'] });
const firstMonday = week(
  { mon: ['18:00-02:00'] },
  { recurrence: { ...every('monthly', { byDay: [day('1 mon')], until: '2027-06-30' }), start: '2026-01-05' } },
);
const xmas = dates(['2026-12-23T17:00 2027-01-04T08:00']);
const feast = holidays([fixed(1, 1, 'New Year'), fixed(5, 1, 'May Day')], {
  until: '2030-12-31',
  range: range('00:00-12:00'),
});

test.each<[string, TimeFrame, readonly [when: string, recurrence: string, ends: string, nextOn: string | null]]>([
  ['always', always, ['always', 'does not recur', 'never', null]],
  [
    'days of the week',
    hours,
    ['Mon-Fri 09:00-17:00; Sat 10:00-12:00', 'every week', 'never', '2026-11-23T09:00-05:00'],
  ],
  [
    'n-th weekday',
    firstMonday,
    ['Mon 18:00-02:00', 'every month on the 1st Monday', '2027-06-30', '2026-12-07T18:00-05:00'],
  ],
  [
    'specific dates',
    xmas,
    ['Wed 2026-12-23 17:00 - Mon 2027-01-04 08:00', 'does not recur', '2027-01-04', '2026-12-23T17:00-05:00'],
  ],
  [
    'recurring dates',
    { ...xmas, recurrence: every('yearly', { count: 5 }) },
    ['Wed 2026-12-23 17:00 - Mon 2027-01-04 08:00', 'every year', 'after 5 times', '2026-12-23T17:00-05:00'],
  ],
  ['holidays', feast, ['New Year, May Day 00:00-12:00', 'every year', '2030-12-31', '2027-01-01T00:00-05:00']],
  [
    'holidays once',
    { ...feast, until: null, year: 2027 },
    ['New Year, May Day 00:00-12:00', 'in 2027 only', '2027-12-31', '2027-01-01T00:00-05:00'],
  ],
  [
    'custom',
    custom([hours, xmas]),
    [
      'week (Mon-Fri 09:00-17:00; Sat 10:00-12:00) or dates (Wed 2026-12-23 17:00 - Mon 2027-01-04 08:00)',
      'each part by itself',
      'never',
      '2026-11-23T09:00-05:00',
    ],
  ],
  ['empty', custom([]), ['never', 'each part by itself', 'never', null]],
  [
    'toggle',
    toggle(false, '2026-11-23T08:00'),
    ['switched by hand', 'does not recur', 'never', '2026-11-23T08:00-05:00'],
  ],
])('A-66: %s', (_, frame, [when, recurrence, ends, nextOn]) => {
  const summary = summariseFrame(frame, at('2026-11-22T10:00-05:00'), 'America/New_York');
  expect(summary).toEqual({
    name: frame.name,
    owner: null,
    when,
    recurrence,
    ends,
    nextOn: nextOn === null ? null : at(nextOn),
  });
});
