import { type Domain, ownerOf, type User } from './domain.js';
import type { DeviceTarget, RingTarget } from './plan.js';
import type { Reason } from './reason.js';
import { ringTargets } from './ring-set.js';
import { dialled } from './route.js';
import type { World } from './world.js';

/**
 * Where a phone's 302 leads its own leg (D-48): the main device of an extension, or a number outside on the account of
 * the phone's owner, who has to confirm there. Null: nowhere; `because` says why.
 */
export function redirectTarget(
  domain: Domain,
  world: World,
  from: DeviceTarget,
  to: string,
  caller: string | null,
): { readonly target: RingTarget | null; readonly because: readonly Reason[] } {
  const owner: User | null = ownerOf(domain, from.device);
  if (owner === null) return { target: null, because: [{ why: 'noDevice', device: from.device }] };
  const because: Reason[] = [];
  const meant = dialled(domain, to, { device: from.device, number: owner.extension, name: '', anonymous: false });
  const destination = meant.to === 'number' ? { ...meant, confirm: true } : meant;
  const inquiry = {
    domain,
    user: owner,
    world,
    caller,
    ringMs: Number.POSITIVE_INFINITY,
    screened: from.confirm === 'callFrom',
  };
  const [target = null] = ringTargets({ own: 'none', also: [{ to: destination, delayMs: 0 }] }, inquiry, because);
  return { target, because };
}
