import type { OwnRequest, OwnResponse } from '../ports/signalling.js';
import { type Authorization, answerChallenge } from '../sip/digest-answer.js';
import { headerValues } from '../sip/message/header.js';
import type { SipResponse } from '../sip/message/message.js';
import { routeOf } from './flow.js';
import { addressValue, authorizationHeader, readResponse } from './message.js';
import type { DrachtioServer, Passenger } from './server.js';
import { type SrfRequest, type SrfResponse, srfHeaders } from './srf.js';

/** A request of ours outside a dialog, with the answer to a challenge. */
export class SrfOwnRequest implements Passenger {
  readonly #server: DrachtioServer;
  readonly #request: OwnRequest;
  readonly #cnonce: () => string;
  readonly #answered: (response: OwnResponse) => void;
  #cseq: number;
  #authorization: Authorization | null = null;
  #isOver = false;

  /** `answered` is called exactly once. */
  constructor(
    server: DrachtioServer,
    request: OwnRequest,
    cnonce: () => string,
    answered: (response: OwnResponse) => void,
  ) {
    this.#server = server;
    this.#request = request;
    this.#cnonce = cnonce;
    this.#answered = answered;
    this.#cseq = request.cseq;
  }

  send(): void {
    this.#server.board(this);
    const { method, uri, flow, route = [], from, to, callId, contactUser, headers } = this.#request;
    const proxy = flow === undefined ? null : (routeOf(flow)?.uri ?? null);
    const all = srfHeaders([
      ...route.map((hop) => ['Route', hop] as const),
      ...headers,
      // drachtio-server puts its own address in the place of this host.
      ...(contactUser === null ? [] : [['Contact', `<sip:${encodeURIComponent(contactUser)}@localhost>`] as const]),
      ...(this.#authorization === null ? [] : [authorizationHeader(this.#authorization)]),
    ]);
    const options = {
      method,
      headers: {
        ...all,
        From: addressValue(from),
        To: addressValue(to),
        'Call-ID': callId,
        CSeq: `${this.#cseq++} ${method}`,
      },
      ...(proxy === null ? {} : { proxy }),
    };
    const sent = this.#server.confirming<SrfRequest>((_error, request) => {
      if (request === undefined) this.stranded();
      else request.on('response', (response) => this.#responded(response));
    });
    try {
      this.#server.srf?.request(uri, options, sent);
    } catch {
      this.stranded();
    }
  }

  stranded(): void {
    this.#end(503, null);
  }

  #responded(response: SrfResponse): void {
    if (response.status < 200) return;
    const message = readResponse(response);
    const { credentials, method, uri } = this.#request;
    const answer =
      message === null || credentials === null
        ? null
        : answerChallenge(message, credentials, { method, uri }, this.#cnonce(), this.#authorization);
    if (answer === null) this.#end(response.status, message);
    else {
      this.#authorization = answer;
      this.send();
    }
  }

  #end(status: number, message: SipResponse | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#server.leave(this);
    const header = (name: string) => (message === null ? [] : headerValues(message, name));
    this.#answered({ status, cseq: this.#cseq, header });
  }
}
