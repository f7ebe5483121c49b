import { shuffled } from '../machine/random.js';
import type { Music } from '../ports/media.js';

/**
 * Which file of a class of music is on, for all its listeners on FreeSWITCH. Each has a file of his own from its beginning,
 * as `uuid_displace` cannot begin in the middle; who is at the end of one first moves all newcomers on to the next.
 */
export class MusicProgramme {
  readonly music: Music;
  readonly #random: () => number;
  #round: readonly number[] = []; // indices of the files that are left of this round
  #now = -1;
  #nextMessage = 0;

  constructor(music: Music, random: () => number) {
    this.music = music;
    this.#random = random;
    this.#moveOn();
  }

  /** Number of what is on, to be given to `ended`. */
  get now(): number {
    return this.#now;
  }

  get file(): string {
    return this.music.files[this.#now] ?? '';
  }

  /** A listener has heard that file to its end, or it cannot be played. */
  ended(number: number): void {
    if (number === this.#now) this.#moveOn();
  }

  /** The messages in turn, whoever hears them; null: there are none. */
  nextMessage(): string | null {
    const files = this.music.messages?.files ?? [];
    const file = files[this.#nextMessage % Math.max(files.length, 1)];
    this.#nextMessage++;
    return file ?? null;
  }

  #moveOn(): void {
    if (this.#round.length === 0) this.#round = this.#newRound();
    const [next = 0, ...others] = this.#round;
    this.#now = next;
    this.#round = others;
  }

  /** At random no file follows itself. */
  #newRound(): readonly number[] {
    const { files, order } = this.music;
    const listed = files.map((_, index) => index);
    return order === 'listed' ? listed : shuffled(listed, this.#random, this.#now);
  }
}

/** The programmes of all domains, by id. */
export class MusicProgrammes {
  readonly #random: () => number;
  readonly #programmes = new Map<string, MusicProgramme>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A new one if the contents have changed; those who listen to the old one keep that. */
  of(music: Music): MusicProgramme {
    const known = this.#programmes.get(music.id);
    if (known !== undefined && contentsOf(known.music) === contentsOf(music)) return known;
    const programme = new MusicProgramme(music, this.#random);
    this.#programmes.set(music.id, programme);
    return programme;
  }
}

function contentsOf({ files, order, messages }: Music): string {
  return JSON.stringify([files, order, messages]);
}
