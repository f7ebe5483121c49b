import { Buffer } from 'node:buffer';

const COOKIE = 'z9hG4bK';
const ALPHABET = '0123456789abcdefghijklmnopqrstuv';
const RANDOM_CHARS = 10;
const COUNT_CHARS = 6;

/**
 * Makes tags, branches and Call-IDs (RFC 3261 §19.3: globally unique, at least 32 bits of randomness). A count of 30 bits
 * keeps them apart, 50 bits of chance keep them from being guessed by whoever has seen others. They are written in place
 * and read out once: as ropes of pieces they would be what a lingering transaction mostly consists of.
 */
export class TokenSource {
  readonly #random: () => number;
  readonly #written = Buffer.from(COOKIE.padEnd(COOKIE.length + RANDOM_CHARS + COUNT_CHARS, '0'), 'latin1');
  #count = 0;

  /** `random` in [0, 1); in production fed by node:crypto. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A tag or Call-ID: digits and lower-case letters. */
  next(): string {
    this.#write();
    return this.#written.toString('latin1', COOKIE.length);
  }

  /** With the magic cookie (RFC 3261 §8.1.1.7). */
  branch(): string {
    this.#write();
    return this.#written.toString('latin1');
  }

  #write(): void {
    this.#count = (this.#count + 1) & 0x3fffffff;
    const half = RANDOM_CHARS / 2;
    this.#digits(COOKIE.length, half, Math.floor(this.#random() * 0x2000000));
    this.#digits(COOKIE.length + half, half, Math.floor(this.#random() * 0x2000000));
    this.#digits(COOKIE.length + RANDOM_CHARS, COUNT_CHARS, this.#count);
  }

  #digits(at: number, length: number, value: number): void {
    let rest = value;
    for (let index = 0; index < length; index++) {
      this.#written[at + index] = ALPHABET.charCodeAt(rest & 31);
      rest >>>= 5;
    }
  }
}

/**
 * The same latin1 text in memory of its own. A piece of a message keeps the whole message alive, and a text put together
 * of pieces keeps all of theirs; what outlives a message by half a minute is copied.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/**
 * The To tag of a stateless response: the same for every retransmission of a request, and not to be foretold
 * (RFC 3261 §8.2.7). `secret` is an integer chosen once per process.
 */
export function statelessTag(text: string, secret: number): string {
  // cyrb53: two multiplicative hashes side by side, 53 bits.
  let high = 0xdeadbeef ^ secret;
  let low = 0x41c6ce57 ^ secret;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return `s${(4294967296 * (2097151 & low) + (high >>> 0)).toString(36)}`;
}
