import { decimal, quotedEnd, trimmed } from './grammar.js';
import { registeredName } from './header-name.js';
import { memoOf } from './memo.js';
import type { Header, SipMessage } from './message.js';

const NONE: readonly string[] = [];

/** The first value of a header; undefined if it is absent. Any spelling of the name will do, the canonical is fastest. */
export function headerValue(message: SipMessage, name: string): string | undefined {
  const registered = registeredName(name);
  for (const header of message.headers) if (isNamed(header, name, registered)) return header.value;
  return undefined;
}

/** The values of a header, one per header line. */
export function headerValues(message: SipMessage, name: string): readonly string[] {
  const registered = registeredName(name);
  let values: string[] | null = null;
  for (const header of message.headers) {
    if (!isNamed(header, name, registered)) continue;
    values ??= [];
    values.push(header.value);
  }
  return values ?? NONE;
}

/** The values of a list header (Via, Contact, Route, Allow, Supported …), lines in order, each split at its commas. */
export function listValues(message: SipMessage, name: string): readonly string[] {
  const lines = headerValues(message, name);
  const [only = ''] = lines;
  if (lines.length < 2) return splitList(only);
  return lines.flatMap(splitList);
}

/** Names that are not registered are compared without regard to case, as they came. */
function isNamed(header: Header, name: string, registered: string | undefined): boolean {
  if (registered !== undefined) return header.name === registered;
  return header.name.length === name.length && header.name.toLowerCase() === name.toLowerCase();
}

/** Call-ID; empty if a message written by hand has none. */
export function callIdOf(message: SipMessage): string {
  return memoOf(message)?.callId ?? headerValue(message, 'Call-ID') ?? '';
}

/** Max-Forwards (RFC 3261 §20.22), 0 to 255; null if there is none or a message written by hand has another. */
export function maxForwardsOf(message: SipMessage): number | null {
  const value = headerValue(message, 'Max-Forwards') ?? '';
  const hops = decimal(value, 0, value.length, 255);
  return hops < 0 ? null : hops;
}

/**
 * Splits at the commas that are outside quoted strings and angle brackets; elements are trimmed, empty ones dropped
 * (RFC 3261 §7.3.1). A quote or bracket that is never closed runs to the end.
 */
export function splitList(line: string): readonly string[] {
  if (!line.includes(',')) {
    const only = trimmed(line, 0, line.length);
    return only === '' ? NONE : [only];
  }
  const values: string[] = [];
  let start = 0;
  let inBrackets = false;
  for (let index = 0; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code === 0x22 && !inBrackets) {
      const end = quotedEnd(line, index);
      if (end < 0) break;
      index = end - 1;
    } else if (code === 0x3c) inBrackets = true;
    else if (code === 0x3e) inBrackets = false;
    else if (code === 0x2c && !inBrackets) {
      pushValue(values, trimmed(line, start, index));
      start = index + 1;
    }
  }
  pushValue(values, trimmed(line, start, line.length));
  return values;
}

function pushValue(values: string[], value: string): void {
  if (value !== '') values.push(value);
}
