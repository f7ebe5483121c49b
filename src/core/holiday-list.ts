import Holidays from 'date-holidays';
import { parseDate } from './local-date.js';

/** A holiday that a country or subdivision has in the bundled list (the package `date-holidays`). */
export type ListedHoliday = {
  /** English where there is an English name, else that of the country's first language. */
  readonly name: string;
  /** In every language the list has it, also `name`. */
  readonly names: readonly string[];
  /** The most public one, where the list has several rules of that name. */
  readonly type: (typeof types)[number];
};

/** One holiday of one year: its first day as day number and how many days it lasts. */
export type HolidaySpan = { readonly day: number; readonly days: number };

export type HolidayListError =
  | { readonly code: 'unknownCountry'; readonly suggestions: readonly string[] }
  | { readonly code: 'unknownRegion'; readonly suggestions: readonly string[] }
  | { readonly code: 'unknownHoliday'; readonly suggestions: readonly string[] };

/** The opened list of one place, and what was computed from it; a memory of pure results. */
type Place = {
  readonly list: Holidays;
  readonly rules: readonly (ListedHoliday & { readonly rule: string })[];
  readonly years: Map<number, readonly Dated[]>;
};

type Dated = HolidaySpan & { readonly rule: string; readonly substitute: boolean };

const types = ['public', 'bank', 'optional', 'school', 'observance'] as const;
const DAY_MS = 86_400_000;
const places = new Map<string, Place>();
const world = new Holidays();

/** The holidays that can be picked in a place, in the order of the list. */
export function listedHolidays(country: string, region: string | null): readonly ListedHoliday[] | HolidayListError {
  const place = placeOf(country, region);
  if ('code' in place) return place;
  const seen = new Map<string, ListedHoliday>();
  for (const { name, names, type } of place.rules) {
    const before = seen.get(name)?.type ?? type;
    seen.set(name, { name, names, type: types.indexOf(before) < types.indexOf(type) ? before : type });
  }
  return [...seen.values()];
}

/** Null if the holiday is known there, by any of its names, whatever the case. */
export function checkListed(country: string, region: string | null, name: string): HolidayListError | null {
  const place = placeOf(country, region);
  if ('code' in place) return place;
  if (rulesNamed(place, name).size > 0) return null;
  return {
    code: 'unknownHoliday',
    suggestions: similar(
      name,
      place.rules.flatMap((rule) => rule.names),
    ),
  };
}

/**
 * The spans of a holiday that begin in `year`, ascending; two in a year that has two (the Islamic calendar), none for
 * what is not in the list. The list's own substitute days are left out: which day is taken off instead is decided by
 * the observed rules of the frame (D-57). What the law moves altogether (King's Day, April 26 instead of a Sunday) stays.
 */
export function listedSpans(
  country: string,
  region: string | null,
  name: string,
  year: number,
): readonly HolidaySpan[] {
  const place = placeOf(country, region);
  if ('code' in place) return [];
  const rules = rulesNamed(place, name);
  if (rules.size === 0) return [];
  const near = [year - 1, year, year + 1]
    .flatMap((y) => datesOf(place, y))
    .filter((holiday) => rules.has(holiday.rule));
  const actual = near.filter((holiday) => !holiday.substitute);
  const from = parseDate(`${year}-01-01`) ?? 0;
  const to = parseDate(`${year}-12-31`) ?? 0;
  const days = new Map<number, HolidaySpan>();
  for (const holiday of near) {
    if (holiday.day < from || holiday.day > to || days.has(holiday.day)) continue;
    if (holiday.substitute && actual.some((other) => Math.abs(other.day - holiday.day) < 14)) continue;
    days.set(holiday.day, { day: holiday.day, days: holiday.days });
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

/** Up to five of `candidates` that `text` may have meant, the nearest first. */
export function similar(text: string, candidates: readonly string[]): readonly string[] {
  const wanted = folded(text);
  const ranked = [...new Set(candidates)].flatMap((candidate) => {
    const found = folded(candidate);
    const distance = found.includes(wanted) || wanted.includes(found) ? 1 : editDistance(wanted, found);
    return distance <= Math.max(2, wanted.length / 3) ? [{ candidate, distance }] : [];
  });
  return ranked
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 5)
    .map(({ candidate }) => candidate);
}

function placeOf(country: string, region: string | null): Place | HolidayListError {
  const key = region === null ? country : `${country}.${region}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const countries = world.getCountries('en');
  if (!Object.hasOwn(countries, country)) {
    const byName = Object.keys(countries).filter((code) => folded(countries[code] ?? '').includes(folded(country)));
    return {
      code: 'unknownCountry',
      suggestions: [...new Set([...byName, ...similar(country, Object.keys(countries))])],
    };
  }
  const [state, part] = region?.split('.', 2) ?? [];
  const states = world.getStates(country) ?? {};
  if (state !== undefined && !Object.hasOwn(states, state))
    return { code: 'unknownRegion', suggestions: Object.keys(states) };
  const parts = state === undefined ? {} : (world.getRegions(country, state) ?? {});
  if (state !== undefined && part !== undefined && !Object.hasOwn(parts, part))
    return { code: 'unknownRegion', suggestions: Object.keys(parts).map((code) => `${state}.${code}`) };
  const place = open(key);
  places.set(key, place);
  return place;
}

/** UTC as zone: `start` and `end` then have the wall fields as their UTC fields, whatever the zone of the host. */
function open(key: string): Place {
  const list = new Holidays(key, { timezone: 'UTC' });
  const languages = ['en', ...list.getLanguages()];
  const rules = list.getRules().flatMap((entry) => {
    const { rule, names, type } = readRule(entry);
    const all = [...new Set(names.values())];
    const name = languages.map((language) => names.get(language)).find((text) => text !== undefined) ?? all[0];
    return name === undefined ? [] : [{ rule, name, names: all, type }];
  });
  return { list, rules, years: new Map() };
}

/** A rule of the list as it is; one that a subdivision takes out of its country's list has no name. */
function readRule(entry: object) {
  const rule = 'rule' in entry && typeof entry.rule === 'string' ? entry.rule : '';
  const name: unknown = 'name' in entry ? entry.name : undefined;
  const type: unknown = 'type' in entry ? entry.type : undefined;
  const names = new Map<string, string>();
  if (typeof name === 'string') names.set('en', name);
  if (typeof name === 'object' && name !== null)
    for (const [language, text] of Object.entries(name)) if (typeof text === 'string') names.set(language, text);
  return { rule, names, type: types.find((known) => known === type) ?? 'public' };
}

function datesOf(place: Place, year: number): readonly Dated[] {
  let dates = place.years.get(year);
  if (dates === undefined) {
    dates = place.list.getHolidays(year).flatMap(({ date, start, end, rule, substitute }) => {
      const day = parseDate(date.slice(0, 10));
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
      return day === null ? [] : [{ day, days, rule, substitute: substitute === true }];
    });
    place.years.set(year, dates);
  }
  return dates;
}

function rulesNamed(place: Place, name: string): ReadonlySet<string> {
  const wanted = folded(name);
  return new Set(place.rules.filter((rule) => rule.names.some((n) => folded(n) === wanted)).map(({ rule }) => rule));
}

/** Without case, accents and kinds of apostrophe. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'").trim().toLowerCase();
}

/** Levenshtein's distance: how many letters must be put in, taken out or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replace = (above[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(replace, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
