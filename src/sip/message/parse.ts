import type { Buffer } from 'node:buffer';
import { paramsStart, tagOf } from './address.js';
import { parseCSeq } from './cseq.js';
import { decimal, isOf, LWS, skip, TOKEN, trimmed, URI } from './grammar.js';
import { knownName, nameHash } from './header-name.js';
import { Memo, requestWith, responseWith } from './memo.js';
import type { Header, SipMessage, SipRequest } from './message.js';
import { isRegistered, methodAt } from './method.js';
import { parseParams } from './param.js';
import { salvage } from './salvage.js';
import { firstVia } from './via.js';

export type ParseErrorCode =
  | 'ERR_NOT_SIP'
  | 'ERR_TOO_LARGE'
  | 'ERR_START_LINE'
  | 'ERR_VERSION'
  | 'ERR_STATUS_CODE'
  | 'ERR_HEADER_LINE'
  | 'ERR_BARE_CR'
  | 'ERR_TOO_MANY_HEADERS'
  | 'ERR_NO_END_OF_HEADERS'
  | 'ERR_DUPLICATE_HEADER'
  | 'ERR_MISSING_HEADER'
  | 'ERR_VIA'
  | 'ERR_FROM'
  | 'ERR_TO'
  | 'ERR_CALL_ID'
  | 'ERR_CSEQ'
  | 'ERR_CSEQ_METHOD'
  | 'ERR_MAX_FORWARDS'
  | 'ERR_CONTENT_LENGTH'
  | 'ERR_BODY_TRUNCATED';

export type ParseError = {
  readonly kind: 'error';
  readonly code: ParseErrorCode;
  /** Byte of the input at which, or in whose line, the fault is. */
  readonly offset: number;
  /** What a server answers; null: drop it silently (a response, an ACK, not SIP, or nothing to answer with). */
  readonly status: number | null;
  /**
   * The request as far as it can be read, for building the answer: method, Request-URI and the Via, From, To, Call-ID
   * and CSeq that are there, unchecked (`topVia` of it may be null: answer to the source address). Null if there is no Via.
   */
  readonly partial: SipRequest | null;
};

/** How the transport delimits messages. On a stream Content-Length is mandatory (RFC 3261 §20.14); WebSocket counts as datagram. */
export type Framing = 'datagram' | 'stream';

/** Octets of a whole message; what a UDP datagram can hold. */
export const MAX_MESSAGE = 65_535;
export const MAX_HEADERS = 256;

type Fault = { readonly code: ParseErrorCode; readonly offset: number; readonly status: number | null };

/** One datagram or one framed message. Never throws; the buffer may be reused afterwards. */
export function parseMessage(bytes: Buffer, framing: Framing = 'datagram'): SipMessage | ParseError {
  if (bytes.length > MAX_MESSAGE) {
    return failure(bytes.toString('latin1', 0, MAX_MESSAGE), {
      code: 'ERR_TOO_LARGE',
      offset: MAX_MESSAGE,
      status: 513,
    });
  }
  const text = bytes.toString('latin1');
  const draft = new Draft(text);
  const fault = draft.read(framing);
  return fault === null ? draft.message() : failure(text, fault);
}

function failure(text: string, fault: Fault): ParseError {
  const { code, offset } = fault;
  const partial = fault.status === null ? null : salvage(text);
  return { kind: 'error', code, offset, status: partial === null ? null : fault.status, partial };
}

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;

/** A message while it is read. `at` is the next unread character. */
class Draft {
  readonly #text: string;
  #at = 0;
  #method = '';
  #uri = '';
  #status = 0;
  #reason = '';
  #body = '';
  readonly #headers: Header[] = [];
  readonly #memo = new Memo();
  // Values and offsets of the fields that every message is checked for; undefined: not met yet.
  #via: string | undefined = undefined;
  #from: string | undefined = undefined;
  #to: string | undefined = undefined;
  #callId: string | undefined = undefined;
  #cseq: string | undefined = undefined;
  #maxForwards: string | undefined = undefined;
  #contentLength: string | undefined = undefined;
  #viaAt = 0;
  #fromAt = 0;
  #toAt = 0;
  #callIdAt = 0;
  #cseqAt = 0;
  #maxForwardsAt = 0;
  #contentLengthAt = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(framing: Framing): Fault | null {
    return this.#readStartLine() ?? this.#readHeaders() ?? this.#checkFields() ?? this.#readBody(framing);
  }

  message(): SipMessage {
    return this.#status === 0
      ? requestWith(this.#memo, this.#method, this.#uri, this.#headers, this.#body)
      : responseWith(this.#memo, this.#status, this.#reason, this.#headers, this.#body);
  }

  /** A fault that a request is answered with and a response is dropped for. */
  #fault(code: ParseErrorCode, offset: number, status = 400): Fault {
    return { code, offset, status: this.#status === 0 ? status : null };
  }

  #readStartLine(): Fault | null {
    const text = this.#text;
    let start = 0;
    // RFC 3261 §7.5
    while (text.charCodeAt(start) === CR || text.charCodeAt(start) === LF) start++;
    const newline = text.indexOf('\n', start);
    if (newline < 0) return { code: 'ERR_NOT_SIP', offset: start, status: null };
    const end = text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
    this.#at = newline + 1;
    if (isVersion(text, start) && text.charCodeAt(start + 7) === 0x20) return this.#readStatusLine(start, end);
    return this.#readRequestLine(start, end);
  }

  #readStatusLine(start: number, end: number): Fault | null {
    const text = this.#text;
    const codeEnd = start + 11;
    this.#status = decimal(text, start + 8, Math.min(codeEnd, end), 699);
    const isCode = this.#status >= 100 && codeEnd <= end && (codeEnd === end || text.charCodeAt(codeEnd) === 0x20);
    if (!isCode) return { code: 'ERR_STATUS_CODE', offset: start + 8, status: null };
    this.#reason = text.slice(codeEnd + 1, end);
    return null;
  }

  #readRequestLine(start: number, end: number): Fault | null {
    const text = this.#text;
    const methodEnd = skip(text, start, end, TOKEN);
    const uriEnd = skip(text, methodEnd + 1, end, URI);
    const isLine =
      methodEnd > start &&
      text.charCodeAt(methodEnd) === 0x20 &&
      uriEnd > methodEnd + 1 &&
      text.charCodeAt(uriEnd) === 0x20;
    if (!isLine || uriEnd + 8 !== end || !isVersion(text, uriEnd + 1)) return startLineFault(text, start, end);
    this.#method = methodAt(text, start, methodEnd);
    this.#uri = text.slice(methodEnd + 1, uriEnd);
    return null;
  }

  #readHeaders(): Fault | null {
    const text = this.#text;
    let at = this.#at;
    for (;;) {
      const newline = text.indexOf('\n', at);
      if (newline < 0) return this.#fault('ERR_NO_END_OF_HEADERS', text.length);
      let end = newline;
      let after = newline + 1;
      if (text.charCodeAt(newline - 1) === CR) end--;
      if (end <= at) {
        this.#at = after;
        return null;
      }
      let nameEnd = at;
      let hash = 0;
      for (; nameEnd < end; nameEnd++) {
        const code = text.charCodeAt(nameEnd);
        if (!isOf(code, TOKEN)) break;
        hash = nameHash(hash, code);
      }
      const colon = skip(text, nameEnd, end, LWS);
      if (nameEnd === at || text.charCodeAt(colon) !== COLON) return this.#fault('ERR_HEADER_LINE', at);
      const name = knownName(text, at, nameEnd, hash) ?? text.slice(at, nameEnd);
      let value: string;
      if (isOf(text.charCodeAt(after), LWS)) {
        [value, after] = unfolded(text, colon + 1, end, after);
      } else {
        value = trimmed(text, colon + 1, end);
      }
      if (value.includes('\r')) return this.#fault('ERR_BARE_CR', at);
      const fault = this.#keep(name, value, at);
      if (fault !== null) return fault;
      at = after;
    }
  }

  /** Files a header field; those that may appear once only are checked for it (RFC 4475 §3.3.8, §3.3.9). */
  #keep(name: string, value: string, at: number): Fault | null {
    let isRepeated = false;
    switch (name) {
      case 'Via':
        if (this.#via === undefined) {
          this.#via = value;
          this.#viaAt = at;
        }
        break;
      case 'From':
        isRepeated = this.#from !== undefined;
        this.#from = value;
        this.#fromAt = at;
        break;
      case 'To':
        isRepeated = this.#to !== undefined;
        this.#to = value;
        this.#toAt = at;
        break;
      case 'Call-ID':
        isRepeated = this.#callId !== undefined;
        this.#callId = value;
        this.#callIdAt = at;
        break;
      case 'CSeq':
        isRepeated = this.#cseq !== undefined;
        this.#cseq = value;
        this.#cseqAt = at;
        break;
      case 'Max-Forwards':
        isRepeated = this.#maxForwards !== undefined;
        this.#maxForwards = value;
        this.#maxForwardsAt = at;
        break;
      case 'Content-Length':
        isRepeated = this.#contentLength !== undefined;
        this.#contentLength = value;
        this.#contentLengthAt = at;
        return isRepeated ? this.#fault('ERR_DUPLICATE_HEADER', at) : null;
    }
    if (isRepeated) return this.#fault('ERR_DUPLICATE_HEADER', at);
    if (this.#headers.length === MAX_HEADERS) return this.#fault('ERR_TOO_MANY_HEADERS', at);
    this.#headers.push({ name, value });
    return null;
  }

  /** RFC 3261 §8.1.1: what a message cannot be without, and what cannot be misread without harm. */
  #checkFields(): Fault | null {
    const memo = this.#memo;
    const from = this.#from;
    const to = this.#to;
    if (
      this.#via === undefined ||
      from === undefined ||
      to === undefined ||
      this.#callId === undefined ||
      this.#cseq === undefined
    ) {
      return this.#fault('ERR_MISSING_HEADER', this.#at);
    }
    const via = firstVia(this.#via);
    // A branch that is the cookie and nothing else identifies no transaction (RFC 4475 §3.3.2).
    if (via === null || via.branch === 'z9hG4bK' || via.branch === '') return this.#fault('ERR_VIA', this.#viaAt);
    if (via.protocol !== 'SIP/2.0') return this.#fault('ERR_VERSION', this.#viaAt, 505);
    memo.via = via;
    if (!isAddress(from)) return this.#fault('ERR_FROM', this.#fromAt);
    if (!isAddress(to)) return this.#fault('ERR_TO', this.#toAt);
    memo.fromTag = tagOf(from) ?? '';
    memo.toTag = tagOf(to) ?? '';
    if (!/^[^ \t]+$/.test(this.#callId)) return this.#fault('ERR_CALL_ID', this.#callIdAt);
    memo.callId = this.#callId;
    const cseq = parseCSeq(this.#cseq);
    if (cseq === null) return this.#fault('ERR_CSEQ', this.#cseqAt);
    if (this.#status === 0 && cseq.method !== this.#method) {
      return this.#fault('ERR_CSEQ_METHOD', this.#cseqAt, isRegistered(this.#method) ? 400 : 501);
    }
    memo.cseq = cseq;
    const hops = this.#maxForwards;
    if (hops !== undefined && decimal(hops, 0, hops.length, 255) < 0) {
      return this.#fault('ERR_MAX_FORWARDS', this.#maxForwardsAt);
    }
    return null;
  }

  #readBody(framing: Framing): Fault | null {
    const text = this.#text;
    const length = this.#contentLength;
    if (length === undefined) {
      if (framing === 'stream') return this.#fault('ERR_CONTENT_LENGTH', this.#at);
      this.#body = text.slice(this.#at);
      return null;
    }
    const octets = decimal(length, 0, length.length, Number.MAX_SAFE_INTEGER);
    if (octets < 0) return this.#fault('ERR_CONTENT_LENGTH', this.#contentLengthAt);
    if (this.#at + octets > text.length) return this.#fault('ERR_BODY_TRUNCATED', this.#contentLengthAt);
    if (framing === 'stream' && this.#at + octets < text.length) {
      return this.#fault('ERR_CONTENT_LENGTH', this.#contentLengthAt);
    }
    this.#body = text.slice(this.#at, this.#at + octets);
    return null;
  }
}

/** `SIP/2.0` in any case (RFC 3261 §7.1). */
function isVersion(text: string, at: number): boolean {
  return text.startsWith('SIP/2.0', at) || text.slice(at, at + 7).toUpperCase() === 'SIP/2.0';
}

/** A line that names no SIP version is not SIP; one that names another version is 505; the rest is malformed. */
function startLineFault(text: string, start: number, end: number): Fault {
  const line = text.slice(start, end);
  if (/^SIP\//i.test(line)) return { code: 'ERR_START_LINE', offset: start, status: null };
  const version = / SIP\/(\d+\.\d+)[ \t]*$/i.exec(line);
  if (version === null) return { code: 'ERR_NOT_SIP', offset: start, status: null };
  if (version[1] === '2.0') return { code: 'ERR_START_LINE', offset: start, status: 400 };
  return { code: 'ERR_VERSION', offset: start + version.index + 1, status: 505 };
}

function isAddress(value: string): boolean {
  const start = paramsStart(value);
  return start >= 0 && (start === value.length || parseParams(value, start) !== null);
}

/**
 * The value of a folded header and the index after its last line (RFC 3261 §7.3.1): each fold with the white space
 * around it becomes one space. `end` is that of the first line, `next` where the second begins.
 */
function unfolded(text: string, from: number, end: number, next: number): [value: string, after: number] {
  let value = trimmed(text, from, end);
  let after = next;
  while (isOf(text.charCodeAt(after), LWS)) {
    const newline = text.indexOf('\n', after);
    if (newline < 0) return [value, text.length];
    const piece = trimmed(text, after, text.charCodeAt(newline - 1) === CR ? newline - 1 : newline);
    if (piece !== '') value += value === '' ? piece : ` ${piece}`;
    after = newline + 1;
  }
  return [value, after];
}
