import { DIGIT, isOf, LWS, NAME, quoted, quotedEnd, skip, TOKEN, trimmed, URI, unquoted } from './grammar.js';
import { headerValue, listValues } from './header.js';
import { memoOf } from './memo.js';
import type { SipMessage } from './message.js';
import { formatParams, type Params, paramOf, parseParams } from './param.js';
import { octets, unicode } from './text.js';

/** A value of From, To, Contact, Route, P-Asserted-Identity … (RFC 3261 §20.10, §25.1 `name-addr` and `addr-spec`). */
export type NameAddr = {
  /** Display name in Unicode, unquoted and unescaped; empty if there is none. */
  readonly name: string;
  /** As it came, latin1; `parseUri` reads it. */
  readonly uri: string;
  /** Parameters of the header, not of the URI. */
  readonly params: Params;
};

/** One value, not a list; null if it is malformed. */
export function parseAddress(text: string): NameAddr | null {
  const start = skip(text, 0, text.length, LWS);
  const open = bracketAfterName(text, start);
  if (open === MALFORMED) return null;
  if (open === NO_BRACKET) {
    const end = bareUriEnd(text, start);
    const params = end < 0 ? null : parseParams(text, end);
    return params === null ? null : { name: '', uri: text.slice(start, end), params };
  }
  const close = skip(text, open + 1, text.length, URI);
  if (text.charCodeAt(close) !== 0x3e || !hasScheme(text, open + 1, close)) return null;
  const params = parseParams(text, close + 1);
  if (params === null) return null;
  return { name: displayName(trimmed(text, start, open)), uri: text.slice(open + 1, close), params };
}

/** `"name" <uri>;params`, in latin1 as it goes on the wire. The name is always quoted. */
export function formatAddress(address: NameAddr): string {
  const name = address.name === '' ? '' : `${octets(quoted(address.name))} `;
  return `${name}<${address.uri}>${formatParams(address.params)}`;
}

/** The tag of a From or To value; undefined if it has none or is malformed. */
export function tagOf(value: string): string | undefined {
  return tagIn(value) || undefined;
}

/** The tag; empty if there is none; null if the value is malformed. Reads all of the value and allocates next to nothing. */
export function tagIn(value: string): string | null {
  const start = paramsStart(value);
  if (start < 0) return null;
  if (start === value.length) return '';
  if (value.startsWith(';tag=', start)) {
    const end = skip(value, start + 5, value.length, TOKEN);
    if (end === value.length) return value.slice(start + 5);
  }
  const params = parseParams(value, start);
  return params === null ? null : (paramOf(params, 'tag') ?? '');
}

/** From, read once per message; null only in a message written by hand. */
export function fromOf(message: SipMessage): NameAddr | null {
  const memo = memoOf(message);
  if (memo === null) return parseAddress(headerValue(message, 'From') ?? '');
  if (memo.from === undefined) memo.from = parseAddress(headerValue(message, 'From') ?? '');
  return memo.from;
}

/** To, read once per message; null only in a message written by hand. */
export function toOf(message: SipMessage): NameAddr | null {
  const memo = memoOf(message);
  if (memo === null) return parseAddress(headerValue(message, 'To') ?? '');
  if (memo.to === undefined) memo.to = parseAddress(headerValue(message, 'To') ?? '');
  return memo.to;
}

/** The From tag; undefined if there is none, as before RFC 3261. */
export function fromTagOf(message: SipMessage): string | undefined {
  const memo = memoOf(message);
  if (memo === null) return tagOf(headerValue(message, 'From') ?? '');
  if (memo.fromTag === undefined) memo.fromTag = tagOf(headerValue(message, 'From') ?? '') ?? '';
  return memo.fromTag === '' ? undefined : memo.fromTag;
}

/** The To tag; undefined outside a dialog. */
export function toTagOf(message: SipMessage): string | undefined {
  const memo = memoOf(message);
  if (memo === null) return tagOf(headerValue(message, 'To') ?? '');
  if (memo.toTag === undefined) memo.toTag = tagOf(headerValue(message, 'To') ?? '') ?? '';
  return memo.toTag === '' ? undefined : memo.toTag;
}

/** All Contact values in order, read once per message; null if one is malformed. `Contact: *` is not an address: `isWildcard`. */
export function contactsOf(message: SipMessage): readonly NameAddr[] | null {
  const memo = memoOf(message);
  if (memo === null) return parseAll(listValues(message, 'Contact'));
  if (memo.contacts === undefined) memo.contacts = parseAll(listValues(message, 'Contact'));
  return memo.contacts;
}

/** `Contact: *`, alone (RFC 3261 §10.2.2). */
export function isWildcard(message: SipMessage): boolean {
  const values = listValues(message, 'Contact');
  return values.length === 1 && values[0] === '*';
}

function parseAll(values: readonly string[]): readonly NameAddr[] | null {
  const addresses: NameAddr[] = [];
  for (const value of values) {
    const address = parseAddress(value);
    if (address === null) return null;
    addresses.push(address);
  }
  return addresses;
}

function displayName(text: string): string {
  return unicode(unquoted(text));
}

const MALFORMED = -2;
const NO_BRACKET = -1;

/** Index of the `<` of a name-addr. */
function bracketAfterName(text: string, start: number): number {
  const end = text.length;
  if (text.charCodeAt(start) === 0x22) {
    const after = quotedEnd(text, start);
    if (after < 0) return MALFORMED;
    const open = skip(text, after, end, LWS);
    return text.charCodeAt(open) === 0x3c ? open : MALFORMED;
  }
  const stop = skip(text, start, end, NAME);
  if (text.charCodeAt(stop) === 0x3c) return stop;
  return text.charCodeAt(stop) === 0x3a ? NO_BRACKET : MALFORMED;
}

/** End of an addr-spec without brackets, which cannot hold comma, question mark or semicolon (RFC 3261 §20). */
function bareUriEnd(text: string, start: number): number {
  let index = start;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3b || !isOf(code, URI)) break;
    if (code === 0x2c || code === 0x3f) return -1;
  }
  return hasScheme(text, start, index) ? index : -1;
}

/** Whether `scheme ":" something` stands there. */
function hasScheme(text: string, from: number, end: number): boolean {
  const colon = skip(text, from, end, TOKEN);
  return colon > from && colon + 1 < end && text.charCodeAt(colon) === 0x3a && !isOf(text.charCodeAt(from), DIGIT);
}

/** Where the parameters begin, the end of the text if it has none; -1 if what precedes them is malformed. */
function paramsStart(text: string): number {
  const start = skip(text, 0, text.length, LWS);
  const open = bracketAfterName(text, start);
  if (open === MALFORMED) return -1;
  if (open === NO_BRACKET) return bareUriEnd(text, start);
  const close = skip(text, open + 1, text.length, URI);
  return text.charCodeAt(close) === 0x3e && hasScheme(text, open + 1, close) ? close + 1 : -1;
}
