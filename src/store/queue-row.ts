import type { ParkLogRow } from '../core/queue/park.js';
import type { SavedAgent, SavedWrapUp } from '../core/queue/queue-effect.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';
import { type RankingText, rankingOf, rankingText } from './ranking-text.js';

/** Rows of the tables `queue_log`, `park_log` and `agents`, column for column, and their way to the types of core/queue and back. */

export type QueueRow = {
  domain: string;
  at: number;
  type: QueueLogRow['type'];
  call: string | null;
  agent: string | null;
  row: string;
};

/** The columns beside `row` are what rows are looked for by; `row` is all of it. */
export function queueRow(domain: string, row: QueueLogRow): QueueRow {
  return {
    domain,
    at: row.at,
    type: row.type,
    call: 'call' in row ? row.call : null,
    agent: 'agent' in row ? row.agent : null,
    row: JSON.stringify(row.type === 'offered' ? { ...row, ranking: rankingText(row.ranking) } : row),
  };
}

export function queueRowOf({ row }: { readonly row: string }): QueueLogRow {
  const kept: Exclude<QueueLogRow, { type: 'offered' }> | KeptDecision = JSON.parse(row);
  return kept.type === 'offered' ? { ...kept, ranking: rankingOf(kept.ranking) } : kept;
}

type Decision = Extract<QueueLogRow, { type: 'offered' }>;
type KeptDecision = Omit<Decision, 'ranking'> & { readonly ranking: RankingText };

export type ParkRow = { domain: string; at: number; call: string; row: string };

export function parkRow(domain: string, row: ParkLogRow): ParkRow {
  return { domain, at: row.at, call: row.call, row: JSON.stringify(row) };
}

export function parkRowOf({ row }: { readonly row: string }): ParkLogRow {
  return JSON.parse(row);
}

export type AgentRow = {
  domain: string;
  agent: string;
  status: SavedAgent['status'];
  reason: string | null;
  since: number;
  idle_since: number;
  queues: string;
  wrap_up: string | null;
};

export function agentRow(domain: string, agent: SavedAgent): AgentRow {
  return {
    domain,
    agent: agent.agent,
    status: agent.status,
    reason: agent.reason,
    since: agent.since,
    idle_since: agent.idleSince,
    queues: JSON.stringify(agent.queues),
    wrap_up: agent.wrapUp === null ? null : JSON.stringify(agent.wrapUp),
  };
}

export function agentOf(row: AgentRow): SavedAgent {
  const wrapUp: SavedWrapUp | null = row.wrap_up === null ? null : JSON.parse(row.wrap_up);
  return {
    agent: row.agent,
    status: row.status,
    reason: row.reason,
    since: row.since,
    idleSince: row.idle_since,
    queues: JSON.parse(row.queues),
    wrapUp,
  };
}
