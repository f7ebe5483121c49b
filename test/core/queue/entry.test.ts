import { describe, expect, it } from 'vitest';
import { AcdStage, agent, ordered, queue } from './acd-stage.js';
import { play } from './transcript.js';

const forward = { to: 'extension', extension: '9' } as const;

describe('entry gates', () => {
  play([
    [
      'A-134 gate 1: nobody online; A-138 to Forward if unavailable',
      {
        queues: [queue({ requireAgents: true, forwardUnavailable: forward, voicemail: '8801' })],
        offline: ['ann', 'bob'],
      },
      (s) => s.join('c1'),
      ['0s leave c1 noAgents forward ["extension","9"]'],
    ],
    [
      'A-134 gate 1: without a forward to the queue’s mailbox',
      { queues: [queue({ requireAgents: true, voicemail: '8801' })], offline: ['ann', 'bob'] },
      (s) => s.join('c1'),
      ['0s leave c1 noAgents voicemail 8801'],
    ],
    [
      'A-134 gate 1: without either 480',
      { queues: [queue({ requireAgents: true })], offline: ['ann', 'bob'] },
      (s) => s.join('c1'),
      ['0s leave c1 noAgents reject unavailable'],
    ],
    [
      'A-134 gate 1: on a call or wrapping up is online; away and unregistered is not',
      { queues: [queue({ requireAgents: true })], agents: [agent('ann', { wrapUpMs: 60_000 }), agent('bob')] },
      (s) => {
        s.away('bob').join('c1').at(1).answer('ann').at(2).join('c2').at(3).hangUp('ann').join('c3').at(4);
        s.handle({ type: 'agentReachable', agent: 'ann', reach: { type: 'device', device: 'ann' }, reachable: false });
        s.join('c4');
      },
      ['0s offer c1 ann', '1s connect c1 ann', '4s leave c4 noAgents reject unavailable'],
    ],
    [
      'A-134 gate 1 is asked at entry only: who is in stays when the agents leave',
      { queues: [queue({ requireAgents: true })], agents: ordered('ann') },
      (s) => s.join('c1').at(1).offline('ann').at(100).online('ann'),
      ['0s offer c1 ann', '1s withdraw c1 ann answeredElsewhere', '100s offer c1 ann'],
    ],
    [
      'leaveWhenNoAgents: who is in goes when the last agent goes, but whom somebody is about to take',
      { queues: [queue({ leaveWhenNoAgents: true })], agents: ordered('ann', 'bob') },
      (s) =>
        s.join('c1').join('c2').join('c3').at(1).confirming('ann').at(2).offline('bob').offline('ann').answer('ann'),
      [
        '0s offer c1 ann',
        '0s offer c2 bob',
        '2s withdraw c2 bob answeredElsewhere',
        '2s leave c2 noAgents reject unavailable',
        '2s leave c3 noAgents reject unavailable',
        '2s connect c1 ann',
      ],
    ],
    [
      'A-137 gate 2: as many as may wait do, being offered included, talking excluded',
      { queues: [queue({ maxLength: 2 })], agents: ordered('ann') },
      (s) => s.join('c1').join('c2').join('c3').at(1).answer('ann').join('c4'),
      ['0s offer c1 ann', '0s leave c3 full reject unavailable', '1s connect c1 ann'],
    ],
    [
      'A-136 gate 3: the average wait has reached the limit, those waiting now included',
      { queues: [queue({ maxExpectedWaitMs: 30_000 })], offline: ['ann', 'bob'] },
      (s) => s.join('c1').at(29.999).join('c2').at(70).join('c3'),
      ['70s leave c3 longWait reject unavailable'],
    ],
    [
      'A-136 gate 3: open while nobody waits and an agent is free, whatever the average',
      { queues: [queue({ maxExpectedWaitMs: 30_000 })], offline: ['ann', 'bob'] },
      (s) => s.join('c1').at(60).leave('c1').join('c2').at(61).online('ann').join('c3'),
      ['60s leave c2 longWait reject unavailable', '61s offer c3 ann'],
    ],
    [
      'A-136 gate 3: waits of more than 30 minutes ago do not count',
      { queues: [queue({ maxExpectedWaitMs: 30_000 })], offline: ['ann', 'bob'] },
      (s) =>
        s
          .join('c1')
          .at(60)
          .leave('c1')
          .at(60 + 1800)
          .join('c2')
          .leave('c2')
          .at(61 + 1800)
          .join('c3'),
      ['1860s leave c2 longWait reject unavailable'],
    ],
    [
      'gates in their order: agents before length',
      { queues: [queue({ requireAgents: true, maxLength: 1 })], agents: ordered('ann') },
      (s) => s.join('c1').at(1).offline('ann').join('c2'),
      ['0s offer c1 ann', '1s withdraw c1 ann answeredElsewhere', '1s leave c2 noAgents reject unavailable'],
    ],
    [
      'a queue that there is not',
      {},
      (s) => s.join('c1', { queue: '8899' }),
      ['0s leave c1 noQueue reject unavailable'],
    ],
  ]);
});

describe('intro', () => {
  play([
    [
      'A-135 required: no agent is rung before its end, and the queue ring time-out starts there',
      {
        queues: [queue({ intro: 'welcome', requireIntro: true, queueRingMs: 30_000, forwardUnanswered: forward })],
        agents: ordered('ann'),
      },
      (s) => s.join('c1').at(12).handle({ type: 'introEnded', call: 'c1' }).at(60),
      [
        '12s offer c1 ann',
        '32s withdraw c1 ann noAnswer',
        '34s offer c1 ann',
        '42s withdraw c1 ann noAnswer',
        '42s leave c1 timeout forward ["extension","9"]',
      ],
    ],
    [
      'A-135 required: the place in line counts from entry',
      { queues: [queue({ intro: 'welcome', requireIntro: true })], agents: ordered('ann'), offline: ['ann'] },
      (s) => {
        s.join('c1').at(1).join('c2').at(5).handle({ type: 'introEnded', call: 'c2' });
        s.at(6).handle({ type: 'introEnded', call: 'c1' }).online('ann');
      },
      ['6s offer c1 ann'],
    ],
    [
      'A-135 required: while it plays others are served',
      { queues: [queue({ intro: 'welcome', requireIntro: true })], agents: ordered('ann') },
      (s) => s.join('c1').at(1).join('c2').at(5).handle({ type: 'introEnded', call: 'c2' }),
      ['5s offer c2 ann'],
    ],
    [
      'D-33 who must hear the intro cannot be picked up meanwhile',
      { queues: [queue({ intro: 'welcome', requireIntro: true })] },
      (s) => s.join('c1').handle({ type: 'callerPickedUp', call: 'c1', agent: 'ann', by: 'ann' }),
      ['0s refuse pickUp c1: the intro must be heard to its end'],
    ],
    [
      'intro that is not required: offers start at once, and the connection cuts it',
      { queues: [queue({ intro: 'welcome' })] },
      (s) => s.join('c1').at(1).answer('ann').at(12).handle({ type: 'introEnded', call: 'c1' }),
      ['0s offer c1 ann', '1s connect c1 ann'],
    ],
    [
      'A-135 required without a sound is no intro',
      { queues: [queue({ requireIntro: true })] },
      (s) => s.join('c1'),
      ['0s offer c1 ann'],
    ],
  ]);

  it('A-147 A-176 who is let in is told what to hear: intro once, then the music of the queue', () => {
    const stage = new AcdStage({ queues: [queue({ intro: 'welcome', music: 'jazz' })] });
    stage.join('c1');
    const admitted = stage.effects.filter((effect) => effect.type === 'admit');
    expect(admitted).toEqual([{ type: 'admit', call: 'c1', queue: '8801', intro: 'welcome', music: 'jazz' }]);
  });

  it('A-111 the record keeps the number that was dialled, and whether the queue keeps statistics (A-133)', () => {
    const stage = new AcdStage({ queues: [queue({ statistics: false, maxLength: 1 })] });
    stage.join('c1', { dialled: '+15551000' }).join('c2', { dialled: '+15551001' });
    const rows = stage.rows.filter((row) => row.type === 'entered' || row.type === 'refused');
    expect(rows).toMatchObject([
      { type: 'entered', call: 'c1', dialled: '+15551000', counted: false },
      { type: 'refused', call: 'c2', dialled: '+15551001', counted: false, why: 'full' },
    ]);
  });
});
