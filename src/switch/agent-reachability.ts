import type { Domain, User } from '../core/domain.js';
import { isReachable } from '../core/queue/agent-plan.js';
import type { Reach } from '../core/queue/queue-config.js';
import { type AgentReach, agentReaches, devicesBehind, nextRuleChange } from '../core/queue/reach-index.js';
import type { World } from '../core/world.js';
import type { Clock, Timer } from '../machine/clock.js';

export type AgentReachabilityParts = {
  readonly clock: Clock;
  readonly world: World;
  /** Told again and again, also what has not changed (D-37). */
  readonly tell: (agent: string, reach: Reach, reachable: boolean) => void;
};

/**
 * Whether the agents of a domain can be rung (D-26): asked when a phone registers or no longer does, when users or rules
 * change, and when a time frame of theirs begins or ends. Nothing polls.
 */
export class AgentReachability {
  readonly #parts: AgentReachabilityParts;
  #domain: Domain | null = null;
  #reaches: readonly AgentReach[] = [];
  #byDevice: ReadonlyMap<string, readonly AgentReach[]> = new Map();
  #timer: Timer | null = null;

  constructor(parts: AgentReachabilityParts) {
    this.#parts = parts;
  }

  configure(domain: Domain): void {
    const before = this.#domain;
    this.#domain = domain;
    if (before !== null && isSameButUsers(before, domain)) {
      const changed = this.#reaches.filter(({ reach }) => userOf(before, reach) !== userOf(domain, reach));
      if (changed.length > 0) this.#index(domain);
      this.#ask(changed);
    } else {
      this.#reaches = agentReaches(domain);
      this.#index(domain);
      this.#ask(this.#reaches);
    }
    this.#awaitChange(domain);
  }

  /** The phone has registered, again or anew, or is gone. */
  registered(device: string): void {
    this.#ask(this.#byDevice.get(device) ?? []);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #index(domain: Domain): void {
    const byDevice = new Map<string, AgentReach[]>();
    for (const reach of this.#reaches) {
      for (const device of devicesBehind(domain, reach.reach)) {
        const some = byDevice.get(device);
        if (some === undefined) byDevice.set(device, [reach]);
        else some.push(reach);
      }
    }
    this.#byDevice = byDevice;
  }

  #ask(reaches: readonly AgentReach[]): void {
    const { clock, world, tell } = this.#parts;
    const domain = this.#domain;
    if (domain === null) return;
    const now = clock.now();
    for (const { agent, reach } of reaches) tell(agent, reach, isReachable(domain, world, reach, now));
  }

  #awaitChange(domain: Domain): void {
    this.stop();
    const users = new Set(this.#reaches.flatMap(({ reach }) => userOf(domain, reach) ?? []));
    const now = this.#parts.clock.now();
    const next = nextRuleChange(domain, users, now);
    if (next === null) return;
    this.#timer = this.#parts.clock.after(next - now, () => {
      this.#ask(this.#reaches.filter(({ reach }) => reach.type === 'user'));
      this.#awaitChange(domain);
    });
  }
}

/** What users switch for themselves changes nothing but users. */
function isSameButUsers(a: Domain, b: Domain): boolean {
  return (
    a.acd === b.acd &&
    a.timeFrames === b.timeFrames &&
    a.numbers === b.numbers &&
    a.trunks === b.trunks &&
    a.outbound === b.outbound &&
    a.lists === b.lists
  );
}

function userOf({ users }: Domain, reach: Reach): User | null {
  return reach.type === 'user' ? (users.get(reach.extension) ?? null) : null;
}
