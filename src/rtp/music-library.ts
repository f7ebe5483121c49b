import type { Music } from '../ports/media.js';
import { MusicSource } from './music-source.js';
import type { Sound } from './sound.js';

export type MusicLibraryOptions = {
  /** A text says why there is none; it does not reject. */
  readonly load: (file: string) => Promise<Sound | string>;
  readonly monotonicMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** A file cannot be played; told once for each reason. */
  readonly warn: (file: string, why: string) => void;
};

/** Unheard for so long a source is let go of, and what it holds in memory. */
const KEPT_MS = 600_000;
const MOST_WARNINGS = 1000;

/** The music on hold of all domains, each source made when somebody first listens to it. */
export class MusicLibrary {
  readonly #options: MusicLibraryOptions;
  readonly #sources = new Map<string, { readonly music: string; readonly source: MusicSource }>(); // by id
  readonly #warned = new Set<string>();

  constructor(options: MusicLibraryOptions) {
    this.#options = options;
  }

  /** The source of that id; a new one if its contents have changed, and those who listen to the old one keep that. */
  source(music: Music): MusicSource {
    const { files, order, messages } = music;
    const contents = JSON.stringify([files, order, messages]);
    const known = this.#sources.get(music.id);
    if (known?.music === contents) return known.source;
    this.#sweep();
    const { load, random } = this.#options;
    const source = new MusicSource(music, { load, random, failed: (file, why) => this.#failed(file, why) });
    source.heardMs = this.#options.monotonicMs();
    this.#sources.set(music.id, { music: contents, source });
    return source;
  }

  #sweep(): void {
    const sinceMs = this.#options.monotonicMs() - KEPT_MS;
    for (const [id, { source }] of this.#sources) if (source.heardMs < sinceMs) this.#sources.delete(id);
  }

  #failed(file: string, why: string): void {
    const warning = `${file} ${why}`;
    if (this.#warned.has(warning)) return;
    if (this.#warned.size >= MOST_WARNINGS) this.#warned.clear();
    this.#warned.add(warning);
    this.#options.warn(file, why);
  }
}
