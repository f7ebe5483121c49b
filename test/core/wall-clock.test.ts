import { describe, expect, test } from 'vitest';
import {
  clockText,
  dayNumber,
  formatDate,
  formatTime,
  parseDate,
  parseTime,
  weekdays,
  weekdaysText,
} from '../../src/core/local-date.js';
import { clockChanges, firstInstant, isTimeZone, wallMinute, wallText } from '../../src/core/wall-clock.js';
import { at } from './sample-frames.js';
import { wallReading } from './wall-reading.js';

describe('dates of the wall calendar', () => {
  test.each([
    ['2028-02-29', true],
    ['2027-02-29', false],
    ['2100-02-29', false],
    ['2027-13-01', false],
    ['2027-1-1', false],
    ['tomorrow', false],
    ['', false],
  ])('D-54: %s', (date, valid) => {
    const day = parseDate(date);
    expect(day === null ? null : formatDate(day)).toBe(valid ? date : null);
  });

  test.each([
    ['2027-02-28T23:59', true],
    ['2027-02-28T24:00', false],
    ['2027-02-28 10:00', false],
    ['2027-02-28T10:60', false],
    ['2027-02-30T10:00', false],
  ])('D-54: %s', (time, valid) => {
    const minute = parseTime(time);
    expect(minute === null ? null : formatTime(minute)).toBe(valid ? time : null);
  });

  test.each([
    ['Mon-Fri', [0, 1, 2, 3, 4]],
    ['Mon, Wed-Sun', [0, 2, 3, 4, 5, 6]],
    ['Sat, Sun', [5, 6]],
    ['', []],
  ])('%s', (text, days) => {
    expect(weekdaysText(weekdays.filter((_, i) => days.includes(i)))).toBe(text);
  });

  test('before 1970', () => {
    expect(dayNumber(1969, 12, 31)).toBe(-1);
    expect(clockText(-1)).toBe('23:59');
  });
});

// STROWGER_EXHAUSTIVE=1 takes every zone instead of a sample.
test('D-53: the wall clock agrees with Intl in the zones of the runtime through 40 years', () => {
  const exhaustive = process.env['STROWGER_EXHAUSTIVE'] === '1';
  const zones = Intl.supportedValuesOf('timeZone').filter((_, i) => exhaustive || i % 20 === 0);
  const wrong = zones.flatMap((zone) => {
    const stepDays = exhaustive ? 11.37 : 401.37;
    return Array.from({ length: Math.floor(14_600 / stepDays) }, (_, i) => i * stepDays)
      .map((days) => Date.UTC(2000, 0, 1) + days * 86_400_000)
      .filter((time) => formatTime(wallMinute(time, zone)) !== wallReading(time, zone).time)
      .map((time) => [zone, time]);
  });
  expect(wrong).toEqual([]);
}, 600_000);

test.each([
  ['an ordinary minute', '2027-06-01T12:00', 'Europe/Berlin', '2027-06-01T10:00Z'],
  ['D-53: in a gap: its end', '2027-03-28T02:30', 'Europe/Berlin', '2027-03-28T01:00Z'],
  ['D-53: in a fold: the first time', '2027-10-31T02:30', 'Europe/Berlin', '2027-10-31T00:30Z'],
  ['D-53: midnight that does not exist', '2027-03-28T00:00', 'Asia/Beirut', '2027-03-27T22:00Z'],
  ['D-53: a day that does not exist', '2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T10:00Z'],
  ['13 hours ahead', '2027-01-01T00:00', 'Pacific/Auckland', '2026-12-31T11:00Z'],
])('first instant: %s', (_, time, zone, instant) => {
  expect(new Date(firstInstant(parseTime(time) ?? Number.NaN, zone) ?? 0)).toEqual(new Date(at(instant)));
});

test('D-39: an unknown zone has no wall', () => {
  expect(isTimeZone('Mars/Olympus')).toBe(false);
  expect(wallMinute(0, 'Mars/Olympus')).toBeNaN();
  expect(firstInstant(0, 'Mars/Olympus')).toBeNull();
  expect(clockChanges('Mars/Olympus', 0, 1e12)).toEqual([]);
  expect(wallText(0, 'Mars/Olympus')).toBe('unknown time zone Mars/Olympus');
});

test('D-53: two changes a week apart are both found', () => {
  const found = clockChanges('America/Recife', at('2000-10-01T00:00Z'), at('2000-11-01T00:00Z'));
  expect(found).toEqual([
    { at: at('2000-10-08T03:00Z'), jumpMs: 3_600_000 },
    { at: at('2000-10-15T02:00Z'), jumpMs: -3_600_000 },
  ]);
});
