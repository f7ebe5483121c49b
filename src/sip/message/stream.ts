import { Buffer } from 'node:buffer';
import { decimal, trimmed } from './grammar.js';
import { MAX_MESSAGE } from './parse.js';

/** Octets of start line and headers together. */
export const MAX_HEAD = 32_768;

export type StreamErrorCode = 'ERR_HEAD_TOO_LARGE' | 'ERR_MESSAGE_TOO_LARGE' | 'ERR_CONTENT_LENGTH';

export type Framed = {
  /**
   * Whole messages in order, for `parseMessage(bytes, 'stream')`. They may share memory with the chunk. After
   * ERR_CONTENT_LENGTH the last of them is the head that could not be framed: parsing it gives the 400 that is due
   * before the connection closes (RFC 3261 §18.3).
   */
  readonly messages: readonly Buffer[];
  /** Double CRLFs between messages; each is to be answered by one CRLF (RFC 5626 §3.5.1). */
  readonly pings: number;
  /** Framing is lost for good: close the connection. Later chunks are ignored. */
  readonly error: StreamErrorCode | null;
};

const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);
const LENGTH_FIELD = /\n(?:content-length|l)[ \t]*:((?:[^\n]|\n[ \t])*)/gi;

/** Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3), in time linear in its octets however it is chopped. */
export class MessageStream {
  #held = NOTHING; // its first #size octets are an unfinished message
  #size = 0;
  #searched = 0; // octets of the unfinished message in which no end of head was found
  #needed = 0; // octets of the whole message; 0 until its head is complete
  #newlines = 0; // line ends since the last message
  #error: StreamErrorCode | null = null;

  /** Octets of a message that has begun and not ended. A peer that leaves it so is to be timed out. */
  get pending(): number {
    return this.#size;
  }

  push(chunk: Buffer): Framed {
    const messages: Buffer[] = [];
    let pings = 0;
    const bytes = this.#size === 0 ? chunk : this.#append(chunk);
    let at = 0;
    while (this.#error === null) {
      if (this.#searched === 0) {
        for (; bytes[at] === CR || bytes[at] === LF; at++) {
          if (bytes[at] === LF && ++this.#newlines % 2 === 0) pings++;
        }
      }
      if (at === bytes.length) break;
      this.#newlines = 0;
      if (this.#needed === 0) this.#readHead(bytes, at, messages);
      if (this.#error !== null || this.#needed === 0 || bytes.length - at < this.#needed) break;
      messages.push(bytes.subarray(at, at + this.#needed));
      at += this.#needed;
      this.#searched = 0;
      this.#needed = 0;
    }
    this.#hold(bytes, at);
    return { messages, pings, error: this.#error };
  }

  #append(chunk: Buffer): Buffer {
    const size = this.#size + chunk.length;
    if (size > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#held.length));
      this.#held.copy(larger, 0, 0, this.#size);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#size);
    return this.#held.subarray(0, size);
  }

  /** Keeps what is left from `at` on. Memory that messages were handed out of is not written to again. */
  #hold(bytes: Buffer, at: number): void {
    const left = this.#error === null ? bytes.length - at : 0;
    if (left === 0) this.#held = NOTHING;
    else if (at > 0 || this.#size === 0) {
      this.#held = Buffer.allocUnsafe(Math.max(left, this.#needed, 2048));
      bytes.copy(this.#held, 0, at);
    }
    this.#size = left;
  }

  /** Looks for the end of the head of the message that begins at `at`; finds out how long the message is, or that it cannot be told. */
  #readHead(bytes: Buffer, at: number, messages: Buffer[]): void {
    const end = headEnd(bytes, at + this.#searched);
    if (end < 0) this.#searched = Math.max(bytes.length - at - 3, 1);
    if ((end < 0 ? bytes.length : end) - at > MAX_HEAD) {
      this.#error = 'ERR_HEAD_TOO_LARGE';
      return;
    }
    if (end < 0) return;
    const length = contentLength(bytes.toString('latin1', at, end));
    if (length < 0) {
      messages.push(bytes.subarray(at, end));
      this.#error = 'ERR_CONTENT_LENGTH';
    } else if (end - at + length > MAX_MESSAGE) this.#error = 'ERR_MESSAGE_TOO_LARGE';
    else this.#needed = end - at + length;
  }
}

/** Index after the first empty line; -1 if there is none yet. */
function headEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/** -1 if it is absent, repeated or not a number. */
function contentLength(head: string): number {
  let length = -1;
  for (const match of head.matchAll(LENGTH_FIELD)) {
    if (length >= 0) return -1;
    const value = (match[1] ?? '').replace(/\r?\n/g, ' ').replace(/\r$/, '');
    const digits = trimmed(value, 0, value.length);
    length = decimal(digits, 0, digits.length, Number.MAX_SAFE_INTEGER);
    if (length < 0) return -1;
  }
  return length;
}
