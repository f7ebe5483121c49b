import { Acknowledger, type InviteOwner, type Outlet } from './acknowledger.js';
import type { ClientTransaction } from './client-transaction.js';
import type { Dialog } from './dialog.js';
import type { LegEvents } from './leg.js';
import type { SipResponse } from './message/message.js';
import { type Content, dialogRequest } from './outgoing.js';
import { sdpOf } from './session-body.js';
import { LIFETIME_MS } from './transaction/timers.js';
import type { Remote } from './transport/transport.js';

/** One re-INVITE of ours (RFC 3261 §14.1). */
export class Reinvite implements InviteOwner {
  readonly #outlet: Outlet;
  readonly #leg: LegEvents;
  readonly #dialog: Dialog;
  readonly #retryMs: number;
  readonly #acknowledger: Acknowledger;
  #invite: ClientTransaction | null = null;

  /** `dialog` has the CSeq for it already. `retryMs` is how long to wait after a 491. */
  constructor(outlet: Outlet, leg: LegEvents, dialog: Dialog, retryMs: number) {
    this.#outlet = outlet;
    this.#leg = leg;
    this.#dialog = dialog;
    this.#retryMs = retryMs;
    this.#acknowledger = new Acknowledger(outlet, this, dialog.remoteTarget, false, dialog.isSymmetric);
  }

  send(content: Content): void {
    const { points, tokens, layer } = this.#outlet;
    const request = dialogRequest(points, tokens, this.#dialog, 'INVITE', this.#dialog.localSeq, content);
    if (request === null) this.inviteFailed(503);
    else this.#invite = layer.send(request, this.#acknowledger);
  }

  acknowledge(dialog: Dialog, content: Content): void {
    this.#acknowledger.acknowledge(dialog, this.#dialog.localSeq, content);
  }

  /**
   * The leg has ended. The final response is waited for no longer than for that of a cancelled INVITE (RFC 3261 §9.1): a peer
   * that has ended too may never send it.
   */
  release(): void {
    this.#acknowledger.release();
    const invite = this.#invite;
    if (invite?.isPending !== true) return;
    this.#outlet.layer.clock.after(LIFETIME_MS, () => {
      if (invite.isPending) invite.abandon();
    });
  }

  inviteProgressed(): void {}

  inviteAccepted(response: SipResponse, source: Remote): void {
    this.#leg.refresh(response, source);
    this.#leg.handle({ type: 'agreed', sdp: sdpOf(response) });
  }

  inviteRejected(response: SipResponse): void {
    this.#leg.handle({ type: 'disagreed', status: response.status, retryMs: this.#retryMs });
  }

  inviteFailed(status: 408 | 503): void {
    this.#leg.handle({ type: 'disagreed', status, retryMs: this.#retryMs });
  }
}
