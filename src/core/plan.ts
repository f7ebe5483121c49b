import type { Cause } from './cause.js';
import { type Destination, describe, type Feature, type Service } from './domain.js';
import type { AnnouncedFact } from './queue/queue-config.js';
import type { Reason } from './reason.js';

/** What to do with a call, as data. A plan is a tree: each way of failing names what follows. */
export type Plan =
  | RingPlan
  | ScreenPlan
  | { readonly do: 'voicemail'; readonly extension: string }
  | RoutePlan
  | { readonly do: 'serve'; readonly service: Service }
  /** Wait in the line of a queue. `announce`: the phone number's choice of announcements; null: the queue's. */
  | { readonly do: 'queue'; readonly extension: string; readonly announce: readonly AnnouncedFact[] | null }
  /** Talk to whoever is parked there (D-43). */
  | { readonly do: 'retrieve'; readonly slot: string }
  /** `digits`: what was dialled after the code. */
  | { readonly do: 'switch'; readonly extension: string; readonly feature: Feature; readonly digits: string }
  /** Say why, then end the call. */
  | { readonly do: 'regret'; readonly why: Regret; readonly cause: Cause }
  | { readonly do: 'reject'; readonly cause: Cause };

/** Why a caller is sent away: a queue lets him not in, or keeps him no longer; a slot has nobody in it. */
export type Regret = 'queueUnavailable' | 'queueUnanswered' | 'nothingParked';

export type RingPlan = {
  readonly do: 'ring';
  /** Whose rule it is; null: the caller dialled a number outside. */
  readonly extension: string | null;
  readonly targets: readonly RingTarget[];
  /** The whole ring phase, from the first INVITE (D-11). [ms] */
  readonly ringMs: number;
  /** How long who answered may take to press 1 (D-17); absent: 20 s. [ms] */
  readonly confirmMs?: number;
  /** After the only target was busy (D-9); null: as unanswered. */
  readonly busy: Plan | null;
  /** After none of the user's own devices gave a sign of life (D-10); null: as unanswered. */
  readonly offline: Plan | null;
  readonly unanswered: Plan;
};

/** The caller records a name first (D-25); nothing rings before. */
export type ScreenPlan = { readonly do: 'screen'; readonly extension: string; readonly then: RingPlan | RoutePlan };

/** Decide again for this destination when its turn comes, one hop more; if that would be a loop (D-46): `otherwise`. */
export type RoutePlan = {
  readonly do: 'route';
  readonly from: string;
  readonly to: Destination;
  readonly purpose: Purpose;
  /** The caller has said a name, so that whoever is rung there is asked. */
  readonly screened: boolean;
  readonly otherwise: Plan;
};

/** Why a call came to an object; a second visit for the same purpose is a loop (D-46). */
export type Purpose = 'dialled' | 'number' | 'redirected' | 'unavailable' | 'transferred' | Exit;

/** The exits of an answering rule (D-2). */
export type Exit = 'always' | 'offline' | 'active' | 'busy' | 'unanswered';

export type RingTarget = DeviceTarget | NumberTarget;

/** One registered contact to ring. */
export type DeviceTarget = {
  readonly kind: 'device';
  readonly device: string;
  /** Request-URI. */
  readonly uri: string;
  readonly flow: string | null;
  /** Route values of the INVITE, from the Path of the registration (RFC 3327); absent: none. */
  readonly path?: readonly string[];
  readonly delayMs: number;
  readonly confirm: Confirm | null;
  /** One of the devices whose silence means that the user is offline (D-10). */
  readonly own: boolean;
};

/** A number outside, by trunks of these names, tried in order. */
export type NumberTarget = {
  readonly kind: 'number';
  /** E.164, or as dialled where it is none. */
  readonly number: string;
  readonly trunks: readonly string[];
  readonly emergency: boolean;
  readonly delayMs: number;
  readonly confirm: Confirm | null;
};

/** What the one who answers is asked: to take a call for a user (D-17), or one of a caller who has said a name (D-25). */
export type Confirm = 'callFor' | 'callFrom';

/** A decision, the answering rule that it follows (null: no user's rules were asked) and its reasons, in the order they were found. */
export type Decision = { readonly plan: Plan; readonly rule: string | null; readonly because: readonly Reason[] };

/** The id of a device, or the number. */
export function nameOf(target: RingTarget): string {
  return target.kind === 'device' ? target.device : target.number;
}

/** A plan in a few words, without what follows it. */
export function describePlan(plan: Plan): string {
  switch (plan.do) {
    case 'ring':
      return `ring ${plan.targets.map(nameOf).join(', ')}`;
    case 'screen':
      return `ask for the name, then ${describePlan(plan.then)}`;
    case 'voicemail':
      return `voicemail ${plan.extension}`;
    case 'route':
      return describe(plan.to);
    case 'serve':
      return plan.service;
    case 'switch':
      return plan.feature.does;
    case 'queue':
      return `queue ${plan.extension}`;
    case 'retrieve':
      return `retrieve from ${plan.slot}`;
    case 'regret':
    case 'reject':
      return plan.cause;
  }
}
