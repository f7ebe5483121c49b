import type { OwnRequest, OwnResponse } from '../ports/signalling.js';
import type { Outlet } from './acknowledger.js';
import { addressValue } from './call-out.js';
import type { ClientUser } from './client-transaction.js';
import { routeLines } from './dialog.js';
import { type Authorization, answerChallenge } from './digest-answer.js';
import { pointTo } from './listening-point.js';
import { headerValues } from './message/header.js';
import type { SipResponse } from './message/message.js';
import { wireLine } from './message/text.js';
import { headerLines, MAX_FORWARDS, type RequestHead, requestText } from './request.js';
import type { Remote } from './transport/transport.js';

/** A request of ours outside a dialog, to one address after the other (RFC 3263 §4.3), with the answer to a challenge. */
export class OwnRequestClient implements ClientUser {
  readonly #outlet: Outlet;
  readonly #request: OwnRequest;
  readonly #from: string;
  readonly #answered: (response: OwnResponse) => void;
  #remotes: readonly Remote[] = [];
  #cseq: number;
  #authorization: Authorization | null = null;
  #remote: Remote | null = null;

  constructor(outlet: Outlet, request: OwnRequest, answered: (response: OwnResponse) => void) {
    this.#outlet = outlet;
    this.#request = request;
    this.#from = addressValue(request.from, outlet.tokens.next());
    this.#answered = answered;
    this.#cseq = request.cseq;
  }

  reach(remotes: readonly Remote[]): void {
    this.#remotes = remotes;
    this.#next();
  }

  responded(response: SipResponse): void {
    const { status } = response;
    if (status < 200) return;
    const { credentials, method, uri } = this.#request;
    if (credentials !== null && this.#remote !== null) {
      const asked = { method, uri: wireLine(uri) };
      const cnonce = this.#outlet.tokens.next();
      const answer = answerChallenge(response, credentials, asked, cnonce, this.#authorization);
      if (answer !== null) {
        this.#authorization = answer;
        this.#send(this.#remote);
        return;
      }
    }
    if (status === 503 && this.#remotes.length > 0) this.#next();
    else this.#end(status, (name) => headerValues(response, name));
  }

  failed(status: 408 | 503): void {
    if (this.#remotes.length > 0) this.#next();
    else this.#end(status, () => []);
  }

  #next(): void {
    const [remote, ...others] = this.#remotes;
    this.#remotes = others;
    if (remote === undefined) this.#end(503, () => []);
    else this.#send(remote);
  }

  #send(remote: Remote): void {
    const { points, tokens, layer } = this.#outlet;
    const point = pointTo(points, remote);
    if (point === null) {
      this.#end(503, () => []);
      return;
    }
    this.#remote = remote;
    const { method, uri, route = [], to, callId, contactUser, headers } = this.#request;
    const branch = tokens.branch();
    const head: RequestHead = {
      uri: wireLine(uri),
      via: point.viaStart + branch,
      branch,
      routes: route.length === 0 ? '' : routeLines(route),
      from: this.#from,
      to: addressValue(to, null),
      callId: wireLine(callId),
      cseq: this.#cseq++,
    };
    const named = contactUser === null ? '' : encodeURIComponent(contactUser);
    const contact = contactUser === null ? '' : point.contactLine.replace(/<(sips?):/, `<$1:${named}@`);
    const lines = contact + headerLines(headers) + (this.#authorization?.line ?? '');
    const text = requestText(method, head, MAX_FORWARDS, lines, '', '');
    layer.send({ method, head, text, remote, transport: point.transport }, this);
  }

  #end(status: number, header: OwnResponse['header']): void {
    this.#answered({ status, cseq: this.#cseq, header });
  }
}
