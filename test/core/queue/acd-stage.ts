import type { Acd, Offer, Talk } from '../../../src/core/queue/acd.js';
import { startAcd, stepAcd } from '../../../src/core/queue/acd-step.js';
import {
  type AcdConfig,
  type AgentConfig,
  type AgentEntry,
  type CustomStatus,
  ENTRY_DEFAULTS,
  QUEUE_DEFAULTS,
  type QueueConfig,
} from '../../../src/core/queue/queue-config.js';
import type { AcdEffect, SavedAgent } from '../../../src/core/queue/queue-effect.js';
import type { AcdEvent, CallerEvent, OfferFailure } from '../../../src/core/queue/queue-event.js';
import type { QueueLogRow } from '../../../src/core/queue/queue-log.js';
import { MachineRunner } from '../../../src/machine/runner.js';
import { FakeClock } from '../../support/fake-clock.js';
import { faultsOf, orderFaults, type Served, servedBefore } from './acd-invariants.js';

export const SALES = '8801';
export const HELP = '8802';

export function queue(given: Partial<QueueConfig> = {}): QueueConfig {
  return { ...QUEUE_DEFAULTS, extension: SALES, name: 'Sales', kind: 'roundRobin', ...given };
}

export function entry(agent: string, given: Partial<AgentEntry> = {}): AgentEntry {
  return { ...ENTRY_DEFAULTS, queue: SALES, reach: { type: 'device', device: agent }, ...given };
}

/** An agent with these entries; without any, one in Sales. Entries without a phone ring the agent's own. */
export function agent(id: string, ...given: readonly Partial<AgentEntry>[]): AgentConfig {
  const entries = given.length === 0 ? [{}] : given;
  return { agent: id, name: id, entries: entries.map((some) => entry(id, some)) };
}

/** `agents` names them in order of `order`: 1, 2, 3 … */
export function ordered(...ids: readonly string[]): AgentConfig[] {
  return ids.map((id, index) => agent(id, { order: index + 1 }));
}

export type StageOptions = {
  readonly queues?: readonly QueueConfig[];
  readonly agents?: readonly AgentConfig[];
  readonly statuses?: readonly CustomStatus[];
  readonly saved?: readonly SavedAgent[];
  readonly startMs?: number;
  /** Agents that are not online from the beginning. */
  readonly offline?: readonly string[];
};

/**
 * The machine in virtual time. Agents are reachable and online from the start, one second apart, so that the first has
 * been idle longest. After every event the invariants are checked.
 */
export class AcdStage {
  readonly clock: FakeClock;
  readonly acd: Acd;
  /** Effects but timers, records and savings, as `12s offer c1 ann`. */
  readonly lines: string[] = [];
  readonly effects: AcdEffect[] = [];
  readonly rows: QueueLogRow[] = [];
  readonly faults: string[] = [];
  /** Running timers, by name. */
  readonly timers = new Set<string>();
  readonly #runner: MachineRunner<Acd, AcdEvent, AcdEffect>;
  readonly #startMs: number;
  #before: Served = new Map();

  constructor(options: StageOptions = {}) {
    const config: AcdConfig = {
      queues: options.queues ?? [queue()],
      agents: options.agents ?? ordered('ann', 'bob'),
      statuses: options.statuses ?? [],
    };
    this.clock = new FakeClock(options.startMs ?? 1_000_000);
    const [acd, effects] = startAcd(config, options.saved ?? [], this.clock.now());
    this.acd = acd;
    let started = false;
    this.#runner = new MachineRunner<Acd, AcdEvent, AcdEffect>(
      acd,
      (state, event, now) => {
        this.#before = servedBefore(state);
        if (started) return this.#watch(event, stepAcd(state, event, now), now);
        started = true;
        return this.#watch(event, [state, effects], now);
      },
      this.clock,
      (effect) => this.#perform(effect),
    );
    this.#runner.handle({ type: 'timer', timer: 'none' });
    for (const { agent: id, entries } of config.agents) {
      if (options.saved === undefined) this.clock.advance(1000);
      for (const { reach } of entries)
        this.#runner.handle({ type: 'agentReachable', agent: id, reach, reachable: true });
      if (options.saved === undefined && !(options.offline ?? []).includes(id)) this.online(id);
    }
    this.#startMs = this.clock.now();
    this.lines.length = 0;
  }

  get nowMs(): number {
    return this.clock.now() - this.#startMs;
  }

  /** Moves to `seconds` after the start. */
  at(seconds: number): this {
    this.clock.advance(seconds * 1000 - this.nowMs);
    return this;
  }

  handle(...events: readonly AcdEvent[]): this {
    for (const event of events) this.#runner.handle(event);
    return this;
  }

  join(call: string, given: Partial<Extract<CallerEvent, { type: 'callerJoined' }>> = {}): this {
    const party = { name: call, number: call };
    return this.handle({
      type: 'callerJoined',
      call,
      queue: SALES,
      party,
      dialled: SALES,
      priority: 0,
      announce: null,
      since: null,
      ...given,
    });
  }

  leave(call: string): this {
    return this.handle({ type: 'callerLeft', call });
  }

  online(id: string, inQueue: string | null = null): this {
    return this.handle({ type: 'agentLoggedIn', agent: id, queue: inQueue, singleCall: false, reason: null, by: id });
  }

  offline(id: string, inQueue: string | null = null): this {
    return this.handle({ type: 'agentLoggedOut', agent: id, queue: inQueue, reason: null, by: id });
  }

  away(id: string, reason = 'Lunch'): this {
    return this.handle({ type: 'agentAway', agent: id, reason, by: id });
  }

  ringing(id: string): this {
    return this.handle({ type: 'offerRinging', offer: this.offerOf(id).id });
  }

  confirming(id: string): this {
    return this.handle({ type: 'offerConfirming', offer: this.offerOf(id).id });
  }

  answer(id: string): this {
    return this.handle({ type: 'offerAnswered', offer: this.offerOf(id).id });
  }

  fail(id: string, why: OfferFailure): this {
    return this.handle({ type: 'offerFailed', offer: this.offerOf(id).id, why });
  }

  hangUp(id: string): this {
    return this.handle({ type: 'talkEnded', offer: this.talkOf(id).id });
  }

  offerOf(id: string): Offer {
    const offer = this.acd.agents.get(id)?.offer;
    if (offer === null || offer === undefined) throw new Error(`${id} is offered nobody`);
    return offer;
  }

  talkOf(id: string): Talk {
    const talk = this.acd.agents.get(id)?.talks[0];
    if (talk === undefined) throw new Error(`${id} has no queue call`);
    return talk;
  }

  #perform(effect: AcdEffect): void {
    this.effects.push(effect);
    if (effect.type === 'log') this.rows.push(effect.row);
    const said = say(effect);
    if (said !== null) this.lines.push(`${this.nowMs / 1000}s ${said}`);
  }

  #watch(
    event: AcdEvent,
    [acd, effects]: readonly [Acd, readonly AcdEffect[]],
    now: number,
  ): readonly [Acd, readonly AcdEffect[]] {
    if (event.type === 'timer') this.timers.delete(event.timer);
    for (const effect of effects) {
      if (effect.type === 'startTimer') this.timers.add(effect.timer);
      else if (effect.type === 'stopTimer') this.timers.delete(effect.timer);
    }
    const found = [...faultsOf(acd, this.timers, now), ...orderFaults(acd, this.#before)];
    for (const fault of found) this.faults.push(`after ${JSON.stringify(event).slice(0, 200)}: ${fault}`);
    if (found.length > 0) throw new Error(this.faults.join('\n'));
    return [acd, effects];
  }
}

function say(effect: AcdEffect): string | null {
  switch (effect.type) {
    case 'startTimer':
    case 'stopTimer':
    case 'log':
    case 'saveAgent':
    case 'admit':
      return null;
    case 'announce': {
      const { position, callersAhead, waitMinutes, busier } = effect.announcement;
      const facts = [`position ${position}`, `ahead ${callersAhead}`, `wait ${waitMinutes}`, busier ? 'busier' : ''];
      return `announce ${effect.call} ${facts.filter((fact) => fact !== '' && !fact.endsWith('null')).join(' ')}`;
    }
    case 'offerVoicemail':
      return `offerVoicemail ${effect.call}`;
    case 'offer':
      return `offer ${effect.call} ${effect.agent}`;
    case 'withdraw':
      return `withdraw ${effect.call} ${effect.agent} ${effect.cause}`;
    case 'whisper':
      return `whisper ${effect.call} ${effect.agent} ${effect.sound}`;
    case 'connect':
      return `connect ${effect.call} ${effect.agent}`;
    case 'leave': {
      const { exit } = effect;
      const target = exit.to === 'forward' ? JSON.stringify(Object.values(exit.destination)) : Object.values(exit)[1];
      return `leave ${effect.call} ${effect.why} ${exit.to} ${target}`;
    }
    case 'refuse':
      return `refuse ${effect.asked} ${effect.call}: ${effect.why}`;
    case 'notify':
      return `notify ${effect.agent} ${effect.queue} ${effect.reason}`;
  }
}
