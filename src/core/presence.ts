import type { EpochMs } from '../machine/machine.js';
import type { Caller } from './caller.js';
import type { Domain, User } from './domain.js';
import { isReachable } from './queue/agent-plan.js';
import { decide } from './route.js';
import type { World } from './world.js';

/** of a user. On a call is busy, and so is do not disturb; who cannot be called is offline. */
export type Presence = 'busy' | 'offline' | 'available';

export function presenceOf(user: {
  readonly calls: number;
  readonly dnd: boolean;
  readonly reachable: boolean;
}): Presence {
  if (user.calls > 0 || user.dnd) return 'busy';
  return user.reachable ? 'available' : 'offline';
}

/** Who asks: nobody whom a list would turn away. */
const ANYBODY: Caller = { device: null, number: '', name: 'anybody', anonymous: false };

/** By what the active rule of the user would do with a call now. */
export function presenceNow(domain: Domain, { extension }: User, world: World, at: EpochMs): Presence {
  const to = { to: 'extension', extension } as const;
  const { because } = decide(domain, world, { to, caller: ANYBODY, by: null, screened: false }, at);
  const dnd = because.some(({ why }) => why === 'dnd');
  const reachable = isReachable(domain, world, { type: 'user', extension }, at);
  return presenceOf({ calls: world.callsOf(extension), dnd, reachable });
}
