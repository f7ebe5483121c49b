import { type FileHandle, open } from 'node:fs/promises';
import type { SampleSink } from './recorder.js';
import { WAV_HEADER_LENGTH, wavHeader } from './wav.js';

const RATE = 8000;
const CHUNK = 8000; // a second

/**
 * A WAV file that grows while it is recorded: once a second what has come is appended and then the header set to it, so
 * that the file is whole up to there whatever happens. Nothing here blocks; a failure is told by `close`.
 */
export class RecordingFile implements SampleSink {
  readonly #path: string;
  #chunk = new Int16Array(CHUNK);
  #fill = 0;
  #flushed = 0; // samples
  #work: Promise<void>;
  #handle: FileHandle | null = null;
  #failed: string | null = null;

  constructor(path: string) {
    this.#path = path;
    this.#work = this.#guarded(async () => {
      this.#handle = await open(path, 'w');
      await this.#handle.write(wavHeader(RATE, 0), 0, WAV_HEADER_LENGTH, 0);
    });
  }

  get path(): string {
    return this.#path;
  }

  write(samples: Int16Array, count: number): void {
    for (let from = 0; from < count; ) {
      const some = Math.min(count - from, CHUNK - this.#fill);
      this.#chunk.set(samples.subarray(from, from + some), this.#fill);
      this.#fill += some;
      from += some;
      if (this.#fill === CHUNK) this.#flush();
    }
  }

  /** Ends the file; null if all of it is written, else what went wrong. */
  async close(): Promise<string | null> {
    if (this.#fill > 0) this.#flush();
    await this.#work;
    const handle = this.#handle;
    if (handle !== null) await this.#guarded(() => handle.close());
    return this.#failed;
  }

  #flush(): void {
    const samples = this.#chunk.subarray(0, this.#fill);
    const at = WAV_HEADER_LENGTH + this.#flushed * 2;
    this.#flushed += this.#fill;
    const header = wavHeader(RATE, this.#flushed);
    this.#chunk = new Int16Array(CHUNK); // the old one is on its way to the disk
    this.#fill = 0;
    const before = this.#work;
    this.#work = this.#guarded(async () => {
      await before;
      if (this.#handle === null) return;
      await this.#handle.write(new Uint8Array(samples.buffer, 0, samples.byteLength), 0, samples.byteLength, at);
      await this.#handle.write(header, 0, WAV_HEADER_LENGTH, 0);
    });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed ??= error instanceof Error ? error.message : String(error);
    }
  }
}
