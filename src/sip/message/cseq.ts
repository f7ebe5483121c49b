import { DIGIT, decimal, LWS, skip, TOKEN } from './grammar.js';
import { headerValue } from './header.js';
import { memoOf } from './memo.js';
import type { SipMessage } from './message.js';
import { methodAt } from './method.js';

/** RFC 3261 §20.16. */
export type CSeq = { readonly number: number; readonly method: string };

/** Below 2^31 (RFC 3261 §8.1.1.5). */
const MAX_NUMBER = 0x7fffffff;
const UNREADABLE: CSeq = { number: -1, method: '' };

/** `314159 INVITE`; null if it is malformed. */
export function parseCSeq(value: string): CSeq | null {
  const end = value.length;
  const digits = skip(value, 0, end, DIGIT);
  const number = decimal(value, 0, digits, MAX_NUMBER);
  const start = skip(value, digits, end, LWS);
  if (number < 0 || start === digits || start === end || skip(value, start, end, TOKEN) !== end) return null;
  return { number, method: methodAt(value, start, end) };
}

/** CSeq of the message, read once. A message written by hand without a readable CSeq gives -1 and an empty method. */
export function cseqOf(message: SipMessage): CSeq {
  return memoOf(message)?.cseq ?? parseCSeq(headerValue(message, 'CSeq') ?? '') ?? UNREADABLE;
}
