import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BranchPlan, RingEvent } from '../../src/core/ring.js';
import { accepted, answered, failed, play, refused, ringing } from './ring-script.js';

const RING_MS = 20_000;
const legs = ['a', 'b', 'c', 'd'];

const plan = (leg: string): fc.Arbitrary<BranchPlan> =>
  fc.record({
    leg: fc.constant(leg),
    delayMs: fc.constantFrom(0, 0, 4_000, 8_000, 25_000),
    confirmMs: fc.constantFrom(null, 10_000, 30_000),
    aliveMs: fc.constantFrom(null, 6_000),
    own: fc.boolean(),
  });

const plans = fc.integer({ min: 1, max: 4 }).chain((count) => fc.tuple(...legs.slice(0, count).map(plan)));

const event: fc.Arbitrary<RingEvent> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...legs).chain((leg) => fc.constantFrom(...ofLeg(leg))) },
  { weight: 1, arbitrary: fc.constant<RingEvent>({ type: 'abandoned', cause: 'callerGone' }) },
);

function ofLeg(leg: string): readonly RingEvent[] {
  const redirected: RingEvent = { type: 'redirected', leg, confirmMs: 10_000, aliveMs: null };
  return [ringing(leg), answered(leg), accepted(leg), refused(leg), failed(leg, 486), failed(leg, 408), redirected];
}

const script = fc.array(fc.tuple(fc.nat(6_000), event), { maxLength: 14 }).map((steps) => {
  let at = 0;
  return steps.map(([afterMs, each]): [number, RingEvent] => {
    at += afterMs;
    return [at, each];
  });
});

describe('whatever happens in a ring', () => {
  it('D-15 D-20 one leg wins at most, it ends once, and nothing is left', () => {
    fc.assert(
      fc.property(plans, script, (branches, events) => {
        const log = play(branches, RING_MS, events).map((line) => line.split(' ')); // leaves no timer, or throws
        const words = (word: string): string[] => log.flatMap(([, did, leg]) => (did === word ? [leg ?? ''] : []));
        const won = words('won');
        const abandoned = events.some(([, { type }]) => type === 'abandoned');
        const ends = won.length + words('unanswered').length;
        expect(ends).toBeLessThanOrEqual(1);
        if (!abandoned) expect(ends).toBe(1);

        const endAt = log.findIndex(([, did, , why]) => did === 'won' || did === 'unanswered' || why === 'callerGone');
        const after = endAt < 0 ? [] : log.slice(endAt + 1);
        expect(after.filter(([, did]) => did === 'call' || did === 'confirm')).toEqual([]);

        const called = words('call');
        expect(new Set(called).size).toBe(called.length);
        const over = [...won, ...words('hangUp'), ...words('dismiss')];
        const byThemselves = events.flatMap(([, each]) => (each.type === 'failed' ? [each.leg] : []));
        for (const leg of called) expect([...over, ...byThemselves]).toContain(leg);
        const late = branches.filter(({ delayMs }) => delayMs >= RING_MS).map(({ leg }) => leg);
        for (const leg of late) expect(called).not.toContain(leg);
      }),
      { numRuns: 800 },
    );
  });

  it('D-16 who has to confirm wins by accepting only', () => {
    fc.assert(
      fc.property(plans, script, (branches, events) => {
        const [winner] = play(branches, RING_MS, events).flatMap((line) => / won (\w)/.exec(line)?.[1] ?? []);
        const confirms = branches.some(({ leg, confirmMs }) => leg === winner && confirmMs !== null);
        if (!confirms) return;
        const isAccepted = events.some(([, each]) => each.type === 'accepted' && each.leg === winner);
        expect(isAccepted).toBe(true);
      }),
    );
  });
});
