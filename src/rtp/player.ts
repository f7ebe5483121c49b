import type { SpokenKind } from '../sdp/codec.js';
import type { MusicSource } from './music-source.js';
import { BYTES_PER_MS, FRAME_BYTES, fillSilence, type Sound } from './sound.js';

/** One thing to play. Music is joined where it is, and has no end. */
export type Track = Stretch | { readonly music: MusicSource };

/** `sound` round and round for `onMs`, then silence for `offMs`; all that `times` times. */
export type Stretch = {
  readonly sound: Sound;
  /** Infinity: until stopped. */
  readonly onMs: number;
  readonly offMs: number;
  /** Infinity: until stopped. */
  readonly times: number;
};

/** Plays a list of tracks, 20 ms at a time. It keeps its place when the codec changes. */
export class Player {
  readonly #list: readonly Track[];
  readonly #repeat: boolean;
  #track = 0;
  #round = 0;
  #place = 0; // bytes into the round

  constructor(list: readonly Track[], repeat: boolean) {
    const audible = list.filter(isAudible);
    this.#list = audible;
    this.#repeat = repeat && audible.length > 0;
  }

  get finished(): boolean {
    return this.#track >= this.#list.length;
  }

  /**
   * Writes the 20 ms that are due at `dueMs` at `start`, padded with silence behind the end of the list; `kind` null: only
   * time passes.
   */
  next(kind: SpokenKind | null, into: Uint8Array, start: number, dueMs: number): void {
    let at = start;
    const end = start + FRAME_BYTES;
    while (at < end) {
      const track = this.#list[this.#track];
      if (track === undefined) {
        if (kind !== null) fillSilence(kind, into, at, end);
        return;
      }
      if ('music' in track) {
        if (kind !== null) copyTail(track.music.frame(kind, dueMs), into, at, end);
        return;
      }
      at += this.#some(track, kind, into, at, end);
    }
  }

  /** Takes from one stretch of sound or silence what is left of it, at most to `end`. */
  #some(track: Stretch, kind: SpokenKind | null, into: Uint8Array, at: number, end: number): number {
    const on = Math.round(track.onMs * BYTES_PER_MS);
    const round = on + Math.round(track.offMs * BYTES_PER_MS);
    const place = this.#place;
    let count: number;
    if (place < on) {
      const inLoop = place % track.sound.length;
      count = Math.min(end - at, on - place, track.sound.length - inLoop);
      if (kind !== null) {
        const bytes = track.sound.encoded(kind, inLoop + count);
        for (let i = 0; i < count; i++) into[at + i] = bytes[inLoop + i] ?? 0;
      }
    } else {
      count = Math.min(end - at, round - place);
      if (kind !== null) fillSilence(kind, into, at, at + count);
    }
    this.#place += count;
    if (this.#place >= round) this.#nextRound(track);
    return count;
  }

  #nextRound(track: Stretch): void {
    this.#place = 0;
    this.#round++;
    if (this.#round < track.times) return;
    this.#round = 0;
    this.#track++;
    if (this.#repeat && this.#track >= this.#list.length) this.#track = 0;
  }
}

function isAudible(track: Track): boolean {
  return 'music' in track || (track.times > 0 && (track.onMs > 0 || track.offMs > 0));
}

/** What comes before music within a packet leaves the end of its frame. */
function copyTail(frame: Uint8Array, into: Uint8Array, at: number, end: number): void {
  const from = frame.length - (end - at);
  for (let i = at; i < end; i++) into[i] = frame[from + i - at] ?? 0;
}
