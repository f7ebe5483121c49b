import { describe, expect, it } from 'vitest';
import { tellCall } from '../../../src/core/queue/queue-story.js';
import { AcdStage, agent, queue } from './acd-stage.js';

const names = { agent: (id: string) => id.toUpperCase(), queue: (extension: string) => `queue ${extension}` };

describe('the story of a call', () => {
  it('tells every event with its time, and the reasons of each offer', () => {
    const stage = new AcdStage({ agents: [agent('ann', { wrapUpMs: 5_000 }), agent('bob')] });
    stage
      .join('c1', { priority: 2, dialled: '+15551000' })
      .at(2)
      .join('c2')
      .leave('c2')
      .at(20)
      .answer('bob')
      .at(50)
      .hangUp('bob');
    stage.handle({ type: 'callNoted', agent: 'bob', call: 'c1', disposition: 'Sold', reason: '', text: 'two' });
    expect(tellCall(stage.rows, 'c1', names)).toEqual([
      '    0.0 s  entered queue 8801 with priority 2, having dialled +15551000',
      '    0.0 s  was offered to ANN',
      '             ANN: offered, idle for 1 s',
      '             BOB: available, but idle for 0 s only',
      '   20.0 s  ANN missed it after 20.0 s',
      '   20.0 s  was offered to BOB',
      '             BOB: offered, idle for 20 s',
      '             ANN: left alone for 2 s more after an offer that failed',
      '   20.0 s  BOB took it after 0.0 s',
      '   20.0 s  was connected to BOB after a wait of 20.0 s',
      '   50.0 s  ended its talk with BOB after 30.0 s',
      '   50.0 s  BOB noted: Sold, two',
    ]);
    expect(tellCall(stage.rows, 'c2', names).at(-1)).toBe('    0.0 s  left queue 8801: the caller hung up');
  });

  it('tells of refusals, pick-ups, priorities, transfers and wrap-ups', () => {
    const stage = new AcdStage({
      queues: [queue({ maxLength: 2 })],
      agents: [agent('ann', { wrapUpMs: 5_000 })],
    });
    stage.join('c1').join('c2').join('c3').at(1).handle({ type: 'callerPrioritised', call: 'c2', by: 'sue' });
    stage.handle({ type: 'callerPickedUp', call: 'c2', agent: 'ann', by: 'sue' }).at(3).answer('ann');
    stage.handle({ type: 'callerTransferred', call: 'c1', to: { to: 'extension', extension: '205' }, by: 'sue' });
    stage.at(9).hangUp('ann').at(20);
    expect(tellCall(stage.rows, 'c3', names)).toEqual([
      '    0.0 s  was not let into queue 8801: as many waited as may',
    ]);
    expect(tellCall(stage.rows, 'c1', names).slice(-2)).toEqual([
      '    1.0 s  ANN was let go after 1.0 s',
      '    3.0 s  left queue 8801: sent elsewhere by SUE',
    ]);
    const story = tellCall(stage.rows, 'c2', names).map((line) => line.trimStart());
    expect(story).toContain('1.0 s  was moved to the head of the line by SUE');
    expect(story).toContain('1.0 s  was picked up for ANN by SUE');
    expect(story).toContain('1.0 s  was given to ANN, who picked it up');
    expect(story.at(-1)).toBe('14.0 s  ANN was done with it after 5.0 s of wrap-up');
  });
});
