/** Future events of a simulation in order of time, those of one time in the order they were added. */
export class EventHeap<Event> {
  readonly #heap: Entry<Event>[] = [];
  readonly #named = new Map<string, Entry<Event>>();
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Adds an event; under a name it replaces the one that has it, as a timer that is started again. */
  add(atMs: number, event: Event, name: string | null = null): void {
    const entry: Entry<Event> = { atMs, order: this.#added++, event, name, cancelled: false };
    if (name !== null) {
      this.cancel(name);
      this.#named.set(name, entry);
    }
    this.#push(entry);
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
      const first = this.#heap[0];
      if (first === undefined) return null;
      this.#pop();
      if (first.cancelled) continue;
      if (first.name !== null) this.#named.delete(first.name);
      return first;
    }
  }

  #push(entry: Entry<Event>): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = earlierOf(heap, left, left + 1);
      const entry = heap[child];
      if (entry === undefined || !isBefore(entry, last)) break;
      heap[at] = entry;
      at = child;
    }
    heap[at] = last;
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

function earlierOf<Event>(heap: readonly Entry<Event>[], left: number, right: number): number {
  const a = heap[left];
  const b = heap[right];
  return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
}
