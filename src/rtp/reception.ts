import { sequenceDistance } from './packet.js';

const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const SEQUENCES = 65536;

/** Counts what arrives from one source (RFC 3550 §6.4.1, A.1, A.3, A.8). A new SSRC starts the protocol's counts anew; the totals go on. */
export class Reception {
  ssrc = 0;
  /** Of all sources of the leg. */
  received = 0;
  #clockRate = 8000;
  #started = false;
  #base = 0;
  #highest = 0;
  #cycles = 0;
  #bad = -1; // RFC 3550 A.1: the sequence number that would confirm a restart
  #receivedHere = 0;
  #lostBefore = 0;
  #expectedAtReport = 0;
  #receivedAtReport = 0;
  #measured = false; // there is a transit to compare with
  #transit = 0;
  #jitter = 0; // sixteenths of a timestamp unit

  /** Takes one packet; false if its sequence number is far from the stream (A.1: dropped unless the next confirms it). */
  take(ssrc: number, sequence: number): boolean {
    if (!this.#started || ssrc !== this.ssrc) {
      this.#lostBefore = this.lost;
      this.#restart(ssrc, sequence);
    } else {
      const ahead = sequenceDistance(sequence, this.#highest);
      if (ahead > 0 && ahead < MAX_DROPOUT) {
        if (sequence < this.#highest) this.#cycles += SEQUENCES;
        this.#highest = sequence;
      } else if (ahead > 0 || ahead < -MAX_MISORDER) {
        if (sequence !== this.#bad) {
          this.#bad = (sequence + 1) % SEQUENCES;
          return false;
        }
        this.#lostBefore = this.lost;
        this.#restart(ssrc, sequence);
      }
    }
    this.#receivedHere++;
    this.received++;
    return true;
  }

  /** Takes the transit of a packet whose timestamp is its sampling time (an event's is not): A.8. */
  measure(timestamp: number, clockRate: number, nowMs: number): void {
    if (clockRate !== this.#clockRate) {
      this.#jitter = Math.round((this.#jitter * clockRate) / this.#clockRate);
      this.#clockRate = clockRate;
      this.#measured = false;
    }
    const transit = (Math.floor((nowMs * clockRate) / 1000) - timestamp) | 0;
    if (this.#measured) {
      const difference = Math.abs((transit - this.#transit) | 0);
      this.#jitter += difference - ((this.#jitter + 8) >> 4);
    }
    this.#measured = true;
    this.#transit = transit;
  }

  /** Packets lost so far, over all sources; duplicates can make up for losses, but never more (A.3). */
  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#receivedHere);
  }

  /** Interarrival jitter in timestamp units (A.8). */
  get jitter(): number {
    return this.#jitter >> 4;
  }

  get jitterMs(): number {
    return (this.#jitter / 16 / this.#clockRate) * 1000;
  }

  get active(): boolean {
    return this.#started;
  }

  /** The sequence number fields of a report block: cycles and highest number. */
  get extendedHighest(): number {
    return (this.#cycles + this.#highest) >>> 0;
  }

  /** Cumulative loss of this source as a report has it: signed 24 bits. */
  get reportedLost(): number {
    return Math.max(-0x800000, Math.min(0x7fffff, this.#expected - this.#receivedHere));
  }

  /** Fraction lost since the last call in 256ths (A.3); asked once per report. */
  takeFractionLost(): number {
    const expected = this.#expected - this.#expectedAtReport;
    const received = this.#receivedHere - this.#receivedAtReport;
    this.#expectedAtReport = this.#expected;
    this.#receivedAtReport = this.#receivedHere;
    const lost = expected - received;
    return expected === 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
  }

  get #expected(): number {
    return this.#started ? this.#cycles + this.#highest - this.#base + 1 : 0;
  }

  #restart(ssrc: number, sequence: number): void {
    this.#started = true;
    this.ssrc = ssrc;
    this.#base = sequence;
    this.#highest = sequence;
    this.#cycles = 0;
    this.#bad = -1;
    this.#measured = false;
    this.#receivedHere = 0;
    this.#expectedAtReport = 0;
    this.#receivedAtReport = 0;
  }
}
