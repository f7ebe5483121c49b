import type { Ranking, Verdict } from '../core/queue/ranking.js';

/**
 * A ranking as it is kept: its columns as text, a third of what JSON makes of them, since there is one for every offer
 * and in it every agent of the queue. Times are milliseconds before the decision, to the base of 36; ends that lie after
 * it are negative, none is empty.
 */
export type RankingText = Omit<Ranking, 'eligible' | 'agents' | 'orders' | 'verdicts' | 'untils' | 'idleSinces'> & {
  readonly columns: readonly [
    eligible: string,
    agents: string,
    orders: string,
    verdicts: string,
    untils: string,
    idleSinces: string,
  ];
};

const LETTERS: Readonly<Record<Verdict, string>> = {
  eligible: 'e',
  offline: 'o',
  loggedOut: 'l',
  away: 'a',
  unreachable: 'u',
  onCall: 'c',
  wrapUp: 'w',
  reserved: 'r',
  resting: 's',
};

const VERDICTS = new Map(Object.entries(LETTERS).map(([verdict, letter]) => [letter, verdict as Verdict]));

export function rankingText({ eligible, agents, orders, verdicts, untils, idleSinces, ...rest }: Ranking): RankingText {
  const before = (time: number): string => (time === 0 ? '' : (rest.at - time).toString(36));
  const letters = verdicts.map((verdict) => LETTERS[verdict]).join('');
  const lists = [eligible.join(' '), agents.join(' '), orders.join(' ')] as const;
  return { ...rest, columns: [...lists, letters, untils.map(before).join(' '), idleSinces.map(before).join(' ')] };
}

export function rankingOf({ columns, ...rest }: RankingText): Ranking {
  const [eligible, agents, orders, letters, untils, idleSinces] = columns;
  const words = (text: string): string[] => (letters === '' ? [] : text.split(' '));
  const time = (word: string): number => (word === '' ? 0 : rest.at - Number.parseInt(word, 36));
  return {
    ...rest,
    eligible: eligible === '' ? [] : eligible.split(' '),
    agents: words(agents),
    orders: words(orders).map(Number),
    verdicts: [...letters].map((letter) => VERDICTS.get(letter) ?? 'offline'),
    untils: words(untils).map(time),
    idleSinces: words(idleSinces).map(time),
  };
}
