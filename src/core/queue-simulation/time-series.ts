/** Two counts over time, averaged over equal parts of a period. */
export class TimeSeries {
  readonly #stepMs: number;
  readonly #waiting: number[];
  readonly #talking: number[];
  readonly #durationMs: number;
  #atMs = 0;
  #nowWaiting = 0;
  #nowTalking = 0;

  constructor(durationMs: number, parts: number) {
    this.#durationMs = durationMs;
    this.#stepMs = durationMs / parts;
    this.#waiting = new Array<number>(parts).fill(0);
    this.#talking = new Array<number>(parts).fill(0);
  }

  /** From `atMs` on the counts are these. Times only grow; beyond the period nothing is counted. */
  set(atMs: number, waiting: number, talking: number): void {
    if (waiting !== this.#nowWaiting || talking !== this.#nowTalking) this.end(atMs);
    this.#nowWaiting = waiting;
    this.#nowTalking = talking;
  }

  /** Books the present counts up to `untilMs`. */
  end(untilMs: number): void {
    const until = Math.min(untilMs, this.#durationMs);
    while (this.#atMs < until) {
      const part = this.#part();
      const end = Math.min(until, (part + 1) * this.#stepMs);
      const ms = end - this.#atMs;
      this.#waiting[part] = (this.#waiting[part] ?? 0) + ms * this.#nowWaiting;
      this.#talking[part] = (this.#talking[part] ?? 0) + ms * this.#nowTalking;
      this.#atMs = end;
    }
  }

  /** The part that begins now or before; a quotient that was rounded down must not name the part that ends now. */
  #part(): number {
    const part = Math.floor(this.#atMs / this.#stepMs);
    return (part + 1) * this.#stepMs <= this.#atMs ? part + 1 : part;
  }

  averages(): { readonly stepMs: number; readonly waiting: readonly number[]; readonly talking: readonly number[] } {
    const average = (sum: number): number => sum / this.#stepMs;
    return { stepMs: this.#stepMs, waiting: this.#waiting.map(average), talking: this.#talking.map(average) };
  }
}
