import { describe, expect, it } from 'vitest';
import { activityOf } from '../../../src/core/queue/acd.js';
import { statusNamed } from '../../../src/core/queue/agent-status.js';
import type { Reach } from '../../../src/core/queue/queue-config.js';
import { snapshotAgent } from '../../../src/core/queue/snapshot.js';
import { AcdStage, agent, HELP, queue, SALES } from './acd-stage.js';
import { play } from './transcript.js';

const one = [agent('ann', { wrapUpMs: 30_000 })];
const reachable = (id: string, reach: Reach, isReachable: boolean) =>
  ({ type: 'agentReachable', agent: id, reach, reachable: isReachable }) as const;
const others = (count: number) => ({ type: 'agentOtherCalls', agent: 'ann', count }) as const;
const singleCall = {
  type: 'agentLoggedIn',
  agent: 'ann',
  queue: null,
  singleCall: true,
  reason: null,
  by: 'ann',
} as const;

function statuses(stage: AcdStage): string[] {
  return stage.rows.flatMap((row) =>
    row.type === 'agentStatus' ? [`${row.status}/${row.reason}/${row.queues.join(',')} by ${row.by}`] : [],
  );
}

describe('availability', () => {
  play([
    [
      'A-149 D-26 a device entry wants that device registered',
      { agents: one },
      (s) => {
        s.handle(reachable('ann', { type: 'device', device: 'ann' }, false))
          .join('c1')
          .at(3);
        s.handle(reachable('ann', { type: 'device', device: 'annwp' }, true)).at(5);
        s.handle(reachable('ann', { type: 'device', device: 'ann' }, true));
      },
      ['5s offer c1 ann'],
    ],
    [
      'A-149 D-27 a user entry wants its active rule to ring something: a rule that ends in a mailbox makes unavailable',
      { agents: [agent('ann', { reach: { type: 'user', extension: '201' } })] },
      (s) => {
        s.handle(reachable('ann', { type: 'user', extension: '201' }, false))
          .join('c1')
          .at(5);
        s.handle(reachable('ann', { type: 'user', extension: '201' }, true));
      },
      ['5s offer c1 ann'],
    ],
    [
      'A-161 login method: each queue rings the device that its entry names',
      {
        queues: [queue(), queue({ extension: HELP })],
        agents: [
          agent('ann', { maxCalls: 2 }, { queue: HELP, maxCalls: 2, reach: { type: 'device', device: 'annwp' } }),
        ],
      },
      (s) => {
        s.handle(reachable('ann', { type: 'device', device: 'annwp' }, false));
        s.join('h1', { queue: HELP }).join('s1');
      },
      ['0s offer s1 ann'],
    ],
    [
      'A-152 D-35 maximum of calls counts direct and queue calls and the offer',
      { agents: [agent('ann', { maxCalls: 2 })] },
      (s) => {
        s.handle(others(1)).join('c1').join('c2').at(1).answer('ann').at(5).handle(others(0)).at(6).answer('ann');
      },
      ['0s offer c1 ann', '1s connect c1 ann', '5s offer c2 ann', '6s connect c2 ann'],
    ],
    [
      'D-35 default 1: an agent on a direct call is offered nobody',
      { agents: one },
      (s) => s.handle(others(1)).join('c1').at(9).handle(others(0)),
      ['9s offer c1 ann'],
    ],
  ]);
});

describe('wrap-up', () => {
  play([
    [
      'A-151 D-36 starts when the agent’s leg of a queue call ends',
      { agents: one },
      (s) => s.join('c1').at(1).answer('ann').at(10).hangUp('ann').join('c2').at(60),
      ['0s offer c1 ann', '1s connect c1 ann', '40s offer c2 ann', '60s withdraw c2 ann noAnswer'],
    ],
    [
      'D-36 a direct call gives none',
      { agents: one },
      (s) => s.handle(others(1)).at(5).handle(others(0)).join('c1'),
      ['5s offer c1 ann'],
    ],
    [
      'D-36 the agent may end it early',
      { agents: one },
      (s) => {
        s.join('c1').at(1).answer('ann').at(10).hangUp('ann').join('c2').at(15);
        s.handle({ type: 'wrapUpEnded', agent: 'ann', by: 'ann' });
      },
      ['0s offer c1 ann', '1s connect c1 ann', '15s offer c2 ann'],
    ],
    [
      'D-36 or extend it with a reason, to 595 s at most',
      { agents: one },
      (s) => {
        s.join('c1').at(0).answer('ann').at(10).hangUp('ann').join('c2').at(15);
        s.handle({ type: 'wrapUpExtended', agent: 'ann', byMs: 900_000, reason: 'Report', by: 'ann' }).at(605);
      },
      ['0s offer c1 ann', '0s connect c1 ann', '605s offer c2 ann'],
    ],
    [
      'D-36 absolute end: neither a logout nor a direct call in between changes it',
      { agents: one },
      (s) => {
        s.join('c1').at(0).answer('ann').at(10).hangUp('ann').join('c2').at(15).offline('ann').at(20).online('ann');
        s.handle(others(1)).at(25).handle(others(0)).at(41);
      },
      ['0s offer c1 ann', '0s connect c1 ann', '40s offer c2 ann'],
    ],
    [
      'D-36 the end of a second call does not shorten the wrap-up of the first',
      {
        queues: [queue(), queue({ extension: HELP })],
        agents: [agent('ann', { maxCalls: 2, wrapUpMs: 60_000 }, { queue: HELP, maxCalls: 2, wrapUpMs: 5_000 })],
      },
      (s) => {
        s.join('s1').at(0).answer('ann').join('h1', { queue: HELP }).answer('ann');
        s.at(10).hangUp('ann').at(20).hangUp('ann').join('s2').at(71);
      },
      ['0s offer s1 ann', '0s connect s1 ann', '0s offer h1 ann', '0s connect h1 ann', '70s offer s2 ann'],
    ],
  ]);

  it('D-36 is recorded with its length, and the reason if it was extended', () => {
    const stage = new AcdStage({ agents: one });
    stage.join('c1').answer('ann').at(10).hangUp('ann').at(15);
    stage.handle({ type: 'wrapUpExtended', agent: 'ann', byMs: 5_000, reason: 'Report', by: 'ann' }).at(60);
    expect(stage.rows.filter((row) => row.type === 'wrappedUp')).toMatchObject([
      { call: 'c1', queue: SALES, agent: 'ann', wrapUpMs: 35_000, reason: 'Report' },
    ]);
  });
});

describe('restart', () => {
  it('D-36 D-38 neither logs an agent in nor ends a wrap-up', () => {
    const before = new AcdStage({ agents: [...one, agent('bob'), agent('cyd')], offline: ['cyd'] });
    before.away('bob', 'Lunch').join('c1').at(1).answer('ann').at(10).hangUp('ann');
    const saved = new Map(
      before.effects.flatMap((effect) =>
        effect.type === 'saveAgent' ? [[effect.agent.agent, effect.agent] as const] : [],
      ),
    );
    const after = new AcdStage({
      agents: [...one, agent('bob'), agent('cyd')],
      saved: [...saved.values()],
      startMs: before.clock.now() + 10_000,
    });
    after.join('c2');
    expect(after.acd.agents.get('bob')).toMatchObject({ status: 'away', reason: 'Lunch' });
    expect(after.acd.agents.get('cyd')?.status).toBe('offline');
    after.at(25); // the wrap-up had 20 s left
    expect(after.lines).toEqual(['20s offer c2 ann']);
  });

  it('D-28 over a restart, since when he is idle: the end of a call without wrap-up is kept', () => {
    const stage = new AcdStage({ agents: [agent('ann')] });
    stage.join('c1').answer('ann').at(10).hangUp('ann');
    expect(stage.effects.findLast((effect) => effect.type === 'saveAgent')?.agent.idleSince).toBe(stage.clock.now());
  });

  it('D-36 a wrap-up that ended meanwhile is over, and recorded with its length', () => {
    const before = new AcdStage({ agents: one });
    before.join('c1').answer('ann').at(10).hangUp('ann');
    const saved = before.effects.findLast((effect) => effect.type === 'saveAgent')?.agent;
    const after = new AcdStage({
      agents: one,
      saved: saved === undefined ? [] : [saved],
      startMs: before.clock.now() + 3_600_000,
    });
    after.join('c2');
    expect(after.lines).toEqual(['0s offer c2 ann']);
    expect(after.rows.find((row) => row.type === 'wrappedUp')).toMatchObject({ call: 'c1', wrapUpMs: 30_000 });
    expect(after.effects.find((effect) => effect.type === 'saveAgent')?.agent).toMatchObject({
      ...{ wrapUp: null, idleSince: saved?.wrapUp?.until },
    });
  });

  it('an agent who is new, or not in the configuration any more, is nobody’s business', () => {
    const stage = new AcdStage({
      agents: one,
      saved: [{ agent: 'zoe', status: 'online', reason: null, since: 0, idleSince: 0, queues: [SALES], wrapUp: null }],
    });
    expect(stage.acd.agents.get('ann')?.status).toBe('offline');
    expect(stage.acd.agents.has('zoe')).toBe(false);
  });
});

describe('status', () => {
  const two = { queues: [queue(), queue({ extension: HELP })], agents: [agent('ann', {}, { queue: HELP })] };

  it('A-150 A-159 D-38 logs in to one queue or all, out of one or all; in no queue is offline', () => {
    const stage = new AcdStage({ ...two, offline: ['ann'] });
    stage.online('ann', HELP).online('ann').offline('ann', SALES).offline('ann', HELP).online('ann').offline('ann');
    expect(statuses(stage)).toEqual([
      'online/null/8802 by ann',
      'online/null/8801,8802 by ann',
      'online/null/8802 by ann',
      'offline/null/ by ann',
      'online/null/8801,8802 by ann',
      'offline/null/ by ann',
    ]);
  });

  it('A-160 D-38 away keeps the logins; back from it he has the queues he had', () => {
    const stage = new AcdStage(two);
    stage.rows.length = 0;
    stage.offline('ann', SALES).away('ann', 'Break').handle({ type: 'agentReturned', agent: 'ann', by: 'ann' });
    expect(statuses(stage)).toEqual(['online/null/8802 by ann', 'away/Break/8802 by ann', 'online/null/8802 by ann']);
  });

  it.each([
    ['online', { status: 'online', reason: null }],
    ['Offline', { status: 'offline', reason: null }],
    ['single call', { status: 'singleCall', reason: null }],
    ['lunch', { status: 'away', reason: 'Lunch' }],
    ['Web', { status: 'away', reason: 'Web' }],
    ['chat only', { status: 'away', reason: 'Chat only' }],
    ['Home office', { status: 'online', reason: 'Home office' }],
    ['asleep', null],
  ])('A-160 D-38 the status %s', (name, expected) => {
    const custom = [
      { name: 'Chat only', available: false },
      { name: 'Home office', available: true },
    ];
    expect(statusNamed(name, custom)).toEqual(expected);
  });

  play([
    [
      'D-38 single call: offline after one call',
      { agents: one },
      (s) => s.handle(singleCall).join('c1').at(1).answer('ann').join('c2').at(5).hangUp('ann').at(60),
      ['0s offer c1 ann', '1s connect c1 ann'],
    ],
    [
      'D-38 single call: a missed one counts',
      { agents: one },
      (s) => s.handle(singleCall).join('c1').at(60),
      ['0s offer c1 ann', '20s withdraw c1 ann noAnswer'],
    ],
    [
      'D-38 single call: a declined one does not',
      { agents: one },
      (s) => s.handle(singleCall).join('c1').at(2).fail('ann', 'declined').at(10),
      ['0s offer c1 ann', '7s offer c1 ann'],
    ],
    [
      'D-38 single call: one at a time, whatever he may have otherwise',
      { agents: [agent('ann', { maxCalls: 3 })] },
      (s) => s.handle(singleCall).join('c1').join('c2').at(1).answer('ann'),
      ['0s offer c1 ann', '1s connect c1 ann'],
    ],
    [
      'D-38 away while talking: the talk goes on, nothing comes after it',
      { agents: [agent('ann')] },
      (s) => s.join('c1').at(1).answer('ann').away('ann').join('c2').at(9).hangUp('ann').at(10),
      ['0s offer c1 ann', '1s connect c1 ann'],
    ],
    [
      'D-38 away while pressing 1: he may finish',
      { agents: [agent('ann')] },
      (s) => s.join('c1').at(1).confirming('ann').away('ann').at(3).answer('ann'),
      ['0s offer c1 ann', '3s connect c1 ann'],
    ],
  ]);

  it('D-38 is in exactly one activity at a time', () => {
    const stage = new AcdStage({ queues: [queue({ whisper: 'w' })], agents: one });
    const ann = stage.acd.agents.get('ann');
    const seen: string[] = [];
    const see = (): void => {
      if (ann !== undefined) seen.push(`${activityOf(ann)} ${snapshotAgent(ann, stage.clock.now()).light}`);
    };
    see();
    for (const then of [
      () => stage.join('c1'),
      () => stage.ringing('ann'),
      () => stage.confirming('ann'),
      () => stage.answer('ann'),
      () => stage.handle({ type: 'whispered', offer: 1 }),
      () => stage.hangUp('ann'),
      () => stage.handle(others(1)),
      () => stage.handle(others(0)),
      () => stage.at(30),
      () => stage.away('ann'),
      () => stage.offline('ann'),
    ]) {
      then();
      see();
    }
    expect(seen).toEqual([
      'idle green',
      'reserved red',
      'ringing red',
      'confirming red',
      'onQueueCall red',
      'onQueueCall red',
      'wrapUp red',
      'onOtherCall red',
      'wrapUp red',
      'idle green',
      'idle red',
      'idle grey',
    ]);
  });

  it('A-164 a note on a call is recorded', () => {
    const stage = new AcdStage();
    stage.handle({ type: 'callNoted', agent: 'ann', call: 'c1', disposition: 'Sold', reason: 'Price', text: 'two' });
    expect(stage.rows.at(-1)).toMatchObject({ type: 'noted', disposition: 'Sold', reason: 'Price', text: 'two' });
  });
});
