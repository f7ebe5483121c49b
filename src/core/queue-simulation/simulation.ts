import { AvailabilityTally } from '../agent-availability.js';
import type { Acd } from '../queue/acd.js';
import { startAcd, stepAcd } from '../queue/acd-step.js';
import { type AgentConfig, ENTRY_DEFAULTS, type QueueConfig } from '../queue/queue-config.js';
import type { AcdEffect } from '../queue/queue-effect.js';
import type { AcdEvent, AgentEvent } from '../queue/queue-event.js';
import type { QueueLogRow } from '../queue/queue-log.js';
import { DEFAULT_SLA_MS, QueueTally, type StatisticsLine } from '../queue-statistics.js';
import type { SimulatedCall } from './arrival.js';
import { type Distribution, draw, type Random } from './distribution.js';
import { EventHeap } from './event-heap.js';
import { TimeSeries } from './time-series.js';

/** A queue, its agents and the callers who will come; the machine that runs it is the one that runs the exchange. */
export type Scenario = {
  readonly name: string;
  readonly queue: QueueConfig;
  readonly agents: readonly AgentConfig[];
  /** Status events of the agents, in order; null: all are online from the start to the end. */
  readonly shifts: readonly { readonly atMs: number; readonly event: AgentEvent }[] | null;
  /** In order of time. */
  readonly calls: Iterable<SimulatedCall>;
  readonly durationMs: number;
  readonly behaviour: Behaviour;
  readonly slaMs: number;
};

/** What people do. */
export type Behaviour = {
  /** How long an agent lets it ring; longer than the agent ring time-out is a missed call. */
  readonly answer: Distribution;
  /** How long he takes to press 1, if he has to. */
  readonly confirm: Distribution;
  /** Part of the callers who choose voicemail when it is offered. */
  readonly voicemail: number;
  readonly introMs: number;
  readonly whisperMs: number;
};

export const DEFAULT_BEHAVIOUR: Behaviour = {
  answer: { type: 'constant', ms: 4_000 },
  confirm: { type: 'constant', ms: 3_000 },
  voicemail: 0,
  introMs: 10_000,
  whisperMs: 3_000,
};

/** `count` agents `1`, `2`, … of one queue, in that order, each with a phone of the same name. */
export function agentsFor(queue: string, count: number, wrapUpMs = 0): readonly AgentConfig[] {
  return Array.from({ length: count }, (_, index) => {
    const agent = String(index + 1);
    const reach = { type: 'device', device: agent } as const;
    return { agent, name: agent, entries: [{ ...ENTRY_DEFAULTS, queue, reach, order: index + 1, wrapUpMs }] };
  });
}

export type Simulation = {
  readonly name: string;
  readonly durationMs: number;
  readonly slaMs: number;
  readonly summary: StatisticsLine;
  /** Waits of all callers who were answered or abandoned. */
  readonly waits: { readonly medianMs: number; readonly p90Ms: number; readonly p95Ms: number };
  /** Talk and wrap-up as a part of the time that agents were available; null: there were none. */
  readonly occupancy: number | null;
  readonly agents: readonly SimulatedAgent[];
  /** Averages over equal parts of the period. */
  readonly series: {
    readonly stepMs: number;
    readonly waiting: readonly number[];
    readonly talking: readonly number[];
  };
};

export type SimulatedAgent = {
  readonly agent: string;
  readonly calls: number;
  readonly missed: number;
  readonly talkMs: number;
  readonly occupancy: number | null;
};

const PARTS = 96;

/**
 * Plays a scenario in virtual time. Callers who came within the period are followed to their end. The same scenario and
 * random numbers give the same result. `watch` is shown every row of the record.
 */
export function simulate(scenario: Scenario, random: Random, watch?: (row: QueueLogRow) => void): Simulation {
  const { queue, durationMs, slaMs } = scenario;
  const period = { from: 0, to: durationMs, queues: [queue.extension] };
  const tally = new QueueTally({ ...period, agents: [], by: 'queue', slaMs });
  const byAgent = new QueueTally({ ...period, agents: [], by: 'agent', slaMs });
  const availability = new AvailabilityTally(period);
  const waits: number[] = [];
  const series = new TimeSeries(durationMs, PARTS);
  const record = (row: QueueLogRow): void => {
    tally.add(row);
    byAgent.add(row);
    availability.add(row);
    if (row.type === 'connected' || row.type === 'left') waits.push(row.waitMs);
    watch?.(row);
  };
  new Run({ ...scenario, queue: { ...queue, statistics: true } }, random, record, series).play();
  const spent = new Map(availability.availability().map((some) => [some.agent, some] as const));
  const availableMs = [...spent.values()].reduce((sum, some) => sum + some.availableMs, 0);
  const busyMs = [...spent.values()].reduce((sum, some) => sum + some.talkMs + some.wrapUpMs, 0);
  const lines = new Map(byAgent.statistics().lines.map((line) => [line.key, line] as const));
  waits.sort((a, b) => a - b);
  return {
    name: scenario.name,
    durationMs,
    slaMs,
    summary: { ...tally.statistics().total, key: queue.extension },
    waits: { medianMs: quantile(waits, 0.5), p90Ms: quantile(waits, 0.9), p95Ms: quantile(waits, 0.95) },
    occupancy: availableMs === 0 ? null : Math.min(1, busyMs / availableMs),
    agents: scenario.agents.map(({ agent }) => ({
      agent,
      calls: lines.get(agent)?.answered ?? 0,
      missed: lines.get(agent)?.missed ?? 0,
      talkMs: lines.get(agent)?.talkMs ?? 0,
      occupancy: spent.get(agent)?.occupancy ?? null,
    })),
    series: series.averages(),
  };
}

/** Of sorted values; 0 if there are none. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export const DEFAULT_SCENARIO = { shifts: null, behaviour: DEFAULT_BEHAVIOUR, slaMs: DEFAULT_SLA_MS } as const;

/** The world around the machine: its timers, the callers, the agents. */
class Run {
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #record: (row: QueueLogRow) => void;
  readonly #series: TimeSeries;
  readonly #heap = new EventHeap<AcdEvent | Arrival>();
  readonly #calls: Iterator<SimulatedCall>;
  readonly #talkMs = new Map<string, number>();
  #acd: Acd;
  #came = 0;
  #talking = 0;

  constructor(scenario: Scenario, random: Random, record: (row: QueueLogRow) => void, series: TimeSeries) {
    this.#scenario = scenario;
    this.#random = random;
    this.#record = record;
    this.#series = series;
    this.#calls = scenario.calls[Symbol.iterator]();
    const { queue, agents } = scenario;
    const [acd] = startAcd({ queues: [queue], agents, statuses: [] }, [], 0);
    this.#acd = acd;
  }

  play(): void {
    const { agents, shifts, durationMs } = this.#scenario;
    for (const { agent, entries } of agents) {
      for (const { reach } of entries) this.#heap.add(0, { type: 'agentReachable', agent, reach, reachable: true });
      if (shifts === null) this.#heap.add(0, logIn(agent));
    }
    for (const { atMs, event } of shifts ?? []) this.#heap.add(atMs, event);
    this.#expectCall();
    for (let next = this.#heap.next(); next !== null; next = this.#heap.next()) {
      const { atMs, event } = next;
      if (event.type === 'arrival') this.#arrive(event.call, atMs);
      else this.#step(event, atMs);
    }
    this.#series.end(durationMs);
  }

  #expectCall(): void {
    const next = this.#calls.next();
    if (next.done !== true) this.#heap.add(next.value.atMs, { type: 'arrival', call: next.value });
  }

  #arrive({ talkMs, patienceMs, dialled, priority }: SimulatedCall, atMs: number): void {
    const call = `c${++this.#came}`;
    this.#talkMs.set(call, talkMs);
    const queue = this.#scenario.queue.extension;
    const party = { name: '', number: call };
    if (Number.isFinite(patienceMs))
      this.#heap.add(atMs + patienceMs, { type: 'callerLeft', call }, `patience ${call}`);
    this.#step({ type: 'callerJoined', call, queue, party, dialled, priority, announce: [], since: null }, atMs);
    this.#expectCall();
  }

  #step(event: AcdEvent, atMs: number): void {
    const [acd, effects] = stepAcd(this.#acd, event, atMs);
    this.#acd = acd;
    for (const effect of effects) this.#perform(effect, atMs);
    const waiting = acd.queues.get(this.#scenario.queue.extension)?.line.length ?? 0;
    this.#series.set(atMs, waiting, this.#talking);
  }

  #perform(effect: AcdEffect, atMs: number): void {
    const { behaviour } = this.#scenario;
    const heap = this.#heap;
    switch (effect.type) {
      case 'startTimer':
        return heap.add(atMs + effect.afterMs, { type: 'timer', timer: effect.timer }, effect.timer);
      case 'stopTimer':
        return heap.cancel(effect.timer);
      case 'admit':
        if (effect.intro !== null) heap.add(atMs + behaviour.introMs, { type: 'introEnded', call: effect.call });
        return;
      case 'offer': {
        const { offer, confirm } = effect;
        const answerMs = draw(behaviour.answer, this.#random);
        if (confirm) heap.add(atMs + answerMs, { type: 'offerConfirming', offer });
        const confirmMs = confirm ? draw(behaviour.confirm, this.#random) : 0;
        return heap.add(atMs + answerMs + confirmMs, { type: 'offerAnswered', offer }, `answer ${offer}`);
      }
      case 'withdraw':
        return heap.cancel(`answer ${effect.offer}`);
      case 'whisper':
        return heap.add(atMs + behaviour.whisperMs, { type: 'whispered', offer: effect.offer });
      case 'connect':
        heap.cancel(`patience ${effect.call}`);
        this.#talking++;
        return heap.add(atMs + this.#takeTalkMs(effect.call), { type: 'talkEnded', offer: effect.offer });
      case 'offerVoicemail':
        if (this.#random() < behaviour.voicemail) heap.add(atMs, { type: 'voicemailChosen', call: effect.call });
        return;
      case 'leave':
        heap.cancel(`patience ${effect.call}`);
        this.#talkMs.delete(effect.call);
        return;
      case 'log':
        if (effect.row.type === 'talkEnded') this.#talking--;
        if (effect.row.type === 'left') this.#talkMs.delete(effect.row.call);
        return this.#record(effect.row);
      case 'announce':
      case 'refuse':
      case 'notify':
      case 'saveAgent':
        return;
    }
  }

  #takeTalkMs(call: string): number {
    const talkMs = this.#talkMs.get(call) ?? 0;
    this.#talkMs.delete(call);
    return talkMs;
  }
}

type Arrival = { readonly type: 'arrival'; readonly call: SimulatedCall };

function logIn(agent: string): AgentEvent {
  return { type: 'agentLoggedIn', agent, queue: null, singleCall: false, reason: null, by: 'simulation' };
}
