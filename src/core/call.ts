import type { EpochMs, TimerEffect, TimerEvent } from '../machine/machine.js';
import type { Cause } from './cause.js';
import { type Destination, describe, type Feature, type Service } from './domain.js';
import type { Plan, Purpose, RingPlan, RingTarget, RoutePlan, ScreenPlan } from './plan.js';
import { type BranchPlan, type Ring, type RingEffect, type RingEvent, startRing, stepRing } from './ring.js';

/**
 * One call: the caller's leg, what is being done with it, and the legs that are rung for it.
 *
 *     deciding → ringing → answering → talking → ended
 *         ↑ ↓       ↓ ↑
 *       (route)  conversing, screening (a script has the caller)
 */
export type Call = {
  /** Also the id of the caller's leg; the legs rung for it are `ID.1`, `ID.2` … */
  readonly id: string;
  readonly dialled: Destination;
  readonly phase: 'deciding' | 'screening' | 'ringing' | 'answering' | 'talking' | 'conversing' | 'ended';
  readonly callerAnswered: boolean;
  /** 180 has been sent. */
  readonly alerted: boolean;
  /** The leg whose early media the caller hears. */
  readonly early: string | null;
  /** The caller has an early session: what he hears until he is answered goes into it. */
  readonly earlyOpen: boolean;
  readonly plan: RingPlan | null;
  readonly ring: Ring | null;
  /** Whom the branches of the ring call at present. */
  readonly rung: readonly Rung[];
  /** What follows when the caller has said a name. */
  readonly screened: ScreenPlan['then'] | null;
  /** The leg the caller talks to, or will when his leg is answered. */
  readonly peer: string | null;
  /** Routing history (D-46): object and purpose of every visit. */
  readonly visited: readonly string[];
  readonly legs: number;
};

/** A branch of the ring and the leg that it is now: it may have tried another trunk before, or been redirected. */
export type Rung = {
  readonly branch: string;
  readonly leg: string;
  readonly target: RingTarget;
  /** Which of the target's trunks. */
  readonly route: number;
};

export type CallEvent =
  | { readonly type: 'invited' }
  | { readonly type: 'decided'; readonly plan: Plan }
  /** The caller's media is open for early media. */
  | { readonly type: 'ready'; readonly leg: string }
  | { readonly type: 'ringing'; readonly leg: string; readonly early: boolean }
  | { readonly type: 'answered'; readonly leg: string }
  /** What the one who answered said to the offered call. */
  | { readonly type: 'accepted' | 'refused'; readonly leg: string }
  /** `status`: final status of a leg that was never answered. `redirect`: who a 3xx pointed to. */
  | { readonly type: 'ended'; readonly leg: string; readonly status: number; readonly redirect?: string | null }
  /** The branch goes on with that target; null: it may not. */
  | { readonly type: 'redirected'; readonly branch: string; readonly target: RingTarget | null }
  /** The script with the caller is over. */
  | { readonly type: 'conversed' }
  | TimerEvent;

export type Conversation =
  | { readonly with: 'voicemail'; readonly extension: string }
  | { readonly with: 'service'; readonly service: Service }
  | { readonly with: 'feature'; readonly extension: string; readonly feature: Feature; readonly digits: string }
  /** The caller says a name for that user. */
  | { readonly with: 'screen'; readonly extension: string };

export type CallEffect =
  | {
      readonly type: 'decide';
      readonly to: Destination;
      readonly from: string | null;
      readonly purpose: Purpose;
      readonly screened: boolean;
    }
  | { readonly type: 'invite'; readonly leg: string; readonly target: RingTarget; readonly route: number }
  /** Who answered the leg is asked; `accepted` or `refused` follows. */
  | { readonly type: 'confirm'; readonly leg: string; readonly target: RingTarget; readonly extension: string | null }
  /** Tell the leg that the call is taken, then hang it up. */
  | { readonly type: 'dismiss'; readonly leg: string }
  /** A phone points elsewhere (D-48); `redirected` follows. */
  | { readonly type: 'redirect'; readonly branch: string; readonly from: RingTarget; readonly to: string }
  | { readonly type: 'ringback' }
  /** Give the caller early media, with codecs like that leg's. */
  | { readonly type: 'early'; readonly like: string }
  | { readonly type: 'answer'; readonly like: string }
  | { readonly type: 'connect'; readonly a: string; readonly b: string }
  | { readonly type: 'converse'; readonly conversation: Conversation }
  | { readonly type: 'hangUp'; readonly leg: string; readonly cause: Cause }
  | TimerEffect;

export type CallStep = readonly [Call, readonly CallEffect[]];

const MAX_HOPS = 10; // D-46
/** How long who answered has to press 1 (D-17). */
const CONFIRM_MS = 20_000;
/** A phone that did not ring by then is dead (D-10). */
const ALIVE_MS = 6_000;

export function callerOf(call: Call): string {
  return call.id;
}

export function startCall(id: string, to: Destination): Call {
  return {
    id,
    dialled: to,
    phase: 'deciding',
    callerAnswered: false,
    alerted: false,
    early: null,
    earlyOpen: false,
    plan: null,
    ring: null,
    rung: [],
    screened: null,
    peer: null,
    visited: [`${describe(to)} dialled`],
    legs: 1,
  };
}

export function stepCall(call: Call, event: CallEvent, now: EpochMs): CallStep {
  if (call.phase === 'ended') return [call, []];
  switch (event.type) {
    case 'invited':
      return [call, [{ type: 'decide', to: call.dialled, from: null, purpose: 'dialled', screened: false }]];
    case 'decided':
      return call.phase === 'deciding' ? follow(call, event.plan, []) : [call, []];
    case 'ready':
      return [call, call.early === null ? [] : [{ type: 'connect', a: event.leg, b: call.early }]];
    case 'ringing':
      return ringing(call, event.leg, event.early, now);
    case 'answered':
      return event.leg === callerOf(call) ? callerAnswered(call) : ringStep(call, 'answered', event.leg, now);
    case 'accepted':
    case 'refused':
      return ringStep(call, event.type, event.leg, now);
    case 'ended':
      return legEnded(call, event, now);
    case 'redirected':
      return redirected(call, event.branch, event.target, now);
    case 'conversed':
      if (call.phase === 'screening' && call.screened !== null)
        return follow({ ...call, screened: null }, call.screened, []);
      return [{ ...call, phase: 'ended' }, [hangUp(callerOf(call), 'normal')]];
    case 'timer':
      return call.ring === null ? [call, []] : ringEvent(call, call.ring, event, now);
  }
}

function follow(call: Call, plan: Plan, effects: readonly CallEffect[]): CallStep {
  switch (plan.do) {
    case 'ring':
      return ring(call, plan, effects);
    case 'screen': {
      const conversation: Conversation = { with: 'screen', extension: plan.extension };
      return [{ ...call, phase: 'screening', screened: plan.then }, [...effects, { type: 'converse', conversation }]];
    }
    case 'voicemail':
      return converse(call, { with: 'voicemail', extension: plan.extension }, effects);
    case 'serve':
      return converse(call, { with: 'service', service: plan.service }, effects);
    case 'switch': {
      const { extension, feature, digits } = plan;
      return converse(call, { with: 'feature', extension, feature, digits }, effects);
    }
    case 'route':
      return forward(call, plan, effects);
    case 'reject':
      return [{ ...call, phase: 'ended' }, [...effects, hangUp(callerOf(call), plan.cause)]];
  }
}

function ring(call: Call, plan: RingPlan, effects: readonly CallEffect[]): CallStep {
  const rung = plan.targets.map((target, i): Rung => {
    const leg = `${call.id}.${call.legs + i}`;
    return { branch: leg, leg, target, route: 0 };
  });
  const [started, ringEffects] = startRing(rung.map(branchPlan), plan.ringMs, plan.offline !== null);
  const legs = call.legs + rung.length;
  const next: Call = { ...call, phase: 'ringing', plan, ring: started, rung, legs };
  // A caller who was answered to say a name hears ringback from us (D-25).
  const before: CallEffect[] = call.callerAnswered ? [...effects, { type: 'ringback' }] : [...effects];
  return perform(next, ringEffects, before);
}

function branchPlan({ branch, target }: Rung): BranchPlan {
  const { confirmMs, aliveMs } = timesOf(target);
  return { leg: branch, delayMs: target.delayMs, confirmMs, aliveMs, own: target.kind === 'device' && target.own };
}

function timesOf(target: RingTarget): { readonly confirmMs: number | null; readonly aliveMs: number | null } {
  return {
    confirmMs: target.confirm === null ? null : CONFIRM_MS,
    aliveMs: target.kind === 'device' ? ALIVE_MS : null,
  };
}

function converse(call: Call, conversation: Conversation, effects: readonly CallEffect[]): CallStep {
  const next: Call = { ...call, phase: 'conversing', ring: null, plan: null, rung: [] };
  return [next, [...effects, { type: 'converse', conversation }]];
}

function forward(call: Call, plan: RoutePlan, effects: readonly CallEffect[]): CallStep {
  const visit = `${describe(plan.to)} ${plan.purpose}`;
  if (call.visited.includes(visit) || call.visited.length > MAX_HOPS) {
    const { otherwise } = plan;
    return follow(call, otherwise.do === 'reject' ? { do: 'reject', cause: 'loop' } : otherwise, effects);
  }
  const { to, from, purpose, screened } = plan;
  const visited = [...call.visited, visit];
  const forwarded: Call = { ...call, phase: 'deciding', ring: null, plan: null, rung: [], visited };
  return [forwarded, [...effects, { type: 'decide', to, from, purpose, screened }]];
}

/**
 * Early media is passed only while there is one phone that could send it: several are never mixed (RFC 3960). From a leg
 * that has to confirm none is taken (D-16).
 */
function ringing(call: Call, leg: string, early: boolean, now: EpochMs): CallStep {
  const [next, effects] = ringStep(call, 'ringing', leg, now);
  if (next.phase !== 'ringing' || next.callerAnswered) return [next, effects];
  const [only, ...others] = next.rung;
  const isPassed = others.length === 0 && only?.leg === leg && only.target.confirm === null;
  if (early && next.early === null && isPassed)
    return [{ ...next, early: leg, earlyOpen: true, alerted: true }, [...effects, { type: 'early', like: leg }]];
  if (next.alerted) return [next, effects];
  return [{ ...next, alerted: true }, [...effects, { type: 'ringback' }]];
}

function callerAnswered(call: Call): CallStep {
  const answered: Call = { ...call, callerAnswered: true };
  if (call.phase !== 'answering' || call.peer === null) return [answered, []];
  return [{ ...answered, phase: 'talking' }, [{ type: 'connect', a: callerOf(call), b: call.peer }]];
}

function legEnded(
  call: Call,
  { leg, status, redirect = null }: Extract<CallEvent, { type: 'ended' }>,
  now: EpochMs,
): CallStep {
  if (leg === callerOf(call)) {
    const [next, effects] = call.ring === null ? [call, []] : ringEvent(call, call.ring, { type: 'abandoned' }, now);
    const peer = call.peer === null ? [] : [hangUp(call.peer, call.phase === 'talking' ? 'normal' : 'callerGone')];
    return [{ ...next, phase: 'ended' }, [...effects, ...peer]];
  }
  if (leg === call.peer) {
    return [{ ...call, phase: 'ended' }, [hangUp(callerOf(call), call.callerAnswered ? 'normal' : 'unavailable')]];
  }
  const freed: Call = call.early === leg ? { ...call, early: null } : call;
  const rung = call.rung.find((r) => r.leg === leg);
  if (rung === undefined || call.ring === null) return [freed, []];
  const state = call.ring.branches.find((b) => b.leg === rung.branch)?.state;
  if (state === 'trying' && mayTryNext(rung, status)) return retry(freed, rung, rung.target, rung.route + 1, now);
  const isCalled = state === 'trying' || state === 'ringing';
  if (isCalled && redirect !== null && status >= 300 && status < 400 && rung.target.kind === 'device')
    return redirectTo(freed, rung, redirect, now);
  return ringStep(freed, 'failed', leg, now, status);
}

/** After a server's failure or silence the next trunk is tried, if nothing rang; a refusal is the callee's own word. */
function mayTryNext({ target, route }: Rung, status: number): boolean {
  return (
    target.kind === 'number' && route + 1 < target.trunks.length && (status === 408 || (status >= 500 && status < 600))
  );
}

/** The branch goes on as another leg. */
function retry(call: Call, old: Rung, target: RingTarget, route: number, now: EpochMs): CallStep {
  const rung: Rung = { branch: old.branch, leg: `${call.id}.${call.legs}`, target, route };
  const next: Call = { ...call, legs: call.legs + 1, rung: call.rung.map((r) => (r === old ? rung : r)) };
  if (call.ring === null) return [call, []];
  const event: RingEvent = { type: 'redirected', leg: rung.branch, ...timesOf(target) };
  const [stepped, effects] = ringEvent(next, call.ring, event, now);
  return [stepped, [...effects, { type: 'invite', leg: rung.leg, target, route }]];
}

/** D-48: a forward by that leg, with the call's loop budget. */
function redirectTo(call: Call, rung: Rung, to: string, now: EpochMs): CallStep {
  const visit = `${to} redirected`;
  if (call.visited.includes(visit) || call.visited.length > MAX_HOPS)
    return ringStep(call, 'failed', rung.leg, now, 482);
  const next: Call = { ...call, visited: [...call.visited, visit] };
  return [next, [{ type: 'redirect', branch: rung.branch, from: rung.target, to }]];
}

function redirected(call: Call, branch: string, target: RingTarget | null, now: EpochMs): CallStep {
  const rung = call.rung.find((r) => r.branch === branch);
  if (rung === undefined) return [call, []];
  return target === null ? ringStep(call, 'failed', rung.leg, now, 480) : retry(call, rung, target, 0, now);
}

function ringStep(
  call: Call,
  type: 'ringing' | 'answered' | 'accepted' | 'refused' | 'failed',
  leg: string,
  now: EpochMs,
  status = 0,
): CallStep {
  const branch = call.rung.find((r) => r.leg === leg)?.branch;
  if (call.ring === null || branch === undefined) {
    // A leg that answers a ring that is over, e.g. while the next decision is made.
    return [call, type === 'answered' ? [hangUp(leg, 'answeredElsewhere')] : []];
  }
  return ringEvent(call, call.ring, type === 'failed' ? { type, leg: branch, status } : { type, leg: branch }, now);
}

function ringEvent(call: Call, ring: Ring, event: RingEvent, now: EpochMs): CallStep {
  const [next, effects] = stepRing(ring, event, now);
  return perform({ ...call, ring: next }, effects, []);
}

/** Translates what the ring wants into what the call does. */
function perform(call: Call, ringEffects: readonly RingEffect[], before: readonly CallEffect[]): CallStep {
  const effects: CallEffect[] = [...before];
  for (const effect of ringEffects) {
    switch (effect.type) {
      case 'startTimer':
      case 'stopTimer':
        effects.push(effect);
        break;
      case 'unanswered':
        return unanswered(call, effect, effects);
      case 'call':
      case 'confirm':
      case 'dismiss':
      case 'hangUp':
      case 'won': {
        const rung = call.rung.find((r) => r.branch === effect.leg);
        if (rung === undefined) break;
        if (effect.type === 'won') return won(call, rung.leg, effects);
        effects.push(legEffect(effect, rung, call.plan?.extension ?? null));
      }
    }
  }
  return [call, effects];
}

function legEffect(
  effect: Extract<RingEffect, { type: 'call' | 'confirm' | 'dismiss' | 'hangUp' }>,
  { leg, target, route }: Rung,
  extension: string | null,
): CallEffect {
  switch (effect.type) {
    case 'call':
      return { type: 'invite', leg, target, route };
    case 'confirm':
      return { type: 'confirm', leg, target, extension };
    case 'dismiss':
      return { type: 'dismiss', leg };
    case 'hangUp':
      return hangUp(leg, effect.cause);
  }
}

function won(call: Call, leg: string, effects: readonly CallEffect[]): CallStep {
  const next: Call = { ...call, peer: leg };
  if (call.callerAnswered)
    return [{ ...next, phase: 'talking' }, [...effects, { type: 'connect', a: callerOf(call), b: leg }]];
  return [{ ...next, phase: 'answering' }, [...effects, { type: 'answer', like: leg }]];
}

/** D-9, D-10, D-12: where no exit is left, the caller hears why the phones did not answer. */
function unanswered(
  call: Call,
  { cause, dead }: Extract<RingEffect, { type: 'unanswered' }>,
  effects: readonly CallEffect[],
): CallStep {
  const exit = exitOf(call.plan, cause, dead) ?? { do: 'reject', cause };
  // The early media of the phone that did not answer is over: the next one's ringing has to be told again.
  const alerted = call.alerted && !call.earlyOpen;
  const over: Call = { ...call, ring: null, plan: null, rung: [], early: null, alerted };
  return follow(over, exit.do === 'reject' ? { do: 'reject', cause } : exit, effects);
}

function exitOf(plan: RingPlan | null, cause: Cause, dead: boolean): Plan | null {
  if (plan === null) return null;
  if (dead && plan.offline !== null) return plan.offline;
  return cause === 'busy' && plan.busy !== null ? plan.busy : plan.unanswered;
}

function hangUp(leg: string, cause: Cause): CallEffect {
  return { type: 'hangUp', leg, cause };
}
