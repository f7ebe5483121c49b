import type { CallEffect, CallEvent } from '../core/call.js';
import type { CallParty } from '../core/call-record.js';
import type { Caller } from '../core/caller.js';
import { type Domain, describe, ownerOf } from '../core/domain.js';
import { nameOf, type Plan, type RingTarget } from '../core/plan.js';
import { redirectTarget } from '../core/redirect.js';
import { decide } from '../core/route.js';
import type { World } from '../core/world.js';
import type { Clock } from '../machine/clock.js';
import type { InviteTarget } from '../ports/signalling.js';
import type { CallLog } from './call-log.js';
import type { OfferOccasion } from './call-waiting.js';
import { type InviteOccasion, inviteOf } from './outgoing-invite.js';

export type CallRoutingHost = {
  /** Whose INVITE it was. */
  readonly caller: Caller;
  readonly party: CallParty;
  readonly maxForwards: number;
  readonly clock: Clock;
  readonly log: CallLog;
  /** The rules that hold for the call. */
  readonly domain: () => Domain;
  readonly worldOf: (domain: string) => World;
  /** A user is called by that number. */
  readonly called: (domain: string, extension: string, number: string) => void;
};

/** The INVITE to a target, null: it cannot be made; and whom it calls. */
export type Outgoing = { readonly invite: InviteTarget | null; readonly party: CallParty };

/** Decisions of one call, with their traces in its record. `served`: somebody else than who called, else null. */
export class CallRouting {
  readonly #host: CallRoutingHost;
  /** On whose account the call goes on: who forwarded it last. */
  #by: string | null = null;

  constructor(host: CallRoutingHost) {
    this.#host = host;
  }

  get by(): string | null {
    return this.#by;
  }

  decide({ to, from, purpose, screened }: Extract<CallEffect, { type: 'decide' }>, served: CallParty | null): Plan {
    const { clock, log, worldOf, called } = this.#host;
    const at = clock.now();
    if (from !== null) log.forwarded({ from, to: describe(to), purpose, at });
    const domain = this.#host.domain();
    const caller = this.callerAs(served);
    if (to.to === 'extension' && caller.number !== null && domain.users.has(to.extension))
      called(domain.name, to.extension, caller.number);
    const { plan, rule, because } = decide(domain, worldOf(domain.name), { to, caller, by: from, screened }, at);
    log.decided(rule, because);
    return plan;
  }

  redirect({
    branch,
    from,
    to,
  }: Extract<CallEffect, { type: 'redirect' }>): Omit<Extract<CallEvent, { type: 'redirected' }>, 'type'> {
    if (from.kind !== 'device') return { branch, target: null };
    const { clock, log, worldOf, caller } = this.#host;
    const domain = this.#host.domain();
    const { target, because } = redirectTarget(domain, worldOf(domain.name), from, to, caller.device);
    log.forwarded({ from: from.device, to, purpose: 'redirected', at: clock.now() });
    log.decided(null, because);
    return { branch, target };
  }

  invite(
    target: RingTarget,
    route: number,
    served: CallParty | null,
    by: string | null,
    occasion: OfferOccasion | null,
  ): Outgoing {
    this.#by = by;
    const caller = this.callerAs(served);
    const shown = served ?? this.#host.party;
    return this.#inviteFrom(occasion === null ? shown : { ...shown, name: occasion.name }, caller, target, route, {
      by,
      headers: occasion?.headers ?? [],
    });
  }

  /** The INVITE to what rings for who wants to call `to`: a phone of his shows where the call is to go. */
  summon(target: RingTarget, route: number, to: string): Outgoing {
    const { caller, party } = this.#host;
    const shown = target.kind === 'device' ? { name: `Call ${to}`, number: to, device: null } : party;
    return this.#inviteFrom(shown, caller, target, route, { by: null, headers: [] });
  }

  #inviteFrom(
    shown: CallParty,
    caller: Caller,
    target: RingTarget,
    route: number,
    occasion: Pick<InviteOccasion, 'by' | 'headers'>,
  ): Outgoing {
    const invite = inviteOf(target, route, {
      ...occasion,
      domain: this.#host.domain(),
      caller: shown,
      callerHidden: caller.anonymous,
      callerExtension: caller.device === null ? null : (caller.number ?? ''),
      maxForwards: this.#host.maxForwards,
    });
    const device = target.kind === 'device' ? target.device : null;
    return { invite, party: { name: '', number: nameOf(target), device } };
  }

  callerAs(served: CallParty | null): Caller {
    if (served === null) return this.#host.caller;
    const { name, number, device } = served;
    const owner = device === null ? null : ownerOf(this.#host.domain(), device);
    return { device, number: owner?.extension ?? number, name: owner?.name ?? name, anonymous: false };
  }
}
