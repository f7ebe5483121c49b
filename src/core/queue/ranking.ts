import type { EpochMs } from '../../machine/machine.js';
import type { QueueKind } from './queue-config.js';

/** Whether an agent can be offered a caller, and if not the first reason why not (D-26). */
export type Verdict =
  | 'eligible'
  | 'offline'
  /** Of this queue. */
  | 'loggedOut'
  | 'away'
  /** His phone is not registered, or his rule rings nothing. */
  | 'unreachable'
  /** As many calls as he may have. */
  | 'onCall'
  | 'wrapUp'
  /** Offered another caller. */
  | 'reserved'
  /** After a declined or missed offer. */
  | 'resting';

/** The agents of a queue, column by column, so that a decision can be kept by copying five arrays. */
export type Roster = {
  readonly agents: readonly string[];
  readonly orders: readonly number[];
  readonly verdicts: Verdict[];
  /** End of wrap-up or rest; 0 if in neither. */
  readonly untils: EpochMs[];
  readonly idleSinces: EpochMs[];
};

/** Every agent of the queue at the moment of a decision: who was eligible in which order, and why no other was. */
export type Ranking = Readonly<Roster> & {
  readonly kind: QueueKind;
  readonly at: EpochMs;
  /** Eligible agents in the order of the strategy. */
  readonly eligible: readonly string[];
  /** Linear hunt: the search began after this agent. Cascade: orders up to `threshold` ring. */
  readonly after: string | null;
  readonly threshold: number | null;
};

/** One line of a ranking, told. */
export type RankedAgent = {
  readonly agent: string;
  /** 1: the strategy's first choice; null: not eligible. */
  readonly rank: number | null;
  readonly verdict: Verdict;
  readonly order: number;
  /** For how much longer, if wrapping up or resting. */
  readonly remainingMs: number;
  readonly idleMs: number;
};

/** The eligible in order, then the others in the order of the queue. */
export function rankedAgents(ranking: Ranking): readonly RankedAgent[] {
  const ranks = new Map(ranking.eligible.map((agent, index) => [agent, index + 1] as const));
  return ranking.agents
    .map(
      (agent, index): RankedAgent => ({
        agent,
        rank: ranks.get(agent) ?? null,
        verdict: ranking.verdicts[index] ?? 'offline',
        order: ranking.orders[index] ?? 0,
        remainingMs: Math.max(0, (ranking.untils[index] ?? 0) - ranking.at),
        idleMs: Math.max(0, ranking.at - (ranking.idleSinces[index] ?? ranking.at)),
      }),
    )
    .sort((a, b) => (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY));
}

/** The decision in words, one line per agent: `201: offered, idle for 40 s`, `203: wrapping up for 12 s more`. */
export function tellRanking(
  ranking: Ranking,
  offered: readonly string[],
  nameOf: (agent: string) => string,
): readonly string[] {
  const chosen = new Set(offered);
  return rankedAgents(ranking).map((ranked) => {
    const why = chosen.has(ranked.agent) ? `offered, ${tellPlace(ranking, ranked)}` : tellPassedOver(ranking, ranked);
    return `${nameOf(ranked.agent)}: ${why}`;
  });
}

function tellPlace({ kind }: Ranking, { order, idleMs }: RankedAgent): string {
  switch (kind) {
    case 'roundRobin':
      return `idle for ${seconds(idleMs)}`;
    case 'ringAll':
      return 'as everybody who is available';
    case 'linearHunt':
    case 'linearCascade':
      return `order ${order}`;
  }
}

function tellPassedOver(ranking: Ranking, ranked: RankedAgent): string {
  if (ranked.verdict !== 'eligible') return tellVerdict(ranked.verdict, ranked.remainingMs);
  switch (ranking.kind) {
    case 'roundRobin':
      return `available, but idle for ${seconds(ranked.idleMs)} only`;
    case 'ringAll':
      return 'available, but went to another queue';
    case 'linearHunt':
      return ranking.after === null
        ? `available, but its order ${ranked.order} is later`
        : `available, but later in the round that began after ${ranking.after}`;
    case 'linearCascade':
      return `available, but order ${ranked.order} is above ${ranking.threshold ?? 0}, which rings now`;
  }
}

/** Why an agent is not offered callers, in words. */
export function tellVerdict(verdict: Verdict, remainingMs: number): string {
  switch (verdict) {
    case 'eligible':
      return 'available';
    case 'offline':
      return 'offline';
    case 'loggedOut':
      return 'not logged in to this queue';
    case 'away':
      return 'away';
    case 'unreachable':
      return 'no phone to ring';
    case 'onCall':
      return 'has all the calls he may have';
    case 'wrapUp':
      return `wrapping up for ${seconds(remainingMs)} more`;
    case 'reserved':
      return 'being offered another caller';
    case 'resting':
      return `left alone for ${seconds(remainingMs)} more after an offer that failed`;
  }
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000);
  return s < 120 ? `${s} s` : `${Math.floor(s / 60)} min`;
}
