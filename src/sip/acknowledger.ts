import type { ClientUser } from './client-transaction.js';
import { type Dialog, dialogOfResponse } from './dialog.js';
import type { ListeningPoint } from './listening-point.js';
import { cseqOf } from './message/cseq.js';
import { headerValue } from './message/header.js';
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

/** Of an ACK no more is kept than repeating it takes: it is for some 30 seconds. */
type Sent = Pick<OutgoingRequest, 'text' | 'remote' | 'transport'>;

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
  #isAccepted = false; // the owner has a 2xx
  #unacknowledged: string | null = null; // the To of that 2xx, until the owner acknowledges it
  #sent: readonly Sent[] = [];

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
    const { points, tokens } = this.#outlet;
    const ack = dialogRequest(points, tokens, dialog, 'ACK', cseq, content);
    if (ack === null) return;
    const { text, remote, transport } = ack;
    this.#unacknowledged = null;
    this.#sent = [...this.#sent, { text, remote, transport }];
    transport.send(text, remote);
  }

  #accept(response: SipResponse, source: Remote): void {
    const to = headerValue(response, 'To') ?? '';
    const sent = this.#sent.find(({ text }) => text.includes(`\r\nTo: ${to}\r\n`));
    if (sent !== undefined) {
      sent.transport.send(sent.text, sent.remote);
    } else if (!this.#isAccepted && this.#owner !== null) {
      this.#isAccepted = true;
      this.#unacknowledged = to;
      this.#owner.inviteAccepted(response, source);
    } else if (to !== this.#unacknowledged) {
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
