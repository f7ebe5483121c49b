import type { Music, Playable } from '../ports/media.js';
import type { Displacements } from './displacements.js';
import { MusicPlayback } from './music-playback.js';
import type { MusicProgrammes } from './music-programme.js';

type End = 'finished' | 'stopped' | 'failed';

const USUAL_DBM0 = -13;
/** FreeSWITCH's separator of the files that it is to play one after the other. */
const SEPARATOR = '!';

/**
 * What plays into one leg: at most one list. Every `start` comes to exactly one `ended`. Music that another list replaces
 * goes on beneath it unheard; if the same music is asked for again by the time that list has ended it is not begun anew.
 */
export class Playback {
  readonly #displacements: Displacements;
  readonly #programmes: MusicProgrammes;
  readonly #ended: (token: string, end: End) => void;
  #token: string | null = null;
  #list: readonly Playable[] = [];
  #repeat = false;
  #next = 0;
  /** The item that plays, by the name that FreeSWITCH knows it by. */
  #target: string | null = null;
  #music: MusicPlayback | null = null;

  constructor(displacements: Displacements, programmes: MusicProgrammes, ended: (token: string, end: End) => void) {
    this.#displacements = displacements;
    this.#programmes = programmes;
    this.#ended = ended;
  }

  start(token: string, list: readonly Playable[], repeat: boolean): void {
    this.#break('stopped');
    this.#token = token;
    this.#list = list;
    this.#repeat = repeat && list.length > 0;
    this.#next = 0;
    void this.#advance(token);
  }

  end(how: End): void {
    this.#break(how);
    if (this.#token !== null) return; // whoever heard of the end has begun something else
    this.#music?.stop();
    this.#music = null;
  }

  /** FreeSWITCH has played an item to its end. */
  displaced(target: string): void {
    if (this.#music?.displaced(target) === true) return;
    if (target !== this.#target || this.#token === null) return;
    this.#target = null;
    void this.#advance(this.#token);
  }

  /** Ends the list, and leaves the music as it is. */
  #break(how: End): void {
    const token = this.#token;
    if (token === null) return;
    const target = this.#target;
    this.#token = null;
    this.#target = null;
    if (target !== null) this.#displacements.stop(target);
    this.#ended(token, how);
  }

  async #advance(token: string): Promise<void> {
    if (this.#repeat && this.#next === this.#list.length) this.#next = 0;
    const item = this.#list[this.#next];
    if (item === undefined) {
      this.end('finished');
      return;
    }
    if ('music' in item) {
      this.#listen(item.music);
      return;
    }
    const target = this.#displacements.named(this.#sourceOf(item));
    this.#target = target;
    const isStarted = await this.#displacements.start(target, 'above');
    if (!isStarted && this.#token === token && this.#target === target) {
      this.#target = null;
      this.end('failed');
    }
  }

  /** Goes on with it if it is still on. */
  #listen(music: Music): void {
    const programme = this.#programmes.of(music);
    if (this.#music?.programme === programme) return;
    this.#music?.stop();
    this.#music = new MusicPlayback(programme, this.#displacements);
  }

  /** Files that follow one another are one source, so that what lies beneath is not heard between them. Moves on behind it. */
  #sourceOf(item: Exclude<Playable, { readonly music: Music }>): string {
    this.#next++;
    if ('tone' in item) return toneStream(item);
    const { pathOf } = this.#displacements;
    const paths = [pathOf(item.file)];
    for (;;) {
      const following = this.#list[this.#next];
      if (following === undefined || !('file' in following)) break;
      paths.push(pathOf(following.file));
      this.#next++;
    }
    return paths.length === 1 ? pathOf(item.file) : `file_string://${paths.join(SEPARATOR)}`;
  }
}

function toneStream(item: Extract<Playable, { readonly tone: readonly number[] }>): string {
  const { tone, onMs, offMs, times, dbm0 = USUAL_DBM0 } = item;
  const volume = Math.round(dbm0 + 20 * Math.log10(Math.max(tone.length, 1))); // of all frequencies together
  return `tone_stream://v=${volume};%(${onMs},${offMs},${tone.join(',')});loops=${times === 0 ? -1 : times}`;
}
