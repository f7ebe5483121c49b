import { IANAZone } from 'luxon';
import type { EpochMs } from '../machine/machine.js';

const MINUTE_MS = 60_000;

/** Whether the runtime's zone database (Intl) knows this IANA name. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** What a clock on the wall of `zone` shows at `at`, as minutes since 1970-01-01T00:00 on that wall. */
export function wallMinute(at: EpochMs, zone: string): number {
  return Math.floor(at / MINUTE_MS + IANAZone.create(zone).offset(at));
}
