import type { EpochMs } from '../../machine/machine.js';
import { type Acd, type Activity, type Agent, activityOf, type Caller, type Queue } from './acd.js';
import { verdictOf } from './availability.js';
import { expectedWaitMs } from './estimate.js';
import { agentLight, type Light, queueLight } from './light.js';
import { averageWait, callersAhead } from './line.js';
import type { QueueKind } from './queue-config.js';
import type { CallerParty, OfferId } from './queue-event.js';
import type { AgentStatus } from './queue-log.js';
import { tellVerdict, type Verdict } from './ranking.js';

/** The whole machine as plain JSON: for `strowger queue`, `strowger agent --why`, the wallboard and a crash report. */
export type AcdSnapshot = {
  readonly at: EpochMs;
  readonly queues: readonly QueueSnapshot[];
  readonly agents: readonly AgentSnapshot[];
};

/** */
export type QueueSnapshot = {
  readonly extension: string;
  readonly name: string;
  readonly kind: QueueKind;
  readonly light: Light;
  /** Logged in and reachable. */
  readonly online: number;
  /** Free to take a caller now. */
  readonly available: number;
  readonly longestWaitMs: number;
  readonly averageWaitMs: number;
  /** For somebody who would join now; null: not known. */
  readonly expectedWaitMs: number | null;
  /** Head first. */
  readonly callers: readonly CallerSnapshot[];
};

export type CallerSnapshot = {
  readonly call: string;
  readonly party: CallerParty;
  readonly position: number;
  readonly priority: number;
  readonly waitedMs: number;
  readonly state: 'intro' | 'waiting' | 'offered' | 'taken';
  readonly offers: readonly OfferSnapshot[];
};

export type OfferSnapshot = {
  readonly offer: OfferId;
  readonly agent: string;
  readonly state: 'reserved' | 'ringing' | 'confirming';
  readonly ringsForMs: number;
};

export type AgentSnapshot = {
  readonly agent: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly reason: string | null;
  readonly since: EpochMs;
  readonly activity: Activity;
  readonly light: Light;
  /** Caller's calls. */
  readonly talks: readonly string[];
  readonly otherCalls: number;
  readonly wrapUpMs: number;
  readonly idleSince: EpochMs;
  readonly queues: readonly {
    readonly queue: string;
    readonly loggedIn: boolean;
    readonly verdict: Verdict;
    readonly why: string;
  }[];
};

export function snapshotAcd(acd: Acd, now: EpochMs): AcdSnapshot {
  return {
    at: now,
    queues: [...acd.queues.values()].map((queue) => snapshotQueue(queue, now)),
    agents: [...acd.agents.values()].map((agent) => snapshotAgent(agent, now)),
  };
}

export function snapshotQueue(queue: Queue, now: EpochMs): QueueSnapshot {
  const { config, line, eligible, online } = queue;
  return {
    extension: config.extension,
    name: config.name,
    kind: config.kind,
    light: queueLight({ online, available: eligible.length }),
    online,
    available: eligible.length,
    longestWaitMs: line.reduce((longest, caller) => Math.max(longest, now - caller.enteredAt), 0),
    averageWaitMs: averageWait(queue, now),
    expectedWaitMs: expectedWaitMs(queue, line.length + 1, now),
    callers: line.map((caller) => snapshotCaller(caller, now)),
  };
}

function snapshotCaller(caller: Caller, now: EpochMs): CallerSnapshot {
  return {
    call: caller.call,
    party: caller.party,
    position: callersAhead(caller) + 1,
    priority: caller.priority,
    waitedMs: now - caller.enteredAt,
    state: stateOf(caller),
    offers: caller.offers.map(({ id, agent, state, at }) => ({
      offer: id,
      agent: agent.id,
      state,
      ringsForMs: now - at,
    })),
  };
}

function stateOf({ talk, offers, introducing }: Caller): CallerSnapshot['state'] {
  if (talk !== null) return 'taken';
  if (offers.length > 0) return 'offered';
  return introducing ? 'intro' : 'waiting';
}

export function snapshotAgent(agent: Agent, now: EpochMs): AgentSnapshot {
  const queues = agent.memberships.map((membership) => {
    const verdict = verdictOf(membership);
    const remainingMs = Math.max(0, (agent.wrapUp?.until ?? agent.rest?.until ?? now) - now);
    return {
      queue: membership.queue.config.extension,
      loggedIn: membership.loggedIn,
      verdict,
      why: tellVerdict(verdict, remainingMs),
    };
  });
  return {
    agent: agent.id,
    name: agent.name,
    status: agent.status,
    reason: agent.reason,
    since: agent.since,
    activity: activityOf(agent),
    light: agentLight(queues.map(({ verdict }) => verdict)),
    talks: agent.talks.map(({ call }) => call),
    otherCalls: agent.otherCalls,
    wrapUpMs: Math.max(0, (agent.wrapUp?.until ?? now) - now),
    idleSince: agent.idleSince,
    queues,
  };
}
