import { describe, expect, it } from 'vitest';
import { AcdStage, ordered, queue } from './acd-stage.js';
import { play } from './transcript.js';

const forward = { to: 'extension', extension: '9' } as const;
const FORWARDED = 'timeout forward ["extension","9"]';

describe('queue ring time-out', () => {
  play([
    [
      'A-139 A-144 absolute per caller; the last offer is cut short; then Forward if unanswered',
      { queues: [queue({ queueRingMs: 50_000, forwardUnanswered: forward })] },
      (s) => s.join('c1').at(60),
      [
        '0s offer c1 ann',
        '20s withdraw c1 ann noAnswer',
        '20s offer c1 bob',
        '40s withdraw c1 bob noAnswer',
        '40s offer c1 ann',
        '50s withdraw c1 ann noAnswer',
        `50s leave c1 ${FORWARDED}`,
      ],
    ],
    [
      'D-19 an agent who has picked up may still confirm; then he is connected',
      { queues: [queue({ queueRingMs: 15_000, forwardUnanswered: forward })], agents: ordered('ann') },
      (s) => s.join('c1').at(10).confirming('ann').at(29).answer('ann'),
      ['0s offer c1 ann', '29s connect c1 ann'],
    ],
    [
      'D-19 if he does not, the caller leaves at once and nobody else is rung',
      { queues: [queue({ queueRingMs: 15_000, forwardUnanswered: forward })], agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(10).confirming('ann').at(22).fail('ann', 'declined'),
      ['0s offer c1 ann', `22s leave c1 ${FORWARDED}`],
    ],
    [
      'D-19 the grace ends with the window of the confirmation, 20 s after he picked up',
      { queues: [queue({ queueRingMs: 15_000, forwardUnanswered: forward })], agents: ordered('ann') },
      (s) => s.join('c1').at(14).confirming('ann').at(60),
      ['0s offer c1 ann', '34s withdraw c1 ann noAnswer', `34s leave c1 ${FORWARDED}`],
    ],
    [
      'D-19 a phone that was given up while others of the agent ring on has no grace left',
      { queues: [queue({ queueRingMs: 15_000, forwardUnanswered: forward })], agents: ordered('ann') },
      (s) => s.join('c1').at(14).confirming('ann').at(20).ringing('ann'),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', `20s leave c1 ${FORWARDED}`],
    ],
    [
      'D-19 the agent ring time-out does not end an offer that is being confirmed; ringing on, it does at once',
      { agents: ordered('ann') },
      (s) => s.join('c1').at(15).confirming('ann').at(25).ringing('ann'),
      ['0s offer c1 ann', '25s withdraw c1 ann noAnswer'],
    ],
    [
      'A-145 without a forward the caller is offered voicemail and stays in line, again and again',
      { queues: [queue({ queueRingMs: 30_000, voicemail: '8801' })], agents: ordered('ann'), offline: ['ann'] },
      (s) => s.join('c1').at(70).online('ann').at(71).answer('ann'),
      ['30s offerVoicemail c1', '60s offerVoicemail c1', '70s offer c1 ann', '71s connect c1 ann'],
    ],
    [
      'A-145 a ringing phone rings on meanwhile; 1 ends it and leads to the mailbox',
      { queues: [queue({ queueRingMs: 30_000, voicemail: '8801' })], agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(33).handle({ type: 'voicemailChosen', call: 'c1' }),
      [
        '0s offer c1 ann',
        '20s withdraw c1 ann noAnswer',
        '20s offer c1 bob',
        '30s offerVoicemail c1',
        '33s withdraw c1 bob callerGone',
        '33s leave c1 voicemail voicemail 8801',
      ],
    ],
    [
      'A-145 with both set Forward wins',
      {
        queues: [queue({ queueRingMs: 30_000, voicemail: '8801', forwardUnanswered: forward })],
        offline: ['ann', 'bob'],
      },
      (s) => s.join('c1').at(60),
      [`30s leave c1 ${FORWARDED}`],
    ],
    [
      'with neither he waits on, at most 60 min, then 480',
      { queues: [queue({ queueRingMs: 30_000 })], offline: ['ann', 'bob'] },
      (s) => s.join('c1').at(4000),
      ['3600s leave c1 maxWait reject unavailable'],
    ],
    [
      'D-19 the cap too leaves the grace of a confirmation',
      { queues: [queue({ maxWaitMs: 10_000 })], agents: ordered('ann') },
      (s) => s.join('c1').at(9).confirming('ann').at(12).answer('ann'),
      ['0s offer c1 ann', '12s connect c1 ann'],
    ],
    [
      'A-140 a time-out that has come for a caller who is gone is nothing',
      { queues: [queue({ queueRingMs: 10_000, forwardUnanswered: forward })], agents: ordered('ann') },
      (s) => s.join('c1').at(5).answer('ann').at(6).hangUp('ann').at(4000),
      ['0s offer c1 ann', '5s connect c1 ann'],
    ],
  ]);

  it('A-140 the phone is told how long it will ring at most: the agent ring time-out, or what is left to the caller', () => {
    const stage = new AcdStage({ queues: [queue({ queueRingMs: 30_000, forwardUnanswered: forward })] });
    stage.join('c1').at(25);
    const offers = stage.effects.flatMap((effect) => (effect.type === 'offer' ? [effect.ringMs] : []));
    expect(offers).toEqual([20_000, 10_000]);
  });

  it('a caller who left leaves no timer behind', () => {
    const stage = new AcdStage({
      queues: [queue({ queueRingMs: 30_000, voicemail: '8801', announce: ['position'] })],
      agents: ordered('ann'),
    });
    stage.join('c1').at(1).leave('c1');
    expect([...stage.timers]).toEqual([]);
    expect(stage.clock.pending).toBe(0);
  });
});
