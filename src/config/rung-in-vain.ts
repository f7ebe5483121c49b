import type { Destination, Domain, RingSet, User } from '../core/domain.js';
import type { RingFile, RuleFile, UserFile } from './domain-file.js';
import { type Scope, warn } from './scope.js';

type House = Pick<Domain, 'users' | 'numbers'>;

/** Warns of what the ring sets of a user name twice, and of numbers of ours that are no phone. `user`: as compiled. */
export function warnOfRungInVain(written: UserFile, user: User, house: House, scope: Scope): void {
  if (written.incoming !== undefined) return;
  for (const [index, rule] of (written.rules ?? []).entries()) {
    const { ring, next = null } = user.rules[index] ?? {};
    if (ring !== undefined) warnOfSet(rule, rule.ring, ring, user, house, scope);
    if (rule.next !== undefined && next !== null) warnOfSet(rule.next, rule.next.ring, next.ring, user, house, scope);
  }
}

function warnOfSet(
  rule: RuleFile | NonNullable<RuleFile['next']>,
  written: RingFile | undefined,
  { own, also }: RingSet,
  user: User,
  house: House,
  scope: Scope,
): void {
  const set = typeof written === 'object' && !Array.isArray(written) && 'also' in written ? written : null;
  const listed = set === null ? written : set.devices;
  if (Array.isArray(listed)) warnOfListedTwice(listed, scope);
  const rung = new Set(ownDevices(own, user));
  for (const [index, { to }] of also.entries()) {
    const list = set?.also ?? [];
    const entry = list[index];
    const [holder, key] = typeof entry === 'object' ? [entry, 'to'] : [list, index];
    const target = targetOf(to, house);
    if (target === null) {
      const message = 'is a number of ours that leads to no phone and never rings; calls can be forwarded there';
      warn(scope, holder ?? rule, key, message); // D-24
    } else if (rung.has(target)) {
      warn(scope, holder ?? rule, key, `${target} rings already in this set, and is rung once; remove one of the two`); // D-14
    } else rung.add(target);
  }
}

function warnOfListedTwice(devices: readonly (string | number)[], scope: Scope): void {
  const ids = devices.map(String);
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) === index) continue;
    warn(scope, devices, index, `${id} is in this list already, and is rung once; remove one of the two`);
  }
}

function ownDevices(own: RingSet['own'], { devices }: User): readonly string[] {
  switch (own) {
    case 'none':
      return [];
    case 'main':
      return devices.slice(0, 1).map(({ id }) => id);
    case 'all':
      return devices.map(({ id }) => id);
    default:
      return own;
  }
}

/** The device or the number outside that rings; null: none. */
function targetOf(to: Destination, { users, numbers }: House): string | null {
  switch (to.to) {
    case 'voicemail':
    case 'queue':
      return null;
    case 'device':
      return to.device;
    case 'extension':
      return users.get(to.extension)?.devices[0]?.id ?? to.extension;
    case 'number': {
      const treatment = numbers.get(to.number)?.treatment;
      if (treatment === undefined) return to.number;
      return treatment.to === 'user' ? (users.get(treatment.extension)?.devices[0]?.id ?? null) : null;
    }
  }
}
