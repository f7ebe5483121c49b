import type { Clock } from '../machine/clock.js';
import { ClientTransaction, type ClientUser } from './client-transaction.js';
import type { ListeningPoint } from './listening-point.js';
import type { SipMessage, SipRequest, SipResponse } from './message/message.js';
import { type ParseError, parseMessage } from './message/parse.js';
import { malformation, type Refusal } from './message/validate.js';
import { topVia } from './message/via.js';
import type { OutgoingRequest } from './outgoing.js';
import { fieldLines, headerLines } from './request.js';
import { replyHead, replyTo, responseText, statelessKey } from './response.js';
import { type Incoming, ServerTransaction } from './server-transaction.js';
import { statelessTag } from './token.js';
import { mergeKey, responseKey, serverKey } from './transaction/match.js';
import type { Remote } from './transport/transport.js';

/** What the transaction layer hands up: each request once. */
export interface RequestUser {
  /** A new request, well-formed, other than ACK and CANCEL; no transaction is allocated for it yet. */
  requested(incoming: Incoming): void;
  /** An ACK that belongs to no transaction: that of a 2xx. */
  acknowledged(ack: SipRequest): void;
  /** A server transaction is no more; if it was not answered, it will not be. */
  finished(transaction: ServerTransaction): void;
  /** A fault of this program in the work for one transaction, which is shown as it is. */
  transactionDefect(error: unknown, transaction: TransactionSnapshot): void;
}

export type LayerOptions = {
  readonly clock: Clock;
  readonly user: RequestUser;
  /** The Server header line, or empty. Stateless answers go to strangers and never have it. */
  readonly serverLine: string;
  /** Chosen once per process, for the tags of stateless answers. */
  readonly secret: number;
};

/** RFC 3261 §17: matches messages with transactions, absorbs retransmissions, answers what is malformed. */
export class TransactionLayer {
  readonly clock: Clock;
  readonly serverLine: string;
  readonly #user: RequestUser;
  readonly #secret: number;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #merges = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #unreachable = new Set<string>(); // `wayOf` what failed since the last time it was looked through

  constructor(options: LayerOptions) {
    this.clock = options.clock;
    this.serverLine = options.serverLine;
    this.#user = options.user;
    this.#secret = options.secret;
  }

  /** One datagram or framed message. */
  received(bytes: Buffer, source: Remote, point: ListeningPoint): void {
    const isStream = source.protocol === 'tcp' || source.protocol === 'tls';
    const message: SipMessage | ParseError = parseMessage(bytes, isStream ? 'stream' : 'datagram');
    switch (message.kind) {
      case 'request':
        this.#request({ request: message, source, point, key: serverKey(message) });
        break;
      case 'response':
        this.#response(message, source);
        break;
      case 'error':
        if (message.partial !== null && message.status !== null) {
          const refusal: Refusal = { status: message.status, reason: '', headers: [] };
          this.refuse({ request: message.partial, source, point, key: '' }, refusal);
        }
        break;
    }
  }

  /** A message to this remote could not be sent, or its connection closed. Looked through once per turn however many there are. */
  failed(remote: Remote): void {
    if (this.#unreachable.size === 0) this.clock.after(0, () => this.#failPending());
    this.#unreachable.add(wayOf({ ...remote, connection: null }));
    if (remote.connection !== null) this.#unreachable.add(wayOf(remote));
  }

  /** Begins a client transaction. */
  send(request: OutgoingRequest, user: ClientUser | null): ClientTransaction {
    const transaction = new ClientTransaction(this, request, user);
    this.#clients.set(transaction.key, transaction);
    transaction.start();
    return transaction;
  }

  /** The CANCEL of an INVITE, to the same place by the same branch (RFC 3261 §9.1). */
  cancel(invite: ClientTransaction, reasons: readonly string[]): void {
    const cancel = invite.cancel(reasons);
    if (cancel !== null) this.send(cancel, null);
  }

  /** Begins a server transaction. `tag` is for the To of its responses; null inside a dialog. */
  serve(incoming: Incoming, tag: string | null): ServerTransaction {
    const transaction = new ServerTransaction(this, incoming, mergeKey(incoming.request), tag);
    this.#servers.set(transaction.key, transaction);
    const { mergeKey: merge } = transaction;
    if (merge !== null && !this.#merges.has(merge)) this.#merges.set(merge, transaction);
    return transaction;
  }

  /** Whether the same request has come by another way and is being served (RFC 3261 §8.2.2.2). */
  isMerged(request: SipRequest): boolean {
    const merge = mergeKey(request);
    return merge !== null && this.#merges.has(merge);
  }

  /** Answers without a transaction (RFC 3261 §8.2.7): the same request gets the same answer. An ACK gets none. */
  refuse(incoming: Incoming, refusal: Refusal, more: readonly (readonly [string, string])[] = []): void {
    const { request, source, point } = incoming;
    if (request.method === 'ACK') return;
    const tag = statelessTag(statelessKey(request), this.#secret);
    const lines = fieldLines(refusal.headers) + headerLines(more);
    const text = responseText(refusal.status, refusal.reason, replyHead(request, source), tag, lines, '');
    point.transport.send(text, replyTo(topVia(request), source));
  }

  terminated(transaction: ServerTransaction | ClientTransaction): void {
    if (transaction instanceof ClientTransaction) {
      this.#clients.delete(transaction.key);
      return;
    }
    this.#servers.delete(transaction.key);
    const { mergeKey: merge } = transaction;
    if (merge !== null && this.#merges.get(merge) === transaction) this.#merges.delete(merge);
    this.#user.finished(transaction);
  }

  stop(): void {
    for (const transaction of this.#servers.values()) transaction.stop();
    for (const transaction of this.#clients.values()) transaction.stop();
    this.#servers.clear();
    this.#merges.clear();
    this.#clients.clear();
  }

  snapshot(): TransactionSnapshot[] {
    return [...this.#servers.values(), ...this.#clients.values()].map(snapshotOf);
  }

  defect(error: unknown, transaction: ServerTransaction | ClientTransaction): void {
    this.#user.transactionDefect(error, snapshotOf(transaction));
  }

  #request(incoming: Incoming): void {
    const { request, key } = incoming;
    const transaction = this.#servers.get(key);
    if (transaction !== undefined) {
      if (request.method === 'ACK') transaction.acknowledge(request);
      else transaction.repeated();
      return;
    }
    if (request.method === 'ACK') {
      this.#user.acknowledged(request);
      return;
    }
    const refusal = malformation(request);
    if (refusal !== null) this.refuse(incoming, refusal);
    else if (request.method === 'CANCEL') this.#cancel(incoming);
    else this.#user.requested(incoming);
  }

  /** RFC 3261 §9.2. */
  #cancel(incoming: Incoming): void {
    const invite = this.#servers.get(serverKey(incoming.request, 'INVITE'));
    if (invite === undefined) {
      this.refuse(incoming, { status: 481, reason: '', headers: [] });
      return;
    }
    this.serve(incoming, invite.tag).respond(200, '', '', '');
    invite.user?.cancelled(incoming.request);
  }

  #response(response: SipResponse, source: Remote): void {
    const key = responseKey(response);
    if (key !== null) this.#clients.get(key)?.received(response, source);
  }

  #failPending(): void {
    const ways = new Set(this.#unreachable);
    this.#unreachable.clear();
    for (const transaction of this.#clients.values()) {
      if (transaction.isPending && ways.has(wayOf(transaction.remote))) transaction.unreachable();
    }
  }
}

export type TransactionSnapshot = {
  readonly role: 'server' | 'client';
  readonly method: string;
  readonly key: string;
  /** The RFC's name of it. */
  readonly state: string;
};

function snapshotOf(transaction: ServerTransaction | ClientTransaction): TransactionSnapshot {
  const { key, method, state } = transaction;
  return { role: transaction instanceof ClientTransaction ? 'client' : 'server', method, key, state };
}

/** The connection if one is named, which is numbered by its listener; else the address, which stands for whichever connection there is. */
function wayOf({ protocol, address, port, connection, listener }: Remote): string {
  const way = `${protocol} ${address} ${port}`;
  return connection === null ? way : `${way} ${connection} ${listener ?? ''}`;
}
