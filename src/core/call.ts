import type { EpochMs, TimerEffect, TimerEvent } from '../machine/machine.js';
import type { Cause } from './cause.js';
import type { Destination, Service } from './domain.js';
import type { Plan, Purpose, RingPlan, RingTarget, RoutePlan } from './plan.js';
import { type Ring, type RingEffect, type RingEvent, startRing, stepRing } from './ring.js';
import { describe } from './route.js';

/**
 * One call: the caller's leg, what is being done with it, and the legs that are rung for it.
 *
 *     deciding → ringing → answering → talking → ended
 *         ↑ ↓       ↓
 *       (route)  conversing (a script has the caller)
 */
export type Call = {
  /** Also the id of the caller's leg; the legs rung for it are `ID.1`, `ID.2` … */
  readonly id: string;
  readonly dialled: Destination;
  readonly phase: 'deciding' | 'ringing' | 'answering' | 'talking' | 'conversing' | 'ended';
  readonly callerAnswered: boolean;
  /** 180 has been sent. */
  readonly alerted: boolean;
  /** The leg whose early media the caller hears. */
  readonly early: string | null;
  readonly plan: RingPlan | null;
  readonly ring: Ring | null;
  /** The leg the caller talks to, or will when his leg is answered. */
  readonly peer: string | null;
  /** Routing history (D-46): object and purpose of every visit. */
  readonly visited: readonly string[];
  readonly legs: number;
};

export type CallEvent =
  | { readonly type: 'invited' }
  | { readonly type: 'decided'; readonly plan: Plan }
  /** The caller's media is open for early media. */
  | { readonly type: 'ready'; readonly leg: string }
  | { readonly type: 'ringing'; readonly leg: string; readonly early: boolean }
  | { readonly type: 'answered'; readonly leg: string }
  /** `status`: final status of a leg that was never answered. */
  | { readonly type: 'ended'; readonly leg: string; readonly status: number }
  /** The script is over. */
  | { readonly type: 'conversed' }
  | TimerEvent;

export type Conversation =
  | { readonly with: 'voicemail'; readonly extension: string }
  | { readonly with: 'service'; readonly service: Service };

export type CallEffect =
  | { readonly type: 'decide'; readonly to: Destination; readonly from: string | null; readonly purpose: Purpose }
  | { readonly type: 'invite'; readonly leg: string; readonly target: RingTarget }
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
    plan: null,
    ring: null,
    peer: null,
    visited: [`${describe(to)} dialled`],
    legs: 1,
  };
}

export function stepCall(call: Call, event: CallEvent, now: EpochMs): CallStep {
  if (call.phase === 'ended') return [call, []];
  switch (event.type) {
    case 'invited':
      return [call, [{ type: 'decide', to: call.dialled, from: null, purpose: 'dialled' }]];
    case 'decided':
      return call.phase === 'deciding' ? follow(call, event.plan, []) : [call, []];
    case 'ready':
      return [call, call.early === null ? [] : [{ type: 'connect', a: event.leg, b: call.early }]];
    case 'ringing':
      return ringing(call, event.leg, event.early, now);
    case 'answered':
      return event.leg === callerOf(call) ? callerAnswered(call) : ringStep(call, event, now);
    case 'ended':
      return legEnded(call, event.leg, event.status, now);
    case 'conversed':
      return [{ ...call, phase: 'ended' }, [hangUp(callerOf(call), 'normal')]];
    case 'timer':
      return ringStep(call, event, now);
  }
}

function follow(call: Call, plan: Plan, effects: readonly CallEffect[]): CallStep {
  switch (plan.do) {
    case 'ring': {
      const branches = plan.targets.map((t, i) => ({ leg: `${call.id}.${call.legs + i}`, delayMs: t.delayMs }));
      const [ring, ringEffects] = startRing(branches, plan.ringMs);
      const ringing: Call = { ...call, phase: 'ringing', plan, ring, legs: call.legs + branches.length };
      return perform(ringing, ringEffects, effects);
    }
    case 'voicemail':
      return converse(call, { with: 'voicemail', extension: plan.extension }, effects);
    case 'serve':
      return converse(call, { with: 'service', service: plan.service }, effects);
    case 'route':
      return forward(call, plan, effects);
    case 'reject':
      return [{ ...call, phase: 'ended' }, [...effects, hangUp(callerOf(call), plan.cause)]];
  }
}

function converse(call: Call, conversation: Conversation, effects: readonly CallEffect[]): CallStep {
  return [{ ...call, phase: 'conversing', ring: null, plan: null }, [...effects, { type: 'converse', conversation }]];
}

function forward(call: Call, plan: RoutePlan, effects: readonly CallEffect[]): CallStep {
  const visit = `${describe(plan.to)} ${plan.purpose}`;
  if (call.visited.includes(visit) || call.visited.length > MAX_HOPS) {
    const { otherwise } = plan;
    return follow(call, otherwise.do === 'reject' ? { do: 'reject', cause: 'loop' } : otherwise, effects);
  }
  const { to, from, purpose } = plan;
  const forwarded: Call = { ...call, phase: 'deciding', ring: null, plan: null, visited: [...call.visited, visit] };
  return [forwarded, [...effects, { type: 'decide', to, from, purpose }]];
}

/** Early media is passed only while there is one phone that could send it: several are never mixed (RFC 3960). */
function ringing(call: Call, leg: string, early: boolean, now: EpochMs): CallStep {
  const [next, effects] = ringStep(call, { type: 'ringing', leg }, now);
  if (next.phase !== 'ringing' || next.callerAnswered) return [next, effects];
  if (early && next.early === null && next.ring?.branches.length === 1)
    return [{ ...next, early: leg, alerted: true }, [...effects, { type: 'early', like: leg }]];
  if (next.alerted) return [next, effects];
  return [{ ...next, alerted: true }, [...effects, { type: 'ringback' }]];
}

function callerAnswered(call: Call): CallStep {
  const answered: Call = { ...call, callerAnswered: true };
  if (call.phase !== 'answering' || call.peer === null) return [answered, []];
  return [{ ...answered, phase: 'talking' }, [{ type: 'connect', a: callerOf(call), b: call.peer }]];
}

function legEnded(call: Call, leg: string, status: number, now: EpochMs): CallStep {
  if (leg === callerOf(call)) {
    const [next, effects] = ringStep(call, { type: 'abandoned' }, now);
    const peer = call.peer === null ? [] : [hangUp(call.peer, call.phase === 'talking' ? 'normal' : 'callerGone')];
    return [{ ...next, phase: 'ended' }, [...effects, ...peer]];
  }
  if (leg === call.peer) {
    return [{ ...call, phase: 'ended' }, [hangUp(callerOf(call), call.callerAnswered ? 'normal' : 'unavailable')]];
  }
  const freed: Call = call.early === leg ? { ...call, early: null } : call;
  return ringStep(freed, { type: 'failed', leg, status }, now);
}

function ringStep(call: Call, event: RingEvent, now: EpochMs): CallStep {
  if (call.ring === null) {
    // A leg that answers a ring that is over, e.g. while the next decision is made.
    return [call, event.type === 'answered' ? [hangUp(event.leg, 'answeredElsewhere')] : []];
  }
  const [ring, effects] = stepRing(call.ring, event, now);
  return perform({ ...call, ring }, effects, []);
}

/** Translates what the ring wants into what the call does. */
function perform(call: Call, ringEffects: readonly RingEffect[], before: readonly CallEffect[]): CallStep {
  const effects: CallEffect[] = [...before];
  for (const effect of ringEffects) {
    switch (effect.type) {
      case 'call': {
        const index = call.ring?.branches.findIndex((b) => b.leg === effect.leg) ?? -1;
        const target = call.plan?.targets[index];
        if (target !== undefined) effects.push({ type: 'invite', leg: effect.leg, target });
        break;
      }
      case 'hangUp':
      case 'startTimer':
      case 'stopTimer':
        effects.push(effect);
        break;
      case 'won':
        return won(call, effect.leg, effects);
      case 'unanswered':
        return unanswered(call, effect.cause, effects);
    }
  }
  return [call, effects];
}

function won(call: Call, leg: string, effects: readonly CallEffect[]): CallStep {
  const next: Call = { ...call, peer: leg };
  if (call.callerAnswered)
    return [{ ...next, phase: 'talking' }, [...effects, { type: 'connect', a: callerOf(call), b: leg }]];
  return [{ ...next, phase: 'answering' }, [...effects, { type: 'answer', like: leg }]];
}

/** D-9, D-12: where no exit is left, the caller hears why the phones did not answer. */
function unanswered(call: Call, cause: Cause, effects: readonly CallEffect[]): CallStep {
  const exit = call.plan?.unanswered ?? { do: 'reject', cause };
  const over: Call = { ...call, ring: null, plan: null, early: null };
  return follow(over, exit.do === 'reject' ? { do: 'reject', cause } : exit, effects);
}

function hangUp(leg: string, cause: Cause): CallEffect {
  return { type: 'hangUp', leg, cause };
}
