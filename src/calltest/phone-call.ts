import type { Timer } from '../machine/clock.js';
import { between, hex } from '../machine/random.js';
import { type Line, PhoneDialog } from './phone-dialog.js';
import {
  answering,
  authorize,
  cseqOf,
  type Direction,
  type HeaderList,
  header,
  type PhoneMessage,
  userOf,
  writeRequest,
  writeResponse,
} from './phone-message.js';
import {
  type ClientHandlers,
  type ClientTransaction,
  GIVE_UP_MS,
  type ServerTransaction,
} from './phone-transaction.js';

/** `ending`: our BYE or our CANCEL is under way. */
export type CallState = 'calling' | 'ringing' | 'answered' | 'ending' | 'ended';

export type CallListeners = {
  ringing?: (status: number) => void;
  /** Answered and acknowledged. */
  answered?: () => void;
  /** Exactly once. */
  ended?: () => void;
};

export type CallOptions = { readonly lateOffer?: boolean; readonly headers?: HeaderList };

/** One call of a scripted phone, from either side. */
export class PhoneCall {
  readonly direction: 'out' | 'in';
  readonly dialog: PhoneDialog;
  readonly on: CallListeners = {};
  state: CallState = 'calling';
  /** Final status of the INVITE; 408 if it timed out; 0 while there is none. */
  status = 0;
  /** Reason values of the CANCEL or BYE that ended it. */
  reasons: readonly string[] = [];
  /** Our 2xx, or theirs, has been acknowledged. */
  confirmed = false;
  /** Outcome of the last re-INVITE of ours, 0 while there is none. */
  modified = 0;
  readonly #line: Line;
  readonly #options: CallOptions;
  readonly #server: ServerTransaction | null; // their INVITE
  #client: ClientTransaction | null = null; // ours
  #cancelWanted = false;
  #byeWhenAcknowledged = false;
  #reinviting = false;
  #givingUp: Timer | null = null;
  #retry: Timer | null = null;
  readonly #unacknowledged = new Map<number, ServerTransaction>();

  constructor(line: Line, called: string, options: CallOptions);
  constructor(line: Line, invited: ServerTransaction);
  constructor(line: Line, from: string | ServerTransaction, options: CallOptions = {}) {
    this.#line = line;
    this.#options = options;
    if (typeof from === 'string') {
      this.direction = 'out';
      this.dialog = new PhoneDialog(line, from);
      this.#server = null;
      this.#invite(null);
    } else {
      this.direction = 'in';
      this.dialog = new PhoneDialog(line, from.request);
      this.dialog.remoteSeq = cseqOf(from.request).number;
      this.#server = from;
      this.#respond(from, 100);
    }
  }

  get callId(): string {
    return this.dialog.callId;
  }

  /** The user part of the Request-URI. */
  get called(): string {
    return this.#server === null ? this.dialog.peer : userOf(this.#server.request.uri);
  }

  /** The user part of the other party. */
  get peer(): string {
    return this.dialog.peer;
  }

  /** 180 to the INVITE that came. */
  ring(): void {
    if (this.#server === null || this.state !== 'calling') return;
    this.state = 'ringing';
    this.#respond(this.#server, 180, [this.dialog.contact()]);
  }

  /** 200 to the INVITE that came. */
  answer(): void {
    if (this.#server === null || !this.#undecided()) return;
    this.state = 'answered';
    this.status = 200;
    this.#accept(this.#server);
  }

  /** Final refusal of the INVITE that came. */
  refuse(status: number, headers: HeaderList = []): void {
    if (this.#server === null || !this.#undecided()) return;
    this.#respond(this.#server, status, headers);
    this.#end(status);
  }

  /** CANCEL, a refusal or BYE, whichever the state asks for. */
  hangUp(): void {
    if (this.state === 'answered') this.#bye();
    else if (this.direction === 'in') this.refuse(603);
    else if (this.#undecided()) this.#cancel();
  }

  /** Re-INVITE; `late` leaves the offer to the other side. False if a session is being described already. */
  modify(direction: Direction, late = false): boolean {
    if (this.state !== 'answered' || !this.confirmed || this.#reinviting || this.#unacknowledged.size > 0) return false;
    this.#reinviting = true;
    this.modified = 0;
    this.dialog.request('INVITE', late ? '' : this.dialog.describe(direction), {
      final: (response) => this.#modifyAnswered(response, direction, late),
      timedOut: () => this.#modifyFailed(408, direction, late),
      contradicted: (response) => this.#contradicted(response),
    });
    return true;
  }

  /** REFER: the other side is to be sent to that URI (RFC 3515). */
  transfer(to: string): void {
    if (this.state !== 'answered' || !this.confirmed) return;
    this.dialog.request('REFER', '', this.#indifferent(), [this.dialog.contact(), ['Refer-To', `<${to}>`]]);
  }

  /** A request inside the dialog that changes nothing. */
  inform(method: 'INFO' | 'OPTIONS'): void {
    if (this.state === 'answered' && this.confirmed) this.dialog.request(method, '', this.#indifferent());
  }

  /** Drops the call without a word, as a phone does that loses power. */
  forget(): void {
    this.#client?.abandon();
    this.#server?.acknowledged();
    for (const transaction of this.#unacknowledged.values()) transaction.acknowledged();
    this.#end(this.status);
  }

  /** A request of this dialog; its transaction is new. */
  received(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { number } = cseqOf(request);
    if (!this.dialog.holds(request) || this.state === 'ended') {
      this.#respond(transaction, 481);
    } else if (number <= this.dialog.remoteSeq) {
      this.#respond(transaction, 500); // RFC 3261 §12.2.2
    } else {
      this.dialog.remoteSeq = number;
      this.#serve(transaction);
    }
  }

  /** The INVITE that made this call was cancelled. */
  cancelled(reasons: readonly string[]): void {
    if (this.#server === null || !this.#undecided()) return;
    this.reasons = reasons;
    this.#respond(this.#server, 487);
    this.#end(487);
  }

  acknowledged(ack: PhoneMessage): void {
    const { number } = cseqOf(ack);
    const transaction = this.#unacknowledged.get(number);
    if (transaction === undefined) return;
    this.#unacknowledged.delete(number);
    transaction.acknowledged();
    if (transaction.request.body === '') this.dialog.hear(ack.body); // the answer to our offer
    if (transaction === this.#server) {
      this.confirmed = true;
      if (this.state === 'answered') this.on.answered?.();
    }
    if (this.#byeWhenAcknowledged) this.#bye();
  }

  /** No ACK came for a 2xx of ours: RFC 3261 §13.3.1.4. */
  unacknowledged(transaction: ServerTransaction): void {
    this.#unacknowledged.delete(cseqOf(transaction.request).number);
    if (this.state === 'answered' || this.#byeWhenAcknowledged) this.#bye();
  }

  #undecided(): boolean {
    return this.state === 'calling' || this.state === 'ringing';
  }

  #serve(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === 'BYE') {
      this.#respond(transaction, 200);
      this.reasons = request.headers.get('reason') ?? [];
      this.#end(this.status);
    } else if (request.method !== 'INVITE' && (request.method !== 'UPDATE' || request.body === '')) {
      this.#respond(transaction, 200);
    } else if (this.#reinviting) {
      this.#respond(transaction, 491); // RFC 3261 §14.2
    } else if (this.state !== 'answered' || !this.confirmed) {
      this.#respond(transaction, 500);
    } else {
      if (request.body !== '') this.dialog.refresh(request);
      this.#accept(transaction);
    }
  }

  #respond(transaction: ServerTransaction, status: number, headers: HeaderList = [], body = ''): void {
    transaction.respond(status, writeResponse(transaction.request, status, this.dialog.localTag, headers, body));
  }

  /** 200 with our answer to their offer, or with an offer if they sent none. */
  #accept(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === 'INVITE') this.#unacknowledged.set(cseqOf(request).number, transaction);
    const session = this.dialog.describe(request.body === '' ? 'sendrecv' : answering(this.dialog.heard));
    this.#respond(transaction, 200, [this.dialog.contact()], session);
  }

  #invite(authorization: readonly [string, string] | null): void {
    const session = this.#options.lateOffer === true ? '' : this.dialog.describe('sendrecv');
    const headers = [...(this.#options.headers ?? []), ...(authorization === null ? [] : [authorization])];
    this.#client = this.#line.ask(this.dialog.invite(headers, session), {
      provisional: (response) => this.#progressed(response),
      final: (response) => this.#inviteAnswered(response, authorization !== null),
      timedOut: () => this.#end(408),
      contradicted: (response) => this.#contradicted(response),
    });
  }

  #progressed(response: PhoneMessage): void {
    if (this.#cancelWanted && this.state !== 'ending') this.#sendCancel();
    if (response.status === 100 || this.state === 'ending') return;
    this.state = 'ringing';
    this.on.ringing?.(response.status);
  }

  #inviteAnswered(response: PhoneMessage, authorized: boolean): void {
    const { status } = response;
    const challenged = status === 401 || status === 407;
    if (status < 300) this.#accepted(response);
    else if (challenged && !authorized && !this.#cancelWanted) this.#authorize(response);
    else this.#end(status);
  }

  #authorize(response: PhoneMessage): void {
    const byServer = response.status === 401;
    const challenges = response.headers.get(byServer ? 'www-authenticate' : 'proxy-authenticate') ?? [];
    const uri = `sip:${this.peer}@${this.#line.domain}`;
    const value = authorize(challenges, 'INVITE', uri, this.#line.credentials, hex(this.#line.random, 8));
    if (value === null) this.#end(response.status);
    else this.#invite([byServer ? 'Authorization' : 'Proxy-Authorization', value]);
  }

  #accepted(response: PhoneMessage): void {
    const { number } = cseqOf(response);
    if (this.dialog.acknowledgeAgain(number)) return;
    this.status = response.status;
    this.dialog.made(response);
    this.dialog.acknowledge(
      number,
      this.#options.lateOffer === true ? this.dialog.describe(answering(this.dialog.heard)) : '',
    );
    this.confirmed = true;
    if (this.#cancelWanted) {
      this.#givingUp?.cancel();
      this.#bye(); // RFC 3261 §9.1: the 200 crossed our CANCEL
      return;
    }
    this.state = 'answered';
    this.on.answered?.();
  }

  #cancel(): void {
    this.#cancelWanted = true;
    if (this.#client?.provisional === true) this.#sendCancel();
  }

  #sendCancel(): void {
    const invite = this.#client?.request;
    if (invite === undefined) return;
    this.state = 'ending';
    const cancel = writeRequest('CANCEL', invite.uri, [
      ['Via', header(invite, 'via')],
      ['Max-Forwards', '70'],
      ['From', header(invite, 'from')],
      ['To', header(invite, 'to')],
      ['Call-ID', this.callId],
      ['CSeq', `${cseqOf(invite).number} CANCEL`],
    ]);
    this.#line.ask(cancel, this.#indifferent());
    this.#givingUp = this.#line.clock.after(GIVE_UP_MS, () => this.#end(487)); // RFC 3261 §9.1, end
  }

  #bye(): void {
    this.state = 'ending';
    this.#byeWhenAcknowledged = this.#server !== null && this.#unacknowledged.has(cseqOf(this.#server.request).number);
    if (this.#byeWhenAcknowledged) return; // RFC 3261 §15
    const done = () => this.#end(this.status);
    const contradicted = (response: PhoneMessage) => this.#contradicted(response);
    this.dialog.request('BYE', '', { final: done, timedOut: done, contradicted });
  }

  #modifyAnswered(response: PhoneMessage, direction: Direction, late: boolean): void {
    const { number } = cseqOf(response);
    if (response.status >= 300) {
      this.#modifyFailed(response.status, direction, late);
    } else if (!this.dialog.acknowledgeAgain(number)) {
      this.#reinviting = false;
      this.modified = response.status;
      this.dialog.refresh(response);
      this.dialog.acknowledge(number, late ? this.dialog.describe(direction) : '');
    }
  }

  #modifyFailed(status: number, direction: Direction, late: boolean): void {
    this.#reinviting = false;
    this.modified = status;
    if (this.state !== 'answered') return;
    if (status === 491) {
      const [min, max] = this.direction === 'out' ? [210, 400] : [0, 200]; // RFC 3261 §14.1
      const retryInMs = 10 * between(this.#line.random, min, max);
      this.#retry = this.#line.clock.after(retryInMs, () => this.modify(direction, late));
    } else if (status === 408 || status === 481) {
      this.#bye(); // RFC 3261 §12.2.1.2
    }
  }

  #indifferent(): ClientHandlers {
    return { final: () => {}, timedOut: () => {}, contradicted: (response) => this.#contradicted(response) };
  }

  #contradicted(response: PhoneMessage): void {
    this.#line.fault(
      `a second final response, ${response.status} to ${header(response, 'cseq')} [call ${this.callId}]`,
    );
  }

  #end(status: number): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.status = status;
    this.#givingUp?.cancel();
    this.#retry?.cancel();
    this.on.ended?.();
  }
}
