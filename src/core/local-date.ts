export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Monday first, as in ISO 8601. */
export const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** A day of the wall calendar: `2026-12-23`. In computations it is a day number, 0 being 1970-01-01. */
export type LocalDate = string;

/** A minute of the wall clock: `2026-12-23T17:00`. In computations it is minutes since 1970-01-01T00:00. */
export type LocalTime = string;

export const DAY_MINUTES = 1440;

const DAY_MS = 86_400_000;
const SHORT_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The number of a day of the Gregorian calendar; a day outside its month counts on into the next. */
export function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

export function daysInMonth(year: number, month: number): number {
  return dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
}

/** Null if `date` is not of the form or not in the calendar (`2027-02-29`). */
export function parseDate(date: LocalDate): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (match === null) return null;
  const day = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
  return formatDate(day) === date ? day : null;
}

/** Null if `time` is not of the form, not in the calendar or not on the clock. */
export function parseTime(time: LocalTime): number | null {
  const match = /^(.{10})T([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  const day = parseDate(match?.[1] ?? '');
  return day === null ? null : day * DAY_MINUTES + Number(match?.[2]) * 60 + Number(match?.[3]);
}

export function formatDate(day: number): LocalDate {
  return Number.isFinite(day) ? isoOf(day).slice(0, 10) : String(day);
}

export function formatTime(minute: number): LocalTime {
  return `${formatDate(Math.floor(minute / DAY_MINUTES))}T${clockText(minute)}`;
}

/** 0 Monday to 6 Sunday. */
export function weekdayIndex(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function weekdayOf(day: number): Weekday {
  return weekdays[weekdayIndex(day)] ?? 'mon';
}

export function yearOf(day: number): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

/** `Sat 2028-01-01`. */
export function dateText(day: number): string {
  return `${SHORT_NAMES[weekdayIndex(day)]} ${formatDate(day)}`;
}

/** `17:00`, of a minute of any day. */
export function clockText(minute: number): string {
  const ofDay = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const minutes = ofDay % 60;
  return `${pad((ofDay - minutes) / 60)}:${pad(minutes)}`;
}

/** `Sat 2028-01-01 17:00`. */
export function timeText(minute: number): string {
  return `${dateText(Math.floor(minute / DAY_MINUTES))} ${clockText(minute)}`;
}

/** `Mon-Wed, Sat`: some weekdays in the order of the week, runs of three and more drawn together. */
export function weekdaysText(days: readonly Weekday[]): string {
  const indexes = days.map((day) => weekdays.indexOf(day));
  const parts: string[] = [];
  for (let i = 0; i < indexes.length; ) {
    let last = i;
    while (indexes[last + 1] === (indexes[last] ?? 0) + 1) last++;
    const names = indexes.slice(i, last + 1).map((index) => SHORT_NAMES[index] ?? '');
    parts.push(...(names.length > 2 ? [`${names[0]}-${names.at(-1)}`] : names));
    i = last + 1;
  }
  return parts.join(', ');
}

function isoOf(day: number): string {
  return new Date(day * DAY_MS).toISOString();
}

function pad(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
