import { checkFrame } from '../core/frame-check.js';
import type { LocalTime } from '../core/local-date.js';
import { type FrameKind, type TimeFrame, type TimeRange, type Weekday, weekdays } from '../core/time-frame.js';
import { assembled, checkParts, type FramesFile } from './custom-frame.js';
import { compileHolidays } from './holidays.js';
import { type Place, problemText } from './problem.js';
import { compileRecurrence } from './recurrence.js';
import { failName, lineOf, type Scope } from './scope.js';
import type { DatesFile, TimeFrameFile, WeekFile } from './time-frame-file.js';
import type { Spot } from './yaml-file.js';
import { checkTimeZone } from './zone.js';

/** Where the parts of a frame are written, by their path in the compiled frame: `days.mon`, `intervals.0`. */
export type FrameSpots = Map<string, Spot>;

/** Whose frames are compiled. */
export type FrameSetting = {
  /** Whose list of holidays is meant unless a frame says otherwise. */
  readonly country: string;
  /** Extension of the user whose private frames they are; null: they are shared. */
  readonly owner: string | null;
  /** Frames that are there besides, and whose names are taken. */
  readonly shared: ReadonlyMap<string, TimeFrame>;
};

/** Time frames by name. */
export function compileTimeFrames(
  frames: FramesFile,
  setting: FrameSetting,
  scope: Scope,
): ReadonlyMap<string, TimeFrame> {
  const { country, owner, shared } = setting;
  const compiled = new Map<string, TimeFrame>();
  for (const [name, frame] of Object.entries(frames)) {
    if (!checkName(frames, name, owner, scope)) continue;
    if (frame !== 'always' && 'any' in frame) checkParts(name, frame, frames, shared, scope);
    compiled.set(name, compileTimeFrame(name, frame, { holder: frames, key: name }, { country, owner }, scope));
  }
  return assembled(compiled, frames, shared);
}

/** One frame, a custom one without its parts. `whole`: where it is written. */
export function compileTimeFrame(
  name: string,
  frame: TimeFrameFile,
  whole: Spot,
  { country, owner }: Omit<FrameSetting, 'shared'>,
  scope: Scope,
): TimeFrame {
  if (frame !== 'always' && frame.timezone !== undefined) checkTimeZone(frame.timezone, frame, 'timezone', scope);
  const spots: FrameSpots = new Map();
  const timeZone = frame === 'always' ? 'inherit' : (frame.timezone ?? 'inherit');
  const alone: TimeFrame = { name, timeZone, owner, ...compileKind(frame, country, scope, spots) };
  reportFaults(alone, spots, whole, scope);
  return alone;
}

function checkName(frames: FramesFile, name: string, owner: string | null, scope: Scope): boolean {
  if (name === 'default' || name.trim() === '') {
    const message = 'a time frame cannot have this name; "default" is the rule that holds when no other does';
    failName(scope, frames, name, message);
    return false;
  }
  const taken = owner === null ? undefined : scope.names.frames.get(name);
  if (taken !== undefined) {
    const message = `a shared time frame has this name already, at line ${lineOf(scope, taken)}; choose another`;
    failName(scope, frames, name, message);
  }
  return taken === undefined;
}

function compileKind(frame: TimeFrameFile, country: string, scope: Scope, spots: FrameSpots): FrameKind {
  if (frame === 'always') return { kind: 'always' };
  if ('days' in frame) return compileWeek(frame, scope, spots);
  if ('dates' in frame) return compileDates(frame, spots);
  if ('holidays' in frame) return compileHolidays(frame, country, spots);
  if ('any' in frame) return { kind: 'custom', children: [] };
  spots.set('until', { holder: frame, key: 'until' });
  return { kind: 'toggle', on: frame.switched, until: frame.until === undefined ? null : localTime(frame.until) };
}

/** What is wrong with a frame beyond its shape, each thing once for `mon-fri`. Its parts report for themselves. */
function reportFaults(frame: TimeFrame, spots: FrameSpots, whole: Spot, { file, findings }: Scope): void {
  const said = new Set<string>();
  for (const { code, severity, path, message, suggestions } of checkFrame(frame)) {
    if (code === 'unknownZone' || path[0] === 'children') continue; // reported above
    const spot = spotOf(path, spots);
    const place = file.placeOf(spot !== null && file.has(spot.holder) ? spot : whole);
    // What is wrong in it was left out, and is reported.
    const isReported = ({ file, path }: Place) => file === place.file && path.startsWith(`${place.path}.`);
    if (code === 'neverMatches' && findings.errors.some(isReported)) continue;
    const meant = suggestions[0] === undefined ? '' : `; did you mean ${JSON.stringify(suggestions[0])}?`;
    const problem = { ...place, message: `${message}${meant}` };
    const text = problemText(problem);
    if (!said.has(text)) findings[severity === 'error' ? 'errors' : 'warnings'].push(problem);
    said.add(text);
  }
}

/** Where the longest part of `path` stands of which that is known. */
function spotOf(path: readonly (string | number)[], spots: FrameSpots): Spot | null {
  for (let length = path.length; length > 0; length--) {
    const spot = spots.get(path.slice(0, length).join('.'));
    if (spot !== undefined) return spot;
  }
  return null;
}

function compileWeek(frame: WeekFile, scope: Scope, spots: FrameSpots): FrameKind {
  const days: { [weekday in Weekday]?: TimeRange[] } = {};
  const saidBy = new Map<Weekday, string>();
  for (const [names, value] of Object.entries(frame.days)) {
    const ranges = (typeof value === 'string' ? [value] : value).map(readRange);
    for (const day of namedDays(names)) {
      const before = saidBy.get(day);
      if (before !== undefined) {
        const message = `${day} is given twice, here and in ${JSON.stringify(before)}; give all its ranges in one place`;
        failName(scope, frame.days, names, message);
        continue;
      }
      saidBy.set(day, names);
      days[day] = ranges;
      spots.set(`days.${day}`, { holder: frame.days, key: names });
      if (typeof value === 'string') continue;
      for (const index of value.keys()) spots.set(`days.${day}.${index}`, { holder: value, key: index });
    }
  }
  spots.set('days', { holder: frame, key: 'days' });
  if (frame.repeats === undefined) return { kind: 'week', days, recurrence: null };
  spots.set('recurrence', { holder: frame, key: 'repeats' });
  return { kind: 'week', days, recurrence: { ...compileRecurrence(frame.repeats), start: frame.repeats.from } };
}

function compileDates(frame: DatesFile, spots: FrameSpots): FrameKind {
  spots.set('recurrence', { holder: frame, key: 'repeats' });
  const intervals = frame.dates.map((written, index) => {
    spots.set(`intervals.${index}`, { holder: frame.dates, key: index });
    const [from = '', to = from] = written.split(/ +- +/);
    // Without times: from the first minute of the first day to the last of the last.
    return { from: localTime(from, '00:00'), to: localTime(to, '23:59') };
  });
  const recurrence = frame.repeats === undefined ? null : compileRecurrence(frame.repeats);
  return { kind: 'dates', intervals, recurrence };
}

/** `2026-12-24 9:00` as `2026-12-24T09:00`; a date alone gets `time`. */
function localTime(written: string, time = '00:00'): LocalTime {
  const [date = '', clock = time] = written.split(/[ T]/);
  return `${date}T${clock.padStart(5, '0')}`;
}

const DAYS: readonly string[] = weekdays;

/** `mon-wed, sat` as days; `sat-mon` goes round the end of the week. */
export function namedDays(names: string): Weekday[] {
  return names.split(',').flatMap((part) => {
    const [first = '', last = first] = part.trim().split('-');
    const from = DAYS.indexOf(first);
    const count = ((DAYS.indexOf(last) - from + 7) % 7) + 1;
    return Array.from({ length: count }, (_, step) => weekdays[(from + step) % 7] ?? 'mon');
  });
}

/** D-40: the last minute is included. */
export function readRange(text: string): TimeRange {
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return { start: startHour * 60 + startMinute, end: endHour * 60 + endMinute };
}
