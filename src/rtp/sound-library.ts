import { readFile, stat } from 'node:fs/promises';
import { setImmediate as immediate } from 'node:timers/promises';
import { Sound } from './sound.js';
import { tone } from './tone.js';
import { isWavError, parseWav } from './wav.js';
import { converted } from './wav-conversion.js';

const MAX_WEIGHT = 64 * 1024 * 1024;
const MAX_FILE = 256 * 1024 * 1024;
const TRUSTED_MS = 2000;

type Entry = { readonly sound: Sound; readonly version: string; checkedMs: number };

/** Every sound that is or was played, read and decoded once. The longest unused go when they weigh more than 64 MB. */
export class SoundLibrary {
  readonly #files = new Map<string, Entry>(); // in order of use
  readonly #loading = new Map<string, Promise<Sound | string>>();
  readonly #tones = new Map<string, Sound>();
  readonly #now: () => number;
  #weight = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The sound of a file if it was looked at within two seconds, else null: `load` it. */
  peek(file: string): Sound | null {
    const entry = this.#files.get(file);
    if (entry === undefined || this.#now() - entry.checkedMs >= TRUSTED_MS) return null;
    this.#files.delete(file);
    this.#files.set(file, entry);
    return entry.sound;
  }

  /** Reads a file unless it is the one we know, once for all who ask meanwhile; a text says what is wrong with it. Never rejects. */
  load(file: string): Promise<Sound | string> {
    const underWay = this.#loading.get(file);
    if (underWay !== undefined) return underWay;
    const loading = this.#load(file).finally(() => this.#loading.delete(file));
    this.#loading.set(file, loading);
    return loading;
  }

  async #load(file: string): Promise<Sound | string> {
    try {
      const { mtimeMs, size } = await stat(file);
      const version = `${mtimeMs}/${size}`;
      const known = this.#files.get(file);
      if (known?.version === version) {
        known.checkedMs = this.#now();
        return known.sound;
      }
      if (size > MAX_FILE) return 'too long';
      const sound = await decode(file, await readFile(file));
      if (typeof sound !== 'string') this.#keep(file, { sound, version, checkedMs: this.#now() });
      return sound;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  tone(frequencies: readonly number[], dbm0: number): Sound {
    const key = `${frequencies.join('+')}@${dbm0}`;
    const known = this.#tones.get(key);
    if (known !== undefined) return known;
    const sound = tone(frequencies, dbm0);
    if (this.#tones.size >= 256) this.#tones.clear();
    this.#tones.set(key, sound);
    return sound;
  }

  get snapshot(): { readonly files: number; readonly tones: number; readonly bytes: number } {
    return { files: this.#files.size, tones: this.#tones.size, bytes: this.#weight };
  }

  #keep(file: string, entry: Entry): void {
    this.#drop(file);
    this.#files.set(file, entry);
    this.#weight += entry.sound.weight;
    for (const oldest of this.#files.keys()) {
      if (this.#weight <= MAX_WEIGHT || oldest === file) break;
      this.#drop(oldest);
    }
  }

  #drop(file: string): void {
    const entry = this.#files.get(file);
    if (entry === undefined) return;
    this.#files.delete(file);
    this.#weight -= entry.sound.weight;
  }
}

/** By the name: `.ulaw` and `.alaw` are headerless G.711, everything else is WAV. A text says what is wrong. */
async function decode(file: string, bytes: Uint8Array): Promise<Sound | string> {
  if (file.endsWith('.ulaw')) return new Sound({ kind: 'pcmu', bytes });
  if (file.endsWith('.alaw')) return new Sound({ kind: 'pcma', bytes });
  const audio = parseWav(bytes);
  if (isWavError(audio)) return `${audio.code}: ${audio.detail}`;
  return new Sound(audio.kind === 'foreign' ? await converted(audio, immediate) : audio);
}
