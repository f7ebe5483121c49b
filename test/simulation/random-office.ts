import type { AnsweringRule, Destination, Domain, RingSet, User } from '../../src/core/domain.js';
import { between, choose, type Random } from '../../src/machine/random.js';
import { devices, office, rule, user } from '../support/office.js';

/** Users 201 to 216. */
export const EXTENSIONS: readonly string[] = Array.from({ length: 16 }, (_, i) => String(201 + i));
export const DOMAIN = 'acme.example';

/**
 * An office with everything that a rule can say: one to three devices per user, delays, other users' phones ringing
 * along, forwards, forwards in a circle, mailboxes, ring times from 5 to 20 s.
 */
export function randomOffice(random: Random): Domain {
  const box = { maxMessageMs: 20_000, greeting: null };
  const users = EXTENSIONS.map((extension): User => {
    const suffixes = choose(random, [
      [5, ['']],
      [3, ['', 'a']],
      [2, ['', 'a', 'b']],
    ]);
    const own = devices(...suffixes.map((suffix) => extension + suffix));
    return user(extension, {
      devices: own,
      ringMs: between(random, 5, 20) * 1000,
      voicemail: random() < 0.4 ? box : null,
      rules: [randomRule(random, extension)],
    });
  });
  return office(users, { name: DOMAIN });
}

/** The ids of all devices of a domain. */
export function devicesOf(domain: Domain): string[] {
  return [...domain.users.values()].flatMap((each) => each.devices.map((device) => device.id));
}

function randomRule(random: Random, extension: string): AnsweringRule {
  return rule({
    ring: randomRing(random, extension),
    always: random() < 0.1 ? randomDestination(random, extension) : null,
    unanswered: random() < 0.3 ? randomDestination(random, extension) : null,
  });
}

function randomRing(random: Random, extension: string): RingSet {
  const also = Array.from(
    {
      length: choose(random, [
        [6, 0],
        [3, 1],
        [1, 2],
      ]),
    },
    () => ({
      to: { to: 'extension', extension: otherThan(random, extension) } as const,
      delayMs: between(random, 0, 5) * 1000,
    }),
  );
  return { own: random() < 0.3 ? 'main' : 'all', also };
}

function randomDestination(random: Random, extension: string): Destination {
  const other = otherThan(random, extension);
  return choose<Destination>(random, [
    [3, { to: 'extension', extension: other }],
    [1, { to: 'device', device: other }],
    [1, { to: 'voicemail', extension: other }],
  ]);
}

function otherThan(random: Random, extension: string): string {
  for (;;) {
    const other = EXTENSIONS[between(random, 0, EXTENSIONS.length - 1)];
    if (other !== undefined && other !== extension) return other;
  }
}
