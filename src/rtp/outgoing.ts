import { sequenceDistance, timestampDistance } from './packet.js';

const PLAYER = {};

const GUARDED_PACKETS = 64;
const FRAME_MS = 20;
const LONGEST_EVENT = 0xffff; // its duration field, RFC 4733 §2.3.5

/**
 * Our one RTP stream towards a leg (RFC 3550 §5.1): whatever feeds it, a relayed leg, a player or digits, the far end sees
 * one SSRC, sequence numbers without holes of our making and timestamps that follow the time; a new talkspurt is marked
 * (RFC 3551 §4.1). `next…` sets `sequence`, `timestamp` and `marker` of the packet to be sent.
 */
export class OutgoingStream {
  readonly ssrc: number;
  sequence: number;
  timestamp: number;
  marker = false;
  packets = 0;
  octets = 0;
  #source: object | null = null; // what feeds the stream: a player, or whatever stands for a relayed one
  #lastSequence: number;
  #lastTimestamp: number;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #firstSequence = 0;
  #sinceSwitch = 0;

  constructor(random: () => number) {
    this.ssrc = Math.floor(random() * 2 ** 32);
    this.sequence = Math.floor(random() * 2 ** 15);
    this.timestamp = Math.floor(random() * 2 ** 32);
    this.#lastSequence = this.sequence;
    this.#lastTimestamp = this.timestamp;
  }

  /** A packet of a relayed stream: its numbers are shifted, so that loss and order reach the far end as they are. False: older than the switch to it. */
  nextRelayed(
    source: object,
    marker: boolean,
    sequence: number,
    timestamp: number,
    clockRate: number,
    nowMs: number,
  ): boolean {
    if (source !== this.#source) {
      this.#sequenceOffset = this.#lastSequence + 1 - sequence;
      this.#timestampOffset = this.#resumedTimestamp(clockRate, nowMs) - timestamp;
      this.#firstSequence = sequence;
      this.#sinceSwitch = 0;
      this.#source = source;
      this.marker = true;
    } else {
      if (this.#sinceSwitch < GUARDED_PACKETS && sequenceDistance(sequence, this.#firstSequence) < 0) return false;
      this.marker = marker;
    }
    this.#sinceSwitch++;
    this.sequence = (sequence + this.#sequenceOffset) & 0xffff;
    this.timestamp = (timestamp + this.#timestampOffset) >>> 0;
    this.#sent(nowMs);
    return true;
  }

  /** A packet of the relayed stream was left out on purpose: the numbers close up behind it. */
  skipRelayed(source: object): void {
    if (source === this.#source) this.#sequenceOffset--;
  }

  /** The next 20 ms of a player. */
  nextPlayed(clockRate: number, nowMs: number): void {
    const resumed = this.#source !== PLAYER;
    this.timestamp = resumed
      ? this.#resumedTimestamp(clockRate, nowMs)
      : (this.#lastTimestamp + (clockRate * FRAME_MS) / 1000) >>> 0;
    this.sequence = (this.#lastSequence + 1) & 0xffff;
    this.marker = resumed;
    this.#source = PLAYER;
    this.#sent(nowMs);
  }

  /** A packet of an event whose timestamp was got from `startEvent` (RFC 4733 §2.2.1): sequence goes on, timestamp stands. */
  nextOfEvent(timestamp: number, marker: boolean, nowMs: number): void {
    this.sequence = (this.#lastSequence + 1) & 0xffff;
    this.timestamp = timestamp;
    this.marker = marker;
    this.#source = null;
    this.#sent(nowMs);
  }

  startEvent(clockRate: number, nowMs: number): number {
    return this.#resumedTimestamp(clockRate, nowMs);
  }

  /** The player stops: the next packet, whoever's, starts a talkspurt. */
  endPlayed(): void {
    if (this.#source === PLAYER) this.#source = null;
  }

  /** Whatever feeds the stream stops. */
  pause(): void {
    this.#source = null;
  }

  /** The timestamp of now, as a sender report needs it (RFC 3550 §6.4.1). */
  timestampAt(clockRate: number, nowMs: number): number {
    if (this.packets === 0) return this.#lastTimestamp;
    return (this.#lastTimestamp + Math.round(((nowMs - this.#lastSentMs) * clockRate) / 1000)) >>> 0;
  }

  /** Time passed since the last packet, but at least the frame that this carried. */
  #resumedTimestamp(clockRate: number, nowMs: number): number {
    if (this.packets === 0) return this.#lastTimestamp;
    const elapsedMs = Math.max(nowMs - this.#lastSentMs, FRAME_MS);
    return (this.#lastTimestamp + Math.round((elapsedMs * clockRate) / 1000)) >>> 0;
  }

  /** Timestamp and time stay a pair: packets of one event share the timestamp of its beginning. */
  #sent(nowMs: number): void {
    if (this.packets === 0 || sequenceDistance(this.sequence, this.#lastSequence) > 0) {
      this.#lastSequence = this.sequence;
      const ahead = timestampDistance(this.timestamp, this.#lastTimestamp);
      if (this.packets === 0 || ahead > 0 || ahead < -LONGEST_EVENT) {
        this.#lastTimestamp = this.timestamp;
        this.#lastSentMs = nowMs;
      }
    }
    this.packets++;
  }
}
