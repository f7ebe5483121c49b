import { decimal, quotedEnd, trimmed } from './grammar.js';
import { canonicalName, isCanonical } from './header-name.js';
import { memoOf } from './memo.js';
import type { SipMessage } from './message.js';

/** The first value of a header; undefined if it is absent. Any spelling of the name will do, the canonical is fastest. */
export function headerValue(message: SipMessage, name: string): string | undefined {
  const canonical = canonicalName(name);
  const { headers } = message;
  for (let index = 0; index < headers.length; index++) {
    const header = headers[index];
    if (header !== undefined && header.name === canonical) return header.value;
  }
  return isCanonical(canonical) ? undefined : unknownValues(message, canonical)[0];
}

/** The values of a header, one per header line. */
export function headerValues(message: SipMessage, name: string): readonly string[] {
  const canonical = canonicalName(name);
  if (!isCanonical(canonical)) return unknownValues(message, canonical);
  const values: string[] = [];
  for (const header of message.headers) if (header.name === canonical) values.push(header.value);
  return values;
}

/** The values of a list header (Via, Contact, Route, Allow, Supported …), lines in order, each split at its commas. */
export function listValues(message: SipMessage, name: string): readonly string[] {
  const values: string[] = [];
  for (const line of headerValues(message, name)) {
    if (line.includes(',')) values.push(...splitList(line));
    else if (line !== '') values.push(line);
  }
  return values;
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

function unknownValues(message: SipMessage, name: string): readonly string[] {
  const lower = name.toLowerCase();
  const values: string[] = [];
  for (const header of message.headers) {
    if (header.name.length === lower.length && header.name.toLowerCase() === lower) values.push(header.value);
  }
  return values;
}

/**
 * Splits at the commas that are outside quoted strings and angle brackets; elements are trimmed, empty ones dropped
 * (RFC 3261 §7.3.1). A quote or bracket that is never closed runs to the end.
 */
export function splitList(line: string): readonly string[] {
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
