import type { Clock, Timer } from './clock.js';
import type { EpochMs, Step, TimerEffect, TimerEvent } from './machine.js';

/** Runs one machine: owns its state and its timers, hands every other effect to `perform`. */
export class MachineRunner<State, Event, Effect extends { readonly type: string }> {
  #state: State;
  #timers: Running | null = null;
  #inbox: (Event | TimerEvent)[] | null = null;
  #busy = false;
  #stopped = false;
  readonly #step: Step<State, Event | TimerEvent, Effect | TimerEffect>;
  readonly #perform: (effect: Effect) => void;
  readonly #clock: Clock;

  constructor(
    state: State,
    step: Step<State, Event | TimerEvent, Effect | TimerEffect>,
    clock: Clock,
    perform: (effect: Effect) => void,
  ) {
    this.#state = state;
    this.#step = step;
    this.#clock = clock;
    this.#perform = perform;
  }

  get state(): State {
    return this.#state;
  }

  /** Run to completion: an event that an effect causes waits until all effects of the current one are done. */
  handle(event: Event | TimerEvent): void {
    if (this.#busy) {
      this.#inbox ??= [];
      this.#inbox.push(event);
      return;
    }
    this.#busy = true;
    try {
      for (let next: Event | TimerEvent | undefined = event; next !== undefined; next = this.#inbox?.shift()) {
        const now: EpochMs = this.#clock.now();
        const [state, effects] = this.#step(this.#state, next, now);
        this.#state = state;
        for (const effect of effects) this.#apply(effect);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Stops every timer. The machine may still be handed events; it will just not hear of time any more. */
  stop(): void {
    this.#stopped = true;
    for (let running = this.#timers; running !== null; running = running.next) running.timer.cancel();
    this.#timers = null;
  }

  #apply(effect: Effect | TimerEffect): void {
    if (!isTimerEffect(effect)) {
      this.#perform(effect);
      return;
    }
    this.#unlink(effect.timer)?.timer.cancel();
    if (effect.type === 'startTimer' && !this.#stopped) this.#start(effect.timer, effect.afterMs);
  }

  #start(id: string, afterMs: number): void {
    const timer = this.#clock.after(afterMs, () => {
      this.#unlink(id);
      this.handle({ type: 'timer', timer: id });
    });
    this.#timers = { id, timer, next: this.#timers };
  }

  #unlink(id: string): Running | null {
    let previous: Running | null = null;
    for (let running = this.#timers; running !== null; running = running.next) {
      if (running.id === id) {
        if (previous === null) this.#timers = running.next;
        else previous.next = running.next;
        return running;
      }
      previous = running;
    }
    return null;
  }
}

/** A list, for machines have none or one or two; SIP transactions linger by the hundred thousand, and a Map in each would be half their memory. */
type Running = { readonly id: string; readonly timer: Timer; next: Running | null };

function isTimerEffect(effect: { readonly type: string }): effect is TimerEffect {
  return effect.type === 'startTimer' || effect.type === 'stopTimer';
}
