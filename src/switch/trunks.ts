import type { Domain } from '../core/domain.js';
import type { TrunkHealth } from '../core/trunk-health.js';
import type { TrunkRegistration } from '../core/trunk-registration.js';
import type { Clock } from '../machine/clock.js';
import type { Requester } from '../ports/signalling.js';
import { TrunkRegistrations } from './trunk-registrations.js';
import { TrunkWatch } from './trunk-watch.js';

export type TrunksParts = {
  readonly requester: Requester;
  readonly clock: Clock;
  /** In [0, 1), for Call-IDs. */
  readonly random: () => number;
  /** For the log: a registration was answered, or a trunk has gone up or down. */
  readonly told?: (detail: TrunkNews, message: string) => void;
};

export type TrunkNews = {
  readonly domain: string;
  readonly trunk: string;
  readonly state: string;
  readonly status: number;
};

/** How it is with one trunk; null: we do not register there, or do not ask whether it answers. */
export type TrunkState = {
  readonly domain: string;
  readonly trunk: string;
  readonly enabled: boolean;
  readonly host: string;
  readonly registration: TrunkRegistration | null;
  readonly health: TrunkHealth | null;
};

/** All trunks of all domains: we register where that is wanted, and ask the others whether they answer. */
export class Trunks {
  readonly #registrations: TrunkRegistrations;
  readonly #watch: TrunkWatch;
  #domains: readonly Domain[] = [];

  constructor({ told, ...parts }: TrunksParts) {
    this.#registrations = new TrunkRegistrations({
      ...parts,
      changed: (domain, trunk, { state, status }) => told?.({ domain, trunk, state, status }, 'trunk registration'),
    });
    this.#watch = new TrunkWatch({
      ...parts,
      changed: (domain, trunk, { state, status }) => told?.({ domain, trunk, state, status }, `trunk is ${state}`),
    });
  }

  /** Begins what is new, ends what is gone or changed. */
  configure(domains: readonly Domain[]): void {
    this.#domains = domains;
    this.#registrations.configure(domains);
    this.#watch.configure(domains);
  }

  /** It is known not to answer. */
  isDown(domain: string, trunk: string): boolean {
    return this.#watch.isDown(domain, trunk);
  }

  /** Every trunk, in the order of the configuration. */
  snapshot(): TrunkState[] {
    return this.#domains.flatMap(({ name: domain, trunks }) =>
      [...trunks.values()].map(({ name: trunk, enabled, host }) => ({
        domain,
        trunk,
        enabled,
        host,
        registration: this.#registrations.of(domain, trunk),
        health: this.#watch.of(domain, trunk),
      })),
    );
  }

  stop(): void {
    this.#registrations.stop();
    this.#watch.stop();
  }
}
