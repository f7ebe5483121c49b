import type { Clock } from '../machine/clock.js';
import { hex, type Random } from '../machine/random.js';
import {
  type Credentials,
  type Direction,
  directionOf,
  type HeaderList,
  header,
  type PhoneMessage,
  parameter,
  writeRequest,
  writeSdp,
} from './phone-message.js';
import { type ClientHandlers, type ClientTransaction, targetOf } from './phone-transaction.js';

/** What a call needs of its phone. */
export type Line = {
  readonly clock: Clock;
  readonly random: Random;
  /** Our Contact URI. */
  readonly contact: string;
  readonly host: string;
  readonly domain: string;
  readonly credentials: Credentials;
  via(): string;
  ask(text: string, handlers: ClientHandlers): ClientTransaction;
  send(text: string): void;
  /** Notes a breach of the protocol by the other side. */
  fault(text: string): void;
};

/** What two sides of a call know of each other (RFC 3261 §12), and the session that is described in it. */
export class PhoneDialog {
  readonly callId: string;
  /** The other party: whom we called, or who calls us. */
  readonly peer: string;
  readonly localTag: string;
  remoteTag = '';
  localSeq = 0;
  remoteSeq = 0;
  /** Direction of the last session that the other side described. */
  heard: Direction = 'sendrecv';
  /** Direction of the last session that we described. */
  said: Direction = 'sendrecv';
  readonly #line: Line;
  #target: string;
  #routes: readonly string[] = [];
  #version = 0;
  readonly #acks = new Map<number, string>();

  constructor(line: Line, called: string);
  constructor(line: Line, invite: PhoneMessage);
  constructor(line: Line, from: string | PhoneMessage) {
    this.#line = line;
    this.localTag = hex(line.random, 8);
    if (typeof from === 'string') {
      this.callId = hex(line.random, 16);
      this.peer = from;
      this.#target = `sip:${from}@${line.domain}`;
      return;
    }
    this.callId = header(from, 'call-id');
    this.peer = /sips?:([^@;>]+)@/.exec(header(from, 'from'))?.[1] ?? '';
    this.remoteTag = parameter(header(from, 'from'), 'tag');
    this.#target = targetOf(from);
    this.#routes = from.headers.get('record-route') ?? [];
    if (this.#target === '') line.fault(`INVITE without Contact [call ${this.callId}]`);
    if (from.body !== '') this.hear(from.body);
  }

  /** The 2xx to our INVITE makes the dialog. */
  made(response: PhoneMessage): void {
    this.remoteTag = parameter(header(response, 'to'), 'tag');
    this.#routes = [...(response.headers.get('record-route') ?? [])].reverse();
    this.#target = targetOf(response);
    if (this.remoteTag === '' || this.#target === '')
      this.#line.fault(`2xx without To tag or Contact [call ${this.callId}]`);
    this.hear(response.body);
  }

  /** A re-INVITE or its answer may move the other side (RFC 3261 §12.2). */
  refresh(message: PhoneMessage): void {
    if (targetOf(message) !== '') this.#target = targetOf(message);
    this.hear(message.body);
  }

  hear(sdp: string): void {
    if (sdp === '') this.#line.fault(`no session where one was due [call ${this.callId}]`);
    else this.heard = directionOf(sdp);
  }

  /** Whether a request is within this dialog, by its tags. */
  holds(request: PhoneMessage): boolean {
    return (
      parameter(header(request, 'to'), 'tag') === this.localTag &&
      parameter(header(request, 'from'), 'tag') === this.remoteTag
    );
  }

  get domain(): string {
    return this.#line.domain;
  }

  /** The INVITE that would make this dialog. */
  invite(headers: HeaderList, body: string): string {
    this.localSeq++;
    const to = `<sip:${this.peer}@${this.#line.domain}>`;
    const allow = ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE'] as const;
    const head = this.#head('INVITE', to, this.localSeq);
    return writeRequest('INVITE', this.#target, [...head, this.contact(), allow, ...headers], body);
  }

  request(method: string, body: string, handlers: ClientHandlers, headers: HeaderList = []): void {
    this.localSeq++;
    const contact = method === 'INVITE' ? [this.contact()] : [];
    const head = this.#dialogHead(method, this.localSeq);
    this.#line.ask(writeRequest(method, this.#target, [...head, ...contact, ...headers], body), handlers);
  }

  /** Acknowledges the 2xx to our INVITE of this CSeq, and remembers the ACK. */
  acknowledge(seq: number, body: string): void {
    const ack = writeRequest('ACK', this.#target, this.#dialogHead('ACK', seq), body);
    this.#acks.set(seq, ack);
    this.#line.send(ack);
  }

  /** Sends the ACK again that this 2xx has had before; false if it had none (RFC 3261 §13.2.2.4). */
  acknowledgeAgain(seq: number): boolean {
    const ack = this.#acks.get(seq);
    if (ack !== undefined) this.#line.send(ack);
    return ack !== undefined;
  }

  /** Our session as it is from now on. */
  describe(direction: Direction): string {
    this.#version++;
    this.said = direction;
    return writeSdp(this.#line.host, 40_000, this.#version, direction);
  }

  contact(): readonly [string, string] {
    return ['Contact', `<${this.#line.contact}>`];
  }

  #dialogHead(method: string, seq: number): HeaderList {
    const peer = `<sip:${this.peer}@${this.#line.domain}>;tag=${this.remoteTag}`;
    return [...this.#routes.map((route) => ['Route', route] as const), ...this.#head(method, peer, seq)];
  }

  #head(method: string, to: string, seq: number): HeaderList {
    return [
      ['Via', this.#line.via()],
      ['Max-Forwards', '70'],
      ['From', `<sip:${this.#line.credentials.user}@${this.#line.domain}>;tag=${this.localTag}`],
      ['To', to],
      ['Call-ID', this.callId],
      ['CSeq', `${seq} ${method}`],
    ];
  }
}
