import { describe, expect, it } from 'vitest';
import type { AcdConfig, QueueConfig, QueueKind } from '../../../src/core/queue/queue-config.js';
import { between, choose, type Random, seeded } from '../../../src/machine/random.js';
import { AcdStage, agent, HELP, queue, SALES } from './acd-stage.js';

const AGENTS = ['ann', 'bob', 'cyd', 'dan', 'eve'];
const forward = { to: 'extension', extension: '9' } as const;

function maybe<Value>(random: Random, value: Value): Value | null {
  return random() < 0.5 ? value : null;
}

function anyQueue(random: Random, extension: string, kind: QueueKind): QueueConfig {
  return queue({
    extension,
    kind,
    requireAgents: random() < 0.2,
    leaveWhenNoAgents: random() < 0.2,
    maxLength: between(random, 0, 1) * 6,
    maxExpectedWaitMs: between(random, 0, 1) * 120_000,
    intro: maybe(random, 'intro'),
    requireIntro: random() < 0.5,
    whisper: maybe(random, 'whisper'),
    announce: random() < 0.3 ? ['position', 'wait'] : [],
    queueRingMs: choose(random, [
      [1, 0],
      [1, 35_000],
      [1, 60_000],
    ]),
    addGroup: between(random, 0, 2),
    logoutOnMissed: random() < 0.2,
    forwardUnanswered: maybe(random, forward),
    voicemail: maybe(random, extension),
    maxWaitMs: 300_000,
  });
}

function anyConfig(random: Random, kinds: readonly [QueueKind, QueueKind]): AcdConfig {
  const agents = AGENTS.filter(() => random() < 0.95).map((id) =>
    agent(
      id,
      ...[SALES, HELP].map((extension) => ({
        queue: extension,
        order: between(random, 1, 3),
        priority: maybe(random, between(random, 1, 3)),
        wrapUpMs: between(random, 0, 2) * 15_000,
        maxCalls: between(random, 1, 2),
        confirm: random() < 0.3,
      })),
    ),
  );
  const queues = [anyQueue(random, SALES, kinds[0]), anyQueue(random, HELP, kinds[1])];
  return { queues: queues.filter(() => random() < 0.97), agents, statuses: [] };
}

function anyKind(random: Random): QueueKind {
  return choose<QueueKind>(random, [
    [1, 'roundRobin'],
    [1, 'ringAll'],
    [1, 'linearHunt'],
    [1, 'linearCascade'],
  ]);
}

/** One thing that may happen to the stage. Events that make no sense at the moment happen too. */
function happen(stage: AcdStage, random: Random, number: number): void {
  const id = AGENTS[between(random, 0, AGENTS.length - 1)] ?? '';
  const calls = [...stage.acd.callers.keys()];
  const call = calls[between(random, 0, Math.max(0, calls.length - 1))] ?? 'none';
  const offers = [...stage.acd.offers.keys()];
  const offer = offers[between(random, 0, Math.max(0, offers.length - 1))] ?? 0;
  const talks = [...stage.acd.talks.keys()];
  const talk = talks[between(random, 0, Math.max(0, talks.length - 1))] ?? 0;
  const inQueue = maybe(random, random() < 0.5 ? SALES : HELP);
  const reach = { type: 'device', device: id } as const;
  const act = choose<() => unknown>(random, [
    [24, () => stage.join(`c${number}`, { queue: random() < 0.5 ? SALES : HELP, priority: between(random, 0, 2) })],
    [4, () => stage.leave(call)],
    [6, () => stage.handle({ type: 'introEnded', call })],
    [2, () => stage.handle({ type: 'voicemailChosen', call })],
    [3, () => stage.handle({ type: 'callerPrioritised', call, by: 'sue' })],
    [3, () => stage.handle({ type: 'callerPickedUp', call, agent: id, by: id })],
    [1, () => stage.handle({ type: 'callerTransferred', call, to: forward, by: 'sue' })],
    [6, () => stage.handle({ type: 'offerRinging', offer })],
    [8, () => stage.handle({ type: 'offerConfirming', offer })],
    [16, () => stage.handle({ type: 'offerAnswered', offer })],
    [
      6,
      () =>
        stage.handle({
          type: 'offerFailed',
          offer,
          why: choose(random, [
            [1, 'busy'],
            [1, 'declined'],
            [1, 'unconfirmed'],
            [1, 'unreachable'],
          ]),
        }),
    ],
    [8, () => stage.handle({ type: 'whispered', offer: talk })],
    [16, () => stage.handle({ type: 'talkEnded', offer: talk })],
    [8, () => stage.online(id, inQueue)],
    [2, () => stage.offline(id, inQueue)],
    [2, () => stage.away(id)],
    [3, () => stage.handle({ type: 'agentReturned', agent: id, by: id })],
    [
      2,
      () => stage.handle({ type: 'agentLoggedIn', agent: id, queue: inQueue, singleCall: true, reason: null, by: id }),
    ],
    [8, () => stage.handle({ type: 'agentReachable', agent: id, reach, reachable: random() < 0.8 })],
    [3, () => stage.handle({ type: 'agentOtherCalls', agent: id, count: between(random, 0, 1) })],
    [2, () => stage.handle({ type: 'wrapUpEnded', agent: id, by: id })],
    [2, () => stage.handle({ type: 'wrapUpExtended', agent: id, byMs: 20_000, reason: 'Notes', by: id })],
    [1, () => stage.handle({ type: 'configured', config: anyConfig(random, [anyKind(random), anyKind(random)]) })],
    [60, () => stage.clock.advance(between(random, 0, 12_000))],
  ]);
  act();
}

/** From now on nobody comes, everybody hangs up: whatever is under way must end by itself. */
function drain(stage: AcdStage): void {
  for (let i = 0; i < 60; i++) {
    for (const talk of [...stage.acd.talks.keys()]) stage.handle({ type: 'talkEnded', offer: talk });
    stage.clock.advance(60_000);
  }
}

function checkEnds(stage: AcdStage): void {
  expect(stage.acd.callers.size).toBe(0);
  expect(stage.acd.offers.size).toBe(0);
  const entered = stage.rows.filter((row) => row.type === 'entered').length;
  const connected = stage.rows.filter((row) => row.type === 'connected').length;
  const left = stage.rows.filter((row) => row.type === 'left').length;
  expect(connected + left).toBe(entered);
  const offered = stage.effects.flatMap((effect) => (effect.type === 'offer' ? [effect.offer] : []));
  const ended = stage.rows.flatMap((row) => (row.type === 'offerEnded' ? [row.offer] : []));
  expect(ended.toSorted((a, b) => a - b)).toEqual(offered);
  expect(stage.clock.pending).toBe(0);
}

const kinds: readonly (readonly [QueueKind, QueueKind])[] = [
  ['roundRobin', 'linearHunt'],
  ['ringAll', 'roundRobin'],
  ['linearHunt', 'linearCascade'],
  ['linearCascade', 'ringAll'],
  ['linearCascade', 'linearCascade'],
];

/** The invariants are in acd-invariants.ts; the stage checks them after every event. */
describe('random events', () => {
  it.each(kinds)('the invariants hold for %s beside %s', (first, second) => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const stage = new AcdStage(anyConfig(random, [first, second]));
      try {
        for (let number = 0; number < 200; number++) happen(stage, random, number);
        drain(stage);
        checkEnds(stage);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
  });
});
