import type { Plan, RingPlan, RoutePlan } from '../plan.js';

/**
 * What rings for an agent: of the decision that would be made for a call to his device or user, the part that rings
 * phones (D-27). Null: nothing does, so that he is unavailable. A queue call takes none of the exits, so it cannot end in
 * a personal mailbox; it rings as long as the queue says (D-11), and whoever answers is asked where the entry wants it.
 */
export function offerPlan(
  plan: Plan,
  { ringMs, confirm }: { readonly ringMs: number; readonly confirm: boolean },
): RingPlan | RoutePlan | null {
  switch (plan.do) {
    case 'ring': {
      const targets = plan.targets.filter(({ delayMs }) => delayMs < ringMs); // D-11
      if (targets.length === 0) return null;
      return {
        ...plan,
        targets: confirm ? targets.map((target) => ({ ...target, confirm: 'callFor' })) : targets,
        ringMs,
        busy: null,
        offline: null,
        unanswered: NOWHERE,
      };
    }
    case 'screen':
      return offerPlan(plan.then, { ringMs, confirm });
    case 'route': {
      const { to } = plan;
      if (to.to !== 'device' && to.to !== 'number') return null;
      const asks = to.to === 'number' && confirm ? { ...to, confirm } : to;
      return { ...plan, to: asks, screened: false, otherwise: NOWHERE };
    }
    case 'voicemail':
    case 'serve':
    case 'switch':
    case 'queue':
    case 'retrieve':
    case 'regret':
    case 'reject':
      return null;
  }
}

const NOWHERE: Plan = { do: 'reject', cause: 'unavailable' };

/**
 * Headers that make a phone answer by itself: RFC 5373, and what phones understood before it. `host`: ours, for
 * the URIs, which nobody dereferences.
 */
export function autoAnswerHeaders(host: string): readonly (readonly [string, string])[] {
  return [
    ['Answer-Mode', 'Auto'],
    ['Call-Info', `<sip:${host}>;answer-after=0`],
    ['Alert-Info', `<http://${host}>;info=alert-autoanswer`],
  ];
}

/** A ring of its own for calls of queues and slots, where the phone knows one (RFC 7462). */
export function queueHeaders(host: string): readonly (readonly [string, string])[] {
  return [['Alert-Info', `<http://${host}>;info=queue`]];
}
