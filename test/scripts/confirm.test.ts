import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/scripts/confirm.js';
import type { Heard } from '../../src/scripts/conversation.js';
import { recordName } from '../../src/scripts/screen.js';

const played = (digit: string | null = null): Heard => ({ heard: 'played', digit });
const key = (digit: string | null): Heard => ({ heard: 'digit', digit });

/** What a script asks for, in order, and what it comes to when it hears that. */
function run<Outcome>(script: Generator<{ readonly do: string }, Outcome, Heard>, heard: readonly Heard[]) {
  const asked: string[] = [];
  let step = script.next();
  for (const each of heard) {
    if (step.done === true) break;
    asked.push(step.value.do);
    step = script.next(each);
  }
  return { asked, outcome: step.done === true ? step.value : 'still asking' };
}

describe('press one', () => {
  const offer = [{ prompt: 'confirm-call-for' }, { digits: '202' }];
  it.each<readonly [string, readonly Heard[], string]>([
    ['D-17 1 in the prompt', [played('1')], 'accepted'],
    ['D-17 1 after it', [played(), key('1')], 'accepted'],
    ['D-17 2 declines', [played('2')], 'refused'],
    ['D-17 another key asks again', [played('5'), played('1')], 'accepted'],
    ['D-17 silence asks again', [played(), key(null), played(), key('1')], 'accepted'],
    ['D-17 three rounds of silence', [played(), key(null), played(), key(null), played(), key(null)], 'lapsed'],
    ['D-17 three other keys', [played('3'), played('4'), played('5')], 'lapsed'],
    ['D-17 the third round counts', [played('3'), played('4'), played(), key('1')], 'accepted'],
  ])('%s', (_, heard, outcome) => {
    expect(run(confirm(offer), heard).outcome).toBe(outcome);
  });

  it.each<readonly [string, readonly Heard[], string]>([
    ['D-17 a long window: 1 after the rounds', [key('1')], 'accepted'],
    ['D-17 a long window: 2 after the rounds', [key('2')], 'refused'],
    ['D-17 a long window: other keys do not end it', [key('7'), key('1')], 'accepted'],
    ['D-17 a long window: silence to its end', [key(null)], 'lapsed'],
  ])('%s', (_, after, outcome) => {
    const rounds = [played('3'), played(), key(null), played('5')];
    expect(run(confirm(offer, 60_000), [...rounds, ...after]).outcome).toBe(outcome);
  });

  it('D-17 says who is called, and waits five seconds for a key', () => {
    const script = confirm(offer);
    expect(script.next().value).toEqual({
      do: 'play',
      say: [...offer, { prompt: 'confirm-press-one' }],
      until: '0123456789*#',
    });
    expect(script.next(played()).value).toEqual({ do: 'collect', withinMs: 5_000 });
  });
});

describe('the caller says a name', () => {
  const recorded = (soundMs: number, end: 'silence' | 'failed' | 'digit' = 'silence'): Heard => ({
    ...{ heard: 'recorded', lengthMs: soundMs + 2_000, soundMs },
    end,
  });
  const answered: Heard = { heard: 'answered' };

  it.each<readonly [string, readonly Heard[], string[], unknown]>([
    [
      'D-25 a name is kept',
      [answered, played(), recorded(1_200), played()],
      ['answer', 'play', 'record', 'play'],
      { named: true },
    ],
    [
      'D-25 breath is no name',
      [answered, played(), recorded(200), { heard: 'filed' }],
      ['answer', 'play', 'record', 'discard'],
      { named: false },
    ],
    [
      'D-25 a recording that failed',
      [answered, played(), recorded(1_200, 'failed'), { heard: 'filed' }],
      ['answer', 'play', 'record', 'discard'],
      { named: false },
    ],
  ])('%s', (_, heard, asked, outcome) => {
    expect(run(recordName(), heard)).toEqual({ asked, outcome });
  });

  it('D-25 at most 7 s, until # or 2 s of silence', () => {
    const script = recordName();
    script.next();
    script.next(answered);
    expect(script.next(played()).value).toEqual({ do: 'record', maxMs: 7_000, silenceMs: 2_000, terminators: '#' });
  });
});
