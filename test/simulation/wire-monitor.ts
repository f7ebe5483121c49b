import { cseqOf, header, type PhoneMessage, parameter, readMessage } from '../support/phone-message.js';
import type { Datagram, Wire, WireAddress } from '../support/wire.js';

/** What the server made of one INVITE that reached it. */
type ReceivedInvite = { readonly callId: string; readonly text: string; finals: Set<number> };
/** What became of one INVITE that the server sent. */
type SentInvite = { readonly callId: string; accepted: boolean; acknowledged: boolean };

const CONCERNS_INVITE = /\r\nCSeq: *\d+ +(?:INVITE|ACK)\r\n/i;

/**
 * Watches every datagram to and from the server, independently of phones and of the server, for what RFC 3261 promises
 * about INVITE: exactly one final response to each (§17.2.1), an ACK to each 2xx (§13.2.2.4), and well-formed messages.
 */
export class WireMonitor {
  readonly #received = new Map<string, ReceivedInvite>();
  readonly #sent = new Map<string, SentInvite>();
  readonly #breaches: string[] = [];
  /** 2xx to INVITEs that reached the server. */
  answers = 0;

  /** `isPhone`: whose messages are watched; what strangers send and get is not. */
  constructor(wire: Wire, server: WireAddress, isPhone: (address: WireAddress) => boolean) {
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
      for (const { callId, finals, text } of this.#received.values()) {
        if (finals.size === 0) owed.push(`no final response to this INVITE [call ${callId}]:\n${text}`);
      }
      for (const { callId, accepted, acknowledged } of this.#sent.values()) {
        if (accepted && !acknowledged) owed.push(`the server never acknowledged a 2xx [call ${callId}]`);
      }
    }
    return [...this.#breaches, ...owed];
  }

  #onSent({ text, to }: Datagram): void {
    if (!CONCERNS_INVITE.test(text)) return;
    const message = readMessage(text);
    if ('fault' in message) {
      this.#breaches.push(`the server sent ${message.fault}:\n${text}`);
      return;
    }
    const { number, method } = cseqOf(message);
    const callId = header(message, 'call-id');
    if (message.status >= 200 && method === 'INVITE') {
      this.#finalSent(message, to);
    } else if (message.method === 'INVITE') {
      const dialog = `${callId} ${number}`;
      if (!this.#sent.has(dialog)) this.#sent.set(dialog, { callId, accepted: false, acknowledged: false });
      if (header(message, 'contact') === '') this.#breaches.push(`an INVITE without Contact [call ${callId}]`);
    } else if (message.method === 'ACK') {
      const invite = this.#sent.get(`${callId} ${number}`);
      if (invite !== undefined) invite.acknowledged = true;
    }
    if (message.status === 0 && header(message, 'max-forwards') === '') {
      this.#breaches.push(`${message.method} without Max-Forwards [call ${callId}]`);
    }
  }

  #finalSent(response: PhoneMessage, to: WireAddress): void {
    const invite = this.#received.get(keyOf(response, to));
    const callId = header(response, 'call-id');
    if (invite === undefined) {
      this.#breaches.push(`${response.status} to an INVITE that never came [call ${callId}]`);
      return;
    }
    invite.finals.add(response.status);
    if (invite.finals.size > 1) {
      this.#breaches.push(
        `several final responses, ${[...invite.finals].join(' and ')}, to one INVITE [call ${callId}]`,
      );
    }
    if (parameter(header(response, 'to'), 'tag') === '')
      this.#breaches.push(`a final response without To tag [call ${callId}]`);
  }

  #onReceived({ text, from }: Datagram): void {
    if (!CONCERNS_INVITE.test(text)) return;
    const message = readMessage(text);
    if ('fault' in message) return;
    const { number, method } = cseqOf(message);
    if (message.method === 'INVITE') {
      const key = keyOf(message, from);
      if (!this.#received.has(key))
        this.#received.set(key, { callId: header(message, 'call-id'), text, finals: new Set() });
    } else if (method === 'INVITE' && message.status >= 200 && message.status < 300) {
      const invite = this.#sent.get(`${header(message, 'call-id')} ${number}`);
      if (invite === undefined) return;
      invite.accepted = true;
      this.answers++;
    }
  }
}

function keyOf(message: PhoneMessage, phone: WireAddress): string {
  return `${parameter(header(message, 'via'), 'branch')} ${phone} ${header(message, 'call-id')} ${cseqOf(message).number}`;
}
