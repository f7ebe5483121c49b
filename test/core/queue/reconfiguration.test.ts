import { describe, expect, it } from 'vitest';
import type { AgentConfig, QueueConfig } from '../../../src/core/queue/queue-config.js';
import { AcdStage, agent, HELP, ordered, queue, SALES } from './acd-stage.js';
import { play } from './transcript.js';

const configured = (queues: readonly QueueConfig[], agents: readonly AgentConfig[]) =>
  ({ type: 'configured', config: { queues, agents, statuses: [] } }) as const;

describe('a reload', () => {
  play([
    [
      'A-125 the name may change: callers and offers stay',
      { agents: ordered('ann') },
      (s) =>
        s
          .join('c1')
          .at(1)
          .handle(configured([queue({ name: 'New sales' })], ordered('ann')))
          .at(2)
          .answer('ann'),
      ['0s offer c1 ann', '2s connect c1 ann'],
    ],
    [
      'A-127 another kind: whoever rings is let go, everybody begins anew',
      { agents: ordered('ann', 'bob') },
      (s) =>
        s
          .join('c1')
          .at(1)
          .handle(configured([queue({ kind: 'ringAll' })], ordered('ann', 'bob'))),
      ['0s offer c1 ann', '1s withdraw c1 ann answeredElsewhere', '1s offer c1 ann', '1s offer c1 bob'],
    ],
    [
      'A-127 from ring all to cascade, in a pause',
      { queues: [queue({ kind: 'ringAll' })], agents: ordered('ann', 'bob') },
      (s) =>
        s
          .join('c1')
          .at(21)
          .handle(configured([queue({ kind: 'linearCascade' })], ordered('ann', 'bob')))
          .at(42),
      [
        '0s offer c1 ann',
        '0s offer c1 bob',
        '20s withdraw c1 ann noAnswer',
        '20s withdraw c1 bob noAnswer',
        '21s offer c1 ann',
        '41s offer c1 bob',
      ],
    ],
    [
      'A-157 an agent who is taken out is rung no more; his talk goes on to its end',
      { agents: ordered('ann', 'bob') },
      (s) => {
        s.join('c1')
          .at(1)
          .answer('ann')
          .join('c2')
          .at(2)
          .handle(configured([queue()], ordered('cyd')));
        s.handle({ type: 'agentReachable', agent: 'cyd', reach: { type: 'device', device: 'cyd' }, reachable: true });
        s.at(3).online('cyd').at(9).handle({ type: 'talkEnded', offer: 1 });
      },
      [
        '0s offer c1 ann',
        '1s connect c1 ann',
        '1s offer c2 bob',
        '2s withdraw c2 bob answeredElsewhere',
        '3s offer c2 cyd',
      ],
    ],
    [
      'A-157 an agent who is online everywhere is online in the queue he is put into',
      { queues: [queue(), queue({ extension: HELP })], agents: [agent('ann'), agent('bob', { queue: HELP })] },
      (s) => {
        s.offline('bob').join('h1', { queue: HELP }).at(5);
        s.handle(configured([queue(), queue({ extension: HELP })], [agent('ann', {}, { queue: HELP })]));
      },
      ['5s offer h1 ann'],
    ],
    [
      'A-154 another order holds for the next offer',
      { queues: [queue({ kind: 'linearHunt' })], agents: ordered('ann', 'bob') },
      (s) => s.handle(configured([queue({ kind: 'linearHunt' })], ordered('bob', 'ann'))).join('c1'),
      ['0s offer c1 bob'],
    ],
    [
      'A-161 another phone: reachable when told so',
      { agents: [agent('ann')] },
      (s) => {
        const reach = { type: 'device', device: 'annwp' } as const;
        s.handle(configured([queue()], [agent('ann', { reach })]))
          .join('c1')
          .at(4);
        s.handle({ type: 'agentReachable', agent: 'ann', reach, reachable: true });
      },
      ['4s offer c1 ann'],
    ],
  ]);

  it('A-168 an agent who is left without a queue, or taken out, is offline from then on', () => {
    const stage = new AcdStage({ queues: [queue(), queue({ extension: HELP })], agents: ordered('ann', 'bob') });
    stage.rows.length = 0;
    stage.handle(configured([queue({ extension: HELP })], [agent('ann', { queue: HELP })]));
    const told = stage.rows.flatMap((row) => (row.type === 'agentStatus' ? [[row.agent, row.status, row.queues]] : []));
    expect(told).toEqual([
      ['ann', 'online', [HELP]],
      ['bob', 'offline', []],
    ]);
  });

  it('entries for a queue that there is not are left out', () => {
    const stage = new AcdStage({ agents: [agent('ann', {}, { queue: '8899' })] });
    expect(stage.acd.agents.get('ann')?.memberships.map((m) => m.queue.config.extension)).toEqual([SALES]);
  });
});
