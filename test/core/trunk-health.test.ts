import { describe, expect, it } from 'vitest';
import {
  newTrunkHealth,
  stepTrunkHealth,
  type TrunkHealth,
  type TrunkHealthEffect,
  type TrunkHealthEvent,
} from '../../src/core/trunk-health.js';
import { MachineRunner } from '../../src/machine/runner.js';
import { FakeClock } from '../support/fake-clock.js';

/** A status, `-`: no answer, `late`: 200 after five seconds. */
type Answer = number | '-' | 'late';

/** Every question is answered by the next of `answers`; the last one stands for all that follow. */
function play(answers: readonly Answer[], forMs: number): { log: string[]; health: TrunkHealth; pending: number } {
  const clock = new FakeClock();
  const log: string[] = [];
  const started = clock.now();
  const at = () => `${(clock.now() - started) / 1000}s`;
  const runner = new MachineRunner<TrunkHealth, TrunkHealthEvent, TrunkHealthEffect>(
    newTrunkHealth(60_000, started),
    stepTrunkHealth,
    clock,
    (effect) => {
      if (effect.type === 'changed') log.push(`${at()} ${runner.state.state} ${runner.state.status}`);
      if (effect.type !== 'ask') return;
      log.push(`${at()} asked`);
      const { question } = effect;
      const answer = answers[Math.min(question, answers.length) - 1] ?? '-';
      const responded = (status: number) => () => runner.handle({ type: 'responded', question, status });
      if (answer === 'late') clock.after(5_000, responded(200));
      else if (answer !== '-') clock.after(10, responded(answer));
    },
  );
  runner.handle({ type: 'start' });
  clock.advance(forMs);
  const health = runner.state;
  runner.handle({ type: 'stop' });
  return { log, health, pending: clock.pending };
}

describe('whether a trunk answers', () => {
  it.each<readonly [string, readonly Answer[], number, readonly string[]]>([
    ['it answers: asked once a minute', [200], 130_000, ['0s asked', '0.01s up 200', '60.01s asked', '120.02s asked']],
    [
      'any answer is one, be it a refusal',
      [405, 404, 403, 401, 501],
      250_000,
      ['0s asked', '0.01s up 405', '60.01s asked', '120.02s asked', '180.03s asked', '240.04s asked'],
    ],
    [
      'one lost question is none',
      [200, '-', 200],
      70_000,
      ['0s asked', '0.01s up 200', '60.01s asked', '67.01s asked'],
    ],
    [
      'two lost questions in a row: down, and asked on',
      [200, '-'],
      140_000,
      ['0s asked', '0.01s up 200', '60.01s asked', '67.01s asked', '71.01s down 408', '131.01s asked'],
    ],
    ['silence from the beginning', ['-'], 12_000, ['0s asked', '7s asked', '11s down 408']],
    ['503 says that no call can be taken', [503], 10_000, ['0s asked', '3.01s asked', '3.02s down 503']],
    [
      'one answer brings it back',
      ['-', '-', 200],
      75_000,
      ['0s asked', '7s asked', '11s down 408', '71s asked', '71.01s up 200'],
    ],
    ['an answer that comes too late is none', ['late'], 12_000, ['0s asked', '7s asked', '11s down 408']],
  ])('E3 %s', (_name, answers, forMs, expected) => {
    const { log, pending } = play(answers, forMs);
    expect(log).toEqual(expected);
    expect(pending).toBe(0);
  });

  it('says since when', () => {
    const { health } = play([200], 130_000);
    expect(health.since).toBe(newTrunkHealth(0, new FakeClock().now()).since + 10);
  });

  it('is over when it is stopped', () => {
    const [stopped] = stepTrunkHealth(newTrunkHealth(60_000, 0), { type: 'stop' }, 0);
    expect(stepTrunkHealth(stopped, { type: 'start' }, 1)).toEqual([stopped, []]);
  });
});
