/** Epoch milliseconds. Every duration in this code is in milliseconds and its name ends in `Ms`. */
export type EpochMs = number;

/**
 * A machine is plain data plus one function of this shape. It reads no clock, starts no timer, does no I/O:
 * what it wants done comes back as effects, and time reaches it only as `now` and as timer events.
 */
export type Step<State, Event, Effect> = (
  state: State,
  event: Event,
  now: EpochMs,
) => readonly [State, readonly Effect[]];

/** A fired timer comes back as this event; `timer` is the id that the machine chose when it started it. */
export type TimerEvent = { readonly type: 'timer'; readonly timer: string };

/** Timers are effects too. Starting a timer that runs restarts it; stopping one that does not run is nothing. */
export type TimerEffect =
  | { readonly type: 'startTimer'; readonly timer: string; readonly afterMs: number }
  | { readonly type: 'stopTimer'; readonly timer: string };

export function startTimer(timer: string, afterMs: number): TimerEffect {
  return { type: 'startTimer', timer, afterMs };
}

export function stopTimer(timer: string): TimerEffect {
  return { type: 'stopTimer', timer };
}
