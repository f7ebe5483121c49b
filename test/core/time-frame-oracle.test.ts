import { expect, test } from 'vitest';
import { nextChange, occurrences } from '../../src/core/frame-change.js';
import { matches, type TimeFrame, type TimeRange } from '../../src/core/time-frame.js';
import { clockChanges } from '../../src/core/wall-clock.js';
import { fc } from '../support/property.js';
import { minute, names, oracle, zones } from './frame-oracle.js';
import { custom, dates, every, fixed, holidays, week } from './sample-frames.js';
import { dateFrom, type WallReading, wallJumps, wallReading } from './wall-reading.js';

// Minute by minute through Intl.DateTimeFormat around the clock changes of 20 zones in 10 years, against frames made to
// hit them. STROWGER_EXHAUSTIVE=1 takes every change with many frames instead of a sample.
const years = Array.from({ length: 10 }, (_, i) => 2018 + i);
const exhaustive = process.env['STROWGER_EXHAUSTIVE'] === '1';

type Jump = { readonly zone: string; readonly at: number };

const jumps = zones.flatMap((zone) => years.flatMap((year) => wallJumps(zone, year).map((at): Jump => ({ zone, at }))));
const taken = jumps.filter((_, i) => exhaustive || i % 15 === 0);

const readings = new Map<string, WallReading>();

/** Remembers readings while one clock change is looked at. */
function reading(at: number, zone: string): WallReading {
  const key = `${zone} ${at}`;
  let found = readings.get(key);
  if (found === undefined) {
    found = wallReading(at, zone);
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
        const expected = runsOf(oracle(frame, jump.zone, reading), from, until);
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
