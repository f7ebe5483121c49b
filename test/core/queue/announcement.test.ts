import { describe, expect, it } from 'vitest';
import { sayWait } from '../../../src/core/queue/estimate.js';
import { type AcdStage, agent, ordered, queue } from './acd-stage.js';
import { play } from './transcript.js';

/** `count` calls of `talkS` seconds each, answered at once by ann; ends at `count * talkS`. */
function serve(stage: AcdStage, count: number, talkS: number): void {
  for (let i = 0; i < count; i++)
    stage
      .at(i * talkS)
      .join(`t${i}`)
      .answer('ann')
      .at((i + 1) * talkS)
      .hangUp('ann');
  stage.lines.length = 0;
}

const none = ordered('ann');

describe('announcements', () => {
  play([
    [
      'A-110 position is one more than the callers ahead; repeated every 90 s',
      { queues: [queue({ announce: ['position'] })], agents: none, offline: ['ann'] },
      (s) => s.join('c1').at(10).join('c2').at(50).leave('c1').at(110),
      ['0s announce c1 position 1', '10s announce c2 position 2', '100s announce c2 position 1'],
    ],
    [
      'A-110 the number of callers counts those ahead',
      { queues: [queue({ announce: ['callers'], announceEveryMs: 0 })], agents: none, offline: ['ann'] },
      (s) => s.join('c1').join('c2').join('c3').at(300),
      ['0s announce c1 ahead 0', '0s announce c2 ahead 1', '0s announce c3 ahead 2'],
    ],
    [
      'A-110 the phone number decides for its callers; no announcement is a choice too',
      { queues: [queue({ announce: ['position'], announceEveryMs: 0 })], agents: none, offline: ['ann'] },
      (s) =>
        s
          .join('c1', { announce: ['callers'] })
          .join('c2', { announce: [] })
          .join('c3')
          .at(100),
      ['0s announce c1 ahead 0', '0s announce c3 position 3'],
    ],
    [
      'after the intro, not into it',
      { queues: [queue({ announce: ['position'], intro: 'welcome' })], agents: none, offline: ['ann'] },
      (s) => s.join('c1').at(8).handle({ type: 'introEnded', call: 'c1' }).at(90),
      ['8s announce c1 position 1'],
    ],
    [
      'at least 15 s after the offer of voicemail',
      {
        queues: [queue({ announce: ['position'], queueRingMs: 85_000, voicemail: '8801' })],
        agents: none,
        offline: ['ann'],
      },
      (s) => s.join('c1').at(110),
      ['0s announce c1 position 1', '85s offerVoicemail c1', '100s announce c1 position 1'],
    ],
    [
      'estimate: position × handle time ÷ agents online, rounded up to minutes',
      { queues: [queue({ announce: ['wait'], announceEveryMs: 0 })], agents: ordered('ann') },
      (s) => {
        serve(s, 3, 100);
        s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 1 });
        s.join('c1').join('c2'); // 100 s, 200 s
      },
      ['300s announce c1 wait 2', '300s announce c2 wait 4'],
    ],
    [
      'estimate: talk and wrap-up together are the handle time',
      { queues: [queue({ announce: ['wait'], announceEveryMs: 0 })], agents: [agent('ann', { wrapUpMs: 40_000 })] },
      (s) => {
        for (let i = 0; i < 3; i++)
          s.at(i * 100)
            .join(`t${i}`)
            .answer('ann')
            .at(i * 100 + 50)
            .hangUp('ann');
        s.at(300).away('ann').lines.length = 0;
        s.join('c1'); // 90 s, nobody online
      },
      ['300s announce c1 wait 2'],
    ],
    [
      'estimate: nothing is said of less than a minute, nor from fewer than three calls',
      { queues: [queue({ announce: ['wait'], announceEveryMs: 0 })], agents: ordered('ann') },
      (s) => {
        serve(s, 2, 100);
        s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 1 }).join('c1'); // two calls only
        s.leave('c1').handle({ type: 'agentOtherCalls', agent: 'ann', count: 0 });
        s.join('t9').answer('ann').at(201).hangUp('ann'); // the mean falls to 87 s
        s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 1 }).join('c2');
      },
      ['200s offer t9 ann', '200s connect t9 ann', '201s announce c2 wait 2'],
    ],
    [
      'estimate: before three calls were handled the average wait stands in',
      { queues: [queue({ announce: ['wait'], announceEveryMs: 0 })], agents: ordered('ann'), offline: ['ann'] },
      (s) => {
        s.join('c1').join('c2').join('c3').at(300).leave('c1').leave('c2').leave('c3').join('c4');
      },
      ['300s announce c4 wait 4'], // (3 × 300 s + 0 s) / 4
    ],
    [
      'estimate: never more than was told before, until it has grown by half: then it is busier than usual',
      { queues: [queue({ announce: ['wait'], announceEveryMs: 30_000 })], agents: ordered('ann') },
      (s) => {
        serve(s, 3, 100);
        s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 1 });
        s.join('c1').join('c2').join('c3'); // c3: 300 s
        s.at(310).join('v1', { priority: 1, announce: [] }); // c3 is 4th: 400 s, 7 min > 5
        s.at(331).join('v2', { priority: 1, announce: [] }); // 5th: 500 s
        s.at(361).leave('v1').leave('v2').at(391).leave('c1').leave('c2').leave('c3');
      },
      [
        '300s announce c1 wait 2',
        '300s announce c2 wait 4',
        '300s announce c3 wait 5',
        '330s announce c1 wait 4 busier',
        '330s announce c2 wait 4',
        '330s announce c3 wait 5',
        '360s announce c1 wait 4',
        '360s announce c2 wait 7 busier',
        '360s announce c3 wait 9 busier',
        '390s announce c1 wait 2',
        '390s announce c2 wait 4',
        '390s announce c3 wait 5',
      ],
    ],
  ]);

  it.each([
    ['unknown', null, null, null],
    ['below a minute', 59_999, null, null],
    ['a minute', 60_000, null, { minutes: 1, busier: false }],
    ['rounded up', 60_001, null, { minutes: 2, busier: false }],
    ['less than before', 120_000, 5, { minutes: 2, busier: false }],
    ['a little more than before', 6 * 60_000, 5, { minutes: 5, busier: false }],
    ['half as much again', 9 * 60_000, 6, { minutes: 6, busier: false }],
    ['more than half as much again', 10 * 60_000, 6, { minutes: 10, busier: true }],
  ])('estimate: %s', (_name, expectedMs, told, said) => {
    expect(sayWait(expectedMs, told)).toEqual(said);
  });
});
