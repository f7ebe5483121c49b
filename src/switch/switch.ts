import type { CallEffect } from '../core/call.js';
import type { CallRecord } from '../core/call-record.js';
import type { Destination, Domain, User, UserFeature } from '../core/domain.js';
import type { AgentEvent, CallerEvent } from '../core/queue/queue-event.js';
import { summonsPlan } from '../core/summons.js';
import type { ContactsOf, World } from '../core/world.js';
import type { Clock } from '../machine/clock.js';
import type { Media, MediaEvent } from '../ports/media.js';
import type { Invitation, LegId, Sdp, Signalling, SignallingEvent, SignallingHandlers } from '../ports/signalling.js';
import type { FeatureOutcome } from '../scripts/feature.js';
import { forwardsBefore } from './diversions.js';
import { hangUpCause } from './hang-up-cause.js';
import type { Lamps } from './lamps.js';
import { LiveCall, type LiveCallParts } from './live-call.js';
import { type LinesSnapshot, LiveQueues } from './live-queues.js';
import { queueFeature } from './queue-feature.js';
import type { QueueRecords } from './queue-records.js';
import { invitationOf } from './summons.js';
import type { VoicemailFiles } from './voicemail-files.js';

export type SwitchParts = {
  readonly signalling: Signalling;
  readonly media: Media;
  readonly clock: Clock;
  /** The domain that an admitted INVITE belongs to, by today's configuration; null: none of ours. */
  readonly domainOf: (invitation: Invitation) => Domain | null;
  /** A domain, as a call knows it, with what users have switched since (D-61). Default: nothing. */
  readonly switchedNow?: (domain: Domain) => Domain;
  /** Every domain as it is now. */
  readonly domains: () => Iterable<Domain>;
  /** Live registrations of a domain; `registered` has to be told of changes. */
  readonly contactsOf: (domain: string) => ContactsOf;
  /** A trunk is known not to answer. Default: none is. */
  readonly trunkIsDown?: (domain: string, trunk: string) => boolean;
  readonly admit: SignallingHandlers['admit'];
  /** Whether an offer can be answered at all. */
  readonly isAnswerable: (offer: Sdp) => boolean;
  /** Answers REGISTER, OPTIONS and every other request outside a dialog. */
  readonly onRequest: (request: Extract<SignallingEvent, { type: 'requested' }>) => void;
  readonly voicemail: VoicemailFiles;
  readonly queues: QueueRecords;
  /** Does what a user's feature code says, and tells what came of it. `lastCaller`: the number that called him last. */
  readonly switchFeature: (
    domain: string,
    extension: string,
    feature: UserFeature,
    digits: string,
    lastCaller: string | null,
  ) => FeatureOutcome;
  /** Folder of the prompt catalogue. */
  readonly prompts: string;
  readonly saveCall: (record: CallRecord) => void;
  /** What a lamp of a user or slot shows is another now. Default: nobody watches. */
  readonly shown?: Lamps['set'];
  /** Told of everything that calls do, as they do it. */
  readonly traced?: (call: LegId, effect: CallEffect) => void;
  /** Something of ours is broken: the call it happened in has been ended, the rest goes on. */
  readonly onDefect: (error: unknown, context: unknown) => void;
};

/** The imperative shell: port events go into the machines of calls and legs, what they want comes out as port commands. */
export class Switch {
  readonly #parts: SwitchParts;
  /** One for all calls: it is not made anew for each. */
  readonly #callParts: LiveCallParts;
  readonly #calls = new Map<string, LiveCall>();
  /** Every leg from its INVITE to the last word of both ports. */
  readonly #callOfLeg = new Map<LegId, LiveCall>();
  /** By domain, then extension: in how many calls a user is. */
  readonly #callsOfUsers = new Map<string, Map<string, number>>();
  /** Of them, those that came of a queue. */
  readonly #queueCallsOfUsers = new Map<string, Map<string, number>>();
  /** By domain: what waits there. */
  readonly #lines = new Map<string, LiveQueues>();
  /** By domain, then extension: the number that called last; null: somebody without one. */
  readonly #lastCallers = new Map<string, Map<string, string | null>>();
  readonly #worlds = new Map<string, World>();
  /** How many calls were made for somebody. */
  #summonses = 0;
  #inbox: (() => void)[] = [];
  #busy = false;
  #draining = false;
  #idle: (() => void) | null = null;

  constructor(parts: SwitchParts) {
    this.#parts = parts;
    this.#callParts = {
      ...parts,
      clockOf: (call) => ({
        now: () => parts.clock.now(),
        after: (ms, run) => parts.clock.after(ms, () => this.#runFor(call, run)),
      }),
      worldOf: (domain) => this.worldOf(domain),
      switchedNow: parts.switchedNow ?? ((domain) => domain),
      called: (domain, extension, number) => inner(this.#lastCallers, domain).set(extension, number),
      switchFeature: (domain, extension, feature, digits) => {
        const lastCaller = this.#lastCallers.get(domain)?.get(extension) ?? null;
        return parts.switchFeature(domain, extension, feature, digits, lastCaller);
      },
      queueFeature: (domain, extension, feature, digits) => {
        const lines = this.#lines.get(domain);
        if (lines === undefined) return 'refused';
        return queueFeature(lines, extension, feature, digits, (slot) => this.#parkHeld(domain, extension, slot));
      },
      busied: (...busied) => this.#busied(...busied),
      shown: (...shown) => parts.shown?.(...shown),
      linesOf: (domain) => this.#lines.get(domain) ?? null,
      legAdded: (leg, call) => this.#callOfLeg.set(leg, call),
      legGone: (leg) => this.#callOfLeg.delete(leg),
      finished: (call) => this.#finished(call),
    };
  }

  async start(): Promise<void> {
    const { media, signalling, admit } = this.#parts;
    this.configured();
    await media.start((event) => this.#run(() => this.#onMedia(event)));
    await signalling.start({ admit, onEvent: (event) => this.#run(() => this.#onSignalling(event)) });
  }

  /** Takes no new call, ends the live ones, waits for their records (at most `withinMs`), then stops both ports. */
  async stop(withinMs = 2_000): Promise<void> {
    this.#draining = true;
    const { clock, signalling, media } = this.#parts;
    await new Promise<void>((resolve) => {
      if (this.#calls.size === 0) return resolve();
      this.#idle = resolve;
      clock.after(withinMs, resolve);
      this.#run(() => {
        for (const call of this.#calls.values()) call.endBySwitch();
      });
    });
    this.#run(() => {
      for (const call of [...this.#calls.values()]) call.abort(); // those whose phones did not answer; the record is kept
    });
    for (const lines of this.#lines.values()) lines.stop();
    await signalling.stop();
    await media.stop();
  }

  /** The domains are others now: queues, slots and agents follow. */
  configured(): void {
    this.#run(() => {
      for (const domain of this.#parts.domains()) {
        const lines = this.#lines.get(domain.name);
        if (lines !== undefined) lines.configure(domain);
        else if (domain.acd.queues.length > 0 || domain.park !== null) this.#open(domain);
      }
    });
  }

  #open(domain: Domain): void {
    const { clock, queues } = this.#parts;
    const lines = new LiveQueues(domain, {
      clock: { now: () => clock.now(), after: (ms, run) => clock.after(ms, () => this.#run(run)) },
      world: this.worldOf(domain.name),
      records: queues,
      shown: (slot, dialog) => this.#parts.shown?.(domain.name, slot, slot, dialog),
      guard: ({ id }, order, work) => {
        const call = this.#calls.get(id);
        if (call !== undefined) this.#guard(call, order, work);
      },
    });
    this.#lines.set(domain.name, lines);
  }

  /** A phone has registered, again or anew, or is gone: an agent may be reachable now, or no more. */
  registered(domain: string, device: string): void {
    this.#run(() => this.#lines.get(domain)?.registered(device));
  }

  /** Everything that waits in a domain, with its agents and why each is not offered callers; null: nothing can. */
  queues(domain: string): LinesSnapshot | null {
    return this.#lines.get(domain)?.snapshot() ?? null;
  }

  /** What a person asks of a waiting caller or an agent: null, or why it was not done. `call`: id of the call's record. */
  askQueues(domain: string, event: Exclude<CallerEvent, { type: 'callerJoined' }> | AgentEvent): string | null {
    const lines = this.#lines.get(domain);
    if (lines === undefined) return 'the domain has no queues';
    let refusal: string | null = null;
    this.#run(() => {
      refusal = lines.ask(event);
    });
    return refusal;
  }

  get calls(): number {
    return this.#calls.size;
  }

  /** Every live call with its legs and their states, as JSON. */
  snapshot(): unknown[] {
    return [...this.#calls.values()].map((call) => call.snapshot());
  }

  /** How things are in a domain at this moment, for decisions. */
  worldOf(domain: string): World {
    let world = this.#worlds.get(domain);
    if (world === undefined) {
      const callsOf = (extension: string): number => this.#callsOfUsers.get(domain)?.get(extension) ?? 0;
      const isDown = (trunk: string): boolean => this.#parts.trunkIsDown?.(domain, trunk) === true;
      world = { contactsOf: this.#parts.contactsOf(domain), callsOf, isDown };
      this.#worlds.set(domain, world);
    }
    return world;
  }

  #busied(domain: string, extension: string, by: 1 | -1, ofQueue: boolean): void {
    const calls = add(inner(this.#callsOfUsers, domain), extension, by);
    const lines = this.#lines.get(domain);
    if (lines === undefined) return;
    const ofQueues = add(inner(this.#queueCallsOfUsers, domain), extension, ofQueue ? by : 0);
    if (!ofQueue) lines.otherCalls(extension, calls - ofQueues);
  }

  /** Run to completion: what an event causes is done before the next event is looked at. */
  #run(work: () => void): void {
    if (this.#busy) {
      this.#inbox.push(work);
      return;
    }
    this.#busy = true;
    try {
      for (let next: (() => void) | undefined = work; next !== undefined; next = this.#inbox.shift()) next();
    } finally {
      this.#busy = false;
    }
  }

  #onSignalling(event: SignallingEvent): void {
    if (event.type === 'invited') this.#invited(event);
    else if (event.type === 'requested') this.#parts.onRequest(event);
    else this.#onLeg(event);
  }

  #onMedia(event: MediaEvent): void {
    this.#onLeg(event);
  }

  #onLeg(event: Parameters<LiveCall['onLeg']>[0]): void {
    const call = this.#callOfLeg.get(event.leg);
    if (call !== undefined) this.#guard(call, event, () => call.onLeg(event));
  }

  #invited(event: Extract<SignallingEvent, { type: 'invited' }>): void {
    const { signalling, domainOf } = this.#parts;
    const domain = domainOf(event);
    if (domain === null || this.#draining) {
      signalling.hangUp(event.leg, hangUpCause(this.#draining ? 'congestion' : 'unknownNumber'));
      return;
    }
    if (forwardsBefore((name) => event.header(name)) >= MAX_FORWARDS) {
      signalling.hangUp(event.leg, hangUpCause('loop'));
      return;
    }
    if (event.offer !== null && !this.#parts.isAnswerable(event.offer)) {
      signalling.hangUp(event.leg, hangUpCause('noCommonCodec'));
      return;
    }
    const call = new LiveCall(event, domain, this.#callParts);
    this.#calls.set(call.id, call);
    this.#guard(call, event, () => call.start());
  }

  /**
   * rings a phone of the user, or a number outside, and calls `to` for who answers there. The id of the call's
   * record, or why nothing rings.
   */
  summon(
    domain: Domain,
    user: User,
    from: Extract<Destination, { to: 'device' | 'number' }>,
    to: string,
  ): { readonly record: string } | string {
    if (this.#draining) return 'the exchange is stopping';
    const { clock } = this.#parts;
    const plan = summonsPlan(domain, this.worldOf(domain.name), user, from, clock.now());
    if (typeof plan === 'string') return plan;
    const device = from.to === 'device' ? from.device : (user.devices[0]?.id ?? '');
    const id = `summons-${clock.now().toString(36)}-${++this.#summonses}`;
    const call = new LiveCall(invitationOf(id, domain.name, user, device, to), domain, this.#callParts);
    this.#calls.set(id, call);
    this.#run(() => this.#guard(call, 'summoned', () => call.summon(plan)));
    return { record: call.record };
  }

  /** The call that a phone of the user has on hold, of several the latest. */
  #parkHeld(domain: string, extension: string, slot: string | null): ReturnType<LiveCall['parkHeld']> {
    for (const call of [...this.#calls.values()].reverse()) {
      if (call.domain.name !== domain) continue;
      const outcome = call.parkHeld(extension, slot);
      if (outcome !== null) return outcome;
    }
    return null;
  }

  #runFor(call: LiveCall, run: () => void): void {
    this.#run(() => this.#guard(call, 'timer', run));
  }

  /** A defect ends its call and is told with the state it was met in; no other call notices. */
  #guard(call: LiveCall, event: unknown, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.onDefect(error, { event, call: call.snapshot() });
      call.abort();
    }
  }

  #finished(call: LiveCall): void {
    this.#calls.delete(call.id);
    if (this.#calls.size === 0) this.#idle?.();
  }
}

/** D-47: a call that others have forwarded so often goes in circles. */
const MAX_FORWARDS = 5;

/** What the count is then; 0 leaves no trace. */
function add(counts: Map<string, number>, key: string, by: number): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
  return count;
}

function inner<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}
