import type { WatchedDialog } from '../core/dialog-info.js';
import type { Domain } from '../core/domain.js';
import type { Acd } from '../core/queue/acd.js';
import { startAcd, stepAcd } from '../core/queue/acd-step.js';
import { type ParkEffect, type ParkEvent, type Parked, type ParkLot, stepPark } from '../core/queue/park.js';
import type { AcdEffect } from '../core/queue/queue-effect.js';
import type { AcdEvent, AgentEvent, CallerEvent, CallerParty } from '../core/queue/queue-event.js';
import { type AcdSnapshot, type AgentSnapshot, snapshotAcd, snapshotAgent } from '../core/queue/snapshot.js';
import type { World } from '../core/world.js';
import type { Clock, Timer } from '../machine/clock.js';
import type { TimerEffect } from '../machine/machine.js';
import type { LegId } from '../ports/signalling.js';
import { AgentReachability } from './agent-reachability.js';
import type { LiveLeg } from './live-leg.js';
import type { QueueRecords } from './queue-records.js';

/** What a queue wants of a call that waits in it. */
export type QueueOrder = Extract<
  AcdEffect,
  {
    readonly type: 'admit' | 'announce' | 'offerVoicemail' | 'offer' | 'withdraw' | 'whisper' | 'connect' | 'leave';
  }
>;

/** What a park slot wants of the call that is parked in it. */
export type ParkOrder = Extract<
  ParkEffect,
  { readonly type: 'ringBack' | 'endRingBack' | 'takeBack' | 'offerVoicemail' | 'leave' }
>;

/** A call, as queues and slots see it. */
export interface WaitingCall {
  /** Of the call while it lives. */
  readonly id: LegId;
  /** Id of its record: what queues and their log call it. */
  readonly record: string;
  inQueue(order: QueueOrder): void;
  inSlot(order: ParkOrder): void;
  /** The one who is parked here is to talk to the one who has dialled his slot. */
  giveTo(retriever: WaitingCall): void;
  /** This leg was parked, and talks here from now on. */
  take(leg: LiveLeg): void;
  /** The slot that was dialled is empty. */
  nothingParked(): void;
}

export type LiveQueuesParts = {
  readonly clock: Clock;
  readonly world: World;
  readonly records: QueueRecords;
  /** What the lamp of a slot shows (D-45); null: it is free. */
  readonly shown: (slot: string, dialog: WatchedDialog | null) => void;
  /** Does what concerns a call so that its defects are its own. */
  readonly guard: (call: WaitingCall, order: unknown, work: () => void) => void;
};

/** A call, and what it was parked or refused with. */
export type ParkOutcome =
  | { readonly slot: string; readonly music: string | null; readonly announce: boolean }
  | { readonly refused: 404 | 486 };

/** All that waits in a domain, as plain JSON. */
export type LinesSnapshot = AcdSnapshot & { readonly parked: readonly Parked[] };

/** The queues, agents and park slots of one domain while they live: two machines, their timers and the calls in them. */
export class LiveQueues {
  readonly #name: string;
  readonly #parts: LiveQueuesParts;
  readonly #reachability: AgentReachability;
  readonly #calls = new Map<string, WaitingCall>();
  /** Of both machines; those of park slots begin with `p `. */
  readonly #timers = new Map<string, Timer>();
  readonly #inbox: AcdEvent[] = [];
  readonly #slotInbox: ParkEvent[] = [];
  #acd: Acd;
  #lot: ParkLot;
  #domain: Domain;
  #busy = true;
  #slotBusy = false;
  /** What came of the last thing that a person asked for; null: it is done. */
  #refusal: string | null = null;

  constructor(domain: Domain, parts: LiveQueuesParts) {
    this.#name = domain.name;
    this.#parts = parts;
    this.#domain = domain;
    this.#lot = { config: domain.park ?? NO_SLOTS, parked: [] };
    const [acd, effects] = startAcd(domain.acd, parts.records.agents(domain.name), parts.clock.now());
    this.#acd = acd;
    for (const effect of effects) this.#perform(effect);
    this.#busy = false;
    this.#reachability = new AgentReachability({
      clock: parts.clock,
      world: parts.world,
      tell: (agent, reach, reachable) => this.tell({ type: 'agentReachable', agent, reach, reachable }),
    });
    this.#reachability.configure(domain);
  }

  /** As it is now. */
  get domain(): Domain {
    return this.#domain;
  }

  /** The domain is another now; calls keep their places. */
  configure(domain: Domain): void {
    const before = this.#domain;
    this.#domain = domain;
    if (domain.acd !== before.acd) this.tell({ type: 'configured', config: domain.acd });
    if (domain.park !== before.park) this.tellSlot({ type: 'configured', config: domain.park ?? NO_SLOTS });
    this.#reachability.configure(domain);
  }

  registered(device: string): void {
    this.#reachability.registered(device);
  }

  /** In how many calls an agent is that are not of a queue (D-35). */
  otherCalls(agent: string, count: number): void {
    if (this.#acd.agents.has(agent)) this.tell({ type: 'agentOtherCalls', agent, count });
  }

  join(call: WaitingCall, event: Omit<Extract<CallerEvent, { type: 'callerJoined' }>, 'type' | 'call'>): void {
    this.#calls.set(call.record, call);
    this.tell({ type: 'callerJoined', call: call.record, ...event });
  }

  /** Run to completion: what an effect causes waits until all effects of the current event are done. */
  tell(event: AcdEvent): void {
    this.#inbox.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        const [acd, effects] = stepAcd(this.#acd, next, this.#parts.clock.now());
        this.#acd = acd;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** What a person asks of a queue or agent: null, or why it was not done. */
  ask(event: Exclude<CallerEvent, { type: 'callerJoined' }> | AgentEvent): string | null {
    if ('agent' in event && !this.#acd.agents.has(event.agent)) return `there is no agent ${event.agent}`;
    this.#refusal = null;
    this.tell(event);
    return this.#refusal;
  }

  /** D-42. `slot` null: the lowest that is free. */
  park(
    call: WaitingCall,
    party: CallerParty,
    slot: string | null,
    parker: Extract<ParkEvent, { type: 'parked' }>['parker'],
  ): ParkOutcome {
    if (this.#slotBusy) return { refused: 486 }; // asked for by what a slot does just now: nobody parks so
    this.#calls.set(call.record, call);
    const event: ParkEvent = { type: 'parked', call: call.record, party, slot, orAny: false, parker };
    for (const effect of this.tellSlot(event)) {
      if (effect.type === 'park') return { slot: effect.slot, music: effect.music, announce: effect.announce };
      if (effect.type === 'refusePark') return { refused: effect.status };
    }
    return { refused: 486 };
  }

  /** D-43. */
  retrieve(slot: string, by: WaitingCall): void {
    this.#calls.set(by.record, by);
    this.tellSlot({ type: 'dialled', slot, by: by.record });
  }

  /** As `tell`. What came of the event, unless it has to wait for its turn. */
  tellSlot(event: ParkEvent): readonly ParkEffect[] {
    this.#slotInbox.push(event);
    if (this.#slotBusy) return [];
    this.#slotBusy = true;
    let first: readonly ParkEffect[] | null = null;
    try {
      for (let next = this.#slotInbox.shift(); next !== undefined; next = this.#slotInbox.shift()) {
        const [lot, effects] = stepPark(this.#lot, next, this.#parts.clock.now());
        this.#lot = lot;
        first ??= effects;
        for (const effect of effects) this.#performPark(effect);
      }
    } finally {
      this.#slotBusy = false;
    }
    return first ?? [];
  }

  /** The call is over, or has nothing more to do with queues. */
  forget(call: WaitingCall): void {
    this.#calls.delete(call.record);
  }

  /** Null: there is no such agent. */
  agent(id: string): AgentSnapshot | null {
    const agent = this.#acd.agents.get(id);
    return agent === undefined ? null : snapshotAgent(agent, this.#parts.clock.now());
  }

  snapshot(): LinesSnapshot {
    return { ...snapshotAcd(this.#acd, this.#parts.clock.now()), parked: this.#lot.parked };
  }

  /** Nothing is timed any more. */
  stop(): void {
    this.#reachability.stop();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #perform(effect: AcdEffect): void {
    const { records } = this.#parts;
    switch (effect.type) {
      case 'startTimer':
      case 'stopTimer':
        return this.#time(effect, '', (timer) => this.tell({ type: 'timer', timer }));
      case 'log':
        return records.queueEvent(this.#name, effect.row);
      case 'saveAgent':
        return records.saveAgent(this.#name, effect.agent);
      case 'notify': {
        const { agent, queue, reason } = effect;
        return records.notice(this.#name, { agent, queue, reason });
      }
      case 'refuse':
        this.#refusal = effect.why;
        return;
      case 'admit':
      case 'announce':
      case 'offerVoicemail':
      case 'offer':
      case 'withdraw':
      case 'whisper':
      case 'connect':
      case 'leave':
        return this.#order(effect.call, effect, (call) => call.inQueue(effect));
    }
  }

  #performPark(effect: ParkEffect): void {
    switch (effect.type) {
      case 'startTimer':
      case 'stopTimer':
        return this.#time(effect, 'p ', (timer) => void this.tellSlot({ type: 'timer', timer }));
      case 'log':
        return this.#parts.records.parkEvent(this.#name, effect.row);
      case 'retrieve': {
        const retriever = this.#calls.get(effect.by);
        if (retriever === undefined) return;
        return this.#order(effect.call, effect, (call) => call.giveTo(retriever));
      }
      case 'nothingParked':
        return this.#order(effect.by, effect, (call) => call.nothingParked());
      case 'ringBack':
      case 'endRingBack':
      case 'takeBack':
      case 'offerVoicemail':
      case 'leave':
        return this.#order(effect.call, effect, (call) => call.inSlot(effect));
      case 'park':
      case 'refusePark': // told to who asked for it
        return;
      case 'lamp': {
        const { slot, state, party } = effect;
        const isFree = state === 'terminated' || party === null;
        return this.#parts.shown(slot, isFree ? null : { state, direction: 'recipient', remote: party });
      }
    }
  }

  #order(record: string, order: unknown, work: (call: WaitingCall) => void): void {
    const call = this.#calls.get(record);
    if (call !== undefined) this.#parts.guard(call, order, () => work(call));
  }

  #time(effect: TimerEffect, prefix: string, fired: (timer: string) => void): void {
    const key = prefix + effect.timer;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    if (effect.type === 'stopTimer') return;
    const timer = this.#parts.clock.after(effect.afterMs, () => {
      this.#timers.delete(key);
      fired(effect.timer);
    });
    this.#timers.set(key, timer);
  }
}

const NO_SLOTS: ParkLot['config'] = { slots: [], operator: null };
