import type { CallParty } from '../core/call-record.js';
import type { Cause } from '../core/cause.js';
import type { Clock } from '../machine/clock.js';
import type { Digit, Media, MediaEvent } from '../ports/media.js';
import type { LegId, Referral, Sdp, Signalling, SignallingEvent } from '../ports/signalling.js';
import { DigitFilter, digitOfInfo, dtmfRelay } from './digits.js';
import { hangUpCause } from './hang-up-cause.js';
import { type Leg, type LegEffect, type LegEvent, stepLeg } from './leg.js';

/** What a call hears of one of its legs. */
export interface LegListener {
  ready(leg: LiveLeg): void;
  ringing(leg: LiveLeg, early: boolean): void;
  answered(leg: LiveLeg): void;
  held(leg: LiveLeg, held: boolean): void;
  digit(leg: LiveLeg, digit: Digit, durationMs: number, via: 'rtp' | 'info'): void;
  played(leg: LiveLeg, token: string): void;
  recorded(leg: LiveLeg, event: Extract<MediaEvent, { type: 'recorded' }>): void;
  silent(leg: LiveLeg): void;
  /** The other party's SDP, that a new offer is to be answered like. */
  like(leg: LiveLeg): Sdp | null;
  /** The party wants the other one to be sent there; `notify` is to follow. */
  referred(leg: LiveLeg, referral: Referral): void;
  over(leg: LiveLeg, status: number, by: 'local' | 'remote' | 'lost'): void;
  closed(leg: LiveLeg, event: Extract<MediaEvent, { type: 'closed' }>): void;
  /** Both ports have said their last word. */
  gone(leg: LiveLeg): void;
}

export type LegPorts = { readonly signalling: Signalling; readonly media: Media; readonly clock: Clock };

/** A leg that lives: its machine's state, and its commands carried to the two ports. */
export class LiveLeg {
  readonly party: CallParty;
  /** Why we ended it; null: we did not. */
  cause: Cause | null = null;
  /** Where the phone wants the call to go: the first Contact of its 3xx; null: nowhere. */
  redirect: string | null = null;
  #leg: Leg;
  /** `closed` is still to come. */
  #closing = false;
  #telephoneEvents = true;
  readonly #digits = new DigitFilter();
  #ports: LegPorts;
  #listener: LegListener;

  constructor(leg: Leg, party: CallParty, ports: LegPorts, listener: LegListener) {
    this.#leg = leg;
    this.party = party;
    this.#ports = ports;
    this.#listener = listener;
  }

  get id(): LegId {
    return this.#leg.id;
  }

  get isHeld(): boolean {
    return this.#leg.held;
  }

  /** What the other side's SDP said last. */
  get sdp(): Sdp | null {
    return this.#leg.theirs;
  }

  get isAnswered(): boolean {
    return this.#leg.state === 'answered';
  }

  get isEnded(): boolean {
    return this.#leg.state === 'ended';
  }

  /** The leg belongs to another call from now on. */
  moveTo(listener: LegListener, ports: LegPorts): void {
    this.#listener = listener;
    this.#ports = ports;
  }

  /** Tells the party how far what it asked for has come. */
  notify(status: number): void {
    this.#ports.signalling.notify(this.id, status);
  }

  /** Lets the party hear us before it is answered; false: it has offered no SDP, so that it cannot. */
  openEarly(): boolean {
    if (this.sdp === null) return false;
    this.do({ type: 'doEarly', like: null });
    return true;
  }

  snapshot(): unknown {
    const { id, direction, state, held } = this.#leg;
    return { id, direction, state, held, party: this.party, ...(this.cause === null ? {} : { ending: this.cause }) };
  }

  on(event: Extract<SignallingEvent | MediaEvent, { leg: LegId }>): void {
    switch (event.type) {
      case 'digit':
        return this.#digit(event.digit, event.durationMs, 'rtp');
      case 'informed': {
        const digit = digitOfInfo(event.contentType, event.body);
        return digit === null ? undefined : this.#informed(digit);
      }
      case 'played':
        return this.#listener.played(this, event.token);
      case 'recorded':
        return this.#listener.recorded(this, event);
      case 'silent':
        return this.#listener.silent(this);
      case 'referred':
        return this.#listener.referred(this, event);
      case 'modified':
        return this.do({ ...event, like: this.#listener.like(this) });
      case 'closed':
        this.#closing = false;
        this.#listener.closed(this, event);
        return this.#settle();
      case 'failed':
        // A leg that the media port lost while we closed it: no `closed` follows.
        if (event.why !== 'gone' || !this.#closing) return this.do(event);
        this.#closing = false;
        return this.#settle();
      case 'ended':
        this.redirect = event.contacts[0] ?? null;
        return this.do(event);
      case 'opened':
      case 'accepted':
        this.#telephoneEvents = event.telephoneEvents;
        return this.do(event);
      default:
        return this.do(event);
    }
  }

  do(event: LegEvent): void {
    const [leg, effects] = stepLeg(this.#leg, event);
    this.#leg = leg;
    for (const effect of effects) this.#perform(effect);
  }

  hangUp(cause: Cause): void {
    this.cause ??= cause;
    this.do({ type: 'doHangUp', cause });
  }

  /** Both ports are told to end the leg, whatever its state. */
  abort(): void {
    this.#leg = { ...this.#leg, state: 'ended' };
    this.#ports.signalling.hangUp(this.id, hangUpCause('failure'));
    this.#ports.media.close(this.id);
  }

  /** Sends a digit that the media port does not relay by itself: one that came by INFO, or one that cannot go by RTP. */
  sendDigit(digit: Digit, durationMs: number, via: 'rtp' | 'info'): void {
    const { media, signalling } = this.#ports;
    if (this.#telephoneEvents) {
      if (via === 'info') media.sendDigits(this.id, digit);
      return;
    }
    const { contentType, body } = dtmfRelay(digit, durationMs);
    signalling.inform(this.id, contentType, body);
  }

  /** The very first press of a phone that could also have sent it by RTP waits to see whether it did. */
  #informed(digit: Digit): void {
    if (!this.#telephoneEvents || this.#digits.hasHeard) return this.#digit(digit, INFO_DIGIT_MS, 'info');
    this.#ports.clock.after(DOUBT_MS, () => {
      if (this.#leg.state !== 'ended') this.#digit(digit, INFO_DIGIT_MS, 'info');
    });
  }

  #digit(digit: Digit, durationMs: number, via: 'rtp' | 'info'): void {
    if (this.#digits.accept(digit, via, this.#ports.clock.now())) this.#listener.digit(this, digit, durationMs, via);
  }

  #perform(effect: LegEffect): void {
    const { signalling, media } = this.#ports;
    const { id } = this;
    switch (effect.type) {
      case 'invite':
        return signalling.invite(id, effect.target, effect.offer);
      case 'progress':
        return signalling.progress(id, effect.status, effect.answer);
      case 'answer':
        return signalling.answer(id, effect.sdp);
      case 'refuse':
        return signalling.refuse(id, effect.status);
      case 'hangUp':
        this.cause ??= effect.cause;
        return signalling.hangUp(id, hangUpCause(effect.cause));
      case 'openMedia':
        return media.open(id, effect.offer, effect.like);
      case 'acceptMedia':
        return media.accept(id, effect.answer);
      case 'closeMedia':
        this.#closing = true;
        return media.close(id);
      case 'ready':
        return this.#listener.ready(this);
      case 'ringing':
        return this.#listener.ringing(this, effect.early);
      case 'answered':
        return this.#listener.answered(this);
      case 'held':
        return this.#listener.held(this, effect.held);
      case 'over':
        this.#listener.over(this, effect.status, effect.by);
        return this.#settle();
    }
  }

  #settle(): void {
    if (this.#leg.state === 'ended' && !this.#closing) this.#listener.gone(this);
  }
}

/** INFO gives no reliable length; this is what phones send for a short press. */
const INFO_DIGIT_MS = 160;

/** The engine relays events of RFC 4733 by itself; an INFO that tells of the same press must not be sent after them. */
const DOUBT_MS = 200;
