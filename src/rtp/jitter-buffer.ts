import { sequenceDistance } from './packet.js';

const SLOTS = 16; // a power of two, so that sequence numbers wrap onto them
const MAX_PAYLOAD = 1440;

/** One packet kept until its turn. */
export type HeldPacket = {
  held: boolean;
  sequence: number;
  timestamp: number;
  payloadType: number;
  arrivedMs: number;
  length: number;
  readonly payload: Uint8Array;
};

/**
 * Puts packets back in order for whoever needs the samples and not the speed (RFC 3550 leaves the method open). A packet
 * waits for a missing one until 8 more have come or it is 160 ms old; what comes later than that is dropped. All memory is
 * taken at the start.
 */
export class JitterBuffer {
  readonly #slots: HeldPacket[] = Array.from({ length: SLOTS }, () => ({
    held: false,
    sequence: 0,
    timestamp: 0,
    payloadType: 0,
    arrivedMs: 0,
    length: 0,
    payload: new Uint8Array(MAX_PAYLOAD),
  }));
  #next = -1; // sequence number whose turn it is; -1: whatever comes
  #count = 0;

  /** How many packets wait. */
  get waiting(): number {
    return this.#count;
  }

  /** So far from the order that it must be a new one: `reset` before `put`. */
  isStray(sequence: number): boolean {
    return this.#next !== -1 && Math.abs(sequenceDistance(sequence, this.#next)) >= SLOTS;
  }

  /** Copies a packet in; false if it is late, a duplicate, too long or a stray. */
  put(
    sequence: number,
    timestamp: number,
    payloadType: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    nowMs: number,
  ): boolean {
    if (this.#next === -1) this.#next = sequence;
    const ahead = sequenceDistance(sequence, this.#next);
    const slot = this.#slots[sequence % SLOTS];
    if (slot === undefined || ahead < 0 || ahead >= SLOTS || slot.held || end - start > MAX_PAYLOAD) return false;
    for (let i = start; i < end; i++) slot.payload[i - start] = bytes[i] ?? 0;
    slot.held = true;
    slot.sequence = sequence;
    slot.timestamp = timestamp;
    slot.payloadType = payloadType;
    slot.arrivedMs = nowMs;
    slot.length = end - start;
    this.#count++;
    return true;
  }

  /** The packet whose turn it is, valid until the next `put`; null while it is worth waiting. `all`: wait for nothing. */
  take(nowMs: number, all = false): HeldPacket | null {
    if (this.#count === 0) return null;
    for (let ahead = 0; ahead < SLOTS; ahead++) {
      const slot = this.#slots[(this.#next + ahead) % SLOTS];
      if (slot === undefined || !slot.held) continue;
      const patient = ahead > 0 && this.#count < SLOTS / 2 && nowMs - slot.arrivedMs < 160;
      if (patient && !all) return null;
      slot.held = false;
      this.#count--;
      this.#next = (slot.sequence + 1) & 0xffff;
      return slot;
    }
    return null;
  }

  /** Forgets the order; what waits is dropped. */
  reset(): void {
    for (const slot of this.#slots) slot.held = false;
    this.#count = 0;
    this.#next = -1;
  }
}
