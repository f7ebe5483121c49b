import { expect } from 'vitest';
import { type BranchPlan, type RingEffect, type RingEvent, startRing, stepRing } from '../../src/core/ring.js';
import { MachineRunner } from '../../src/machine/runner.js';
import { FakeClock } from '../support/fake-clock.js';

export type Script = readonly (readonly [atMs: number, event: RingEvent])[];

/** Plays events at their times on a fresh ring; every effect but the timers comes back with its time. */
export function play(branches: readonly BranchPlan[], ringMs: number, script: Script): string[] {
  const clock = new FakeClock();
  const log: string[] = [];
  const say = (e: RingEffect): void => {
    log.push(`${clock.now() / 1000}s ${inWords(e)}`);
  };
  const [ring, effects] = startRing(branches, ringMs);
  let started = false;
  const runner = new MachineRunner<typeof ring, RingEvent | { type: 'start' }, RingEffect>(
    ring,
    (state, event, now) => {
      if (event.type !== 'start') return stepRing(state, event, now);
      started = true;
      return [state, effects];
    },
    clock,
    say,
  );
  runner.handle({ type: 'start' });
  expect(started).toBe(true);
  for (const [atMs, event] of script) {
    clock.advance(atMs - clock.now());
    runner.handle(event);
  }
  clock.advance(600_000);
  expect(clock.pending).toBe(0);
  return log;
}

function inWords(effect: RingEffect): string {
  switch (effect.type) {
    case 'unanswered':
      return `unanswered ${effect.cause}${effect.dead ? ', all dead' : ''}`;
    case 'hangUp':
      return `hangUp ${effect.leg} ${effect.cause}`;
    case 'startTimer':
    case 'stopTimer':
      return `${effect.type} ${effect.timer}`;
    case 'call':
    case 'confirm':
    case 'dismiss':
    case 'won':
      return `${effect.type} ${effect.leg}`;
  }
}

export const desk = { leg: 'desk', delayMs: 0 };
export const soft = { leg: 'soft', delayMs: 0 };
export const late = { leg: 'late', delayMs: 5_000 };
export const mobile = { leg: 'mobile', delayMs: 0, confirmMs: 10_000 };
export const phone = { leg: 'phone', delayMs: 0, aliveMs: 6_000, own: true };
export const accepted = (leg: string): RingEvent => ({ type: 'accepted', leg });
export const refused = (leg: string): RingEvent => ({ type: 'refused', leg });
export const later = { leg: 'later', delayMs: 8_000 };
export const ringing = (leg: string): RingEvent => ({ type: 'ringing', leg });
export const answered = (leg: string): RingEvent => ({ type: 'answered', leg });
export const failed = (leg: string, status: number): RingEvent => ({ type: 'failed', leg, status });

/** A ring of 20 s. */
export type RingRow = readonly [
  name: string,
  branches: readonly BranchPlan[],
  script: Script,
  effects: readonly string[],
];
