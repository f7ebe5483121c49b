import type { EpochMs } from '../machine/machine.js';
import { compileFrame } from './compiled-frame.js';
import { nextStart } from './frame-change.js';
import { DAY_MINUTES, parseDate, parseTime } from './local-date.js';
import { type Recurrence, recurrenceText } from './recurrence.js';
import type { TimeFrame } from './time-frame.js';

/** A line of the list of time frames. */
export type FrameSummary = {
  readonly name: string;
  /** Extension, or null for the domain. */
  readonly owner: string | null;
  readonly when: string;
  readonly recurrence: string;
  /** `never`, a date, or `after 5 times`. */
  readonly ends: string;
  /** When it begins to hold next. */
  readonly nextOn: EpochMs | null;
};

/** `zone` is the one to inherit (D-39). */
export function summariseFrame(frame: TimeFrame, at: EpochMs, zone: string): FrameSummary {
  const { name, owner } = frame;
  return { name, owner, when: whenText(frame), ...recurrenceOf(frame), nextOn: nextStart(frame, at, zone) };
}

/** The times of a frame in words, without how they recur: `Mon-Fri 09:00-17:00`. */
export function whenText(frame: TimeFrame): string {
  switch (frame.kind) {
    case 'always':
      return 'always';
    case 'week':
    case 'dates':
      return spansText({ ...frame, recurrence: null });
    case 'holidays':
      return spansText(frame);
    case 'custom':
      return frame.children.map((child) => `${child.name} (${whenText(child)})`).join(' or ') || 'never';
    case 'toggle':
      return 'switched by hand';
  }
}

function spansText(frame: TimeFrame): string {
  const compiled = compileFrame(frame);
  return (compiled.kind === 'spans' ? compiled.text : '') || 'never';
}

function recurrenceOf(frame: TimeFrame): Pick<FrameSummary, 'recurrence' | 'ends'> {
  switch (frame.kind) {
    case 'always':
    case 'toggle':
      return { recurrence: 'does not recur', ends: 'never' };
    case 'week':
      if (frame.recurrence === null) return { recurrence: 'every week', ends: 'never' };
      return recurring(frame.recurrence, parseDate(frame.recurrence.start));
    case 'dates': {
      const from = parseTime(frame.intervals[0]?.from ?? '');
      if (frame.recurrence !== null)
        return recurring(frame.recurrence, from === null ? null : Math.floor(from / DAY_MINUTES));
      const ends = frame.intervals.map(({ to }) => to.slice(0, 10)).sort();
      return { recurrence: 'does not recur', ends: ends.at(-1) ?? 'never' };
    }
    case 'holidays':
      return {
        recurrence: frame.year === null ? 'every year' : `in ${frame.year} only`,
        ends: frame.until ?? (frame.year === null ? 'never' : `${frame.year}-12-31`),
      };
    case 'custom':
      return { recurrence: 'each part by itself', ends: 'never' };
  }
}

function recurring(rule: Recurrence, first: number | null): Pick<FrameSummary, 'recurrence' | 'ends'> {
  const ends = rule.until ?? (rule.count === null ? 'never' : `after ${rule.count} times`);
  return { recurrence: first === null ? 'never' : recurrenceText({ ...rule, until: null, count: null }, first), ends };
}
