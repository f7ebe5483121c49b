import { checkFrame } from '../core/frame-check.js';
import type { LocalTime } from '../core/local-date.js';
import { type FrameKind, type TimeFrame, type TimeRange, type Weekday, weekdays } from '../core/time-frame.js';
import { compileHolidays } from './holidays.js';
import { didYouMean, problemText } from './problem.js';
import { compileRecurrence } from './recurrence.js';
import { fail, failName, type Scope } from './scope.js';
import type { DatesFile, TimeFrameFile, WeekFile } from './time-frame-file.js';
import type { Spot } from './yaml-file.js';
import { checkTimeZone } from './zone.js';

/** Where the parts of a frame are written, by their path in the compiled frame: `days.mon`, `intervals.0`. */
export type FrameSpots = Map<string, Spot>;

type Frames = Readonly<Record<string, TimeFrameFile>>;

/** The shared time frames by name. `country`: whose list of holidays is meant unless a frame says otherwise. */
export function compileTimeFrames(frames: Frames, country: string, scope: Scope): ReadonlyMap<string, TimeFrame> {
  const compiled = new Map<string, TimeFrame>();
  for (const [name, frame] of Object.entries(frames)) {
    if (name === 'default' || name.trim() === '') {
      const message = 'a time frame cannot have this name; "default" is the rule that holds when no other does';
      failName(scope, frames, name, message);
      continue;
    }
    if (frame !== 'always' && frame.timezone !== undefined) checkTimeZone(frame.timezone, frame, 'timezone', scope);
    if (frame !== 'always' && 'any' in frame) checkParts(name, frame.any, frames, scope);
    const spots: FrameSpots = new Map();
    const timeZone = frame === 'always' ? 'inherit' : (frame.timezone ?? 'inherit');
    const alone: TimeFrame = { name, timeZone, owner: null, ...compileKind(frame, country, scope, spots) };
    reportFaults(alone, spots, { holder: frames, key: name }, scope);
    compiled.set(name, alone);
  }
  return new Map([...compiled].map(([name, frame]) => [name, withParts(frame, frames, compiled, [])]));
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

/** Puts the frames into a custom one that it is made of. `above`: what it is itself a part of, against going in circles. */
function withParts(
  frame: TimeFrame,
  frames: Frames,
  compiled: ReadonlyMap<string, TimeFrame>,
  above: readonly string[],
): TimeFrame {
  const written = frames[frame.name];
  if (written === undefined || written === 'always' || !('any' in written)) return frame;
  const { name, timeZone, owner } = frame;
  const children = written.any.flatMap((part) => {
    const child = compiled.get(part);
    return child === undefined || part === name || above.includes(part)
      ? []
      : [withParts(child, frames, compiled, [...above, name])];
  });
  return { name, timeZone, owner, kind: 'custom', children };
}

/** What is wrong with a frame beyond its shape, each thing once for `mon-fri`. Its parts report for themselves. */
function reportFaults(frame: TimeFrame, spots: FrameSpots, whole: Spot, { file, findings }: Scope): void {
  const said = new Set<string>();
  for (const { code, severity, path, message, suggestions } of checkFrame(frame)) {
    if (code === 'unknownZone' || path[0] === 'children') continue; // reported above
    const place = file.placeOf(spotOf(path, spots) ?? whole);
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

function checkParts(name: string, parts: readonly string[], frames: Frames, scope: Scope): void {
  parts.forEach((part, index) => {
    if (!(part in frames)) {
      const message = `there is no time frame ${JSON.stringify(part)}${didYouMean(part, Object.keys(frames))}`;
      fail(scope, parts, index, message);
    } else if (isPartOf(name, part, frames, [])) {
      fail(scope, parts, index, `${JSON.stringify(name)} would be a part of itself`);
    }
  });
}

function isPartOf(name: string, whole: string, frames: Frames, above: readonly string[]): boolean {
  if (whole === name) return true;
  const frame = frames[whole];
  if (frame === undefined || frame === 'always' || !('any' in frame) || above.includes(whole)) return false;
  return frame.any.some((part) => isPartOf(name, part, frames, [...above, whole]));
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
