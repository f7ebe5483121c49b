import { describe, expect, it } from 'vitest';
import { type Script, ScriptRunner } from '../../src/machine/script.js';

type Effect = { readonly do: 'play'; readonly prompt: string } | { readonly do: 'collect' };
type Result = string;

function* confirm(log: string[]): Script<Effect, Result, 'accepted' | 'refused'> {
  try {
    for (let round = 0; round < 3; round++) {
      yield { do: 'play', prompt: 'press one' };
      if ((yield { do: 'collect' }) === '1') return 'accepted';
    }
    return 'refused';
  } finally {
    log.push('cleaned up');
  }
}

function run(script: (log: string[]) => Script<Effect, Result, string>) {
  const log: string[] = [];
  const effects: Effect[] = [];
  const outcomes: string[] = [];
  const runner = new ScriptRunner<Effect, Result, string>(
    script(log),
    (effect) => effects.push(effect),
    (outcome) => outcomes.push(outcome),
  );
  return { runner, effects, outcomes, log };
}

describe('ScriptRunner', () => {
  it('performs nothing before it is started, then one effect at a time', () => {
    const { runner, effects, outcomes } = run(confirm);
    expect(effects).toEqual([]);
    runner.start();
    expect(effects).toEqual([{ do: 'play', prompt: 'press one' }]);
    runner.resume('finished');
    expect(effects).toEqual([{ do: 'play', prompt: 'press one' }, { do: 'collect' }]);
    expect(outcomes).toEqual([]);
  });

  it.each([
    ['accepted at once', ['', '1'], 'accepted'],
    ['accepted in the third round', ['', '', '', '9', '', '1'], 'accepted'],
    ['refused after three', ['', '', '', '', '', ''], 'refused'],
  ])('is driven by a list of results: %s', (_name, results, outcome) => {
    const { runner, effects, outcomes, log } = run(confirm);
    runner.start();
    for (const result of results) runner.resume(result);
    expect(outcomes).toEqual([outcome]);
    expect(effects).toHaveLength(results.length);
    expect(log).toEqual(['cleaned up']);
  });

  it('reports its outcome once, and results that come after it are nothing', () => {
    const { runner, effects, outcomes } = run(confirm);
    runner.start();
    runner.resume('');
    runner.resume('1');
    runner.resume('1');
    runner.resume('2');
    expect(outcomes).toEqual(['accepted']);
    expect(effects).toHaveLength(2);
  });

  it('abandoned: runs its finally blocks, reports no outcome, performs nothing more', () => {
    const { runner, effects, outcomes, log } = run(confirm);
    runner.start();
    runner.abandon();
    runner.resume('1');
    expect(log).toEqual(['cleaned up']);
    expect(outcomes).toEqual([]);
    expect(effects).toHaveLength(1);
  });

  it('ends at once when the script yields nothing', () => {
    // biome-ignore lint/correctness/useYield: a conversation of no words is one too
    const { runner, effects, outcomes } = run(function* () {
      return 'nothing to say';
    });
    runner.start();
    expect(effects).toEqual([]);
    expect(outcomes).toEqual(['nothing to say']);
  });

  it('an effect may bring its result before perform returns', () => {
    const outcomes: string[] = [];
    const runner = new ScriptRunner<Effect, Result, string>(
      confirm([]),
      (effect) => runner.resume(effect.do === 'collect' ? '1' : ''),
      (outcome) => outcomes.push(outcome),
    );
    runner.start();
    expect(outcomes).toEqual(['accepted']);
  });
});
