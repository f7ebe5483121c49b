/**
 * Makes tags, branches and Call-IDs (RFC 3261 §19.3: globally unique, at least 32 bits of randomness). A count keeps
 * them apart, 52 bits of chance keep them from being guessed by whoever has seen others.
 */
export class TokenSource {
  readonly #random: () => number;
  #count = 0;

  /** `random` in [0, 1); in production fed by node:crypto. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A tag or Call-ID: letters and digits. */
  next(): string {
    this.#count = (this.#count + 1) % 0x40000000;
    const high = Math.floor(this.#random() * 0x4000000);
    const low = Math.floor(this.#random() * 0x4000000);
    return `${high.toString(36)}${low.toString(36)}-${this.#count.toString(36)}`;
  }

  /** With the magic cookie (RFC 3261 §8.1.1.7). */
  branch(): string {
    return `z9hG4bK${this.next()}`;
  }
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
