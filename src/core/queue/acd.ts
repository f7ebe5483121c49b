import type { EpochMs } from '../../machine/machine.js';
import type { AcdConfig, AgentEntry, AnnouncedFact, QueueConfig } from './queue-config.js';
import type { AcdEffect, QueueExit } from './queue-effect.js';
import type { CallerParty, OfferId } from './queue-event.js';
import type { AgentStatus, Departure, QueueLogEntry } from './queue-log.js';
import type { Ranking, Roster, Verdict } from './ranking.js';

/**
 * The automatic call distributor: every queue and every agent of one domain, one machine, since an agent is shared by
 * his queues. `stepAcd` changes it in place and returns the very same object: ten thousand waiting callers are not
 * copied for each event. Nobody else writes to it; `snapshotAcd` gives it as plain JSON.
 */
export type Acd = {
  config: AcdConfig;
  /** By extension. */
  readonly queues: Map<string, Queue>;
  /** By extension. */
  readonly agents: Map<string, Agent>;
  /** Everybody in a line, by call. */
  readonly callers: Map<string, Caller>;
  readonly offers: Map<OfferId, Offer>;
  readonly talks: Map<OfferId, Talk>;
  /** Queues in which a caller or an agent may have become free since the last assignment. */
  readonly unsettled: Set<Queue>;
  lastOffer: OfferId;
  lastArrival: number;
};

export type Queue = {
  config: QueueConfig;
  /** In the order of the configuration; `roster` runs parallel to it. */
  members: readonly Membership[];
  roster: Roster;
  /** Who can be offered a caller now (D-26), in the order of the strategy. */
  readonly eligible: Membership[];
  /** Highest order of its agents (D-31). */
  highestOrder: number;
  /** How many are logged in and reachable, on a call or not. */
  online: number;
  /** Everybody who is in, head first (D-32). */
  readonly line: Caller[];
  /** Those of the line that want an agent and are offered none, head first. */
  readonly ready: Caller[];
  /** Cascade: those for whom somebody rings, head first. */
  readonly cascading: Caller[];
  /** Cascade: those that became ready since the last assignment. */
  readonly fresh: Caller[];
  /** Ring all: what rings now. */
  wave: Wave | null;
  /** Ring all: between two waves. */
  paused: boolean;
  readonly history: QueueHistory;
};

/** What estimates are made from. */
export type QueueHistory = {
  /** Waits of the callers that left the line last, oldest first. */
  readonly waits: { readonly at: EpochMs; readonly waitMs: number }[];
  /** Exponential mean of talk and wrap-up, and of how many calls. */
  handleMs: number;
  handled: number;
  /** Sum over the line of entry times since `origin`, so that the waits going on are summed without a loop. */
  enteredSum: number;
  readonly origin: EpochMs;
};

export type Wave = {
  readonly caller: Caller;
  readonly startedAt: EpochMs;
  /** Its time is over; it waits for somebody who is about to press 1. */
  closing: boolean;
};

export type Agent = {
  readonly id: string;
  name: string;
  status: AgentStatus;
  /** Which kind of absence, or which custom status; why he was logged out. */
  reason: string | null;
  since: EpochMs;
  memberships: readonly Membership[];
  /** What of him can be rung: `describeReach`. */
  readonly reachable: Set<string>;
  /** Calls that are not of a queue. */
  otherCalls: number;
  /** Never two callers for one agent. */
  offer: Offer | null;
  readonly talks: Talk[];
  wrapUp: WrapUp | null;
  rest: { readonly until: EpochMs; readonly why: 'missed' | 'declined' } | null;
  /** Last end of a call or wrap-up, last came available, last missed or declined offer: the latest of them (D-28). */
  idleSince: EpochMs;
};

/** An agent's place in a queue. */
export type Membership = {
  readonly agent: Agent;
  readonly queue: Queue;
  entry: AgentEntry;
  /** `describeReach(entry.reach)`. */
  reach: string;
  /** Position in `queue.members`; -1: no longer in it. */
  index: number;
  loggedIn: boolean;
  /** While in `queue.eligible`: the idleSince it is sorted by. */
  rankedAt: EpochMs | null;
};

export type Caller = {
  readonly call: string;
  readonly queue: Queue;
  readonly party: CallerParty;
  readonly enteredAt: EpochMs;
  /** End of the queue ring time-out; null: none, or it has not begun. */
  deadline: EpochMs | null;
  /** His place: highest priority, earliest since, then lowest arrival. */
  priority: number;
  since: EpochMs;
  arrival: number;
  /** The required intro is playing. */
  introducing: boolean;
  /** Cascade: between two attempts. */
  paused: boolean;
  /** In `queue.ready`. */
  ready: boolean;
  /** His time is over; he leaves this way unless the offer that is being confirmed succeeds (D-19). */
  overdue: { readonly why: Departure; readonly exit: QueueExit } | null;
  readonly offers: Offer[];
  /** Accepted, while the whisper plays. */
  talk: Talk | null;
  /** Linear hunt: the agent tried last. */
  hunted: { readonly order: number; readonly agent: string } | null;
  /** Cascade: orders up to this ring. */
  threshold: number;
  /** In `queue.cascading`. */
  cascading: boolean;
  /** Cascade: the timer of growth runs. */
  growing: boolean;
  /** Ring all and cascade: a miss is counted once per caller (D-37). */
  readonly missedBy: Set<string>;
  readonly announce: readonly AnnouncedFact[];
  announcedAt: EpochMs | null;
  toldMinutes: number | null;
};

export type Offer = {
  readonly id: OfferId;
  readonly caller: Caller;
  readonly membership: Membership;
  readonly agent: Agent;
  /** D-38, D-15. */
  state: 'reserved' | 'ringing' | 'confirming';
  readonly at: EpochMs;
  readonly pickUp: boolean;
  /** It has an agent ring time-out of its own; in a wave and a cascade many ring together. */
  readonly timed: boolean;
  /** It has rung its full time. */
  expired: boolean;
};

/** A call that an agent accepted; the caller is still in line while the whisper plays. */
export type Talk = {
  readonly id: OfferId;
  readonly call: string;
  readonly caller: Caller;
  readonly membership: Membership;
  readonly agent: Agent;
  /** Null while the whisper plays. */
  connectedAt: EpochMs | null;
};

export type WrapUp = {
  readonly queue: string;
  readonly call: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly talkMs: number;
  readonly reason: string | null;
};

/** One step while it is made. */
export type Turn = {
  readonly acd: Acd;
  readonly now: EpochMs;
  readonly effects: AcdEffect[];
  /** Whom this step offers to whom. */
  readonly decisions: Decision[];
};

export type Decision = {
  readonly caller: Caller;
  readonly agents: string[];
  readonly pickUp: boolean;
  readonly ranking: Ranking;
};

export function log(turn: Turn, entry: QueueLogEntry): void {
  turn.effects.push({ type: 'log', row: { at: turn.now, ...entry } });
}

/** What one agent does now (D-38): exactly one of these, the most binding first. */
export type Activity = 'onQueueCall' | 'confirming' | 'ringing' | 'reserved' | 'onOtherCall' | 'wrapUp' | 'idle';

export function activityOf(agent: Agent): Activity {
  if (agent.talks.length > 0) return 'onQueueCall';
  if (agent.offer !== null) return agent.offer.state;
  if (agent.otherCalls > 0) return 'onOtherCall';
  return agent.wrapUp === null ? 'idle' : 'wrapUp';
}

/** Logged in to this queue and reachable: counted by the gates and by the estimate. */
export function isOnline(verdict: Verdict): boolean {
  return verdict !== 'offline' && verdict !== 'loggedOut' && verdict !== 'away' && verdict !== 'unreachable';
}
