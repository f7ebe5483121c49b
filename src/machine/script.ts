/**
 * A script is a conversation with a person in audio, written as a generator: it yields one effect at a time and is
 * resumed with that effect's result, so that it reads top to bottom like the conversation. It has no clock, no I/O and
 * no promise inside; a test drives it with a list of results.
 */
export type Script<Effect, Result, Outcome> = Generator<Effect, Outcome, Result>;

/** Drives one script: `perform` starts an effect, `resume` brings its result, `ended` is called once with the outcome. */
export class ScriptRunner<Effect, Result, Outcome> {
  readonly #script: Script<Effect, Result, Outcome>;
  readonly #perform: (effect: Effect) => void;
  readonly #ended: (outcome: Outcome) => void;
  #done = false;

  constructor(
    script: Script<Effect, Result, Outcome>,
    perform: (effect: Effect) => void,
    ended: (outcome: Outcome) => void,
  ) {
    this.#script = script;
    this.#perform = perform;
    this.#ended = ended;
  }

  start(): void {
    this.#take(this.#script.next());
  }

  resume(result: Result): void {
    if (!this.#done) this.#take(this.#script.next(result));
  }

  /** Ends the script where it stands; its `finally` blocks run, its outcome is not reported. */
  abandon(): void {
    this.#done = true;
    this.#script.return(undefined as Outcome);
  }

  #take(step: IteratorResult<Effect, Outcome>): void {
    if (step.done !== true) {
      this.#perform(step.value);
    } else {
      this.#done = true;
      this.#ended(step.value);
    }
  }
}
