import { describe, expect, it } from 'vitest';
import type { Ranking } from '../../src/core/queue/ranking.js';
import { rankingOf, rankingText } from '../../src/store/ranking-text.js';

const AT = Date.UTC(2026, 10, 23, 15, 0);

const full: Ranking = {
  kind: 'linearCascade',
  at: AT,
  eligible: ['201', '209'],
  after: null,
  threshold: 3,
  agents: ['201', '202', '203', '204', '205', '206', '207', '208', '209'],
  orders: [1, 1, 2, 3, 4, 5, 6, 7, 20],
  verdicts: ['eligible', 'offline', 'loggedOut', 'away', 'unreachable', 'onCall', 'wrapUp', 'reserved', 'resting'],
  untils: [0, 0, 0, 0, 0, 0, AT + 12_345, 0, AT + 1],
  idleSinces: [AT - 1, AT, 0, AT - 86_400_000, 0, AT - 5, AT - 6, AT - 7, AT - 8],
};
const empty: Ranking = { ...full, eligible: [], agents: [], orders: [], verdicts: [], untils: [], idleSinces: [] };

describe('a ranking as it is kept', () => {
  it.each([
    ['every verdict', full],
    [
      'one agent without times',
      { ...empty, agents: ['201'], orders: [1], verdicts: ['away'], untils: [0], idleSinces: [0] },
    ],
    ['no agent', empty],
  ] satisfies readonly (readonly [string, Ranking])[])('%s comes back as it was', (_, ranking) => {
    expect(rankingOf(JSON.parse(JSON.stringify(rankingText(ranking))))).toEqual(ranking);
  });
});
