import { tagIn } from './address.js';
import { parseCSeq } from './cseq.js';
import { decimal, isOf, LWS, skip, TOKEN, trimmed, URI } from './grammar.js';
import { knownName } from './header-name.js';
import { Memo, requestWith, responseWith } from './memo.js';
import type { Header, SipMessage } from './message.js';
import { isRegistered, methodAt } from './method.js';
import type { Fault, ParseErrorCode } from './parse-error.js';
import { firstVia } from './via.js';

/** longreq of RFC 4475 has 42. */
export const MAX_HEADERS = 256;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const SP = 0x20;

/**
 * A message while it is read from latin1 text. Lines end in CRLF; LF alone is taken for it, CR alone for a fault. What
 * every message is asked for at once (top Via, tags, Call-ID, CSeq) is read here and remembered, the rest on demand.
 */
export class Draft {
  readonly #text: string;
  #at = 0; // the next unread character
  #method = '';
  #uri = '';
  #status = 0; // 0: a request
  #reason = '';
  #body = '';
  readonly #headers: Header[] = [];
  readonly #memo = new Memo();
  // Values of the fields that every message is checked for; undefined: not met yet.
  #via: string | undefined = undefined;
  #from: string | undefined = undefined;
  #to: string | undefined = undefined;
  #callId: string | undefined = undefined;
  #cseq: string | undefined = undefined;
  #maxForwards: string | undefined = undefined;
  #contentLength: string | undefined = undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Null: `message` may be called. */
  read(isStream: boolean): Fault | null {
    return this.#readStartLine() ?? this.#readHeaders() ?? this.#checkFields() ?? this.#readBody(isStream);
  }

  message(): SipMessage {
    return this.#status === 0
      ? requestWith(this.#memo, this.#method, this.#uri, this.#headers, this.#body)
      : responseWith(this.#memo, this.#status, this.#reason, this.#headers, this.#body);
  }

  /** A fault for which a request is answered and a response dropped. */
  #fault(code: ParseErrorCode, at: number | string, status = 400): Fault {
    return { code, at, status: this.#status === 0 ? status : null };
  }

  #readStartLine(): Fault | null {
    const text = this.#text;
    let start = 0;
    while (text.charCodeAt(start) === CR || text.charCodeAt(start) === LF) start++; // RFC 3261 §7.5
    const newline = text.indexOf('\n', start);
    if (newline < 0) return { code: 'ERR_NOT_SIP', at: start, status: null };
    const end = text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
    this.#at = newline + 1;
    if (isVersion(text, start) && text.charCodeAt(start + 7) === SP) return this.#readStatusLine(start, end);
    return this.#readRequestLine(start, end);
  }

  #readStatusLine(start: number, end: number): Fault | null {
    const text = this.#text;
    const codeEnd = start + 11;
    const status = codeEnd > end ? -1 : decimal(text, start + 8, codeEnd, 699);
    if (status < 100 || (codeEnd < end && text.charCodeAt(codeEnd) !== SP)) {
      return { code: 'ERR_STATUS_CODE', at: start + 8, status: null };
    }
    this.#status = status;
    this.#reason = text.slice(codeEnd + 1, Math.max(end, codeEnd + 1));
    return this.#reason.includes('\r') ? this.#fault('ERR_BARE_CR', start) : null;
  }

  #readRequestLine(start: number, end: number): Fault | null {
    const text = this.#text;
    const methodEnd = skip(text, start, end, TOKEN);
    const uriEnd = skip(text, methodEnd + 1, end, URI);
    const isLine =
      methodEnd > start &&
      text.charCodeAt(methodEnd) === SP &&
      uriEnd > methodEnd + 1 &&
      text.charCodeAt(uriEnd) === SP &&
      uriEnd + 8 === end &&
      isVersion(text, uriEnd + 1);
    if (!isLine) return startLineFault(text, start, end);
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
      const end = text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
      let after = newline + 1;
      if (end <= at) {
        this.#at = after;
        return null;
      }
      let colon = text.indexOf(':', at);
      let name = knownName(text, at, colon);
      if (name === undefined) {
        const nameEnd = skip(text, at, end, TOKEN);
        colon = skip(text, nameEnd, end, LWS);
        if (nameEnd === at || text.charCodeAt(colon) !== COLON) return this.#fault('ERR_HEADER_LINE', at);
        name = knownName(text, at, nameEnd) ?? text.slice(at, nameEnd);
      }
      let value: string;
      if (isOf(text.charCodeAt(after), LWS)) [value, after] = unfolded(text, colon + 1, end, after);
      else value = trimmed(text, colon + 1, end);
      if (value.includes('\r')) return this.#fault('ERR_BARE_CR', at);
      if (!this.#keep(name, value)) return this.#fault('ERR_DUPLICATE_HEADER', at);
      if (this.#headers.length > MAX_HEADERS) return this.#fault('ERR_TOO_MANY_HEADERS', at);
      at = after;
    }
  }

  /** Files a field; false if it is one of those that a message has once and it had it (RFC 4475 §3.3.8, §3.3.9). */
  #keep(name: string, value: string): boolean {
    let isFirst = true;
    switch (name) {
      case 'Via':
        this.#via ??= value;
        break;
      case 'From':
        isFirst = this.#from === undefined;
        this.#from = value;
        break;
      case 'To':
        isFirst = this.#to === undefined;
        this.#to = value;
        break;
      case 'Call-ID':
        isFirst = this.#callId === undefined;
        this.#callId = value;
        break;
      case 'CSeq':
        isFirst = this.#cseq === undefined;
        this.#cseq = value;
        break;
      case 'Max-Forwards':
        isFirst = this.#maxForwards === undefined;
        this.#maxForwards = value;
        break;
      case 'Content-Length':
        isFirst = this.#contentLength === undefined;
        this.#contentLength = value;
        return isFirst;
    }
    this.#headers.push({ name, value });
    return isFirst;
  }

  /** RFC 3261 §8.1.1: what a message cannot be without, and what cannot be misread without harm. */
  #checkFields(): Fault | null {
    const memo = this.#memo;
    const from = this.#from;
    const to = this.#to;
    const callId = this.#callId;
    const cseqText = this.#cseq;
    if (this.#via === undefined || from === undefined || to === undefined) {
      return this.#fault('ERR_MISSING_HEADER', this.#at);
    }
    if (callId === undefined || cseqText === undefined) return this.#fault('ERR_MISSING_HEADER', this.#at);
    const via = firstVia(this.#via);
    // A branch that is the cookie and nothing else identifies no transaction (RFC 4475 §3.3.2).
    if (via === null || via.branch === 'z9hG4bK' || via.branch === '') return this.#fault('ERR_VIA', 'Via');
    if (via.protocol !== 'SIP/2.0') return this.#fault('ERR_VERSION', 'Via', 505);
    memo.via = via;
    const fromTag = tagIn(from);
    if (fromTag === null) return this.#fault('ERR_FROM', 'From');
    memo.fromTag = fromTag;
    const toTag = tagIn(to);
    if (toTag === null) return this.#fault('ERR_TO', 'To');
    memo.toTag = toTag;
    if (callId === '' || callId.includes(' ') || callId.includes('\t')) return this.#fault('ERR_CALL_ID', 'Call-ID');
    memo.callId = callId;
    const cseq = parseCSeq(cseqText);
    if (cseq === null) return this.#fault('ERR_CSEQ', 'CSeq');
    if (this.#status === 0 && cseq.method !== this.#method) {
      return this.#fault('ERR_CSEQ_METHOD', 'CSeq', isRegistered(this.#method) ? 400 : 501);
    }
    memo.cseq = cseq;
    const hops = this.#maxForwards;
    if (hops !== undefined && decimal(hops, 0, hops.length, 255) < 0) {
      return this.#fault('ERR_MAX_FORWARDS', 'Max-Forwards');
    }
    return null;
  }

  /** RFC 3261 §18.3: octets after the body belong to nothing in a datagram; on a stream the framing was not ours then. */
  #readBody(isStream: boolean): Fault | null {
    const text = this.#text;
    const length = this.#contentLength;
    if (length === undefined) {
      if (isStream) return this.#fault('ERR_CONTENT_LENGTH', this.#at);
      this.#body = text.slice(this.#at);
      return null;
    }
    const octets = decimal(length, 0, length.length, Number.MAX_SAFE_INTEGER);
    if (octets < 0) return this.#fault('ERR_CONTENT_LENGTH', 'Content-Length');
    const end = this.#at + octets;
    if (end > text.length) return this.#fault('ERR_BODY_TRUNCATED', 'Content-Length');
    if (isStream && end < text.length) return this.#fault('ERR_CONTENT_LENGTH', 'Content-Length');
    this.#body = text.slice(this.#at, end);
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
  if (/^SIP\//i.test(line)) return { code: 'ERR_START_LINE', at: start, status: null };
  const version = /[ \t]SIP\/(\d+\.\d+)[ \t]*$/i.exec(line);
  if (version === null) return { code: 'ERR_NOT_SIP', at: start, status: null };
  if (version[1] === '2.0') return { code: 'ERR_START_LINE', at: start, status: 400 };
  return { code: 'ERR_VERSION', at: start + version.index + 1, status: 505 };
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
