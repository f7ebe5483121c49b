import type { Playable } from '../ports/media.js';
import type { SpokenKind } from '../sdp/codec.js';
import type { MusicLibrary } from './music-library.js';
import { Player } from './player.js';
import type { SoundLibrary } from './sound-library.js';
import { loadTracks, tracksAtHand } from './track-list.js';

type End = 'finished' | 'stopped' | 'failed';

/** What plays into one leg: at most one list, which may still be loading. Every `start` comes to exactly one `ended`. */
export class Playing {
  readonly #library: SoundLibrary;
  readonly #music: MusicLibrary;
  readonly #ended: (token: string, end: End, because: string | null) => void;
  #token: string | null = null;
  #player: Player | null = null;

  constructor(
    library: SoundLibrary,
    music: MusicLibrary,
    ended: (token: string, end: End, because: string | null) => void,
  ) {
    this.#library = library;
    this.#music = music;
    this.#ended = ended;
  }

  /** Something sounds now, and not only loads. */
  get audible(): boolean {
    return this.#player !== null;
  }

  /** `ready` is called when the list begins, within `start` if all files are at hand. */
  start(token: string, list: readonly Playable[], repeat: boolean, ready: () => void): void {
    this.end('stopped');
    this.#token = token;
    const tracks = tracksAtHand(list, this.#library, this.#music);
    if (tracks !== null) {
      this.#player = new Player(tracks, repeat);
      ready();
      return;
    }
    void loadTracks(list, this.#library, this.#music).then((loaded) => {
      if (this.#token !== token || this.#player !== null) return; // stopped or replaced meanwhile
      if (typeof loaded === 'string') {
        this.end('failed', loaded);
      } else {
        this.#player = new Player(loaded, repeat);
        ready();
      }
    });
  }

  end(how: End, because: string | null = null): void {
    const token = this.#token;
    if (token === null) return;
    this.#token = null;
    this.#player = null;
    this.#ended(token, how, because);
  }

  /** The next 20 ms into `into`, see Player; false if the list had ended already, which is reported then. */
  next(kind: SpokenKind | null, into: Uint8Array, start: number, dueMs: number): boolean {
    const player = this.#player;
    if (player === null) return false;
    if (player.finished) {
      this.end('finished');
      return false;
    }
    player.next(kind, into, start, dueMs);
    return true;
  }
}
