import { trimmed } from './grammar.js';
import { canonicalName } from './header-name.js';
import type { Header, SipRequest } from './message.js';

/** What a response copies from its request (RFC 3261 §8.2.6.2). */
const COPIED = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);

/**
 * As much of a malformed request as its answer needs, unchecked; repeated single fields keep the first. Null if it
 * cannot be answered: a response, an ACK (RFC 3261 §17.1.1.3), or no Via.
 */
export function salvage(text: string): SipRequest | null {
  const lines = headerSection(text).split('\n');
  const [method = '', uri = ''] = (lines[0] ?? '').split(/[ \t]+/);
  if (/^SIP\//i.test(method) || method === 'ACK') return null;
  const headers: Header[] = [];
  const seen = new Set<string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = canonicalName(trimmed(line, 0, colon));
    if (!COPIED.has(name) || (seen.has(name) && name !== 'Via')) continue;
    seen.add(name);
    headers.push({ name, value: trimmed(line, colon + 1, line.length) });
  }
  return seen.has('Via') ? { kind: 'request', method, uri, headers, body: '' } : null;
}

/** Unfolded, lines ended by LF, no stray CR. */
function headerSection(text: string): string {
  const start = text.search(/[^\r\n]/);
  const blank = /\n\r?\n/.exec(text.slice(Math.max(start, 0)));
  const section = text.slice(Math.max(start, 0), blank === null ? text.length : Math.max(start, 0) + blank.index);
  return section
    .replace(/\r\n/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .replace(/\r/g, ' ');
}
