/** Character classes of RFC 3261 §25.1 as bits, for scanners that walk a latin1 string by index. */
export const TOKEN = 1;
/** SP and HTAB: all that is left of LWS once a header is unfolded. */
export const LWS = 2;
export const DIGIT = 4;
/** Host names and IPv4 addresses, with `_`, which names in the field do contain. */
export const HOST = 8;
/** What a URI may hold: no control character, no space, none of `"<>`. Octets above 127 are tolerated. */
export const URI = 16;
/** An unquoted parameter value: token, host or IPv6 reference (RFC 3261 `gen-value`), and what base64 adds to it. */
export const VALUE = 32;
/** An unquoted display name. Wider than `*(token LWS)`: all that cannot be mistaken for another part of the header. */
export const NAME = 64;

const ALPHA = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';

const CLASS = new Uint8Array(256);
mark(`${ALPHA}${DIGITS}-.!%*_+\`'~`, TOKEN);
mark(' \t', LWS | NAME);
mark(DIGITS, DIGIT);
mark(`${ALPHA}${DIGITS}-._`, HOST);
for (let code = 0x21; code < 256; code++) {
  if (code === 0x7f) continue;
  const char = String.fromCharCode(code);
  if (!'"<>'.includes(char)) mark(char, URI);
  if (!'";,<>'.includes(char)) mark(char, VALUE);
  if (!'",;:<>\\'.includes(char)) mark(char, NAME);
}

function mark(chars: string, bit: number): void {
  for (const char of chars) CLASS[char.charCodeAt(0)] = (CLASS[char.charCodeAt(0)] ?? 0) | bit;
}

/** Whether the character code belongs to one of the classes. Codes above 255 belong to none. */
export function isOf(code: number, classes: number): boolean {
  return ((CLASS[code] ?? 0) & classes) !== 0;
}

/** The first index from `at` on whose character is in none of the classes, at most `end`. */
export function skip(text: string, at: number, end: number, classes: number): number {
  let index = at;
  while (index < end && isOf(text.charCodeAt(index), classes)) index++;
  return index;
}

/** `text[from..end)` without the white space around it. Not `trim`, which takes 0xA0, the end of many a UTF-8 sequence. */
export function trimmed(text: string, from: number, end: number): string {
  const start = skip(text, from, end, LWS);
  let stop = end;
  while (stop > start && isOf(text.charCodeAt(stop - 1), LWS)) stop--;
  return text.slice(start, stop);
}

/** `text[from..end)` in lower case, if it is ASCII. Faster than `toLowerCase` where there is nothing to change. */
export function lowerCased(text: string, from: number, end: number): string {
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x41 && code <= 0x5a) return text.slice(from, end).toLowerCase();
  }
  return text.slice(from, end);
}

/** Index after the closing quote of the quoted-string that opens at `at`; -1 if it is never closed. */
export function quotedEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) return index + 1;
    if (code === 0x5c) index++;
  }
  return -1;
}

/**
 * The words of a text, each the same string object as a literal of that spelling: V8 interns property keys, and tells two
 * interned strings apart by address. `split` alone gives words that are compared character by character.
 */
export function words(text: string): readonly string[] {
  return Object.keys(
    Object.fromEntries(
      text
        .trim()
        .split(/\s+/)
        .map((word) => [word, true]),
    ),
  );
}

/** The text of a quoted-string, quoted pairs resolved; anything else unchanged. */
export function unquoted(value: string): string {
  if (value.length < 2 || value.charCodeAt(0) !== 0x22) return value;
  const inner = value.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1') : inner;
}

/** As a quoted-string. Control characters are escaped but CR and LF, which no quoted-string can hold: they become spaces. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/[\r\n]+/g, ' ')
    .replace(/["\\]|\p{Cc}/gu, (char) => (char < '\x80' ? `\\${char}` : char));
  return `"${escaped}"`;
}

/**
 * A number of digits only, at most `max`; -1 if it is anything else or larger. Leading zeros are allowed
 * (RFC 4475 §3.1.1.1).
 */
export function decimal(text: string, from: number, end: number, max: number): number {
  if (from >= end) return -1;
  let value = 0;
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!isOf(code, DIGIT)) return -1;
    value = value * 10 + code - 0x30;
    if (value > max) return -1;
  }
  return value;
}
