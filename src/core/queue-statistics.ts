import { DateTime } from 'luxon';
import type { EpochMs } from '../machine/machine.js';
import type { Departure, QueueLogRow } from './queue/queue-log.js';

/** What is counted. Calls belong to the moment they entered the queue, and are followed to their end. */
export type StatisticsQuery = {
  /** Entered at or after. */
  readonly from: EpochMs;
  /** Entered before. */
  readonly to: EpochMs;
  /** none means all. */
  readonly queues: readonly string[];
  /** None means all. With some, as by agent, what they did is counted instead of what callers met. */
  readonly agents: readonly string[];
  readonly by: 'queue' | 'agent' | 'number' | Interval;
  /** */
  readonly slaMs: number;
};

/** By time of entry, in wall-clock intervals of a zone. */
export type Interval = { readonly each: 'quarter' | 'hour' | 'day'; readonly zone: string };

export const DEFAULT_SLA_MS = 60_000;

/**
 * One line of a report. Rates are 0 to 1, null where nothing is there to divide by; times in ms.
 * Of agents, `volume` is the number of offers to them.
 */
export type StatisticsLine = {
  /** Queue, agent, dialled number, or start of the interval as ISO 8601. */
  readonly key: string;
  /** CV: calls dispatched to the queue and let in. */
  readonly volume: number;
  /** CA: connected to an agent. */
  readonly answered: number;
  /** Left the queue unanswered, however: the next four and who was sent away when agents or queue went. */
  readonly abandoned: number;
  readonly hungUp: number;
  readonly timedOut: number;
  readonly voicemail: number;
  readonly transferred: number;
  /** CW: still in the queue at the end of the record. */
  readonly waiting: number;
  /** Not let in by a gate; not part of the volume. */
  readonly refused: number;
  /** SL: answered within the agreed time, of all that were answered or abandoned. */
  readonly serviceLevel: number | null;
  /** ABN: unanswered, of all that were answered or abandoned. */
  readonly abandonRate: number | null;
  /** AWT: until answered or abandoned. */
  readonly averageWaitMs: number | null;
  /** Wait of those that were answered. */
  readonly averageHoldMs: number | null;
  readonly longestWaitMs: number;
  readonly averageTalkMs: number | null;
  /** AHT: to complete a call, talk and wrap-up. */
  readonly averageHandleMs: number | null;
  readonly talkMs: number;
  readonly wrapUpMs: number;
  /** By agent. */
  readonly missed: number;
  readonly declined: number;
};

export type Statistics = { readonly lines: readonly StatisticsLine[]; readonly total: StatisticsLine };

/** `rows` in order, from no later than `from` and as far beyond `to` as calls that entered before it went on. */
export function statistics(rows: Iterable<QueueLogRow>, query: StatisticsQuery): Statistics {
  const tally = new QueueTally(query);
  for (const row of rows) tally.add(row);
  return tally.statistics();
}

/** Counts row by row, holding only the calls that are under way. */
export class QueueTally {
  readonly #query: StatisticsQuery;
  readonly #ofAgents: boolean;
  readonly #groups = new Map<string, Sums>();
  readonly #total = emptySums();
  /** In the queue or talking, by call. */
  readonly #visits = new Map<string, Visit>();
  /** The call each agent ended last, whose wrap-up may follow. */
  readonly #lastTalks = new Map<string, Visit>();

  constructor(query: StatisticsQuery) {
    this.#query = query;
    this.#ofAgents = query.by === 'agent' || query.agents.length > 0;
  }

  add(row: QueueLogRow): void {
    switch (row.type) {
      case 'entered':
        return this.#enter(row);
      case 'refused':
        if (this.#ofAgents || !this.#counts(row)) return;
        for (const sums of this.#sumsOf(row, null)) sums.refused++;
        return;
      case 'offerEnded':
        return this.#offered(row);
      case 'connected':
        return this.#connected(row);
      case 'left':
        return this.#leave(row);
      case 'talkEnded': {
        const visit = this.#visits.get(row.call);
        if (visit === undefined) return;
        this.#visits.delete(row.call);
        this.#lastTalks.set(row.agent, visit);
        for (const sums of this.#sumsOf(visit, row.agent)) {
          sums.talks++;
          sums.talkMs += row.talkMs;
        }
        return;
      }
      case 'wrappedUp': {
        const visit = this.#lastTalks.get(row.agent);
        if (visit?.call !== row.call) return;
        for (const sums of this.#sumsOf(visit, row.agent)) sums.wrapUpMs += row.wrapUpMs;
        return;
      }
      case 'offered':
      case 'agentStatus':
      case 'prioritised':
      case 'pickedUp':
      case 'noted':
        return;
    }
  }

  statistics(): Statistics {
    const lines = [...this.#groups].map(([key, sums]) => lineOf(key, sums));
    return { lines: lines.sort((a, b) => (a.key < b.key ? -1 : 1)), total: lineOf('total', this.#total) };
  }

  #enter(row: Row<'entered'>): void {
    if (!this.#counts(row)) return;
    const { call, queue, dialled, at } = row;
    const visit: Visit = { call, queue, dialled, at };
    this.#visits.set(call, visit);
    if (this.#ofAgents) return;
    for (const sums of this.#sumsOf(visit, null)) {
      sums.entered++;
      sums.volume++;
    }
  }

  #counts({ at, queue, counted }: Row<'entered'> | Row<'refused'>): boolean {
    const { from, to, queues } = this.#query;
    return counted && at >= from && at < to && (queues.length === 0 || queues.includes(queue));
  }

  #offered({ call, agent, outcome }: Row<'offerEnded'>): void {
    const visit = this.#visits.get(call);
    if (visit === undefined) return;
    for (const sums of this.#sumsOf(visit, agent)) {
      if (this.#ofAgents) sums.volume++;
      if (outcome === 'missed') sums.missed++;
      if (outcome === 'declined' || outcome === 'busy') sums.declined++;
    }
  }

  #connected({ call, agent, waitMs }: Row<'connected'>): void {
    const visit = this.#visits.get(call);
    if (visit === undefined) return;
    for (const sums of this.#sumsOf(visit, agent)) {
      sums.answered++;
      sums.heldMs += waitMs;
      if (waitMs <= this.#query.slaMs) sums.withinSla++;
      waited(sums, waitMs);
    }
  }

  #leave({ call, why, waitMs }: Row<'left'>): void {
    const visit = this.#visits.get(call);
    if (visit === undefined) return;
    this.#visits.delete(call);
    if (this.#ofAgents) return;
    for (const sums of this.#sumsOf(visit, null)) {
      sums.departed[why]++;
      waited(sums, waitMs);
    }
  }

  /** The sums a call counts for: its group's, and the total. By agent it is in no group before it has an agent. */
  #sumsOf({ queue, dialled, at }: Counted, agent: string | null): readonly Sums[] {
    const { by, agents } = this.#query;
    if (agents.length > 0 && (agent === null || !agents.includes(agent))) return [];
    const key = by === 'agent' ? agent : by === 'queue' ? queue : by === 'number' ? dialled : intervalOf(at, by);
    if (key === null) return [this.#total];
    let sums = this.#groups.get(key);
    if (sums === undefined) {
      sums = emptySums();
      this.#groups.set(key, sums);
    }
    return [sums, this.#total];
  }
}

type Row<Type extends QueueLogRow['type']> = Extract<QueueLogRow, { type: Type }>;
type Counted = { readonly queue: string; readonly dialled: string; readonly at: EpochMs };
type Visit = Counted & { readonly call: string };

type Sums = {
  entered: number;
  volume: number;
  answered: number;
  withinSla: number;
  readonly departed: Record<Departure, number>;
  refused: number;
  waitMs: number;
  heldMs: number;
  longestWaitMs: number;
  talks: number;
  talkMs: number;
  wrapUpMs: number;
  missed: number;
  declined: number;
};

function emptySums(): Sums {
  return {
    entered: 0,
    volume: 0,
    answered: 0,
    withinSla: 0,
    departed: { abandoned: 0, timeout: 0, voicemail: 0, maxWait: 0, noAgents: 0, transferred: 0, closed: 0, lost: 0 },
    refused: 0,
    waitMs: 0,
    heldMs: 0,
    longestWaitMs: 0,
    talks: 0,
    talkMs: 0,
    wrapUpMs: 0,
    missed: 0,
    declined: 0,
  };
}

function waited(sums: Sums, waitMs: number): void {
  sums.waitMs += waitMs;
  if (waitMs > sums.longestWaitMs) sums.longestWaitMs = waitMs;
}

function lineOf(key: string, sums: Sums): StatisticsLine {
  const { departed, answered, talks, talkMs, wrapUpMs } = sums;
  const abandoned = Object.values(departed).reduce((sum, count) => sum + count, 0);
  const finished = answered + abandoned;
  return {
    key,
    volume: sums.volume,
    answered,
    abandoned,
    hungUp: departed.abandoned,
    timedOut: departed.timeout + departed.maxWait,
    voicemail: departed.voicemail,
    transferred: departed.transferred,
    waiting: Math.max(0, sums.entered - finished),
    refused: sums.refused,
    serviceLevel: ratio(sums.withinSla, finished),
    abandonRate: ratio(abandoned, finished),
    averageWaitMs: ratio(sums.waitMs, finished),
    averageHoldMs: ratio(sums.heldMs, answered),
    longestWaitMs: sums.longestWaitMs,
    averageTalkMs: ratio(talkMs, talks),
    averageHandleMs: ratio(talkMs + wrapUpMs, talks),
    talkMs,
    wrapUpMs,
    missed: sums.missed,
    declined: sums.declined,
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function intervalOf(at: EpochMs, { each, zone }: Interval): string {
  const time = DateTime.fromMillis(at, { zone });
  const start = each === 'quarter' ? time.startOf('minute').minus({ minutes: time.minute % 15 }) : time.startOf(each);
  return start.toISO({ suppressMilliseconds: true, suppressSeconds: true }) ?? String(at);
}
