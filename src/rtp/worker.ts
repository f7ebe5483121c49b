import { parentPort, workerData } from 'node:worker_threads';
import { TimerWheel } from '../machine/clock.js';
import { MediaServer } from './media-server.js';
import { BATCH_MS, type Command, type Report } from './messages.js';
import { udpSockets } from './udp-sockets.js';

/** What the main thread gives a worker at its start. */
export type WorkerData = { readonly address: string; readonly silentMs: number };

const port = parentPort;
const { address, silentMs }: WorkerData = workerData;

if (port !== null) {
  let reports: Report[] = [];
  const post = () => {
    const batch = reports;
    if (batch.length === 0) return;
    reports = [];
    port.postMessage(batch);
  };
  const server = new MediaServer({
    clock: new TimerWheel(),
    monotonicMs: () => performance.now(),
    random: Math.random,
    sockets: udpSockets(address),
    address,
    silentMs,
    report: (report) => {
      reports.push(report);
      if (report.type === 'knocked') setImmediate(post);
      else if (reports.length === 1) setTimeout(post, BATCH_MS);
    },
  });
  port.on('message', (commands: readonly Command[]) => {
    for (const command of commands) server.handle(command);
  });
}
