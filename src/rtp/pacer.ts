import type { Clock, Timer } from '../machine/clock.js';

export const TICK_MS = 20;
const MOST_AT_ONCE = 5;

/**
 * The one 20 ms tick of all that plays, records or sends digits. Deadlines are multiples from the start, so that a late
 * tick does not delay the next; after a stall of more than 100 ms the missed ones are left out. Idle, it costs nothing.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #monotonicMs: () => number;
  readonly #tick: (dueMs: number) => boolean;
  #timer: Timer | null = null;
  #dueMs = 0;
  #running = false;

  /** `tick` gets its deadline on the monotonic scale and says whether there is more to do. */
  constructor(clock: Clock, monotonicMs: () => number, tick: (dueMs: number) => boolean) {
    this.#clock = clock;
    this.#monotonicMs = monotonicMs;
    this.#tick = tick;
  }

  /** There is something to do: if it was idle the first tick comes at once. Within a tick it is that tick's result that counts. */
  wake(): void {
    if (this.#timer !== null || this.#running) return;
    this.#dueMs = this.#monotonicMs();
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#dueMs - this.#monotonicMs(), () => this.#run());
  }

  #run(): void {
    this.#timer = null;
    this.#running = true;
    const nowMs = this.#monotonicMs();
    let more = true;
    for (let count = 0; more && this.#dueMs <= nowMs && count < MOST_AT_ONCE; count++) {
      more = this.#tick(this.#dueMs);
      this.#dueMs += TICK_MS;
    }
    this.#running = false;
    if (!more) return;
    if (this.#dueMs <= nowMs) this.#dueMs = nowMs + TICK_MS;
    this.#arm();
  }
}
