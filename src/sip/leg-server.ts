import type { LegId, Sdp } from '../ports/signalling.js';
import type { LegEvents, LegHost } from './leg.js';
import { cseqOf } from './message/cseq.js';
import { headerValue, headerValues } from './message/header.js';
import type { SipRequest } from './message/message.js';
import { type Capabilities, type Refusal, refusal } from './message/validate.js';
import { fieldLines, reasonLines } from './request.js';
import type { Incoming, ServerTransaction, ServerUser } from './server-transaction.js';
import { sdpOf } from './session-body.js';
import { answerLines, type SessionTerms, termsFor, tooBrief } from './session-expires.js';

/** What we serve inside a dialog. */
const IN_DIALOG: Capabilities = {
  methods: ['INVITE', 'BYE', 'UPDATE', 'INFO', 'REFER', 'OPTIONS'],
  extensions: ['norefersub'],
  schemes: ['sip', 'sips', 'tel', 'urn'],
  bodies: {
    INVITE: ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'],
    UPDATE: ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'],
  },
};

/** The same where sessions have a timer. */
const TIMED_IN_DIALOG: Capabilities = { ...IN_DIALOG, extensions: [...IN_DIALOG.extensions, 'timer'] };

type Served = {
  readonly transaction: ServerTransaction;
  readonly contactLine: string;
  /** What our 2xx says of the session's timer; null: nothing. */
  readonly terms: SessionTerms | null;
};
type Accepted = { readonly cseq: number; readonly transaction: ServerTransaction; readonly text: string };

/** The server half of a leg: their INVITE, and their requests inside the dialog (RFC 3261 §12.2.2, §13.3, §14.2, §15.1.2). */
export class LegServer implements ServerUser {
  readonly #host: LegHost;
  readonly #leg: LegEvents;
  readonly #id: LegId;
  readonly #able: Capabilities;
  #invite: Served | null = null; // the one that began the leg
  #recordRoutes = '';
  #arriving: Served | null = null; // re-INVITE or UPDATE that the session is judging
  #pending: Served | null = null; // the same, until our answer
  #accepted: readonly Accepted[] = []; // our 2xx that wait for their ACK

  constructor(host: LegHost, leg: LegEvents, id: LegId) {
    this.#host = host;
    this.#leg = leg;
    this.#id = id;
    this.#able = host.sessionS === null ? IN_DIALOG : TIMED_IN_DIALOG;
  }

  /** The INVITE that begins the leg. */
  invited(incoming: Incoming, transaction: ServerTransaction): void {
    const { request, point } = incoming;
    this.#invite = { transaction, contactLine: point.contactLine, terms: this.#terms(request) };
    for (const route of headerValues(request, 'Record-Route')) this.#recordRoutes += `Record-Route: ${route}\r\n`;
    transaction.user = this;
    const expires = Number(headerValue(request, 'Expires') ?? '');
    if (expires > 0) this.#leg.handle({ type: 'limited', expiresMs: expires * 1000 });
  }

  cancelled(cancel: SipRequest): void {
    this.#leg.handle({ type: 'cancelled', reasons: headerValues(cancel, 'Reason') });
  }

  acknowledged(ack: SipRequest): void {
    this.#leg.handle({ type: 'acknowledged', cseq: cseqOf(ack).number, sdp: sdpOf(ack) });
  }

  /** A request inside the dialog, in order (§12.2.2). */
  requested(incoming: Incoming): void {
    const { request } = incoming;
    const transaction = this.#host.layer.serve(incoming, null);
    const refused = this.#refusal(request);
    if (refused !== null) {
      transaction.respond(refused.status, refused.reason, fieldLines(refused.headers), '');
      return;
    }
    switch (request.method) {
      case 'BYE':
        transaction.respond(200, '', '', '');
        this.#leg.handle({ type: 'left', reasons: headerValues(request, 'Reason') });
        break;
      case 'INVITE':
        transaction.user = this;
        transaction.respond(100, '', '', '');
        this.#changed(incoming, transaction, 'INVITE');
        break;
      case 'UPDATE':
        this.#changed(incoming, transaction, 'UPDATE');
        break;
      case 'INFO':
        transaction.respond(200, '', '', '');
        this.#informed(request);
        break;
      case 'REFER':
        this.#leg.refer(request, transaction, incoming.point.contactLine);
        break;
      case 'OPTIONS':
        transaction.respond(200, '', `${this.#host.responseLines}Accept: application/sdp\r\n`, '');
        break;
    }
  }

  /** To the first INVITE. What may establish the dialog carries what a dialog needs (§12.1.1). */
  respond(status: number, sdp: Sdp | null, reasons: readonly string[]): void {
    if (this.#invite === null) return;
    const { transaction, contactLine, terms } = this.#invite;
    if (status >= 300) {
      transaction.respond(status, '', reasonLines(reasons), '');
      return;
    }
    const lines = this.#recordRoutes + contactLine;
    const text = this.#respondSession(transaction, status, lines, sdp, status < 200 ? null : terms);
    if (status >= 200 && text !== null) this.#keep(text, transaction);
  }

  /** Sends the last provisional response to it once more. */
  repeat(): void {
    this.#invite?.transaction.repeatProvisional();
  }

  /** To the re-INVITE or UPDATE that waits for it. */
  reply(status: number, sdp: Sdp | null): void {
    if (this.#pending === null) return;
    const { transaction, contactLine, terms } = this.#pending;
    this.#pending = null;
    if (status >= 300) {
      transaction.respond(status, '', '', '');
      return;
    }
    const text = this.#respondSession(transaction, status, contactLine, sdp, terms);
    if (transaction.method === 'INVITE' && text !== null) this.#keep(text, transaction);
  }

  /** To the one that the session is judging. */
  turnDown(status: number): void {
    const arriving = this.#arriving;
    this.#arriving = null;
    // 0 to 10 seconds (§14.2)
    const more = status === 500 ? `Retry-After: ${Math.floor(this.#host.random() * 11)}\r\n` : '';
    arriving?.transaction.respond(status, '', more, '');
  }

  resend(cseq: number): void {
    const accepted = this.#accepted.find((other) => other.cseq === cseq);
    accepted?.transaction.resend(accepted.text);
  }

  settle(cseq: number): void {
    this.#accepted = this.#accepted.filter((other) => other.cseq !== cseq);
  }

  /** The leg has ended. */
  release(): void {
    if (this.#invite !== null) this.#invite.transaction.user = null;
    for (const { transaction } of this.#accepted) transaction.user = null;
    this.#invite = null;
    this.#accepted = [];
  }

  #refusal(request: SipRequest): Refusal | null {
    switch (request.method) {
      case 'NOTIFY': // no subscription (RFC 6665 §4.1.3)
      case 'PRACK': // no reliable provisional response (RFC 3262 §3)
        return { status: 481, reason: '', headers: [] };
      case 'INFO':
        if (headerValue(request, 'Info-Package') !== undefined) {
          return { status: 469, reason: '', headers: [{ name: 'Recv-Info', value: '' }] }; // RFC 6086 §4.2.2
        }
    }
    return refusal(request, this.#able) ?? (this.#host.sessionS === null ? null : tooBrief(request));
  }

  /** A re-INVITE, or an UPDATE, which without an offer is no more than a target refresh (RFC 3311 §5.2). */
  #changed(incoming: Incoming, transaction: ServerTransaction, method: 'INVITE' | 'UPDATE'): void {
    const { request, source, point } = incoming;
    const { contactLine } = point;
    const sdp = sdpOf(request);
    const terms = this.#terms(request);
    this.#leg.refresh(request, source);
    if (method === 'UPDATE' && sdp === null) {
      this.#respondSession(transaction, 200, contactLine, null, terms);
      return;
    }
    this.#arriving = { transaction, contactLine, terms };
    this.#leg.handle({ type: 'offered', method, cseq: cseqOf(request).number, sdp });
    if (this.#arriving === null) return;
    this.#pending = this.#arriving;
    this.#arriving = null;
  }

  #informed(request: SipRequest): void {
    const contentType = headerValue(request, 'Content-Type') ?? '';
    this.#leg.report({ type: 'informed', leg: this.#id, contentType, body: request.body });
  }

  /** RFC 4028 §9; null: we run no timers. */
  #terms(request: SipRequest): SessionTerms | null {
    const { sessionS } = this.#host;
    return sessionS === null ? null : termsFor(request, sessionS);
  }

  #respondSession(
    transaction: ServerTransaction,
    status: number,
    lines: string,
    sdp: Sdp | null,
    terms: SessionTerms | null,
  ): string | null {
    const type = sdp === null ? '' : 'Content-Type: application/sdp\r\n';
    const timer = terms === null ? '' : answerLines(terms);
    if (terms !== null) this.#leg.lasts(terms);
    return transaction.respond(status, '', lines + this.#host.responseLines + timer + type, sdp ?? '');
  }

  #keep(text: string, transaction: ServerTransaction): void {
    this.#accepted = [...this.#accepted, { cseq: transaction.cseq, transaction, text }];
  }
}
