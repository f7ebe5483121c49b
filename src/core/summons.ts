import type { EpochMs } from '../machine/machine.js';
import type { Caller } from './caller.js';
import { CAUSES } from './cause.js';
import type { Destination, Domain, User } from './domain.js';
import type { RingPlan } from './plan.js';
import { decide } from './route.js';
import type { World } from './world.js';

/**
 * what rings first for a user who wants to call from there, a phone of his or a number outside, on his account; or
 * why nothing does. The number asks for a 1, so that a mailbox there makes no calls.
 */
export function summonsPlan(
  domain: Domain,
  world: World,
  user: User,
  from: Extract<Destination, { to: 'device' | 'number' }>,
  at: EpochMs,
): RingPlan | string {
  const [main] = user.devices;
  if (main === undefined) return `${user.extension} has no phone, on whose account the call could be`;
  if (from.to === 'number' && domain.numbers.has(from.number)) return `${from.number} is a number of ours`;
  const { extension, name } = user;
  // Somebody else to the phone that is rung: a caller's own is left out of what rings.
  const device = from.to === 'number' ? main.id : null;
  const caller: Caller = { device, number: extension, name, anonymous: false };
  const to: Destination = from.to === 'number' ? { ...from, confirm: true } : from;
  const { plan } = decide(domain, world, { to, caller, by: null, screened: false }, at);
  if (plan.do === 'ring') return { ...plan, extension, ringMs: user.ringMs };
  if (from.to === 'device') return `${from.device} is not registered`;
  return `${from.number} cannot be called: ${plan.do === 'reject' ? CAUSES[plan.cause].text : plan.do}`;
}
