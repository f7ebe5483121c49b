/** A priority queue (Williams' binary heap): the first in the order of `isBefore` comes out first. Adding and taking cost log n. */
export class BinaryHeap<Entry> {
  readonly #isBefore: (a: Entry, b: Entry) => boolean;
  readonly #entries: Entry[] = [];

  /** `isBefore` must tell any two entries apart, or their order is nobody's. */
  constructor(isBefore: (a: Entry, b: Entry) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Undefined: there is none. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = entries[up];
      if (parent === undefined || !this.#isBefore(entry, parent)) break;
      entries[at] = parent;
      at = up;
    }
    entries[at] = entry;
  }

  /** Takes the first one out. */
  take(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = this.#earlierOf(left, left + 1);
      const entry = entries[child];
      if (entry === undefined || !this.#isBefore(entry, last)) break;
      entries[at] = entry;
      at = child;
    }
    entries[at] = last;
    return first;
  }

  #earlierOf(left: number, right: number): number {
    const a = this.#entries[left];
    const b = this.#entries[right];
    return a !== undefined && b !== undefined && this.#isBefore(b, a) ? right : left;
  }
}
