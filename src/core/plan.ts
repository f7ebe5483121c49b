import type { Cause } from './cause.js';
import type { Destination, Service } from './domain.js';

/** What to do with a call, as data. A plan is a tree: each way of failing names what follows. */
export type Plan =
  | RingPlan
  | { readonly do: 'voicemail'; readonly extension: string }
  | RoutePlan
  | { readonly do: 'serve'; readonly service: Service }
  | { readonly do: 'reject'; readonly cause: Cause };

export type RingPlan = {
  readonly do: 'ring';
  /** Whose rule it is. */
  readonly extension: string;
  readonly targets: readonly RingTarget[];
  /** The whole ring phase, from the first INVITE (D-11). [ms] */
  readonly ringMs: number;
  readonly unanswered: Plan;
};

/** Decide again for this destination when its turn comes, one hop more; if that would be a loop (D-46): `otherwise`. */
export type RoutePlan = {
  readonly do: 'route';
  readonly from: string;
  readonly to: Destination;
  readonly purpose: Purpose;
  readonly otherwise: Plan;
};

/** Why a call came to an object; a second visit for the same purpose is a loop (D-46). */
export type Purpose = 'dialled' | 'always' | 'unanswered';

/** One registered contact to ring. */
export type RingTarget = {
  readonly device: string;
  /** Request-URI. */
  readonly uri: string;
  readonly flow: string | null;
  readonly delayMs: number;
};

/** A decision, the answering rule that it follows (null: no user's rules were asked) and its reasons, in the order they were found. */
export type Decision = { readonly plan: Plan; readonly rule: string | null; readonly because: readonly string[] };
