import { contactsOf, fromTagOf, isWildcard, toOf } from './address.js';
import { trimmed } from './grammar.js';
import { headerValue, headerValues, listValues, maxForwardsOf } from './header.js';
import type { Header, SipRequest } from './message.js';
import { isRegistered } from './method.js';
import { parseUri, requestUriOf } from './uri.js';

/** A final response that a request deserves before anyone looks at what it wants. */
export type Refusal = { readonly status: number; readonly reason: string; readonly headers: readonly Header[] };

/** What a user agent server can do. */
export type Capabilities = {
  /** Methods that are served: `Allow`. */
  readonly methods: readonly string[];
  /** Option tags: `Supported`. */
  readonly extensions: readonly string[];
  /** URI schemes of a Request-URI, in lower case. */
  readonly schemes: readonly string[];
  /** Media types of bodies by method, in lower case: `Accept`. A method that is not listed may carry anything. */
  readonly bodies: Readonly<Record<string, readonly string[]>>;
};

/**
 * Faults of a parsed request that no element need accept, whoever it is: malformed Request-URI, Contact or Date, headers
 * in the Request-URI (RFC 3261 §19.1.1), a REGISTER of something that is no SIP address (§10.3). Null: well-formed.
 * Answered without a transaction; an ACK is dropped instead.
 */
export function malformation(request: SipRequest): Refusal | null {
  const uri = requestUriOf(request);
  if (uri === null) return bad('Malformed Request-URI');
  if (uri.headers.length > 0) return bad('Headers in Request-URI');
  if (contactsOf(request) === null && !(request.method === 'REGISTER' && isWildcard(request))) {
    return bad('Malformed Contact');
  }
  const date = headerValue(request, 'Date');
  if (date !== undefined && !DATE.test(date)) return bad('Malformed Date');
  if (request.method === 'REGISTER') {
    const record = parseUri(toOf(request)?.uri ?? '');
    if (record === null || (record.scheme !== 'sip' && record.scheme !== 'sips')) return bad('To is not a SIP address');
  }
  return null;
}

/** RFC 3261 §20.17: RFC 1123 dates in GMT only. */
const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/i;

/**
 * What a user agent server refuses because of what it can do, in the order of RFC 3261 §8.2: method (501, 405),
 * Request-URI (416), extensions (420), body (415), and the answer that the client would take (406). Null: served.
 * Not for ACK, and for CANCEL neither method nor Require counts (§8.2.2.3).
 */
export function refusal(request: SipRequest, able: Capabilities): Refusal | null {
  if (!able.methods.includes(request.method)) {
    const allow = [{ name: 'Allow', value: able.methods.join(', ') }];
    return isRegistered(request.method)
      ? { status: 405, reason: 'Method Not Allowed', headers: allow }
      : { status: 501, reason: 'Not Implemented', headers: allow };
  }
  const uri = requestUriOf(request);
  if (uri !== null && !able.schemes.includes(uri.scheme)) {
    return { status: 416, reason: 'Unsupported URI Scheme', headers: [] };
  }
  return unsupportedExtension(request, able) ?? unsupportedBody(request, able) ?? unacceptableAnswer(request);
}

/** Methods that mean something only inside a dialog: 481 outside (RFC 3261 §15.1.2, RFC 6086 §4.2.2, RFC 3311 §5.2). */
const DIALOG_METHODS = ['BYE', 'INFO', 'UPDATE', 'PRACK', 'NOTIFY'];

/** What a request outside a dialog is refused for. Null: served. */
export function outsideRefusal(request: SipRequest, able: Capabilities): Refusal | null {
  const { method } = request;
  if (DIALOG_METHODS.includes(method)) return { status: 481, reason: '', headers: [] };
  if (method === 'REFER') return { status: 403, reason: '', headers: [] }; // nobody makes us call (RFC 3515 §5.1)
  const isRegister = method === 'REGISTER';
  const unable = refusal(request, isRegister ? { ...able, extensions: [...able.extensions, 'path'] } : able); // RFC 3327
  if (unable !== null) return unable;
  // §8.1.1.8; a client without From tag speaks RFC 2543, which does without.
  const isNowhere = method === 'INVITE' && contactsOf(request)?.length === 0 && fromTagOf(request) !== undefined;
  if (isNowhere) return bad('Missing Contact');
  return maxForwardsOf(request) === 0 ? { status: 483, reason: '', headers: [] } : null; // §16.3
}

function unsupportedExtension(request: SipRequest, able: Capabilities): Refusal | null {
  if (request.method === 'CANCEL' || request.method === 'ACK') return null;
  const unknown = listValues(request, 'Require').filter((tag) => !able.extensions.includes(tag.toLowerCase()));
  if (unknown.length === 0) return null;
  return { status: 420, reason: 'Bad Extension', headers: [{ name: 'Unsupported', value: unknown.join(', ') }] };
}

/** RFC 3261 §8.2.3. */
function unsupportedBody(request: SipRequest, able: Capabilities): Refusal | null {
  const accepted = able.bodies[request.method];
  if (request.body === '' || accepted === undefined) return null;
  if (/;[ \t]*handling[ \t]*=[ \t]*optional/i.test(headerValue(request, 'Content-Disposition') ?? '')) return null;
  const headers = [{ name: 'Accept', value: accepted.join(', ') }];
  if (!accepted.includes(mediaType(headerValue(request, 'Content-Type') ?? ''))) {
    return { status: 415, reason: 'Unsupported Media Type', headers };
  }
  const encodings = listValues(request, 'Content-Encoding').filter((coding) => coding.toLowerCase() !== 'identity');
  if (encodings.length === 0) return null;
  return { status: 415, reason: 'Unsupported Media Type', headers: [{ name: 'Accept-Encoding', value: 'identity' }] };
}

/** An INVITE whose client takes no SDP cannot be answered (RFC 3261 §20.1; an empty Accept takes nothing at all). */
function unacceptableAnswer(request: SipRequest): Refusal | null {
  if (request.method !== 'INVITE' || headerValues(request, 'Accept').length === 0) return null;
  const ranges = listValues(request, 'Accept').map(mediaType);
  if (ranges.some((range) => SDP_RANGES.includes(range))) return null;
  return { status: 406, reason: 'Not Acceptable', headers: [] };
}

const SDP_RANGES = ['application/sdp', 'application/*', '*/*'];

/** `type/subtype` in lower case, without parameters; empty if it is none. */
function mediaType(value: string): string {
  const semicolon = value.indexOf(';');
  const end = semicolon < 0 ? value.length : semicolon;
  const slash = value.indexOf('/');
  if (slash < 0 || slash > end) return '';
  return `${trimmed(value, 0, slash)}/${trimmed(value, slash + 1, end)}`.toLowerCase();
}

function bad(reason: string): Refusal {
  return { status: 400, reason, headers: [] };
}
