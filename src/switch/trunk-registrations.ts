import type { Trunk } from '../core/dial-plan.js';
import type { Domain } from '../core/domain.js';
import {
  newTrunkRegistration,
  stepTrunkRegistration,
  type TrunkRegistration,
  type TrunkRegistrationEffect,
  type TrunkRegistrationEvent,
} from '../core/trunk-registration.js';
import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { OwnResponse, Requester } from '../ports/signalling.js';
import { trunkUri } from './trunk-invite.js';
import { type TrunkLine, TrunkLines } from './trunk-lines.js';

export type TrunkRegistrationsParts = {
  readonly requester: Requester;
  readonly clock: Clock;
  /** In [0, 1), for Call-IDs. */
  readonly random: () => number;
  /** A trunk is registered, or is no longer. */
  readonly changed?: (domain: string, trunk: string, registration: TrunkRegistration) => void;
};

/** The registrations with all carriers that want one. */
export class TrunkRegistrations {
  readonly #lines: TrunkLines<Line>;

  constructor(parts: TrunkRegistrationsParts) {
    this.#lines = new TrunkLines(
      (trunk) => trunk.registerMs !== null,
      (domain, trunk) => new Line(domain, trunk, parts),
    );
  }

  /** Begins those that are new, ends those that are gone or changed. */
  configure(domains: readonly Domain[]): void {
    this.#lines.configure(domains);
  }

  stop(): void {
    this.#lines.stop();
  }

  /** Null: we do not register there. */
  of(domain: string, trunk: string): TrunkRegistration | null {
    return this.#lines.of(domain, trunk)?.registration ?? null;
  }
}

class Line implements TrunkLine {
  readonly domain: string;
  readonly trunk: Trunk;
  readonly #parts: TrunkRegistrationsParts;
  readonly #callId: string;
  #cseq = 1;
  readonly #runner: MachineRunner<TrunkRegistration, TrunkRegistrationEvent, TrunkRegistrationEffect>;

  constructor(domain: string, trunk: Trunk, parts: TrunkRegistrationsParts) {
    this.domain = domain;
    this.trunk = trunk;
    this.#parts = parts;
    this.#callId = `${Math.floor(parts.random() * 2 ** 48).toString(36)}-${trunk.name}`;
    this.#runner = new MachineRunner<TrunkRegistration, TrunkRegistrationEvent, TrunkRegistrationEffect>(
      newTrunkRegistration(trunk.registerMs ?? 0),
      stepTrunkRegistration,
      parts.clock,
      (effect) => this.#perform(effect),
    );
  }

  get registration(): TrunkRegistration {
    return this.#runner.state;
  }

  start(): void {
    this.#runner.handle({ type: 'start' });
  }

  stop(): void {
    this.#runner.handle({ type: 'stop' });
    this.#runner.stop();
  }

  #perform(effect: TrunkRegistrationEffect): void {
    if (effect.type !== 'register') return;
    const { username, password, host } = this.trunk;
    if (username === null || password === null) return;
    const us = { name: '', user: username, host };
    this.#parts.requester.request(
      {
        method: 'REGISTER',
        uri: trunkUri(null, this.trunk),
        from: us,
        to: us,
        callId: this.#callId,
        cseq: this.#cseq,
        contactUser: username,
        headers: [['Expires', String(Math.ceil(effect.expiresMs / 1000))]],
        credentials: { username, password },
      },
      (response) => this.#responded(response),
    );
  }

  #responded(response: OwnResponse): void {
    const { status } = response;
    this.#cseq = response.cseq;
    this.#runner.handle({
      type: 'responded',
      status,
      grantedMs: seconds(grantedIn(response, this.trunk.username ?? '')),
      minMs: seconds(response.header('Min-Expires')[0]),
      retryAfterMs: seconds(response.header('Retry-After')[0]),
    });
    this.#parts.changed?.(this.domain, this.trunk.name, this.#runner.state);
  }
}

/** The `expires` of our own Contact in a 200, else its Expires header (RFC 3261 §10.2.4). */
function grantedIn(response: OwnResponse, user: string): string | undefined {
  const contacts = response.header('Contact').flatMap((line) => line.split(/,(?=\s*(?:"|<|sip))/i));
  const ours = contacts.find((contact) => contact.includes(`:${user}@`)) ?? contacts[0];
  return /;\s*expires\s*=\s*"?(\d+)/i.exec(ours ?? '')?.[1] ?? response.header('Expires')[0];
}

function seconds(value: string | undefined): number | null {
  const digits = /^\s*(\d{1,9})/.exec(value ?? '')?.[1];
  return digits === undefined ? null : Number(digits) * 1000;
}
