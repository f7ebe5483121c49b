import type { Clock, Timer } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { InviteTarget, LegId, Sdp, SignallingEvent } from '../ports/signalling.js';
import { LegReferral, type ReferringLeg } from '../sip/leg-referral.js';
import { cseqOf } from '../sip/message/cseq.js';
import type { SipRequest } from '../sip/message/message.js';
import type { ReferralChannel } from '../sip/referral-subscription.js';
import {
  newCall,
  newInvitation,
  type Session,
  type SessionEffect,
  type SessionEvent,
  stepSession,
} from '../sip/session.js';
import { sdpOf } from '../sip/session-body.js';
import { CallIn } from './call-in.js';
import { CallOut } from './call-out.js';
import { type DialogUser, LegDialog } from './dialog.js';
import type { DrachtioServer, Passenger } from './server.js';
import type { SrfDialog, SrfReply, SrfRequest } from './srf.js';

/** What a leg needs of the adapter. */
export interface LegHost {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** The `Allow` header. */
  readonly allow: readonly [string, string];
  /** Headers of every INVITE of ours. */
  readonly inviteHeaders: readonly (readonly [string, string])[];
  report(event: SignallingEvent): void;
  /** No message can concern it any more. */
  forget(leg: SrfLeg): void;
  defect(error: unknown, leg: SrfLeg): void;
}

/**
 * One leg on a drachtio-server. Who may do what when is decided by the session machine of the embedded stack, so that
 * both pairings do the same; what is different is who sends the messages.
 */
export class SrfLeg implements DialogUser, Passenger, ReferringLeg {
  readonly id: LegId;
  readonly random: () => number;
  readonly allow: readonly [string, string];
  readonly #host: LegHost;
  readonly #session: MachineRunner<Session, SessionEvent, SessionEffect>;
  #in: CallIn | null = null;
  #out: CallOut | null = null;
  #server: DrachtioServer | null = null;
  #dialog: LegDialog | null = null;
  /** A BYE of ours that waits for the dialog, or for its answer. */
  #leaving: readonly string[] | null = null;
  readonly #referral = new LegReferral(this);
  #isReported = false; // `ended` has been

  private constructor(host: LegHost, session: Session) {
    this.#host = host;
    this.id = session.leg;
    this.random = host.random;
    this.allow = host.allow;
    this.#session = new MachineRunner<Session, SessionEvent, SessionEffect>(
      session,
      stepSession,
      host.clock,
      (effect) => this.#perform(effect),
    );
  }

  /** A call of ours through one of these servers, best first. */
  static calling(
    host: LegHost,
    id: LegId,
    target: InviteTarget,
    offer: Sdp | null,
    servers: readonly DrachtioServer[],
  ): SrfLeg {
    const leg = new SrfLeg(host, newCall(id, offer === null));
    leg.#out = new CallOut(leg, id, target, offer, servers, host.inviteHeaders);
    return leg;
  }

  /** A call of theirs. */
  static invited(
    host: LegHost,
    id: LegId,
    invite: SipRequest,
    server: DrachtioServer,
    request: SrfRequest,
    reply: SrfReply,
  ): SrfLeg {
    const leg = new SrfLeg(host, newInvitation(id, cseqOf(invite).number, sdpOf(invite) === null));
    leg.#in = new CallIn(server, request, reply, leg, host.allow);
    leg.#board(server);
    leg.#in.attend(invite);
    return leg;
  }

  get isEnded(): boolean {
    return this.#session.state.state === 'terminated';
  }

  get state(): Session['state'] {
    return this.#session.state.state;
  }

  /** What goes wrong here ends this leg and no other. */
  handle(event: SessionEvent): void {
    try {
      this.#session.handle(event);
    } catch (error) {
      this.#host.defect(error, this);
      this.#crash();
    }
    this.#release();
  }

  snapshot(): Session {
    return this.#session.state;
  }

  /** Sends our call on its way; `servers`: how many may be tried. */
  begin(servers: number): void {
    this.handle({ type: 'resolved', addresses: servers });
  }

  established(server: DrachtioServer, dialog: SrfDialog): void {
    this.#dialog = new LegDialog(server, dialog, this);
    if (this.#leaving !== null) this.#bye(this.#leaving);
  }

  informed(contentType: string, body: string): void {
    if (!this.isEnded) this.#host.report({ type: 'informed', leg: this.id, contentType, body });
  }

  /** Answered, and not ended. */
  get isStanding(): boolean {
    return this.state === 'confirmed' && !this.#isReported;
  }

  refer(request: SipRequest, channel: ReferralChannel): void {
    this.#referral.asked(request, channel);
    this.#referral.handed();
  }

  unreferred(): void {
    this.#referral.end();
    this.#release();
  }

  notify(status: number): void {
    this.#referral.notify(status);
    this.#release();
  }

  now(): number {
    return this.#host.clock.now();
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#host.clock.after(delayMs, () => {
      run();
      this.#release();
    });
  }

  inform(contentType: string, body: string): void {
    if (this.state === 'confirmed') this.#dialog?.inform(contentType, body);
  }

  /** `ended` once, and nothing after it. */
  report(event: SignallingEvent): void {
    if (this.#isReported) return;
    this.#isReported = event.type === 'ended';
    this.#host.report(event);
  }

  /** Has a dialog that srf does not know of yet: our ACK of a late offer is due. */
  get isHalfOpen(): boolean {
    return this.state === 'confirmed' && this.#dialog === null;
  }

  stranded(): void {
    this.#server = null;
    switch (this.state) {
      case 'resolving':
      case 'calling':
        this.handle({ type: 'rejected', status: 503, isLost: true, reasons: [], contacts: [] });
        break;
      case 'confirmed':
        this.handle({ type: 'forgotten', status: 503 });
        break;
      case 'invited':
        this.stop();
        this.report({ type: 'ended', leg: this.id, by: 'lost', status: 503, reasons: [], contacts: [] });
        break;
      case 'terminated':
        break;
    }
    this.#host.forget(this);
  }

  /** Stops every timer. */
  stop(): void {
    this.#session.stop();
    this.#referral.end();
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'invite':
        this.#invite();
        break;
      case 'cancel':
        this.#out?.cancel(effect.reasons);
        break;
      case 'abandon':
        this.#out?.abandon();
        break;
      case 'ack':
        this.#out?.acknowledge(effect.sdp); // all other 2xx have been acknowledged by srf
        break;
      case 'reinvite':
        this.#dialog?.reinvite(effect.offer, this.#retryMs());
        break;
      case 'bye':
        this.#bye(effect.reasons);
        break;
      case 'respond':
        this.#in?.respond(effect.status, effect.sdp, effect.reasons);
        break;
      case 'repeat':
        this.#in?.repeat();
        break;
      case 'reply':
        this.#dialog?.reply(effect.status, effect.sdp);
        break;
      case 'turnDown':
        this.#dialog?.turnDown(effect.status);
        break;
      case 'report':
        this.report(effect.event);
        break;
      case 'resend': // drachtio-server repeats our 2xx
      case 'settled':
      case 'startTimer':
      case 'stopTimer':
        break;
    }
  }

  #invite(): void {
    const out = this.#out;
    if (out === null) return;
    if (this.#server !== null) this.#server.leave(this);
    out.send();
    if (out.server !== null) this.#board(out.server);
  }

  #board(server: DrachtioServer): void {
    this.#server = server;
    server.board(this);
  }

  #bye(reasons: readonly string[]): void {
    this.#leaving = reasons;
    this.#dialog?.bye(reasons, () => {
      this.#leaving = null;
      this.#release();
    });
  }

  /** RFC 3261 §14.1: the owner of the Call-ID waits longer, so that the two do not meet again. In steps of 10 ms. */
  #retryMs(): number {
    const [from, steps] = this.#out === null ? [0, 200] : [2100, 190];
    return from + 10 * Math.floor(this.random() * (steps + 1));
  }

  #crash(): void {
    try {
      this.#session.handle({ type: 'crashed' });
    } catch (error) {
      this.#host.defect(error, this);
    }
    this.report({ type: 'ended', leg: this.id, by: 'lost', status: 500, reasons: [], contacts: [] });
  }

  #release(): void {
    if (!this.isEnded || this.#leaving !== null || this.#referral.isOpen) return;
    this.#session.stop();
    this.#server?.leave(this);
    this.#host.forget(this);
  }
}
