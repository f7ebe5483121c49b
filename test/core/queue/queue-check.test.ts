import { describe, expect, it } from 'vitest';
import { checkAcd, type QueueFaultCode } from '../../../src/core/queue/queue-check.js';
import type { AgentConfig, CustomStatus, QueueConfig } from '../../../src/core/queue/queue-config.js';
import { agent, queue, SALES } from './acd-stage.js';

const forward = { to: 'extension', extension: '9' } as const;
const fine = agent('ann');

type Row = readonly [
  name: string,
  queues: readonly QueueConfig[],
  agents: readonly AgentConfig[],
  faults: readonly (readonly [QueueFaultCode, 'error' | 'warning'])[],
];

const rows: readonly Row[] = [
  ['A-133 a queue of defaults with an agent is in order', [queue()], [fine], []],
  ['A-125 one extension, one queue', [queue(), queue()], [fine], [['duplicateExtension', 'error']]],
  ['an agent is listed once', [queue()], [fine, fine], [['duplicateAgent', 'error']]],
  ['and once per queue', [queue()], [agent('ann', {}, {})], [['duplicateEntry', 'error']]],
  ['an entry names a queue', [queue()], [fine, agent('bob', { queue: '8899' })], [['unknownQueue', 'error']]],
  ['a queue has agents', [queue()], [], [['noAgents', 'warning']]],
  ['A-140 an agent rings for some time', [queue({ agentRingMs: 0 })], [fine], [['badDuration', 'error']]],
  ['the rest after a missed offer is never 0', [queue({ missedRestMs: 0 })], [fine], [['badDuration', 'error']]],
  ['A-137 no negative count', [queue({ maxLength: -1 })], [fine], [['badCount', 'error']]],
  ['announcements keep their distance', [queue({ announceEveryMs: 9_000 })], [fine], [['badDuration', 'error']]],
  [
    'A-140 agent ring time-out below queue ring time-out',
    [queue({ agentRingMs: 30_000, queueRingMs: 30_000 })],
    [fine],
    [['agentRingsTooLong', 'warning']],
  ],
  ['A-135 a required intro there is', [queue({ requireIntro: true })], [fine], [['noIntro', 'warning']]],
  ['D-31 add 0', [queue({ kind: 'linearCascade', addGroup: 0 })], [fine], [['noGrowth', 'warning']]],
  [
    'A-145 forward and voicemail: Forward wins',
    [queue({ forwardUnanswered: forward, voicemail: SALES, queueRingMs: 60_000 })],
    [fine],
    [['forwardHidesVoicemail', 'warning']],
  ],
  [
    'A-144 a forward without a time-out',
    [queue({ forwardUnanswered: forward })],
    [fine],
    [['forwardNeverHappens', 'warning']],
  ],
  [
    'D-37 logout on missed with ring all empties the queue with one wave',
    [queue({ kind: 'ringAll', logoutOnMissed: true })],
    [fine],
    [['waveLogsEverybodyOut', 'warning']],
  ],
  [
    'A-156 auto answer and confirmation exclude each other',
    [queue()],
    [agent('ann', { autoAnswer: true, confirm: true })],
    [['confirmAndAutoAnswer', 'error']],
  ],
  ['D-36 wrap-up of 595 s', [queue()], [agent('ann', { wrapUpMs: 595_000 })], []],
  ['D-36 wrap-up above', [queue()], [agent('ann', { wrapUpMs: 595_001 })], [['badDuration', 'error']]],
  ['A-152 at least one call', [queue()], [agent('ann', { maxCalls: 0 })], [['badCount', 'error']]],
];

describe('check of the queues', () => {
  it.each(rows)('%s', (_name, queues, agents, expected) => {
    const faults = checkAcd({ queues, agents, statuses: [] });
    expect(faults.map((fault) => [fault.code, fault.severity])).toEqual(expected);
    for (const { message } of faults) expect(message).toMatch(/\S/);
  });

  it('A-160 custom statuses have names of their own', () => {
    const statuses: CustomStatus[] = [
      { name: 'lunch', available: false },
      { name: 'Training', available: false },
      { name: 'training', available: true },
    ];
    const faults = checkAcd({ queues: [queue()], agents: [fine], statuses });
    expect(faults.map((fault) => fault.code)).toEqual(['duplicateStatus', 'duplicateStatus']);
  });
});
