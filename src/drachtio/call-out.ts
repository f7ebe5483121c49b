import { randomBytes } from 'node:crypto';
import type { InviteTarget, Sdp } from '../ports/signalling.js';
import { type Authorization, answerChallenge } from '../sip/digest-answer.js';
import { cseqOf } from '../sip/message/cseq.js';
import type { SipResponse } from '../sip/message/message.js';
import { sdpOf } from '../sip/session-body.js';
import type { LegEvents } from './call-in.js';
import { routeOf } from './flow.js';
import { addressValue, authorizationHeader, readRequest, readResponse, reasonsOf, redirectionsOf } from './message.js';
import type { DrachtioServer } from './server.js';
import {
  isOffered,
  reasonHeaders,
  responseOf,
  type SrfDialog,
  type SrfOffered,
  type SrfRequest,
  type SrfResponse,
  srfHeaders,
  statusOf,
} from './srf.js';

/** Our call until it is answered: its INVITE, through one drachtio-server after the other. */
export class CallOut {
  readonly #leg: LegEvents;
  readonly #callId: string;
  readonly #target: InviteTarget;
  readonly #offer: Sdp | null;
  readonly #headers: readonly (readonly [string, string])[];
  #servers: readonly DrachtioServer[];
  #server: DrachtioServer | null = null;
  #request: SrfRequest | null = null;
  /** Their offer, which our ACK must answer. */
  #offered: SrfOffered | null = null;
  #authorization: Authorization | null = null;
  /** Reasons of the CANCEL, which may be wanted before the INVITE is on its way. */
  #cancelled: readonly string[] | null = null;
  /** Nobody waits for the answer any more. */
  #isAbandoned = false;

  /** `servers`: those that will do, best first. `headers`: of every INVITE of ours. */
  constructor(
    leg: LegEvents,
    callId: string,
    target: InviteTarget,
    offer: Sdp | null,
    servers: readonly DrachtioServer[],
    headers: readonly (readonly [string, string])[],
  ) {
    this.#leg = leg;
    this.#callId = callId;
    this.#target = target;
    this.#offer = offer;
    this.#servers = servers;
    this.#headers = headers;
  }

  get server(): DrachtioServer | null {
    return this.#server;
  }

  /** Sends the INVITE through the next server. */
  send(): void {
    const [server, ...others] = this.#servers;
    this.#servers = others;
    this.#server = server ?? null;
    this.#authorization = null;
    this.#invite();
  }

  #invite(): void {
    const server = this.#server;
    const srf = server?.srf ?? null;
    if (server === null || srf === null) {
      this.#lost();
      return;
    }
    const { uri, flow, route = [], from, to, maxForwards, headers } = this.#target;
    const proxy = flow === null ? null : (routeOf(flow)?.uri ?? null);
    const options = {
      headers: {
        ...srfHeaders([
          ...this.#headers,
          ...route.map((hop) => ['Route', hop] as const),
          ...headers,
          ...(this.#authorization === null ? [] : [authorizationHeader(this.#authorization), this.#nextCSeq()]),
        ]),
        From: addressValue(from),
        To: addressValue(to),
        'Call-ID': this.#callId,
        'Max-Forwards': `${maxForwards}`,
      },
      ...(this.#offer === null ? { noAck: true } : { localSdp: this.#offer }),
      ...(proxy === null ? {} : { proxy }),
    };
    this.#request = null;
    const cbRequest = server.confirming<SrfRequest>((_error, request) => {
      if (request !== undefined) this.#sent(request);
    });
    try {
      srf.createUAC(uri, options, { cbRequest, cbProvisional: (res) => this.#progressed(res) }, (error, value) =>
        value === undefined ? this.#failed(error) : this.#answered(server, value),
      );
    } catch {
      this.#lost();
    }
  }

  /** The server holds it back until a provisional response has come (RFC 3261 §9.1). */
  cancel(reasons: readonly string[]): void {
    this.#cancelled = reasons;
    this.#request?.cancel({ headers: reasonHeaders(reasons) }, () => {});
  }

  abandon(): void {
    this.#isAbandoned = true;
  }

  /** ACK of a late offer call with our answer; null: there is none, and the call that it makes is ended at once. */
  acknowledge(answer: Sdp | null): void {
    const offered = this.#offered;
    const server = this.#server;
    this.#offered = null;
    if (offered === null || server === null) return;
    if (answer === null) void offered.destroy();
    else {
      offered.ack(answer).then(
        (dialog) => this.#leg.established(server, dialog),
        () => this.#leg.handle({ type: 'forgotten', status: 500 }),
      );
    }
  }

  #sent(request: SrfRequest): void {
    this.#request = request;
    if (this.#cancelled !== null)
      this.cancel(this.#cancelled); // it came while we answered a challenge
    else this.#leg.handle({ type: 'progressed', status: 100, sdp: null });
  }

  #progressed(response: SrfResponse): void {
    const message = readResponse(response);
    const sdp = message === null ? null : sdpOf(message);
    this.#leg.handle({ type: 'progressed', status: response.status, sdp });
  }

  #answered(server: DrachtioServer, value: SrfDialog | SrfOffered): void {
    const message = readResponse(value.res);
    const sdp = message === null ? null : sdpOf(message);
    if (this.#isAbandoned) {
      if (isOffered(value)) void value.destroy();
      else value.destroy({ headers: {} }, () => {});
      return;
    }
    if (isOffered(value)) this.#offered = value;
    else this.#leg.established(server, value);
    this.#leg.handle({ type: 'accepted', sdp });
  }

  #failed(error: unknown): void {
    const response = responseOf(error);
    const message = response === null ? null : readResponse(response);
    if (message === null) {
      this.#lost(statusOf(error));
      return;
    }
    if (this.#cancelled === null && this.#authorize(message)) return;
    const { status } = message;
    const contacts = status < 400 ? redirectionsOf(message) : [];
    this.#leg.handle({ type: 'rejected', status, isLost: false, reasons: reasonsOf(message), contacts });
  }

  /** Sends the INVITE again with the answer to a challenge; false: there is none. */
  #authorize(response: SipResponse): boolean {
    const { credentials, uri } = this.#target;
    if (credentials === undefined) return false;
    const cnonce = randomBytes(8).toString('hex');
    const answer = answerChallenge(response, credentials, { method: 'INVITE', uri }, cnonce, this.#authorization);
    if (answer === null) return false;
    this.#authorization = answer;
    this.#invite();
    return true;
  }

  /** drachtio-server would give the second INVITE the CSeq of the first. */
  #nextCSeq(): readonly [string, string] {
    const last = this.#request === null ? null : readRequest(this.#request);
    return ['CSeq', `${last === null ? 1 : cseqOf(last).number + 1} INVITE`];
  }

  #lost(status = 503): void {
    this.#leg.handle({ type: 'rejected', status, isLost: true, reasons: [], contacts: [] });
  }
}
