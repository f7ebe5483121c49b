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
import { type ForwardStep, type ForwardsTold, NOTHING_TOLD } from './forward-headers.js';
import { type InviteOccasion, inviteOf } from './outgoing-invite.js';

export type CallRoutingHost = {
  /** Whose INVITE it was. */
  readonly caller: Caller;
  readonly party: CallParty;
  readonly maxForwards: number;
  readonly told: ForwardsTold;
  readonly clock: Clock;
  readonly log: CallLog;
  /** The rules that hold for the call. */
  readonly domain: () => Domain;
  readonly worldOf: (domain: string) => World;
  /** A user is called by that number; null: by nobody known. */
  readonly called: (domain: string, extension: string, number: string | null) => void;
};

/** The INVITE to a target, null: it cannot be made; and whom it calls. */
export type Outgoing = { readonly invite: InviteTarget | null; readonly party: CallParty };

/** Decisions of one call, with their traces in its record. `served`: somebody else than who called, else null. */
export class CallRouting {
  readonly #host: CallRoutingHost;
  /** On whose account the call goes on: who forwarded it last. */
  #by: string | null = null;
  readonly #forwards: ForwardStep[] = [];
  /** Where phones pointed to (D-48). */
  readonly #redirected = new WeakSet<RingTarget>();

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
    if (from !== null && purpose !== 'dialled' && purpose !== 'number') this.#forwards.push({ by: from, why: purpose });
    const domain = this.#host.domain();
    const caller = this.callerAs(served);
    if (to.to === 'extension' && caller.number !== to.extension && domain.users.has(to.extension))
      called(domain.name, to.extension, caller.number);
    const { plan, rule, because } = decide(domain, worldOf(domain.name), { to, caller, by: from, screened }, at);
    log.decided(rule, because, domain);
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
    log.decided(null, because, domain);
    if (target !== null) this.#redirected.add(target);
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
      forwards: this.#forwardsTo(target, by),
      told: served === null ? this.#host.told : NOTHING_TOLD,
      headers: occasion?.headers ?? [],
    });
  }

  /** The INVITE to what rings for who wants to call `to`: a phone of his shows where the call is to go. */
  summon(target: RingTarget, route: number, to: string): Outgoing {
    const { caller, party } = this.#host;
    const shown = target.kind === 'device' ? { name: `Call ${to}`, number: to, device: null } : party;
    const nothing = { by: null, forwards: [], told: NOTHING_TOLD, headers: [] };
    return this.#inviteFrom(shown, caller, target, route, nothing);
  }

  #inviteFrom(
    shown: CallParty,
    caller: Caller,
    target: RingTarget,
    route: number,
    occasion: Pick<InviteOccasion, 'by' | 'forwards' | 'told' | 'headers'>,
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

  /** With the last one, if it is the phones of `by` that are passed by. */
  #forwardsTo(target: RingTarget, by: string | null): readonly ForwardStep[] {
    const forwards = this.#forwards;
    if (by === null || (forwards.at(-1)?.by === by && !this.#redirected.has(target))) return forwards;
    return [...forwards, { by, why: this.#redirected.has(target) ? 'redirected' : 'alongside' }];
  }

  callerAs(served: CallParty | null): Caller {
    if (served === null) return this.#host.caller;
    const { name, number, device } = served;
    const owner = device === null ? null : ownerOf(this.#host.domain(), device);
    return { device, number: owner?.extension ?? number, name: owner?.name ?? name, anonymous: false };
  }
}
