import type { EpochMs } from '../machine/machine.js';
import { type Calendar, type CalendarRule, calendarOf } from './calendar.js';
import { clockText, DAY_MINUTES, dateText, dayNumber, daysInMonth, formatDate, weekdayIndex } from './local-date.js';
import { firstInstant, wallMinute } from './wall-clock.js';

/** A part of one day in which the same rule wins. */
type Bar = { readonly from: EpochMs; readonly until: EpochMs; readonly rule: number };

type Day = { readonly day: number; readonly from: EpochMs; readonly until: EpochMs; readonly bars: readonly Bar[] };

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
const MONTH_NAMES = [...MONTHS, 'November', 'December'];
const COLOURS = ['#2f6fb5', '#c8553d', '#3d8b5f', '#b58a2f', '#7a4fa3', '#2a9d9d', '#a34f6f', '#6b7f2a', '#8c6d5a'];
const UNRULED = '#ffffff';
const DEFAULT_COLOUR = '#d8dade';

// Geometry [px]
const COLUMN = 124;
const BAR = 72;
const LABEL = 42;
const ROW = 15;
const TOP = 74;
const LEFT = 12;

/**
 * The year of `zone` on one page, as SVG text: a column for each month, a bar of 24 hours for each day (of 23 or 25
 * where the clock changes), coloured by the rule that wins. Holidays and observed days carry a mark, and every day says
 * its times when pointed at. `rules` are top-down. Null in an unknown zone.
 */
export function yearSheet(title: string, rules: readonly CalendarRule[], year: number, zone: string): string | null {
  const first = dayNumber(year, 1, 1);
  const last = dayNumber(year, 12, 31);
  const from = firstInstant(first * DAY_MINUTES, zone);
  const until = firstInstant((last + 1) * DAY_MINUTES, zone);
  if (from === null || until === null) return null;
  const calendar = calendarOf(rules, from, until, zone);
  const days = daysOf(calendar, rules, first, last);
  const width = LEFT * 2 + COLUMN * 12;
  const height = TOP + 31 * ROW + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="10">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="16" font-weight="bold">${escaped(`${title} ${year}`)}</text>`,
    `<text x="${width - LEFT}" y="22" text-anchor="end">${escaped(zone)}</text>`,
    ...legend(rules),
    ...MONTH_NAMES.map((name, i) => `<text x="${LEFT + i * COLUMN}" y="${TOP - 6}" font-weight="bold">${name}</text>`),
    ...days.flatMap((day) => drawDay(day, year, calendar, rules)),
    '</svg>',
    '',
  ].join('\n');
}

/** Cuts the slices at the midnights of the zone, and draws together those that the same rule wins. */
function daysOf({ slices, zone, until }: Calendar, rules: readonly CalendarRule[], first: number, last: number): Day[] {
  const days: Day[] = [];
  let index = 0;
  for (let day = first; day <= last; day++) {
    const from = firstInstant(day * DAY_MINUTES, zone) ?? until;
    const end = firstInstant((day + 1) * DAY_MINUTES, zone) ?? until;
    const bars: Bar[] = [];
    for (let slice = slices[index]; slice !== undefined && slice.from < end; slice = slices[++index]) {
      const rule = rules.findIndex(({ name }) => name === slice?.winner);
      const bar = { from: Math.max(slice.from, from), until: Math.min(slice.until, end), rule };
      const before = bars.at(-1);
      if (before?.rule === rule) bars[bars.length - 1] = { ...bar, from: before.from };
      else bars.push(bar);
      if (slice.until > end) break; // the rest of it belongs to the next day
    }
    if (end > from) days.push({ day, from, until: end, bars }); // a zone may skip a whole day
  }
  return days;
}

function drawDay(
  { day, from, until, bars }: Day,
  year: number,
  calendar: Calendar,
  rules: readonly CalendarRule[],
): string[] {
  const { month, dayOfMonth } = monthOf(day, year);
  const x = LEFT + (month - 1) * COLUMN;
  const y = TOP + (dayOfMonth - 1) * ROW;
  const at = (instant: EpochMs) => round(x + LABEL + ((instant - from) / (until - from)) * BAR);
  const weight = weekdayIndex(day) > 4 ? ' font-weight="bold"' : '';
  const edge = calendar.edges.find((e) => e.zone === calendar.zone && e.at >= from && e.at < until);
  const holidays = calendar.holidays.filter((holiday) => holiday.day === formatDate(day));
  const lines = [
    dateText(day),
    ...bars.map((bar) => barText(bar, until, calendar.zone, rules)),
    ...holidays.map((h) => `${h.names.join(' and ')}${h.actual === h.day ? '' : ` of ${h.actual} observed`}`),
    ...(edge === undefined ? [] : [`clock change ${edge.before.slice(11)} to ${edge.after.slice(11)}`]),
  ];
  return [
    `<g><title>${escaped(lines.join('\n'))}</title>`,
    `<text x="${x}" y="${y + 10}"${weight}>${dateText(day).slice(0, 2)} ${dayOfMonth}</text>`,
    ...bars.map(
      (bar) =>
        `<rect x="${at(bar.from)}" y="${y + 2}" width="${round(at(bar.until) - at(bar.from))}" height="${ROW - 4}" fill="${colour(bar.rule, rules)}"/>`,
    ),
    ...(edge === undefined
      ? []
      : [`<path d="M${at(edge.at)} ${y}v${ROW}" stroke="#000000" stroke-dasharray="2 1" class="edge"/>`]),
    ...holidays
      .slice(0, 1)
      .map(
        (h) =>
          `<circle cx="${x + LABEL - 5}" cy="${y + 7}" r="2.5" fill="${h.actual === h.day ? '#c8102e' : '#ffffff'}" stroke="#c8102e"/>`,
      ),
    '</g>',
  ];
}

function barText(bar: Bar, dayEnd: EpochMs, zone: string, rules: readonly CalendarRule[]): string {
  const end = bar.until === dayEnd ? '24:00' : clockText(wallMinute(bar.until, zone));
  return `${clockText(wallMinute(bar.from, zone))}-${end} ${rules[bar.rule]?.name ?? 'no rule'}`;
}

function legend(rules: readonly CalendarRule[]): string[] {
  let x = LEFT;
  return rules.flatMap(({ name }, index) => {
    const at = x;
    x += 28 + name.length * 6;
    return [
      `<rect x="${at}" y="36" width="12" height="10" fill="${colour(index, rules)}"/>`,
      `<text x="${at + 16}" y="45">${escaped(name)}</text>`,
    ];
  });
}

function colour(rule: number, rules: readonly CalendarRule[]): string {
  if (rule < 0) return UNRULED;
  return rules[rule]?.frame === null ? DEFAULT_COLOUR : (COLOURS[rule % COLOURS.length] ?? DEFAULT_COLOUR);
}

function monthOf(day: number, year: number): { readonly month: number; readonly dayOfMonth: number } {
  let month = 1;
  let dayOfMonth = day - dayNumber(year, 1, 1) + 1;
  while (dayOfMonth > daysInMonth(year, month)) dayOfMonth -= daysInMonth(year, month++);
  return { month, dayOfMonth };
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
