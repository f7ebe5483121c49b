import type { EpochMs } from '../../machine/machine.js';
import type { QueueLogRow } from './queue-log.js';

/**
 * The rows that a record lacks because the exchange went down while callers waited or talked: each is closed at the
 * time of the last row there is. `rows` in order, from before the first of these calls on.
 */
export function interruptedRows(rows: Iterable<QueueLogRow>): QueueLogRow[] {
  const open = new Map<string, Open>();
  let at: EpochMs = 0;
  for (const row of rows) {
    at = Math.max(at, row.at);
    switch (row.type) {
      case 'entered':
        open.set(row.call, { queue: row.queue, since: row.at, agent: null });
        break;
      case 'connected':
        if (open.has(row.call)) open.set(row.call, { queue: row.queue, since: row.at, agent: row.agent });
        break;
      case 'left':
      case 'talkEnded':
        open.delete(row.call);
        break;
      case 'refused':
      case 'offered':
      case 'offerEnded':
      case 'wrappedUp':
      case 'agentStatus':
      case 'prioritised':
      case 'pickedUp':
      case 'noted':
        break;
    }
  }
  return [...open].map(([call, { queue, since, agent }]) =>
    agent === null
      ? { at, type: 'left', queue, call, why: 'lost', waitMs: at - since, by: null }
      : { at, type: 'talkEnded', queue, call, agent, talkMs: at - since },
  );
}

/** `agent`: with whom the caller talks; null: he waits. */
type Open = { readonly queue: string; readonly since: EpochMs; readonly agent: string | null };
