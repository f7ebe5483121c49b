import type { EpochMs } from '../machine/machine.js';
import type { CallerParty } from './queue/queue-event.js';
import type { Departure, QueueLogRow } from './queue/queue-log.js';
import type { StatisticsQuery } from './queue-statistics.js';

/** One caller who was not answered (A-166, "Abandoned"). */
export type AbandonedCall = {
  readonly at: EpochMs;
  readonly queue: string;
  readonly call: string;
  readonly party: CallerParty;
  readonly dialled: string;
  readonly waitMs: number;
  readonly why: Departure;
};

/** In the order in which they left. */
export function abandonedCalls(
  rows: Iterable<QueueLogRow>,
  { from, to, queues }: Pick<StatisticsQuery, 'from' | 'to' | 'queues'>,
): readonly AbandonedCall[] {
  const entered = new Map<string, Entered>();
  const calls: AbandonedCall[] = [];
  for (const row of rows) {
    if (row.type === 'connected') entered.delete(row.call);
    if (row.type === 'entered' && row.counted && row.at >= from && row.at < to) {
      if (queues.length === 0 || queues.includes(row.queue)) entered.set(row.call, row);
    }
    if (row.type !== 'left') continue;
    const visit = entered.get(row.call);
    if (visit === undefined) continue;
    entered.delete(row.call);
    const { queue, call, party, dialled } = visit;
    calls.push({ at: row.at, queue, call, party, dialled, waitMs: row.waitMs, why: row.why });
  }
  return calls;
}

type Entered = Extract<QueueLogRow, { type: 'entered' }>;
