import { BinaryHeap } from '../../machine/binary-heap.js';

/** Future events of a simulation in order of time, those of one time in the order they were added. */
export class EventHeap<Event> {
  readonly #heap = new BinaryHeap<Entry<Event>>(isBefore);
  readonly #named = new Map<string, Entry<Event>>();
  #added = 0;

  get size(): number {
    return this.#heap.size;
  }

  /** Adds an event; under a name it replaces the one that has it, as a timer that is started again. */
  add(atMs: number, event: Event, name: string | null = null): void {
    const entry: Entry<Event> = { atMs, order: this.#added++, event, name, cancelled: false };
    if (name !== null) {
      this.cancel(name);
      this.#named.set(name, entry);
    }
    this.#heap.add(entry);
  }

  cancel(name: string): void {
    const entry = this.#named.get(name);
    if (entry === undefined) return;
    entry.cancelled = true;
    this.#named.delete(name);
  }

  /** Takes the next event out; null: there is none. */
  next(): { readonly atMs: number; readonly event: Event } | null {
    for (;;) {
      const first = this.#heap.take();
      if (first === undefined) return null;
      if (first.cancelled) continue;
      if (first.name !== null) this.#named.delete(first.name);
      return first;
    }
  }
}

type Entry<Event> = {
  readonly atMs: number;
  readonly order: number;
  readonly event: Event;
  readonly name: string | null;
  cancelled: boolean;
};

function isBefore<Event>(a: Entry<Event>, b: Entry<Event>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
