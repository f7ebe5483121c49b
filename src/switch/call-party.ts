import type { CallParty } from '../core/call-record.js';
import { type Caller, hides, outsideCaller } from '../core/caller.js';
import { type Domain, ownerOf } from '../core/domain.js';
import type { CallerParty } from '../core/queue/queue-event.js';
import type { Invitation } from '../ports/signalling.js';

/** A phone of ours is who its registration says it is; anybody else is who the INVITE says. */
export function callerOf(invitation: Invitation, domain: Domain): Caller {
  const { identity, from } = invitation;
  const device = identity?.slice(0, identity.lastIndexOf('@')) ?? null;
  const user = device === null ? null : ownerOf(domain, device);
  if (user !== null) {
    const anonymous = from.host.toLowerCase() === 'anonymous.invalid' || hides(invitation.header('Privacy'));
    return { device, number: user.extension, name: user.name, anonymous };
  }
  const asserted = assertedOf(invitation.header('P-Asserted-Identity')[0]);
  return outsideCaller({ from, asserted, privacy: invitation.header('Privacy') }, domain.country);
}

/** How a caller is shown to those who are called and in records: a hidden one has no number. */
export function partyOf({ device, name, number, anonymous }: Caller): CallParty {
  if (device !== null) return { name, number: number ?? '', device };
  return anonymous ? { name: '', number: '', device: null } : { name, number: number ?? '', device: null };
}

/** How a party of a call is shown to somebody else: who was rung at a phone of ours as its owner. */
export function shownParty(party: CallParty, domain: Domain): CallerParty {
  const owner = party.device === null ? null : ownerOf(domain, party.device);
  return owner === null ? party : { name: owner.name, number: owner.extension };
}

/** RFC 3325 §9.1: name-addr, or addr-spec without a name. */
const ASSERTED = /^\s*(?:(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<)?(?:sips?|tel):([^@;>]*)/i;

/** Name and number of a P-Asserted-Identity value (RFC 3325 §9.1); null: none that can be used. */
function assertedOf(value: string | undefined): { readonly name: string; readonly user: string } | null {
  const match = value === undefined ? null : ASSERTED.exec(value);
  if (match === null) return null;
  return { name: (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1').trim(), user: match[3] ?? '' };
}
