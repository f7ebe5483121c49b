import type { Clock, Timer } from '../machine/clock.js';
import { cseqOf, header, type PhoneMessage, parameter, uriOf, writeRequest } from './phone-message.js';

/** RFC 3261 table 4. */
export const T1_MS = 500;
export const T2_MS = 4000;
export const T4_MS = 5000;
export const GIVE_UP_MS = 64 * T1_MS;

export type ClientHandlers = {
  readonly provisional?: (response: PhoneMessage) => void;
  /** Every 2xx to an INVITE, also each retransmission; any other final once. */
  readonly final: (response: PhoneMessage) => void;
  /** Timer B or F. */
  readonly timedOut: () => void;
  /** A second final response that contradicts the first. */
  readonly contradicted: (response: PhoneMessage) => void;
};

/** The client side of one request over UDP (RFC 3261 §17.1): retransmits, and acknowledges a refused INVITE. */
export class ClientTransaction {
  readonly request: PhoneMessage;
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #handlers: ClientHandlers;
  readonly #invite: boolean;
  #provisional = false;
  #refused: string | null = null; // the ACK of a non-2xx
  #status = 0; // of the final response
  #done = false;
  #retransmission: Timer | null = null;
  readonly #end: Timer;

  constructor(request: PhoneMessage, clock: Clock, send: (text: string) => void, handlers: ClientHandlers) {
    this.request = request;
    this.#clock = clock;
    this.#send = send;
    this.#handlers = handlers;
    this.#invite = request.method === 'INVITE';
    send(request.text);
    this.#retransmit(T1_MS);
    this.#end = clock.after(GIVE_UP_MS, () => this.#timedOut());
  }

  get provisional(): boolean {
    return this.#provisional;
  }

  received(response: PhoneMessage): void {
    if (this.#status !== 0) this.#receivedAgain(response);
    else if (this.#done) return;
    else if (response.status < 200) this.#receivedProvisional(response);
    else this.#receivedFinal(response);
  }

  #receivedProvisional(response: PhoneMessage): void {
    this.#provisional = true;
    if (this.#invite) {
      this.#retransmission?.cancel();
      this.#end.cancel(); // from here on the ring time of the caller rules
    }
    this.#handlers.provisional?.(response);
  }

  #receivedFinal(response: PhoneMessage): void {
    this.abandon();
    this.#status = response.status;
    if (this.#invite && response.status >= 300) {
      this.#refused = refusalAck(this.request, response);
      this.#send(this.#refused);
    }
    this.#handlers.final(response);
  }

  #receivedAgain(response: PhoneMessage): void {
    if (response.status < 200) return; // overtaken by the final response
    if (response.status !== this.#status) this.#handlers.contradicted(response);
    else if (this.#refused !== null) this.#send(this.#refused);
    else if (this.#invite) this.#handlers.final(response);
  }

  /** Stops its timers, reports nothing more. */
  abandon(): void {
    this.#done = true;
    this.#retransmission?.cancel();
    this.#end.cancel();
  }

  #retransmit(afterMs: number): void {
    this.#retransmission = this.#clock.after(afterMs, () => {
      this.#send(this.request.text);
      const twice = 2 * afterMs;
      this.#retransmit(this.#invite ? twice : this.#provisional ? T2_MS : Math.min(twice, T2_MS));
    });
  }

  #timedOut(): void {
    this.abandon();
    this.#handlers.timedOut();
  }
}

/** RFC 3261 §17.1.1.3. */
function refusalAck(request: PhoneMessage, response: PhoneMessage): string {
  return writeRequest('ACK', request.uri, [
    ['Via', header(request, 'via')],
    ...(request.headers.get('route') ?? []).map((route) => ['Route', route] as const),
    ['Max-Forwards', '70'],
    ['From', header(request, 'from')],
    ['To', header(response, 'to')],
    ['Call-ID', header(request, 'call-id')],
    ['CSeq', `${cseqOf(request).number} ACK`],
  ]);
}

/** The server side of one request over UDP (RFC 3261 §17.2 with RFC 6026): answers retransmissions with the last response. */
export class ServerTransaction {
  readonly request: PhoneMessage;
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #unacknowledged: () => void;
  #last: { readonly status: number; readonly text: string } | null = null;
  #retransmission: Timer | null = null;
  #end: Timer | null = null;

  /** `unacknowledged`: no ACK came for our 2xx in 64*T1 (RFC 3261 §13.3.1.4). */
  constructor(
    request: PhoneMessage,
    clock: Clock,
    send: (text: string) => void,
    unacknowledged: () => void = () => {},
  ) {
    this.request = request;
    this.#clock = clock;
    this.#send = send;
    this.#unacknowledged = unacknowledged;
  }

  /** Status of the last response, 0 before any. */
  get status(): number {
    return this.#last?.status ?? 0;
  }

  respond(status: number, text: string): void {
    if (this.status >= 200) return;
    this.#last = { status, text };
    this.#send(text);
    if (status < 200 || this.request.method !== 'INVITE') return;
    this.#retransmit(T1_MS);
    this.#end = this.#clock.after(GIVE_UP_MS, () => {
      this.acknowledged();
      if (status < 300) this.#unacknowledged();
    });
  }

  /** The request came again. */
  repeated(): void {
    if (this.#last !== null) this.#send(this.#last.text);
  }

  /** The ACK came. */
  acknowledged(): void {
    this.#retransmission?.cancel();
    this.#end?.cancel();
  }

  #retransmit(afterMs: number): void {
    this.#retransmission = this.#clock.after(afterMs, () => {
      if (this.#last !== null) this.#send(this.#last.text);
      this.#retransmit(Math.min(2 * afterMs, T2_MS));
    });
  }
}

/** What ties a response to its request (RFC 3261 §17.1.3). */
export function clientKey(message: PhoneMessage): string {
  return `${parameter(header(message, 'via'), 'branch')} ${cseqOf(message).method}`;
}

/** What ties a request, or its ACK or CANCEL, to the transaction of `method` (RFC 3261 §17.2.3). */
export function serverKey(message: PhoneMessage, method: string): string {
  const via = header(message, 'via');
  return `${parameter(via, 'branch')} ${via.split(/[\s;]+/)[1]} ${method}`;
}

/** The URI to send in-dialog requests to, from a Contact. */
export function targetOf(message: PhoneMessage): string {
  return uriOf(header(message, 'contact'));
}
