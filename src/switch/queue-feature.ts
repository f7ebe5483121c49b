import type { QueueFeature } from '../core/domain.js';
import { statusNamed } from '../core/queue/agent-status.js';
import type { AgentEvent } from '../core/queue/queue-event.js';
import type { FeatureOutcome } from '../scripts/feature.js';
import type { LiveQueues, ParkOutcome } from './live-queues.js';

/** Does what a feature code says of agents and slots for the user who dialled it, and tells what came of it. */
export function queueFeature(
  lines: LiveQueues,
  extension: string,
  feature: QueueFeature,
  digits: string,
  /** Parks whom a phone of the user has on hold; null: it holds nobody. */
  parkHeld: (slot: string | null) => ParkOutcome | null,
): FeatureOutcome | { readonly slot: string } {
  if (feature.does === 'park') {
    const outcome = parkHeld(digits === '' ? null : digits);
    return outcome === null || 'refused' in outcome ? 'refused' : { slot: outcome.slot };
  }
  const agent = lines.agent(extension);
  if (agent === null) return 'refused';
  const done = (event: AgentEvent, outcome: FeatureOutcome): FeatureOutcome =>
    lines.ask(event) === null ? outcome : 'refused';
  const own = { agent: extension, by: extension };
  switch (feature.does) {
    case 'agentLogin':
    case 'agentLogout':
    case 'agentToggle':
    case 'agentSingleCall': {
      const queues = agent.queues.filter(({ queue }) => digits === '' || queue === digits);
      if (queues.length === 0) return 'refused';
      const queue = digits === '' ? null : digits;
      const isIn = agent.status !== 'offline' && queues.every(({ loggedIn }) => loggedIn);
      if (feature.does === 'agentLogout' || (feature.does === 'agentToggle' && isIn))
        return done({ type: 'agentLoggedOut', ...own, queue, reason: null }, 'agent-logout');
      const singleCall = feature.does === 'agentSingleCall';
      const outcome = singleCall ? 'agent-single-call' : 'agent-login';
      return done({ type: 'agentLoggedIn', ...own, queue, singleCall, reason: null }, outcome);
    }
    case 'agentAway': {
      const status = statusNamed(feature.status, lines.domain.acd.statuses);
      if (status?.status !== 'away' || agent.status === 'offline') return 'refused';
      return done({ type: 'agentAway', ...own, reason: status.reason ?? feature.status }, 'agent-away');
    }
    case 'agentReturn':
      if (agent.status !== 'away') return 'refused';
      return done({ type: 'agentReturned', ...own }, 'agent-return');
    case 'wrapUpEnd':
      if (agent.wrapUpMs === 0) return 'refused';
      return done({ type: 'wrapUpEnded', ...own }, 'wrap-up-ended');
  }
}
