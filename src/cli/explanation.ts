import { type Call, type CallEffect, type CallEvent, callerOf, startCall, stepCall } from '../core/call.js';
import { CAUSES } from '../core/cause.js';
import type { Destination, Domain, Service } from '../core/domain.js';
import { type ContactsOf, decide, dialled } from '../core/route.js';

/** What happens at one moment of the call. */
export type ExplanationStep = { readonly afterMs: number } & (
  | {
      readonly what: 'decided';
      readonly to: Destination;
      /** Of which rule; null: no user's rules were asked. */
      readonly rule: string | null;
      readonly because: readonly string[];
    }
  | { readonly what: 'rings'; readonly device: string }
  | { readonly what: 'voicemail'; readonly extension: string }
  | { readonly what: 'service'; readonly service: Service }
  | { readonly what: 'refused'; readonly status: number; readonly why: string }
);

/**
 * What the exchange does with a call that nobody answers: the call machine of core/call.ts, asked by the decisions of
 * core/route.ts like a live INVITE, with its timers run off in order. `at`: epoch milliseconds.
 */
export function explainCall(
  domain: Domain,
  contactsOf: ContactsOf,
  to: string,
  fromDevice: string | null,
  at: number,
): readonly ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  const timers = new Map<string, number>();
  const events: CallEvent[] = [{ type: 'invited' }];
  let call: Call = startCall('caller', dialled(to));
  let now = at;
  const perform = (effect: CallEffect): void => {
    const afterMs = now - at;
    switch (effect.type) {
      case 'decide': {
        const { plan, rule, because } = decide(domain, contactsOf, { to: effect.to, fromDevice }, now);
        steps.push({ afterMs, what: 'decided', to: effect.to, rule, because });
        events.push({ type: 'decided', plan });
        return;
      }
      case 'invite':
        steps.push({ afterMs, what: 'rings', device: effect.target.device });
        return;
      case 'converse': {
        const { conversation } = effect;
        if (conversation.with === 'voicemail')
          steps.push({ afterMs, what: 'voicemail', extension: conversation.extension });
        else steps.push({ afterMs, what: 'service', service: conversation.service });
        return;
      }
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
      case 'ringback':
      case 'early':
      case 'answer':
      case 'connect':
        return; // need a phone that answers
    }
  };
  while (call.phase !== 'conversing' && call.phase !== 'ended') {
    const event = events.shift() ?? nextTimer(timers);
    if (event === null) break;
    if ('due' in event) now = event.due;
    const [next, effects] = stepCall(call, 'due' in event ? { type: 'timer', timer: event.timer } : event, now);
    call = next;
    effects.forEach(perform);
  }
  return steps;
}

/** Takes out the timer that is due first; of several, the one started first. */
function nextTimer(timers: Map<string, number>): { readonly timer: string; readonly due: number } | null {
  let first: { timer: string; due: number } | null = null;
  for (const [timer, due] of timers) if (first === null || due < first.due) first = { timer, due };
  if (first !== null) timers.delete(first.timer);
  return first;
}
