import type { Departure, OfferOutcome, QueueLogEntry, QueueLogRow } from '../../src/core/queue/queue-log.js';
import { SALES } from './queue/acd-stage.js';

export const DAY = Date.UTC(2026, 10, 23, 8);
export const MINUTE = 60_000;

/** Rows of whole calls: `at` in minutes after 8:00 UTC, waits and talks in seconds. */
export class Day {
  readonly rows: QueueLogRow[] = [];

  add(atMin: number, entry: QueueLogEntry): this {
    this.rows.push({ at: DAY + atMin * MINUTE, ...entry });
    this.rows.sort((a, b) => a.at - b.at);
    return this;
  }

  enter(atMin: number, call: string, inQueue = SALES, dialled = '+15551000', counted = true): this {
    const party = { name: call, number: '555' };
    return this.add(atMin, { type: 'entered', queue: inQueue, call, party, dialled, counted, priority: 0 });
  }

  answered(atMin: number, call: string, by: string, waitS: number, talkS: number, wrapS = 0, inQueue = SALES): this {
    const start = atMin + waitS / 60;
    const end = start + talkS / 60;
    this.enter(atMin, call, inQueue).offerEnded(start, call, by, 'answered', inQueue);
    this.add(start, { type: 'connected', queue: inQueue, call, agent: by, waitMs: waitS * 1000 });
    this.add(end, { type: 'talkEnded', queue: inQueue, call, agent: by, talkMs: talkS * 1000 });
    if (wrapS === 0) return this;
    const wrapUpMs = wrapS * 1000;
    return this.add(end + wrapS / 60, { type: 'wrappedUp', queue: inQueue, call, agent: by, wrapUpMs, reason: null });
  }

  left(atMin: number, call: string, why: Departure, waitS: number, inQueue = SALES): this {
    this.enter(atMin, call, inQueue);
    return this.add(atMin + waitS / 60, { type: 'left', queue: inQueue, call, why, waitMs: waitS * 1000, by: null });
  }

  offerEnded(atMin: number, call: string, by: string, outcome: OfferOutcome, inQueue = SALES): this {
    return this.add(atMin, { type: 'offerEnded', queue: inQueue, call, agent: by, offer: 1, outcome, rangMs: 5000 });
  }

  status(
    atMin: number,
    id: string,
    status: 'online' | 'offline' | 'away' | 'singleCall',
    reason: string | null = null,
  ): this {
    const queues = status === 'offline' ? [] : [SALES];
    return this.add(atMin, { type: 'agentStatus', agent: id, status, reason, queues, by: id });
  }
}
