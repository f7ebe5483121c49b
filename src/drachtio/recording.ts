import type { Clock, Timer } from '../machine/clock.js';
import type { MediaEvent, RecordOptions } from '../ports/media.js';
import type { Channel } from './channel.js';
import { quoted } from './displacements.js';
import { measureSound, SOUND_LEVEL } from './recorded-sound.js';

export type RecordingEnd = Extract<MediaEvent, { type: 'recorded' }>['end'];

export type Recorded = Omit<Extract<MediaEvent, { type: 'recorded' }>, 'type' | 'leg'>;

/** FreeSWITCH closes the file a frame or two after the command. [ms] */
const CLOSE_MS = 3_000;
/** FreeSWITCH's own limit is in whole seconds; ours comes first. [s] */
const SPARE_S = 5;

/** One recording of what a leg says, `uuid_record`: it neither minds nor disturbs what else the channel does. */
export class Recording {
  readonly token: string;
  readonly options: RecordOptions;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #done: (recorded: Recorded) => Promise<void>;
  #end: RecordingEnd | null = null;
  #limit: Timer | null = null;
  #closing: Timer | null = null;
  #isReported = false;
  /** Resolves when the recording is reported. */
  readonly reported: Promise<void>;
  #resolveReported: () => void = () => {};

  /** `path`: how FreeSWITCH sees the file. `done` is called exactly once and resolves when it is reported. */
  constructor(
    token: string,
    options: RecordOptions,
    channel: Channel,
    path: string,
    clock: Clock,
    done: (recorded: Recorded) => Promise<void>,
  ) {
    this.token = token;
    this.options = options;
    this.#channel = channel;
    this.#clock = clock;
    this.#path = path;
    this.#done = done;
    this.reported = new Promise((resolve) => {
      this.#resolveReported = resolve;
    });
    void this.#start();
  }

  stop(how: RecordingEnd): void {
    if (this.#end !== null) return;
    this.#end = how;
    this.#limit?.cancel();
    this.#closing = this.#clock.after(CLOSE_MS, () => void this.#report());
    void this.#channel.command(`uuid_record ${this.#channel.uuid} stop ${quoted(this.#path)}`);
  }

  /** FreeSWITCH has closed the file. */
  stopped(path: string, cause: string): void {
    if (path !== this.#path) return;
    this.#end ??= cause === 'uri-failure' ? 'failed' : 'silence';
    void this.#report();
  }

  /** The channel is gone, and the recording with it. */
  fail(): void {
    this.#end = 'failed';
    void this.#report();
  }

  async #start(): Promise<void> {
    const { maxMs, silenceMs } = this.options;
    const { uuid } = this.#channel;
    const settings = [
      'RECORD_READ_ONLY=true',
      'RECORD_MIN_SEC=0',
      'record_sample_rate=8000',
      'RECORD_PRE_BUFFER_FRAMES=1', // else half a second or less is lost
      `RECORD_INITIAL_TIMEOUT_MS=${silenceMs}`,
      `RECORD_FINAL_TIMEOUT_MS=${silenceMs}`,
      `RECORD_SILENCE_THRESHOLD=${SOUND_LEVEL}`,
    ];
    void this.#channel.command(`uuid_setvar_multi ${uuid} ${settings.join(';')}`);
    const limitS = Math.ceil(maxMs / 1000) + SPARE_S;
    const isPossible = !this.#path.includes("'");
    this.#limit = this.#clock.after(maxMs, () => this.stop('maximum'));
    const isStarted =
      isPossible && (await this.#channel.order(`uuid_record ${uuid} start ${quoted(this.#path)} ${limitS}`));
    if (!isStarted) this.fail();
  }

  async #report(): Promise<void> {
    if (this.#isReported) return;
    this.#isReported = true;
    this.#limit?.cancel();
    this.#closing?.cancel();
    const { file } = this.options;
    const sound = this.#end === 'failed' ? null : await measureSound(file);
    const { lengthMs, soundMs } = sound ?? { lengthMs: 0, soundMs: 0 };
    const end = sound === null ? 'failed' : (this.#end ?? 'failed');
    await this.#done({ token: this.token, file, lengthMs, soundMs, end });
    this.#resolveReported();
  }
}
