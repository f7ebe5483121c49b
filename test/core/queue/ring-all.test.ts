import { describe, expect, it } from 'vitest';
import { AcdStage, agent, ordered, queue } from './acd-stage.js';
import { play } from './transcript.js';

const queues = [queue({ kind: 'ringAll' })];

describe('ring all', () => {
  play([
    [
      'A-129 D-29 all available agents ring for the head; the first wins, the others are told it was taken elsewhere',
      { queues, agents: ordered('ann', 'bob', 'cyd') },
      (s) => s.away('cyd').join('c1').at(4).answer('bob'),
      ['0s offer c1 ann', '0s offer c1 bob', '4s withdraw c1 ann answeredElsewhere', '4s connect c1 bob'],
    ],
    [
      'D-29 who becomes available during the wave joins it',
      { queues, agents: ordered('ann', 'bob'), offline: ['bob'] },
      (s) => s.join('c1').at(5).online('bob').at(20),
      ['0s offer c1 ann', '5s offer c1 bob', '20s withdraw c1 ann noAnswer', '20s withdraw c1 bob noAnswer'],
    ],
    [
      'D-29 a wave is as long as the agent ring time-out; after a pause of 2 s comes the next, until the queue ring time-out',
      {
        queues: [
          queue({ kind: 'ringAll', queueRingMs: 50_000, forwardUnanswered: { to: 'extension', extension: '9' } }),
        ],
      },
      (s) => s.join('c1').at(60),
      [
        '0s offer c1 ann',
        '0s offer c1 bob',
        '20s withdraw c1 ann noAnswer',
        '20s withdraw c1 bob noAnswer',
        '22s offer c1 ann',
        '22s offer c1 bob',
        '42s withdraw c1 ann noAnswer',
        '42s withdraw c1 bob noAnswer',
        '44s offer c1 ann',
        '44s offer c1 bob',
        '50s withdraw c1 ann noAnswer',
        '50s withdraw c1 bob noAnswer',
        '50s leave c1 timeout forward ["extension","9"]',
      ],
    ],
    [
      'D-29 the next caller is rung for when the head is connected',
      { queues },
      (s) => s.join('c1').at(1).join('c2').at(3).answer('ann'),
      [
        '0s offer c1 ann',
        '0s offer c1 bob',
        '3s withdraw c1 bob answeredElsewhere',
        '3s connect c1 ann',
        '3s offer c2 bob',
      ],
    ],
    [
      'D-29 the next caller is rung for when the head leaves',
      { queues, agents: ordered('ann') },
      (s) => s.join('c1').at(1).join('c2').at(3).leave('c1'),
      ['0s offer c1 ann', '3s withdraw c1 ann callerGone', '3s offer c2 ann'],
    ],
    [
      'D-29 a caller of higher priority does not break into a wave; the next wave is his',
      { queues, agents: ordered('ann') },
      (s) => s.join('c1').at(1).join('vip', { priority: 1 }).at(22),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '22s offer vip ann'],
    ],
    [
      'D-29 who declines rests and joins again; with nobody ringing the wave is over',
      { queues, agents: ordered('ann') },
      (s) => s.join('c1').at(10).fail('ann', 'declined').at(30),
      ['0s offer c1 ann', '15s offer c1 ann'],
    ],
    [
      'D-19 at the end of a wave whoever is pressing 1 may finish; nobody else rings meanwhile',
      { queues, agents: ordered('ann', 'bob', 'cyd'), offline: ['cyd'] },
      (s) => s.join('c1').at(15).confirming('bob').at(25).online('cyd').at(30).answer('bob'),
      ['0s offer c1 ann', '0s offer c1 bob', '20s withdraw c1 ann noAnswer', '30s connect c1 bob'],
    ],
    [
      'D-19 if he does not, the pause follows and then the next wave',
      { queues, agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(15).confirming('bob').at(25).fail('bob', 'declined').at(28),
      ['0s offer c1 ann', '0s offer c1 bob', '20s withdraw c1 ann noAnswer', '27s offer c1 ann'],
    ],
    [
      'D-20 two press 1: the first wins, the other is told',
      { queues },
      (s) => s.join('c1').at(5).confirming('ann').confirming('bob').at(9).answer('bob'),
      ['0s offer c1 ann', '0s offer c1 bob', '9s withdraw c1 ann answeredElsewhere', '9s connect c1 bob'],
    ],
    [
      'D-16 an unconfirmed answer does not stop the others',
      { queues },
      (s) => s.join('c1').at(5).confirming('ann').at(6).answer('bob'),
      ['0s offer c1 ann', '0s offer c1 bob', '6s withdraw c1 ann answeredElsewhere', '6s connect c1 bob'],
    ],
  ]);

  it('D-37 one miss per caller and agent; who joined late, lost the race or whose caller left has missed nothing', () => {
    const stage = new AcdStage({ queues, agents: ordered('ann', 'bob'), offline: ['bob'] });
    stage.join('c1').at(5).online('bob').at(50).leave('c1');
    const ended = stage.rows.flatMap((row) => (row.type === 'offerEnded' ? [`${row.agent} ${row.outcome}`] : []));
    // Waves from 0 to 20, 22 to 42, and from 44 until the caller leaves.
    expect(ended).toEqual([
      'ann missed',
      'bob unanswered',
      'ann unanswered',
      'bob missed',
      'ann callerGone',
      'bob callerGone',
    ]);
  });

  it('A-129 one row of the record tells the whole wave', () => {
    const stage = new AcdStage({ queues, agents: [agent('ann'), agent('bob'), agent('cyd')], offline: ['cyd'] });
    stage.join('c1');
    const offered = stage.rows.filter((row) => row.type === 'offered');
    expect(offered).toHaveLength(1);
    expect(offered[0]).toMatchObject({ call: 'c1', agents: ['ann', 'bob'] });
  });
});
