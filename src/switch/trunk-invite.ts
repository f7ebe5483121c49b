import type { Trunk } from '../core/dial-plan.js';
import { toNational } from '../core/phone-number.js';
import type { NumberTarget } from '../core/plan.js';
import type { Address, InviteTarget } from '../ports/signalling.js';
import { diversionsOf, historyOf } from './forward-headers.js';
import type { InviteOccasion } from './outgoing-invite.js';

/** Who does not show himself (RFC 3323 §4.1.1.3). */
export const ANONYMOUS: Address = { name: 'Anonymous', user: 'anonymous', host: 'anonymous.invalid' };

/** The INVITE to a number outside by one of the trunks; null: there is no such trunk any more. */
export function trunkInvite(target: NumberTarget, route: number, occasion: InviteOccasion): InviteTarget | null {
  const trunk = occasion.domain.trunks.get(target.trunks[route] ?? '');
  if (trunk === undefined) return null;
  const number = target.emergency ? target.number : formatted(target.number, trunk);
  const from = shownCaller(trunk, occasion);
  const uri = trunkUri(number, trunk);
  return {
    uri,
    flow: null,
    from,
    to: { name: '', user: number, host: trunk.host },
    maxForwards: occasion.maxForwards - 1,
    headers: headersOf(trunk, from, uri, occasion),
    ...(trunk.username === null || trunk.password === null
      ? {}
      : { credentials: { username: trunk.username, password: trunk.password } }),
  };
}

/** `user` null: the trunk itself. */
export function trunkUri(user: string | null, { host, port, transport }: Trunk): string {
  const at = `sip:${user === null ? '' : `${user}@`}${host}${port === null ? '' : `:${port}`}`;
  return transport === 'tcp' ? `${at};transport=tcp` : at;
}

/** A number as the trunk wants it; short codes stay as they are. */
export function formatted(number: string, { format }: Trunk): string {
  if (!number.startsWith('+')) return number;
  switch (format) {
    case 'e164':
      return number;
    case 'digits':
      return number.slice(1);
    case 'national':
      return toNational(number);
  }
}

/**
 * D-49: a forward keeps the caller's number where the trunk lets it pass, else it shows the forwarder's. A caller of
 * ours shows the user's number, else the domain's; a hidden one is anonymous (RFC 3323 §4.1.1.3).
 */
function shownCaller(trunk: Trunk, { domain, caller, callerHidden, by, callerExtension }: InviteOccasion): Address {
  const { host } = trunk;
  if (callerHidden) return ANONYMOUS;
  if (callerExtension === null && trunk.passesCaller && caller.number !== '')
    return { name: caller.name, user: formatted(caller.number, trunk), host };
  const number = ownNumber(domain, by ?? callerExtension);
  if (number === null) return { name: '', user: trunk.username ?? 'anonymous', host };
  return { name: callerExtension === null ? '' : caller.name, user: formatted(number, trunk), host };
}

function ownNumber(domain: InviteOccasion['domain'], extension: string | null): string | null {
  const user = extension === null ? undefined : domain.users.get(extension);
  return user?.callerId ?? domain.outbound.callerId;
}

/** Who really calls (RFC 3325), and for whom it was before (D-47). */
function headersOf(trunk: Trunk, from: Address, target: string, occasion: InviteOccasion): [string, string][] {
  const { domain, by, callerExtension, callerHidden, told } = occasion;
  const headers: [string, string][] = [];
  const number = ownNumber(domain, by ?? callerExtension);
  const payer = number === null ? null : formatted(number, trunk);
  const asserted = callerHidden || from.user === 'anonymous' ? payer : from.user;
  if (asserted !== null) headers.push(['P-Asserted-Identity', `<sip:${asserted}@${trunk.host}>`]);
  if (callerHidden) headers.push(['Privacy', 'id']);
  const steps = occasion.forwards.flatMap(({ by: forwarder, why }) => {
    const its = ownNumber(domain, forwarder);
    return its === null ? [] : [{ uri: `sip:${formatted(its, trunk)}@${trunk.host}`, why }];
  });
  if (trunk.tells.includes('history-info'))
    headers.push(...historyOf(steps, target, told).map((line): [string, string] => ['History-Info', line]));
  if (trunk.tells.includes('diversion'))
    headers.push(...diversionsOf(steps, told).map((line): [string, string] => ['Diversion', line]));
  return headers;
}
