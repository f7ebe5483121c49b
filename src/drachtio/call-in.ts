import type { Sdp } from '../ports/signalling.js';
import { headerValue } from '../sip/message/header.js';
import type { SipRequest } from '../sip/message/message.js';
import type { SessionEvent } from '../sip/session.js';
import { readRequest, reasonsOf } from './message.js';
import { sendAnswer } from './reply.js';
import type { DrachtioServer } from './server.js';
import type { SrfDialog, SrfReply, SrfRequest } from './srf.js';

/** What the halves of a leg tell it. */
export interface LegEvents {
  handle(event: SessionEvent): void;
  established(server: DrachtioServer, dialog: SrfDialog): void;
}

/** Their INVITE until our final response. Repeating a 2xx until its ACK comes is the server's business. */
export class CallIn {
  readonly #server: DrachtioServer;
  readonly #request: SrfRequest;
  readonly #reply: SrfReply;
  readonly #leg: LegEvents;
  readonly #allow: readonly [string, string];
  #provisional: { readonly status: number; readonly sdp: Sdp | null } | null = null;

  constructor(
    server: DrachtioServer,
    request: SrfRequest,
    reply: SrfReply,
    leg: LegEvents,
    allow: readonly [string, string],
  ) {
    this.#server = server;
    this.#request = request;
    this.#reply = reply;
    this.#leg = leg;
    this.#allow = allow;
  }

  /** From here on the leg hears of CANCEL and of the time that the caller allows. */
  attend(invite: SipRequest): void {
    this.#request.on('cancel', (cancel) => {
      this.#leg.handle({ type: 'cancelled', reasons: reasonsOf(readRequest(cancel)) });
    });
    const expires = Number(headerValue(invite, 'Expires') ?? '');
    if (expires > 0) this.#leg.handle({ type: 'limited', expiresMs: expires * 1000 });
  }

  respond(status: number, sdp: Sdp | null, reasons: readonly string[]): void {
    if (status === 200 && sdp !== null) {
      this.#answer(sdp);
      return;
    }
    if (status < 200) this.#provisional = { status, sdp };
    const headers = status < 300 ? [this.#allow] : reasons.map((reason) => ['Reason', reason] as const);
    sendAnswer(this.#server, this.#reply, { status, headers, body: sdp ?? '' });
  }

  /** Sends the last provisional response once more. */
  repeat(): void {
    if (this.#provisional !== null) this.respond(this.#provisional.status, this.#provisional.sdp, []);
  }

  #answer(localSdp: Sdp): void {
    const { srf } = this.#server;
    if (srf === null) return;
    const [name, value] = this.#allow;
    const done = this.#server.confirming<SrfDialog>((_error, dialog) => {
      if (dialog !== undefined) this.#leg.established(this.#server, dialog);
      else this.#leg.handle({ type: 'left', reasons: [] }); // a CANCEL has overtaken our 2xx
    });
    srf.createUAS(this.#request, this.#reply, { localSdp, headers: { [name]: value } }, done);
  }
}
