import { PERFECT, Wire, type WireAddress, type WireSocket } from '../../src/calltest/wire.js';
import { seeded } from '../../src/machine/random.js';
import type { Admission, AdmissionRequest, InviteTarget, SignallingEvent } from '../../src/ports/signalling.js';
import { headerValue, headerValues } from '../../src/sip/message/header.js';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip/message/message.js';
import { parseMessage } from '../../src/sip/message/parse.js';
import { createStack, type Stack, type StackOptions } from '../../src/sip/stack.js';
import { FakeClock } from '../support/fake-clock.js';

export const US = '192.0.2.1:5060';
export const THEM = '192.0.2.9:5060';
export const OFFER = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\n';
export const ANSWER = 'v=0\r\no=- 2 2 IN IP4 192.0.2.1\r\ns=-\r\n';

export type Heard = { readonly atMs: number; readonly message: SipMessage; readonly text: string };
export type Extra = readonly (readonly [string, string])[];

/** The real stack on an in-memory wire without faults and, at THEM, a peer that says exactly what a test makes it say. */
export class Stage {
  readonly clock = new FakeClock();
  readonly random = seeded(7);
  readonly wire = new Wire(this.clock, this.random, { ...PERFECT, minDelayMs: 0, maxDelayMs: 0 });
  readonly events: SignallingEvent[] = [];
  readonly asked: AdmissionRequest[] = [];
  readonly defects: string[] = [];
  readonly heard: Heard[] = [];
  /** Verdict of the admission. */
  admission: Admission = { verdict: 'admit', identity: null };
  /** Called for each event, after it is noted. */
  onEvent: (event: SignallingEvent) => void = () => {};
  readonly stack: Stack;
  readonly peer: WireSocket;

  private constructor(options: Partial<StackOptions>) {
    this.stack = createStack({
      transports: [this.wire.transport('192.0.2.1', 5060)],
      clock: this.clock,
      random: this.random,
      resolve: () => Promise.resolve([]),
      onDefect: (error, context) => {
        this.defects.push(`${String(error)} ${context}`);
      },
      ...options,
    });
    this.peer = this.listen(THEM);
  }

  static async open(options: Partial<StackOptions> = {}): Promise<Stage> {
    const stage = new Stage(options);
    await stage.stack.start({
      onEvent: (event) => {
        stage.events.push(event);
        stage.onEvent(event);
      },
      admit: (request) => {
        stage.asked.push(request);
        return stage.admission;
      },
    });
    return stage;
  }

  /** Another address at which all that comes is noted too. */
  listen(address: WireAddress): WireSocket {
    return this.wire.open(address, (text) => {
      const message = parseMessage(Buffer.from(text, 'latin1'));
      if (message.kind === 'error') throw new Error(`${message.code} in what we sent:\n${text}`);
      this.heard.push({ atMs: this.clock.now(), message, text });
    });
  }

  /** The peer sends, and the clock moves so far that it is heard. */
  send(text: string): void {
    this.peer.send(text, US);
    this.clock.advance(0);
  }

  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** What the peer has heard since it was last asked: `INVITE`, `180`, with the time in ms if asked for. */
  take(withTimes = false): string[] {
    const heard = this.heard.splice(0);
    return heard.map(({ atMs, message }) => {
      const what = message.kind === 'request' ? message.method : `${message.status} ${cseqMethod(message)}`;
      return withTimes ? `${atMs} ${what}` : what;
    });
  }

  /** The last request of that method that the peer has heard. */
  request(method: string): SipRequest {
    for (let index = this.heard.length - 1; index >= 0; index--) {
      const message = this.heard[index]?.message;
      if (message?.kind === 'request' && message.method === method) return message;
    }
    throw new Error(`no ${method} among: ${this.take().join(', ')}`);
  }

  /** The last response with that status. */
  response(status: number): SipResponse {
    for (let index = this.heard.length - 1; index >= 0; index--) {
      const message = this.heard[index]?.message;
      if (message?.kind === 'response' && message.status === status) return message;
    }
    throw new Error(`no ${status} among: ${this.take().join(', ')}`);
  }

  /** Events of the leg or request since the last time, told shortly. */
  told(): string[] {
    return this.events.splice(0).map(short);
  }
}

function cseqMethod(message: SipMessage): string {
  return headerValue(message, 'CSeq')?.split(' ')[1] ?? '';
}

function short(event: SignallingEvent): string {
  switch (event.type) {
    case 'invited':
    case 'requested':
      return event.type;
    case 'progressed':
      return `progressed ${event.status}${event.answer === null ? '' : ' sdp'}`;
    case 'answered':
      return `answered${event.sdp === null ? '' : ' sdp'}`;
    case 'acknowledged':
    case 'agreed':
      return `${event.type}${event.answer === null ? '' : ' sdp'}`;
    case 'modified':
      return `modified${event.offer === null ? '' : ' sdp'}`;
    case 'refused':
      return `refused ${event.status}`;
    case 'referred':
      return `referred ${event.referTo}`;
    case 'informed':
      return `informed ${event.body}`;
    case 'ended':
      return ['ended', event.by, event.status, ...event.reasons, ...event.contacts].join(' ');
  }
}

/** A target at THEM. */
export function target(more: Partial<InviteTarget> = {}): InviteTarget {
  return {
    uri: `sip:bob@${THEM}`,
    flow: null,
    from: { name: 'Alice', user: 'alice', host: 'example.net' },
    to: { name: '', user: 'bob', host: 'example.net' },
    maxForwards: 69,
    headers: [],
    ...more,
  };
}

/** A request of the peer. `ids` are Call-ID, From tag and To tag; the branch is made of method, CSeq and `branch`. */
export function request(
  method: string,
  cseq: number,
  options: {
    readonly callId?: string;
    readonly from?: string;
    readonly to?: string;
    readonly uri?: string;
    readonly branch?: string;
    readonly via?: string;
    readonly extra?: Extra;
    readonly body?: string;
  } = {},
): string {
  const { callId = 'call-1', from = 'their-tag', to, uri = `sip:alice@${US}`, extra = [], body = '' } = options;
  const branch = options.branch ?? `${method === 'CANCEL' ? 'INVITE' : method}-${cseq}`;
  const type: Extra = body === '' ? [] : [['Content-Type', 'application/sdp']];
  const lines: Extra = [
    ['Via', options.via ?? `SIP/2.0/UDP ${THEM};branch=z9hG4bK-${branch}`],
    ['Max-Forwards', '70'],
    ['From', `Bob <sip:bob@example.net>;tag=${from}`],
    ['To', `<sip:alice@example.net>${to === undefined ? '' : `;tag=${to}`}`],
    ['Call-ID', callId],
    ['CSeq', `${cseq} ${method}`],
    ['Contact', `<sip:bob@${THEM}>`],
    ...extra,
    ...type,
    ['Content-Length', String(body.length)],
  ];
  return `${method} ${uri} SIP/2.0\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** The peer's response to a request of ours. */
export function response(
  to: SipRequest,
  status: number,
  options: { readonly tag?: string; readonly extra?: Extra; readonly body?: string; readonly contact?: string } = {},
): string {
  const { tag = 'their-tag', extra = [], body = '', contact = `<sip:bob@${THEM}>` } = options;
  const toValue = headerValue(to, 'To') ?? '';
  const isTagged = status === 100 || toValue.includes(';tag=');
  const type: Extra = body === '' ? [] : [['Content-Type', 'application/sdp']];
  const lines: Extra = [
    ...headerValues(to, 'Via').map((via) => ['Via', via] as const),
    ['From', headerValue(to, 'From') ?? ''],
    ['To', isTagged ? toValue : `${toValue};tag=${tag}`],
    ['Call-ID', headerValue(to, 'Call-ID') ?? ''],
    ['CSeq', headerValue(to, 'CSeq') ?? ''],
    ...(status >= 300 && status < 400 ? [] : ([['Contact', contact]] as const)),
    ...extra,
    ...type,
    ['Content-Length', String(body.length)],
  ];
  return `SIP/2.0 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
