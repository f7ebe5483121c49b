import type { Playable } from '../ports/media.js';
import type { Channel } from './channel.js';

type End = 'finished' | 'stopped' | 'failed';

const USUAL_DBM0 = -13;

/**
 * What plays into one leg: at most one list. Each item replaces what the leg would hear otherwise (`uuid_displace`), so
 * that it makes no difference whether the leg is connected. Every `start` comes to exactly one `ended`.
 */
export class Playback {
  readonly #channel: Channel;
  readonly #pathOf: (file: string) => string;
  readonly #ended: (token: string, end: End) => void;
  #token: string | null = null;
  #list: readonly Playable[] = [];
  #repeat = false;
  #next = 0;
  /** The item that plays, by the name that FreeSWITCH knows it by; no two have the same. */
  #target: string | null = null;
  #count = 0;

  constructor(channel: Channel, pathOf: (file: string) => string, ended: (token: string, end: End) => void) {
    this.#channel = channel;
    this.#pathOf = pathOf;
    this.#ended = ended;
  }

  start(token: string, list: readonly Playable[], repeat: boolean): void {
    this.end('stopped');
    this.#token = token;
    this.#list = list;
    this.#repeat = repeat && list.length > 0;
    this.#next = 0;
    void this.#advance(token);
  }

  end(how: End): void {
    const token = this.#token;
    if (token === null) return;
    const target = this.#target;
    this.#token = null;
    this.#target = null;
    if (target !== null) void this.#channel.command(`uuid_displace ${this.#channel.uuid} stop ${quoted(target)}`);
    this.#ended(token, how);
  }

  /** FreeSWITCH has played an item to its end. */
  displaced(target: string): void {
    if (target !== this.#target || this.#token === null) return;
    this.#target = null;
    void this.#advance(this.#token);
  }

  async #advance(token: string): Promise<void> {
    if (this.#repeat && this.#next === this.#list.length) this.#next = 0;
    const item = this.#list[this.#next];
    if (item === undefined) {
      this.end('finished');
      return;
    }
    this.#next++;
    const target = `{n=${++this.#count}}${this.#sourceOf(item)}`;
    if (target.includes("'")) {
      this.end('failed'); // FreeSWITCH has no way to write it
      return;
    }
    this.#target = target;
    const isStarted = await this.#channel.order(`uuid_displace ${this.#channel.uuid} start ${quoted(target)} 0`);
    if (!isStarted && this.#token === token && this.#target === target) {
      this.#target = null;
      this.end('failed');
    }
  }

  #sourceOf(item: Playable): string {
    if ('file' in item) return this.#pathOf(item.file);
    if ('music' in item) return `file_string://${item.music.files.map(this.#pathOf).join('!')}`;
    const { tone, onMs, offMs, times, dbm0 = USUAL_DBM0 } = item;
    const volume = Math.round(dbm0 + 20 * Math.log10(Math.max(tone.length, 1))); // of all frequencies together
    return `tone_stream://v=${volume};%(${onMs},${offMs},${tone.join(',')});loops=${times === 0 ? -1 : times}`;
  }
}

/** One argument of a command. */
export function quoted(text: string): string {
  return `'${text}'`;
}
