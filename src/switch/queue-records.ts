import type { ParkLogRow } from '../core/queue/park.js';
import type { SavedAgent } from '../core/queue/queue-effect.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';

/** Why somebody should look after an agent (D-37): logged out after a missed call, or his phone does not answer. */
export type AgentNotice = {
  readonly agent: string;
  readonly queue: string;
  readonly reason: 'auto:missed' | 'unreachable';
};

/**
 * What the queues of a domain leave behind. `main.ts` ties it to the store; all of it is written behind, in order, and
 * nothing waits for it. Rows of a call are found by its `call`, which is the id of the call record.
 */
export interface QueueRecords {
  /** Agents as they were saved last (D-36). Asked once per domain, before its first call. */
  agents(domain: string): Iterable<SavedAgent>;
  saveAgent(domain: string, agent: SavedAgent): void;
  queueEvent(domain: string, row: QueueLogRow): void;
  parkEvent(domain: string, row: ParkLogRow): void;
  notice(domain: string, notice: AgentNotice): void;
}
