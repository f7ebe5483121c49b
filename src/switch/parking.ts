import { CAUSES } from '../core/cause.js';
import { type Domain, ownerOf, type User } from '../core/domain.js';
import { featureDialled } from '../core/route.js';
import type { Referral } from '../ports/signalling.js';
import { announceSlot } from '../scripts/queue.js';
import type { CallConversations } from './call-conversations.js';
import type { CallWaiting } from './call-waiting.js';
import type { LiveLeg } from './live-leg.js';
import { targetOf } from './request-target.js';

/** Whose phone it is; null: nobody's of ours. */
export function userOf({ party }: LiveLeg, domain: Domain): User | null {
  return party.device === null ? null : ownerOf(domain, party.device);
}

/**
 * A transfer (RFC 3515) to a slot, or to the code that parks, which tells the slot it has found (D-42). Transfers to
 * anything else are declined, so that the phone keeps its call.
 */
export function parkByTransfer(
  leg: LiveLeg,
  { referTo, replaces }: Referral,
  domain: Domain,
  waiting: CallWaiting,
  conversations: CallConversations,
): void {
  const to = targetOf(referTo).user ?? '';
  const isSlot = domain.park?.slots.some(({ slot }) => slot === to) ?? false;
  const code = featureDialled(domain, to);
  if (replaces !== null || (!isSlot && code?.feature.does !== 'park')) return leg.notify(CAUSES.declined.status);
  const slot = isSlot ? to : (code?.digits ?? '');
  const outcome = waiting.park(leg.id, userOf(leg, domain), slot === '' ? null : slot);
  if ('refused' in outcome) return leg.notify(outcome.refused);
  const done = (): void => {
    leg.notify(200);
    leg.hangUp('normal');
  };
  if (!outcome.announce || leg.isHeld) return done();
  conversations.run(leg.id, 'park', true, announceSlot(outcome.slot), done);
}
