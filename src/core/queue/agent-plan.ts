import type { EpochMs } from '../../machine/machine.js';
import type { Caller } from '../caller.js';
import type { Destination, Domain } from '../domain.js';
import type { RingPlan } from '../plan.js';
import { decide } from '../route.js';
import type { World } from '../world.js';
import { offerPlan } from './agent-reach.js';
import type { Reach } from './queue-config.js';

/** An Always may lead to a device or number, not on and on. */
const MOST_HOPS = 2;

/**
 * What rings when a queue offers a caller to an agent (D-27); null: nothing does. How many calls he has is the queue's
 * business (D-35), so that the rule is asked as if he had none.
 */
export function agentPlan(
  domain: Domain,
  world: World,
  reach: Reach,
  caller: Caller,
  options: { readonly ringMs: number; readonly confirm: boolean },
  at: EpochMs,
): RingPlan | null {
  const idle: World = { ...world, callsOf: () => 0 };
  let to: Destination =
    reach.type === 'device' ? { to: 'device', device: reach.device } : { to: 'extension', extension: reach.extension };
  if (reach.type === 'user' && !domain.users.has(reach.extension)) return null;
  let by: string | null = null;
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const { plan } = decide(domain, idle, { to, caller, by, screened: false }, at);
    const offered = offerPlan(plan, options);
    if (offered === null || offered.do === 'ring') return offered;
    ({ to, from: by } = offered);
  }
  return null;
}

/** Who calls, when it is only asked whether an agent could be rung: nobody whom a list would turn away. */
const NOBODY_IN_PARTICULAR: Caller = { device: null, number: '', name: 'queue', anonymous: false };

/** D-26: the device is registered, or the user's active rule rings something. */
export function isReachable(domain: Domain, world: World, reach: Reach, at: EpochMs): boolean {
  if (reach.type === 'device') return world.contactsOf(reach.device).length > 0;
  const options = { ringMs: Number.POSITIVE_INFINITY, confirm: false };
  return agentPlan(domain, world, reach, NOBODY_IN_PARTICULAR, options, at) !== null;
}
