import { describe, expect, it } from 'vitest';
import { AcdStage, agent, HELP, ordered, queue } from './acd-stage.js';
import { play } from './transcript.js';

const hunt = [queue({ kind: 'linearHunt' })];
const forward = { to: 'extension', extension: '9' } as const;

describe('linear hunt', () => {
  play([
    [
      'A-130 D-30 fixed order, one at a time; after the last the first again',
      { queues: hunt, agents: ordered('cyd', 'bob', 'ann') },
      (s) => s.join('c1').at(60),
      [
        '0s offer c1 cyd',
        '20s withdraw c1 cyd noAnswer',
        '20s offer c1 bob',
        '40s withdraw c1 bob noAnswer',
        '40s offer c1 ann',
        '60s withdraw c1 ann noAnswer',
        '60s offer c1 cyd',
      ],
    ],
    [
      'D-30 unavailable agents are skipped without delay',
      { queues: hunt, agents: ordered('ann', 'bob', 'cyd'), offline: ['bob'] },
      (s) => s.join('c1').at(20),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '20s offer c1 cyd'],
    ],
    [
      'D-30 the position is the caller’s own: each starts at the first, however long that one was idle',
      { queues: hunt, agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(1).answer('ann').at(2).hangUp('ann').at(3).join('c2'),
      ['0s offer c1 ann', '1s connect c1 ann', '3s offer c2 ann'],
    ],
    [
      'D-30 an agent of lower order who becomes free does not break into the ringing of another',
      { queues: hunt, agents: ordered('ann', 'bob'), offline: ['ann'] },
      (s) => s.join('c1').at(5).online('ann').at(20),
      ['0s offer c1 bob', '20s withdraw c1 bob noAnswer', '20s offer c1 ann'],
    ],
    [
      'D-30 the last agent unavailable: the round goes on with whoever is there',
      { queues: hunt, agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(10).offline('bob').at(22),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '22s offer c1 ann'],
    ],
    [
      'D-30 nobody available: the first to come is rung',
      { queues: hunt, agents: ordered('ann', 'bob'), offline: ['ann', 'bob'] },
      (s) => s.join('c1').at(9).online('bob'),
      ['9s offer c1 bob'],
    ],
    [
      'D-32 two callers hunt in parallel',
      { queues: hunt, agents: ordered('ann', 'bob', 'cyd') },
      (s) => s.join('c1').at(5).join('c2').at(20),
      ['0s offer c1 ann', '5s offer c2 bob', '20s withdraw c1 ann noAnswer', '20s offer c1 cyd'],
    ],
  ]);
});

const cascade = (given = {}) => [queue({ kind: 'linearCascade', initialGroup: 1, addGroup: 1, ...given })];
const groups = [
  agent('ann', { order: 1 }),
  agent('abe', { order: 1 }),
  agent('bob', { order: 2 }),
  agent('cyd', { order: 3 }),
];

describe('linear cascade', () => {
  play([
    [
      'A-142 A-131 A-141 D-31 the first group rings on while groups are added, until the queue ring time-out',
      { queues: cascade({ queueRingMs: 90_000, forwardUnanswered: forward }), agents: groups },
      (s) => s.join('c1').at(100),
      [
        '0s offer c1 abe',
        '0s offer c1 ann',
        '20s offer c1 bob',
        '40s offer c1 cyd',
        '90s withdraw c1 abe noAnswer',
        '90s withdraw c1 ann noAnswer',
        '90s withdraw c1 bob noAnswer',
        '90s withdraw c1 cyd noAnswer',
        '90s leave c1 timeout forward ["extension","9"]',
      ],
    ],
    [
      'A-141 initial group 2 rings orders 1 and 2',
      { queues: cascade({ initialGroup: 2 }), agents: groups },
      (s) => s.join('c1').at(21),
      ['0s offer c1 abe', '0s offer c1 ann', '0s offer c1 bob', '20s offer c1 cyd'],
    ],
    [
      'D-31 groups grow by the number to add; nothing is added beyond the highest order',
      { queues: cascade({ addGroup: 5 }), agents: groups },
      (s) => s.join('c1').at(100),
      ['0s offer c1 abe', '0s offer c1 ann', '20s offer c1 bob', '20s offer c1 cyd'],
    ],
    [
      'D-31 who becomes available within the threshold joins; above it he does not',
      { queues: cascade(), agents: groups, offline: ['ann', 'bob'] },
      (s) => s.join('c1').at(5).online('ann').at(6).online('bob').at(20),
      ['0s offer c1 abe', '5s offer c1 ann', '20s offer c1 bob'],
    ],
    [
      'D-31 nobody available in the first groups: the threshold is raised at once',
      { queues: cascade(), agents: groups, offline: ['ann', 'abe', 'bob'] },
      (s) => s.join('c1').at(3).online('bob'),
      ['0s offer c1 cyd', '3s offer c1 bob'],
    ],
    [
      'D-31 nobody available at all: all groups are in, whoever comes is rung',
      { queues: cascade(), agents: groups, offline: ['ann', 'abe', 'bob', 'cyd'] },
      (s) => s.join('c1').at(3).online('bob').at(4).online('cyd').at(5).online('ann'),
      ['3s offer c1 bob', '4s offer c1 cyd', '5s offer c1 ann'],
    ],
    [
      'D-31 the ringing ones all decline: the next group rings at once',
      { queues: cascade(), agents: groups },
      (s) => s.join('c1').at(2).fail('ann', 'busy').at(3).fail('abe', 'declined').at(4),
      ['0s offer c1 abe', '0s offer c1 ann', '3s offer c1 bob'],
    ],
    [
      'D-31 add 0: the first group rings until the end',
      { queues: cascade({ addGroup: 0, queueRingMs: 60_000, forwardUnanswered: forward }), agents: groups },
      (s) => s.join('c1').at(70),
      [
        '0s offer c1 abe',
        '0s offer c1 ann',
        '60s withdraw c1 abe noAnswer',
        '60s withdraw c1 ann noAnswer',
        '60s leave c1 timeout forward ["extension","9"]',
      ],
    ],
    [
      'D-31 a caller who stays after the queue ring time-out is rung for anew, from the first group, after a pause',
      { queues: cascade({ queueRingMs: 30_000, voicemail: '8801' }), agents: groups },
      (s) => s.join('c1').at(35),
      [
        '0s offer c1 abe',
        '0s offer c1 ann',
        '20s offer c1 bob',
        '30s offerVoicemail c1',
        '30s withdraw c1 abe noAnswer',
        '30s withdraw c1 ann noAnswer',
        '30s withdraw c1 bob noAnswer',
        '32s offer c1 abe',
        '32s offer c1 ann',
      ],
    ],
    [
      'D-32 callers cascade in parallel: the second has his threshold raised to whoever is left',
      { queues: cascade(), agents: groups },
      (s) => s.join('c1').at(1).join('c2').at(5).answer('bob'),
      ['0s offer c1 abe', '0s offer c1 ann', '1s offer c2 bob', '5s connect c2 bob'],
    ],
    [
      'D-32 an agent who comes free joins the first caller in line whose threshold he is within',
      { queues: cascade(), agents: groups, offline: ['ann'] },
      (s) => s.join('c1').at(1).join('c2').at(2).online('ann'),
      ['0s offer c1 abe', '1s offer c2 bob', '2s offer c1 ann'],
    ],
    [
      'D-33 a prioritised caller keeps his ringing phones',
      { queues: cascade(), agents: groups, offline: ['ann'] },
      (s) => {
        s.join('c1').at(1).join('c2').at(2).handle({ type: 'callerPrioritised', call: 'c2', by: 'sue' });
        s.at(3).online('ann');
      },
      ['0s offer c1 abe', '1s offer c2 bob', '3s offer c2 ann'],
    ],
  ]);

  it('D-37 those who rang a full agent ring time-out in vain have missed the caller, once', () => {
    const stage = new AcdStage({ queues: cascade({ queueRingMs: 30_000, voicemail: '8801' }), agents: groups });
    stage.join('c1').at(63);
    const ended = stage.rows.flatMap((row) => (row.type === 'offerEnded' ? [`${row.agent} ${row.outcome}`] : []));
    expect(ended.slice(0, 3)).toEqual(['abe missed', 'ann missed', 'bob unanswered']);
    expect(ended.slice(3)).not.toContain('ann missed');
  });
});

describe('an agent in several queues', () => {
  const queues = [queue(), queue({ extension: HELP, name: 'Help' })];
  const both = (sales: number | null, help: number | null) => [
    agent('ann', { priority: sales }, { queue: HELP, priority: help }),
  ];
  const busyThenFree = (s: AcdStage): void => {
    s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 1 });
    s.join('s1').at(1).join('h1', { queue: HELP }).at(2);
    s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 0 });
  };
  play([
    [
      'A-153 D-34 the queue of the better priority goes first',
      { queues, agents: both(2, 1) },
      busyThenFree,
      ['2s offer h1 ann'],
    ],
    ['D-34 priority unset comes last', { queues, agents: both(null, 7) }, busyThenFree, ['2s offer h1 ann']],
    [
      'D-34 of equal priority the caller who has waited longest',
      { queues, agents: both(null, null) },
      busyThenFree,
      ['2s offer s1 ann'],
    ],
    [
      'D-34 D-28 two come free at once: each queue takes its longest idle agent, and who is wanted twice chooses',
      {
        queues: [...queues, queue({ extension: '8803', kind: 'ringAll' })],
        agents: [
          agent('ann', { priority: 3 }, { queue: HELP, priority: 2 }, { queue: '8803', priority: 1 }),
          agent('bob', { queue: HELP, priority: 5 }, { queue: '8803', priority: 1 }),
        ],
      },
      (s) => {
        s.join('all', { queue: '8803' })
          .join('s1')
          .at(1)
          .join('h1', { queue: HELP })
          .join('h2', { queue: HELP })
          .at(2)
          .leave('all');
      },
      [
        '0s offer all ann',
        '0s offer all bob',
        '2s withdraw all ann callerGone',
        '2s withdraw all bob callerGone',
        '2s offer h1 ann',
        '2s offer h2 bob',
      ],
    ],
    [
      'D-36 a wrap-up blocks offers of all queues, to its absolute end',
      { queues, agents: [agent('ann', { wrapUpMs: 30_000 }, { queue: HELP })] },
      (s) => s.join('s1').at(1).answer('ann').at(10).hangUp('ann').at(11).join('h1', { queue: HELP }).at(41),
      ['0s offer s1 ann', '1s connect s1 ann', '40s offer h1 ann'],
    ],
    [
      'D-35 one caller is offered at a time, whatever the queues',
      { queues, agents: [agent('ann', { maxCalls: 3 }, { queue: HELP, maxCalls: 3 })] },
      (s) => s.join('s1').join('h1', { queue: HELP }).at(1).answer('ann').at(2).answer('ann'),
      ['0s offer s1 ann', '1s connect s1 ann', '1s offer h1 ann', '2s connect h1 ann'],
    ],
  ]);
});
