import type { Cause } from '../core/cause.js';
import type { Domain } from '../core/domain.js';
import type { DomainState } from '../core/domain-state.js';
import type { Place } from './problem.js';

/** One call that an admin wants to come out so. All times but `at` are milliseconds after the INVITE, or after the answer. */
export type CallTest = {
  readonly name: string;
  readonly place: Place;
  /** As configured; what users have switched is in `state`. */
  readonly domain: Domain;
  readonly state: DomainState;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly from: TestCaller;
  readonly dialled: string;
  readonly does: CallerDoing;
  /** Null: every device is. */
  readonly registered: ReadonlySet<string> | null;
  /** By device id, or number as `comparable` writes it. Who is not in it rings. */
  readonly phones: ReadonlyMap<string, PhoneDoing>;
  /** Those that do not work. */
  readonly trunks: ReadonlyMap<string, TrunkDoing>;
  /** Extensions of agents who are logged in to all of their queues. */
  readonly agents: readonly string[];
  /** Devices that are in a call already, once for each call. */
  readonly inCall: readonly string[];
  readonly expected: Expectation;
};

export type TestCaller =
  | { readonly is: 'device'; readonly device: string; readonly anonymous: boolean }
  | {
      readonly is: 'outside';
      readonly number: string;
      readonly name: string;
      readonly anonymous: boolean;
      readonly trunk: string;
    };

export type CallerDoing = {
  /** Null: never. */
  readonly hangsUpMs: number | null;
  readonly keys: readonly Key[];
  readonly speaksMs: number;
};

/** A key that is pressed, so long after the answer. */
export type Key = { readonly key: string; readonly afterMs: number };

export type PhoneDoing =
  | { readonly does: 'rings' | 'dead' | 'unregistered' }
  | {
      readonly does: 'answers';
      readonly afterMs: number;
      readonly keys: readonly Key[];
      readonly hangsUpMs: number | null;
    }
  | { readonly does: 'refuses'; readonly status: number; readonly afterMs: number }
  | { readonly does: 'redirects'; readonly to: string; readonly afterMs: number };

/** `status` null: nothing comes back. */
export type TrunkDoing = { readonly status: number | null };

/** What is null does not matter. */
export type Expectation = {
  readonly rule: { readonly name: string; readonly place: Place } | null;
  readonly legs: readonly ExpectedLeg[] | null;
  readonly end: ExpectedEnd | null;
};

export type ExpectedLeg = {
  /** Device id, or number as `comparable` writes it. */
  readonly to: string;
  readonly atMs: number;
  readonly untilMs: number | null;
  readonly by: string | null;
  readonly place: Place;
};

export type ExpectedEnd = { readonly end: CallEnd; readonly atMs: number | null; readonly place: Place };

/** What a caller comes to. */
export type CallEnd =
  | { readonly end: 'answered'; readonly by: string }
  | { readonly end: 'voicemail'; readonly extension: string }
  | { readonly end: 'service'; readonly number: string }
  /** `cause` null: whatever leads to that status. */
  | { readonly end: 'refused'; readonly cause: Cause | null; readonly status: number }
  | { readonly end: 'gaveUp' };
