import { describe, expect, it } from 'vitest';
import { Pacer } from '../../src/rtp/pacer.js';
import { FakeClock } from '../support/fake-clock.js';

/** A pacer that ticks `count` times before it has nothing more to do. */
function paced(count: number) {
  const clock = new FakeClock(1000);
  const ticks: (readonly [dueMs: number, nowMs: number])[] = [];
  let stallMs = 0;
  const pacer = new Pacer(
    clock,
    () => clock.now() + stallMs,
    (dueMs) => ticks.push([dueMs, clock.now()]) < count,
  );
  const stall = (ms: number) => {
    stallMs += ms;
  };
  return { clock, ticks, pacer, stall };
}

describe('the tick', () => {
  it('comes at once and then every 20 ms, until there is nothing more to do', () => {
    const { clock, ticks, pacer } = paced(3);
    pacer.wake();
    clock.advance(1000);
    expect(ticks.map(([dueMs]) => dueMs)).toEqual([1000, 1020, 1040]);
    expect(clock.pending).toBe(0);
  });

  it('costs nothing while idle, and starts again at once', () => {
    const { clock, ticks, pacer } = paced(1);
    expect(clock.pending).toBe(0);
    pacer.wake();
    clock.advance(500);
    pacer.wake();
    clock.advance(500);
    expect(ticks.map(([dueMs]) => dueMs)).toEqual([1000, 1500]);
  });

  it('woken twice ticks once', () => {
    const { clock, ticks, pacer } = paced(2);
    pacer.wake();
    pacer.wake();
    clock.advance(100);
    expect(ticks.length).toBe(2);
  });

  it('a late tick does not delay those after it', () => {
    const { clock, ticks, pacer, stall } = paced(100);
    pacer.wake();
    clock.advance(20);
    stall(50); // the deadlines at 1040 and 1060 pass unnoticed
    clock.advance(20);
    expect(ticks.map(([dueMs]) => dueMs)).toEqual([1000, 1020, 1040, 1060, 1080]);
    clock.advance(10);
    expect(ticks.at(-1)?.[0]).toBe(1100);
  });

  it('after a long stall five are made up for and the rest left out', () => {
    const { clock, ticks, pacer, stall } = paced(100);
    pacer.wake();
    clock.advance(0);
    stall(10_000);
    clock.advance(20);
    expect(ticks.map(([dueMs]) => dueMs)).toEqual([1000, 1020, 1040, 1060, 1080, 1100]);
    clock.advance(20);
    expect(ticks.at(-1)?.[0]).toBe(11_040);
  });

  it('stopped is stopped', () => {
    const { clock, ticks, pacer } = paced(100);
    pacer.wake();
    clock.advance(20);
    pacer.stop();
    clock.advance(1000);
    expect([ticks.length, clock.pending]).toEqual([2, 0]);
  });
});
