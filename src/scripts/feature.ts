import type { Conversing } from './conversation.js';

/** What a feature code brought about. `refused`: there was nothing to do, or it may not be. */
export type FeatureOutcome =
  | 'dnd-on'
  | 'dnd-off'
  | 'forward-on'
  | 'forward-off'
  | 'toggle-on'
  | 'toggle-off'
  | 'caller-blocked'
  | 'agent-login'
  | 'agent-logout'
  | 'agent-single-call'
  | 'agent-away'
  | 'agent-return'
  | 'wrap-up-ended'
  | 'refused';

/** Tells who dialled a feature code what is so now. */
export function* announceFeature(outcome: FeatureOutcome): Conversing {
  yield { do: 'answer' };
  yield { do: 'play', say: [{ prompt: `feature-${outcome}` }, { prompt: 'goodbye' }], until: '' };
}
