import type { Credentials } from '../ports/signalling.js';
import type { Outlet } from './acknowledger.js';
import type { ClientUser } from './client-transaction.js';
import type { Dialog } from './dialog.js';
import { type Authorization, answerChallenge } from './digest-answer.js';
import type { SipResponse } from './message/message.js';
import { type Content, dialogRequest, type OutgoingRequest } from './outgoing.js';

/** The next request of a dialog: counts its CSeq up. */
export type Advance = () => Dialog | null;

/** The end of a request: the final response, or 408 or 503 if there is none (RFC 3261 §8.1.3.1). */
export type RequestEnd = { readonly status: number; readonly response: SipResponse | null };

/** A request of ours inside a dialog, no INVITE; sent again with credentials if it is challenged (RFC 3261 §22.2, §22.3). */
export class DialogRequest implements ClientUser {
  readonly #outlet: Outlet;
  readonly #advance: Advance;
  readonly #method: string;
  readonly #content: Content;
  readonly #credentials: Credentials | null;
  readonly #ended: (end: RequestEnd) => void;
  #sent: OutgoingRequest | null = null;
  #authorization: Authorization | null = null;

  constructor(
    outlet: Outlet,
    advance: Advance,
    method: string,
    content: Content,
    credentials: Credentials | null,
    ended: (end: RequestEnd) => void,
  ) {
    this.#outlet = outlet;
    this.#advance = advance;
    this.#method = method;
    this.#content = content;
    this.#credentials = credentials;
    this.#ended = ended;
  }

  /** False: there is no way to send it, and nothing will be heard of it. */
  send(): boolean {
    const dialog = this.#advance();
    if (dialog === null) return false;
    const { points, tokens, layer } = this.#outlet;
    const lines = this.#content.lines + (this.#authorization?.line ?? '');
    const content = { ...this.#content, lines };
    const request = dialogRequest(points, tokens, dialog, this.#method, dialog.localSeq, content);
    if (request === null) return false;
    this.#sent = request;
    layer.send(request, this);
    return true;
  }

  responded(response: SipResponse): void {
    if (response.status < 200 || (isChallenge(response) && this.#authorize(response))) return;
    this.#ended({ status: response.status, response });
  }

  failed(status: 408 | 503): void {
    this.#ended({ status, response: null });
  }

  #authorize(response: SipResponse): boolean {
    if (this.#credentials === null || this.#sent === null) return false;
    const asked = { method: this.#method, uri: this.#sent.head.uri };
    const cnonce = this.#outlet.tokens.next();
    const answer = answerChallenge(response, this.#credentials, asked, cnonce, this.#authorization);
    if (answer === null) return false;
    this.#authorization = answer;
    return this.send();
  }
}

export function isChallenge({ status }: SipResponse): boolean {
  return status === 401 || status === 407;
}
