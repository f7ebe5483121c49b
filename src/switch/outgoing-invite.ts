import type { CallParty } from '../core/call-record.js';
import type { Domain } from '../core/domain.js';
import type { RingTarget } from '../core/plan.js';
import type { InviteTarget } from '../ports/signalling.js';
import type { ForwardStep, ForwardsTold } from './forward-headers.js';
import { ANONYMOUS, trunkInvite } from './trunk-invite.js';

/** What an INVITE of ours says of the call it is made for. */
export type InviteOccasion = {
  readonly domain: Domain;
  readonly caller: CallParty;
  readonly callerHidden: boolean;
  /** On whose account it goes out; null: the caller's own. */
  readonly by: string | null;
  /** Extension whose device calls; null: somebody outside. */
  readonly callerExtension: string | null;
  readonly maxForwards: number;
  /** How it came to be called, oldest first. */
  readonly forwards: readonly ForwardStep[];
  /** And what was told us of forwards before. */
  readonly told: ForwardsTold;
  /** For phones of ours, how to ring. */
  readonly headers: readonly (readonly [string, string])[];
};

/** The INVITE to a ring target, `route` being which of its trunks. */
export function inviteOf(target: RingTarget, route: number, occasion: InviteOccasion): InviteTarget | null {
  if (target.kind === 'number') return trunkInvite(target, route, occasion);
  const { name: host } = occasion.domain;
  const { name, number } = occasion.caller;
  return {
    uri: target.uri,
    flow: target.flow,
    ...(target.path === undefined ? {} : { route: target.path }),
    from: number === '' ? { ...ANONYMOUS, name: name || ANONYMOUS.name } : { name, user: number, host },
    to: { name: '', user: target.device, host },
    maxForwards: occasion.maxForwards - 1,
    headers: occasion.headers,
  };
}
