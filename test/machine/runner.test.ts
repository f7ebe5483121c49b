import { describe, expect, it } from 'vitest';
import { type Step, startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../../src/machine/machine.js';
import { MachineRunner } from '../../src/machine/runner.js';
import { FakeClock } from '../support/fake-clock.js';

type Event = { readonly type: 'said'; readonly word: string } | { readonly type: 'told'; readonly effects: Effect[] };
type Effect = { readonly type: 'say'; readonly word: string } | TimerEffect;
type Say = { readonly type: 'say'; readonly word: string };

/** State: every event it saw, with the time. `told` hands back the effects it was given, whatever they are. */
const step: Step<readonly string[], Event | TimerEvent, Say | TimerEffect> = (state, event, now) => {
  switch (event.type) {
    case 'said':
      return [[...state, `${now} ${event.word}`], [{ type: 'say', word: event.word }]];
    case 'told':
      return [[...state, `${now} told`], event.effects];
    case 'timer':
      return [[...state, `${now} timer ${event.timer}`], []];
  }
};

function machine(perform: (effect: Say) => void = () => {}) {
  const clock = new FakeClock(1000);
  return { clock, runner: new MachineRunner<readonly string[], Event, Say>([], step, clock, perform) };
}

const tell = (...effects: Effect[]): Event => ({ type: 'told', effects });

describe('MachineRunner', () => {
  it('hands the clock of the moment to the step and every effect that is no timer to perform', () => {
    const said: string[] = [];
    const { clock, runner } = machine((effect) => said.push(effect.word));
    runner.handle({ type: 'said', word: 'hello' });
    clock.advance(500);
    runner.handle({ type: 'said', word: 'again' });
    expect(runner.state).toEqual(['1000 hello', '1500 again']);
    expect(said).toEqual(['hello', 'again']);
    expect(clock.pending).toBe(0);
  });

  it('runs to completion: an event caused by an effect waits until the other effects are done', () => {
    const log: string[] = [];
    const { runner } = machine((effect) => {
      log.push(`enter ${effect.word}`);
      if (effect.word === 'first') {
        runner.handle({ type: 'said', word: 'caused' });
        expect(runner.state, 'the caused event has not been stepped yet').toHaveLength(1);
      }
      log.push(`leave ${effect.word}`);
    });
    runner.handle(tell({ type: 'say', word: 'first' }, { type: 'say', word: 'second' }));
    expect(log).toEqual(['enter first', 'leave first', 'enter second', 'leave second', 'enter caused', 'leave caused']);
  });

  it('keeps the order of several caused events', () => {
    const { runner } = machine((effect) => {
      if (effect.word !== 'go') return;
      for (const word of ['a', 'b', 'c']) runner.handle({ type: 'said', word });
    });
    runner.handle({ type: 'said', word: 'go' });
    expect(runner.state).toEqual(['1000 go', '1000 a', '1000 b', '1000 c']);
  });

  it('shows the new state to its effects', () => {
    let seen: readonly string[] = [];
    const { runner } = machine(() => {
      seen = runner.state;
    });
    runner.handle({ type: 'said', word: 'x' });
    expect(seen).toEqual(['1000 x']);
  });

  it('turns a timer that was started into an event when its time has come', () => {
    const { clock, runner } = machine();
    runner.handle(tell(startTimer('ring', 25_000), startTimer('delay', 5_000)));
    clock.advance(60_000);
    expect(runner.state).toEqual(['1000 told', '6000 timer delay', '26000 timer ring']);
    expect(clock.pending).toBe(0);
  });

  it('restarts a running timer that is started again', () => {
    const { clock, runner } = machine();
    runner.handle(tell(startTimer('ring', 1000)));
    clock.advance(900);
    runner.handle(tell(startTimer('ring', 1000)));
    clock.advance(900);
    expect(runner.state).toEqual(['1000 told', '1900 told']);
    clock.advance(100);
    expect(runner.state.at(-1)).toBe('2900 timer ring');
    expect(clock.pending).toBe(0);
  });

  it('stops a timer, and stopping one that does not run is nothing', () => {
    const { clock, runner } = machine();
    runner.handle(tell(stopTimer('never started')));
    runner.handle(tell(startTimer('a', 1000), startTimer('b', 1000)));
    runner.handle(tell(stopTimer('a')));
    clock.advance(5000);
    runner.handle(tell(stopTimer('b')));
    expect(runner.state).toEqual(['1000 told', '1000 told', '1000 told', '2000 timer b', '6000 told']);
    expect(clock.pending).toBe(0);
  });

  it('a timer can be started again by its own event', () => {
    const clock = new FakeClock();
    const ticks: number[] = [];
    const tick: Step<number, TimerEvent, TimerEffect> = (count, _event, now) => {
      ticks.push(now);
      return [count + 1, count < 2 ? [startTimer('tick', 20)] : []];
    };
    const runner = new MachineRunner<number, TimerEvent, TimerEffect>(0, tick, clock, () => {});
    runner.handle({ type: 'timer', timer: 'tick' });
    clock.advance(1000);
    expect(ticks).toEqual([0, 20, 40]);
    expect(runner.state).toBe(3);
  });

  it('hears no more of time once stopped, not even of timers that later events start', () => {
    const { clock, runner } = machine();
    runner.handle(tell(startTimer('a', 1000)));
    runner.stop();
    expect(clock.pending).toBe(0);
    runner.handle(tell(startTimer('b', 1000)));
    expect(clock.pending).toBe(0);
    clock.advance(5000);
    expect(runner.state).toEqual(['1000 told', '1000 told']);
  });

  it('can be stopped by one of its own effects, with the rest of the effects still performed', () => {
    const said: string[] = [];
    const { clock, runner } = machine((effect) => {
      said.push(effect.word);
      if (effect.word === 'stop') runner.stop();
    });
    runner.handle(
      tell(startTimer('a', 10), { type: 'say', word: 'stop' }, startTimer('b', 10), { type: 'say', word: 'last' }),
    );
    clock.advance(1000);
    expect(said).toEqual(['stop', 'last']);
    expect(runner.state).toEqual(['1000 told']);
  });

  it('takes events again after a step threw', () => {
    const clock = new FakeClock();
    const fragile: Step<number, { type: 'bad' | 'good' }, TimerEffect> = (count, event) => {
      if (event.type === 'bad') throw new Error('impossible state');
      return [count + 1, []];
    };
    const runner = new MachineRunner<number, { type: 'bad' | 'good' }, TimerEffect>(
      0,
      (state, event, now) => (event.type === 'timer' ? [state, []] : fragile(state, event, now)),
      clock,
      () => {},
    );
    expect(() => runner.handle({ type: 'bad' })).toThrow('impossible state');
    runner.handle({ type: 'good' });
    expect(runner.state).toBe(1);
  });
});
