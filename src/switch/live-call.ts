import {
  type Call,
  type CallEffect,
  type CallEvent,
  startCall,
  stepCall,
  type Conversation as Talk,
} from '../core/call.js';
import type { CallParty, CallRecord } from '../core/call-record.js';
import { type Domain, ownerOf } from '../core/domain.js';
import type { RingTarget } from '../core/plan.js';
import { type ContactsOf, decide, describe, dialled } from '../core/route.js';
import { wallMinute } from '../core/wall-clock.js';
import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { Digit, Media, MediaEvent } from '../ports/media.js';
import type { Invitation, InviteTarget, LegId, Sdp, Signalling, SignallingEvent } from '../ports/signalling.js';
import type { Conversing } from '../scripts/conversation.js';
import { echoTest, milliwatt, talkingClock } from '../scripts/test-line.js';
import { depositVoicemail } from '../scripts/voicemail.js';
import { CallLog } from './call-log.js';
import { Conversation } from './conversation.js';
import { inboundLeg, type Leg, outboundLeg } from './leg.js';
import { type LegListener, LiveLeg } from './live-leg.js';
import { targetOf } from './request-target.js';
import type { VoicemailFiles } from './voicemail-files.js';

export type LiveCallParts = {
  readonly signalling: Signalling;
  readonly media: Media;
  readonly clock: Clock;
  readonly contactsOf: (domain: string) => ContactsOf;
  readonly voicemail: VoicemailFiles;
  readonly prompts: string;
  readonly saveCall: (record: CallRecord) => void;
  readonly legAdded: (leg: LegId) => void;
  readonly legGone: (leg: LegId) => void;
  /** Every leg is over on both ports and the record is written. */
  readonly finished: () => void;
};

/** What the far end hears while it is held: a soft beep every four seconds. */
const HOLD_TONE = [{ tone: [440], onMs: 200, offMs: 3800, times: 1 }] as const;

/** One call with everything that lives: its machine, its legs, the script that talks to the caller, its record. */
export class LiveCall implements LegListener {
  readonly id: string;
  readonly domain: Domain;
  readonly #parts: LiveCallParts;
  readonly #invitation: Invitation;
  readonly #caller: CallParty;
  /** User part of the Request-URI. */
  readonly #dialled: string;
  readonly #log: CallLog;
  readonly #legs = new Map<LegId, LiveLeg>();
  readonly #runner: MachineRunner<Call, CallEvent, CallEffect>;
  #conversation: Conversation | null = null;

  constructor(invitation: Invitation & { readonly leg: LegId }, domain: Domain, parts: LiveCallParts) {
    const { clock } = parts;
    const startedAt = clock.now();
    this.id = invitation.leg;
    this.domain = domain;
    this.#parts = parts;
    this.#invitation = invitation;
    this.#caller = callerParty(invitation, domain);
    this.#dialled = targetOf(invitation.requestUri).user ?? '';
    const recordId = `${startedAt.toString(36)}-${this.id}`;
    this.#log = new CallLog(recordId, domain.name, this.#caller, this.#dialled, startedAt);
    const call = startCall(this.id, dialled(this.#dialled));
    this.#runner = new MachineRunner<Call, CallEvent, CallEffect>(call, stepCall, clock, (e) => this.#perform(e));
  }

  start(): void {
    const { requestUri, callId, offer } = this.#invitation;
    this.#log.legStarted(this.id, 'in', this.#caller, requestUri, callId, this.#parts.clock.now());
    this.#add(inboundLeg(this.id, offer), this.#caller);
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
    this.#runner.stop();
    for (const [id, leg] of this.#legs) {
      leg.abort();
      this.#parts.legGone(id);
    }
    this.#legs.clear();
    this.#parts.saveCall(this.#log.finish(this.#parts.clock.now()));
    this.#parts.finished();
  }

  snapshot(): unknown {
    const { phase, plan, peer, visited } = this.#runner.state;
    return {
      id: this.id,
      domain: this.domain.name,
      from: this.#caller,
      dialled: this.#dialled,
      phase,
      ringing: plan?.targets.map((t) => t.device) ?? [],
      peer,
      visited,
      legs: [...this.#legs.values()].map((leg) => leg.snapshot()),
    };
  }

  ready(leg: LiveLeg): void {
    this.#runner.handle({ type: 'ready', leg: leg.id });
  }

  ringing(leg: LiveLeg, early: boolean): void {
    this.#log.legRinging(leg.id, this.#parts.clock.now());
    this.#runner.handle({ type: 'ringing', leg: leg.id, early });
  }

  answered(leg: LiveLeg): void {
    this.#log.legAnswered(leg.id, this.#parts.clock.now());
    this.#runner.handle({ type: 'answered', leg: leg.id });
    if (leg.id === this.id) this.#conversation?.answered();
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
      media.stopPlaying(other.id);
      media.connect(leg.id, other.id);
    }
  }

  digit(leg: LiveLeg, digit: Digit, durationMs: number, via: 'rtp' | 'info'): void {
    if (leg.id === this.id) this.#conversation?.digit(digit);
    this.#otherThan(leg)?.sendDigit(digit, durationMs, via);
  }

  played(_leg: LiveLeg, token: string): void {
    this.#conversation?.played(token);
  }

  recorded(_leg: LiveLeg, event: Extract<MediaEvent, { type: 'recorded' }>): void {
    this.#conversation?.recorded(event);
  }

  over(leg: LiveLeg, status: number, by: 'local' | 'remote' | 'lost'): void {
    this.#log.legEnded(leg.id, status, by, leg.cause, this.#parts.clock.now());
    this.#runner.handle({ type: 'ended', leg: leg.id, status });
    if (leg.id === this.id) this.#conversation?.hungUp();
  }

  closed(leg: LiveLeg, event: Extract<MediaEvent, { type: 'closed' }>): void {
    this.#log.mediaClosed(leg.id, event.statistics);
  }

  /** The call is gone when its last leg is. */
  gone(leg: LiveLeg): void {
    this.#legs.delete(leg.id);
    this.#parts.legGone(leg.id);
    if (this.#legs.size > 0 || this.#runner.state.phase !== 'ended') return;
    this.#runner.stop();
    this.#parts.saveCall(this.#log.finish(this.#parts.clock.now()));
    this.#parts.finished();
  }

  #add(leg: Leg, party: CallParty): LiveLeg {
    const { signalling, media, clock } = this.#parts;
    const live = new LiveLeg(leg, party, { signalling, media, now: () => clock.now() }, this);
    this.#legs.set(leg.id, live);
    this.#parts.legAdded(leg.id);
    return live;
  }

  #perform(effect: CallEffect): void {
    const caller = this.#legs.get(this.id);
    switch (effect.type) {
      case 'decide':
        return this.#decide(effect);
      case 'invite':
        return this.#invite(effect.leg, effect.target);
      case 'ringback':
        return caller?.do({ type: 'doAlert' });
      case 'early':
        return caller?.do({ type: 'doEarly', like: this.#sdpOf(effect.like) });
      case 'answer':
        return caller?.do({ type: 'doAnswer', like: this.#sdpOf(effect.like) });
      case 'connect': {
        this.#parts.media.connect(effect.a, effect.b);
        const device = this.#legs.get(effect.b)?.party.device ?? null;
        if (device !== null && this.#runner.state.phase === 'talking') this.#log.taken({ kind: 'device', id: device });
        return;
      }
      case 'converse':
        return this.#converse(effect.conversation);
      case 'hangUp':
        return this.#legs.get(effect.leg)?.hangUp(effect.cause);
      case 'startTimer':
      case 'stopTimer':
        return; // the runner's
    }
  }

  #decide({ to, from, purpose }: Extract<CallEffect, { type: 'decide' }>): void {
    const at = this.#parts.clock.now();
    if (from !== null) this.#log.forwarded({ from, to: describe(to), purpose, at });
    const inquiry = { to, fromDevice: this.#caller.device };
    const { plan, rule, because } = decide(this.domain, this.#parts.contactsOf(this.domain.name), inquiry, at);
    this.#log.decided(rule, because);
    this.#runner.handle({ type: 'decided', plan });
  }

  #invite(id: LegId, target: RingTarget): void {
    const { name, number } = this.#caller;
    const host = this.domain.name;
    const invite: InviteTarget = {
      uri: target.uri,
      flow: target.flow,
      from: { name, user: number, host },
      to: { name: '', user: target.device, host },
      maxForwards: this.#invitation.maxForwards - 1,
      headers: [],
    };
    const party: CallParty = { name: '', number: target.device, device: target.device };
    this.#log.legStarted(id, 'out', party, target.uri, '', this.#parts.clock.now());
    this.#add(outboundLeg(id, invite), party).do({ type: 'doInvite', like: this.#sdpOf(this.id) });
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

  #converse(talk: Talk): void {
    const { media, prompts, voicemail, clock } = this.#parts;
    const { name: domain, timeZone } = this.domain;
    const { name: callerName, number: callerNumber } = this.#caller;
    const id = talk.with === 'voicemail' ? talk.extension : this.#dialled;
    this.#log.taken({ kind: talk.with, id });
    this.#conversation = new Conversation(this.id, this.#runner.state.callerAnswered, this.#script(talk), {
      media,
      prompts,
      answer: () => this.#legs.get(this.id)?.do({ type: 'doAnswer', like: null }),
      newRecording: () => voicemail.newRecording(domain, id),
      deposit: (extension, file, lengthMs) =>
        voicemail.deposit({ domain, extension, file, lengthMs, callerName, callerNumber, receivedAt: clock.now() }),
      discard: (file) => voicemail.discard(file),
      wallClock: () => {
        const minute = wallMinute(clock.now(), timeZone) % (24 * 60);
        return { hour: Math.floor(minute / 60), minute: minute % 60 };
      },
      ended: () => this.#runner.handle({ type: 'conversed' }),
    });
    this.#conversation.start();
  }

  #script(talk: Talk): Conversing {
    if (talk.with === 'voicemail') {
      const box = this.domain.users.get(talk.extension)?.voicemail ?? null;
      const { greeting, maxMessageMs } = box ?? { greeting: null, maxMessageMs: 0 };
      return depositVoicemail({ extension: talk.extension, greeting, maxMessageMs });
    }
    switch (talk.service) {
      case 'echo':
        return echoTest();
      case 'milliwatt':
        return milliwatt();
      case 'clock':
        return talkingClock();
    }
  }
}

/** A phone of ours is who its registration says it is; anybody else is who the From header says. */
function callerParty(invitation: Invitation, domain: Domain): CallParty {
  const { identity, from } = invitation;
  const device = identity?.slice(0, identity.lastIndexOf('@')) ?? null;
  const user = device === null ? null : ownerOf(domain, device);
  if (user !== null) return { name: user.name, number: user.extension, device };
  return { name: from.name, number: from.user, device: null };
}
