import type { ClientUser } from './client-transaction.js';
import { type Dialog, dialogOfResponse } from './dialog.js';
import type { ListeningPoint } from './listening-point.js';
import { toTagOf } from './message/address.js';
import { cseqOf } from './message/cseq.js';
import type { SipResponse } from './message/message.js';
import { type Content, dialogRequest, NO_CONTENT, type OutgoingRequest } from './outgoing.js';
import type { TokenSource } from './token.js';
import type { TransactionLayer } from './transaction-layer.js';
import type { Remote } from './transport/transport.js';

/** Whose INVITE it is. */
export interface InviteOwner {
  /** A provisional response. */
  inviteProgressed(response: SipResponse): void;
  /** The first 2xx; the owner calls `acknowledge`, at once or later. */
  inviteAccepted(response: SipResponse, source: Remote): void;
  inviteRejected(response: SipResponse): void;
  inviteFailed(status: 408 | 503): void;
}

/** What leaves by our listening points. */
export type Outlet = {
  readonly points: readonly ListeningPoint[];
  readonly tokens: TokenSource;
  readonly layer: TransactionLayer;
};

type Sent = { readonly tag: string; readonly ack: OutgoingRequest };

/**
 * The user of one INVITE of ours. It outlives the leg: as long as the transaction hands up 2xx (RFC 6026 §7.2) it repeats
 * their ACK (RFC 3261 §13.2.2.4), and of a fork that answers too late it gets rid by ACK and BYE.
 */
export class Acknowledger implements ClientUser {
  readonly #outlet: Outlet;
  readonly #uri: string;
  readonly #isFirst: boolean;
  readonly #isSymmetric: boolean;
  #owner: InviteOwner | null;
  #accepted: string | null = null; // tag of the 2xx that the owner has
  #sent: Sent[] = [];

  /** `isFirst`: it establishes a dialog, it is no re-INVITE. `uri` is its Request-URI. */
  constructor(outlet: Outlet, owner: InviteOwner, uri: string, isFirst: boolean, isSymmetric: boolean) {
    this.#outlet = outlet;
    this.#owner = owner;
    this.#uri = uri;
    this.#isFirst = isFirst;
    this.#isSymmetric = isSymmetric;
  }

  /** The owner is gone: what still comes is nobody's call. */
  release(): void {
    this.#owner = null;
  }

  responded(response: SipResponse, source: Remote): void {
    if (response.status < 200) this.#owner?.inviteProgressed(response);
    else if (response.status >= 300) this.#owner?.inviteRejected(response);
    else this.#accept(response, source);
  }

  failed(status: 408 | 503): void {
    this.#owner?.inviteFailed(status);
  }

  /** Sends the ACK of the 2xx that established, or belongs to, this dialog, and keeps it for repetitions. */
  acknowledge(dialog: Dialog, cseq: number, content: Content): void {
    const { points, tokens, layer } = this.#outlet;
    const ack = dialogRequest(points, tokens, dialog, 'ACK', cseq, content);
    if (ack === null) return;
    this.#sent.push({ tag: dialog.remoteTag, ack });
    layer.sendAck(ack);
  }

  #accept(response: SipResponse, source: Remote): void {
    const tag = toTagOf(response) ?? '';
    const sent = this.#sent.find((other) => other.tag === tag);
    if (sent !== undefined) {
      this.#outlet.layer.sendAck(sent.ack);
    } else if (this.#accepted === null && this.#owner !== null) {
      this.#accepted = tag;
      this.#owner.inviteAccepted(response, source);
    } else if (tag !== this.#accepted) {
      this.#dismiss(response, source);
    } // else the owner owes the ACK of a late offer
  }

  #dismiss(response: SipResponse, source: Remote): void {
    const { points, tokens, layer } = this.#outlet;
    const dialog = dialogOfResponse(response, this.#uri, source, this.#isSymmetric);
    const cseq = cseqOf(response).number;
    this.acknowledge(dialog, cseq, NO_CONTENT);
    if (!this.#isFirst) return;
    const bye = dialogRequest(points, tokens, dialog, 'BYE', cseq + 1, NO_CONTENT);
    if (bye !== null) layer.send(bye, null);
  }
}
