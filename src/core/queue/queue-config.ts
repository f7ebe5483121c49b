import type { Destination } from '../domain.js';

/** how callers and agents are brought together. The fifth kind, call park, has no agents: `park-slot.ts`. */
export type QueueKind = 'roundRobin' | 'ringAll' | 'linearHunt' | 'linearCascade';

/** What a waiting caller is told: his place, how many are ahead of him, how long it may take. */
export type AnnouncedFact = 'position' | 'callers' | 'wait';

/** A call queue. Sounds are ids that the switch resolves; a count or duration of 0 means: none. */
export type QueueConfig = {
  readonly extension: string;
  readonly name: string;
  readonly kind: QueueKind;
  /** whether its calls are counted in statistics. */
  readonly statistics: boolean;

  /** Gate 1: somebody must be logged in and reachable. */
  readonly requireAgents: boolean;
  /** Gate 2: callers in line. */
  readonly maxLength: number;
  /** Gate 3: average wait. */
  readonly maxExpectedWaitMs: number;
  /** where a caller goes who is not let in. */
  readonly forwardUnavailable: Destination | null;
  /** Callers inside are sent on when the last agent goes. */
  readonly leaveWhenNoAgents: boolean;

  readonly intro: string | null;
  /** no agent is rung before the intro has ended. */
  readonly requireIntro: boolean;
  /** music of its own; null: the organisation's, else the system's. */
  readonly music: string | null;
  readonly announce: readonly AnnouncedFact[];
  /** 0: only at entry. */
  readonly announceEveryMs: number;
  /** played to the agent alone before the caller is connected. */
  readonly whisper: string | null;

  /** from the end of a required intro, else from entry. */
  readonly queueRingMs: number;
  /** how long an agent is rung; the length of a wave (ring all); the pace of growth (cascade). */
  readonly agentRingMs: number;
  /** A-141, cascade: agents up to this order ring first. */
  readonly initialGroup: number;
  /** A-142, cascade: by how much the order that rings grows with every agent ring time-out. */
  readonly addGroup: number;
  /** */
  readonly logoutOnMissed: boolean;
  /** */
  readonly forwardUnanswered: Destination | null;
  /** extension whose mailbox the caller is offered; also where he goes who is not let in. */
  readonly voicemail: string | null;
  /** Longer than this nobody waits. */
  readonly maxWaitMs: number;

  /** Rest of an agent who declined or was busy (D-37). */
  readonly declineRestMs: number;
  /** Rest of an agent after a missed offer, and pause between two waves (D-29): never 0. */
  readonly missedRestMs: number;
  /** Longest time to confirm after the phone was picked up (D-17, D-19). */
  readonly confirmMs: number;
};

export const QUEUE_DEFAULTS: Omit<QueueConfig, 'extension' | 'name' | 'kind'> = {
  statistics: true,
  requireAgents: false,
  maxLength: 0,
  maxExpectedWaitMs: 0,
  forwardUnavailable: null,
  leaveWhenNoAgents: false,
  intro: null,
  requireIntro: false,
  music: null,
  announce: [],
  announceEveryMs: 90_000,
  whisper: null,
  queueRingMs: 0,
  agentRingMs: 20_000,
  initialGroup: 1,
  addGroup: 1,
  logoutOnMissed: false,
  forwardUnanswered: null,
  voicemail: null,
  maxWaitMs: 3_600_000,
  declineRestMs: 5_000,
  missedRestMs: 2_000,
  confirmMs: 20_000,
};

/** what rings for an agent: one phone, or whatever the active answering rule of a user rings (D-27). */
export type Reach =
  | { readonly type: 'device'; readonly device: string }
  | { readonly type: 'user'; readonly extension: string };

/** An agent's place in one queue. */
export type AgentEntry = {
  readonly queue: string;
  readonly reach: Reach;
  /** linear kinds ring the lowest first; agents of one order form a group. */
  readonly order: number;
  /** 1 is the queue that goes first for this agent; null: last. */
  readonly priority: number | null;
  /** 0 to 595 s. */
  readonly wrapUpMs: number;
  /** */
  readonly maxCalls: number;
  /** press 1 to accept. */
  readonly confirm: boolean;
  /** */
  readonly autoAnswer: boolean;
};

export const ENTRY_DEFAULTS: Omit<AgentEntry, 'queue' | 'reach'> = {
  order: 1,
  priority: null,
  wrapUpMs: 0,
  maxCalls: 1,
  confirm: false,
  autoAnswer: false,
};

/** One person who takes queue calls, in as many queues as there are entries; `agent` is the extension. */
export type AgentConfig = { readonly agent: string; readonly name: string; readonly entries: readonly AgentEntry[] };

/** a status of the domain's own. */
export type CustomStatus = { readonly name: string; readonly available: boolean };

/** All queues and agents of a domain. */
export type AcdConfig = {
  readonly queues: readonly QueueConfig[];
  readonly agents: readonly AgentConfig[];
  readonly statuses: readonly CustomStatus[];
};

export const NO_QUEUES: AcdConfig = { queues: [], agents: [], statuses: [] };

/** Longest wrap-up that can be set, and longest that one can be extended to (D-36). */
export const MAX_WRAP_UP_MS = 595_000;

/** D-38: kinds of absence that every domain knows; routing treats them alike, statistics do not. */
export const ABSENCES = ['Lunch', 'Break', 'Meeting', 'Other', 'Web'] as const;

/** `device 202wp`, `user 202`. */
export function describeReach(reach: Reach): string {
  return reach.type === 'device' ? `device ${reach.device}` : `user ${reach.extension}`;
}
