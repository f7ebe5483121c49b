import type { Trunk } from '../core/dial-plan.js';
import type { Domain } from '../core/domain.js';
import {
  newTrunkHealth,
  stepTrunkHealth,
  type TrunkHealth,
  type TrunkHealthEffect,
  type TrunkHealthEvent,
} from '../core/trunk-health.js';
import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { Requester } from '../ports/signalling.js';
import { trunkUri } from './trunk-invite.js';
import { type TrunkLine, TrunkLines } from './trunk-lines.js';

export type TrunkWatchParts = {
  readonly requester: Requester;
  readonly clock: Clock;
  /** In [0, 1), for Call-IDs. */
  readonly random: () => number;
  /** A trunk has gone up or down. */
  readonly changed?: (domain: string, trunk: string, health: TrunkHealth) => void;
};

/** Asks the trunks by OPTIONS whether they are there, so that calls need not find out. */
export class TrunkWatch {
  readonly #lines: TrunkLines<WatchedTrunk>;

  constructor(parts: TrunkWatchParts) {
    this.#lines = new TrunkLines(
      (trunk) => trunk.qualifyMs !== null,
      (domain, trunk) => new WatchedTrunk(domain, trunk, parts),
    );
  }

  configure(domains: readonly Domain[]): void {
    this.#lines.configure(domains);
  }

  /** It is known not to answer; one that nobody asks is not. */
  isDown(domain: string, trunk: string): boolean {
    return this.of(domain, trunk)?.state === 'down';
  }

  /** Null: nobody asks it. */
  of(domain: string, trunk: string): TrunkHealth | null {
    return this.#lines.of(domain, trunk)?.health ?? null;
  }

  stop(): void {
    this.#lines.stop();
  }
}

class WatchedTrunk implements TrunkLine {
  readonly domain: string;
  readonly trunk: Trunk;
  readonly #parts: TrunkWatchParts;
  readonly #callId: string;
  readonly #runner: MachineRunner<TrunkHealth, TrunkHealthEvent, TrunkHealthEffect>;

  constructor(domain: string, trunk: Trunk, parts: TrunkWatchParts) {
    this.domain = domain;
    this.trunk = trunk;
    this.#parts = parts;
    this.#callId = `${Math.floor(parts.random() * 2 ** 48).toString(36)}-${trunk.name}`;
    this.#runner = new MachineRunner<TrunkHealth, TrunkHealthEvent, TrunkHealthEffect>(
      newTrunkHealth(trunk.qualifyMs ?? 0, parts.clock.now()),
      stepTrunkHealth,
      parts.clock,
      (effect) => {
        if (effect.type === 'ask') this.#ask(effect.question);
        if (effect.type === 'changed') parts.changed?.(domain, trunk.name, this.health);
      },
    );
  }

  get health(): TrunkHealth {
    return this.#runner.state;
  }

  start(): void {
    this.#runner.handle({ type: 'start' });
  }

  stop(): void {
    this.#runner.handle({ type: 'stop' });
    this.#runner.stop();
  }

  #ask(question: number): void {
    const { username, password, host } = this.trunk;
    const us = { name: '', user: username ?? '', host };
    this.#parts.requester.request(
      {
        method: 'OPTIONS',
        uri: trunkUri(null, this.trunk),
        from: us,
        to: { name: '', user: '', host },
        callId: `${this.#callId}-${question}`,
        cseq: 1,
        contactUser: username,
        headers: [['Accept', 'application/sdp']],
        credentials: username === null || password === null ? null : { username, password },
      },
      ({ status }) => this.#runner.handle({ type: 'responded', question, status }),
    );
  }
}
