import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { ListeningPoint } from './listening-point.js';
import { cseqOf } from './message/cseq.js';
import type { SipRequest } from './message/message.js';
import { topVia } from './message/via.js';
import { type ReplyHead, reconnectTo, replyHead, replyTo, responseText, timestampLine } from './response.js';
import { detached } from './token.js';
import {
  type InviteServer,
  type InviteServerEffect,
  type InviteServerEvent,
  newInviteServer,
  stepInviteServer,
} from './transaction/invite-server.js';
import {
  type NonInviteServer,
  type NonInviteServerEffect,
  type NonInviteServerEvent,
  newNonInviteServer,
  stepNonInviteServer,
} from './transaction/non-invite-server.js';
import type { Remote, Transport } from './transport/transport.js';

/** Whoever answers an INVITE. */
export interface ServerUser {
  /** A CANCEL for it, itself already answered (RFC 3261 §9.2). */
  cancelled(cancel: SipRequest): void;
  /** An ACK for the 2xx that came with the branch of the INVITE. */
  acknowledged(ack: SipRequest): void;
}

/** A request as it arrived. */
export type Incoming = {
  readonly request: SipRequest;
  readonly source: Remote;
  /** Where it arrived. */
  readonly point: ListeningPoint;
  /** `serverKey` of the request. */
  readonly key: string;
};

/** What a server transaction needs of the transaction layer. */
export interface ServerHost {
  readonly clock: Clock;
  /** The Server header line, or empty. */
  readonly serverLine: string;
  terminated(transaction: ServerTransaction): void;
  defect(error: unknown, transaction: ServerTransaction): void;
}

type Effect = InviteServerEffect | NonInviteServerEffect;

/** One request: its state machine and the way of its responses. It keeps of the request only what they repeat. */
export class ServerTransaction {
  readonly key: string;
  /** Null inside a dialog. */
  readonly mergeKey: string | null;
  readonly method: string;
  readonly cseq: number;
  /** Goes into the To of every response but a 100, unless it has one; null inside a dialog. */
  readonly tag: string | null;
  user: ServerUser | null = null;
  readonly #host: ServerHost;
  readonly #transport: Transport;
  readonly #to: Remote;
  readonly #reconnectTo: Remote;
  readonly #invite: MachineRunner<InviteServer, InviteServerEvent, InviteServerEffect> | null;
  readonly #other: MachineRunner<NonInviteServer, NonInviteServerEvent, NonInviteServerEffect> | null;
  #head: ReplyHead | null; // none once the final response is made
  #timestamp: string;

  constructor(host: ServerHost, incoming: Incoming, mergeKey: string | null, tag: string | null) {
    const { request, source, point } = incoming;
    const { reliable } = point.transport;
    const via = topVia(request);
    this.#host = host;
    this.key = detached(incoming.key);
    this.mergeKey = mergeKey === null ? null : detached(mergeKey);
    this.method = request.method;
    this.cseq = cseqOf(request).number;
    this.#transport = point.transport;
    this.#to = replyTo(via, source);
    this.#reconnectTo = reliable ? reconnectTo(via, source) : source;
    this.#head = replyHead(request, source);
    this.#timestamp = timestampLine(request);
    this.tag = tag;
    const perform = (effect: Effect): void => this.#perform(effect);
    const isInvite = request.method === 'INVITE';
    this.#invite = isInvite
      ? new MachineRunner<InviteServer, InviteServerEvent, InviteServerEffect>(
          newInviteServer(reliable),
          stepInviteServer,
          host.clock,
          perform,
        )
      : null;
    this.#other = isInvite
      ? null
      : new MachineRunner<NonInviteServer, NonInviteServerEvent, NonInviteServerEffect>(
          newNonInviteServer(reliable),
          stepNonInviteServer,
          host.clock,
          perform,
        );
  }

  get state(): string {
    return this.#invite?.state.state ?? this.#other?.state.state ?? '';
  }

  /** The request came once more. */
  repeated(): void {
    this.#invite?.handle({ type: 'request' });
    this.#other?.handle({ type: 'request' });
  }

  /**
   * Sends a response; `more` are header lines, each ended by CRLF. The text of a 2xx to an INVITE, which its user
   * retransmits by `resend`, comes back; null if there is a final response already.
   */
  respond(status: number, reason: string, more: string, body: string): string | null {
    const head = this.#head;
    if (head === null) return null;
    const extra = status === 100 ? this.#timestamp : this.#host.serverLine + more;
    const response = responseText(status, reason, head, status === 100 ? null : this.tag, extra, body);
    if (status >= 200) this.#head = null;
    this.#invite?.handle({ type: 'respond', status, response });
    this.#other?.handle({ type: 'respond', status, response });
    return response;
  }

  resend(response: string): void {
    this.#invite?.handle({ type: 'respond', status: 200, response });
  }

  /** Sends the last provisional response once more. */
  repeatProvisional(): void {
    this.#invite?.handle({ type: 'repeat' });
  }

  /** To a request that is no INVITE there will be no answer at once (RFC 4320). */
  wait(): void {
    this.#other?.handle({ type: 'wait' });
  }

  /** An ACK with the key of this INVITE. */
  acknowledge(ack: SipRequest): void {
    if (this.state === 'accepted') this.user?.acknowledged(ack);
    else this.#invite?.handle({ type: 'ack' });
  }

  stop(): void {
    this.#invite?.stop();
    this.#other?.stop();
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
        this.#send(effect.message);
        break;
      case 'trying':
        this.respond(100, '', '', '');
        break;
      case 'terminate':
        this.#head = null;
        this.#host.terminated(this);
        break;
      case 'passUpAck': // done by `acknowledge`
      case 'fail': // a refusal without ACK, or an answer too late for anybody: nothing to undo
      case 'startTimer':
      case 'stopTimer':
        break;
    }
  }

  #send(message: string): void {
    const isGone = this.#to.connection !== null && this.#transport.isOpen?.(this.#to) === false;
    this.#transport.send(message, isGone ? this.#reconnectTo : this.#to);
  }
}
