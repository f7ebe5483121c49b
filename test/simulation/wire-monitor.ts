import { cseqOf, header, type PhoneMessage, parameter, readMessage } from '../../src/calltest/phone-message.js';
import { GIVE_UP_MS } from '../../src/calltest/phone-transaction.js';
import type { Datagram, Wire, WireAddress } from '../../src/calltest/wire.js';
import type { Clock } from '../../src/machine/clock.js';

/** What the server made of one INVITE that reached it. */
type ReceivedInvite = {
  readonly callId: string;
  readonly text: string;
  final: { status: number; atMs: number } | null;
};
/** What became of one INVITE that the server sent. `heard`: a response came before timer B. */
type SentInvite = {
  readonly callId: string;
  readonly atMs: number;
  heard: boolean;
  accepted: boolean;
  acknowledged: boolean;
};

const CONCERNS_INVITE = /\r\nCSeq: *\d+ +(?:INVITE|ACK)\r\n/i;

/**
 * Watches every datagram to and from the server, independently of phones and of the server, for what RFC 3261 promises
 * about INVITE: exactly one final response to each (§17.2.1), an ACK to each 2xx (§13.2.2.4), and well-formed messages.
 */
export class WireMonitor {
  readonly #clock: Clock;
  readonly #received = new Map<string, ReceivedInvite>();
  readonly #sent = new Map<string, SentInvite>();
  readonly #breaches: string[] = [];
  /** 2xx to INVITEs that reached the server. */
  answers = 0;

  /** `isPhone`: whose messages are watched; what strangers send and get is not. */
  constructor(wire: Wire, clock: Clock, server: WireAddress, isPhone: (address: WireAddress) => boolean) {
    this.#clock = clock;
    wire.observe({
      sent: (datagram) => {
        if (datagram.from === server && isPhone(datagram.to)) this.#onSent(datagram);
      },
      delivered: (datagram) => {
        if (datagram.to === server && isPhone(datagram.from)) this.#onReceived(datagram);
      },
    });
  }

  /** INVITEs that reached the server, retransmissions not counted. */
  get invites(): number {
    return this.#received.size;
  }

  /** Every breach that can be named now. With `over` the run has come to its end, and what is still owed is a breach. */
  breaches(over: boolean): string[] {
    const owed: string[] = [];
    if (over) {
      for (const { callId, final, text } of this.#received.values()) {
        if (final === null) owed.push(`no final response to this INVITE [call ${callId}]:\n${text}`);
      }
      for (const { callId, accepted, acknowledged } of this.#sent.values()) {
        if (accepted && !acknowledged) owed.push(`the server never acknowledged a 2xx [call ${callId}]`);
      }
    }
    return [...this.#breaches, ...owed];
  }

  #onSent({ text, to, atMs }: Datagram): void {
    if (!CONCERNS_INVITE.test(text)) return;
    const message = readMessage(text);
    if ('fault' in message) {
      this.#breaches.push(`the server sent ${message.fault}:\n${text}`);
      return;
    }
    const { number, method } = cseqOf(message);
    const callId = header(message, 'call-id');
    if (message.status >= 200 && method === 'INVITE') {
      this.#finalSent(message, to, atMs);
    } else if (message.method === 'INVITE') {
      const dialog = `${callId} ${number}`;
      if (!this.#sent.has(dialog)) {
        this.#sent.set(dialog, { callId, atMs, heard: false, accepted: false, acknowledged: false });
      }
      if (header(message, 'contact') === '') this.#breaches.push(`an INVITE without Contact [call ${callId}]`);
    } else if (message.method === 'ACK') {
      const invite = this.#sent.get(`${callId} ${number}`);
      if (invite !== undefined) invite.acknowledged = true;
    }
    if (message.status === 0 && header(message, 'max-forwards') === '') {
      this.#breaches.push(`${message.method} without Max-Forwards [call ${callId}]`);
    }
  }

  #finalSent(response: PhoneMessage, to: WireAddress, atMs: number): void {
    const invite = this.#received.get(keyOf(response, to));
    const callId = header(response, 'call-id');
    if (invite === undefined) {
      this.#breaches.push(`${response.status} to an INVITE that never came [call ${callId}]`);
      return;
    }
    const { status } = response;
    invite.final ??= { status, atMs };
    // What comes when the transaction is over (timer L) cannot be known to be a repetition.
    if (invite.final.status !== status && atMs - invite.final.atMs < GIVE_UP_MS) {
      this.#breaches.push(`two final responses, ${invite.final.status} and ${status}, to one INVITE [call ${callId}]`);
    }
    if (parameter(header(response, 'to'), 'tag') === '')
      this.#breaches.push(`a final response without To tag [call ${callId}]`);
  }

  #onReceived({ text, from }: Datagram): void {
    if (!CONCERNS_INVITE.test(text)) return;
    const message = readMessage(text);
    if ('fault' in message) return;
    if (message.method === 'INVITE') {
      const key = keyOf(message, from);
      const callId = header(message, 'call-id');
      if (!this.#received.has(key)) this.#received.set(key, { callId, text, final: null });
    } else if (message.status > 0) {
      this.#responseReceived(message);
    }
  }

  #responseReceived(response: PhoneMessage): void {
    const { number } = cseqOf(response);
    const invite = this.#sent.get(`${header(response, 'call-id')} ${number}`);
    if (invite === undefined) return;
    invite.heard ||= this.#clock.now() - invite.atMs < GIVE_UP_MS;
    if (response.status < 200 || response.status >= 300) return;
    this.answers++;
    if (invite.heard) invite.accepted = true; // else timer B had made an end of it (RFC 3261 §17.1.1.2)
  }
}

function keyOf(message: PhoneMessage, phone: WireAddress): string {
  return `${parameter(header(message, 'via'), 'branch')} ${phone} ${header(message, 'call-id')} ${cseqOf(message).number}`;
}
