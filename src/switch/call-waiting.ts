import { type Call, type CallEvent, callerOf, type WaitingEffect } from '../core/call.js';
import type { Caller } from '../core/caller.js';
import type { Domain, User } from '../core/domain.js';
import { musicNamed } from '../core/hold-music.js';
import type { DeviceTarget, RingPlan } from '../core/plan.js';
import { agentPlan, isReachable } from '../core/queue/agent-plan.js';
import { autoAnswerHeaders, queueHeaders } from '../core/queue/agent-reach.js';
import { exitPlan } from '../core/queue/exit-plan.js';
import { lineOf } from '../core/queue/line-index.js';
import { QUEUE_DEFAULTS } from '../core/queue/queue-config.js';
import type { CallerParty, OfferId } from '../core/queue/queue-event.js';
import { wayTo } from '../core/ring-set.js';
import { isRung } from '../core/ringing.js';
import type { ContactsOf, World } from '../core/world.js';
import type { Clock } from '../machine/clock.js';
import type { Media } from '../ports/media.js';
import type { LegId } from '../ports/signalling.js';
import { announceWait, offerVoicemail, welcome, whisper } from '../scripts/queue.js';
import type { AskingQueue, CallConversations } from './call-conversations.js';
import type { LiveLeg } from './live-leg.js';
import type { LiveQueues, ParkOrder, ParkOutcome, QueueOrder, WaitingCall } from './live-queues.js';
import { WaitingSound } from './waiting-sound.js';

export type CallWaitingHost = {
  readonly record: string;
  readonly domain: Domain;
  readonly dialled: string;
  readonly media: Media;
  readonly clock: Clock;
  readonly world: World;
  readonly conversations: CallConversations;
  readonly lines: () => LiveQueues | null;
  readonly state: () => Call;
  readonly handle: (event: CallEvent) => void;
  /** Who is served. */
  readonly caller: () => Caller;
  readonly party: (leg: LegId) => CallerParty;
  /** The caller is in this queue now. */
  readonly queued: (queue: string) => void;
  /** A user has taken an offer with that leg; a queue's or not (D-35). */
  readonly busy: (leg: LegId, extension: string, ofQueue: boolean) => void;
  /** Gives the leg that is served away; it is no longer this call's. */
  readonly release: () => LiveLeg | null;
  /** It is, and the call may be over. */
  readonly released: () => void;
  readonly adopt: (leg: LiveLeg) => void;
};

/** How the phones of an offer are rung. */
export type OfferOccasion = {
  /** Whose rules ring. */
  readonly extension: string;
  /** Caller name to show. */
  readonly name: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Null: a ring-back. */
  readonly queue: AskingQueue | null;
};

/** What one call has to do with queues and park slots: carries what they decide to its machine, and back. */
export class CallWaiting implements WaitingCall {
  readonly #host: CallWaitingHost;
  #where: { readonly queue: string } | { readonly slot: string } | null = null;
  #sound: WaitingSound | null = null;
  /** Since when he waits, in whatever queue (D-32). */
  #since: number | null = null;
  /** Ring-backs have numbers below 0; those of queues are above. */
  #ringBacks = 0;
  readonly #occasions = new Map<OfferId, OfferOccasion>();

  constructor(host: CallWaitingHost) {
    this.#host = host;
  }

  get id(): LegId {
    return this.#host.state().id;
  }

  get record(): string {
    return this.#host.record;
  }

  /** The rules of now for one who has waited, else those that the call began with. */
  get domain(): Domain {
    return (this.#where === null && this.#since === null ? null : this.#host.lines()?.domain) ?? this.#host.domain;
  }

  /** The offer that a leg is rung for; null: it is rung for none. */
  occasionOf(leg: LegId): OfferOccasion | null {
    const { offers, talk, peer } = this.#host.state();
    if (peer === leg) return talk === null ? null : (this.#occasions.get(talk) ?? null);
    const offer = offers.find(({ leg: taken, ringing }) => taken === leg || (ringing !== null && isRung(ringing, leg)));
    return offer === undefined ? null : (this.#occasions.get(offer.id) ?? null);
  }

  /** What the call's machine wants told. */
  perform(effect: WaitingEffect): void {
    switch (effect.type) {
      case 'joinQueue':
        return this.#join(effect.queue, effect.announce);
      case 'retrieve': {
        this.#where = { slot: effect.slot };
        const lines = this.#host.lines();
        return lines === null ? this.nothingParked() : lines.retrieve(effect.slot, this);
      }
      case 'offerRinging':
      case 'offerConfirming':
        if (effect.offer > 0) this.#host.lines()?.tell(effect);
        return;
      case 'offerAccepted':
        return this.#accepted(effect.offer, effect.leg);
      case 'offerFailed':
        if (effect.offer > 0) this.#host.lines()?.tell(effect);
        else this.#host.lines()?.tellSlot({ type: 'ringBackFailed', call: this.record });
        return;
      case 'talkEnded':
        if (effect.offer > 0) this.#host.lines()?.tell(effect);
        return;
      case 'stoppedWaiting':
        return this.#stopped();
    }
  }

  /** After a defect, and at the end: nobody waits for this call any more. */
  end(): void {
    const { talk, phase } = this.#host.state();
    if (phase === 'waiting') this.#stopped();
    if (talk !== null && talk > 0) this.#host.lines()?.tell({ type: 'talkEnded', offer: talk });
    if (this.#where !== null || this.#since !== null) this.#host.lines()?.forget(this);
    this.#where = null;
  }

  inQueue(order: QueueOrder): void {
    switch (order.type) {
      case 'admit':
        return this.#admitted(order);
      case 'announce':
        return this.#sound?.tell(announceWait(order.announcement), true, () => {});
      case 'offerVoicemail':
        return this.#offerVoicemail();
      case 'offer':
        return this.#offered(order);
      case 'withdraw':
        return this.#host.handle({ type: 'withdrawn', offer: order.offer, cause: order.cause });
      case 'whisper': {
        const leg = this.#host.state().offers.find(({ id }) => id === order.offer)?.leg ?? null;
        const whispered = (): void => this.#host.lines()?.tell({ type: 'whispered', offer: order.offer });
        if (leg === null) return whispered();
        return this.#host.conversations.run(leg, 'whisper', true, whisper(order.sound), whispered);
      }
      case 'connect':
        this.#endSound();
        this.#where = null;
        return this.#host.handle({ type: 'connected', offer: order.offer });
      case 'leave': {
        this.#endSound();
        this.#where = null;
        return this.#host.handle({ type: 'left', plan: exitPlan(order.exit, order.queue, order.why) });
      }
    }
  }

  inSlot(order: ParkOrder): void {
    switch (order.type) {
      case 'ringBack':
        return this.#ringBack(order);
      case 'endRingBack':
        return this.#host.handle({ type: 'withdrawn', offer: -this.#ringBacks, cause: order.cause });
      case 'takeBack':
        this.#endSound();
        this.#where = null;
        return this.#host.handle({ type: 'connected', offer: -this.#ringBacks });
      case 'offerVoicemail':
        return this.#offerVoicemail();
      case 'leave':
        this.#endSound();
        this.#where = null;
        return this.#host.handle({ type: 'left', plan: exitPlan(order.exit, order.slot, 'unanswered') });
    }
  }

  giveTo(retriever: WaitingCall): void {
    this.#endSound();
    this.#where = null;
    const leg = this.#host.release();
    if (leg === null) return retriever.nothingParked();
    retriever.take(leg);
    this.#host.handle({ type: 'handedOver' });
    this.#host.released();
  }

  take(leg: LiveLeg): void {
    this.#where = null;
    this.#host.adopt(leg);
    this.#host.handle({ type: 'joined', leg: leg.id });
  }

  nothingParked(): void {
    this.#where = null;
    this.#host.handle({ type: 'left', plan: { do: 'regret', why: 'nothingParked', cause: 'unknownNumber' } });
  }

  /** D-42: the one with `by` parks the other. `slot` null: the lowest that is free. */
  park(by: LegId, parker: User | null, slot: string | null): ParkOutcome {
    const { host, lines } = { host: this.#host, lines: this.#host.lines() };
    const { phase, peer } = host.state();
    if (lines === null) return { refused: 404 };
    if (phase !== 'talking' || peer === null) return { refused: 486 };
    const held = by === peer ? callerOf(host.state()) : peer;
    const whose = parker === null ? null : { extension: parker.extension, voicemail: parker.voicemail !== null };
    const outcome = lines.park(this, host.party(held), slot, whose);
    if ('refused' in outcome) return outcome;
    this.#since ??= host.clock.now();
    this.#where = { slot: outcome.slot };
    host.handle({ type: 'parked', by });
    host.media.disconnect(held);
    this.#newSound(held, outcome.music).start();
    return outcome;
  }

  #join(queue: string, announce: readonly ('position' | 'callers' | 'wait')[] | null): void {
    const { dialled, lines, clock, party, state } = this.#host;
    const since = this.#since;
    this.#since ??= clock.now();
    this.#where = { queue };
    const live = lines();
    if (live === null) {
      const exit = { to: 'reject', cause: 'unavailable' } as const;
      return this.#host.handle({ type: 'left', plan: exitPlan(exit, queue, 'noQueue') });
    }
    live.join(this, { queue, party: party(callerOf(state())), dialled, priority: 0, announce, since });
  }

  #admitted({ queue, intro, music }: Extract<QueueOrder, { type: 'admit' }>): void {
    const { state, lines, queued } = this.#host;
    queued(queue);
    const call = state();
    this.#newSound(callerOf(call), music).tell(welcome(intro), call.callerAnswered, () => {
      if (intro !== null) lines()?.tell({ type: 'introEnded', call: this.record });
    });
  }

  #newSound(leg: LegId, music: string | null): WaitingSound {
    const { media, conversations } = this.#host;
    const { name, music: classes } = this.domain;
    this.#sound = new WaitingSound(leg, name, musicNamed(classes, music), media, conversations);
    return this.#sound;
  }

  #endSound(): void {
    this.#sound?.end();
    this.#sound = null;
  }

  #offerVoicemail(): void {
    const { lines } = this.#host;
    this.#sound?.tell(offerVoicemail(), true, (outcome) => {
      if (outcome === 'stays' || this.#where === null) return;
      if ('queue' in this.#where) lines()?.tell({ type: 'voicemailChosen', call: this.record });
      else lines()?.tellSlot({ type: 'voicemailChosen', call: this.record });
    });
  }

  #offered(order: Extract<QueueOrder, { type: 'offer' }>): void {
    const { world, clock, caller, party, state, handle, lines } = this.#host;
    const { offer, queue, agent, reach, ringMs, confirm, autoAnswer } = order;
    const { domain } = this;
    const now = clock.now();
    const plan = agentPlan(domain, world, reach, caller(), { ringMs, confirm }, now);
    if (plan === null) {
      // Who can be rung, but not by this caller, has declined him.
      const why = isReachable(domain, world, reach, now) ? 'declined' : 'unreachable';
      lines()?.tell({ type: 'offerFailed', offer, why });
      return;
    }
    const line = lineOf(domain, queue);
    const { name, number } = party(callerOf(state()));
    const headers = autoAnswer ? autoAnswerHeaders(domain.name) : queueHeaders(domain.name);
    const { name: title, confirmMs } = line?.kind === 'queue' ? line.queue : { ...QUEUE_DEFAULTS, name: queue };
    const shown = `${title}: ${name === '' ? number : name}`;
    this.#occasions.set(offer, { extension: agent, name: shown, headers, queue: { extension: queue, confirmMs } });
    handle({ type: 'offered', offer, plan: { ...plan, ringMs: plan.ringMs + LATER_MS, confirmMs } });
  }

  /** D-44: the parker's devices, whatever his rules say. */
  #ringBack({ parker, name, ringMs }: Extract<ParkOrder, { type: 'ringBack' }>): void {
    const offer = -++this.#ringBacks;
    const plan = ringBackPlan(this.domain.users.get(parker.extension), this.#host.world.contactsOf, ringMs);
    if (plan.targets.length === 0) {
      this.#host.lines()?.tellSlot({ type: 'ringBackFailed', call: this.record });
      return;
    }
    const headers = queueHeaders(this.domain.name);
    this.#occasions.set(offer, { extension: parker.extension, name, headers, queue: null });
    this.#host.handle({ type: 'offered', offer, plan });
  }

  #accepted(offer: OfferId, leg: LegId): void {
    const { lines, busy } = this.#host;
    const occasion = this.#occasions.get(offer);
    if (occasion !== undefined) busy(leg, occasion.extension, offer > 0);
    if (offer > 0) lines()?.tell({ type: 'offerAnswered', offer });
    else lines()?.tellSlot({ type: 'ringBackAnswered', call: this.record });
  }

  #stopped(): void {
    this.#endSound();
    const where = this.#where;
    this.#where = null;
    if (where === null) return;
    if ('queue' in where) this.#host.lines()?.tell({ type: 'callerLeft', call: this.record });
    else this.#host.lines()?.tellSlot({ type: 'callerLeft', call: this.record });
  }
}

/** The queue ends what it offers; the ring's own end comes later, so that each offer is ended once. */
const LATER_MS = 1_000;

function ringBackPlan(parker: User | undefined, contactsOf: ContactsOf, ringMs: number): RingPlan {
  const targets = (parker?.devices ?? []).flatMap(({ id: device }) =>
    contactsOf(device).map(
      (contact): DeviceTarget => ({
        ...{ kind: 'device', device, delayMs: 0, confirm: null, own: true },
        ...wayTo(contact),
      }),
    ),
  );
  return {
    do: 'ring',
    extension: parker?.extension ?? null,
    targets,
    ringMs: ringMs + LATER_MS,
    busy: null,
    offline: null,
    unanswered: { do: 'reject', cause: 'unavailable' },
  };
}
