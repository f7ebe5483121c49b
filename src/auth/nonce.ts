import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const TIME_BYTES = 6;
const SERIAL_BYTES = 6;
const STAMP_BYTES = TIME_BYTES + SERIAL_BYTES;
const MAC_BYTES = 12;
const KEY_BYTES = 32;
const NONCE_CHARACTERS = ((STAMP_BYTES + MAC_BYTES) * 4) / 3; // no spare bits: one text for one nonce

export type NonceOptions = {
  /** How long a nonce is good for after it was made. [ms] */
  readonly lifeMs: number;
  /** How many nonces in use are remembered; with more, the oldest are challenged anew. */
  readonly maxRemembered: number;
};

/**
 * Nonces that need no memory until somebody has used one with the right password: the time and a serial number, signed
 * with a key of this process (RFC 7616 §3.3). Those that were used are remembered by serial number with their highest
 * nonce count, so that no request can be replayed; in two generations, of which the older is dropped as a whole.
 */
export class Nonces {
  readonly #lifeMs: number;
  readonly #generationSize: number;
  /** The key, and behind it the stamp that is being signed. */
  readonly #signed = randomBytes(KEY_BYTES + STAMP_BYTES);
  #serial = 0; // of the nonce made last
  #used = new Map<number, number>();
  #usedEarlier = new Map<number, number>();
  #usedSince = { ms: 0, serial: 0 };
  /** Up to this serial number, what is not remembered may have been forgotten: not accepted. */
  #forgottenUntil = 0;

  constructor({ lifeMs, maxRemembered }: NonceOptions) {
    this.#lifeMs = lifeMs;
    this.#generationSize = Math.max(1, maxRemembered >> 1);
  }

  /** A new nonce of 32 characters of the base64url alphabet. */
  make(now: number): string {
    const bytes = Buffer.allocUnsafe(STAMP_BYTES + MAC_BYTES);
    this.#serial++;
    bytes.writeUIntBE(now, 0, TIME_BYTES);
    bytes.writeUIntBE(this.#serial, TIME_BYTES, SERIAL_BYTES);
    this.#mac(bytes).copy(bytes, STAMP_BYTES, 0, MAC_BYTES);
    return bytes.toString('base64url');
  }

  /**
   * Accepts a nonce for one request, whose sender has proved to know the password. False if it is not ours, has expired,
   * or `count` is not higher than before. A count of null (RFC 2069) is good once.
   */
  use(nonce: string, count: number | null, now: number): boolean {
    if (nonce.length !== NONCE_CHARACTERS) return false;
    const bytes = Buffer.from(nonce, 'base64url');
    if (bytes.length !== STAMP_BYTES + MAC_BYTES) return false;
    if (!timingSafeEqual(bytes.subarray(STAMP_BYTES), this.#mac(bytes).subarray(0, MAC_BYTES))) return false;
    const madeAt = bytes.readUIntBE(0, TIME_BYTES);
    if (Math.abs(now - madeAt) >= this.#lifeMs) return false; // also of the future, if the clock was set back
    const serial = bytes.readUIntBE(TIME_BYTES, SERIAL_BYTES);
    const last = this.#used.get(serial) ?? this.#usedEarlier.get(serial);
    if (last === undefined ? serial <= this.#forgottenUntil : count === null || count <= last) return false;
    this.#remember(serial, count ?? Number.POSITIVE_INFINITY, now);
    return true;
  }

  /** How many nonces are remembered. */
  get remembered(): number {
    return this.#used.size + this.#usedEarlier.size;
  }

  #remember(serial: number, count: number, now: number): void {
    const isFull = this.#used.size >= this.#generationSize && !this.#used.has(serial);
    if (isFull || now - this.#usedSince.ms >= this.#lifeMs) {
      this.#forgottenUntil = this.#usedSince.serial; // the older generation was made before the younger one began
      this.#usedEarlier = this.#used;
      this.#used = new Map();
      this.#usedSince = { ms: now, serial: this.#serial };
    }
    this.#used.set(serial, count);
  }

  /**
   * A hash of the key and the stamp. With a stamp of fixed length and half of the hash withheld nothing can be appended
   * to it, which is what HMAC would be for.
   */
  #mac(bytes: Buffer): Buffer {
    bytes.copy(this.#signed, KEY_BYTES, 0, STAMP_BYTES);
    return hash('sha256', this.#signed, 'buffer');
  }
}
