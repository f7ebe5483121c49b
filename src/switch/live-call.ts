import { type Call, type CallEffect, type CallEvent, startCall, stepCall } from '../core/call.js';
import type { CallParty, CallRecord } from '../core/call-record.js';
import type { Caller } from '../core/caller.js';
import { CAUSES } from '../core/cause.js';
import { type Domain, describe, ownerOf } from '../core/domain.js';
import { nameOf, type RingTarget } from '../core/plan.js';
import { redirectTarget } from '../core/redirect.js';
import { decide, dialled } from '../core/route.js';
import type { World } from '../core/world.js';
import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { Digit, Media, MediaEvent } from '../ports/media.js';
import type { Invitation, LegId, Sdp, Signalling, SignallingEvent } from '../ports/signalling.js';
import { CallConversations, type ConversationParts } from './call-conversations.js';
import { CallLog } from './call-log.js';
import { callerOf, partyOf } from './call-party.js';
import { inboundLeg, type Leg, outboundLeg } from './leg.js';
import { type LegListener, LiveLeg } from './live-leg.js';
import { inviteOf } from './outgoing-invite.js';
import { targetOf } from './request-target.js';

export type LiveCallParts = ConversationParts & {
  /** The clock as a call sees it: what its timers do is done for this call. */
  readonly clockOf: (call: LiveCall) => Clock;
  readonly signalling: Signalling;
  readonly media: Media;
  readonly worldOf: (domain: string) => World;
  /** A user is in one call more, or one less (D-8). */
  readonly busied: (domain: string, extension: string, by: 1 | -1) => void;
  /** A user is called by that number. */
  readonly called: (domain: string, extension: string, number: string) => void;
  readonly saveCall: (record: CallRecord) => void;
  readonly traced?: (call: LegId, effect: CallEffect) => void;
  readonly legAdded: (leg: LegId, call: LiveCall) => void;
  readonly legGone: (leg: LegId) => void;
  /** Every leg is over on both ports and the record is written. */
  readonly finished: (call: LiveCall) => void;
};

/** US ringback, for a caller who hears us already. */
const RINGBACK = [{ tone: [440, 480], onMs: 2000, offMs: 4000, times: 0, dbm0: -19 }] as const;

/** What the far end hears while it is held: a soft beep every four seconds. */
const HOLD_TONE = [{ tone: [440], onMs: 200, offMs: 3800, times: 1 }] as const;

/** One call with everything that lives: its machine, its legs, the script that talks to the caller, its record. */
export class LiveCall implements LegListener {
  readonly id: string;
  readonly domain: Domain;
  readonly #parts: LiveCallParts;
  readonly #clock: Clock;
  readonly #invitation: Invitation;
  readonly #caller: Caller;
  readonly #party: CallParty;
  /** User part of the Request-URI. */
  readonly #dialled: string;
  readonly #startedAt: number;
  readonly #log: CallLog;
  readonly #legs = new Map<LegId, LiveLeg>();
  readonly #runner: MachineRunner<Call, CallEvent, CallEffect>;
  /** Null: nobody has been talked to. */
  #conversations: CallConversations | null = null;
  /** On whose account the call goes on: who forwarded it last. */
  #by: string | null = null;
  /** Which legs keep which users busy. */
  readonly #busy = new Map<LegId, string>();
  #ringback = false;

  constructor(invitation: Invitation & { readonly leg: LegId }, domain: Domain, parts: LiveCallParts) {
    const clock = parts.clockOf(this);
    this.#clock = clock;
    const startedAt = clock.now();
    this.#startedAt = startedAt;
    this.id = invitation.leg;
    this.domain = domain;
    this.#parts = parts;
    this.#invitation = invitation;
    this.#caller = callerOf(invitation, domain);
    this.#party = partyOf(this.#caller);
    this.#dialled = targetOf(invitation.requestUri).user ?? '';
    const recordId = `${startedAt.toString(36)}-${this.id}`;
    this.#log = new CallLog(recordId, domain.name, this.#party, this.#dialled, startedAt);
    const call = startCall(this.id, dialled(domain, this.#dialled, this.#caller));
    this.#runner = new MachineRunner<Call, CallEvent, CallEffect>(call, stepCall, clock, (e) => this.#perform(e));
  }

  start(): void {
    const { requestUri, callId, offer } = this.#invitation;
    this.#log.legStarted(this.id, 'in', this.#party, requestUri, callId, this.#clock.now());
    this.#add(inboundLeg(this.id, offer), this.#party);
    const owner = this.#caller.device === null ? null : ownerOf(this.domain, this.#caller.device);
    if (owner !== null) this.#busyWith(this.id, owner.extension);
    this.#runner.handle({ type: 'invited' });
  }

  onLeg(event: Extract<SignallingEvent | MediaEvent, { leg: LegId }>): void {
    this.#legs.get(event.leg)?.on(event);
  }

  /** The exchange is stopping. */
  endBySwitch(): void {
    for (const leg of [...this.#legs.values()]) leg.hangUp('normal');
  }

  /** After a defect: every leg is ended on both ports without asking the machines again. */
  abort(): void {
    for (const [id, leg] of this.#legs) {
      leg.abort();
      this.#free(id);
      this.#parts.legGone(id);
    }
    this.#legs.clear();
    this.#finish();
  }

  snapshot(): unknown {
    const { phase, plan, peer, visited } = this.#runner.state;
    return {
      id: this.id,
      domain: this.domain.name,
      from: this.#party,
      dialled: this.#dialled,
      startedAt: this.#startedAt,
      phase,
      ringing: plan?.targets.map(nameOf) ?? [],
      peer,
      visited,
      legs: [...this.#legs.values()].map((leg) => leg.snapshot()),
    };
  }

  ready(leg: LiveLeg): void {
    this.#runner.handle({ type: 'ready', leg: leg.id });
  }

  ringing(leg: LiveLeg, early: boolean): void {
    this.#log.legRinging(leg.id, this.#clock.now());
    this.#runner.handle({ type: 'ringing', leg: leg.id, early });
  }

  answered(leg: LiveLeg): void {
    this.#log.legAnswered(leg.id, this.#clock.now());
    this.#runner.handle({ type: 'answered', leg: leg.id });
    this.#conversations?.answered(leg.id);
  }

  held(leg: LiveLeg, held: boolean): void {
    const { media } = this.#parts;
    const other = this.#otherThan(leg);
    if (other === undefined) return;
    if (held) {
      media.disconnect(leg.id);
      if (!other.isHeld) media.play(other.id, 'hold', HOLD_TONE, true);
    } else if (other.isHeld) {
      media.play(leg.id, 'hold', HOLD_TONE, true);
    } else {
      media.stopPlaying(leg.id);
      media.stopPlaying(other.id);
      media.connect(leg.id, other.id);
    }
  }

  digit(leg: LiveLeg, digit: Digit, durationMs: number, via: 'rtp' | 'info'): void {
    this.#conversations?.digit(leg.id, digit);
    this.#otherThan(leg)?.sendDigit(digit, durationMs, via);
  }

  played(leg: LiveLeg, token: string): void {
    this.#conversations?.played(leg.id, token);
  }

  recorded(leg: LiveLeg, event: Extract<MediaEvent, { type: 'recorded' }>): void {
    this.#conversations?.recorded(leg.id, event);
  }

  /** A held party may send nothing: he hears our tone and his phone may know it. */
  silent(leg: LiveLeg): void {
    if (!leg.isHeld && this.#otherThan(leg)?.isHeld !== true) leg.hangUp('mediaLost');
  }

  like(leg: LiveLeg): Sdp | null {
    return this.#otherThan(leg)?.sdp ?? null;
  }

  over(leg: LiveLeg, status: number, by: 'local' | 'remote' | 'lost'): void {
    this.#log.legEnded(leg.id, status, by, leg.cause, this.#clock.now());
    this.#free(leg.id);
    const redirect = leg.redirect === null ? null : targetOf(leg.redirect).user;
    // A phone whose 200 could not be used has been hung up: for the call it failed.
    const failed = status < 300 && leg.cause !== null ? CAUSES[leg.cause].status : status;
    this.#runner.handle({ type: 'ended', leg: leg.id, status: failed, redirect });
    this.#conversations?.hungUp(leg.id);
  }

  closed(leg: LiveLeg, event: Extract<MediaEvent, { type: 'closed' }>): void {
    this.#log.mediaClosed(leg.id, event.statistics);
  }

  /** The call is gone when its last leg is. */
  gone(leg: LiveLeg): void {
    this.#legs.delete(leg.id);
    this.#parts.legGone(leg.id);
    if (this.#legs.size > 0 || this.#runner.state.phase !== 'ended') return;
    this.#finish();
  }

  #finish(): void {
    this.#runner.stop();
    this.#conversations?.end();
    this.#parts.saveCall(this.#log.finish(this.#clock.now()));
    this.#parts.finished(this);
  }

  #talks(): CallConversations {
    this.#conversations ??= new CallConversations(this.domain, this.#party, this.#parts, this.#clock, {
      answer: (leg) => this.#legs.get(leg)?.do({ type: 'doAnswer', like: null }),
      conversed: () => this.#runner.handle({ type: 'conversed' }),
      confirmed: (leg, accepted) => this.#runner.handle({ type: accepted ? 'accepted' : 'refused', leg }),
      dismissed: (leg) => this.#legs.get(leg)?.hangUp('answeredElsewhere'),
    });
    return this.#conversations;
  }

  #add(leg: Leg, party: CallParty): LiveLeg {
    const { signalling, media } = this.#parts;
    const live = new LiveLeg(leg, party, { signalling, media, clock: this.#clock }, this);
    this.#legs.set(leg.id, live);
    this.#parts.legAdded(leg.id, this);
    return live;
  }

  #perform(effect: CallEffect): void {
    this.#parts.traced?.(this.id, effect);
    const caller = this.#legs.get(this.id);
    switch (effect.type) {
      case 'decide':
        return this.#decide(effect);
      case 'invite':
        return this.#invite(effect.leg, effect.target, effect.route);
      case 'confirm':
        return this.#talks().confirm(effect.leg, effect.target, effect.extension);
      case 'dismiss':
        return this.#talks().dismiss(effect.leg);
      case 'redirect':
        return this.#redirect(effect);
      case 'ringback':
        this.#log.legRinging(this.id, this.#clock.now());
        if (!this.#runner.state.callerAnswered && !this.#runner.state.earlyOpen) return caller?.do({ type: 'doAlert' });
        this.#ringback = true;
        return this.#parts.media.play(this.id, 'ringback', RINGBACK, true);
      case 'early':
        this.#log.legRinging(this.id, this.#clock.now());
        return caller?.do({ type: 'doEarly', like: this.#sdpOf(effect.like) });
      case 'answer':
        this.#takenBy(effect.like);
        return caller?.do({ type: 'doAnswer', like: this.#sdpOf(effect.like) });
      case 'connect':
        return this.#connect(effect.a, effect.b);
      case 'converse': {
        const { conversation } = effect;
        const id = conversation.with === 'voicemail' ? conversation.extension : this.#dialled;
        const kind = conversation.with === 'voicemail' ? 'voicemail' : 'service';
        if (conversation.with !== 'screen') this.#log.taken({ kind, id });
        return this.#talks().converse(this.id, this.#runner.state.callerAnswered, conversation);
      }
      case 'hangUp':
        return this.#legs.get(effect.leg)?.hangUp(effect.cause);
      case 'startTimer':
      case 'stopTimer':
        return; // the runner's
    }
  }

  #connect(a: LegId, b: LegId): void {
    const { media } = this.#parts;
    if (this.#ringback) media.stopPlaying(this.id);
    this.#ringback = false;
    media.connect(a, b);
    if (this.#runner.state.phase !== 'talking') return;
    this.#takenBy(b);
    const party = this.#legs.get(b)?.party;
    if (party !== undefined)
      this.#log.taken(
        party.device === null ? { kind: 'number', id: party.number } : { kind: 'device', id: party.device },
      );
  }

  /** D-8: whoever takes the call is in it, be it by a phone outside. */
  #takenBy(leg: LegId): void {
    const device = this.#legs.get(leg)?.party.device ?? null;
    const extension = device === null ? this.#by : (ownerOf(this.domain, device)?.extension ?? null);
    if (extension !== null) this.#busyWith(leg, extension);
  }

  #busyWith(leg: LegId, extension: string): void {
    if (this.#busy.has(leg)) return;
    this.#busy.set(leg, extension);
    this.#parts.busied(this.domain.name, extension, 1);
  }

  #free(leg: LegId): void {
    const extension = this.#busy.get(leg);
    if (extension === undefined) return;
    this.#busy.delete(leg);
    this.#parts.busied(this.domain.name, extension, -1);
  }

  #decide({ to, from, purpose, screened }: Extract<CallEffect, { type: 'decide' }>): void {
    const at = this.#clock.now();
    if (from !== null) this.#log.forwarded({ from, to: describe(to), purpose, at });
    const { number } = this.#caller;
    if (to.to === 'extension' && number !== null && this.domain.users.has(to.extension))
      this.#parts.called(this.domain.name, to.extension, number);
    const inquiry = { to, caller: this.#caller, by: from, screened };
    const { plan, rule, because } = decide(this.domain, this.#parts.worldOf(this.domain.name), inquiry, at);
    this.#log.decided(rule, because);
    this.#runner.handle({ type: 'decided', plan });
  }

  #redirect({ branch, from, to }: Extract<CallEffect, { type: 'redirect' }>): void {
    if (from.kind !== 'device') return;
    const world = this.#parts.worldOf(this.domain.name);
    const { target, because } = redirectTarget(this.domain, world, from, to, this.#caller.device);
    const at = this.#clock.now();
    this.#log.forwarded({ from: from.device, to, purpose: 'redirected', at });
    this.#log.decided(null, because);
    this.#runner.handle({ type: 'redirected', branch, target });
  }

  #invite(id: LegId, target: RingTarget, route: number): void {
    const party: CallParty = {
      name: '',
      number: nameOf(target),
      device: target.kind === 'device' ? target.device : null,
    };
    this.#by = this.#runner.state.plan?.extension ?? null;
    const invite = inviteOf(target, route, {
      domain: this.domain,
      caller: this.#party,
      callerHidden: this.#caller.anonymous,
      by: this.#by,
      callerExtension: this.#caller.device === null ? null : this.#party.number,
      maxForwards: this.#invitation.maxForwards,
    });
    this.#log.legStarted(id, 'out', party, invite?.uri ?? '', invite === null ? '' : id, this.#clock.now());
    const leg = this.#add(outboundLeg(id, invite), party);
    if (invite === null) leg.hangUp('noRoute');
    else leg.do({ type: 'doInvite', like: this.#sdpOf(this.id) });
  }

  #sdpOf(leg: LegId): Sdp | null {
    return this.#legs.get(leg)?.sdp ?? null;
  }

  /** The other party of a talking pair. */
  #otherThan(leg: LiveLeg): LiveLeg | undefined {
    const { phase, peer } = this.#runner.state;
    if (phase !== 'talking' || peer === null) return undefined;
    return this.#legs.get(leg.id === this.id ? peer : this.id);
  }
}
