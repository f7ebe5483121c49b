import type { EpochMs } from '../machine/machine.js';
import type { QueueLogRow } from './queue/queue-log.js';

/** How an agent spent a period. Times in ms, clipped to the period. */
export type AgentAvailability = {
  readonly agent: string;
  /** LI: in any status but offline. */
  readonly loggedInMs: number;
  /** AM: taking calls, talking included; of it under a custom status: `statuses`. */
  readonly availableMs: number;
  /** Away: `Lunch`, `Break`, `Meeting` … and the domain's own; and custom statuses that take calls. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly talkMs: number;
  readonly wrapUpMs: number;
  /** Talk and wrap-up as a part of the time available; null if never available. */
  readonly occupancy: number | null;
};

export type AvailabilityQuery = {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Logged in to any of these; none means any queue at all. */
  readonly queues: readonly string[];
};

/**
 * `rows` in order, from the last status of each agent before `from` on. Who is not mentioned is not in the answer; who
 * has no status yet is offline.
 */
export function agentAvailability(rows: Iterable<QueueLogRow>, query: AvailabilityQuery): readonly AgentAvailability[] {
  const tally = new AvailabilityTally(query);
  for (const row of rows) tally.add(row);
  return tally.availability();
}

/** Counts row by row. */
export class AvailabilityTally {
  readonly #query: AvailabilityQuery;
  readonly #agents = new Map<string, Spent>();

  constructor(query: AvailabilityQuery) {
    this.#query = query;
  }

  add(row: QueueLogRow): void {
    const { from, to, queues } = this.#query;
    switch (row.type) {
      case 'agentStatus': {
        if (row.at >= to) return;
        const spent = spentBy(this.#agents, row.agent);
        book(spent, from, row.at);
        const isIn = queues.length === 0 ? row.queues.length > 0 : row.queues.some((some) => queues.includes(some));
        const takesCalls = row.status === 'online' || row.status === 'singleCall';
        spent.now = isIn && row.status !== 'offline' ? { since: row.at, takesCalls, label: row.reason } : null;
        return;
      }
      case 'talkEnded':
        if (queues.length === 0 || queues.includes(row.queue))
          spentBy(this.#agents, row.agent).talkMs += overlap(row.at - row.talkMs, row.at, from, to);
        return;
      case 'wrappedUp':
        if (queues.length === 0 || queues.includes(row.queue))
          spentBy(this.#agents, row.agent).wrapUpMs += overlap(row.at - row.wrapUpMs, row.at, from, to);
        return;
      case 'entered':
      case 'refused':
      case 'offered':
      case 'offerEnded':
      case 'connected':
      case 'left':
      case 'prioritised':
      case 'pickedUp':
      case 'noted':
        return;
    }
  }

  /** Up to the end of the period, in order of agent. */
  availability(): readonly AgentAvailability[] {
    const agents = [...this.#agents].sort(([a], [b]) => (a < b ? -1 : 1));
    return agents.map(([agent, spent]) => {
      book(spent, this.#query.from, this.#query.to);
      spent.now = null;
      const { loggedInMs, availableMs, statuses, talkMs, wrapUpMs } = spent;
      const occupancy = availableMs === 0 ? null : Math.min(1, (talkMs + wrapUpMs) / availableMs);
      return { agent, loggedInMs, availableMs, statuses: Object.fromEntries(statuses), talkMs, wrapUpMs, occupancy };
    });
  }
}

type Spent = {
  now: { readonly since: EpochMs; readonly takesCalls: boolean; readonly label: string | null } | null;
  loggedInMs: number;
  availableMs: number;
  readonly statuses: Map<string, number>;
  talkMs: number;
  wrapUpMs: number;
};

function spentBy(agents: Map<string, Spent>, agent: string): Spent {
  let spent = agents.get(agent);
  if (spent === undefined) {
    spent = { now: null, loggedInMs: 0, availableMs: 0, statuses: new Map(), talkMs: 0, wrapUpMs: 0 };
    agents.set(agent, spent);
  }
  return spent;
}

/** Books the status that an agent has had until now. */
function book(spent: Spent, from: EpochMs, until: EpochMs): void {
  if (spent.now === null) return;
  const { since, takesCalls, label } = spent.now;
  const ms = Math.max(0, until - Math.max(since, from));
  spent.loggedInMs += ms;
  if (takesCalls) spent.availableMs += ms;
  if (label !== null) spent.statuses.set(label, (spent.statuses.get(label) ?? 0) + ms);
}

function overlap(start: EpochMs, end: EpochMs, from: EpochMs, to: EpochMs): number {
  return Math.max(0, Math.min(end, to) - Math.max(start, from));
}
