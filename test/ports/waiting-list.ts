/** Things that come over time, and tests that wait for them in real time. Each thing is taken once. */
export class WaitingList<Thing> {
  /** Everything that ever came, in order. */
  readonly all: Thing[] = [];
  readonly #describe: (thing: Thing) => string;
  #untaken: Thing[] = [];
  #waiters: { readonly wants: (thing: Thing) => boolean; readonly give: (thing: Thing) => void }[] = [];

  constructor(describe: (thing: Thing) => string) {
    this.#describe = describe;
  }

  push(thing: Thing): void {
    this.all.push(thing);
    const waiter = this.#waiters.find(({ wants }) => wants(thing));
    if (waiter === undefined) {
      this.#untaken.push(thing);
      return;
    }
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    waiter.give(thing);
  }

  /** The first untaken thing that fits, now or within that time. Rejects with what came instead. */
  next<Wanted extends Thing>(
    wants: (thing: Thing) => thing is Wanted,
    what: string,
    withinMs?: number,
  ): Promise<Wanted>;
  next(wants: (thing: Thing) => boolean, what: string, withinMs?: number): Promise<Thing>;
  next(wants: (thing: Thing) => boolean, what: string, withinMs = 4000): Promise<Thing> {
    const there = this.#untaken.find(wants);
    if (there !== undefined) {
      this.#untaken = this.#untaken.filter((other) => other !== there);
      return Promise.resolve(there);
    }
    const asked = new Error(`no ${what} within ${withinMs} ms`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        asked.message += `; came: ${this.all.map(this.#describe).join(' · ') || 'nothing'}`;
        reject(asked);
      }, withinMs);
      const waiter = {
        wants,
        give: (thing: Thing) => {
          clearTimeout(timer);
          resolve(thing);
        },
      };
      this.#waiters.push(waiter);
    });
  }

  count(wants: (thing: Thing) => boolean): number {
    return this.all.filter(wants).length;
  }
}

/** Real time, where the other end is another program. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
