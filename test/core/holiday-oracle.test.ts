import Holidays from 'date-holidays';
import { expect, test } from 'vitest';
import type { ObservedOn } from '../../src/core/holiday.js';
import { listedHolidays } from '../../src/core/holiday-list.js';
import { matches, type Weekday } from '../../src/core/time-frame.js';
import { holidays, listed } from './sample-frames.js';
import { dateFrom } from './wall-reading.js';

// The observed holidays of 30 countries in 20 years, by a second computation that shares nothing with the first but the
// list: it reads the entries of the list instead of its rules, and fills in a calendar of ISO dates.
type Week = { readonly workdays: string; readonly on: Readonly<Record<string, ObservedOn>> };

const western: Week = { workdays: 'mon tue wed thu fri', on: { sat: 'previous', sun: 'next' } };
const forward: Week = { workdays: 'mon tue wed thu fri', on: { sat: 'next', sun: 'next' } };
const fixedDays: Week = { workdays: 'mon tue wed thu fri', on: { sat: 'fri', sun: 'tue' } };
const sixDays: Week = { workdays: 'mon tue wed thu fri sat', on: { sun: 'next' } };
const fourDays: Week = { workdays: 'mon tue wed thu', on: { fri: 'previous', sat: 'none', sun: 'next' } };
const levant: Week = { workdays: 'sun mon tue wed thu', on: { fri: 'previous', sat: 'next' } };

const countries: Readonly<Record<string, Week>> = {
  US: western,
  CA: western,
  MX: sixDays,
  BR: western,
  AR: forward,
  CL: western,
  CO: forward,
  GB: forward,
  IE: forward,
  FR: western,
  DE: western,
  AT: fourDays,
  CH: western,
  IT: sixDays,
  ES: forward,
  PT: western,
  NL: fixedDays,
  BE: western,
  DK: western,
  SE: fourDays,
  NO: western,
  FI: western,
  PL: forward,
  CZ: western,
  GR: western, // Orthodox Easter
  AU: forward,
  NZ: forward,
  ZA: fixedDays,
  AE: levant, // several days, moving through the year
  JP: forward,
};
const FIRST_YEAR = 2018;
const LAST_YEAR = 2037;
const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const DAY_MS = 86_400_000;
const NOON_MS = DAY_MS / 2;

test.each(Object.entries(countries))(
  'D-57: the observed holidays of %s in 20 years',
  (country, week) => {
    const list = listedHolidays(country, null);
    if ('code' in list) throw new Error(list.code);
    const picked = list.filter(({ type }) => type === 'public').map(({ name }) => name);
    const rules = picked.map((name) => listed(country, name));
    const workdays = names.filter((name): name is Weekday => week.workdays.includes(name));
    const frame = holidays(rules, { workdays, observed: { on: week.on, only: false } });
    const found: string[] = [];
    for (let day = Date.UTC(FIRST_YEAR, 0, 1); day < Date.UTC(LAST_YEAR + 1, 0, 1); day += DAY_MS)
      if (matches(frame, day + NOON_MS, 'UTC')) found.push(new Date(day).toISOString().slice(0, 10));
    expect(found).toEqual(expectedDays(actualDates(country, picked), week));
  },
  600_000,
);

function expectedDays(off: ReadonlySet<string>, week: Week): string[] {
  const calendar = new Map([...off].map((date): [string, 'actual' | 'observed'] => [date, 'actual']));
  for (const date of [...off].sort()) {
    const on = week.workdays.includes(nameOf(date)) ? 'none' : (week.on[nameOf(date)] ?? 'none');
    if (on === 'none') continue;
    const step = on === 'previous' || (on !== 'next' && distance(date, on) < 0) ? -1 : 1;
    let candidate = dateFrom(date, on === 'previous' || on === 'next' ? step : distance(date, on));
    while (calendar.has(candidate) || !week.workdays.includes(nameOf(candidate))) candidate = dateFrom(candidate, step);
    calendar.set(candidate, 'observed');
  }
  return [...calendar.keys()].filter((date) => date >= `${FIRST_YEAR}` && date < `${LAST_YEAR + 1}`).sort();
}

/** The days of the named holidays in all years, the one before and the one after, without the list's own substitute days. */
function actualDates(country: string, names: readonly string[]): Set<string> {
  const list = new Holidays(country, { timezone: 'UTC' });
  const own = (name: string, substitute: boolean) => (substitute ? name.replace(/ \([^()]*\)$/, '') : name);
  const all = Array.from({ length: LAST_YEAR - FIRST_YEAR + 3 }, (_, i) => FIRST_YEAR - 1 + i)
    .flatMap((year) => list.getHolidays(year, 'en'))
    .map(({ date, start, end, substitute = false, name }) => {
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
      return { first: date.slice(0, 10), days, substitute, name: own(name, substitute) };
    })
    .filter(({ name }) => names.includes(name));
  const dates = new Set<string>();
  for (const { first, days, substitute, name } of all) {
    const near = (other: string) => Math.abs(Date.parse(other) - Date.parse(first)) < 14 * 86_400_000;
    if (substitute && all.some((other) => !other.substitute && other.name === name && near(other.first))) continue;
    for (let i = 0; i < days; i++) dates.add(dateFrom(first, i));
  }
  return dates;
}

function nameOf(date: string): (typeof names)[number] {
  return names[new Date(`${date}T00:00Z`).getUTCDay()] ?? 'sun';
}

/** Days from `date` to the nearest `name`. */
function distance(date: string, name: string): number {
  const nearest = [1, -1, 2, -2, 3, -3].find((offset) => nameOf(dateFrom(date, offset)) === name);
  return nearest ?? 0;
}
