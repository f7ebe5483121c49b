import { describe, expect, it } from 'vitest';
import type { Ranking } from '../../../src/core/queue/ranking.js';
import { rankedAgents, tellRanking } from '../../../src/core/queue/ranking.js';
import { snapshotAcd } from '../../../src/core/queue/snapshot.js';
import { AcdStage, agent, HELP, ordered, queue, SALES, type StageOptions } from './acd-stage.js';

/** The last decision of a stage, told. */
function told(stage: AcdStage): readonly string[] {
  const row = stage.rows.findLast((some) => some.type === 'offered');
  return row === undefined ? [] : tellRanking(row.ranking, row.agents, (id) => id);
}

describe('why an offer went where it went', () => {
  it('round robin: every agent, with the reason he was passed over', () => {
    const stage = new AcdStage({
      queues: [queue(), queue({ extension: HELP })],
      agents: [
        agent('ann', { wrapUpMs: 60_000 }),
        agent('bob'),
        agent('cyd'),
        agent('dan'),
        agent('eve', {}, { queue: HELP }),
        agent('fay'),
        agent('gus'),
        agent('hal'),
        agent('ivy'),
      ],
      offline: ['dan'],
    });
    stage.away('fay').offline('eve', SALES);
    stage.handle({ type: 'agentReachable', agent: 'gus', reach: { type: 'device', device: 'gus' }, reachable: false });
    stage.join('c1').at(10).answer('ann').at(20).hangUp('ann'); // ann wraps up until 80
    stage.join('c2').at(21).fail('bob', 'declined'); // bob rests until 26, c2 goes to cyd
    stage.handle({ type: 'agentOtherCalls', agent: 'ivy', count: 1 }).at(24).join('c3');
    expect(told(stage)).toEqual([
      'hal: offered, idle for 25 s',
      'ann: wrapping up for 56 s more',
      'bob: left alone for 2 s more after an offer that failed',
      'cyd: being offered another caller',
      'dan: offline',
      'eve: not logged in to this queue',
      'fay: away',
      'gus: no phone to ring',
      'ivy: has all the calls he may have',
    ]);
  });

  const rows: [string, StageOptions, (stage: AcdStage) => void, string[]][] = [
    [
      'round robin: longest idle first',
      { agents: ordered('ann', 'bob') },
      (s) => s.join('c1'),
      ['ann: offered, idle for 1 s', 'bob: available, but idle for 0 s only'],
    ],
    [
      'ring all',
      { queues: [queue({ kind: 'ringAll' })], agents: ordered('ann', 'bob'), offline: ['bob'] },
      (s) => s.join('c1'),
      ['ann: offered, as everybody who is available', 'bob: offline'],
    ],
    [
      'linear hunt',
      { queues: [queue({ kind: 'linearHunt' })], agents: ordered('ann', 'bob') },
      (s) => s.join('c1'),
      ['ann: offered, order 1', 'bob: available, but its order 2 is later'],
    ],
    [
      'linear hunt, later in the round',
      { queues: [queue({ kind: 'linearHunt' })], agents: ordered('ann', 'bob', 'cyd') },
      (s) => s.join('c1').at(10).fail('ann', 'busy').at(15).fail('bob', 'busy'),
      [
        'ann: available, but later in the round that began after bob',
        'cyd: offered, order 3',
        'bob: left alone for 5 s more after an offer that failed',
      ],
    ],
    [
      'linear cascade',
      { queues: [queue({ kind: 'linearCascade' })], agents: ordered('ann', 'bob') },
      (s) => s.join('c1'),
      ['ann: offered, order 1', 'bob: available, but order 2 is above 1, which rings now'],
    ],
  ];
  it.each(rows)('%s', (_name, options, script, expected) => {
    const stage = new AcdStage(options);
    script(stage);
    expect(told(stage)).toEqual(expected);
  });

  it('is plain data: what is read back from the record tells the same', () => {
    const stage = new AcdStage({ agents: ordered('ann', 'bob') });
    stage.join('c1');
    const row = stage.rows.findLast((some) => some.type === 'offered');
    const stored: Ranking = JSON.parse(JSON.stringify(row?.ranking));
    expect(rankedAgents(stored)).toEqual([
      { agent: 'ann', rank: 1, verdict: 'eligible', order: 1, remainingMs: 0, idleMs: 1000 },
      { agent: 'bob', rank: 2, verdict: 'eligible', order: 2, remainingMs: 0, idleMs: 0 },
    ]);
  });

  it('keeps the moment of the decision, whatever happens later', () => {
    const stage = new AcdStage({ agents: ordered('ann', 'bob') });
    stage.join('c1');
    const before = told(stage);
    stage.at(5).offline('bob').answer('ann');
    expect(told(stage)).toEqual(before);
  });
});

describe('the machine shows itself', () => {
  it('A-146 A-158 A-162 A-165 queues with their callers, agents with their queues', () => {
    const stage = new AcdStage({ queues: [queue(), queue({ extension: HELP, name: 'Help' })], agents: ordered('ann') });
    stage.join('c1').at(5).join('c2').ringing('ann').at(10);
    const shot = snapshotAcd(stage.acd, stage.clock.now());
    expect(JSON.parse(JSON.stringify(shot))).toEqual(shot);
    expect(shot.queues[0]).toMatchObject({
      extension: SALES,
      kind: 'roundRobin',
      light: 'red',
      online: 1,
      available: 0,
      longestWaitMs: 10_000,
      averageWaitMs: 7_500,
      callers: [
        {
          call: 'c1',
          position: 1,
          waitedMs: 10_000,
          state: 'offered',
          offers: [{ agent: 'ann', state: 'ringing', ringsForMs: 10_000 }],
        },
        { call: 'c2', position: 2, waitedMs: 5_000, state: 'waiting', offers: [] },
      ],
    });
    expect(shot.queues[1]).toMatchObject({ extension: HELP, light: 'grey', online: 0 });
    expect(shot.agents[0]).toMatchObject({
      agent: 'ann',
      activity: 'ringing',
      light: 'red',
      queues: [{ queue: SALES, loggedIn: true, verdict: 'reserved', why: 'being offered another caller' }],
    });
  });

  it('A-32 a queue is green while somebody is free', () => {
    const stage = new AcdStage({ agents: ordered('ann') });
    expect(snapshotAcd(stage.acd, stage.clock.now()).queues[0]?.light).toBe('green');
  });
});
