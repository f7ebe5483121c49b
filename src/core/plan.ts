import type { Destination, Service } from './domain.js';

/** What to do with a call, as data. A plan is a tree: each way of failing names what follows. */
export type Plan =
  | RingPlan
  | { readonly do: 'voicemail'; readonly extension: string }
  /** Decide again for this destination when its turn comes; one hop more. */
  | { readonly do: 'route'; readonly to: Destination; readonly purpose: Purpose }
  | { readonly do: 'serve'; readonly service: Service }
  | { readonly do: 'reject'; readonly cause: RejectCause };

export type RingPlan = {
  readonly do: 'ring';
  readonly extension: string;
  readonly targets: readonly RingTarget[];
  /** The whole ring phase, from the first INVITE (D-11). [ms] */
  readonly ringMs: number;
  readonly unanswered: Plan;
};

/** Why a call came to an object; a second visit for the same purpose is a loop (D-46). */
export type Purpose = 'dialled' | 'always' | 'unanswered';

/** One registered contact to ring. */
export type RingTarget = {
  /** Unique within the plan. */
  readonly id: string;
  readonly device: string;
  /** Request-URI. */
  readonly uri: string;
  readonly flow: string | null;
  readonly delayMs: number;
};

/** Keys of the cause table in cause.ts. */
export type RejectCause = 'unknownNumber' | 'notRegistered' | 'unavailable' | 'loop' | 'forbidden';

/** A decision and its reasons, in the order they were found. */
export type Decision = { readonly plan: Plan; readonly because: readonly string[] };
