import type { RecordOptions } from '../ports/media.js';
import type { CodecKind } from '../sdp/codec.js';
import type { LegReport } from './messages.js';
import { Recorder } from './recorder.js';
import { RecordingFile } from './recording-file.js';

export type RecordingEnd = (LegReport & { readonly type: 'recorded' })['end'];
export type Recorded = Omit<LegReport & { readonly type: 'recorded' }, 'type' | 'leg'>;

/** One recording of a leg into its file. */
export class Recording {
  readonly options: RecordOptions;
  readonly #token: string;
  readonly #recorder: Recorder;
  readonly #file: RecordingFile;

  constructor(token: string, options: RecordOptions, kindOf: (payloadType: number) => CodecKind | null, nowMs: number) {
    this.options = options;
    this.#token = token;
    this.#file = new RecordingFile(options.file);
    this.#recorder = new Recorder(options, this.#file, kindOf, nowMs);
  }

  get recorder(): Recorder {
    return this.#recorder;
  }

  /** Ends it; resolves when the file is complete. `failed` if it could not be written; then `because` says why. */
  async end(how: RecordingEnd, nowMs: number): Promise<Recorded & { readonly because: string | null }> {
    this.#recorder.finish(nowMs);
    const { lengthMs, soundMs } = this.#recorder;
    const because = await this.#file.close();
    const end = because === null ? how : 'failed';
    return { token: this.#token, file: this.options.file, lengthMs, soundMs, end, because };
  }

  /** Leaves the file as it is, without a word. */
  async discard(): Promise<void> {
    await this.#file.close();
  }
}
