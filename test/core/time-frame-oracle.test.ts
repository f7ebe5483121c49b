import { expect, test } from 'vitest';
import { nextChange, occurrences } from '../../src/core/frame-change.js';
import { matches, type TimeFrame, type TimeRange, type Weekday } from '../../src/core/time-frame.js';
import { clockChanges } from '../../src/core/wall-clock.js';
import { fc } from '../support/property.js';
import { custom, dates, every, fixed, holidays, week } from './sample-frames.js';
import { dateFrom, type WallReading, wallJumps, wallReading } from './wall-reading.js';

// Minute by minute through Intl.DateTimeFormat around the clock changes of 20 zones in 10 years, against frames made to
// hit them. STROWGER_EXHAUSTIVE=1 takes every change with many frames instead of a sample.
const zones = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin', // winter time is the exception there
  'Atlantic/Azores', // changes at midnight and 01:00
  'Africa/Casablanca', // four changes a year, around Ramadan
  'Africa/Cairo', // gap at midnight
  'Asia/Beirut', // gap at midnight
  'Asia/Gaza',
  'Asia/Tehran', // half hours; given up in 2022
  'America/New_York',
  'America/St_Johns', // half hours
  'America/Havana', // gap at midnight
  'America/Sao_Paulo', // gap at midnight; given up in 2019
  'America/Santiago', // 24:00
  'America/Asuncion',
  'America/Nuuk', // new rules in 2023
  'Antarctica/Troll', // two hours
  'Australia/Lord_Howe', // half an hour
  'Pacific/Chatham', // 12:45 ahead
  'Pacific/Apia',
];
const years = Array.from({ length: 10 }, (_, i) => 2018 + i);
const exhaustive = process.env['STROWGER_EXHAUSTIVE'] === '1';
const names: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

type Jump = { readonly zone: string; readonly at: number };

const jumps = zones.flatMap((zone) => years.flatMap((year) => wallJumps(zone, year).map((at): Jump => ({ zone, at }))));
const taken = jumps.filter((_, i) => exhaustive || i % 15 === 0);

/** The rule of a frame as a list of starts: on which days, from which minute, for how long. Written from the spec. */
type Plain = { readonly on: (date: string, weekday: number) => boolean; readonly from: number; readonly to: number };

function plain(frame: TimeFrame): readonly Plain[] {
  switch (frame.kind) {
    case 'week': {
      const start = frame.recurrence?.start;
      const monday = (date: string) => Date.parse(date) / 86_400_000 - ((new Date(date).getUTCDay() + 6) % 7);
      const inStep = (date: string) =>
        start === undefined ||
        (date >= start && ((monday(date) - monday(start)) / 7) % (frame.recurrence?.interval ?? 1) === 0);
      return names.flatMap((name, index) =>
        (frame.days[name] ?? []).map((r) => ({
          ...minutes(r),
          on: (date, weekday) => weekday === index && inStep(date),
        })),
      );
    }
    case 'dates':
      return frame.intervals.map(({ from, to }) => {
        const days = (Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000;
        const first = from.slice(0, 10);
        const on = (date: string) => (frame.recurrence === null ? date === first : date >= first);
        return { on, from: minute(from), to: minute(to) + days * 1440 };
      });
    case 'holidays': {
      const days = frame.holidays.map((rule) => (rule.type === 'fixed' ? `${rule.month}-${rule.day}` : ''));
      return [
        {
          ...minutes(frame.range),
          on: (date) => days.includes(`${Number(date.slice(5, 7))}-${Number(date.slice(8))}`),
        },
      ];
    }
    case 'always':
    case 'custom':
    case 'toggle':
      return [];
  }
}

function minutes({ start, end }: TimeRange) {
  return { from: start, to: end < start ? end + 1440 : end };
}

function minute(time: string): number {
  return Number(time.slice(11, 13)) * 60 + Number(time.slice(14));
}

/** Starts up to two days back are looked at, which covers the frames made below. */
function oracle(frame: TimeFrame, zone: string): (at: number) => boolean {
  const own = frame.timeZone === 'inherit' ? zone : frame.timeZone;
  if (frame.kind === 'custom') {
    const children = frame.children.map((child) => oracle(child, own));
    return (at) => children.some((child) => child(at));
  }
  const rules = plain(frame);
  return (at) => {
    const { time, weekday, days } = reading(at, own);
    return rules.some(({ on, from, to }) =>
      days.some((date, back) => {
        const now = minute(time) + back * 1440;
        return now >= from && now <= to && on(date, (weekday + 7 - back) % 7);
      }),
    );
  };
}

const readings = new Map<string, WallReading & { readonly days: readonly string[] }>();

/** Remembers readings, with their day and the two before it, while one clock change is looked at. */
function reading(at: number, zone: string) {
  const key = `${zone} ${at}`;
  let found = readings.get(key);
  if (found === undefined) {
    const { time, weekday } = wallReading(at, zone);
    found = { time, weekday, days: [0, 1, 2].map((back) => dateFrom(time.slice(0, 10), -back)) };
    readings.set(key, found);
  }
  return found;
}

/** Frames whose bounds lie near the clock change. */
function framesAround({ zone, at }: Jump): fc.Arbitrary<TimeFrame> {
  const today = wallReading(at, zone).time;
  const date = today.slice(0, 10);
  const near = fc.oneof(
    fc.integer({ min: 0, max: 1439 }),
    fc.integer({ min: -70, max: 130 }).map((d) => (minute(today) + d + 1440) % 1440),
  );
  const range = fc
    .tuple(near, near)
    .filter(([start, end]) => start !== end)
    .map(([start, end]): TimeRange => ({ start, end }));
  const ranges = fc.array(range, { minLength: 1, maxLength: 2 });
  const day = fc.integer({ min: -2, max: 1 });
  const dayName = (offset: number) => names[(wallReading(at, zone).weekday + 7 + offset) % 7] ?? 'sun';
  const weekly = fc.array(fc.tuple(day, ranges), { minLength: 1, maxLength: 3 }).map((rows) => {
    const days = Object.fromEntries(rows.map(([offset, found]) => [dayName(offset), found]));
    return { ...week({}), days };
  });
  const stepped = fc.tuple(weekly, fc.integer({ min: -15, max: 1 })).map(
    ([frame, offset]): TimeFrame => ({
      ...frame,
      recurrence: { ...every('weekly', { interval: 2 }), start: dateFrom(date, offset) },
    }),
  );
  const clock = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
  const interval = fc.tuple(day, range, fc.integer({ min: 0, max: 1 })).map(([offset, { start, end }, longer]) => {
    const last = dateFrom(date, offset + longer + (end < start ? 1 : 0));
    return `${dateFrom(date, offset)}T${clock(start)} ${last}T${clock(end)}`;
  });
  const dated = fc.array(interval, { minLength: 1, maxLength: 2 }).map((found) => dates(found));
  const daily = fc.tuple(day, range).map(([offset, { start, end }]) => {
    const last = dateFrom(date, offset + (end < start ? 1 : 0));
    return dates([`${dateFrom(date, offset)}T${clock(start)} ${last}T${clock(end)}`], every('daily'));
  });
  const holiday = fc.tuple(day, range).map(([offset, r]) => {
    const on = dateFrom(date, offset);
    return holidays([fixed(Number(on.slice(5, 7)), Number(on.slice(8)))], { range: r, observed: null });
  });
  const leaf = fc.oneof<fc.Arbitrary<TimeFrame>[]>(weekly, stepped, dated, daily, holiday);
  const elsewhere = fc
    .tuple(leaf, fc.constantFrom(...zones))
    .map(([frame, timeZone]): TimeFrame => ({ ...frame, timeZone }));
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: fc.tuple(leaf, elsewhere).map((both) => custom(both)) },
  );
}

test('D-53: the clock changes of 20 zones in 10 years are those that the wall shows', () => {
  for (const zone of zones) {
    const found = clockChanges(zone, Date.UTC(years[0] ?? 0, 0, 1), Date.UTC((years.at(-1) ?? 0) + 1, 0, 1));
    expect(found.map((change) => change.at)).toEqual(jumps.filter((jump) => jump.zone === zone).map((jump) => jump.at));
  }
});

test('D-53: every minute around a clock change matches as the wall reads; changes and occurrences are exact', () => {
  for (const jump of taken) {
    readings.clear();
    const from = jump.at - 30 * 3_600_000;
    const until = jump.at + 30 * 3_600_000;
    const property = fc.property(
      framesAround(jump),
      fc.array(fc.integer({ min: 0, max: until - from - 1 }), { maxLength: 5 }),
      (frame, offsets) => {
        const expected = runsOf(oracle(frame, jump.zone), from, until);
        expect(runsOf((at) => matches(frame, at, jump.zone), from, until)).toEqual(expected);
        expect(occurrences(frame, from, until, jump.zone)).toEqual(expected);
        const changes = expected.flatMap((run) => [run.from, run.until]).filter((at) => at > from && at < until);
        for (const at of [from, jump.at - 1, jump.at, ...offsets.map((offset) => from + offset)]) {
          const next = nextChange(frame, at, jump.zone);
          expect(next !== null && next < until ? next : null).toBe(changes.find((change) => change > at) ?? null);
        }
      },
    );
    fc.assert(property, { numRuns: exhaustive ? 10 : 2, seed: jump.at / 60_000 });
  }
}, 600_000);

function runsOf(active: (at: number) => boolean, from: number, until: number) {
  const runs: { from: number; until: number }[] = [];
  for (let at = from; at < until; at += 60_000) {
    if (!active(at)) continue;
    const last = runs.at(-1);
    if (last?.until === at) last.until = at + 60_000;
    else runs.push({ from: at, until: at + 60_000 });
  }
  return runs;
}
