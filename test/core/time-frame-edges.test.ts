import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { clockText, formatTime } from '../../src/core/local-date.js';
import { matches, type TimeFrame, type TimeRange } from '../../src/core/time-frame.js';
import { clockChanges, wallMinute } from '../../src/core/wall-clock.js';
import { names, oracle, zones } from './frame-oracle.js';
import { custom, dates, every, fixed, holidays, week } from './sample-frames.js';
import { dateFrom, type WallReading, wallReading } from './wall-reading.js';

// Every clock change of 20 zones in 10 years: frames with their bounds at the change, asked at every minute that could be
// told wrongly, by the program and by two witnesses that share nothing with it: what Intl shows on the wall, and what the IANA
// database says of when the clocks change (test/vectors/clock-changes.json).
type Zone = { readonly ahead: number; readonly changes: readonly (readonly [at: string, ahead: number])[] };
const table: Readonly<Record<string, Zone>> = JSON.parse(readFileSync('test/vectors/clock-changes.json', 'utf8'));

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const instants = new Map(zones.map((zone) => [zone, (table[zone]?.changes ?? []).map(([at]) => Date.parse(at))]));

/** Minutes ahead of UTC, by the table. */
function aheadAt(at: number, zone: string): number {
  const past = (instants.get(zone) ?? []).filter((change) => change <= at).length;
  return table[zone]?.changes[past - 1]?.[1] ?? table[zone]?.ahead ?? 0;
}

/** What the wall shows, by the table: a calendar of UTC that is moved by the difference. */
function tabled(at: number, zone: string): WallReading {
  const wall = new Date(at + aheadAt(at, zone) * MINUTE_MS);
  return { time: wall.toISOString().slice(0, 16), weekday: wall.getUTCDay() };
}

/** Remembers what it has read. */
function remembering(read: typeof wallReading): typeof wallReading {
  const readings = new Map<string, WallReading>();
  return (at, zone) => {
    const key = `${zone} ${at}`;
    const found = readings.get(key) ?? read(at, zone);
    readings.set(key, found);
    return found;
  };
}

/** The change itself, its neighbours, and an hour or a day away, where a wrong difference would still show. */
const DISTANCES = [0, 1, 15, 29, 30, 31, 59, 60, 61, 89, 90, 119, 120, 121, 180, 1439, 1440, 1441];
const minutesAround = [...DISTANCES.map((minutes) => -minutes), ...DISTANCES.slice(1)];

/** Frames that begin or end where the clock jumps from or to, in the zone of evaluation and in a neighbour's. */
function framesAt(at: number, zone: string): TimeFrame[] {
  const before = wallReading(at - MINUTE_MS, zone).time; // the last minute before
  const after = wallReading(at, zone).time; // the first one after
  const [date, next] = [before.slice(0, 10), dateFrom(before.slice(0, 10), 1)];
  const [last, first] = [clockOf(before), clockOf(after)];
  const day = names[wallReading(at - MINUTE_MS, zone).weekday] ?? 'sun';
  const half = (minute: number, by: number): number => (minute + by + 1440) % 1440;
  const ranges = [
    { start: last, end: half(first, 60) },
    { start: first, end: half(first, 30) },
    { start: half(last, -30), end: last },
    { start: half(last, -30), end: half(last, 30) }, // into the gap, or through the fold
    { start: 1320, end: 360 }, // the night
  ].filter(({ start, end }) => start !== end);
  const onDay = (range: TimeRange): TimeFrame => ({ ...week({}), days: { [day]: [range] } });
  const from = half(last, -30);
  const [on, month] = [Number(date.slice(8)), Number(date.slice(5, 7))];
  return [
    ...ranges.map(onDay),
    dates([`${date}T${clockText(from)} ${next}T${clockText(first)}`]),
    dates([`${date}T${clockText(from)} ${first < from ? next : date}T${clockText(first)}`], every('daily')),
    holidays([fixed(month, on)], { observed: null }),
    custom([{ ...onDay({ start: last, end: half(last, 90) }), timeZone: 'Europe/Berlin' }]),
  ];
}

function clockOf(time: string): number {
  return Number(time.slice(11, 13)) * 60 + Number(time.slice(14));
}

describe.each(zones)('D-53 %s', (zone) => {
  const changes = table[zone]?.changes ?? [];
  const intl = remembering(wallReading);
  const known = remembering(tabled);

  test('D-53: the clock changes are those of the IANA database', () => {
    const found = clockChanges(zone, Date.UTC(2016, 0, 1), Date.UTC(2026, 0, 1));
    const listed = changes.map(([at]) => Date.parse(at));
    expect(found.map(({ at }) => at)).toEqual(listed.filter((at) => at >= Date.UTC(2016, 0, 1)));
    for (const { at, jumpMs } of found) {
      const jump = aheadAt(at, zone) - aheadAt(at - 1, zone);
      expect([new Date(at), jumpMs]).toEqual([new Date(at), jump * MINUTE_MS]);
    }
  });

  test('D-53: at every change the wall shows what both witnesses say, and so do the frames', () => {
    const wrong: string[] = [];
    for (const [written] of changes) {
      const change = Date.parse(written);
      const asked = minutesAround.map((minutes) => change + minutes * MINUTE_MS);
      asked.push(change - 1, change + 1, change - 25 * HOUR_MS, change + 25 * HOUR_MS);
      for (const at of asked) {
        const shown = formatTime(wallMinute(at, zone));
        if (shown !== intl(at, zone).time || shown !== known(at, zone).time)
          wrong.push(`${written}: ${at} is ${shown}`);
      }
      for (const frame of framesAt(change, zone)) {
        const witnesses = [oracle(frame, zone, intl), oracle(frame, zone, known)];
        for (const at of asked) {
          const found = matches(frame, at, zone);
          if (witnesses.every((says) => says(at) === found)) continue;
          wrong.push(`${new Date(at).toISOString()}: ${found} for ${JSON.stringify(frame)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 600_000);
});

it('D-53: the changes are many, with gaps and folds of half an hour, an hour, two hours and a day', () => {
  const jumps = zones.flatMap((zone) => {
    const { ahead, changes } = table[zone] ?? { ahead: 0, changes: [] };
    return changes.map(([, next], i) => next - (changes[i - 1]?.[1] ?? ahead));
  });
  expect(jumps.length).toBeGreaterThan(300);
  expect([...new Set(jumps)].sort((a, b) => a - b)).toEqual([-120, -60, -30, 30, 60, 120]);
});
