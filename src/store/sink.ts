import { Worker } from 'node:worker_threads';
import type { BatchResult, Operation } from './batch-writer.js';
import { FileWriter } from './file-writer.js';

/** Where batches go. One at a time: `write` is not called again before its promise is fulfilled, which it always is. */
export interface Sink {
  write(operations: readonly Operation[]): Promise<BatchResult>;
  close(): Promise<void>;
}

export type WriterData = { readonly file: string; readonly busyMs: number };

export type WriterRequest =
  | { readonly type: 'write'; readonly operations: readonly Operation[] }
  | { readonly type: 'close' };

/** Writes in the calling thread. For tests and for programs that take no calls. */
export function inThreadSink({ file, busyMs }: WriterData): Sink {
  const writer = new FileWriter(file, busyMs);
  return {
    write: async (operations) => writer.write(operations),
    close: async () => writer.close(),
  };
}

/** Writes in a worker thread, started with the first batch, and again after one that died. */
export class WorkerSink implements Sink {
  readonly #data: WriterData;
  #worker: Worker | null = null;

  constructor(data: WriterData) {
    this.#data = data;
  }

  async write(operations: readonly Operation[]): Promise<BatchResult> {
    try {
      const worker = this.#worker ?? this.#start();
      worker.postMessage({ type: 'write', operations } satisfies WriterRequest);
      return await answerOf(worker, operations.length);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { written: 0, lost: operations.length, error: { code: 'WRITER_GONE', message } };
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    await new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
      worker.ref();
      worker.postMessage({ type: 'close' } satisfies WriterRequest);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData: this.#data });
    this.#worker = worker;
    worker.on('error', () => {}); // told by `write`; without a listener it would end the program
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    return worker;
  }
}

/** The result of the batch that was posted; if the thread dies over it, all of it is lost. */
function answerOf(worker: Worker, count: number): Promise<BatchResult> {
  return new Promise((resolve) => {
    let message = 'the writer thread ended';
    const settle = (result: BatchResult): void => {
      worker.off('message', settle).off('error', noteDeath).off('exit', die);
      worker.unref(); // an idle writer does not keep the program running
      resolve(result);
    };
    const noteDeath = (error: unknown): void => {
      message = `the writer thread died: ${error instanceof Error ? error.message : String(error)}`;
    };
    const die = (): void => settle({ written: 0, lost: count, error: { code: 'WRITER_GONE', message } });
    worker.on('message', settle).on('error', noteDeath).on('exit', die);
    worker.ref();
  });
}
