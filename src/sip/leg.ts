import type { Clock, Timer } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { Credentials, InviteTarget, LegId, Sdp, SignallingEvent } from '../ports/signalling.js';
import type { Outlet } from './acknowledger.js';
import { CallOut } from './call-out.js';
import { type Dialog, dialogOfRequest, isOfDialog, refreshed } from './dialog.js';
import { DialogRequest, type RequestEnd } from './dialog-request.js';
import { LegReferral, type ReferringLeg } from './leg-referral.js';
import { LegServer } from './leg-server.js';
import { cseqOf } from './message/cseq.js';
import type { SipMessage, SipRequest, SipResponse } from './message/message.js';
import { type Content, NO_CONTENT, sdpContent } from './outgoing.js';
import { Reinvite } from './reinvite.js';
import { headerLines, reasonLines } from './request.js';
import type { Incoming, ServerTransaction } from './server-transaction.js';
import { newCall, newInvitation, type Session, type SessionEffect, type SessionEvent, stepSession } from './session.js';
import { sdpOf } from './session-body.js';
import type { SessionTerms } from './session-expires.js';
import { SessionRefresh, type TimedSession } from './session-refresh.js';
import type { Remote } from './transport/transport.js';

/** A leg as its parts see it. */
export interface LegEvents {
  handle(event: SessionEvent): void;
  established(dialog: Dialog): void;
  /** A target refresh of theirs (RFC 3261 §12.2). */
  refresh(message: SipMessage, source: Remote): void;
  /** A REFER (RFC 3515 §2.4.2). */
  refer(request: SipRequest, transaction: ServerTransaction, contactLine: string): void;
  /** These terms of the session's timer hold from now on. */
  lasts(terms: SessionTerms): void;
  /** The end of an INVITE or UPDATE of ours inside the dialog, which refreshes the session if it is a 2xx; null: nothing came. */
  refreshed(response: SipResponse | null): void;
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
  /** How long a session lasts without a refresh (RFC 4028); null: for ever. [s] */
  readonly sessionS: number | null;
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
export class Leg implements LegEvents, ReferringLeg, TimedSession {
  readonly id: LegId;
  readonly localTag: string;
  readonly #host: LegHost;
  readonly #session: MachineRunner<Session, SessionEvent, SessionEffect>;
  readonly #server: LegServer;
  #out: CallOut | null = null;
  #reinvite: Reinvite | null = null; // until its ACK, or the failure
  #dialog: Dialog | null = null;
  readonly #referral: LegReferral;
  #timer: SessionRefresh | null = null;
  #ours: Sdp | null; // what we said last
  readonly #credentials: Credentials | null; // for challenges
  #isLeaving = false; // our BYE is not answered yet
  #isReported = false; // `ended` has been
  #isReleased = false;
  #depth = 0; // of `#guard`: the leg is released when the outermost is done

  private constructor(
    host: LegHost,
    localTag: string,
    session: Session,
    ours: Sdp | null,
    credentials: Credentials | null,
  ) {
    this.#host = host;
    this.#ours = ours;
    this.#credentials = credentials;
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
    const session = newCall(id, offer === null);
    const leg = new Leg(host, host.tokens.next(), session, offer, target.credentials ?? null);
    leg.#out = new CallOut(host, leg, target, offer, leg.localTag, id, host.requestLines, host.sessionS);
    return leg;
  }

  /** A call of theirs. */
  static invited(host: LegHost, id: LegId, localTag: string, incoming: Incoming, invite: ServerTransaction): Leg {
    const { request, source } = incoming;
    const session = newInvitation(id, cseqOf(request).number, sdpOf(request) === null);
    const leg = new Leg(host, localTag, session, null, null);
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
    return this.#host.clock.after(delayMs, () => this.#guard(run));
  }

  handle(event: SessionEvent): void {
    this.#guard(() => this.#session.handle(event));
  }

  /** Where our call goes, best first; [] if nobody knows. */
  reach(remotes: readonly Remote[]): void {
    this.#guard(() => this.#out?.reach(remotes));
  }

  established(dialog: Dialog): void {
    this.#dialog = dialog;
  }

  refresh(message: SipMessage, source: Remote): void {
    if (this.#dialog !== null) this.#dialog = refreshed(this.#dialog, message, source);
  }

  lasts(terms: SessionTerms): void {
    if (this.#timer === null) this.#timer = new SessionRefresh(this, terms);
    else this.#timer.agreed(terms);
  }

  refreshed(response: SipResponse | null): void {
    this.#timer?.responded(response);
  }

  /** RFC 4028 §7.4: by UPDATE if they serve it, which leaves the media alone; else by the offer that we made before. */
  refreshSession(): void {
    if (this.#session.state.state !== 'confirmed') return;
    if (this.#dialog?.allowsUpdate === true) {
      const content = { ...NO_CONTENT, lines: this.#sessionLines() };
      this.#request('UPDATE', content, ({ response }) => this.#guard(() => this.#updated(response)));
    } else if (this.#ours !== null) {
      this.#session.handle({ type: 'modify', offer: this.#ours, isRefresh: true });
    }
  }

  #updated(response: SipResponse | null): void {
    const isUnserved = response?.status === 405 || response?.status === 501;
    if (!isUnserved || this.#dialog === null) return this.refreshed(response);
    this.#dialog = { ...this.#dialog, allowsUpdate: false };
    this.refreshSession();
  }

  expireSession(): void {
    this.#forgotten(408);
  }

  report(event: SignallingEvent): void {
    if (this.#isReported) return;
    this.#isReported = event.type === 'ended';
    this.#host.report(event);
  }

  /** A request with our tag, other than ACK (RFC 3261 §12.2.2). */
  received(incoming: Incoming): void {
    this.#guard(() => {
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
    if (this.#dialog !== null && isOfDialog(this.#dialog, ack)) this.#guard(() => this.#server.acknowledged(ack));
  }

  /** INFO (RFC 6086 legacy use). */
  inform(contentType: string, body: string): void {
    if (this.#session.state.state !== 'confirmed') return;
    this.#guard(() => this.#request('INFO', { lines: '', type: contentType, body }, () => {}));
  }

  /** Answered, and not ended. */
  get isStanding(): boolean {
    return this.#session.state.state === 'confirmed' && !this.#isReported;
  }

  refer(request: SipRequest, transaction: ServerTransaction, contactLine: string): void {
    const end = () => this.#guard(() => this.#referral.end());
    const ended = (sent: RequestEnd) => {
      if (sent.status >= 300) end();
    };
    this.#referral.asked(request, {
      respond: (status, reason, headers) => transaction.respond(status, reason, contactLine + headerLines(headers), ''),
      notify: (headers, type, body) => {
        if (!this.#request('NOTIFY', { lines: headerLines(headers), type, body }, ended)) end();
      },
    });
  }

  /** How far what a REFER asked for has come, also after the call has ended. */
  notify(status: number): void {
    this.#guard(() => this.#referral.notify(status));
  }

  /** `referred` has been handed out. */
  handed(): void {
    this.#guard(() => this.#referral.handed());
  }

  snapshot(): LegSnapshot {
    return { session: this.#session.state, dialog: this.#dialog };
  }

  /** Stops every timer. */
  stop(): void {
    this.#session.stop();
    this.#referral.end();
    this.#timer?.stop();
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
        this.#ours = effect.sdp ?? this.#ours;
        this.#server.respond(effect.status, effect.sdp, effect.reasons);
        break;
      case 'repeat':
        this.#server.repeat();
        break;
      case 'reply':
        this.#ours = effect.sdp ?? this.#ours;
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

  #sessionLines(): string {
    return this.#host.requestLines + (this.#timer?.lines ?? '');
  }

  #acknowledge(sdp: Sdp | null): void {
    const dialog = this.#dialog;
    if (dialog === null) return;
    const content = sdpContent('', sdp);
    this.#ours = this.#reinvite?.offer ?? sdp ?? this.#ours;
    if (this.#reinvite === null) this.#out?.acknowledge(dialog, content);
    else this.#reinvite.acknowledge(dialog, content);
    this.#reinvite = null;
  }

  #reinviteWith(offer: Sdp): void {
    const content = sdpContent(this.#sessionLines(), offer);
    const advance = () => this.#advance();
    this.#reinvite = new Reinvite(this.#host, this, advance, content, this.#credentials, this.#retryMs());
    this.#reinvite.send();
  }

  /** RFC 3261 §14.1: the owner of the Call-ID waits longer, so that the two do not meet again. In steps of 10 ms. */
  #retryMs(): number {
    const [from, steps] = this.#out === null ? [0, 200] : [2100, 190];
    return from + 10 * Math.floor(this.#host.random() * (steps + 1));
  }

  /** Until the BYE is answered, one of theirs that crosses it belongs to the dialog still. */
  #bye(reasons: readonly string[]): void {
    this.#isLeaving = this.#request('BYE', { ...NO_CONTENT, lines: reasonLines(reasons) }, () => this.#left());
  }

  /**
   * A request inside the dialog, no INVITE; false if it cannot be sent. Who does not know the dialog, or says nothing, has
   * lost it (RFC 3261 §12.2.1.2), but of a NOTIFY that means the subscription (RFC 6665 §4.2.2).
   */
  #request(method: string, content: Content, ended: (end: RequestEnd) => void): boolean {
    const advance = () => this.#advance();
    return new DialogRequest(this.#host, advance, method, content, this.#credentials, (end) => {
      ended(end);
      if (method !== 'NOTIFY' && (end.status === 408 || end.status === 481)) this.#forgotten(end.status);
    }).send();
  }

  #forgotten(status: number): void {
    this.handle({ type: 'forgotten', status });
  }

  /** Counts CSeq up. */
  #advance(): Dialog | null {
    if (this.#dialog !== null) this.#dialog = { ...this.#dialog, localSeq: this.#dialog.localSeq + 1 };
    return this.#dialog;
  }

  #left(): void {
    this.#isLeaving = false;
    this.#guard(() => {});
  }

  /** Runs a piece of this leg's work: what goes wrong in it ends this leg and no other. */
  #guard(run: () => void): void {
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
      this.#timer?.stop();
      this.#out = null;
      this.#reinvite = null;
    }
    if (!this.#isLeaving && !this.#referral.isOpen) this.#host.forget(this);
  }
}
