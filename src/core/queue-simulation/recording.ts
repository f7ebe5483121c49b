import type { EpochMs } from '../../machine/machine.js';
import type { AgentEvent } from '../queue/queue-event.js';
import type { QueueLogRow } from '../queue/queue-log.js';
import type { SimulatedCall } from './arrival.js';
import { type Distribution, draw, type Random } from './distribution.js';
import { DEFAULT_BEHAVIOUR, type Scenario } from './simulation.js';

/** What of a recorded day is played again: who came when, how long they talked and waited, and when agents were there. */
export type Recording = Pick<Scenario, 'calls' | 'shifts' | 'durationMs'> & {
  readonly calls: readonly SimulatedCall[];
  /** How long agents let it ring before they answered, on average. */
  readonly answer: Distribution;
};

/**
 * Takes a period of the record of one queue for `simulate`. What did not happen has to be guessed: somebody who was
 * answered would have waited on for a time drawn from the mean patience (all waiting ÷ hang-ups, the estimate for
 * exponential patience of which only hang-ups are seen), and somebody who was not answered would have talked as long as
 * one who was, drawn at random.
 */
export function recordingOf(
  rows: Iterable<QueueLogRow>,
  queue: string,
  period: { readonly from: EpochMs; readonly to: EpochMs },
  random: Random,
): Recording {
  const { visits, shifts, rangMs } = read(rows, queue, period);
  const talks = visits.flatMap(({ talkMs }) => (talkMs === null ? [] : [talkMs]));
  const hangUps = visits.filter((visit) => visit.hungUp).length;
  const waitedMs = visits.reduce((sum, { waitMs }) => sum + waitMs, 0);
  const patience: Distribution =
    hangUps === 0 ? { type: 'never' } : { type: 'exponential', meanMs: waitedMs / hangUps };
  const calls = visits.map(
    ({ atMs, talkMs, waitMs, hungUp, dialled, priority }): SimulatedCall => ({
      atMs,
      talkMs: talkMs ?? talks[Math.floor(random() * talks.length)] ?? DEFAULT_TALK_MS,
      patienceMs: hungUp ? waitMs : waitMs + draw(patience, random),
      dialled,
      priority,
    }),
  );
  const meanMs = rangMs.reduce((sum, ms) => sum + ms, 0) / rangMs.length;
  const answer: Distribution = rangMs.length === 0 ? DEFAULT_BEHAVIOUR.answer : { type: 'constant', ms: meanMs };
  return { calls, shifts, durationMs: period.to - period.from, answer };
}

/** In a record without a single talk. */
const DEFAULT_TALK_MS = 180_000;

type Visit = {
  readonly atMs: number;
  readonly dialled: string;
  readonly priority: number;
  waitMs: number;
  hungUp: boolean;
  talkMs: number | null;
};

type Read = {
  readonly visits: readonly Visit[];
  readonly shifts: readonly { readonly atMs: number; readonly event: AgentEvent }[];
  readonly rangMs: readonly number[];
};

function read(
  rows: Iterable<QueueLogRow>,
  queue: string,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Read {
  const open = new Map<string, Visit>();
  const visits: Visit[] = [];
  const shifts: { readonly atMs: number; readonly event: AgentEvent }[] = [];
  const rangMs: number[] = [];
  for (const row of rows) {
    if (row.type === 'agentStatus') {
      const event = statusEvent(row, queue);
      if (event !== null && row.at < to) shifts.push({ atMs: Math.max(0, row.at - from), event });
      continue;
    }
    if (!('queue' in row) || row.queue !== queue) continue;
    switch (row.type) {
      case 'entered':
      case 'refused': {
        if (row.at < from || row.at >= to) break;
        const priority = row.type === 'entered' ? row.priority : 0;
        const { dialled, call } = row;
        const visit: Visit = { atMs: row.at - from, dialled, priority, waitMs: 0, hungUp: false, talkMs: null };
        visits.push(visit);
        if (row.type === 'entered') open.set(call, visit);
        break;
      }
      case 'connected':
      case 'left': {
        const visit = open.get(row.call);
        if (visit === undefined) break;
        visit.waitMs = row.waitMs;
        visit.hungUp = row.type === 'left' && row.why === 'abandoned';
        break;
      }
      case 'talkEnded': {
        const visit = open.get(row.call);
        if (visit !== undefined) visit.talkMs = row.talkMs;
        break;
      }
      case 'offerEnded':
        if (row.outcome === 'answered' && open.has(row.call)) rangMs.push(row.rangMs);
        break;
      case 'offered':
      case 'wrappedUp':
      case 'prioritised':
      case 'pickedUp':
        break;
    }
  }
  return { visits, shifts, rangMs };
}

/** Null: the machine did it by itself, and will do so again if it comes to that. */
function statusEvent(row: Extract<QueueLogRow, { type: 'agentStatus' }>, queue: string): AgentEvent | null {
  const { agent, status, reason, by } = row;
  if (by === 'auto') return null;
  if (status === 'offline' || !row.queues.includes(queue))
    return { type: 'agentLoggedOut', agent, queue: null, reason, by };
  if (status === 'away') return { type: 'agentAway', agent, reason: reason ?? 'Other', by };
  return { type: 'agentLoggedIn', agent, queue: null, singleCall: status === 'singleCall', reason, by };
}
