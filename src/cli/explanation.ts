import { type Call, type CallEffect, type CallEvent, type Conversation, callerOf, startCall } from '../core/call.js';
import { stepCall } from '../core/call-step.js';
import type { Caller } from '../core/caller.js';
import { CAUSES } from '../core/cause.js';
import type { Destination, Domain, Feature, Service } from '../core/domain.js';
import { type Confirm, nameOf, type Regret } from '../core/plan.js';
import type { Reason } from '../core/reason.js';
import { decide, dialled } from '../core/route.js';
import type { World } from '../core/world.js';

/** What happens at one moment of the call. */
export type ExplanationStep = { readonly afterMs: number } & (
  | {
      readonly what: 'decided';
      readonly to: Destination;
      /** Of which rule; null: no user's rules were asked. */
      readonly rule: string | null;
      readonly because: readonly Reason[];
    }
  | { readonly what: 'rings'; readonly target: string; readonly confirm: Confirm | null }
  /** The caller is asked for a name (D-25). */
  | { readonly what: 'screens'; readonly extension: string }
  | { readonly what: 'voicemail'; readonly extension: string }
  | { readonly what: 'service'; readonly service: Service }
  | { readonly what: 'feature'; readonly does: Feature['does'] }
  | { readonly what: 'queue'; readonly extension: string }
  | { readonly what: 'slot'; readonly slot: string }
  | { readonly what: 'regret'; readonly why: Regret }
  | { readonly what: 'refused'; readonly status: number; readonly why: string }
);

/**
 * What the exchange does with a call that nobody answers: the call machine of core/call.ts, asked by the decisions of
 * core/route.ts like a live INVITE, with its timers run off in order. `at`: epoch milliseconds.
 */
export function explainCall(
  domain: Domain,
  world: World,
  to: string,
  caller: Caller,
  at: number,
): readonly ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  const timers = new Map<string, number>();
  const events: CallEvent[] = [{ type: 'invited' }];
  let call: Call = startCall('caller', dialled(domain, to, caller));
  let now = at;
  const perform = (effect: CallEffect): void => {
    const afterMs = now - at;
    switch (effect.type) {
      case 'decide': {
        const inquiry = { to: effect.to, caller, by: effect.from, screened: effect.screened };
        const { plan, rule, because } = decide(domain, world, inquiry, now);
        steps.push({ afterMs, what: 'decided', to: effect.to, rule, because });
        events.push({ type: 'decided', plan });
        return;
      }
      case 'invite':
        steps.push({ afterMs, what: 'rings', target: nameOf(effect.target), confirm: effect.target.confirm });
        events.push({ type: 'ringing', leg: effect.leg, early: false });
        return;
      case 'converse':
        steps.push({ afterMs, ...conversationStep(effect.conversation) });
        if (effect.conversation.with === 'screen')
          events.push({ type: 'answered', leg: callerOf(call) }, { type: 'conversed' });
        return;
      case 'hangUp': {
        if (effect.leg !== callerOf(call)) return;
        const { status, text } = CAUSES[effect.cause];
        steps.push({ afterMs, what: 'refused', status, why: text });
        return;
      }
      case 'startTimer':
        timers.set(effect.timer, now + effect.afterMs);
        return;
      case 'stopTimer':
        timers.delete(effect.timer);
        return;
      case 'joinQueue':
        steps.push({ afterMs, what: 'queue', extension: effect.queue });
        return;
      case 'retrieve':
        steps.push({ afterMs, what: 'slot', slot: effect.slot });
        return;
      case 'offerRinging':
      case 'offerConfirming':
      case 'offerAccepted':
      case 'offerFailed':
      case 'talkEnded':
      case 'stoppedWaiting':
      case 'ringback':
      case 'early':
      case 'answer':
      case 'connect':
      case 'confirm':
      case 'dismiss':
      case 'redirect':
        return; // need a phone that answers
    }
  };
  while (call.phase !== 'conversing' && call.phase !== 'waiting' && call.phase !== 'ended') {
    const event = events.shift() ?? nextTimer(timers);
    if (event === null) break;
    if ('due' in event) now = event.due;
    const [next, effects] = stepCall(call, 'due' in event ? { type: 'timer', timer: event.timer } : event, now);
    call = next;
    effects.forEach(perform);
  }
  return steps;
}

function conversationStep(talk: Conversation) {
  switch (talk.with) {
    case 'voicemail':
      return { what: 'voicemail', extension: talk.extension } as const;
    case 'service':
      return { what: 'service', service: talk.service } as const;
    case 'feature':
      return { what: 'feature', does: talk.feature.does } as const;
    case 'regret':
      return { what: 'regret', why: talk.why } as const;
    case 'screen':
      return { what: 'screens', extension: talk.extension } as const;
  }
}

/** Takes out the timer that is due first; of several, the one started first. */
function nextTimer(timers: Map<string, number>): { readonly timer: string; readonly due: number } | null {
  let first: { timer: string; due: number } | null = null;
  for (const [timer, due] of timers) if (first === null || due < first.due) first = { timer, due };
  if (first !== null) timers.delete(first.timer);
  return first;
}
