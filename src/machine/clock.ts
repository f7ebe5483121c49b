import type { EpochMs } from './machine.js';

/** A running timer. Cancelling one that has fired or was cancelled is nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time. The exchange uses one `TimerWheel`; what runs in virtual time a `VirtualClock`. */
export interface Clock {
  now(): EpochMs;
  /** Runs `run` once, `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
}

const SLOT_MS = 5;
const SLOTS = 8192; // 41 s in one turn: every SIP timer but the longest session fits in one

/**
 * Hashed timer wheel (Varghese and Lauck, scheme 6): starting and cancelling cost a list insertion however many timers
 * run, and one `setTimeout`, armed for the next occupied slot, serves them all. Timers fire up to 5 ms late, never early.
 * Due times follow the monotonic clock, so that a corrected wall clock neither stops nor hurries a call.
 */
export class TimerWheel implements Clock {
  readonly #slots: WheelTimer[] = Array.from({ length: SLOTS }, () => new WheelTimer(0, nothing));
  readonly #originMs = performance.now();
  #turned = 0; // slots up to and with this one have been run
  #pending = 0;
  #armedFor = Number.POSITIVE_INFINITY;
  #timeout: NodeJS.Timeout | null = null;

  now(): EpochMs {
    return Date.now();
  }

  /** How many timers run. */
  get pending(): number {
    return this.#pending;
  }

  after(delayMs: number, run: () => void): Timer {
    const nowMs = performance.now() - this.#originMs;
    if (this.#pending === 0) this.#turned = Math.floor(nowMs / SLOT_MS); // nothing was due meanwhile
    const dueMs = nowMs + Math.max(delayMs, 0);
    const slot = Math.max(Math.ceil(dueMs / SLOT_MS), this.#turned + 1);
    const timer = new WheelTimer(slot, run, this);
    timer.insertBefore(this.#head(slot));
    this.#pending++;
    if (slot < this.#armedFor) this.#arm(slot);
    return timer;
  }

  /** Called by a timer that was unlinked before it fired. */
  forget(): void {
    this.#pending--;
    if (this.#pending > 0 || this.#timeout === null) return;
    clearTimeout(this.#timeout); // it would keep an idle process alive
    this.#timeout = null;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #head(slot: number): WheelTimer {
    return this.#slots[slot % SLOTS] as WheelTimer;
  }

  #arm(slot: number): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#armedFor = slot;
    const inMs = slot * SLOT_MS - (performance.now() - this.#originMs);
    this.#timeout = setTimeout(() => this.#turn(), Math.max(1, Math.ceil(inMs)));
  }

  #turn(): void {
    this.#timeout = null;
    this.#armedFor = Number.POSITIVE_INFINITY;
    const until = Math.floor((performance.now() - this.#originMs) / SLOT_MS);
    try {
      while (this.#turned < until && this.#pending > 0) {
        this.#turned++;
        this.#run(this.#turned);
      }
    } catch (error) {
      this.#turned--; // the rest of this slot is still due
      throw error;
    } finally {
      if (this.#pending > 0) this.#armNext();
    }
  }

  #run(slot: number): void {
    const head = this.#head(slot);
    for (let timer = head.next; timer !== head; ) {
      const next: WheelTimer = timer.next;
      if (timer.slot <= slot) {
        timer.unlink();
        this.#pending--;
        timer.run();
        // `run` may have cancelled the very timer that came next: start over from the head, which is always linked.
        timer = next.linked ? next : head.next;
      } else {
        timer = next;
      }
    }
  }

  #armNext(): void {
    for (let slot = this.#turned + 1; slot < this.#turned + SLOTS; slot++) {
      const head = this.#head(slot);
      if (head.next === head) continue;
      if (this.#armedFor > slot) this.#arm(slot);
      return;
    }
    this.#arm(this.#turned + SLOTS); // only timers of a later turn in the very slot where we stand
  }
}

function nothing(): void {}

class WheelTimer implements Timer {
  next: WheelTimer = this;
  previous: WheelTimer = this;
  readonly slot: number;
  readonly run: () => void;
  readonly #wheel: TimerWheel | null;

  constructor(slot: number, run: () => void, wheel: TimerWheel | null = null) {
    this.slot = slot;
    this.run = run;
    this.#wheel = wheel;
  }

  get linked(): boolean {
    return this.next !== this;
  }

  insertBefore(other: WheelTimer): void {
    this.next = other;
    this.previous = other.previous;
    other.previous.next = this;
    other.previous = this;
  }

  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }

  cancel(): void {
    if (!this.linked) return;
    this.unlink();
    this.#wheel?.forget();
  }
}
