import type { EpochMs } from '../../machine/machine.js';
import type { Destination, Domain, User } from '../domain.js';
import { nextChange } from '../frame-change.js';
import { frameOf, inheritedZone } from '../frame-use.js';
import type { TimeFrame } from '../time-frame.js';
import { describeReach, type Reach } from './queue-config.js';

/** An agent and what of him can be rung. */
export type AgentReach = { readonly agent: string; readonly reach: Reach };

/** Every way in which an agent of the domain can be rung, each once. */
export function agentReaches({ acd }: Domain): readonly AgentReach[] {
  return acd.agents.flatMap(({ agent, entries }) => {
    const seen = new Map(entries.map(({ reach }) => [describeReach(reach), { agent, reach }] as const));
    return [...seen.values()];
  });
}

/** The devices whose registration may make it reachable or not, whichever rule is active. */
export function devicesBehind(domain: Domain, reach: Reach): ReadonlySet<string> {
  if (reach.type === 'device') return new Set([reach.device]);
  const user = domain.users.get(reach.extension);
  if (user === undefined) return new Set();
  const devices = new Set(user.devices.map(({ id }) => id));
  for (const to of destinationsOf(user)) {
    const device = deviceBehind(domain, to);
    if (device !== null) devices.add(device);
  }
  return devices;
}

function* destinationsOf({ forward, rules }: User): Iterable<Destination> {
  if (forward !== null) yield forward;
  for (const { always, ring, next } of rules) {
    if (always !== null) yield always;
    for (const { to } of ring.also) yield to;
    for (const { to } of next?.ring.also ?? []) yield to;
  }
}

function deviceBehind({ users, numbers }: Domain, to: Destination): string | null {
  switch (to.to) {
    case 'device':
      return to.device;
    case 'extension':
      return users.get(to.extension)?.devices[0]?.id ?? null;
    case 'number': {
      const own = numbers.get(to.number)?.treatment;
      return own?.to === 'user' ? (users.get(own.extension)?.devices[0]?.id ?? null) : null;
    }
    case 'voicemail':
    case 'queue':
      return null;
  }
}

/** When one of these users' rules may be another next, by a time frame that begins or ends; null: never. */
export function nextRuleChange(domain: Domain, users: Iterable<User>, at: EpochMs): EpochMs | null {
  const asked = new Map<string, Set<TimeFrame>>();
  let next: EpochMs | null = null;
  for (const user of users) {
    const zone = inheritedZone(domain, user);
    const inZone = asked.get(zone) ?? new Set<TimeFrame>();
    asked.set(zone, inZone);
    for (const { enabled, frame: name } of user.rules) {
      const frame = name === null || !enabled ? undefined : frameOf(domain, user, name);
      if (frame === undefined || inZone.has(frame)) continue;
      inZone.add(frame);
      const change = nextChange(frame, at, zone);
      if (change !== null && (next === null || change < next)) next = change;
    }
  }
  return next;
}
