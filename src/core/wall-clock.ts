import { IANAZone } from 'luxon';
import type { EpochMs } from '../machine/machine.js';
import { timeText } from './local-date.js';

/** A span of time in which the wall clock of a zone runs evenly, `offsetMs` ahead of UTC. `until` is not in it. */
export type Stretch = { readonly from: EpochMs; readonly until: EpochMs; readonly offsetMs: number };

/** A jump of the wall clock: forward over a gap (`jumpMs` > 0), or back, so that a fold of the day comes twice. */
export type ClockChange = { readonly at: EpochMs; readonly jumpMs: number };

const MINUTE_MS = 60_000;
const WINDOW_MS = 365 * 86_400_000;
/** In the zone database of 1995 to 2040 no two changes of a zone are less than 7 days apart. */
const PROBE_MS = 5 * 86_400_000;

/** What is known of a zone; a memory of pure results, filled as they are asked for. */
type ZoneMemory = {
  readonly zone: IANAZone;
  readonly windows: Map<number, readonly Stretch[]>;
  last: Stretch;
  text: { readonly minute: number; readonly text: string };
};

const memories = new Map<string, ZoneMemory | null>();

/** Whether the zone database of the runtime (Intl) knows this IANA name. */
export function isTimeZone(name: string): boolean {
  return memoryOf(name) !== null;
}

/** Minutes since 1970-01-01T00:00 on the wall of `zone` at `at`; NaN in an unknown zone. */
export function wallMinute(at: EpochMs, zone: string): number {
  const stretch = stretchAt(at, zone);
  return stretch === null ? Number.NaN : minuteIn(stretch, at);
}

/** The same within a stretch at hand. */
export function minuteIn(stretch: Stretch, at: EpochMs): number {
  return Math.floor((at + stretch.offsetMs) / MINUTE_MS);
}

/** When the wall minute `minute` begins in `stretch`, were it to last for ever. */
export function instantIn(stretch: Stretch, minute: number): EpochMs {
  return minute * MINUTE_MS - stretch.offsetMs;
}

/** The even stretch around `at`, null in an unknown zone. It may end without a change of the clock. */
export function stretchAt(at: EpochMs, zone: string): Stretch | null {
  const memory = memoryOf(zone);
  if (memory === null) return null;
  if (at >= memory.last.from && at < memory.last.until) return memory.last;
  const index = Math.floor(at / WINDOW_MS);
  let window = memory.windows.get(index);
  if (window === undefined) {
    window = stretchesFrom(memory.zone, index * WINDOW_MS);
    memory.windows.set(index, window);
  }
  for (const stretch of window) {
    if (at >= stretch.until) continue;
    memory.last = stretch;
    return stretch;
  }
  return null;
}

/**
 * The first instant at which the wall of `zone` shows `minute` or, if that is in a gap, a later one (D-53). Null in an
 * unknown zone.
 */
export function firstInstant(minute: number, zone: string): EpochMs | null {
  let stretch = stretchAt((minute - 2 * 1440) * MINUTE_MS, zone); // no zone is that far ahead of UTC
  while (stretch !== null && minuteIn(stretch, stretch.until - 1) < minute) stretch = stretchAt(stretch.until, zone);
  return stretch === null ? null : Math.max(stretch.from, instantIn(stretch, minute));
}

/** The clock changes of `zone` after `from`, up to and with `to`. */
export function clockChanges(zone: string, from: EpochMs, to: EpochMs): ClockChange[] {
  const changes: ClockChange[] = [];
  for (let stretch = stretchAt(from, zone); stretch !== null && stretch.until <= to; ) {
    const next = stretchAt(stretch.until, zone);
    if (next !== null && next.offsetMs !== stretch.offsetMs)
      changes.push({ at: next.from, jumpMs: next.offsetMs - stretch.offsetMs });
    stretch = next;
  }
  return changes;
}

/** `Tue 2026-11-24 10:15 Europe/Berlin`, what explanations begin with. */
export function wallText(at: EpochMs, zone: string): string {
  const memory = memoryOf(zone);
  if (memory === null) return `unknown time zone ${zone}`;
  const minute = wallMinute(at, zone);
  if (memory.text.minute !== minute) memory.text = { minute, text: `${timeText(minute)} ${zone}` };
  return memory.text.text;
}

function memoryOf(name: string): ZoneMemory | null {
  let memory = memories.get(name);
  if (memory === undefined) {
    memory = null;
    if (IANAZone.isValidZone(name))
      memory = {
        zone: IANAZone.create(name),
        windows: new Map(),
        last: { from: 0, until: 0, offsetMs: 0 },
        text: { minute: Number.NaN, text: '' },
      };
    memories.set(name, memory);
  }
  return memory;
}

function stretchesFrom(zone: IANAZone, begin: EpochMs): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const end = begin + WINDOW_MS;
  let from = begin;
  let offset = zone.offset(begin);
  for (let probe = begin + PROBE_MS; probe <= end; probe += PROBE_MS) {
    const found = zone.offset(probe);
    if (found === offset) continue;
    const change = firstWith(zone, found, probe - PROBE_MS, probe);
    stretches.push({ from, until: change, offsetMs: offset * MINUTE_MS });
    from = change;
    offset = found;
  }
  if (from < end) stretches.push({ from, until: end, offsetMs: offset * MINUTE_MS });
  return stretches;
}

/** The first instant in (`before`, `after`] whose offset is `offset`. Changes come at whole seconds. */
function firstWith(zone: IANAZone, offset: number, before: EpochMs, after: EpochMs): EpochMs {
  let low = before / 1000;
  let high = after / 1000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle * 1000) === offset) high = middle;
    else low = middle;
  }
  return high * 1000;
}
