import type { Digit } from '../ports/media.js';
import { readUint16, timestampDistance, writeUint16 } from './packet.js';

/** RFC 4733 §3.2: codes 0 to 15 in their order. */
const DIGITS: readonly Digit[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];
const KEYS = DIGITS.join('');
const END = 0x80;
const SEGMENT = 0xffff;
export const EVENT_LENGTH = 4;

/** The event code of a key, -1 for what is none. Lower-case letters count. */
export function eventCode(digit: string): number {
  return digit === '' ? -1 : KEYS.indexOf(digit.toUpperCase());
}

export function writeEvent(into: Uint8Array, at: number, code: number, end: boolean, duration: number): void {
  into[at] = code;
  into[at + 1] = (end ? END : 0) | 10; // volume -10 dBm0
  writeUint16(into, at + 2, duration);
}

/**
 * Hears digits in the events of one leg (RFC 4733 §2.5): one report per event however often its packets come, at its
 * end. The end is the first packet with the end bit, or, if all of those were lost, the next event or `timedOut`.
 */
export class EventReceiver {
  readonly #report: (digit: Digit, durationMs: number) => void;
  #ssrc = 0;
  #timestamp = 0;
  #code = -1;
  #duration = 0; // timestamp units, over all segments
  #earlier = 0; // of segments that are done
  #clockRate = 8000;
  #state: 'idle' | 'sounding' | 'reported' = 'idle';

  constructor(report: (digit: Digit, durationMs: number) => void) {
    this.#report = report;
  }

  /** An event has begun and not ended: someone should see to `timedOut`. */
  get sounding(): boolean {
    return this.#state === 'sounding';
  }

  /** One packet of events; payloads too short or with codes beyond 15 are nothing to us. */
  take(bytes: Uint8Array, start: number, end: number, ssrc: number, timestamp: number, clockRate: number): void {
    const code = bytes[start] ?? 0;
    if (end - start < EVENT_LENGTH || code >= DIGITS.length) return;
    const ended = ((bytes[start + 1] ?? 0) & END) !== 0;
    const duration = readUint16(bytes, start + 2);
    this.#clockRate = clockRate;
    if (this.#state === 'idle' || ssrc !== this.#ssrc) {
      this.timedOut();
      this.#begin(ssrc, timestamp, code);
    } else if (timestamp !== this.#timestamp) {
      if (timestampDistance(timestamp, this.#timestamp) < 0) return; // late packet of an event that is over
      if (this.#continues(timestamp, code)) {
        this.#earlier += SEGMENT;
        this.#timestamp = timestamp;
      } else {
        this.timedOut();
        this.#begin(ssrc, timestamp, code);
      }
    }
    if (this.#state !== 'sounding') return;
    this.#duration = Math.max(this.#duration, this.#earlier + duration);
    if (ended) this.timedOut();
  }

  /** No packet of the event came for a while, or its end did: it is over. */
  timedOut(): void {
    if (this.#state !== 'sounding') return;
    this.#state = 'reported';
    const digit = DIGITS[this.#code];
    if (digit !== undefined) this.#report(digit, Math.round((this.#duration * 1000) / this.#clockRate));
  }

  #begin(ssrc: number, timestamp: number, code: number): void {
    this.#ssrc = ssrc;
    this.#timestamp = timestamp;
    this.#code = code;
    this.#duration = 0;
    this.#earlier = 0;
    this.#state = 'sounding';
  }

  /** RFC 4733 §2.5.1.3: an event longer than its duration field goes on in a segment with a timestamp of its own. */
  #continues(timestamp: number, code: number): boolean {
    return (
      this.#state === 'sounding' && code === this.#code && timestampDistance(timestamp, this.#timestamp) === SEGMENT
    );
  }
}

const UPDATES = 4;
const ENDS = 3;
const PAUSE = 5;
const TICK_MS = 20;

/** One packet of an event to be sent. */
export type EventPacket = {
  code: number;
  first: boolean;
  end: boolean;
  /** Timestamp units. */
  duration: number;
};

/**
 * Speaks digits as events, one step every 20 ms: updates, three packets with the end bit and the same duration (RFC 4733
 * §2.5.1.4), a pause. 100 ms per digit, 100 ms between digits.
 */
export class EventSender {
  /** What `step` wants sent. */
  readonly packet: EventPacket = { code: 0, first: false, end: false, duration: 0 };
  #codes: number[] = [];
  #step = 0;

  get done(): boolean {
    return this.#codes.length === 0;
  }

  /** Appends digits; anything else is left out. */
  add(digits: string): void {
    for (const digit of digits) {
      const code = eventCode(digit);
      if (code >= 0) this.#codes.push(code);
    }
  }

  /** One tick on; true if `packet` is to be sent in it. */
  step(clockRate: number): boolean {
    const code = this.#codes[0];
    if (code === undefined) return false;
    const { packet } = this;
    const step = this.#step++;
    if (step >= UPDATES + ENDS) {
      if (this.#step === UPDATES + ENDS + PAUSE) {
        this.#step = 0;
        this.#codes.shift();
      }
      return false;
    }
    packet.code = code;
    packet.first = step === 0;
    packet.end = step >= UPDATES;
    packet.duration = (Math.min(step + 1, UPDATES + 1) * TICK_MS * clockRate) / 1000;
    return true;
  }
}
