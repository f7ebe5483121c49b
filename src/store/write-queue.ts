import type { Operation } from './batch-writer.js';
import type { Sink } from './sink.js';
import type { StoreError } from './store-error.js';

export type WriteQueueOptions = {
  readonly onError: (error: StoreError) => void;
  /** How long an operation waits for others before they go. [ms] */
  readonly delayMs: number;
  /** How long after another program's lock was met it is tried again. [ms] */
  readonly retryMs: number;
};

const BATCH = 500; // as many waiting operations go at once, without delay
const LARGEST_BATCH = 5_000; // gathered while the one before was written
const MOST_WAITING = 100_000; // what comes on top is lost

/**
 * Operations on their way to the disk, in order, one batch at a time. The caller never waits and never fails: what
 * cannot be written is counted as lost, and an error is told once until writing works again.
 */
export class WriteQueue {
  readonly #sink: Sink;
  readonly #options: WriteQueueOptions;
  #waiting: Operation[] = [];
  #writing: Promise<boolean> | null = null;
  #underWay = 0;
  #timer: NodeJS.Timeout | null = null;
  #written = 0;
  #lost = 0;
  #error: StoreError | null = null;

  constructor(sink: Sink, options: WriteQueueOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  add(operation: Operation): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost++;
      this.#tell({ code: 'OVERFLOW', message: `${MOST_WAITING} rows wait to be written` });
      return;
    }
    this.#waiting.push(operation);
    if (this.#waiting.length >= BATCH && !this.#isRetrying()) void this.#send();
    else this.#arm(this.#options.delayMs);
  }

  /** Fulfilled when all that was added before is written or lost, or waits for another program's lock. */
  async flush(): Promise<void> {
    if (this.#writing !== null) await this.#writing;
    while (this.#waiting.length > 0 && (await this.#send()));
  }

  /** Writes what waits and closes the sink; what a lock still keeps from being written is lost. */
  async close(): Promise<void> {
    await this.flush();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#lost += this.#waiting.length;
    this.#waiting = [];
    await this.#sink.close();
  }

  get health(): { pending: number; written: number; lost: number; error: StoreError | null } {
    const pending = this.#waiting.length + this.#underWay;
    return { pending, written: this.#written, lost: this.#lost, error: this.#error };
  }

  #isRetrying(): boolean {
    return this.#error !== null && isLock(this.#error);
  }

  #arm(delayMs: number): void {
    if (this.#timer !== null || this.#writing !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#send();
    }, delayMs);
  }

  /** A batch costs much the same however many rows there are in it: there is no hurry with a few. */
  #delayMs(isDone: boolean): number {
    const { delayMs, retryMs } = this.#options;
    if (!isDone) return retryMs;
    return this.#waiting.length >= BATCH ? 0 : delayMs;
  }

  /** One batch; false if it has to be tried again later. */
  #send(): Promise<boolean> {
    if (this.#writing !== null) return this.#writing;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#waiting.splice(0, LARGEST_BATCH);
    this.#underWay = batch.length;
    this.#writing = this.#write(batch).then((isDone) => {
      this.#writing = null;
      this.#underWay = 0;
      if (this.#waiting.length > 0) this.#arm(this.#delayMs(isDone));
      return isDone;
    });
    return this.#writing;
  }

  async #write(batch: readonly Operation[]): Promise<boolean> {
    const { written, lost, error } = await this.#sink.write(batch);
    this.#written += written;
    if (error === null) {
      this.#error = null;
      return true;
    }
    this.#tell(error);
    if (isLock(error)) {
      this.#waiting = [...batch, ...this.#waiting];
      return false;
    }
    this.#lost += lost;
    return true;
  }

  #tell(error: StoreError): void {
    const isNew = this.#error === null || this.#error.code !== error.code;
    this.#error = error;
    if (isNew) this.#options.onError(error);
  }
}

/** Another connection writes, or reads what we would have to change: it will pass. */
function isLock(error: StoreError): boolean {
  return error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED');
}
