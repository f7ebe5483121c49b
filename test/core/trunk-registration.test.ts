import { describe, expect, it } from 'vitest';
import {
  newTrunkRegistration,
  stepTrunkRegistration,
  type TrunkRegistration,
  type TrunkRegistrationEffect,
  type TrunkRegistrationEvent,
} from '../../src/core/trunk-registration.js';
import { MachineRunner } from '../../src/machine/runner.js';
import { FakeClock } from '../support/fake-clock.js';

type Answer = Partial<Extract<TrunkRegistrationEvent, { type: 'responded' }>>;

/** Every REGISTER is answered by the next of `answers` at once; when they are used up, no more. */
function play(answers: readonly Answer[], forMs: number): { log: string[]; state: TrunkRegistration['state'] } {
  const clock = new FakeClock();
  const log: string[] = [];
  const left = [...answers];
  type Register = Extract<TrunkRegistrationEffect, { type: 'register' }>;
  const runner = new MachineRunner<TrunkRegistration, TrunkRegistrationEvent, Register>(
    newTrunkRegistration(600_000),
    stepTrunkRegistration,
    clock,
    (effect: Register) => {
      log.push(`${clock.now() / 1000}s for ${effect.expiresMs / 1000}s`);
      const answer = left.shift();
      if (answer === undefined) return;
      const silent = { status: 200, grantedMs: null, minMs: null, retryAfterMs: null };
      runner.handle({ type: 'responded', ...silent, ...answer });
    },
  );
  runner.handle({ type: 'start' });
  clock.advance(forMs);
  const { state } = runner.state;
  runner.handle({ type: 'stop' });
  return { log, state };
}

describe('registration with a carrier', () => {
  it.each<readonly [string, readonly Answer[], number, readonly string[], TrunkRegistration['state']]>([
    [
      'RFC 3261 §10.2.4 it is refreshed before it ends',
      [{}, {}],
      500_000,
      ['0s for 600s', '480s for 600s', '500s for 0s'],
      'registered',
    ],
    [
      'RFC 3261 §10.2.4 as long as was granted',
      [{ grantedMs: 60_000 }, {}],
      50_000,
      ['0s for 600s', '48s for 600s', '50s for 0s'],
      'registered',
    ],
    [
      'RFC 3261 §10.2.8 423 asks for longer',
      [{ status: 423, minMs: 1_800_000 }, {}],
      1_000,
      ['0s for 600s', '0s for 1800s', '1s for 0s'],
      'registered',
    ],
    [
      'E3 it is tried again after a failure, ever later',
      [{ status: 503 }, { status: 408 }, { status: 403 }, {}],
      300_000,
      ['0s for 600s', '30s for 600s', '90s for 600s', '210s for 600s', '300s for 0s'],
      'registered',
    ],
    [
      'RFC 3261 §20.33 no sooner than the carrier says',
      [{ status: 503, retryAfterMs: 120_000 }, {}],
      121_000,
      ['0s for 600s', '120s for 600s', '121s for 0s'],
      'registered',
    ],
    [
      'RFC 3261 §20.33 a carrier that says no time is not asked at once, again and again',
      [{ status: 503, retryAfterMs: 0 }, { status: 503, retryAfterMs: 0 }, {}],
      91_000,
      ['0s for 600s', '30s for 600s', '90s for 600s', '91s for 0s'],
      'registered',
    ],
    [
      'RFC 3261 §10.2.2 granted for no time is refused',
      [{ grantedMs: 0 }, { grantedMs: 60_000 }],
      31_000,
      ['0s for 600s', '30s for 600s', '31s for 0s'],
      'registered',
    ],
    ['what never worked is not unregistered', [{ status: 403 }], 10_000, ['0s for 600s'], 'failed'],
  ])('%s', (_, answers, forMs, log, state) => {
    expect(play(answers, forMs)).toEqual({ log, state });
  });
});
