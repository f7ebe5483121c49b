import { BinaryHeap } from './binary-heap.js';
import type { Clock, Timer } from './clock.js';

/** Runs timers in due order, ties in the order they were set, and moves `now` to each due time before it runs it. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #heap = new BinaryHeap(earlier); // cancelled entries are skipped when they surface
  #pending = 0;

  constructor(nowMs = 0) {
    this.#now = nowMs;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers run. */
  get pending(): number {
    return this.#pending;
  }

  after(delayMs: number, run: () => void): Timer {
    const entry: Entry = { due: this.#now + Math.max(delayMs, 0), order: this.#order++, run };
    this.#heap.add(entry);
    this.#pending++;
    return {
      cancel: () => {
        if (entry.run === null) return;
        entry.run = null;
        this.#pending--;
      },
    };
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    while (this.runNext(until));
    this.#now = until;
  }

  /** Runs the next timer that is due by `until` and moves `now` there; false if there is none. */
  runNext(until = Number.POSITIVE_INFINITY): boolean {
    for (;;) {
      const top = this.#heap.first;
      if (top === undefined || top.due > until) return false;
      this.#heap.take();
      if (top.run === null) continue;
      const run = top.run;
      top.run = null;
      this.#pending--;
      this.#now = top.due;
      run();
      return true;
    }
  }
}

type Entry = { readonly due: number; readonly order: number; run: (() => void) | null };

function earlier(a: Entry, b: Entry): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
