import type { Clock } from '../machine/clock.js';
import { hex, type Random } from '../machine/random.js';
import { type CallOptions, PhoneCall } from './phone-call.js';
import type { Line } from './phone-dialog.js';
import {
  authorize,
  header,
  type PhoneMessage,
  parameter,
  readMessage,
  writeRequest,
  writeResponse,
} from './phone-message.js';
import {
  type ClientHandlers,
  ClientTransaction,
  clientKey,
  ServerTransaction,
  serverKey,
} from './phone-transaction.js';
import type { Wire, WireAddress, WireSocket } from './wire.js';

export type PhoneOptions = {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  /** Our own address on the wire. */
  readonly address: WireAddress;
  readonly server: WireAddress;
  readonly domain: string;
  /** Device id, which is the user part of its address of record and its digest user name. */
  readonly user: string;
  readonly password: string;
};

/** A scripted phone: an independent SIP user agent over UDP that does what a test tells it and notes what the other side does wrong. */
export class Phone {
  readonly user: string;
  /** Breaches of the protocol by the server. */
  readonly faults: string[] = [];
  /** Every call, past ones too, oldest first. */
  readonly calls: PhoneCall[] = [];
  /** Told of each new inbound call, after its 100; by default it just rings. */
  invited: (call: PhoneCall) => void = (call) => call.ring();
  /** Final status of the last REGISTER, 408 if it timed out, 0 while there is none. */
  registration = 0;
  /** Contact lines of the last 200 to a REGISTER. */
  bindings: readonly string[] = [];
  readonly #options: PhoneOptions;
  readonly #socket: WireSocket;
  readonly #line: Line;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #byCallId = new Map<string, PhoneCall>();
  readonly #registerCallId: string;
  #registerSeq = 0;

  constructor(options: PhoneOptions) {
    this.#options = options;
    this.user = options.user;
    this.#registerCallId = hex(options.random, 16);
    this.#socket = options.wire.open(options.address, (text, from) => this.#received(text, from));
    const { clock, random, domain, user, password, address } = options;
    this.#line = {
      clock,
      random,
      contact: `sip:${user}@${address}`,
      host: address.slice(0, address.lastIndexOf(':')),
      domain,
      credentials: { user, password },
      via: () => `SIP/2.0/UDP ${address};branch=z9hG4bK${hex(random, 12)};rport`,
      ask: (text, handlers) => this.#ask(text, handlers),
      send: (text) => this.#send(text),
      fault: (text) => this.fault(text),
    };
  }

  /** Calls that have not ended. */
  get active(): readonly PhoneCall[] {
    return this.calls.filter((call) => call.state !== 'ended');
  }

  /** REGISTER, with the answer to the challenge that comes. 0 unregisters. */
  register(expiresS = 3600): void {
    this.registration = 0;
    this.#register(expiresS, null);
  }

  call(user: string, options: CallOptions = {}): PhoneCall {
    const call = new PhoneCall(this.#line, user, options);
    this.#keep(call);
    return call;
  }

  /** Any request outside a dialog; `done` hears the final status, 408 after a timeout. */
  ask(method: string, uri: string, done: (status: number, response: PhoneMessage | null) => void): void {
    this.#ask(writeRequest(method, uri, this.#outside(method, uri, 1, hex(this.#options.random, 16))), {
      final: (response) => done(response.status, response),
      timedOut: () => done(408, null),
      contradicted: (response) => this.fault(`a second final response to ${method}: ${response.status}`),
    });
  }

  /** Loses power: nothing is sent or heard any more. */
  unplug(): void {
    this.#socket.close();
    for (const client of this.#clients.values()) client.abandon();
    for (const server of this.#servers.values()) server.acknowledged();
    for (const call of this.active) call.forget();
  }

  fault(text: string): void {
    this.faults.push(`${this.user}: ${text}`);
  }

  #register(expiresS: number, authorization: readonly [string, string] | null): void {
    const { domain, random } = this.#options;
    const uri = `sip:${domain}`;
    this.#registerSeq++;
    const text = writeRequest('REGISTER', uri, [
      ...this.#outside('REGISTER', `sip:${this.user}@${domain}`, this.#registerSeq, this.#registerCallId),
      ['Contact', `<${this.#line.contact}>`],
      ['Expires', String(expiresS)],
      ...(authorization === null ? [] : [authorization]),
    ]);
    this.#ask(text, {
      final: (response) => {
        const challenges = response.headers.get('www-authenticate') ?? [];
        const value = authorize(challenges, 'REGISTER', uri, this.#line.credentials, hex(random, 8));
        if (response.status === 401 && authorization === null && value !== null) {
          this.#register(expiresS, ['Authorization', value]);
          return;
        }
        this.registration = response.status;
        this.bindings = response.headers.get('contact') ?? [];
      },
      timedOut: () => {
        this.registration = 408;
      },
      contradicted: (response) => this.fault(`a second final response to REGISTER: ${response.status}`),
    });
  }

  #outside(method: string, to: string, seq: number, callId: string): (readonly [string, string])[] {
    return [
      ['Via', this.#line.via()],
      ['Max-Forwards', '70'],
      ['From', `<sip:${this.user}@${this.#options.domain}>;tag=${hex(this.#options.random, 8)}`],
      ['To', `<${to}>`],
      ['Call-ID', callId],
      ['CSeq', `${seq} ${method}`],
    ];
  }

  #ask(text: string, handlers: ClientHandlers): ClientTransaction {
    const request = readMessage(text);
    if ('fault' in request) throw new Error(`the phone wrote nonsense: ${request.fault}`);
    const transaction = new ClientTransaction(request, this.#options.clock, (out) => this.#send(out), handlers);
    this.#clients.set(clientKey(request), transaction);
    return transaction;
  }

  #keep(call: PhoneCall): void {
    this.calls.push(call);
    this.#byCallId.set(call.callId, call);
  }

  #send(text: string): void {
    this.#socket.send(text, this.#options.server);
  }

  #received(text: string, from: WireAddress): void {
    if (/^[\r\n\0]*$/.test(text)) return; // a keep-alive
    const message = readMessage(text);
    if ('fault' in message) this.fault(`${message.fault} in\n${text}`);
    else if (from !== this.#options.server) this.fault(`heard from ${from}:\n${text}`);
    else if (message.status === 0) this.#requested(message);
    else this.#responded(message);
  }

  #responded(response: PhoneMessage): void {
    const transaction = this.#clients.get(clientKey(response));
    if (transaction === undefined) this.fault(`a response to nothing we asked:\n${response.text}`);
    else transaction.received(response);
  }

  #requested(request: PhoneMessage): void {
    if (header(request, 'max-forwards') === '') this.fault(`${request.method} without Max-Forwards`);
    const known = this.#servers.get(serverKey(request, request.method));
    if (request.method === 'ACK') this.#acknowledged(request);
    else if (known !== undefined) known.repeated();
    else this.#served(request);
  }

  #served(request: PhoneMessage): void {
    const callId = header(request, 'call-id');
    const transaction: ServerTransaction = new ServerTransaction(
      request,
      this.#options.clock,
      (text) => this.#send(text),
      () => this.#byCallId.get(callId)?.unacknowledged(transaction),
    );
    this.#servers.set(serverKey(request, request.method), transaction);
    const call = this.#byCallId.get(callId);
    if (request.method === 'CANCEL') {
      this.#cancelled(transaction);
    } else if (call !== undefined) {
      call.received(transaction);
    } else if (parameter(header(request, 'to'), 'tag') !== '') {
      this.#say(transaction, 481);
    } else if (request.method === 'INVITE') {
      const invited = new PhoneCall(this.#line, transaction);
      this.#keep(invited);
      this.invited(invited);
    } else {
      this.#say(transaction, request.method === 'OPTIONS' || request.method === 'NOTIFY' ? 200 : 501);
    }
  }

  #cancelled(transaction: ServerTransaction): void {
    const { request } = transaction;
    const invite = this.#servers.get(serverKey(request, 'INVITE'));
    this.#say(transaction, invite === undefined ? 481 : 200);
    if (invite === undefined) return;
    this.#byCallId.get(header(request, 'call-id'))?.cancelled(request.headers.get('reason') ?? []);
  }

  #acknowledged(ack: PhoneMessage): void {
    const refused = this.#servers.get(serverKey(ack, 'INVITE'));
    if (refused !== undefined && refused.status >= 300) refused.acknowledged();
    else this.#byCallId.get(header(ack, 'call-id'))?.acknowledged(ack);
  }

  #say(transaction: ServerTransaction, status: number): void {
    transaction.respond(status, writeResponse(transaction.request, status, hex(this.#options.random, 8)));
  }
}
