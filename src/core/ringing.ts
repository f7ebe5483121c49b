import type { EpochMs, TimerEffect, TimerEvent } from '../machine/machine.js';
import type { Cause } from './cause.js';
import type { RingPlan, RingTarget } from './plan.js';
import { type BranchPlan, type Ring, type RingEffect, type RingEvent, startRing, stepRing } from './ring.js';

/**
 * A ring with the leg that each of its branches is now: a branch may have tried another trunk before, or been redirected
 * (D-48). The ring machine knows nothing of either.
 */
export type Ringing = {
  /** Its legs are `NAME.1`, `NAME.2` … */
  readonly name: string;
  readonly plan: RingPlan;
  readonly ring: Ring;
  readonly rung: readonly Rung[];
  /** Number of the next leg. */
  readonly legs: number;
};

export type Rung = {
  readonly branch: string;
  readonly leg: string;
  readonly target: RingTarget;
  /** Which of the target's trunks. */
  readonly route: number;
};

export type RingingEvent =
  | { readonly type: 'ringing' | 'answered' | 'accepted' | 'refused'; readonly leg: string }
  | { readonly type: 'ended'; readonly leg: string; readonly status: number; readonly redirect: string | null }
  /** The branch goes on with that target; null: it may not, for this status. */
  | {
      readonly type: 'redirected';
      readonly branch: string;
      readonly target: RingTarget | null;
      readonly status: number;
    }
  | { readonly type: 'abandoned'; readonly cause: Cause }
  | TimerEvent;

export type RingingEffect =
  | { readonly type: 'invite'; readonly leg: string; readonly target: RingTarget; readonly route: number }
  | { readonly type: 'confirm'; readonly leg: string; readonly target: RingTarget; readonly extension: string | null }
  | { readonly type: 'dismiss'; readonly leg: string }
  | { readonly type: 'redirect'; readonly branch: string; readonly from: RingTarget; readonly to: string }
  | { readonly type: 'hangUp'; readonly leg: string; readonly cause: Cause }
  | { readonly type: 'won'; readonly leg: string }
  | Extract<RingEffect, { readonly type: 'unanswered' }>
  | TimerEffect;

export type RingingStep = readonly [Ringing, readonly RingingEffect[]];

/** How long who answered has to press 1 (D-17), unless the plan says otherwise. */
const CONFIRM_MS = 20_000;
/** A phone that did not ring by then is dead (D-10). */
const ALIVE_MS = 6_000;

export function startRinging(name: string, plan: RingPlan, firstLeg: number): RingingStep {
  const rung = plan.targets.map((target, i): Rung => {
    const leg = `${name}.${firstLeg + i}`;
    return { branch: leg, leg, target, route: 0 };
  });
  const [ring, effects] = startRing(
    rung.map((r) => branchPlan(r, plan)),
    plan.ringMs,
    plan.offline !== null,
  );
  const ringing: Ringing = { name, plan, ring, rung, legs: firstLeg + rung.length };
  return [ringing, translated(ringing, effects)];
}

function branchPlan({ branch, target }: Rung, plan: RingPlan): BranchPlan {
  const { confirmMs, aliveMs } = timesOf(target, plan);
  return { leg: branch, delayMs: target.delayMs, confirmMs, aliveMs, own: target.kind === 'device' && target.own };
}

function timesOf(
  target: RingTarget,
  plan: RingPlan,
): { readonly confirmMs: number | null; readonly aliveMs: number | null } {
  return {
    confirmMs: target.confirm === null ? null : (plan.confirmMs ?? CONFIRM_MS),
    aliveMs: target.kind === 'device' ? ALIVE_MS : null,
  };
}

/** Whether the leg is one that rings. */
export function isRung({ rung }: Ringing, leg: string): boolean {
  return rung.some((r) => r.leg === leg);
}

export function stepRinging(ringing: Ringing, event: RingingEvent, now: EpochMs): RingingStep {
  switch (event.type) {
    case 'ringing':
    case 'answered':
    case 'accepted':
    case 'refused': {
      const rung = ringing.rung.find((r) => r.leg === event.leg);
      return rung === undefined ? [ringing, []] : step(ringing, { type: event.type, leg: rung.branch }, now);
    }
    case 'ended':
      return ended(ringing, event, now);
    case 'redirected': {
      const rung = ringing.rung.find((r) => r.branch === event.branch);
      if (rung === undefined) return [ringing, []];
      const { target, status } = event;
      return target === null ? failed(ringing, rung, status, now) : retry(ringing, rung, target, 0, now);
    }
    case 'abandoned':
    case 'timer':
      return step(ringing, event, now);
  }
}

function ended(
  ringing: Ringing,
  { leg, status, redirect }: Extract<RingingEvent, { type: 'ended' }>,
  now: EpochMs,
): RingingStep {
  const rung = ringing.rung.find((r) => r.leg === leg);
  if (rung === undefined) return [ringing, []];
  const state = ringing.ring.branches.find((b) => b.leg === rung.branch)?.state;
  if (state === 'trying' && mayTryNext(rung, status)) return retry(ringing, rung, rung.target, rung.route + 1, now);
  const isCalled = state === 'trying' || state === 'ringing';
  if (isCalled && redirect !== null && status >= 300 && status < 400 && rung.target.kind === 'device')
    return [ringing, [{ type: 'redirect', branch: rung.branch, from: rung.target, to: redirect }]];
  return failed(ringing, rung, status, now);
}

/** After a server's failure or silence the next trunk is tried, if nothing rang; a refusal is the callee's own word. */
function mayTryNext({ target, route }: Rung, status: number): boolean {
  return (
    target.kind === 'number' && route + 1 < target.trunks.length && (status === 408 || (status >= 500 && status < 600))
  );
}

/** The branch goes on as another leg. */
function retry(ringing: Ringing, old: Rung, target: RingTarget, route: number, now: EpochMs): RingingStep {
  const rung: Rung = { branch: old.branch, leg: `${ringing.name}.${ringing.legs}`, target, route };
  const next: Ringing = {
    ...ringing,
    legs: ringing.legs + 1,
    rung: ringing.rung.map((r) => (r === old ? rung : r)),
  };
  const [stepped, effects] = step(
    next,
    { type: 'redirected', leg: rung.branch, ...timesOf(target, ringing.plan) },
    now,
  );
  return [stepped, [...effects, { type: 'invite', leg: rung.leg, target, route }]];
}

function failed(ringing: Ringing, { branch }: Rung, status: number, now: EpochMs): RingingStep {
  return step(ringing, { type: 'failed', leg: branch, status }, now);
}

function step(ringing: Ringing, event: RingEvent, now: EpochMs): RingingStep {
  const [ring, effects] = stepRing(ringing.ring, event, now);
  const next: Ringing = { ...ringing, ring };
  return [next, translated(next, effects)];
}

/** What the ring wants of its branches, as what is wanted of their legs. */
function translated({ rung, plan }: Ringing, ringEffects: readonly RingEffect[]): RingingEffect[] {
  const effects: RingingEffect[] = [];
  for (const effect of ringEffects) {
    switch (effect.type) {
      case 'startTimer':
      case 'stopTimer':
      case 'unanswered':
        effects.push(effect);
        break;
      case 'call':
      case 'confirm':
      case 'dismiss':
      case 'hangUp':
      case 'won': {
        const of = rung.find((r) => r.branch === effect.leg);
        if (of !== undefined) effects.push(legEffect(effect, of, plan.extension));
      }
    }
  }
  return effects;
}

function legEffect(
  effect: Extract<RingEffect, { type: 'call' | 'confirm' | 'dismiss' | 'hangUp' | 'won' }>,
  { leg, target, route }: Rung,
  extension: string | null,
): RingingEffect {
  switch (effect.type) {
    case 'call':
      return { type: 'invite', leg, target, route };
    case 'confirm':
      return { type: 'confirm', leg, target, extension };
    case 'dismiss':
      return { type: 'dismiss', leg };
    case 'hangUp':
      return { type: 'hangUp', leg, cause: effect.cause };
    case 'won':
      return { type: 'won', leg };
  }
}
