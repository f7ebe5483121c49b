import { LWS, skip, TOKEN, trimmed } from './grammar.js';
import { canonicalName } from './header-name.js';
import type { Header, SipRequest } from './message.js';

/** What a response copies from its request (RFC 3261 §8.2.6.2). */
const COPIED = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];

/**
 * As much of a malformed request as its answer needs, unchecked; repeated single fields keep the first. Null if it
 * cannot be answered: a response, an ACK (RFC 3261 §17.1.1.3), or no Via.
 */
export function salvage(text: string): SipRequest | null {
  const start = text.search(/[^\r\n]/);
  const startLine = lineAt(text, Math.max(start, 0));
  const [method = '', uri = ''] = startLine.split(/[ \t]+/);
  if (method === 'ACK' || /^SIP\//i.test(method)) return null;
  const headers: Header[] = [];
  const seen = new Set<string>();
  for (const { name, from, end } of headerLines(text)) {
    if (!COPIED.includes(name) || (seen.has(name) && name !== 'Via')) continue;
    seen.add(name);
    const value = text.slice(from, end).replace(/[\r\n]+[ \t]*/g, ' ');
    headers.push({ name, value: trimmed(value, 0, value.length) });
  }
  return seen.has('Via') ? { kind: 'request', method, uri, headers, body: '' } : null;
}

/** Byte at which the first line of that header begins; 0 if there is none. */
export function lineOf(text: string, name: string): number {
  for (const line of headerLines(text)) if (line.name === name) return line.at;
  return 0;
}

type HeaderLine = { readonly name: string; readonly at: number; readonly from: number; readonly end: number };

/** Canonical name, first byte, and where the still folded value lies, of whatever looks like a header up to the empty line. */
function* headerLines(text: string): Generator<HeaderLine> {
  const start = text.search(/[^\r\n]/);
  let next = nextLine(text, Math.max(start, 0));
  while (next < text.length) {
    const at = next;
    next = nextLine(text, at);
    if (lineAt(text, at) === '') return;
    while (text[next] === ' ' || text[next] === '\t') next = nextLine(text, next);
    const nameEnd = skip(text, at, next, TOKEN);
    const colon = skip(text, nameEnd, next, LWS);
    if (text[colon] === ':') yield { name: canonicalName(text.slice(at, nameEnd)), at, from: colon + 1, end: next };
  }
}

function lineAt(text: string, at: number): string {
  const newline = text.indexOf('\n', at);
  return text.slice(at, newline < 0 ? text.length : newline).replace(/\r$/, '');
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}
