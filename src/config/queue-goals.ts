import {
  COLOURED_COLUMNS,
  type ColouredColumn,
  NO_GOALS,
  pickColumns,
  type QueueGoals,
  type Thresholds,
} from '../core/queue-report.js';
import { durationMs } from './duration.js';
import type { GoalsFile, LimitFile } from './queue-file.js';
import { fail, type Scope } from './scope.js';

/** What the queues of a domain are measured by. */
export function compileGoals(written: GoalsFile | undefined, scope: Scope): QueueGoals {
  if (written === undefined) return NO_GOALS;
  const thresholds = new Map<ColouredColumn, Thresholds>();
  const list = written.thresholds ?? {};
  for (const id of COLOURED_COLUMNS) {
    const form = list[id];
    if (form === undefined) continue;
    const [holder, upperKey, upper] = typeof form === 'object' ? [form, 'upper', form.upper] : [list, id, form];
    const limits = {
      lower:
        typeof form !== 'object' || form.lower === undefined ? null : limitOf(id, holder, 'lower', form.lower, scope),
      upper: limitOf(id, holder, upperKey, upper, scope),
    };
    if (limits.lower !== null && limits.lower > limits.upper) {
      fail(scope, holder, 'lower', 'is above upper; yellow comes before red');
    }
    thresholds.set(id, limits);
  }
  const { serviceLevel } = written;
  return { slaMs: serviceLevel === undefined ? NO_GOALS.slaMs : (durationMs(serviceLevel) ?? 0), thresholds };
}

/** In the unit of the column: a count, ms, or a rate from 0 to 1. */
function limitOf(id: ColouredColumn, holder: object, key: string, written: LimitFile, scope: Scope): number {
  const [unit] = pickColumns([id]).map((column) => column.unit);
  const percent = typeof written === 'string' && written.endsWith('%');
  if (unit === 'percent') {
    if (!percent) fail(scope, holder, key, `${id} is a rate; expected a percentage, such as 10%`);
    return Number.parseFloat(String(written)) / 100;
  }
  if (unit === 'minutes') {
    const ms = typeof written === 'string' && !percent ? durationMs(written) : null;
    if (ms === null) fail(scope, holder, key, `${id} is a time; expected a duration, such as 40s`);
    return ms ?? 0;
  }
  if (typeof written === 'string') fail(scope, holder, key, `${id} is a count; expected a number, such as 5`);
  return Number.parseFloat(String(written));
}
