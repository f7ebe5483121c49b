import type { LegId } from '../ports/signalling.js';

/** A user is in one call more, or one less (D-8). `ofQueue`: by an offer of a queue, which counts its calls itself (D-35). */
export type Busied = (extension: string, by: 1 | -1, ofQueue: boolean) => void;

/** Which legs of one call keep which users busy: whoever takes the call is in it, be it by a phone outside. */
export class BusyUsers {
  readonly #busied: Busied;
  readonly #legs = new Map<LegId, { readonly extension: string; readonly ofQueue: boolean }>();

  constructor(busied: Busied) {
    this.#busied = busied;
  }

  add(leg: LegId, extension: string, ofQueue: boolean): void {
    if (this.#legs.has(leg)) return;
    this.#legs.set(leg, { extension, ofQueue });
    this.#busied(extension, 1, ofQueue);
  }

  /** Whose leg it is; null: nobody's. */
  remove(leg: LegId): string | null {
    const busy = this.#legs.get(leg);
    if (busy === undefined) return null;
    this.#legs.delete(leg);
    this.#busied(busy.extension, -1, busy.ofQueue);
    return busy.extension;
  }
}
