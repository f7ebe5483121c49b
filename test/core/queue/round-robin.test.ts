import { describe, expect, it } from 'vitest';
import { AcdStage, agent, HELP, ordered, queue, SALES } from './acd-stage.js';
import { play } from './transcript.js';

describe('round robin', () => {
  play([
    [
      'A-128 D-28 the agent who has been idle longest is rung, then the next; the caller keeps his place',
      {},
      (s) => s.join('c1').at(20).answer('bob'),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer', '20s offer c1 bob', '20s connect c1 bob'],
    ],
    [
      'D-28 a call that ended makes idle anew: of two agents the one who talked longer ago is rung',
      {},
      (s) => {
        s.join('c1').at(1).answer('ann').at(50).hangUp('ann'); // ann: idle since 50
        s.at(60).join('c2').at(61).answer('bob').at(70).hangUp('bob'); // bob: since 70
        s.at(80).join('c3');
      },
      ['0s offer c1 ann', '1s connect c1 ann', '60s offer c2 bob', '61s connect c2 bob', '80s offer c3 ann'],
    ],
    [
      'D-28 a missed offer makes idle anew: a silent agent is not rung again and again',
      { agents: ordered('ann', 'bob', 'cyd') },
      (s) => s.join('c1').at(65),
      [
        '0s offer c1 ann',
        '20s withdraw c1 ann noAnswer',
        '20s offer c1 bob',
        '40s withdraw c1 bob noAnswer',
        '40s offer c1 cyd',
        '60s withdraw c1 cyd noAnswer',
        '60s offer c1 ann',
      ],
    ],
    [
      'D-28 a declined offer makes idle anew',
      {},
      (s) => s.join('c1').at(1).fail('ann', 'declined').at(2).leave('c1').at(30).join('c2'),
      ['0s offer c1 ann', '1s offer c1 bob', '2s withdraw c1 bob callerGone', '30s offer c2 bob'],
    ],
    [
      'D-28 having come available makes idle anew',
      {},
      (s) => s.away('ann').at(5).handle({ type: 'agentReturned', agent: 'ann', by: 'ann' }).at(6).join('c1'),
      ['6s offer c1 bob'],
    ],
    [
      'D-28 the end of a direct call makes idle anew',
      {},
      (s) => {
        s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 1 }).at(9);
        s.handle({ type: 'agentOtherCalls', agent: 'ann', count: 0 }).join('c1');
      },
      ['9s offer c1 bob'],
    ],
    [
      'D-28 D-38 the end of a wrap-up makes idle anew: until then he was not idle',
      { agents: [agent('ann', { wrapUpMs: 60_000 }), agent('bob')] },
      (s) => {
        s.join('c1').at(1).answer('ann').at(10).hangUp('ann'); // ann: wrap-up until 70
        s.at(20).join('c2').at(21).answer('bob').at(50).hangUp('bob'); // bob: idle since 50
        s.at(80).join('c3');
      },
      ['0s offer c1 ann', '1s connect c1 ann', '20s offer c2 bob', '21s connect c2 bob', '80s offer c3 bob'],
    ],
    [
      'D-28 a lost race or a caller who hung up costs no place',
      {},
      (s) => s.join('c1').at(3).leave('c1').at(4).join('c2'),
      ['0s offer c1 ann', '3s withdraw c1 ann callerGone', '4s offer c2 ann'],
    ],
    [
      'D-28 tie: agent order, then id',
      { agents: [agent('bob', { order: 1 }), agent('ann', { order: 1 }), agent('cyd', { order: 0 })], saved: [] },
      (s) => {
        for (const id of ['ann', 'bob', 'cyd']) s.online(id);
        s.join('c1').join('c2').join('c3');
      },
      ['0s offer c1 cyd', '0s offer c2 ann', '0s offer c3 bob'],
    ],
    [
      'D-32 several callers are matched in parallel, in order of arrival',
      { agents: ordered('ann', 'bob') },
      (s) => s.join('c1').at(1).join('c2').at(2).join('c3').at(3).answer('bob').at(4).hangUp('bob'),
      ['0s offer c1 ann', '1s offer c2 bob', '3s connect c2 bob', '4s offer c3 bob'],
    ],
    [
      'D-32 the highest priority is head, then the earliest arrival',
      { agents: ordered('ann') },
      (s) => {
        s.join('c1').at(1).join('c2').at(2).join('vip', { priority: 5 }).at(3).join('vip2', { priority: 5 });
        for (const at of [4, 5, 6]) s.at(at).answer('ann').hangUp('ann');
      },
      [
        '0s offer c1 ann',
        '4s connect c1 ann',
        '4s offer vip ann',
        '5s connect vip ann',
        '5s offer vip2 ann',
        '6s connect vip2 ann',
        '6s offer c2 ann',
      ],
    ],
    [
      'D-32 a caller who comes from another queue keeps his place there',
      { agents: ordered('ann') },
      (s) => {
        s.join('c0')
          .at(10)
          .join('c1')
          .at(15)
          .join('moved', { since: s.clock.now() - 10_000 });
        s.at(16).answer('ann').hangUp('ann');
      },
      ['0s offer c0 ann', '16s connect c0 ann', '16s offer moved ann'],
    ],
    [
      'D-32 the same call cannot join twice',
      {},
      (s) => s.join('c1').join('c1').at(1).answer('ann'),
      ['0s offer c1 ann', '1s connect c1 ann'],
    ],
    [
      'D-33 prioritised: to the head of those who wait, but a later one of higher priority still passes him',
      { agents: ordered('ann') },
      (s) => {
        s.join('c1').at(1).join('c2').at(2).join('c3');
        s.at(3).handle({ type: 'callerPrioritised', call: 'c3', by: 'sue' });
        s.at(4).join('vip', { priority: 1 });
        for (const at of [5, 6, 7]) s.at(at).answer('ann').hangUp('ann');
      },
      [
        '0s offer c1 ann',
        '5s connect c1 ann',
        '5s offer vip ann',
        '6s connect vip ann',
        '6s offer c3 ann',
        '7s connect c3 ann',
        '7s offer c2 ann',
      ],
    ],
    [
      'D-33 who is not in the line cannot be prioritised, picked up or transferred',
      {},
      (s) => {
        s.handle({ type: 'callerPrioritised', call: 'c9', by: 'sue' });
        s.handle({ type: 'callerPickedUp', call: 'c9', agent: 'ann', by: 'ann' });
        s.handle({ type: 'callerTransferred', call: 'c9', to: { to: 'extension', extension: '205' }, by: 'sue' });
      },
      [
        '0s refuse prioritise c9: nobody with this call waits',
        '0s refuse pickUp c9: nobody with this call waits',
        '0s refuse transfer c9: nobody with this call waits',
      ],
    ],
    [
      'D-33 pick-up rings that agent only, in spite of strategy, wrap-up and maximum of calls',
      { agents: [agent('ann', { wrapUpMs: 60_000 }), agent('bob')] },
      (s) => {
        s.join('c1').at(1).answer('ann').at(2).hangUp('ann').join('c2'); // bob rings for c2
        s.at(3).handle({ type: 'callerPickedUp', call: 'c2', agent: 'ann', by: 'ann' });
        s.at(4).answer('ann');
      },
      [
        '0s offer c1 ann',
        '1s connect c1 ann',
        '2s offer c2 bob',
        '3s withdraw c2 bob answeredElsewhere',
        '3s offer c2 ann',
        '4s connect c2 ann',
      ],
    ],
    [
      'D-33 the caller an agent was rung for makes way for the one he picks up, and goes on to the next agent',
      { agents: ordered('ann', 'bob') },
      (s) => {
        s.handle({ type: 'agentOtherCalls', agent: 'bob', count: 1 }).join('c1').join('c2');
        s.at(2).handle({ type: 'callerPickedUp', call: 'c2', agent: 'ann', by: 'ann' });
        s.at(3).handle({ type: 'agentOtherCalls', agent: 'bob', count: 0 });
      },
      ['0s offer c1 ann', '2s withdraw c1 ann answeredElsewhere', '2s offer c2 ann', '3s offer c1 bob'],
    ],
    [
      'D-33 a pick-up that is not answered gives the caller back to the queue',
      { agents: ordered('ann', 'bob') },
      (s) => {
        s.join('c1').handle({ type: 'callerPickedUp', call: 'c1', agent: 'bob', by: 'bob' }).at(20).at(21);
      },
      [
        '0s offer c1 ann',
        '0s withdraw c1 ann answeredElsewhere',
        '0s offer c1 bob',
        '20s withdraw c1 bob noAnswer',
        '20s offer c1 ann',
      ],
    ],
    [
      'D-33 an agent who is taking a caller, or cannot be rung, picks up nobody',
      { agents: ordered('ann', 'bob', 'cyd') },
      (s) => {
        s.join('c1').join('c2').at(1).confirming('ann');
        s.handle({ type: 'agentReachable', agent: 'cyd', reach: { type: 'device', device: 'cyd' }, reachable: false });
        for (const id of ['ann', 'cyd', 'dan']) s.handle({ type: 'callerPickedUp', call: 'c2', agent: id, by: 'sue' });
      },
      [
        '0s offer c1 ann',
        '0s offer c2 bob',
        '1s refuse pickUp c2: ann is taking another caller',
        '1s refuse pickUp c2: cyd has no phone to ring',
        '1s refuse pickUp c2: there is no such agent',
      ],
    ],
    [
      'A-162 a waiting caller is sent to another extension',
      { agents: ordered('ann') },
      (s) => {
        s.join('c1').at(5);
        s.handle({ type: 'callerTransferred', call: 'c1', to: { to: 'extension', extension: '205' }, by: 'sue' });
      },
      ['0s offer c1 ann', '5s withdraw c1 ann callerGone', '5s leave c1 transferred forward ["extension","205"]'],
    ],
    [
      'A-126 a queue that is deleted sends its callers away; the talk goes on',
      { queues: [queue({ voicemail: '8801' })], agents: ordered('ann', 'bob') },
      (s) => {
        s.join('c1')
          .join('c2')
          .at(1)
          .answer('ann')
          .handle({ type: 'configured', config: { queues: [], agents: [], statuses: [] } });
        s.at(9).handle({ type: 'talkEnded', offer: 1 });
      },
      [
        '0s offer c1 ann',
        '0s offer c2 bob',
        '1s connect c1 ann',
        '1s withdraw c2 bob callerGone',
        '1s leave c2 closed voicemail 8801',
      ],
    ],
  ]);

  it('A-128 spreads calls evenly over agents who talk equally long', () => {
    const ids = ['ann', 'bob', 'cyd', 'dan', 'eve'];
    const stage = new AcdStage({ agents: ids.map((id) => agent(id)) });
    const taken = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      stage.at(i * 60).join(`c${i}`);
      const id = ids.find((some) => stage.acd.agents.get(some)?.offer !== null) ?? '';
      stage
        .answer(id)
        .at(i * 60 + 30)
        .hangUp(id);
      taken.set(id, (taken.get(id) ?? 0) + 1);
    }
    expect([...taken.values()]).toEqual([20, 20, 20, 20, 20]);
  });

  it('A-158 each queue has its own line; agents are shared', () => {
    const both = [{}, { queue: HELP }];
    const stage = new AcdStage({ queues: [queue(), queue({ extension: HELP })], agents: [agent('ann', ...both)] });
    stage.join('s1').join('h1', { queue: HELP });
    expect(stage.acd.queues.get(SALES)?.line.map((caller) => caller.call)).toEqual(['s1']);
    expect(stage.acd.queues.get(HELP)?.line.map((caller) => caller.call)).toEqual(['h1']);
    expect(stage.lines).toEqual(['0s offer s1 ann']);
  });
});
