import type { Address, InviteTarget, Sdp } from '../ports/signalling.js';
import { Acknowledger, type InviteOwner, type Outlet } from './acknowledger.js';
import type { ClientTransaction } from './client-transaction.js';
import { type Dialog, dialogOfResponse, routeLines } from './dialog.js';
import { isChallenge } from './dialog-request.js';
import { type Authorization, answerChallenge } from './digest-answer.js';
import type { LegEvents } from './leg.js';
import { pointTo, wayTo } from './listening-point.js';
import { contactsOf, formatAddress } from './message/address.js';
import { headerValues } from './message/header.js';
import type { SipResponse } from './message/message.js';
import { NO_PARAMS, paramOf } from './message/param.js';
import { wireLine } from './message/text.js';
import { formatUri } from './message/uri.js';
import { type Content, type OutgoingRequest, sdpContent } from './outgoing.js';
import { headerLines, type RequestHead, requestText } from './request.js';
import { sdpOf } from './session-body.js';
import { inviteLines, leastOf, termsBy } from './session-expires.js';
import type { Remote } from './transport/transport.js';

/** Nobody is asked for a session of more than a day. */
const LONGEST_SESSION_S = 86_400;

/** Our call until it is answered: its INVITE, to one address after the other (RFC 3261 §13.2, RFC 3263 §4.3). */
export class CallOut implements InviteOwner {
  readonly #outlet: Outlet;
  readonly #leg: LegEvents;
  readonly #target: InviteTarget;
  readonly #offer: Sdp | null;
  readonly #lines: string;
  readonly #from: string;
  readonly #to: string;
  readonly #callId: string;
  readonly #sessionS: number | null;
  #leastSessionS: number | null = null;
  #remotes: readonly Remote[] = [];
  #cseq = 0;
  #invite: ClientTransaction | null = null;
  #acknowledger: Acknowledger | null = null;
  #remote: Remote | null = null;
  #authorization: Authorization | null = null;
  #isCancelled = false;

  /**
   * `lines` are header lines of every request that may establish a dialog, beside Contact. `sessionS`: how long a session
   * lasts without a refresh (RFC 4028); null: for ever. [s]
   */
  constructor(
    outlet: Outlet,
    leg: LegEvents,
    target: InviteTarget,
    offer: Sdp | null,
    localTag: string,
    callId: string,
    lines: string,
    sessionS: number | null,
  ) {
    this.#outlet = outlet;
    this.#leg = leg;
    this.#target = target;
    this.#offer = offer;
    this.#lines = lines;
    this.#from = addressValue(target.from, localTag);
    this.#to = addressValue(target.to, null);
    this.#callId = callId;
    this.#sessionS = sessionS;
  }

  reach(remotes: readonly Remote[]): void {
    this.#remotes = remotes;
    this.#leg.handle({ type: 'resolved', addresses: remotes.length });
  }

  /** Sends the INVITE to the next address. */
  send(): void {
    const [remote, ...others] = this.#remotes;
    this.#remotes = others;
    this.#sendTo(remote);
  }

  #sendTo(remote: Remote | undefined): void {
    const request = remote === undefined ? null : this.#request(remote);
    if (request === null) {
      this.#leg.handle({ type: 'rejected', status: 503, isLost: true, reasons: [], contacts: [] });
      return;
    }
    this.#remote = remote ?? null;
    const isSymmetric = this.#target.flow !== null;
    const acknowledger = new Acknowledger(this.#outlet, this, request.head.uri, true, isSymmetric);
    this.#acknowledger?.release();
    this.#acknowledger = acknowledger;
    this.#invite = this.#outlet.layer.send(request, acknowledger);
  }

  cancel(reasons: readonly string[]): void {
    this.#isCancelled = true;
    if (this.#invite !== null) this.#outlet.layer.cancel(this.#invite, reasons);
  }

  abandon(): void {
    this.#invite?.abandon();
  }

  acknowledge(dialog: Dialog, content: Content): void {
    // The ACK bears the credentials of its INVITE (RFC 3261 §22.1).
    const lines = content.lines + (this.#authorization?.line ?? '');
    this.#acknowledger?.acknowledge(dialog, this.#cseq, { ...content, lines });
  }

  release(): void {
    this.#acknowledger?.release();
  }

  inviteProgressed(response: SipResponse): void {
    this.#leg.handle({ type: 'progressed', status: response.status, sdp: sdpOf(response) });
  }

  inviteAccepted(response: SipResponse, source: Remote): void {
    const isSymmetric = this.#target.flow !== null;
    this.#leg.established(dialogOfResponse(response, this.#target.uri, source, isSymmetric));
    if (this.#sessionS !== null) this.#leg.lasts(termsBy(response, Math.max(this.#sessionS, this.#leastSessionS ?? 0)));
    this.#leg.handle({ type: 'accepted', sdp: sdpOf(response) });
  }

  inviteRejected(response: SipResponse): void {
    const { status } = response;
    if ((isChallenge(response) && this.#authorize(response)) || this.#lengthen(response)) return;
    const contacts = status < 400 ? redirections(response) : [];
    const reasons = headerValues(response, 'Reason');
    this.#leg.handle({ type: 'rejected', status, isLost: false, reasons, contacts });
  }

  inviteFailed(status: 408 | 503): void {
    this.#leg.handle({ type: 'rejected', status, isLost: true, reasons: [], contacts: [] });
  }

  /** Sends the INVITE again with the answer to a challenge; false: there is none. */
  #authorize(response: SipResponse): boolean {
    const { credentials, uri } = this.#target;
    if (credentials === undefined || this.#remote === null || this.#isCancelled) return false;
    const asked = { method: 'INVITE', uri: wireLine(uri) };
    const cnonce = this.#outlet.tokens.next();
    const answer = answerChallenge(response, credentials, asked, cnonce, this.#authorization);
    if (answer === null) return false;
    this.#authorization = answer;
    this.#sendTo(this.#remote);
    return true;
  }

  /** Sends the INVITE again with the session that a 422 wants (RFC 4028 §7.3); false: it is none, or wants too much. */
  #lengthen(response: SipResponse): boolean {
    const leastS = leastOf(response);
    if (leastS === null || this.#sessionS === null || this.#remote === null || this.#isCancelled) return false;
    if (leastS > LONGEST_SESSION_S || leastS <= (this.#leastSessionS ?? 0)) return false;
    this.#leastSessionS = leastS;
    this.#sendTo(this.#remote);
    return true;
  }

  #request(remote: Remote): OutgoingRequest | null {
    const { points, tokens } = this.#outlet;
    const point = pointTo(points, remote);
    if (point === null) return null;
    const { uri, route = [], maxForwards, headers } = this.#target;
    const branch = tokens.branch();
    const head: RequestHead = {
      uri: wireLine(uri),
      via: point.viaStart + branch,
      branch,
      routes: route.length === 0 ? '' : routeLines(route),
      from: this.#from,
      to: this.#to,
      callId: this.#callId,
      cseq: ++this.#cseq,
    };
    const session = this.#sessionS === null ? '' : inviteLines(this.#sessionS, this.#leastSessionS);
    const { lines, type, body } = sdpContent(
      point.contactLine + this.#lines + session + headerLines(headers) + (this.#authorization?.line ?? ''),
      this.#offer,
    );
    const text = requestText('INVITE', head, maxForwards, lines, type, body);
    return { method: 'INVITE', head, text, remote: wayTo(point, remote, uri), transport: point.transport };
  }
}

/** Contact URIs of a 3xx by falling `q`, else in order (RFC 3261 §8.1.3.4). */
function redirections(response: SipResponse): readonly string[] {
  const contacts = contactsOf(response) ?? [];
  const ranked = contacts.map(({ uri, params }) => ({ uri, q: Number(paramOf(params, 'q') ?? 1) }));
  return ranked.sort((a, b) => b.q - a.q).map(({ uri }) => uri);
}

const PLAIN_USER = /^[\w.+*-]+$/;

/** A From or To value of ours. */
export function addressValue({ name, user, host }: Address, tag: string | null): string {
  const isPlain = PLAIN_USER.test(user);
  const uri = isPlain
    ? `sip:${user}@${host}`
    : formatUri({
        scheme: 'sip',
        user: user === '' ? null : user,
        password: null,
        host,
        port: null,
        params: NO_PARAMS,
        headers: NO_PARAMS,
      });
  const params = tag === null ? NO_PARAMS : [{ name: 'tag', value: tag }];
  return formatAddress({ name, uri: wireLine(uri), params });
}
