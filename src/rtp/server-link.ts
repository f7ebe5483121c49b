import { Worker } from 'node:worker_threads';
import type { Clock } from '../machine/clock.js';
import { MediaServer } from './media-server.js';
import { BATCH_MS, type Command, type Report } from './messages.js';
import type { SocketFactory } from './socket-pair.js';
import type { WorkerData } from './worker.js';

/** The way to a media server, wherever it runs. What is posted within a few milliseconds goes over as one message. */
export interface ServerLink {
  /** `urgent`: with the end of this turn of the event loop, and all that was posted before. */
  post(command: Command, urgent?: boolean): void;
  /** Ends the server without further ado. */
  terminate(): void;
}

export type LinkHandlers = {
  readonly onReport: (report: Report) => void;
  /** The server died; not called after `terminate`. */
  readonly onGone: (why: string) => void;
};

// Packets die young: with room for some hundred thousand of them there is little left to copy when room is made.
const YOUNG_MB = 64;

/** A server in a worker thread of its own. */
export function workerLink(data: WorkerData, handlers: LinkHandlers): ServerLink {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  let alive = true;
  const gone = (why: string) => {
    if (!alive) return;
    alive = false;
    handlers.onGone(why);
  };
  worker.on('message', (reports: readonly Report[]) => {
    for (const report of reports) if (alive) handlers.onReport(report);
  });
  worker.on('error', (error) => gone(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  worker.on('exit', (code) => gone(`exit code ${code}`));
  return {
    post: batched(
      (flush) => setTimeout(flush, BATCH_MS),
      (commands) => worker.postMessage(commands),
    ),
    terminate: () => {
      alive = false;
      void worker.terminate();
    },
  };
}

export type InThreadOptions = {
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly sockets: SocketFactory;
};

/** A server in this thread, for tests and for where there are no threads to spare. */
export function inThreadLink(data: WorkerData, options: InThreadOptions, handlers: LinkHandlers): ServerLink {
  let alive = true;
  const server = new MediaServer({
    ...options,
    ...data,
    report: (report) => {
      setImmediate(() => {
        if (alive) handlers.onReport(report);
      });
    },
  });
  return {
    post: batched(setImmediate, (commands) => {
      for (const command of commands) server.handle(command);
    }),
    terminate: () => {
      alive = false;
    },
  };
}

/** `later` says when what has gathered is posted, unless something urgent takes it along. */
function batched(
  later: (flush: () => void) => void,
  post: (commands: readonly Command[]) => void,
): (command: Command, urgent?: boolean) => void {
  let batch: Command[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    const commands = batch;
    batch = [];
    post(commands);
  };
  return (command, urgent = false) => {
    batch.push(command);
    if (urgent) setImmediate(flush);
    else if (batch.length === 1) later(flush);
  };
}
