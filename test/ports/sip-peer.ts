import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  cseqOf,
  type HeaderList,
  header,
  type PhoneMessage,
  parameter,
  readMessage,
  uriOf,
  writeRequest,
  writeResponse,
  writeSdp,
} from '../../src/calltest/phone-message.js';
import { WaitingList } from './waiting-list.js';

export type Endpoint = { readonly host: string; readonly port: number };

type Sent = { readonly headers?: HeaderList; readonly body?: string };

/**
 * The other end of a leg: a SIP element over UDP that does nothing of its own but to answer retransmissions, so that a
 * test decides about every message and its moment.
 */
export class SipPeer {
  readonly host = '127.0.0.1';
  readonly #socket: Socket;
  readonly #server: Endpoint;
  readonly #came = new WaitingList<PhoneMessage>(startLine);
  /** Our last response by the branch and method of its request. */
  readonly #answers = new Map<string, string>();
  readonly #seen = new Set<string>();
  #count = 0;

  private constructor(socket: Socket, server: Endpoint) {
    this.#socket = socket;
    this.#server = server;
    socket.on('message', (bytes) => this.#received(bytes.toString('latin1')));
  }

  static async open(server: Endpoint): Promise<SipPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new SipPeer(socket, server);
  }

  close(): void {
    this.#socket.close();
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** `udp/127.0.0.1:40001` */
  get flow(): string {
    return `udp/${this.host}:${this.port}`;
  }

  get contact(): string {
    return `<sip:peer@${this.host}:${this.port}>`;
  }

  /** Every message that came, without retransmissions. */
  get heard(): readonly PhoneMessage[] {
    return this.#came.all;
  }

  request(method: string, withinMs?: number): Promise<PhoneMessage> {
    return this.#came.next((message) => message.method === method, method, withinMs);
  }

  /** The next response of that class or with that status to a request of that method. */
  response(method: string, status: number, withinMs?: number): Promise<PhoneMessage> {
    const fits = (s: number) => (status < 10 ? Math.floor(s / 100) === status : s === status);
    return this.#came.next(
      (message) => fits(message.status) && cseqOf(message).method === method,
      `${status} to ${method}`,
      withinMs,
    );
  }

  count(method: string): number {
    return this.#came.count((message) => message.method === method);
  }

  /** A request outside a dialog. */
  ask(method: string, to: string, { headers = [], body = '' }: Sent = {}): PhoneMessage {
    const id = this.#next();
    return this.#send(
      writeRequest(
        method,
        `sip:${to}@${this.#server.host}:${this.#server.port}`,
        [
          ['Via', this.#via(id)],
          ...withDefault(headers, 'Max-Forwards', '70'),
          ...withDefault(headers, 'From', `<sip:peer@example.test>;tag=peer${id}`),
          ...withDefault(headers, 'To', `<sip:${to}@example.test>`),
          ['Call-ID', `call-${id}`],
          ['CSeq', `1 ${method}`],
          ['Contact', this.contact],
          ...headers,
        ],
        body,
      ),
    );
  }

  /** The CANCEL of an INVITE of ours. */
  cancel(invite: PhoneMessage, headers: HeaderList = []): void {
    this.#again('CANCEL', invite, header(invite, 'via'), header(invite, 'to'), headers);
  }

  /** The ACK of a final response to an INVITE of ours: of a 2xx a transaction of its own, else part of that of the INVITE. */
  acknowledge(invite: PhoneMessage, response: PhoneMessage, body = ''): void {
    const via = response.status < 300 ? this.#via(this.#next()) : header(invite, 'via');
    const target = response.status < 300 ? uriOf(header(response, 'contact')) : invite.uri;
    const { number } = cseqOf(invite);
    this.#send(
      writeRequest(
        'ACK',
        target,
        [
          ['Via', via],
          ['Max-Forwards', '70'],
          ['From', header(invite, 'from')],
          ['To', header(response, 'to')],
          ['Call-ID', header(invite, 'call-id')],
          ['CSeq', `${number} ACK`],
        ],
        body,
      ),
    );
  }

  /** A response to a request that came. */
  respond(request: PhoneMessage, status: number, { headers = [], body = '' }: Sent = {}): void {
    const contact: HeaderList =
      status > 100 && status < 300 && request.method !== 'BYE' ? [['Contact', this.contact]] : [];
    const own = headers.some(([name]) => name === 'Contact') ? headers : [...contact, ...headers];
    const text = writeResponse(request, status, this.tagOf(request), own, body);
    this.#answers.set(transactionOf(request), text);
    this.#raw(text);
  }

  /** The tag of our responses to a request. */
  tagOf(request: PhoneMessage): string {
    return `peer${request.method}${header(request, 'call-id').slice(0, 8)}`;
  }

  /** A session description of ours; `version` rises with every change. */
  sdp(version = 1, direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' = 'sendrecv'): string {
    return writeSdp(this.host, 30_000, version, direction);
  }

  /** A request inside a dialog; `cseq` counts ours. */
  within(dialog: PeerDialog, method: string, { headers = [], body = '' }: Sent = {}): PhoneMessage {
    dialog.cseq++;
    return this.#send(
      writeRequest(
        method,
        dialog.target,
        [
          ['Via', this.#via(this.#next())],
          ['Max-Forwards', '70'],
          ['From', dialog.local],
          ['To', dialog.remote],
          ['Call-ID', dialog.callId],
          ['CSeq', `${dialog.cseq} ${method}`],
          ['Contact', this.contact],
          ...headers,
        ],
        body,
      ),
    );
  }

  #again(method: string, invite: PhoneMessage, via: string, to: string, headers: HeaderList): void {
    const { number } = cseqOf(invite);
    this.#send(
      writeRequest(method, invite.uri, [
        ['Via', via],
        ['Max-Forwards', '70'],
        ['From', header(invite, 'from')],
        ['To', to],
        ['Call-ID', header(invite, 'call-id')],
        ['CSeq', `${number} ${method}`],
        ...headers,
      ]),
    );
  }

  #via(id: string): string {
    return `SIP/2.0/UDP ${this.host}:${this.port};rport;branch=z9hG4bK${id}`;
  }

  #next(): string {
    this.#count++;
    return `${this.port}x${Date.now().toString(36)}x${this.#count}`;
  }

  #send(text: string): PhoneMessage {
    this.#raw(text);
    const message = readMessage(text);
    if ('fault' in message) throw new Error(message.fault);
    return message;
  }

  #raw(text: string): void {
    this.#socket.send(Buffer.from(text, 'latin1'), this.#server.port, this.#server.host);
  }

  #received(text: string): void {
    const message = readMessage(text);
    if ('fault' in message) throw new Error(`${message.fault} in\n${text}`);
    const key = message.status === 0 ? transactionOf(message) : `${message.status} ${transactionOf(message)}`;
    if (this.#seen.has(key)) {
      const answer = this.#answers.get(key);
      if (answer !== undefined) this.#raw(answer);
      return;
    }
    this.#seen.add(key);
    this.#came.push(message);
  }
}

/** Our side of a dialog. */
export type PeerDialog = {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  cseq: number;
};

/** After the 2xx to our INVITE. */
export function dialogOfResponse(response: PhoneMessage): PeerDialog {
  return {
    callId: header(response, 'call-id'),
    local: header(response, 'from'),
    remote: header(response, 'to'),
    target: uriOf(header(response, 'contact')),
    cseq: cseqOf(response).number,
  };
}

/** After our 2xx to their INVITE; the ACK carries our tag. */
export function dialogOfAck(invite: PhoneMessage, ack: PhoneMessage): PeerDialog {
  return {
    callId: header(ack, 'call-id'),
    local: header(ack, 'to'),
    remote: header(ack, 'from'),
    target: uriOf(header(invite, 'contact')),
    cseq: 100,
  };
}

function withDefault(headers: HeaderList, name: string, value: string): HeaderList {
  return headers.some(([other]) => other === name) ? [] : [[name, value]];
}

/** Also of a 2xx, which RFC 3261 counts with no transaction; an ACK of a 2xx has a branch of its own. */
function transactionOf(message: PhoneMessage): string {
  return `${parameter(header(message, 'via'), 'branch')} ${cseqOf(message).method}`;
}

function startLine(message: PhoneMessage): string {
  return message.status === 0 ? message.method : `${message.status} ${cseqOf(message).method}`;
}
