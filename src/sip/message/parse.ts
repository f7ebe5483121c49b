import type { Buffer } from 'node:buffer';
import { Draft } from './draft.js';
import type { SipMessage } from './message.js';
import type { Fault, ParseError } from './parse-error.js';
import { lineOf, salvage } from './salvage.js';

export type { ParseError, ParseErrorCode } from './parse-error.js';

/** How the transport delimits messages. On a stream Content-Length is mandatory (RFC 3261 §20.14); WebSocket counts as datagram. */
export type Framing = 'datagram' | 'stream';

/** Octets of a whole message; what a UDP datagram can hold. */
export const MAX_MESSAGE = 65_535;

/** One datagram or one framed message. Never throws; the buffer may be reused afterwards. */
export function parseMessage(bytes: Buffer, framing: Framing = 'datagram'): SipMessage | ParseError {
  if (bytes.length > MAX_MESSAGE) {
    const fault: Fault = { code: 'ERR_TOO_LARGE', status: 513, at: MAX_MESSAGE };
    return failure(bytes.toString('latin1', 0, MAX_MESSAGE), fault);
  }
  const text = bytes.toString('latin1');
  const draft = new Draft(text);
  const fault = draft.read(framing === 'stream');
  return fault === null ? draft.message() : failure(text, fault);
}

function failure(text: string, fault: Fault): ParseError {
  const partial = fault.status === null ? null : salvage(text);
  const offset = typeof fault.at === 'number' ? fault.at : lineOf(text, fault.at);
  return { kind: 'error', code: fault.code, offset, status: partial === null ? null : fault.status, partial };
}
