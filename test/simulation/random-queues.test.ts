import { describe, expect, it } from 'vitest';
import { startExchange } from '../../src/calltest/exchange.js';
import { PERFECT, Wire } from '../../src/calltest/wire.js';
import type { Domain } from '../../src/core/domain.js';
import { PARK_DEFAULTS } from '../../src/core/queue/park-config.js';
import { ENTRY_DEFAULTS, QUEUE_DEFAULTS, type QueueConfig, type QueueKind } from '../../src/core/queue/queue-config.js';
import { between, choose, type Random, seeded } from '../../src/machine/random.js';
import { FakeClock } from '../support/fake-clock.js';
import { office, user } from '../support/office.js';
import { QueueMonitor, unfinished } from './queue-monitor.js';
import { RandomCallers, randomFaults } from './random-calls.js';
import { DOMAIN, devicesOf } from './random-office.js';

const { SEED } = process.env;
const SEEDS = SEED === undefined ? Array.from({ length: 16 }, (_, i) => i + 1) : [Number(SEED)];
const KINDS: readonly QueueKind[] = ['roundRobin', 'ringAll', 'linearHunt', 'linearCascade'];
const CALLS = 200;
const SETTLE_MS = 4_000_000;
const AGENTS = ['211', '212', '213', '214', '215', '216'];
const CALLERS = ['201', '202', '203', '204', '205', '206', '207', '208'];

describe('random callers, agents and parkers, all of the exchange in virtual time', () => {
  it.each(SEEDS)('seed %i', async (seed) => {
    const random = seeded(seed);
    const clock = new FakeClock(Date.UTC(2026, 10, 23, 9, 0));
    const wire = new Wire(clock, random, PERFECT);
    const domain = queueOffice(random);
    const saved = AGENTS.map((agent, idleSince) => {
      const queues = domain.acd.queues.map(({ extension }) => extension);
      return { agent, status: 'online', reason: null, since: 0, idleSince, queues, wrapUp: null } as const;
    });
    const exchange = await startExchange(wire, clock, random, domain, { agents: saved });
    const callers = new RandomCallers(wire, clock, random, devicesOf(domain), {
      dialled: () => dialled(random),
      transferredTo: () =>
        choose(random, [
          [3, slot(random)],
          [1, '*68'],
          [1, '204'],
        ]),
    });
    callers.register(7200);
    clock.advance(2_000);
    wire.faults = randomFaults(random);
    let atMs = 0;
    for (let i = 0; i < CALLS; i++) {
      atMs += between(random, 0, 4_000);
      clock.after(atMs, () => callers.call());
      if (i % 10 === 0) clock.after(atMs, () => accident(exchange, callers, random));
    }
    const monitor = new QueueMonitor(exchange);
    const breaches: string[] = [];
    for (const until = clock.now() + atMs + 600_000; breaches.length === 0 && clock.runNext(until); ) {
      if (monitor.isNews) breaches.push(...monitor.look());
    }
    wire.faults = PERFECT;
    for (const phone of callers.phones) for (const call of phone.active) call.hangUp();
    clock.advance(60_000);
    for (const leg of exchange.media.openLegs) exchange.media.injectSilent(leg); // of phones without power
    callers.register(0);
    clock.advance(SETTLE_MS);
    breaches.push(...exchange.defects, ...unfinished(exchange.queueLog));
    for (const call of exchange.switch.snapshot()) breaches.push(`left over: ${JSON.stringify(call)}`);
    for (const { agent, otherCalls, activity } of exchange.switch.queues(DOMAIN)?.agents ?? [])
      if (otherCalls !== 0 || activity !== 'idle')
        breaches.push(`${agent} is ${activity}, with ${otherCalls} other calls`);
    if (clock.pending > 0) breaches.push(`${clock.pending} timers left over`);
    expect(breaches.slice(0, 5), `Again: SEED=${seed} npx vitest run --project simulation random-queues`).toEqual([]);
    const happened = new Set(exchange.queueLog.map((row) => row.type));
    for (const type of ['entered', 'offered', 'connected', 'left', 'talkEnded'] as const)
      expect(happened).toContain(type);
    for (const { type } of exchange.parkLog) parkings.add(type);
  });

  it('has seen everything that happens to the parked', () => {
    const all = ['abandoned', 'left', 'parked', 'rangBack', 'reparked', 'retrieved', 'takenBack'];
    if (SEEDS.length > 1) expect([...parkings].sort()).toEqual(all);
    else expect(all).toEqual(expect.arrayContaining([...parkings]));
  });
});

/** What has happened in the slots, over all runs. */
const parkings = new Set<string>();

function dialled(random: Random): string {
  return choose(random, [
    [20, `880${between(random, 1, 2)}`],
    [4, CALLERS[between(random, 0, CALLERS.length - 1)] ?? ''],
    [2, AGENTS[between(random, 0, AGENTS.length - 1)] ?? ''],
    [3, slot(random)],
    [1, '*51'],
    [1, '*68'],
  ]);
}

function slot(random: Random): string {
  return `885${between(random, 1, 3)}`;
}

/** Two queues of random kinds that share six agents, three park slots, eight callers. */
function queueOffice(random: Random): Domain {
  const queues = ['8801', '8802'].map((extension) => anyQueue(random, extension));
  const agents = AGENTS.map((agent) => {
    const reach =
      random() < 0.3 ? ({ type: 'user', extension: agent } as const) : ({ type: 'device', device: agent } as const);
    const entries = queues.map(({ extension }) => ({
      ...ENTRY_DEFAULTS,
      ...{ queue: extension, reach, order: between(random, 1, 3), maxCalls: between(random, 1, 2) },
      ...{ wrapUpMs: between(random, 0, 2) * 10_000, confirm: random() < 0.2 },
    }));
    return { agent, name: agent, entries };
  });
  const slots = ['8851', '8852', '8853'].map((name) => ({ ...PARK_DEFAULTS, slot: name, name, parkMs: 20_000 }));
  const box = { maxMessageMs: 20_000, greeting: null };
  const users = [...CALLERS, ...AGENTS].map((extension) => user(extension, { voicemail: random() < 0.3 ? box : null }));
  return office(users, {
    name: DOMAIN,
    acd: { queues, agents, statuses: [] },
    park: { slots, operator: { to: 'extension', extension: '201' } },
    features: new Map([
      ['*51', { does: 'agentToggle' } as const],
      ['*68', { does: 'park' } as const],
    ]),
  });
}

function anyQueue(random: Random, extension: string): QueueConfig {
  const maybe = <Value>(value: Value): Value | null => (random() < 0.4 ? value : null);
  return {
    ...QUEUE_DEFAULTS,
    ...{ extension, name: extension, kind: KINDS[between(random, 0, 3)] ?? 'roundRobin' },
    ...{ intro: maybe('/intro.wav'), requireIntro: random() < 0.5, whisper: maybe('/whisper.wav') },
    ...{ announce: random() < 0.5 ? ['position', 'wait'] : [], agentRingMs: between(random, 4, 15) * 1000 },
    ...{ queueRingMs: between(random, 0, 2) * 30_000, maxLength: between(random, 0, 1) * 8 },
    ...{ forwardUnanswered: maybe({ to: 'extension', extension: '8802' } as const), voicemail: maybe('203') },
    ...{ logoutOnMissed: random() < 0.1, leaveWhenNoAgents: random() < 0.2 },
  };
}

/** Phones lose power, media servers die, keys are pressed. */
function accident(exchange: Awaited<ReturnType<typeof startExchange>>, callers: RandomCallers, random: Random): void {
  if (random() < 0.3) callers.loseOne();
  if (random() < 0.2) exchange.media.failNextOpen('exhausted');
  const open = exchange.media.openLegs;
  const victim = open[between(random, 0, open.length - 1)];
  if (victim === undefined) return;
  if (random() < 0.2) exchange.media.injectGone(victim);
  else exchange.media.injectDigit(victim, random() < 0.7 ? '1' : '2');
}
