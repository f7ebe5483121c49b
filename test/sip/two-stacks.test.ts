import { describe, expect, it } from 'vitest';
import { type Faults, PERFECT, Wire } from '../../src/calltest/wire.js';
import { between, choose, type Random, seeded } from '../../src/machine/random.js';
import type { SignallingEvent } from '../../src/ports/signalling.js';
import { createStack, type Stack } from '../../src/sip/stack.js';
import { FakeClock } from '../support/fake-clock.js';
import { ANSWER, OFFER } from './stage.js';

const LOSSY: Faults = { loss: 0.25, duplication: 0.1, reordering: 0.2, heldMs: 1500, minDelayMs: 1, maxDelayMs: 200 };
const CALLS = 40;

/** A stack whose user does at random whatever it may, and notes what becomes of its legs. */
class Player {
  readonly stack: Stack;
  readonly ended = new Map<string, number>();
  readonly modifying = new Set<string>();
  readonly defects: string[] = [];
  readonly breaches: string[] = [];
  answered = 0;
  readonly #clock: FakeClock;
  readonly #random: Random;
  readonly #open = new Set<string>();

  constructor(wire: Wire, host: string, clock: FakeClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.stack = createStack({
      transports: [wire.transport(host, 5060)],
      clock,
      random,
      resolve: () => Promise.resolve([]),
      onDefect: (error, context) => this.defects.push(`${error} ${context}`),
    });
  }

  start(): Promise<void> {
    return this.stack.start({
      admit: () => ({ verdict: 'admit', identity: null }),
      onEvent: (event) => this.#on(event),
    });
  }

  call(leg: string, host: string): void {
    this.#begin(leg);
    const address = { name: '', user: 'a', host };
    const offer = this.#random() < 0.2 ? null : OFFER;
    const target = { uri: `sip:b@${host}`, flow: null, from: address, to: address, maxForwards: 70, headers: [] };
    this.stack.invite(leg, target, offer);
  }

  hangUpAll(): void {
    for (const leg of this.#open) this.stack.hangUp(leg, { status: 480, reasons: [] });
  }

  #on(event: SignallingEvent): void {
    if (event.type === 'requested') return;
    if (!this.#open.has(event.leg) && event.type !== 'invited') this.breaches.push(`${event.type} after the end`);
    switch (event.type) {
      case 'invited':
        this.#begin(event.leg);
        this.#later(0, 6000, () => this.stack.progress(event.leg, 180, null));
        this.#later(0, 12_000, () => this.#decide(event.leg));
        break;
      case 'answered':
        this.answered++;
        if (event.sdp === null) this.breaches.push('answered without a description');
        this.#later(0, 1500, () => this.stack.answer(event.leg, ANSWER)); // the ACK of a late offer, if it is one
        break;
      case 'modified':
        this.#later(0, 3000, () => {
          if (this.#random() < 0.2) this.stack.refuse(event.leg, 488);
          else this.stack.answer(event.leg, ANSWER);
        });
        break;
      case 'agreed':
      case 'refused':
        if (!this.modifying.delete(event.leg)) this.breaches.push(`${event.type} without a modify`);
        break;
      case 'ended':
        this.ended.set(event.leg, (this.ended.get(event.leg) ?? 0) + 1);
        this.#open.delete(event.leg);
        this.modifying.delete(event.leg);
        break;
      case 'progressed':
      case 'acknowledged':
      case 'informed':
        break;
    }
  }

  #begin(leg: string): void {
    this.#open.add(leg);
    this.ended.set(leg, 0);
    for (let count = 0; count < 3; count++) this.#later(0, 40_000, () => this.#act(leg));
    this.#later(1000, 60_000, () => this.stack.hangUp(leg, { status: 480, reasons: [] }));
  }

  #decide(leg: string): void {
    if (this.#random() < 0.75) this.stack.answer(leg, OFFER);
    else this.stack.hangUp(leg, { status: 486, reasons: [] });
  }

  #act(leg: string): void {
    const act = choose(this.#random, [
      [3, 'modify'],
      [1, 'inform'],
    ]);
    if (act === 'inform') this.stack.inform(leg, 'application/dtmf-relay', 'Signal=1');
    const isConfirmed = this.stack
      .snapshot()
      .legs.some(({ session }) => session.leg === leg && session.state === 'confirmed');
    if (act !== 'modify' || !isConfirmed || !this.#open.has(leg) || this.modifying.has(leg)) return;
    this.modifying.add(leg);
    this.stack.modify(leg, OFFER);
  }

  #later(minMs: number, maxMs: number, run: () => void): void {
    this.#clock.after(between(this.#random, minMs, maxMs), run);
  }
}

async function play(
  seed: number,
  faults: Faults,
): Promise<{ readonly players: readonly Player[]; readonly clock: FakeClock }> {
  const clock = new FakeClock();
  const random = seeded(seed);
  const wire = new Wire(clock, random, faults);
  const a = new Player(wire, '192.0.2.1', clock, random);
  const b = new Player(wire, '192.0.2.2', clock, random);
  await a.start();
  await b.start();
  for (let count = 0; count < CALLS; count++) {
    clock.after(between(random, 0, 30_000), () => a.call(`a${count}`, '192.0.2.2'));
    clock.after(between(random, 0, 30_000), () => b.call(`b${count}`, '192.0.2.1'));
  }
  clock.advance(120_000);
  a.hangUpAll();
  b.hangUpAll();
  clock.advance(200_000);
  return { players: [a, b], clock };
}

describe.each([
  ['a perfect network', PERFECT],
  ['loss, duplication and reordering', LOSSY],
])('two stacks and %s', (_name, faults) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('every leg ends once and nothing is left over, seed %i', async (seed) => {
    const { players, clock } = await play(seed, faults);
    for (const player of players) {
      expect(player.defects).toEqual([]);
      expect(player.breaches).toEqual([]);
      expect([...player.modifying]).toEqual([]);
      expect([...player.ended].filter(([, times]) => times !== 1)).toEqual([]);
      expect(player.ended.size).toBeGreaterThanOrEqual(CALLS);
      expect(player.answered).toBeGreaterThan(0);
      expect(player.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
    }
    expect(clock.pending).toBe(0);
  });
});
