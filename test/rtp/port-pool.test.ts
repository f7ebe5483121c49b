import { describe, expect, it } from 'vitest';
import { PortPool } from '../../src/rtp/port-pool.js';
import { fc } from '../support/property.js';

/** A pool with its first ports bound. */
function filled(portMin: number, portMax: number): PortPool {
  const pool = new PortPool(portMin, portMax, 1000);
  pool.bound(pool.wanted(0));
  return pool;
}

describe('which ports', () => {
  it.each([
    ['RFC 3550 §11 even ones, RTCP above them', 20_000, 20_005, [20_000, 20_002, 20_004]],
    ['an odd start', 20_001, 20_005, [20_002, 20_004]],
    ['the last RTCP port must be in the range', 20_000, 20_004, [20_000, 20_002]],
    ['none', 20_000, 20_000, []],
  ])('%s', (_name, portMin, portMax, ports) => {
    expect(new PortPool(portMin, portMax, 1000).wanted(0)).toEqual(ports);
  });

  it('64 ahead of demand, once at a time, again when a quarter of them is lent', () => {
    const pool = new PortPool(20_000, 30_000, 1000);
    expect(pool.wanted(0).length).toBe(64);
    expect(pool.wanted(0)).toEqual([]);
    pool.bound(Array.from({ length: 64 }, (_, i) => 20_000 + 2 * i));
    for (let lent = 0; lent < 15; lent++) pool.take(0);
    expect(pool.wanted(0)).toEqual([]);
    pool.take(0);
    expect(pool.wanted(0)).toEqual(Array.from({ length: 16 }, (_, i) => 20_128 + 2 * i));
  });

  it('a quarter of what is lent if that is more', () => {
    const pool = filled(20_000, 30_000);
    for (let lent = 0; lent < 1000; lent++) {
      pool.take(0);
      pool.bound(pool.wanted(0));
    }
    const { free, lent } = pool.snapshot();
    expect([lent, free >= 187 && free <= 250]).toEqual([1000, true]);
  });
});

describe('a port that comes back', () => {
  it('rests before it is lent again', () => {
    const pool = filled(20_000, 20_001);
    expect(pool.take(0)).toBe(20_000);
    pool.giveBack(20_000, 5000);
    expect([pool.take(5000), pool.take(5999), pool.take(6000)]).toEqual([null, null, 20_000]);
  });

  it('unused need not rest', () => {
    const pool = filled(20_000, 20_001);
    expect(pool.take(0)).toBe(20_000);
    pool.putBack(20_000);
    expect(pool.take(0)).toBe(20_000);
  });

  it('the longest rested goes first', () => {
    const pool = filled(20_000, 20_003);
    const first = pool.take(0) ?? 0;
    const second = pool.take(0) ?? 0;
    pool.giveBack(second, 10);
    pool.giveBack(first, 20);
    expect([pool.take(2000), pool.take(2000)]).toEqual([second, first]);
  });
});

describe('running out', () => {
  it('refused ports are not asked for again', () => {
    const pool = new PortPool(20_000, 20_005, 1000);
    pool.wanted(0);
    expect(pool.growing).toBe(true);
    pool.bound([20_002]);
    expect([pool.take(0), pool.take(0), pool.growing]).toEqual([20_002, null, false]);
    expect(pool.wanted(0)).toEqual([]);
  });

  it('after the server died everything begins anew', () => {
    const pool = filled(20_000, 20_005);
    pool.take(0);
    pool.reset();
    expect(pool.wanted(0)).toEqual([20_000, 20_002, 20_004]);
    expect(pool.snapshot()).toEqual({ free: 0, draining: 0, lent: 0 });
  });
});

it('never lends a port twice, nor one that has not rested, and loses none', () => {
  const action = fc.record({ take: fc.boolean(), laterMs: fc.nat(400) });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const pool = filled(20_000, 20_039);
      const lent: number[] = [];
      const backMs = new Map<number, number>();
      let nowMs = 0;
      for (const { take, laterMs } of actions) {
        nowMs += laterMs;
        const port = take ? pool.take(nowMs) : null;
        if (port !== null) {
          expect(lent).not.toContain(port);
          expect(nowMs - (backMs.get(port) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1000);
          lent.push(port);
        } else if (!take) {
          const back = lent.shift();
          if (back === undefined) continue;
          pool.giveBack(back, nowMs);
          backMs.set(back, nowMs);
        }
      }
      const { free, draining } = pool.snapshot();
      expect(free + draining + lent.length).toBe(20);
    }),
  );
});
