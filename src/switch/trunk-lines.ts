import type { Trunk } from '../core/dial-plan.js';
import type { Domain } from '../core/domain.js';

/** Something that is kept up with one trunk: our registration there, our watch over it. */
export interface TrunkLine {
  readonly domain: string;
  readonly trunk: Trunk;
  start(): void;
  stop(): void;
}

/** One line for each enabled trunk that wants one. */
export class TrunkLines<Line extends TrunkLine> {
  readonly #wants: (trunk: Trunk) => boolean;
  readonly #make: (domain: string, trunk: Trunk) => Line;
  /** By domain, then name of the trunk. */
  readonly #lines = new Map<string, Map<string, Line>>();

  constructor(wants: (trunk: Trunk) => boolean, make: (domain: string, trunk: Trunk) => Line) {
    this.#wants = wants;
    this.#make = make;
  }

  /** Begins those that are new, ends those that are gone or changed. */
  configure(domains: readonly Domain[]): void {
    const wanted = new Map(domains.map(({ name, trunks }) => [name, trunks]));
    for (const [domain, lines] of this.#lines) {
      for (const [name, line] of lines) {
        const next = wanted.get(domain)?.get(name);
        if (next?.enabled === true && JSON.stringify(next) === JSON.stringify(line.trunk)) continue;
        line.stop();
        lines.delete(name);
      }
    }
    for (const { name: domain, trunks } of domains) {
      for (const trunk of trunks.values()) {
        if (!trunk.enabled || !this.#wants(trunk) || this.of(domain, trunk.name) !== null) continue;
        const line = this.#make(domain, trunk);
        const lines = this.#lines.get(domain) ?? new Map<string, Line>();
        this.#lines.set(domain, lines.set(trunk.name, line));
        line.start();
      }
    }
  }

  of(domain: string, trunk: string): Line | null {
    return this.#lines.get(domain)?.get(trunk) ?? null;
  }

  stop(): void {
    for (const lines of this.#lines.values()) for (const line of lines.values()) line.stop();
    this.#lines.clear();
  }
}
