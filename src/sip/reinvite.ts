import type { Credentials, Sdp } from '../ports/signalling.js';
import { Acknowledger, type InviteOwner, type Outlet } from './acknowledger.js';
import type { ClientTransaction } from './client-transaction.js';
import type { Dialog } from './dialog.js';
import { type Advance, isChallenge } from './dialog-request.js';
import { type Authorization, answerChallenge } from './digest-answer.js';
import type { LegEvents } from './leg.js';
import type { SipResponse } from './message/message.js';
import { type Content, dialogRequest, type OutgoingRequest } from './outgoing.js';
import { sdpOf } from './session-body.js';
import { LIFETIME_MS } from './transaction/timers.js';
import type { Remote } from './transport/transport.js';

/** One re-INVITE of ours (RFC 3261 §14.1). */
export class Reinvite implements InviteOwner {
  readonly #outlet: Outlet;
  readonly #leg: LegEvents;
  readonly #advance: Advance;
  readonly #content: Content;
  readonly #credentials: Credentials | null;
  readonly #retryMs: number;
  #acknowledger: Acknowledger | null = null;
  #invite: ClientTransaction | null = null;
  #sent: OutgoingRequest | null = null;
  #authorization: Authorization | null = null;

  /** `retryMs` is how long to wait after a 491. `credentials` answer a challenge. */
  constructor(
    outlet: Outlet,
    leg: LegEvents,
    advance: Advance,
    content: Content,
    credentials: Credentials | null,
    retryMs: number,
  ) {
    this.#outlet = outlet;
    this.#leg = leg;
    this.#advance = advance;
    this.#content = content;
    this.#credentials = credentials;
    this.#retryMs = retryMs;
  }

  get offer(): Sdp {
    return this.#content.body;
  }

  send(): void {
    const dialog = this.#advance();
    const { points, tokens, layer } = this.#outlet;
    const lines = this.#content.lines + (this.#authorization?.line ?? '');
    const content = { ...this.#content, lines };
    const request = dialog === null ? null : dialogRequest(points, tokens, dialog, 'INVITE', dialog.localSeq, content);
    if (dialog === null || request === null) {
      this.inviteFailed(503);
      return;
    }
    this.#acknowledger?.release();
    this.#acknowledger = new Acknowledger(this.#outlet, this, dialog.remoteTarget, false, dialog.isSymmetric);
    this.#sent = request;
    this.#invite = layer.send(request, this.#acknowledger);
  }

  /** The ACK bears the credentials of its INVITE (RFC 3261 §22.1). */
  acknowledge(dialog: Dialog, content: Content): void {
    if (this.#sent === null) return;
    const lines = content.lines + (this.#authorization?.line ?? '');
    this.#acknowledger?.acknowledge(dialog, this.#sent.head.cseq, { ...content, lines });
  }

  /**
   * The leg has ended. The final response is waited for no longer than for that of a cancelled INVITE (RFC 3261 §9.1): a peer
   * that has ended too may never send it.
   */
  release(): void {
    this.#acknowledger?.release();
    const invite = this.#invite;
    if (invite?.isPending !== true) return;
    this.#outlet.layer.clock.after(LIFETIME_MS, () => {
      if (invite.isPending) invite.abandon();
    });
  }

  inviteProgressed(): void {}

  inviteAccepted(response: SipResponse, source: Remote): void {
    this.#leg.refresh(response, source);
    this.#leg.refreshed(response);
    this.#leg.handle({ type: 'agreed', sdp: sdpOf(response) });
  }

  inviteRejected(response: SipResponse): void {
    if (isChallenge(response) && this.#authorize(response)) return;
    this.#leg.refreshed(response);
    this.#leg.handle({ type: 'disagreed', status: response.status, retryMs: this.#retryMs });
  }

  inviteFailed(status: 408 | 503): void {
    this.#leg.refreshed(null);
    this.#leg.handle({ type: 'disagreed', status, retryMs: this.#retryMs });
  }

  /** Sends it again with the answer to a challenge (RFC 3261 §22.2); false: there is none. */
  #authorize(response: SipResponse): boolean {
    if (this.#credentials === null || this.#sent === null) return false;
    const asked = { method: 'INVITE', uri: this.#sent.head.uri };
    const cnonce = this.#outlet.tokens.next();
    const answer = answerChallenge(response, this.#credentials, asked, cnonce, this.#authorization);
    if (answer === null) return false;
    this.#authorization = answer;
    this.send();
    return true;
  }
}
