import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import { cseqOf } from './message/cseq.js';
import { headerValue } from './message/header.js';
import type { SipResponse } from './message/message.js';
import type { OutgoingRequest } from './outgoing.js';
import { ackText, cancelText, type RequestHead } from './request.js';
import {
  type InviteClient,
  type InviteClientEffect,
  type InviteClientEvent,
  newInviteClient,
  stepInviteClient,
} from './transaction/invite-client.js';
import { clientKey } from './transaction/match.js';
import {
  type NonInviteClient,
  type NonInviteClientEffect,
  type NonInviteClientEvent,
  newNonInviteClient,
  stepNonInviteClient,
} from './transaction/non-invite-client.js';
import type { Remote, Transport } from './transport/transport.js';

/** Whoever sent the request. */
export interface ClientUser {
  /** Every provisional response, and the final one; of an INVITE every 2xx (RFC 6026 §7.2). `source` is where it came from. */
  responded(response: SipResponse, source: Remote): void;
  /** No final response: 408 after timer B or F, 503 after a transport error (RFC 3261 §8.1.3.1). */
  failed(status: 408 | 503): void;
}

/** What a client transaction needs of the transaction layer. */
export interface ClientHost {
  readonly clock: Clock;
  terminated(transaction: ClientTransaction): void;
  defect(error: unknown, transaction: ClientTransaction): void;
}

type Effect = InviteClientEffect | NonInviteClientEffect;

/** One request of ours: its state machine, the way it goes, and what its ACK and CANCEL repeat. */
export class ClientTransaction {
  readonly key: string;
  readonly method: string;
  readonly remote: Remote;
  readonly #transport: Transport;
  readonly #host: ClientHost;
  #user: ClientUser | null;
  #head: RequestHead | null; // kept by an INVITE until its final response
  #source: Remote; // of the response that is being handed on
  readonly #invite: MachineRunner<InviteClient, InviteClientEvent, InviteClientEffect> | null;
  readonly #other: MachineRunner<NonInviteClient, NonInviteClientEvent, NonInviteClientEffect> | null;

  constructor(host: ClientHost, request: OutgoingRequest, user: ClientUser | null) {
    const { method, head, text, remote, transport } = request;
    this.#host = host;
    this.key = clientKey(method, head.branch);
    this.method = method;
    this.remote = remote;
    this.#transport = transport;
    this.#user = user;
    this.#source = remote;
    const { reliable } = transport;
    const perform = (effect: Effect): void => this.#perform(effect);
    const isInvite = method === 'INVITE';
    this.#head = isInvite ? head : null;
    this.#invite = isInvite
      ? new MachineRunner<InviteClient, InviteClientEvent, InviteClientEffect>(
          newInviteClient(reliable, text),
          stepInviteClient,
          host.clock,
          perform,
        )
      : null;
    this.#other = isInvite
      ? null
      : new MachineRunner<NonInviteClient, NonInviteClientEvent, NonInviteClientEffect>(
          newNonInviteClient(reliable, text),
          stepNonInviteClient,
          host.clock,
          perform,
        );
  }

  get state(): string {
    return this.#invite?.state.state ?? this.#other?.state.state ?? '';
  }

  /** Whether it still waits for a final response. */
  get isPending(): boolean {
    return this.state === 'calling' || this.state === 'proceeding' || this.state === 'trying';
  }

  start(): void {
    this.#invite?.handle({ type: 'start' });
    this.#other?.handle({ type: 'start' });
  }

  received(response: SipResponse, source: Remote): void {
    if (cseqOf(response).method !== this.method) return;
    this.#source = source;
    if (this.#invite === null) {
      this.#other?.handle({ type: 'response', response });
      return;
    }
    const head = this.#head;
    const ack = head !== null && response.status >= 300 ? ackText(head, headerValue(response, 'To') ?? head.to) : null;
    if (response.status >= 200) this.#head = null;
    this.#invite.handle({ type: 'response', response, ack });
  }

  unreachable(): void {
    this.#invite?.handle({ type: 'transportError' });
    this.#other?.handle({ type: 'transportError' });
  }

  /** The CANCEL for this INVITE (RFC 3261 §9.1); null if there is nothing to cancel any more. */
  cancel(reasons: readonly string[]): OutgoingRequest | null {
    const head = this.#head;
    if (head === null) return null;
    const text = cancelText(head, reasons);
    return { method: 'CANCEL', head, text, remote: this.remote, transport: this.#transport };
  }

  /** Forgets an INVITE whose CANCEL nobody answers. */
  abandon(): void {
    this.#user = null;
    this.#invite?.handle({ type: 'abandon' });
  }

  stop(): void {
    this.#invite?.stop();
    this.#other?.stop();
  }

  /** After the last response the user is let go; of an INVITE every further 2xx is for it (RFC 6026 §7.2). */
  #passUp(response: SipResponse): void {
    const user = this.#user;
    const { status } = response;
    if (status >= 300 || (status >= 200 && this.#invite === null)) this.#user = null;
    user?.responded(response, this.#source);
    this.#source = this.remote;
  }

  #perform(effect: Effect): void {
    try {
      this.#do(effect);
    } catch (error) {
      this.#host.defect(error, this);
    }
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.#transport.send(effect.message, this.remote);
        break;
      case 'passUp':
        this.#passUp(effect.response);
        break;
      case 'fail':
        this.#user?.failed(effect.status);
        break;
      case 'terminate':
        this.#user = null;
        this.#host.terminated(this);
        break;
      case 'startTimer':
      case 'stopTimer':
        break;
    }
  }
}
