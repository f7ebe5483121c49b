import type { EpochMs } from '../machine/machine.js';
import {
  type Call,
  type CallEffect,
  type CallEvent,
  type CallStep,
  type Conversation,
  callerOf,
  hangUp,
  isLoop,
} from './call.js';
import type { Cause } from './cause.js';
import { describe } from './domain.js';
import type { Plan, RingPlan, RoutePlan } from './plan.js';
import {
  isRung,
  type RingingEffect,
  type RingingEvent,
  type RingingStep,
  startRinging,
  stepRinging,
} from './ringing.js';
import { abandonOffers, ofOffers, stepWaiting } from './waiting.js';

export function stepCall(call: Call, event: CallEvent, now: EpochMs): CallStep {
  if (call.phase === 'ended') return [call, event.type === 'joined' ? [hangUp(event.leg, 'callerGone')] : []];
  switch (event.type) {
    case 'invited':
      return [call, [decideDialled(call)]];
    case 'summoned':
      return perform({ ...call, phase: 'summoning' }, startRinging(call.id, event.plan, call.legs), [], now);
    case 'decided':
      return call.phase === 'deciding' ? follow(call, event.plan, [], now) : [call, []];
    case 'ready':
      return [call, call.early === null ? [] : [{ type: 'connect', a: event.leg, b: call.early }]];
    case 'ringing':
      return ofOffers(call, { type: 'ringing', leg: event.leg }, now) ?? ringing(call, event.leg, event.early, now);
    case 'answered':
      if (event.leg === callerOf(call)) return callerAnswered(call);
      return ofOffers(call, event, now) ?? ringStep(call, event, now);
    case 'accepted':
    case 'refused': {
      const { type, leg } = event;
      return ofOffers(call, { type, leg }, now) ?? ringStep(call, { type, leg }, now);
    }
    case 'lapsed': {
      const { type, leg } = event;
      return ofOffers(call, { type, leg }, now) ?? ringStep(call, { type: 'refused', leg }, now);
    }
    case 'ended':
      return legEnded(call, event, now);
    case 'redirected': {
      const { branch, target } = event;
      const redirected: RingingEvent = { type: 'redirected', branch, target, status: 480 };
      return ofOffers(call, redirected, now) ?? ringStep(call, redirected, now);
    }
    case 'conversed':
      if (call.phase === 'screening' && call.screened !== null)
        return follow({ ...call, screened: null }, call.screened, [], now);
      return [{ ...call, phase: 'ended' }, [hangUp(callerOf(call), call.callerAnswered ? 'normal' : call.ending)]];
    case 'left':
      return call.phase === 'waiting' ? leave(call, event.plan, now) : [call, []];
    case 'offered':
    case 'withdrawn':
    case 'connected':
    case 'parked':
    case 'handedOver':
    case 'joined':
      return stepWaiting(call, event, now);
    case 'timer':
      return ofOffers(call, event, now) ?? ringStep(call, event, now);
  }
}

function decideDialled({ dialled: to }: Call): CallEffect {
  return { type: 'decide', to, from: null, purpose: 'dialled', screened: false };
}

function follow(call: Call, plan: Plan, effects: readonly CallEffect[], now: EpochMs): CallStep {
  switch (plan.do) {
    case 'ring':
      return ring(call, plan, effects, now);
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
    case 'regret':
      return converse({ ...call, ending: plan.cause }, { with: 'regret', why: plan.why }, effects);
    case 'queue':
      return wait(call, [...effects, { type: 'joinQueue', queue: plan.extension, announce: plan.announce }]);
    case 'retrieve':
      return wait(call, [...effects, { type: 'retrieve', slot: plan.slot }]);
    case 'route':
      return forward(call, plan, effects, now);
    case 'reject':
      return [{ ...call, phase: 'ended' }, [...effects, hangUp(callerOf(call), plan.cause)]];
  }
}

function ring(call: Call, plan: RingPlan, effects: readonly CallEffect[], now: EpochMs): CallStep {
  const started = startRinging(call.id, plan, call.legs);
  // A caller who was answered to say a name, or has waited, hears ringback from us (D-25).
  const before: CallEffect[] = call.callerAnswered ? [...effects, { type: 'ringback' }] : [...effects];
  return perform({ ...call, phase: 'ringing' }, started, before, now);
}

function converse(call: Call, conversation: Conversation, effects: readonly CallEffect[]): CallStep {
  const next: Call = { ...call, phase: 'conversing', ringing: null };
  return [next, [...effects, { type: 'converse', conversation }]];
}

function wait(call: Call, effects: readonly CallEffect[]): CallStep {
  return [{ ...call, phase: 'waiting', ringing: null, early: null }, effects];
}

/** The queue sends him on; whatever rings for him is over. */
function leave(call: Call, plan: Plan, now: EpochMs): CallStep {
  const [next, effects] = abandonOffers(call, 'callerGone', now);
  return follow({ ...next, phase: 'deciding' }, plan, effects, now);
}

function forward(call: Call, plan: RoutePlan, effects: readonly CallEffect[], now: EpochMs): CallStep {
  const visit = `${describe(plan.to)} ${plan.purpose}`;
  if (isLoop(call, visit)) {
    const { otherwise } = plan;
    return follow(call, otherwise.do === 'reject' ? { do: 'reject', cause: 'loop' } : otherwise, effects, now);
  }
  const { to, from, purpose, screened } = plan;
  const visited = [...call.visited, visit];
  const forwarded: Call = { ...call, phase: 'deciding', ringing: null, visited };
  return [forwarded, [...effects, { type: 'decide', to, from, purpose, screened }]];
}

/**
 * Early media is passed only while there is one phone that could send it: several are never mixed (RFC 3960). From a leg
 * that has to confirm none is taken (D-16).
 */
function ringing(call: Call, leg: string, early: boolean, now: EpochMs): CallStep {
  const [next, effects] = ringStep(call, { type: 'ringing', leg }, now);
  if (next.phase !== 'ringing' || next.callerAnswered || next.ringing === null) return [next, effects];
  const [only, ...others] = next.ringing.rung;
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

function legEnded(call: Call, event: Extract<CallEvent, { type: 'ended' }>, now: EpochMs): CallStep {
  const { leg, status, redirect = null } = event;
  if (leg === callerOf(call)) return callerEnded(call, now);
  if (leg === call.peer) {
    const cause: Cause = call.callerAnswered ? 'normal' : 'unavailable';
    return [{ ...call, phase: 'ended', talk: null }, [...talkEnded(call), hangUp(callerOf(call), cause)]];
  }
  const ended: RingingEvent = { type: 'ended', leg, status, redirect };
  const freed: Call = call.early === leg ? { ...call, early: null } : call;
  return ofOffers(freed, ended, now) ?? ringStep(freed, ended, now);
}

function callerEnded(call: Call, now: EpochMs): CallStep {
  const [left, offers] = abandonOffers(call, 'callerGone', now);
  const [next, effects] = ringStep(left, { type: 'abandoned', cause: 'callerGone' }, now);
  const waiting: CallEffect[] = call.phase === 'waiting' ? [{ type: 'stoppedWaiting' }] : [];
  const peer = call.peer === null ? [] : [hangUp(call.peer, call.phase === 'talking' ? 'normal' : 'callerGone')];
  const all = [...offers, ...effects, ...peer, ...talkEnded(call), ...waiting];
  return [{ ...next, phase: 'ended', talk: null }, all];
}

function talkEnded({ talk }: Call): CallEffect[] {
  return talk === null ? [] : [{ type: 'talkEnded', offer: talk }];
}

function ringStep(call: Call, event: RingingEvent, now: EpochMs): CallStep {
  const { ringing } = call;
  if (ringing === null || ('leg' in event && !isRung(ringing, event.leg))) {
    // A leg that answers a ring that is over, e.g. while the next decision is made.
    return [call, event.type === 'answered' ? [hangUp(event.leg, 'answeredElsewhere')] : []];
  }
  return perform(call, stepRinging(ringing, event, now), [], now);
}

/** Does for the call what the ringing wants. */
function perform(call: Call, [ringing, wanted]: RingingStep, before: readonly CallEffect[], now: EpochMs): CallStep {
  const effects: CallEffect[] = [...before];
  let next: Call = { ...call, ringing, legs: ringing.legs };
  for (const effect of wanted) {
    switch (effect.type) {
      case 'won':
        return won(next, effect.leg, effects);
      case 'unanswered':
        return unanswered(next, effect, effects, now);
      case 'redirect': {
        // D-48: a forward by that leg, with the call's loop budget.
        const visit = `${effect.to} redirected`;
        if (isLoop(next, visit)) {
          const refused: RingingEvent = { type: 'redirected', branch: effect.branch, target: null, status: 482 };
          return perform(next, stepRinging(ringing, refused, now), effects, now);
        }
        next = { ...next, visited: [...next.visited, visit] };
        effects.push(effect);
        break;
      }
      case 'invite':
      case 'confirm':
      case 'dismiss':
      case 'hangUp':
      case 'startTimer':
      case 'stopTimer':
        effects.push(effect);
    }
  }
  return [next, effects];
}

function won(call: Call, leg: string, effects: readonly CallEffect[]): CallStep {
  if (call.phase === 'summoning') {
    const there: Call = {
      ...call,
      phase: 'deciding',
      initiator: leg,
      caller: leg,
      callerAnswered: true,
      ringing: null,
    };
    return [there, [...effects, decideDialled(there)]];
  }
  const next: Call = { ...call, peer: leg };
  if (call.callerAnswered)
    return [{ ...next, phase: 'talking' }, [...effects, { type: 'connect', a: callerOf(call), b: leg }]];
  return [{ ...next, phase: 'answering' }, [...effects, { type: 'answer', like: leg }]];
}

/** D-9, D-10, D-12: where no exit is left, the caller hears why the phones did not answer. */
function unanswered(
  call: Call,
  { cause, dead }: Extract<RingingEffect, { type: 'unanswered' }>,
  effects: readonly CallEffect[],
  now: EpochMs,
): CallStep {
  if (call.phase === 'summoning') return [{ ...call, phase: 'ended', ringing: null }, effects];
  const exit = exitOf(call.ringing?.plan ?? null, cause, dead) ?? { do: 'reject', cause };
  // The early media of the phone that did not answer is over: the next one's ringing has to be told again.
  const alerted = call.alerted && !call.earlyOpen;
  const over: Call = { ...call, ringing: null, early: null, alerted };
  return follow(over, exit.do === 'reject' ? { do: 'reject', cause } : exit, effects, now);
}

function exitOf(plan: RingPlan | null, cause: Cause, dead: boolean): Plan | null {
  if (plan === null) return null;
  if (dead && plan.offline !== null) return plan.offline;
  return cause === 'busy' && plan.busy !== null ? plan.busy : plan.unanswered;
}
