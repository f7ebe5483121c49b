import { type Call, type CallEffect, type CallEvent, callerOf as servedLeg, startCall } from '../core/call.js';
import type { CallParty, CallRecord } from '../core/call-record.js';
import { stepCall } from '../core/call-step.js';
import { CAUSES } from '../core/cause.js';
import type { WatchedDialog } from '../core/dialog-info.js';
import { type Domain, ownerOf } from '../core/domain.js';
import { nameOf, type RingPlan, type RingTarget } from '../core/plan.js';
import { dialled } from '../core/route.js';
import type { World } from '../core/world.js';
import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { Digit, Media, MediaEvent } from '../ports/media.js';
import type { Invitation, LegId, Referral, Sdp, Signalling, SignallingEvent } from '../ports/signalling.js';
import { type Busied, BusyUsers } from './busy-users.js';
import { CallConversations, type ConversationParts } from './call-conversations.js';
import { CallLog } from './call-log.js';
import { callerOf, partyOf, shownParty } from './call-party.js';
import { CallRouting } from './call-routing.js';
import { CallWaiting } from './call-waiting.js';
import { hold } from './hold-music.js';
import { inboundLeg, type Leg, outboundLeg } from './leg.js';
import { type LegListener, type LegPorts, LiveLeg } from './live-leg.js';
import type { LiveQueues, ParkOutcome } from './live-queues.js';
import { parkByTransfer, userOf } from './parking.js';
import { targetOf } from './request-target.js';
import { RINGBACK } from './tones.js';
import { type ShowLeg, WatchedLegs } from './watched-legs.js';

export type LiveCallParts = ConversationParts & {
  /** The clock as a call sees it: what its timers do is done for this call. */
  readonly clockOf: (call: LiveCall) => Clock;
  readonly signalling: Signalling;
  readonly media: Media;
  readonly worldOf: (domain: string) => World;
  readonly switchedNow: (domain: Domain) => Domain;
  readonly busied: (domain: string, ...busied: Parameters<Busied>) => void;
  /** For who watches the users of the domain (RFC 4235). */
  readonly shown: (domain: string, ...shown: Parameters<ShowLeg>) => void;
  /** The queues and park slots of the call's domain; null: it has none. */
  readonly linesOf: (domain: string) => LiveQueues | null;
  /** A user is called by that number; null: by nobody known. */
  readonly called: (domain: string, extension: string, number: string | null) => void;
  readonly saveCall: (record: CallRecord) => void;
  readonly traced?: (call: LegId, effect: CallEffect) => void;
  readonly legAdded: (leg: LegId, call: LiveCall) => void;
  readonly legGone: (leg: LegId) => void;
  /** Every leg is over on both ports and the record is written. */
  readonly finished: (call: LiveCall) => void;
};

/** One call with everything that lives: its machine, its legs, the script that talks to the caller, its record. */
export class LiveCall implements LegListener {
  readonly id: string;
  readonly domain: Domain;
  readonly #parts: LiveCallParts;
  readonly #clock: Clock;
  readonly #invitation: Invitation;
  readonly #routing: CallRouting;
  readonly #party: CallParty;
  /** User part of the Request-URI. */
  readonly #dialled: string;
  readonly #startedAt: number;
  readonly #log: CallLog;
  readonly #legs = new Map<LegId, LiveLeg>();
  readonly #runner: MachineRunner<Call, CallEvent, CallEffect>;
  /** Null: nobody has been talked to. */
  #conversations: CallConversations | null = null;
  readonly #busy: BusyUsers;
  readonly #watched: WatchedLegs;
  /** Null: nobody has waited. */
  #waiting: CallWaiting | null = null;
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
    const caller = callerOf(invitation, domain);
    this.#party = partyOf(caller);
    this.#dialled = targetOf(invitation.requestUri).user ?? '';
    const recordId = `${startedAt.toString(36)}-${this.id}`;
    this.#log = new CallLog(recordId, domain.name, this.#party, this.#dialled, startedAt);
    this.#routing = new CallRouting({
      caller,
      party: this.#party,
      maxForwards: invitation.maxForwards,
      told: { diversion: invitation.header('Diversion'), historyInfo: invitation.header('History-Info') },
      clock,
      log: this.#log,
      domain: () => parts.switchedNow(this.#waiting?.domain ?? domain),
      worldOf: parts.worldOf,
      called: parts.called,
    });
    const call = startCall(this.id, dialled(domain, this.#dialled, caller));
    this.#runner = new MachineRunner<Call, CallEvent, CallEffect>(call, stepCall, clock, (e) => this.#perform(e));
    this.#busy = new BusyUsers((...busied) => parts.busied(domain.name, ...busied));
    this.#watched = new WatchedLegs((...shown) => parts.shown(domain.name, ...shown));
  }

  /** Id of its record. */
  get record(): string {
    return this.#log.id;
  }

  start(): void {
    const { requestUri, callId, offer } = this.#invitation;
    this.#log.legStarted(this.id, 'in', this.#party, requestUri, callId, this.#clock.now());
    this.#add(inboundLeg(this.id, offer), this.#party);
    const owner = this.#party.device === null ? null : ownerOf(this.domain, this.#party.device);
    if (owner !== null) this.#busy.add(this.id, owner.extension, false);
    const remote = { name: '', number: this.#dialled };
    this.#watch(this.id, this.#party, { state: 'trying', direction: 'initiator', remote });
    this.#runner.handle({ type: 'invited' });
  }

  /** this rings first, and who answers is the caller. */
  summon(plan: RingPlan): void {
    this.#runner.handle({ type: 'summoned', plan });
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
      this.#busy.remove(id);
      this.#watched.ended(id);
      this.#parts.legGone(id);
    }
    this.#legs.clear();
    this.#finish();
  }

  /** D-42: parks whom a phone of that user has on hold; null: no phone of his holds somebody here. */
  parkHeld(extension: string, slot: string | null): ParkOutcome | null {
    for (const leg of this.#legs.values()) {
      if (!leg.isHeld || this.#otherThan(leg) === undefined || userOf(leg, this.domain)?.extension !== extension)
        continue;
      const outcome = this.#waits().park(leg.id, userOf(leg, this.domain), slot);
      if ('slot' in outcome) leg.hangUp('normal');
      return outcome;
    }
    return null;
  }

  snapshot(): unknown {
    const { phase, ringing, offers, talk, peer, visited } = this.#runner.state;
    return {
      id: this.id,
      record: this.#log.id,
      domain: this.domain.name,
      from: this.#party,
      dialled: this.#dialled,
      startedAt: this.#startedAt,
      phase,
      ringing: [ringing, ...offers.map((offer) => offer.ringing)].flatMap((r) => r?.plan.targets.map(nameOf) ?? []),
      offers: offers.map(({ id, state, leg }) => ({ id, state, leg })),
      talk,
      peer,
      visited,
      legs: [...this.#legs.values()].map((leg) => leg.snapshot()),
    };
  }

  ready(leg: LiveLeg): void {
    this.#runner.handle({ type: 'ready', leg: leg.id });
    this.#conversations?.early(leg.id);
  }

  ringing(leg: LiveLeg, early: boolean): void {
    this.#log.legRinging(leg.id, this.#clock.now());
    this.#watched.ringing(leg.id);
    this.#runner.handle({ type: 'ringing', leg: leg.id, early });
  }

  answered(leg: LiveLeg): void {
    this.#log.legAnswered(leg.id, this.#clock.now());
    this.#watched.answered(leg.id);
    this.#runner.handle({ type: 'answered', leg: leg.id });
    this.#conversations?.answered(leg.id);
  }

  held(leg: LiveLeg): void {
    const other = this.#otherThan(leg);
    if (other !== undefined) hold(this.#parts.media, this.domain, leg, other);
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
    this.#busy.remove(leg.id);
    this.#watched.ended(leg.id);
    const redirect = leg.redirect === null ? null : targetOf(leg.redirect).user;
    // A phone whose 200 could not be used has been hung up: for the call it failed.
    const failed = status < 300 && leg.cause !== null ? CAUSES[leg.cause].status : status;
    this.#runner.handle({ type: 'ended', leg: leg.id, status: failed, redirect });
    this.#conversations?.hungUp(leg.id);
  }

  referred(leg: LiveLeg, referral: Referral): void {
    parkByTransfer(leg, referral, this.domain, this.#waits(), this.#talks());
  }

  closed(leg: LiveLeg, event: Extract<MediaEvent, { type: 'closed' }>): void {
    this.#log.mediaClosed(leg.id, event.statistics);
  }

  /** The call is gone when its last leg is. */
  gone(leg: LiveLeg): void {
    this.#legs.delete(leg.id);
    this.#parts.legGone(leg.id);
    this.#settle();
  }

  #settle(): void {
    if (this.#legs.size > 0 || this.#runner.state.phase !== 'ended') return;
    this.#finish();
  }

  #finish(): void {
    this.#runner.stop();
    this.#waiting?.end();
    this.#conversations?.end();
    this.#parts.saveCall(this.#log.finish(this.#clock.now()));
    this.#parts.finished(this);
  }

  #talks(): CallConversations {
    this.#conversations ??= new CallConversations(this.domain, this.#party, this.#parts, this.#clock, {
      answer: (leg) => this.#legs.get(leg)?.do({ type: 'doAnswer', like: null }),
      early: (leg) => this.#legs.get(leg)?.openEarly() ?? false,
      conversed: () => this.#runner.handle({ type: 'conversed' }),
      confirmed: (leg, outcome) => this.#runner.handle({ type: outcome, leg }),
      dismissed: (leg) => this.#legs.get(leg)?.hangUp('answeredElsewhere'),
    });
    return this.#conversations;
  }

  #waits(): CallWaiting {
    const { media, linesOf, worldOf } = this.#parts;
    const { domain } = this;
    this.#waiting ??= new CallWaiting({
      ...{ record: this.#log.id, domain, media, clock: this.#clock, dialled: this.#dialled },
      conversations: this.#talks(),
      world: worldOf(domain.name),
      lines: () => linesOf(domain.name),
      state: () => this.#runner.state,
      handle: (event) => this.#runner.handle(event),
      caller: () => this.#routing.callerAs(this.#served()),
      party: (leg) => shownParty(this.#legs.get(leg)?.party ?? this.#party, this.domain),
      queued: (id) => this.#log.taken({ kind: 'service', id }),
      busy: (leg, extension, ofQueue) => this.#busy.add(leg, extension, ofQueue),
      release: () => this.#release(),
      released: () => this.#settle(),
      adopt: (leg) => this.#adopt(leg),
    });
    return this.#waiting;
  }

  #add(leg: Leg, party: CallParty): LiveLeg {
    const live = new LiveLeg(leg, party, this.#ports(), this);
    this.#legs.set(leg.id, live);
    this.#parts.legAdded(leg.id, this);
    return live;
  }

  #ports(): LegPorts {
    const { signalling, media } = this.#parts;
    return { signalling, media, clock: this.#clock };
  }

  #perform(effect: CallEffect): void {
    this.#parts.traced?.(this.id, effect);
    const served = servedLeg(this.#runner.state);
    const caller = this.#legs.get(served);
    switch (effect.type) {
      case 'decide':
        if (served !== this.id && effect.purpose === 'dialled') this.#log.summoned(served);
        return this.#runner.handle({ type: 'decided', plan: this.#routing.decide(effect, this.#served()) });
      case 'invite':
        return this.#invite(effect.leg, effect.target, effect.route);
      case 'confirm':
        return this.#talks().confirm(
          effect.leg,
          effect.target,
          effect.extension,
          this.#waiting?.occasionOf(effect.leg)?.queue ?? null,
        );
      case 'dismiss':
        return this.#talks().dismiss(effect.leg);
      case 'redirect':
        return this.#runner.handle({ type: 'redirected', ...this.#routing.redirect(effect) });
      case 'ringback':
        this.#log.legRinging(served, this.#clock.now());
        this.#watched.ringing(served);
        if (!this.#runner.state.callerAnswered && !this.#runner.state.earlyOpen) return caller?.do({ type: 'doAlert' });
        this.#ringback = true;
        return this.#parts.media.play(served, 'ringback', RINGBACK, true);
      case 'early':
        this.#log.legRinging(served, this.#clock.now());
        this.#watched.ringing(served);
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
        const { callerAnswered } = this.#runner.state;
        if (conversation.with !== 'screen' && conversation.with !== 'regret') {
          this.#log.taken({ kind, id });
          if (callerAnswered) this.#log.answered(this.#clock.now());
        }
        return this.#talks().converse(served, callerAnswered, conversation);
      }
      case 'hangUp':
        this.#watched.ended(effect.leg); // whether or not the phone answers to it
        return this.#legs.get(effect.leg)?.hangUp(effect.cause);
      case 'joinQueue':
      case 'retrieve':
      case 'offerRinging':
      case 'offerConfirming':
      case 'offerAccepted':
      case 'offerFailed':
      case 'talkEnded':
      case 'stoppedWaiting':
        return this.#waits().perform(effect);
      case 'startTimer':
      case 'stopTimer':
        return; // the runner's
    }
  }

  #connect(a: LegId, b: LegId): void {
    const { media } = this.#parts;
    if (this.#ringback) media.stopPlaying(servedLeg(this.#runner.state));
    this.#ringback = false;
    media.connect(a, b);
    if (this.#runner.state.phase !== 'talking') return;
    this.#log.answered(this.#clock.now());
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
    const extension = device === null ? this.#routing.by : (ownerOf(this.domain, device)?.extension ?? null);
    if (extension !== null) this.#busy.add(leg, extension, false);
  }

  /** The leg that is served goes to another call. */
  #release(): LiveLeg | null {
    const leg = this.#legs.get(servedLeg(this.#runner.state));
    if (leg === undefined || leg.isEnded) return null;
    this.#legs.delete(leg.id);
    this.#busy.remove(leg.id);
    this.#watched.forget(leg.id);
    this.#log.legEnded(leg.id, CAUSES.normal.status, 'local', 'normal', this.#clock.now());
    this.#parts.legGone(leg.id);
    return leg;
  }

  #adopt(leg: LiveLeg): void {
    const now = this.#clock.now();
    this.#log.legStarted(leg.id, 'out', leg.party, '', leg.id, now);
    this.#log.legAnswered(leg.id, now);
    const remote = shownParty(this.#party, this.domain);
    this.#watch(leg.id, leg.party, { state: 'confirmed', direction: 'recipient', remote });
    leg.moveTo(this, this.#ports());
    this.#legs.set(leg.id, leg);
    this.#parts.legAdded(leg.id, this);
  }

  #invite(id: LegId, target: RingTarget, route: number): void {
    const { ringing, caller, phase } = this.#runner.state;
    const occasion = this.#waiting?.occasionOf(id) ?? null;
    const by = occasion?.extension ?? ringing?.plan.extension ?? null;
    const { invite, party } =
      phase === 'summoning'
        ? this.#routing.summon(target, route, this.#dialled)
        : this.#routing.invite(target, route, this.#served(), by, occasion);
    if (phase === 'summoning' && by !== null) this.#busy.add(id, by, false); // D-8: dialling out
    this.#log.legStarted(id, 'out', party, invite?.uri ?? '', invite === null ? '' : id, this.#clock.now());
    const leg = this.#add(outboundLeg(id, invite), party);
    const remote =
      phase === 'summoning'
        ? { name: '', number: this.#dialled }
        : shownParty(this.#served() ?? this.#party, this.domain);
    this.#watch(id, party, { state: 'trying', direction: 'recipient', remote });
    if (invite === null) leg.hangUp('noRoute');
    else leg.do({ type: 'doInvite', like: this.#sdpOf(caller) });
  }

  /** A leg to or from a phone of ours is a dialog of its user. */
  #watch(leg: LegId, { device }: CallParty, dialog: WatchedDialog): void {
    const owner = device === null ? null : ownerOf(this.domain, device);
    if (owner !== null) this.#watched.started(leg, owner.extension, dialog);
  }

  /** Who is served now: null: who makes the call, else whom he has parked. */
  #served(): CallParty | null {
    const { initiator, caller } = this.#runner.state;
    return caller === initiator ? null : (this.#legs.get(caller)?.party ?? null);
  }

  #sdpOf(leg: LegId): Sdp | null {
    return this.#legs.get(leg)?.sdp ?? null;
  }

  /** The other party of a talking pair. */
  #otherThan(leg: LiveLeg): LiveLeg | undefined {
    const { phase, peer } = this.#runner.state;
    if (phase !== 'talking' || peer === null) return undefined;
    const served = servedLeg(this.#runner.state);
    return this.#legs.get(leg.id === served ? peer : served);
  }
}
