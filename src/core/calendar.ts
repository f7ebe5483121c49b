import type { EpochMs } from '../machine/machine.js';
import { type CompiledFrame, compileFrame } from './compiled-frame.js';
import { nextChange } from './frame-change.js';
import { DAY_MINUTES, formatDate, formatTime, type LocalDate, type LocalTime, yearOf } from './local-date.js';
import { holds, type TimeFrame } from './time-frame.js';
import { clockChanges, wallMinute } from './wall-clock.js';

/** An enabled rule, or anything else that a frame selects; null always holds, as the Default rule does (D-1). */
export type CalendarRule = { readonly name: string; readonly frame: TimeFrame | null };

/** What holds from `from` to before `until`: the frames of these rules, of which the topmost wins (D-59). */
export type CalendarSlice = {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly holds: readonly string[];
  /** Null where no rule holds. */
  readonly winner: string | null;
};

/** A clock change of a zone that a frame is evaluated in: what the wall showed before it, and what after. */
export type CalendarEdge = {
  readonly at: EpochMs;
  readonly zone: string;
  readonly kind: 'gap' | 'fold';
  readonly jumpMs: number;
  readonly before: LocalTime;
  readonly after: LocalTime;
};

/** A day of a holiday frame; observed for another if `actual` differs (D-57). */
export type CalendarHoliday = {
  readonly rule: string;
  readonly day: LocalDate;
  readonly actual: LocalDate;
  readonly names: readonly string[];
};

export type Calendar = {
  readonly zone: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly slices: readonly CalendarSlice[];
  readonly edges: readonly CalendarEdge[];
  readonly holidays: readonly CalendarHoliday[];
};

/** What of `rules`, top-down, holds when in [`from`, `until`); `zone` is the one to inherit (D-39). */
export function calendarOf(rules: readonly CalendarRule[], from: EpochMs, until: EpochMs, zone: string): Calendar {
  return {
    zone,
    from,
    until,
    slices: slicesOf(rules, from, until, zone),
    edges: [...zonesOf(rules, zone)].flatMap((used) => edgesOf(used, from, until)).sort((a, b) => a.at - b.at),
    holidays: rules.flatMap(({ name, frame }) =>
      frame === null ? [] : holidaysOf(name, compileFrame(frame), from, until, zone),
    ),
  };
}

/** The topmost rule that holds at `at`. */
export function winnerAt(rules: readonly CalendarRule[], at: EpochMs, zone: string): CalendarRule | null {
  return rules.find(({ frame }) => frame === null || holds(compileFrame(frame), at, zone)) ?? null;
}

/**
 * When after `at` another rule wins, and which; null if none does within 50 years. Only the end of the winner or the
 * beginning of a rule above it can bring that about, so what lies below is not asked.
 */
export function nextWinner(
  rules: readonly CalendarRule[],
  at: EpochMs,
  zone: string,
): { readonly at: EpochMs; readonly rule: CalendarRule | null } | null {
  const before = winnerAt(rules, at, zone);
  const asked = before === null ? rules : rules.slice(0, rules.indexOf(before) + 1);
  const change = least(changesOf(asked, at, zone));
  return change === null ? null : { at: change, rule: winnerAt(rules, change, zone) };
}

function slicesOf(rules: readonly CalendarRule[], from: EpochMs, until: EpochMs, zone: string): CalendarSlice[] {
  const slices: CalendarSlice[] = [];
  const pending = changesOf(rules, from, zone);
  for (let at = from; at < until; ) {
    const end = Math.min(least(pending) ?? until, until);
    const holding = rules.filter(({ frame }) => frame === null || holds(compileFrame(frame), at, zone));
    slices.push({ from: at, until: end, holds: holding.map(({ name }) => name), winner: holding[0]?.name ?? null });
    advance(pending, rules, end, zone);
    at = end;
  }
  return slices;
}

function changesOf(rules: readonly CalendarRule[], at: EpochMs, zone: string): (EpochMs | null)[] {
  return rules.map(({ frame }) => (frame === null ? null : nextChange(frame, at, zone)));
}

/** Asks anew those whose change has come. */
function advance(pending: (EpochMs | null)[], rules: readonly CalendarRule[], at: EpochMs, zone: string): void {
  for (const [index, { frame }] of rules.entries())
    if (frame !== null && pending[index] === at) pending[index] = nextChange(frame, at, zone);
}

function least(changes: readonly (EpochMs | null)[]): EpochMs | null {
  const known = changes.filter((change) => change !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function zonesOf(rules: readonly CalendarRule[], zone: string): ReadonlySet<string> {
  const zones = new Set([zone]);
  const add = (frame: CompiledFrame, inherited: string): void => {
    const own = frame.zone ?? inherited;
    zones.add(own);
    if (frame.kind === 'union') for (const child of frame.children) add(child, own);
  };
  for (const { frame } of rules) if (frame !== null) add(compileFrame(frame), zone);
  return zones;
}

function edgesOf(zone: string, from: EpochMs, until: EpochMs): CalendarEdge[] {
  return clockChanges(zone, from, until - 1).map(({ at, jumpMs }) => ({
    at,
    zone,
    kind: jumpMs > 0 ? 'gap' : 'fold',
    jumpMs,
    before: formatTime(wallMinute(at - 1, zone)),
    after: formatTime(wallMinute(at, zone)),
  }));
}

function holidaysOf(
  rule: string,
  frame: CompiledFrame,
  from: EpochMs,
  until: EpochMs,
  zone: string,
): CalendarHoliday[] {
  const own = frame.zone ?? zone;
  if (frame.kind === 'union') return frame.children.flatMap((child) => holidaysOf(rule, child, from, until, own));
  if (frame.kind !== 'spans') return [];
  const first = Math.floor(wallMinute(from, own) / DAY_MINUTES);
  const last = Math.floor(wallMinute(until - 1, own) / DAY_MINUTES);
  const found: CalendarHoliday[] = [];
  for (const { holidays } of frame.spans)
    for (let year = yearOf(first); holidays !== null && year <= yearOf(last); year++)
      for (const { day, actual, names } of holidays.in(year))
        if (day >= first && day <= last) found.push({ rule, day: formatDate(day), actual: formatDate(actual), names });
  return found;
}
