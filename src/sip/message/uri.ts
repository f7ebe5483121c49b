import { DIGIT, decimal, lowerCased, skip, URI } from './grammar.js';
import { memoOf } from './memo.js';
import type { SipRequest } from './message.js';
import { MAX_PARAMS, NO_PARAMS, type Param, type Params } from './param.js';
import { octets, unicode } from './text.js';
import { hostEndAt } from './via.js';

/** A URI (RFC 3261 §19.1). All text is Unicode, escapes resolved exactly once; `formatUri` puts them back. */
export type SipUri = {
  /** Lower case: `sip`, `sips`, `tel` or another. */
  readonly scheme: string;
  /** Null if there is none. The number of a tel URI; all that follows the scheme, unread, of a scheme that is not ours. */
  readonly user: string | null;
  readonly password: string | null;
  /** Lower case; an IPv6 address keeps its brackets (`bareHost` removes them). Empty for tel and other schemes. */
  readonly host: string;
  readonly port: number | null;
  readonly params: Params;
  /** What follows `?`: `Replaces`, `Subject` … Names as they came. */
  readonly headers: Params;
};

/** Null if it is malformed. A scheme that is not ours is not malformed. */
export function parseUri(text: string): SipUri | null {
  const end = text.length;
  if (skip(text, 0, end, URI) !== end) return null;
  const colon = text.indexOf(':');
  if (colon < 1 || colon + 1 === end) return null;
  const scheme = schemeOf(text, colon);
  if (scheme === null) return null;
  if (scheme === 'tel') return parseTel(text, colon + 1);
  if (scheme !== 'sip' && scheme !== 'sips') return opaque(scheme, text.slice(colon + 1));
  const at = text.indexOf('@', colon + 1);
  let user: string | null = null;
  let password: string | null = null;
  if (at >= 0) {
    const split = text.indexOf(':', colon + 1);
    const userEnd = split >= 0 && split < at ? split : at;
    if (userEnd === colon + 1) return null;
    user = unescaped(text.slice(colon + 1, userEnd));
    if (userEnd < at) password = unescaped(text.slice(userEnd + 1, at));
  }
  const hostStart = at < 0 ? colon + 1 : at + 1;
  const hostEnd = hostEndAt(text, hostStart, end);
  if (hostEnd < 0) return null;
  let index = hostEnd;
  let port: number | null = null;
  if (text.charCodeAt(index) === 0x3a) {
    index = skip(text, hostEnd + 1, end, DIGIT);
    port = decimal(text, hostEnd + 1, index, 65535);
    if (port < 0) return null;
  }
  const host = lowerCased(text, hostStart, hostEnd);
  if (index === end) return { scheme, user, password, host, port, params: NO_PARAMS, headers: NO_PARAMS };
  return withTail(text, index, { scheme, user, password, host, port, params: NO_PARAMS, headers: NO_PARAMS });
}

/** `*( ";" param ) [ "?" headers ]` from `at` on. */
function withTail(text: string, at: number, uri: SipUri): SipUri | null {
  const question = text.indexOf('?', at);
  const paramsEnd = question < 0 ? text.length : question;
  if (at < paramsEnd && text.charCodeAt(at) !== 0x3b) return null;
  const params = at < paramsEnd ? pairs(text.slice(at + 1, paramsEnd), ';', true) : NO_PARAMS;
  const headers = question < 0 ? NO_PARAMS : pairs(text.slice(question + 1), '&', false);
  return params === null || headers === null ? null : { ...uri, params, headers };
}

/** RFC 3966. */
function parseTel(text: string, at: number): SipUri | null {
  const semicolon = text.indexOf(';', at);
  const numberEnd = semicolon < 0 ? text.length : semicolon;
  if (!TEL.test(text.slice(at, numberEnd))) return null;
  return withTail(text, numberEnd, { ...opaque('tel', unescaped(text.slice(at, numberEnd))) });
}

const TEL = /^\+?[0-9A-Fa-f*#().-]+$/;

function opaque(scheme: string, rest: string): SipUri {
  return { scheme, user: rest, password: null, host: '', port: null, params: NO_PARAMS, headers: NO_PARAMS };
}

function schemeOf(text: string, colon: number): string | null {
  if (colon === 3 && text.startsWith('sip')) return 'sip';
  const scheme = text.slice(0, colon).toLowerCase();
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) ? scheme : null;
}

/** Empty pairs (`;;`, a last `;`) are dropped: phones send them. */
function pairs(text: string, separator: string, lowerCaseNames: boolean): Params | null {
  const params: Param[] = [];
  for (const piece of text.split(separator)) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals === 0 || params.length === MAX_PARAMS) return null;
    const name = unescaped(equals < 0 ? piece : piece.slice(0, equals));
    const value = equals < 0 ? null : unescaped(piece.slice(equals + 1));
    params.push({ name: lowerCaseNames ? name.toLowerCase() : name, value });
  }
  return params;
}

/** `%HH` resolved once; a `%` that begins no escape is literal. */
function unescaped(text: string): string {
  const latin1 = text.includes('%')
    ? text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
  return unicode(latin1);
}

// What each part may hold unescaped (RFC 3261 §25.1): unreserved, and its own few of the reserved.
const NOT_USER = /[^\w.!~*'()&=+$,;?/-]/g;
const NOT_PASSWORD = /[^\w.!~*'()&=+$,-]/g;
const NOT_PARAM = /[^\w.!~*'()[\]/:&+$-]/g;
const NOT_HEADER = /[^\w.!~*'()[\]/?:+$-]/g;

function escaped(text: string, unsafe: RegExp): string {
  return octets(text).replace(unsafe, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** latin1 (in fact ASCII) text as it goes on the wire. */
export function formatUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.scheme === 'sip' || uri.scheme === 'sips') {
    if (uri.user !== null) {
      text += escaped(uri.user, NOT_USER);
      if (uri.password !== null) text += `:${escaped(uri.password, NOT_PASSWORD)}`;
      text += '@';
    }
    text += uri.host;
    if (uri.port !== null) text += `:${uri.port}`;
  } else text += uri.user ?? '';
  for (const { name, value } of uri.params) {
    text += `;${escaped(name, NOT_PARAM)}`;
    if (value !== null) text += `=${escaped(value, NOT_PARAM)}`;
  }
  let separator = '?';
  for (const { name, value } of uri.headers) {
    text += `${separator}${escaped(name, NOT_HEADER)}`;
    if (value !== null) text += `=${escaped(value, NOT_HEADER)}`;
    separator = '&';
  }
  return text;
}

/** `[2001:db8::1]` → `2001:db8::1`; anything else unchanged. */
export function bareHost(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/** The Request-URI, read once per message; null if it is malformed. */
export function requestUriOf(request: SipRequest): SipUri | null {
  const memo = memoOf(request);
  if (memo === null) return parseUri(request.uri);
  if (memo.requestUri === undefined) memo.requestUri = parseUri(request.uri);
  return memo.requestUri;
}
