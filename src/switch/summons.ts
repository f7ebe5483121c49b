import type { User } from '../core/domain.js';
import type { Invitation, LegId } from '../ports/signalling.js';

/** The INVITE that a phone of the user would have sent, had he dialled `to` there himself. */
export function invitationOf(
  leg: LegId,
  host: string,
  { extension, name }: User,
  device: string,
  to: string,
): Invitation & { readonly leg: LegId } {
  return {
    leg,
    requestUri: `sip:${encodeURIComponent(to)}@${host}`,
    from: { name, user: extension, host },
    to: { name: '', user: to, host },
    callId: leg,
    identity: `${device}@${host}`,
    source: '',
    maxForwards: 70,
    offer: null,
    header: () => [],
  };
}
