import type { Clock, Timer } from './clock.js';
import type { EpochMs, Step, TimerEffect, TimerEvent } from './machine.js';

/** Runs one machine: owns its state and its timers, hands every other effect to `perform`. */
export class MachineRunner<State, Event, Effect extends { readonly type: string }> {
  #state: State;
  #timers: Map<string, Timer> | null = null; // most machines have none running most of the time
  #inbox: (Event | TimerEvent)[] = [];
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
      this.#inbox.push(event);
      return;
    }
    this.#busy = true;
    try {
      for (let next: Event | TimerEvent | undefined = event; next !== undefined; next = this.#inbox.shift()) {
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
    if (this.#timers === null) return;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers = null;
  }

  #apply(effect: Effect | TimerEffect): void {
    if (isTimerEffect(effect)) {
      this.#timers?.get(effect.timer)?.cancel();
      if (effect.type === 'startTimer') this.#start(effect.timer, effect.afterMs);
      else this.#timers?.delete(effect.timer);
    } else {
      this.#perform(effect);
    }
  }

  #start(timer: string, afterMs: number): void {
    if (this.#stopped) return;
    this.#timers ??= new Map();
    this.#timers.set(
      timer,
      this.#clock.after(afterMs, () => {
        this.#timers?.delete(timer);
        this.handle({ type: 'timer', timer });
      }),
    );
  }
}

function isTimerEffect(effect: { readonly type: string }): effect is TimerEffect {
  return effect.type === 'startTimer' || effect.type === 'stopTimer';
}
