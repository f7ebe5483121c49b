import { describe, expect, it } from 'vitest';
import { type AcdStage, agent, ordered, queue, AcdStage as Stage } from './acd-stage.js';
import { play } from './transcript.js';

function endings(stage: AcdStage): string[] {
  return stage.rows.flatMap((row) => (row.type === 'offerEnded' ? [`${row.agent} ${row.outcome}`] : []));
}

const unreachable = (id: string, reachable = false) =>
  ({ type: 'agentReachable', agent: id, reach: { type: 'device', device: id }, reachable }) as const;

describe('offers that fail', () => {
  play([
    [
      'D-37 declined or busy: left alone for 5 s',
      { agents: ordered('ann') },
      (s) => s.join('c1').at(1).fail('ann', 'declined').at(7).fail('ann', 'busy').at(12),
      ['0s offer c1 ann', '6s offer c1 ann', '12s offer c1 ann'],
    ],
    [
      'D-37 no phone answers: unavailable until it registers again',
      { agents: ordered('ann', 'bob') },
      (s) => {
        s.join('c1').at(1).fail('ann', 'unreachable').at(21).join('c2').at(22).handle(unreachable('ann', true));
      },
      [
        '0s offer c1 ann',
        '1s notify ann 8801 unreachable',
        '1s offer c1 bob',
        '21s withdraw c1 bob noAnswer',
        '22s offer c1 ann',
      ],
    ],
    [
      'D-37 the phone unregisters while it rings: the next agent at once',
      { agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(3).handle(unreachable('ann')),
      ['0s offer c1 ann', '3s withdraw c1 ann noAnswer', '3s notify ann 8801 unreachable', '3s offer c1 bob'],
    ],
    [
      'D-37 a phone that unregisters while its user is pressing 1 does not take the call from him',
      { agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(3).confirming('ann').handle(unreachable('ann')).at(4).answer('ann'),
      ['0s offer c1 ann', '4s connect c1 ann'],
    ],
    [
      'A-143 D-37 a missed call logs out of that queue, with a notification',
      {
        queues: [queue({ logoutOnMissed: true }), queue({ extension: '8802' })],
        agents: [agent('ann', {}, { queue: '8802' })],
      },
      (s) => s.join('c1').at(20).at(30).join('h1', { queue: '8802' }),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '20s notify ann 8801 auto:missed', '30s offer h1 ann'],
    ],
    [
      'A-143 D-37 declined, lost and cut short is not missed',
      {
        queues: [
          queue({ logoutOnMissed: true, queueRingMs: 15_000, forwardUnanswered: { to: 'extension', extension: '9' } }),
        ],
      },
      (s) => s.join('c1').at(5).fail('ann', 'declined').at(20).join('c2'),
      [
        '0s offer c1 ann',
        '5s offer c1 bob',
        '15s withdraw c1 bob noAnswer',
        '15s leave c1 timeout forward ["extension","9"]',
        '20s offer c2 bob',
      ],
    ],
    [
      'D-18 D-37 a confirmation that lapses is a missed call',
      { queues: [queue({ logoutOnMissed: true })], agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(5).confirming('ann').at(8).fail('ann', 'unconfirmed'),
      ['0s offer c1 ann', '8s notify ann 8801 auto:missed', '8s offer c1 bob'],
    ],
    [
      'A-155 D-18 pressed nothing for 20 s: the next agent',
      { agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(5).confirming('ann').at(26),
      ['0s offer c1 ann', '25s withdraw c1 ann noAnswer', '25s offer c1 bob'],
    ],
    [
      'A-155 hung up instead of pressing 1: declined',
      { agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(5).confirming('ann').at(6).fail('ann', 'declined'),
      ['0s offer c1 ann', '6s offer c1 bob'],
    ],
    [
      'D-36 a missed or declined offer gives no wrap-up',
      { agents: [agent('ann', { wrapUpMs: 60_000 })] },
      (s) => s.join('c1').at(22).fail('ann', 'declined').at(27),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '22s offer c1 ann', '27s offer c1 ann'],
    ],
    [
      'the agent answers as the caller leaves: the answer that comes late is nothing, its leg was ended',
      { agents: ordered('ann') },
      (s) => s.join('c1').at(5).leave('c1').handle({ type: 'offerAnswered', offer: 1 }),
      ['0s offer c1 ann', '5s withdraw c1 ann callerGone'],
    ],
    [
      'two agents answer together: the first takes the caller',
      { queues: [queue({ kind: 'ringAll' })] },
      (s) => s.join('c1').at(5).answer('bob').handle({ type: 'offerAnswered', offer: 1 }),
      ['0s offer c1 ann', '0s offer c1 bob', '5s withdraw c1 ann answeredElsewhere', '5s connect c1 bob'],
    ],
    [
      'an answer to an offer of before does not accept the present one',
      { agents: ordered('ann') },
      (s) => s.join('c1').at(22).handle({ type: 'offerAnswered', offer: 1 }).at(23).leave('c1'),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '22s offer c1 ann', '23s withdraw c1 ann callerGone'],
    ],
    [
      'an agent who logs out while he rings is rung no more, and has missed nothing',
      { queues: [queue({ logoutOnMissed: true })], agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(5).offline('ann'),
      ['0s offer c1 ann', '5s withdraw c1 ann answeredElsewhere', '5s offer c1 bob'],
    ],
  ]);

  it('D-37 how each offer ended', () => {
    const stage = new Stage({ agents: ordered('ann') });
    stage.join('c1').at(20).at(22).fail('ann', 'busy').at(27).fail('ann', 'declined').at(32).leave('c1');
    expect(endings(stage)).toEqual(['ann missed', 'ann busy', 'ann declined', 'ann callerGone']);
  });

  it('D-26 a phone that always fails at once is not rung in a tight loop', () => {
    const stage = new Stage({ agents: ordered('ann') });
    stage.join('c1');
    for (let s = 0; s < 60; s++) {
      stage.at(s);
      if (stage.acd.agents.get('ann')?.offer !== null) stage.fail('ann', 'busy');
    }
    expect(endings(stage)).toHaveLength(12);
  });
});

describe('auto answer and whisper', () => {
  it('A-155 A-156 the offer tells what the phone is to do, and what rings (A-149, D-27)', () => {
    const stage = new Stage({
      agents: [
        agent('ann', { confirm: true }),
        agent('bob', { autoAnswer: true, reach: { type: 'user', extension: '202' } }),
      ],
    });
    stage.join('c1').join('c2');
    expect(stage.effects.filter((effect) => effect.type === 'offer')).toMatchObject([
      { agent: 'ann', confirm: true, autoAnswer: false, reach: { type: 'device', device: 'ann' } },
      { agent: 'bob', confirm: false, autoAnswer: true, reach: { type: 'user', extension: '202' } },
    ]);
  });

  const queues = [queue({ whisper: 'sales-call' })];
  play([
    [
      'A-148 the agent hears the whisper, then they are connected',
      { queues },
      (s) => s.join('c1').at(3).answer('ann').at(6).handle({ type: 'whispered', offer: 1 }),
      ['0s offer c1 ann', '3s whisper c1 ann sales-call', '6s connect c1 ann'],
    ],
    [
      'A-148 the caller hangs up during the whisper: the agent is let go, and rung for the next at once',
      { queues, agents: [agent('ann', { wrapUpMs: 60_000 })] },
      (s) => s.join('c1').at(1).join('c2').at(3).answer('ann').at(4).leave('c1'),
      ['0s offer c1 ann', '3s whisper c1 ann sales-call', '4s withdraw c1 ann callerGone', '4s offer c2 ann'],
    ],
    [
      'A-148 the agent hangs up during the whisper: the next agent, and the caller keeps his place',
      { queues, agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(3).answer('ann').join('c2').at(4).hangUp('ann').at(10),
      ['0s offer c1 ann', '3s whisper c1 ann sales-call', '3s offer c2 bob', '9s offer c1 ann'],
    ],
    [
      'A-148 D-19 his time is over during the whisper: he is connected all the same',
      {
        queues: [queue({ whisper: 'w', queueRingMs: 5_000, forwardUnanswered: { to: 'extension', extension: '9' } })],
        agents: ordered('ann'),
      },
      (s) => s.join('c1').at(4).answer('ann').at(7).handle({ type: 'whispered', offer: 1 }),
      ['0s offer c1 ann', '4s whisper c1 ann w', '7s connect c1 ann'],
    ],
    [
      'A-148 D-19 and leaves if the agent hangs up then',
      {
        queues: [queue({ whisper: 'w', queueRingMs: 5_000, forwardUnanswered: { to: 'extension', extension: '9' } })],
        agents: ordered('ann', 'bob'),
      },
      (s) => s.join('c1').at(4).answer('ann').at(7).hangUp('ann'),
      ['0s offer c1 ann', '4s whisper c1 ann w', '7s leave c1 timeout forward ["extension","9"]'],
    ],
    [
      'A-148 who hears the whisper cannot be sent elsewhere nor choose voicemail',
      { queues: [queue({ whisper: 'w', voicemail: '8801' })] },
      (s) => {
        s.join('c1').at(4).answer('ann').handle({ type: 'voicemailChosen', call: 'c1' });
        s.handle({ type: 'callerTransferred', call: 'c1', to: { to: 'extension', extension: '9' }, by: 'sue' });
        s.handle({ type: 'callerPickedUp', call: 'c1', agent: 'bob', by: 'bob' });
      },
      [
        '0s offer c1 ann',
        '4s whisper c1 ann w',
        '4s refuse transfer c1: somebody has taken this caller',
        '4s refuse pickUp c1: somebody has taken this caller',
      ],
    ],
  ]);

  it('A-148 talk time counts from the connection, waiting lasts until then', () => {
    const stage = new Stage({ queues });
    stage.join('c1').at(3).answer('ann').at(6).handle({ type: 'whispered', offer: 1 }).at(16).hangUp('ann');
    const rows = stage.rows.filter((row) => row.type === 'connected' || row.type === 'talkEnded');
    expect(rows).toMatchObject([{ waitMs: 6_000 }, { talkMs: 10_000 }]);
  });
});
