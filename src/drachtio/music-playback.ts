import type { Timer } from '../machine/clock.js';
import type { Displacements } from './displacements.js';
import type { MusicProgramme } from './music-programme.js';

/** None of the files can be played: they are tried again after this. [ms] */
const REST_MS = 10_000;
/** A file that lasted less than this counts as one that cannot be played, lest the channel is asked again and again. [ms] */
const SHORTEST_MS = 20;

/**
 * Music for one leg. Each file is put beneath whatever else is played (`uuid_displace` with the flag `f`), so that an
 * announcement is heard instead of it and it goes on under it, and is there when the announcement is over.
 */
export class MusicPlayback {
  readonly programme: MusicProgramme;
  readonly #displacements: Displacements;
  #number = 0; // of the file that is on
  #file: string | null = null; // by the name that FreeSWITCH knows it by
  #message: string | null = null;
  #begunMs = 0;
  #failures = 0;
  #rest: Timer | null = null;
  #untilMessage: Timer | null = null;
  #isStopped = false;

  constructor(programme: MusicProgramme, displacements: Displacements) {
    this.programme = programme;
    this.#displacements = displacements;
    void this.#play();
    this.#awaitMessage();
  }

  stop(): void {
    this.#isStopped = true;
    this.#rest?.cancel();
    this.#untilMessage?.cancel();
    for (const target of [this.#file, this.#message]) if (target !== null) this.#displacements.stop(target);
    this.#file = null;
    this.#message = null;
  }

  /** FreeSWITCH has played something to its end. True: it was of this music. */
  displaced(target: string): boolean {
    if (target === this.#message) {
      this.#message = null;
      this.#awaitMessage();
      return true;
    }
    if (target !== this.#file) return false;
    this.#file = null;
    this.#over(this.#displacements.clock.now() - this.#begunMs >= SHORTEST_MS);
    return true;
  }

  async #play(): Promise<void> {
    const { programme } = this;
    this.#number = programme.now;
    this.#begunMs = this.#displacements.clock.now();
    const target = this.#displacements.named(this.#displacements.pathOf(programme.file));
    this.#file = target;
    const isStarted = await this.#displacements.start(target, 'beneath');
    if (isStarted || this.#file !== target) return;
    this.#file = null;
    this.#over(false);
  }

  #over(wasHeard: boolean): void {
    this.programme.ended(this.#number);
    this.#failures = wasHeard ? 0 : this.#failures + 1;
    if (this.#isStopped) return;
    if (this.#failures < this.programme.music.files.length || wasHeard) {
      void this.#play();
      return;
    }
    this.#failures = 0;
    this.#rest = this.#displacements.clock.after(REST_MS, () => void this.#play());
  }

  #awaitMessage(): void {
    const { messages } = this.programme.music;
    if (messages === null || this.#isStopped) return;
    this.#untilMessage = this.#displacements.clock.after(messages.everyMs, () => void this.#speak());
  }

  async #speak(): Promise<void> {
    const file = this.programme.nextMessage();
    if (file === null) return;
    const target = this.#displacements.named(this.#displacements.pathOf(file));
    this.#message = target;
    const isStarted = await this.#displacements.start(target, 'above');
    if (isStarted || this.#message !== target) return;
    this.#message = null;
    this.#awaitMessage();
  }
}
