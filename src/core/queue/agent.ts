import { type Agent, log, type Turn } from './acd.js';
import { endWrapUp, extendWrapUp, logOut, setStatus, takesCalls } from './agent-status.js';
import { refreshAgent } from './availability.js';
import { settle } from './departure.js';
import { endOffer } from './offer.js';
import { describeReach } from './queue-config.js';
import type { AgentEvent } from './queue-event.js';

export function stepAgent(turn: Turn, event: AgentEvent): void {
  const agent = turn.acd.agents.get(event.agent);
  if (agent === undefined) return;
  switch (event.type) {
    case 'agentLoggedIn': {
      const joined = agent.memberships.filter(
        ({ queue }) => event.queue === null || queue.config.extension === event.queue,
      );
      if (joined.length === 0) return;
      for (const membership of joined) membership.loggedIn = true;
      return setStatus(turn, agent, event.singleCall ? 'singleCall' : 'online', event.reason, event.by);
    }
    case 'agentLoggedOut':
      logOut(turn, agent, event.queue, event.reason, event.by);
      return dropUnwanted(turn, agent);
    case 'agentAway':
      if (agent.status === 'offline') return;
      setStatus(turn, agent, 'away', event.reason, event.by);
      return dropUnwanted(turn, agent);
    case 'agentReturned':
      return agent.status === 'away' ? setStatus(turn, agent, 'online', null, event.by) : undefined;
    case 'agentReachable':
      return reachable(turn, agent, describeReach(event.reach), event.reachable);
    case 'agentOtherCalls':
      // A call that has ended is a last call end (D-28), whoever it was with.
      if (event.count < agent.otherCalls) agent.idleSince = turn.now;
      agent.otherCalls = event.count;
      return refreshAgent(turn.acd, agent);
    case 'wrapUpEnded':
      return endWrapUp(turn, agent);
    case 'wrapUpExtended':
      return extendWrapUp(turn, agent, event.byMs, event.reason);
    case 'callNoted': {
      const { call, disposition, reason, text } = event;
      return log(turn, { type: 'noted', agent: agent.id, call, disposition, reason, text });
    }
  }
}

function reachable(turn: Turn, agent: Agent, reach: string, isReachable: boolean): void {
  if (isReachable === agent.reachable.has(reach)) return;
  if (isReachable) {
    agent.reachable.add(reach);
    if (takesCalls(agent.status)) agent.idleSince = turn.now; // he came available (D-28)
    refreshAgent(turn.acd, agent);
    return;
  }
  agent.reachable.delete(reach);
  refreshAgent(turn.acd, agent);
  const { offer } = agent;
  if (offer !== null && offer.state !== 'confirming' && offer.membership.reach === reach) {
    endOffer(turn, offer, 'unreachable', 'noAnswer');
    settle(turn, offer.caller);
  }
}

/** An agent who goes is not rung on. What he has picked up already he may finish. */
function dropUnwanted(turn: Turn, agent: Agent): void {
  const { offer } = agent;
  if (offer === null || offer.state === 'confirming' || offer.pickUp) return;
  if (takesCalls(agent.status) && offer.membership.loggedIn) return;
  endOffer(turn, offer, 'withdrawn', 'answeredElsewhere');
  settle(turn, offer.caller);
}
