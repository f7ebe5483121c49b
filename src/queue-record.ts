import type { Logger } from 'pino';
import type { ServerConfig } from './config/config.js';
import { interruptedRows } from './core/queue/interruption.js';
import type { Clock } from './machine/clock.js';
import type { Store } from './store/store.js';
import type { QueueRecords } from './switch/queue-records.js';

const DAY_MS = 86_400_000;
/** Nobody waits or talks longer than a crash is looked back for. */
const LOOKED_BACK_MS = 2 * DAY_MS;

/** What queues leave behind goes into the store; what somebody should look after, into the log. */
export function queueRecords(store: Store, log: Logger, clock: Clock): QueueRecords {
  return {
    agents: (domain) => {
      closeInterrupted(store, domain, clock.now());
      return store.loadAgents(domain);
    },
    saveAgent: (domain, agent) => store.saveAgent(domain, agent),
    queueEvent: (domain, row) => store.addQueueRow(domain, row),
    parkEvent: (domain, row) => store.addParkRow(domain, row),
    notice: (domain, notice) => log.warn({ domain, ...notice }, 'agent'),
  };
}

/** A crash leaves callers in the record who wait for ever: they are closed before anybody new enters. */
function closeInterrupted(store: Store, domain: string, now: number): void {
  const rows = store.queueRows({ domain, from: now - LOOKED_BACK_MS, to: now });
  for (const row of interruptedRows(rows)) store.addQueueRow(domain, row);
}

/** Takes what is too old out of the record, now and every day. */
export function pruneDaily(
  store: Store,
  domains: () => Iterable<string>,
  keep: () => ServerConfig['keep'],
  clock: Clock,
): { stop(): void } {
  const prune = () => {
    const { queueEventsMs, rankingsMs } = keep();
    const now = clock.now();
    for (const domain of domains()) {
      store.pruneQueueLog({
        domain,
        before: now - queueEventsMs,
        rankingsBefore: now - Math.min(rankingsMs, queueEventsMs),
      });
    }
    timer = clock.after(DAY_MS, prune);
  };
  let timer = clock.after(0, prune);
  return { stop: () => timer.cancel() };
}
