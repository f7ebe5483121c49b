import { shuffled } from '../machine/random.js';
import { FRAME_BYTES, type Sound } from './sound.js';

/** The next file is fetched when so much of the present one is left. [bytes] */
const AHEAD = 16_000;
/** None of the files could be played: they are looked at again after this. [ms] */
const REST_MS = 10_000;

export type ReelOptions = {
  readonly files: readonly string[];
  readonly order: 'listed' | 'random';
  /** A text says why there is none; it does not reject. */
  readonly load: (file: string) => Promise<Sound | string>;
  /** In [0, 1). */
  readonly random: () => number;
  /** A file cannot be played, and why. */
  readonly failed: (file: string, why: string) => void;
};

/** Files one after the other, round and round; what cannot be played is passed over. At most two are held at a time. */
export class MusicReel {
  /** In bytes of any codec, into the present sound. */
  place = 0;
  readonly #options: ReelOptions;
  #round: readonly number[] = []; // indices of the files that are left of this round
  #last = -1;
  #sound: Sound | null = null;
  #ahead: Sound | null = null;
  #isLoading = false;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReelOptions) {
    this.#options = options;
  }

  /** What sounds at `place`; null: it is being fetched, or there is nothing that can be played. */
  sound(nowMs: number): Sound | null {
    if (this.#sound === null && this.#ahead !== null) {
      this.#sound = this.#ahead;
      this.#ahead = null;
    }
    const left = this.#sound === null ? 0 : this.#sound.length - this.place;
    if (left < AHEAD && this.#ahead === null && !this.#isLoading && nowMs >= this.#restsUntilMs) {
      this.#isLoading = true;
      void this.#fetch(nowMs);
    }
    return this.#sound;
  }

  /** So many bytes on, at most to the end of the present sound. True: that was its end. */
  move(bytes: number): boolean {
    this.place += bytes;
    if (this.#sound !== null && this.place < this.#sound.length) return false;
    this.place = 0;
    this.#sound = null;
    return true;
  }

  async #fetch(nowMs: number): Promise<void> {
    const { files, load, failed } = this.#options;
    for (const _ of files) {
      const file = files[this.#nextIndex()];
      const sound = file === undefined ? 'no file' : await load(file);
      if (typeof sound !== 'string' && sound.length >= FRAME_BYTES) {
        this.#ahead = sound;
        this.#isLoading = false;
        return;
      }
      failed(file ?? '', typeof sound === 'string' ? sound : 'shorter than 20 ms');
    }
    this.#isLoading = false;
    this.#restsUntilMs = nowMs + REST_MS;
  }

  #nextIndex(): number {
    const [next, ...others] = this.#round.length > 0 ? this.#round : this.#newRound();
    this.#round = others;
    this.#last = next ?? -1;
    return this.#last;
  }

  /** At random no file follows itself. */
  #newRound(): readonly number[] {
    const { files, order, random } = this.#options;
    const listed = files.map((_, index) => index);
    return order === 'listed' ? listed : shuffled(listed, random, this.#last);
  }
}
