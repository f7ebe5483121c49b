import type { CallEnd, CallTest } from '../config/call-test.js';
import type { CallEffect } from '../core/call.js';
import type { CallRecord } from '../core/call-record.js';
import { CAUSES, type Cause } from '../core/cause.js';
import type { Domain } from '../core/domain.js';
import type { RingTarget } from '../core/plan.js';
import type { SavedAgent } from '../core/queue/queue-effect.js';
import type { Reason } from '../core/reason.js';
import { seeded } from '../machine/random.js';
import { VirtualClock } from '../machine/virtual-clock.js';
import { type SimulatedExchange, startExchange } from './exchange.js';
import type { PhoneCall } from './phone-call.js';
import { pressKeys } from './scripted-phone.js';
import { soundLengthMs } from './sound-length.js';
import { TrialNetwork } from './trial-network.js';
import { BUSY_LINE, bindingOf, type WiredDomain } from './wired-domain.js';

/** What came of the call of a test. Times count from its INVITE. [ms] */
export type Observed = {
  readonly rule: string | null;
  /** In the order in which they were called. */
  readonly legs: readonly ObservedLeg[];
  /** Null: the call did not come to an end within a day. */
  readonly end: { readonly end: CallEnd; readonly atMs: number } | null;
  readonly because: readonly Reason[];
  /** What broke inside of the exchange, or was no proper SIP. */
  readonly defects: readonly string[];
};

/** `by`: the trunk; null: it is a device. `untilMs`: when it was answered, refused or called off; null: not yet. */
export type ObservedLeg = {
  readonly to: string;
  readonly by: string | null;
  readonly atMs: number;
  readonly untilMs: number | null;
};

/** For what was before the call. */
const BEFORE_MS = 10_000;
/** Who talks, or is in a mailbox, goes on so long. */
const TALK_MS = 1_000;
const LIMIT_MS = 24 * 3_600_000;

/**
 * Makes the call of a test on an exchange of its own: the real switch, SIP stack and core in virtual time, with phones
 * and carriers on the wire.
 */
export async function observe(test: CallTest, wired: WiredDomain): Promise<Observed> {
  const trial = new Trial(test, wired);
  await trial.start();
  return trial.run();
}

/** Online in each of the queues. */
function loggedIn(agent: string, { acd }: Domain, since: number): SavedAgent {
  const queues = acd.agents
    .filter((each) => each.agent === agent)
    .flatMap(({ entries }) => entries.map(({ queue }) => queue));
  return { agent, status: 'online', reason: null, since, idleSince: since, queues, wrapUp: null };
}

class Trial {
  readonly #test: CallTest;
  readonly #wired: WiredDomain;
  readonly #clock: VirtualClock;
  readonly #random = seeded(1);
  readonly #network: TrialNetwork;
  readonly #targets = new Map<string, RingTarget>();
  #exchange: SimulatedExchange | null = null;
  #call: PhoneCall | null = null;
  /** What the switch calls the call; null: it does not know it yet. */
  #id: string | null = null;
  #takenAt: number | null = null;
  #endedAt: number | null = null;
  #hasGivenUp = false;
  #refusal: Cause | null = null;

  constructor(test: CallTest, wired: WiredDomain) {
    this.#test = test;
    this.#wired = wired;
    this.#clock = new VirtualClock(test.at - BEFORE_MS);
    this.#network = new TrialNetwork({
      test,
      wired,
      clock: this.#clock,
      random: this.#random,
      targetOf: (callId) => this.#targets.get(callId) ?? null,
      press: (leg, digit) => this.#exchange?.media.injectDigit(leg, digit),
    });
  }

  async start(): Promise<void> {
    const { state, does, at, registered, phones } = this.#test;
    const { domain, devices } = this.#wired;
    const isThere = (device: string): boolean =>
      registered?.has(device) !== false && phones.get(device)?.does !== 'unregistered';
    const there = [...devices.keys()].filter(isThere);
    this.#exchange = await startExchange(this.#network.wire, this.#clock, this.#random, domain, {
      state,
      bindings: there.map((device) => bindingOf(device, this.#wired, at - BEFORE_MS, at + 2 * LIMIT_MS)),
      agents: this.#test.agents.map((agent) => loggedIn(agent, domain, at - BEFORE_MS)),
      media: { fileMs: soundLengthMs, speechMs: does.speaksMs },
      traced: (call, effect) => this.#traced(call, effect),
    });
  }

  run(): Observed {
    const { inCall, at } = this.#test;
    for (const device of inCall) this.#network.callFrom(device, BUSY_LINE);
    this.#clock.advance(BEFORE_MS);
    this.#dial();
    let record = this.#record();
    while (!this.#isOver(record) && this.#clock.runNext(at + LIMIT_MS)) record = this.#record();
    return this.#observed(record);
  }

  #dial(): void {
    const { hangsUpMs, keys } = this.#test.does;
    const call = this.#network.callOfTest();
    this.#call = call;
    call.on.answered = () =>
      pressKeys(keys, this.#clock, (digit) => {
        if (this.#id !== null) this.#exchange?.media.injectDigit(this.#id, digit);
      });
    call.on.ended = () => {
      this.#endedAt = this.#clock.now();
    };
    if (hangsUpMs === null) return;
    this.#clock.after(hangsUpMs, () => {
      this.#hasGivenUp = this.#takenAt === null && call.state !== 'ended';
      call.hangUp();
    });
  }

  #traced(id: string, effect: CallEffect): void {
    if (this.#call === null) return; // what was before
    this.#id ??= id;
    if (id !== this.#id) return;
    switch (effect.type) {
      case 'invite':
        this.#targets.set(effect.leg, effect.target);
        return;
      case 'connect':
        return this.#taken();
      case 'converse':
        if (effect.conversation.with !== 'screen') this.#taken();
        return;
      case 'hangUp':
        if (effect.leg === id) this.#refusal ??= effect.cause;
        return;
    }
  }

  /** The caller has come to somebody, or hears early media; in a second we know. */
  #taken(): void {
    this.#takenAt = this.#clock.now();
    this.#clock.after(TALK_MS, () => {
      if (this.#call?.state === 'answered') this.#call.hangUp();
    });
  }

  #record(): CallRecord | null {
    return this.#exchange?.records.find(({ id }) => this.#id !== null && id.endsWith(`-${this.#id}`)) ?? null;
  }

  /** A call that the switch did not take up has no record. */
  #isOver(record: CallRecord | null): boolean {
    return this.#call?.state === 'ended' && (record !== null || this.#id === null);
  }

  #observed(record: CallRecord | null): Observed {
    const { at } = this.#test;
    const legs = this.#network.invites.map(({ callId, to, by, at: began }): ObservedLeg => {
      const logged = record?.legs.find((leg) => leg.callId === callId);
      const until = logged?.answeredAt ?? logged?.endedAt ?? null;
      return { to, by, atMs: began - at, untilMs: until === null ? null : until - at };
    });
    const end = this.#end(record);
    const endedAt = end?.end === 'refused' || end?.end === 'gaveUp' ? this.#endedAt : this.#takenAt;
    return {
      rule: record?.rule ?? null,
      legs,
      end: end === null || endedAt === null ? null : { end, atMs: endedAt - at },
      because: record?.because ?? [],
      defects: [...(this.#exchange?.defects ?? []), ...this.#network.faults],
    };
  }

  #end(record: CallRecord | null): CallEnd | null {
    const taker = record?.to ?? null;
    if (taker !== null && this.#takenAt !== null) {
      switch (taker.kind) {
        case 'device':
        case 'number':
          return { end: 'answered', by: taker.id };
        case 'voicemail':
          return { end: 'voicemail', extension: taker.id };
        case 'service':
          return { end: 'service', number: taker.id };
      }
    }
    if (this.#call === null || this.#call.state !== 'ended') return null;
    if (this.#hasGivenUp) return { end: 'gaveUp' };
    const { status } = this.#call;
    const isRefusal = status >= 300;
    return {
      end: 'refused',
      cause: this.#refusal,
      status: isRefusal ? status : this.#refusal === null ? status : CAUSES[this.#refusal].status,
    };
  }
}
