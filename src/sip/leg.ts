import type { Clock, Timer } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { InviteTarget, LegId, Sdp, SignallingEvent } from '../ports/signalling.js';
import type { Outlet } from './acknowledger.js';
import { CallOut } from './call-out.js';
import type { ClientUser } from './client-transaction.js';
import { type Dialog, dialogOfRequest, isOfDialog, refreshed } from './dialog.js';
import { LegReferral, type ReferringLeg } from './leg-referral.js';
import { LegServer } from './leg-server.js';
import { cseqOf } from './message/cseq.js';
import type { SipMessage, SipRequest } from './message/message.js';
import { type Content, dialogRequest, NO_CONTENT, sdpContent } from './outgoing.js';
import { Reinvite } from './reinvite.js';
import { reasonLines } from './request.js';
import type { Incoming, ServerTransaction } from './server-transaction.js';
import { newCall, newInvitation, type Session, type SessionEffect, type SessionEvent, stepSession } from './session.js';
import { sdpOf } from './session-body.js';
import type { Remote } from './transport/transport.js';

/** A leg as its parts see it. */
export interface LegEvents {
  handle(event: SessionEvent): void;
  established(dialog: Dialog): void;
  /** A target refresh of theirs (RFC 3261 §12.2). */
  refresh(message: SipMessage, source: Remote): void;
  /** A REFER (RFC 3515 §2.4.2). */
  refer(request: SipRequest, transaction: ServerTransaction, contactLine: string): void;
  /** Nothing is reported after `ended`, though the leg may still wait for an ACK. */
  report(event: SignallingEvent): void;
}

/** What a leg needs of the stack. */
export interface LegHost extends Outlet {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Header lines of requests and responses that may establish or change a session: Allow, and in requests User-Agent. */
  readonly requestLines: string;
  readonly responseLines: string;
  /** Round every piece of work; events are handed out after the outermost. */
  begin(): void;
  end(): void;
  report(event: SignallingEvent): void;
  /** No message can concern it any more. */
  forget(leg: Leg): void;
  defect(error: unknown, leg: Leg): void;
}

export type LegSnapshot = { readonly session: Session; readonly dialog: Dialog | null };

/** One INVITE session with its dialog: messages to events of the session machine, its effects to messages. */
export class Leg implements LegEvents, ReferringLeg {
  readonly id: LegId;
  readonly localTag: string;
  readonly #host: LegHost;
  readonly #session: MachineRunner<Session, SessionEvent, SessionEffect>;
  readonly #server: LegServer;
  #out: CallOut | null = null;
  #reinvite: Reinvite | null = null; // until its ACK, or the failure
  #dialog: Dialog | null = null;
  readonly #referral: LegReferral;
  #isLeaving = false; // our BYE is not answered yet
  #isReported = false; // `ended` has been
  #isReleased = false;
  #depth = 0; // of `guard`: the leg is released when the outermost is done

  private constructor(host: LegHost, localTag: string, session: Session) {
    this.#host = host;
    this.id = session.leg;
    this.localTag = localTag;
    this.#server = new LegServer(host, this, this.id);
    this.#referral = new LegReferral(this);
    this.#session = new MachineRunner<Session, SessionEvent, SessionEffect>(session, stepSession, this, (effect) =>
      this.#perform(effect),
    );
  }

  /** A call of ours; `reach` sends it on its way. */
  static calling(host: LegHost, id: LegId, target: InviteTarget, offer: Sdp | null): Leg {
    const leg = new Leg(host, host.tokens.next(), newCall(id, offer === null));
    leg.#out = new CallOut(host, leg, target, offer, leg.localTag, id, host.requestLines);
    return leg;
  }

  /** A call of theirs. */
  static invited(host: LegHost, id: LegId, localTag: string, incoming: Incoming, invite: ServerTransaction): Leg {
    const { request, source } = incoming;
    const leg = new Leg(host, localTag, newInvitation(id, cseqOf(request).number, sdpOf(request) === null));
    leg.#dialog = dialogOfRequest(request, localTag, source);
    leg.#server.invited(incoming, invite);
    return leg;
  }

  get isEnded(): boolean {
    return this.#session.state.state === 'terminated';
  }

  /** A leg is the clock of its session, so that what a timer sets off is work of this leg. */
  now(): number {
    return this.#host.clock.now();
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#host.clock.after(delayMs, () => this.guard(run));
  }

  handle(event: SessionEvent): void {
    this.guard(() => this.#session.handle(event));
  }

  /** Where our call goes, best first; [] if nobody knows. */
  reach(remotes: readonly Remote[]): void {
    this.guard(() => this.#out?.reach(remotes));
  }

  established(dialog: Dialog): void {
    this.#dialog = dialog;
  }

  refresh(message: SipMessage, source: Remote): void {
    if (this.#dialog !== null) this.#dialog = refreshed(this.#dialog, message, source);
  }

  report(event: SignallingEvent): void {
    if (this.#isReported) return;
    this.#isReported = event.type === 'ended';
    this.#host.report(event);
  }

  /** A request with our tag, other than ACK (RFC 3261 §12.2.2). */
  received(incoming: Incoming): void {
    this.guard(() => {
      const { request } = incoming;
      const cseq = cseqOf(request).number;
      const dialog = this.#dialog;
      if (dialog === null || !isOfDialog(dialog, request) || (this.isEnded && request.method !== 'BYE')) {
        this.#host.layer.refuse(incoming, { status: 481, reason: '', headers: [] });
      } else if (cseq < dialog.remoteSeq) {
        // With a transaction, as whatever is inside the dialog: a retransmission must not be told something else later.
        this.#host.layer.serve(incoming, null).respond(500, '', '', '');
      } else {
        this.#dialog = { ...dialog, remoteSeq: cseq };
        this.#server.requested(incoming);
      }
    });
  }

  acknowledged(ack: SipRequest): void {
    if (this.#dialog !== null && isOfDialog(this.#dialog, ack)) this.guard(() => this.#server.acknowledged(ack));
  }

  /** INFO (RFC 6086 legacy use). */
  inform(contentType: string, body: string): void {
    if (this.#session.state.state !== 'confirmed') return;
    const user: ClientUser = {
      responded: ({ status }) => {
        if (status === 408 || status === 481) this.handle({ type: 'forgotten', status });
      },
      failed: (status) => {
        if (status === 408) this.handle({ type: 'forgotten', status });
      },
    };
    this.guard(() => this.#request('INFO', { lines: '', type: contentType, body }, user));
  }

  /** Answered, and not ended. */
  get isStanding(): boolean {
    return this.#session.state.state === 'confirmed' && !this.#isReported;
  }

  refer(request: SipRequest, transaction: ServerTransaction, contactLine: string): void {
    this.#referral.asked(request, transaction, contactLine);
  }

  /** How far what a REFER asked for has come, also after the call has ended. */
  notify(status: number): void {
    this.guard(() => this.#referral.notify(status));
  }

  /** `referred` has been handed out. */
  handed(): void {
    this.guard(() => this.#referral.handed());
  }

  sendNotify(content: Content, user: ClientUser): boolean {
    return this.#request('NOTIFY', content, user);
  }

  snapshot(): LegSnapshot {
    return { session: this.#session.state, dialog: this.#dialog };
  }

  /** Stops every timer. */
  stop(): void {
    this.#session.stop();
    this.#referral.stop();
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'invite':
        this.#out?.send();
        break;
      case 'cancel':
        this.#out?.cancel(effect.reasons);
        break;
      case 'abandon':
        this.#out?.abandon();
        break;
      case 'ack':
        this.#acknowledge(effect.sdp);
        break;
      case 'reinvite':
        this.#reinviteWith(effect.offer);
        break;
      case 'bye':
        this.#bye(effect.reasons);
        break;
      case 'respond':
        this.#server.respond(effect.status, effect.sdp, effect.reasons);
        break;
      case 'repeat':
        this.#server.repeat();
        break;
      case 'reply':
        this.#server.reply(effect.status, effect.sdp);
        break;
      case 'turnDown':
        this.#server.turnDown(effect.status);
        break;
      case 'resend':
        this.#server.resend(effect.cseq);
        break;
      case 'settled':
        this.#server.settle(effect.cseq);
        break;
      case 'report':
        this.report(effect.event);
        break;
      case 'startTimer':
      case 'stopTimer':
        break;
    }
  }

  #acknowledge(sdp: Sdp | null): void {
    const dialog = this.#dialog;
    if (dialog === null) return;
    const content = sdpContent('', sdp);
    if (this.#reinvite === null) this.#out?.acknowledge(dialog, content);
    else this.#reinvite.acknowledge(dialog, content);
    this.#reinvite = null;
  }

  #reinviteWith(offer: Sdp): void {
    const dialog = this.#advance();
    if (dialog === null) return;
    this.#reinvite = new Reinvite(this.#host, this, dialog, this.#retryMs());
    this.#reinvite.send(sdpContent(this.#host.requestLines, offer));
  }

  /** RFC 3261 §14.1: the owner of the Call-ID waits longer, so that the two do not meet again. In steps of 10 ms. */
  #retryMs(): number {
    const [from, steps] = this.#out === null ? [0, 200] : [2100, 190];
    return from + 10 * Math.floor(this.#host.random() * (steps + 1));
  }

  /** Until the BYE is answered, one of theirs that crosses it belongs to the dialog still. */
  #bye(reasons: readonly string[]): void {
    const user: ClientUser = {
      responded: ({ status }) => {
        if (status >= 200) this.#left();
      },
      failed: () => this.#left(),
    };
    this.#isLeaving = this.#request('BYE', { ...NO_CONTENT, lines: reasonLines(reasons) }, user);
  }

  /** A request inside the dialog, no INVITE; false if it cannot be sent. */
  #request(method: string, content: Content, user: ClientUser): boolean {
    const dialog = this.#advance();
    if (dialog === null) return false;
    const { points, tokens, layer } = this.#host;
    const request = dialogRequest(points, tokens, dialog, method, dialog.localSeq, content);
    if (request !== null) layer.send(request, user);
    return request !== null;
  }

  /** Counts CSeq up. */
  #advance(): Dialog | null {
    if (this.#dialog !== null) this.#dialog = { ...this.#dialog, localSeq: this.#dialog.localSeq + 1 };
    return this.#dialog;
  }

  #left(): void {
    this.#isLeaving = false;
    this.guard(() => {});
  }

  /** Runs a piece of this leg's work: what goes wrong in it ends this leg and no other. */
  guard(run: () => void): void {
    this.#host.begin();
    this.#depth++;
    try {
      run();
    } catch (error) {
      this.#host.defect(error, this);
      this.#crash();
    }
    this.#depth--;
    if (this.#depth === 0 && this.isEnded) this.#release();
    this.#host.end();
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
    if (!this.#isReleased) {
      this.#isReleased = true;
      this.#out?.release();
      this.#reinvite?.release();
      this.#server.release();
      this.#session.stop();
      this.#out = null;
      this.#reinvite = null;
    }
    if (!this.#isLeaving && !this.#referral.isOpen) this.#host.forget(this);
  }
}
