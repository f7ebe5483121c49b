const LEAST_AHEAD = 64;
const NONE: readonly number[] = [];

/**
 * The RTP ports that the media server has bound, as the main thread knows them: lent without asking, taken back at once,
 * lent again a second later, when the last packets of the old call are through. Nothing is closed: a bound pair costs less
 * than binding it again.
 */
export class PortPool {
  readonly #first: number;
  readonly #last: number;
  readonly #drainMs: number;
  readonly #free: number[] = [];
  readonly #draining: { readonly port: number; readonly freeMs: number }[] = []; // by time
  #drained = 0; // how many at the front of `#draining` are gone
  #next: number; // the next port that was never asked for
  #asked = 0;
  #lent = 0;

  /** Even ports from `portMin` to `portMax` whose RTCP port, one above, is in the range as well. */
  constructor(portMin: number, portMax: number, drainMs: number) {
    this.#first = portMin + (portMin % 2);
    this.#last = portMax - 1;
    this.#next = this.#first;
    this.#drainMs = drainMs;
  }

  /** A port, or null if none is free now. */
  take(nowMs: number): number | null {
    const oldest = this.#draining[this.#drained];
    let port = this.#free.pop();
    if (port === undefined && oldest !== undefined && oldest.freeMs <= nowMs) {
      port = oldest.port;
      this.#drained++;
      if (this.#drained > 1024 && this.#drained * 2 > this.#draining.length) {
        this.#draining.splice(0, this.#drained);
        this.#drained = 0;
      }
    }
    if (port === undefined) return null;
    this.#lent++;
    return port;
  }

  /** Back from a call: packets may still be on their way to it. */
  giveBack(port: number, nowMs: number): void {
    this.#lent--;
    this.#draining.push({ port, freeMs: nowMs + this.#drainMs });
  }

  /** Back without having been announced to anybody. */
  putBack(port: number): void {
    this.#lent--;
    this.#free.push(port);
  }

  /** The ports to be bound now so that there are always some ahead of demand; [] if there are or if that is under way. */
  wanted(nowMs: number): readonly number[] {
    if (this.#asked > 0) return NONE;
    const ahead = Math.max(LEAST_AHEAD, Math.ceil(this.#lent / 4));
    if (this.#has(Math.floor((ahead * 3) / 4) + 1, nowMs)) return NONE; // a few missing are not worth a message
    const available = this.#available(nowMs, ahead);
    const ports: number[] = [];
    for (let short = ahead - available; short > 0 && this.#next <= this.#last; short--) {
      ports.push(this.#next);
      this.#next += 2;
    }
    this.#asked = ports.length;
    return ports;
  }

  /** The answer to `wanted`: refused ports are somebody else's and not asked for again. */
  bound(ports: readonly number[]): void {
    this.#asked = 0;
    this.#free.push(...ports);
  }

  /** More may come: ports are being bound, or some that were never tried are left. */
  get growing(): boolean {
    return this.#asked > 0 || this.#next <= this.#last;
  }

  /** Every pair is gone with the server that had bound them. */
  reset(): void {
    this.#free.length = 0;
    this.#draining.length = 0;
    this.#drained = 0;
    this.#next = this.#first;
    this.#asked = 0;
    this.#lent = 0;
  }

  snapshot(): { readonly free: number; readonly draining: number; readonly lent: number } {
    return { free: this.#free.length, draining: this.#draining.length - this.#drained, lent: this.#lent };
  }

  /** Whether so many could be lent now, without counting them. */
  #has(wanted: number, nowMs: number): boolean {
    const drained = wanted - this.#free.length;
    if (drained <= 0) return true;
    const last = this.#draining[this.#drained + drained - 1];
    return last !== undefined && last.freeMs <= nowMs;
  }

  /** How many could be lent now, counted as far as `enough`. */
  #available(nowMs: number, enough: number): number {
    let count = this.#free.length;
    for (let at = this.#drained; count < enough; at++) {
      const entry = this.#draining[at];
      if (entry === undefined || entry.freeMs > nowMs) break;
      count++;
    }
    return count;
  }
}
