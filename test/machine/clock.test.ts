import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimerWheel } from '../../src/machine/clock.js';

const TURN_MS = 5 * 8192;

describe('TimerWheel, against a wound clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['at once', 0],
    ['within one slot', 1],
    ['on a slot boundary', 5],
    ['T1', 500],
    ['64*T1', 32_000],
    ['one slot short of a turn', TURN_MS - 5],
    ['exactly one turn', TURN_MS],
    ['a registration, many turns', 3_600_000],
  ])('fires once, never early and at most one slot and one tick late: %s', (_name, delayMs) => {
    const wheel = new TimerWheel();
    vi.advanceTimersByTime(3); // not aligned with a slot
    const startedAt = performance.now();
    const firedAt: number[] = [];
    wheel.after(delayMs, () => firedAt.push(performance.now() - startedAt));
    vi.advanceTimersByTime(delayMs + 20);
    expect(firedAt).toHaveLength(1);
    expect(firedAt[0]).toBeGreaterThanOrEqual(delayMs);
    expect(firedAt[0]).toBeLessThanOrEqual(delayMs + 6);
    expect(wheel.pending).toBe(0);
    expect(vi.getTimerCount(), 'an idle wheel holds no setTimeout').toBe(0);
  });

  it('takes a negative delay for none', () => {
    const wheel = new TimerWheel();
    const run = vi.fn();
    wheel.after(-50, run);
    vi.advanceTimersByTime(10);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('serves any number of timers with one setTimeout', () => {
    const wheel = new TimerWheel();
    for (let i = 0; i < 1000; i++) wheel.after(1 + i * 7, () => {});
    expect(vi.getTimerCount()).toBe(1);
    expect(wheel.pending).toBe(1000);
    vi.advanceTimersByTime(8000);
    expect(wheel.pending).toBe(0);
  });

  it('runs timers by due time, and those of one slot in the order they were started', () => {
    const wheel = new TimerWheel();
    const order: string[] = [];
    wheel.after(200, () => order.push('200'));
    wheel.after(100, () => order.push('100 first'));
    wheel.after(100, () => order.push('100 second'));
    wheel.after(TURN_MS + 100, () => order.push('a turn later'));
    wheel.after(10, () => order.push('10'));
    vi.advanceTimersByTime(300);
    expect(order).toEqual(['10', '100 first', '100 second', '200']);
    vi.advanceTimersByTime(TURN_MS);
    expect(order.at(-1)).toBe('a turn later');
  });

  it('rearms when a sooner timer is started after a later one', () => {
    const wheel = new TimerWheel();
    const run = vi.fn();
    wheel.after(10_000, () => {});
    wheel.after(50, run);
    vi.advanceTimersByTime(60);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('does not run a cancelled timer, and cancelling twice or after firing is nothing', () => {
    const wheel = new TimerWheel();
    const cancelled = vi.fn();
    const fired = vi.fn();
    const a = wheel.after(100, cancelled);
    const b = wheel.after(100, fired);
    a.cancel();
    a.cancel();
    expect(wheel.pending).toBe(1);
    vi.advanceTimersByTime(200);
    b.cancel();
    expect(cancelled).not.toHaveBeenCalled();
    expect(fired).toHaveBeenCalledTimes(1);
    expect(wheel.pending).toBe(0);
  });

  it('keeps no process alive once its last timer is cancelled, and starts again afterwards', () => {
    const wheel = new TimerWheel();
    const run = vi.fn();
    wheel.after(3_600_000, run).cancel();
    expect(vi.getTimerCount()).toBe(0);
    wheel.after(100, run);
    vi.advanceTimersByTime(110);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('lets a timer cancel its neighbours of the same slot, before and behind it', () => {
    const wheel = new TimerWheel();
    const order: string[] = [];
    const first = wheel.after(100, () => order.push('first'));
    wheel.after(100, () => {
      order.push('second');
      first.cancel();
      third.cancel();
      fourth.cancel();
    });
    const third = wheel.after(100, () => order.push('third'));
    const fourth = wheel.after(100, () => order.push('fourth'));
    wheel.after(100, () => order.push('fifth'));
    vi.advanceTimersByTime(200);
    expect(order).toEqual(['first', 'second', 'fifth']);
    expect(wheel.pending).toBe(0);
  });

  it('runs a timer that restarts itself once per period, also with no delay at all', () => {
    const wheel = new TimerWheel();
    let periods = 0;
    let spins = 0;
    const period = () => {
      if (++periods < 10) wheel.after(100, period);
    };
    const spin = () => {
      if (++spins < 10) wheel.after(0, spin);
    };
    wheel.after(100, period);
    wheel.after(0, spin);
    vi.advanceTimersByTime(1060);
    expect(periods).toBe(10);
    expect(spins).toBe(10);
  });

  it('starts afresh after it stood still for longer than a turn', () => {
    const wheel = new TimerWheel();
    wheel.after(10, () => {});
    vi.advanceTimersByTime(20);
    vi.advanceTimersByTime(3 * TURN_MS);
    const startedAt = performance.now();
    let firedAt = Number.NaN;
    wheel.after(30, () => {
      firedAt = performance.now() - startedAt;
    });
    vi.advanceTimersByTime(40);
    expect(firedAt).toBeGreaterThanOrEqual(30);
    expect(firedAt).toBeLessThanOrEqual(36);
  });

  it('runs a timer of an old turn that lies in a slot with one of the next turn', () => {
    const wheel = new TimerWheel();
    const order: string[] = [];
    wheel.after(TURN_MS + 100, () => order.push('next turn'));
    wheel.after(100, () => order.push('this turn'));
    vi.advanceTimersByTime(110);
    expect(order).toEqual(['this turn']);
    expect(wheel.pending).toBe(1);
    vi.advanceTimersByTime(TURN_MS);
    expect(order).toEqual(['this turn', 'next turn']);
  });

  it('follows the monotonic clock when the wall clock is corrected', () => {
    const wheel = new TimerWheel();
    const run = vi.fn();
    wheel.after(1000, run);
    vi.setSystemTime(Date.now() - 86_400_000);
    vi.advanceTimersByTime(1010);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('a callback that throws costs its neighbours nothing', () => {
    const wheel = new TimerWheel();
    const order: string[] = [];
    wheel.after(100, () => order.push('before'));
    wheel.after(100, () => {
      throw new Error('of one call');
    });
    wheel.after(100, () => order.push('same slot'));
    wheel.after(150, () => order.push('later slot'));
    expect(() => vi.advanceTimersByTime(110)).toThrow('of one call');
    vi.advanceTimersByTime(100);
    expect(order).toEqual(['before', 'same slot', 'later slot']);
    expect(wheel.pending).toBe(0);
  });
});

describe('TimerWheel, against real time', () => {
  it('is Date.now() at the door', () => {
    const before = Date.now();
    const now = new TimerWheel().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('never fires early, however the timers are spread', async () => {
    const wheel = new TimerWheel();
    const early: number[] = [];
    const delays = Array.from({ length: 200 }, (_, i) => (i * 37) % 150);
    await new Promise<void>((resolve) => {
      let left = delays.length;
      for (const delayMs of delays) {
        const dueAt = performance.now() + delayMs;
        wheel.after(delayMs, () => {
          if (performance.now() < dueAt) early.push(delayMs);
          if (--left === 0) resolve();
        });
      }
    });
    expect(early).toEqual([]);
    expect(wheel.pending).toBe(0);
  });
});
