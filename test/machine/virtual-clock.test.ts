import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/machine/virtual-clock.js';
import { fc } from '../support/property.js';

describe('virtual clock', () => {
  it('runs timers in due order, ties in the order they were set, each at its own time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.array(fc.nat(59), { maxLength: 20 }), (delays, gone) => {
        const clock = new VirtualClock(1000);
        const ran: [number, number][] = [];
        const timers = delays.map((delayMs, i) => clock.after(delayMs, () => ran.push([clock.now(), i])));
        for (const i of gone) timers[i]?.cancel();
        expect(clock.pending).toBe(delays.filter((_, i) => !gone.includes(i)).length);
        clock.advance(100);
        const due = delays.map((delayMs, i): [number, number] => [1000 + delayMs, i]);
        const expected = due.filter(([, i]) => !gone.includes(i)).sort(([a, i], [b, j]) => a - b || i - j);
        expect(ran).toEqual(expected);
        expect([clock.now(), clock.pending]).toEqual([1100, 0]);
      }),
    );
  });

  it('runs what a timer sets within the same advance, and stops at its end', () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    clock.advance(35);
    expect([ran, clock.now(), clock.pending]).toEqual([[10, 20, 30], 35, 1]);
    expect(clock.runNext(39)).toBe(false);
    expect(clock.runNext()).toBe(true);
    expect(clock.now()).toBe(40);
  });
});
