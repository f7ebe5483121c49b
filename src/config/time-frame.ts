import { type TimeFrame, type TimeRange, type Weekday, weekdays } from '../core/time-frame.js';
import { fail, type Scope, warn } from './scope.js';
import type { TimeFrameFile } from './time-frame-file.js';
import { checkTimeZone } from './zone.js';

type Days = { [weekday in Weekday]?: TimeRange[] };

/** The shared time frames by name. `frames` is the value of the key `timeFrames`. */
export function compileTimeFrames(
  frames: Readonly<Record<string, TimeFrameFile>>,
  scope: Scope,
): ReadonlyMap<string, TimeFrame> {
  const compiled = new Map<string, TimeFrame>();
  for (const [name, frame] of Object.entries(frames)) {
    if (name === 'default' || name.trim() === '') {
      const message = 'a time frame cannot have this name; "default" is the rule that holds when no other does';
      scope.findings.errors.push({ ...scope.file.keyPlace(frames, name), message });
      continue;
    }
    compiled.set(name, compileTimeFrame(name, frame, scope));
  }
  return compiled;
}

function compileTimeFrame(name: string, frame: TimeFrameFile, scope: Scope): TimeFrame {
  if (frame === 'always') return { name, timeZone: 'inherit', owner: null, kind: 'always' };
  if (frame.timezone !== undefined) checkTimeZone(frame.timezone, frame, 'timezone', scope);
  return {
    name,
    timeZone: frame.timezone ?? 'inherit',
    owner: null,
    kind: 'week',
    days: compileDays(frame.days, scope),
    recurrence: null,
  };
}

function compileDays(written: Readonly<Record<string, string | readonly string[]>>, scope: Scope): Days {
  const days: Days = {};
  const saidBy = new Map<Weekday, string>();
  for (const [names, value] of Object.entries(written)) {
    const ranges = (typeof value === 'string' ? [value] : value).map(readRange);
    const place = typeof value === 'string' ? ([written, names] as const) : null;
    ranges.forEach((range, index) => {
      if (range.start !== range.end) return;
      const [holder, key] = place ?? [value, index];
      fail(scope, holder, key, 'the range begins and ends at the same minute; the whole day is "00:00-23:59"'); // D-51
    });
    if (overlap(ranges)) warn(scope, written, names, 'the ranges of the day overlap; they count as one'); // D-52
    for (const day of namedDays(names)) {
      const before = saidBy.get(day);
      if (before !== undefined) {
        const message = `${day} is given twice, here and in ${JSON.stringify(before)}; give all its ranges in one place`;
        scope.findings.errors.push({ ...scope.file.keyPlace(written, names), message });
        continue;
      }
      saidBy.set(day, names);
      days[day] = ranges;
    }
  }
  return days;
}

const DAYS: readonly string[] = weekdays;

/** `mon-wed, sat` as days; `sat-mon` goes round the end of the week. */
function namedDays(names: string): Weekday[] {
  return names.split(',').flatMap((part) => {
    const [first = '', last = first] = part.trim().split('-');
    const from = DAYS.indexOf(first);
    const count = ((DAYS.indexOf(last) - from + 7) % 7) + 1;
    return Array.from({ length: count }, (_, step) => weekdays[(from + step) % 7] ?? 'mon');
  });
}

/** D-40: the last minute is included. */
function readRange(text: string): TimeRange {
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return { start: startHour * 60 + startMinute, end: endHour * 60 + endMinute };
}

/** Ranges that merely touch, as in 09:00-12:00 and 12:00-17:00, are not worth a word. */
function overlap(ranges: readonly TimeRange[]): boolean {
  const sorted = ranges
    .map(({ start, end }) => ({ start, end: end < start ? 1440 : end }))
    .sort((a, b) => a.start - b.start);
  return sorted.some((range, index) => range.start < (sorted[index - 1]?.end ?? 0));
}
