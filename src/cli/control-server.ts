import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Binding } from '../core/binding.js';
import type { TrunkState } from '../switch/trunks.js';

/** What the running exchange shows of itself. Plain JSON. */
export type Snapshot = {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly domains: readonly string[];
  /** `embedded` or `drachtio`. */
  readonly pairing: string;
  /** `udp 0.0.0.0:5060` */
  readonly listeners: readonly string[];
  /** Programs beside this one that calls depend on, with their health; control-client.ts reads what it knows of them. */
  readonly daemons: readonly unknown[];
  /** How many timers run: of registrations, calls and connections. */
  readonly timers: number;
  readonly registrations: readonly Binding[];
  readonly trunks: readonly TrunkState[];
  /** As the switch tells them; control-client.ts reads what it knows of them. */
  readonly calls: readonly unknown[];
};

/** What came of a command, as an HTTP status and in words. */
export type Obeyed = { readonly status: number; readonly message: string };

/** For an exchange in which nothing can be switched. */
const NOTHING: Obeyed = { status: 404, message: 'nothing can be switched here' };

/** The queues of the exchange: what waits in a domain (null: it has none), and what a person asks of it. */
export type QueueControl = {
  readonly show: (domain: string) => object | null;
  readonly obey: (command: string) => Obeyed;
};

const NO_QUEUES: QueueControl = { show: () => null, obey: () => NOTHING };

/** Longest path of a unix socket that every system takes (sockaddr_un of macOS: 104 bytes with the final zero). */
const LONGEST_PATH = 103;

/**
 * Answers `GET /status` and `GET /queues/DOMAIN` on a unix socket that only its owner may use: `curl --unix-socket
 * data/control.sock http://strowger/status`, and carries out what `POST /switch` (switching.ts) and `POST /queues`
 * (queue-control.ts) say. A socket left by a process that is gone is taken over. Rejects if another process answers there
 * or the socket cannot be made.
 */
export async function startControlServer(
  path: string,
  snapshot: () => Snapshot,
  obey: QueueControl['obey'] = () => NOTHING,
  queues: QueueControl = NO_QUEUES,
): Promise<{ stop(): Promise<void> }> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`the control socket's path is longer than ${LONGEST_PATH} bytes: ${path}`);
  }
  if (await answers(path)) throw new Error(`another strowger is running: it answers at ${path}`);
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    const { method, url = '' } = request;
    const does = url === '/switch' ? obey : url === '/queues' ? queues.obey : null;
    if (method === 'POST' && does !== null) return carryOut(request, response, does);
    const domain = /^\/queues\/([^/]+)$/.exec(url)?.[1];
    const lines = domain === undefined ? null : queues.show(domain);
    if (method !== 'GET' || (url !== '/status' && lines === null)) {
      response.writeHead(404).end('{"error":"there are GET /status and /queues/DOMAIN, POST /switch and /queues"}\n');
      return;
    }
    const { pid } = process;
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify(lines ?? { pid, ...snapshot() })}\n`);
  });
  await listen(server, path);
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function carryOut(request: IncomingMessage, response: ServerResponse, does: QueueControl['obey']): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { status, message } = does(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ message })}\n`);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false)); // nobody there: no such file, or left behind
  });
}

function listen(server: Server, path: string): Promise<void> {
  const umask = process.umask(0o177); // the socket is made with mode 0600; chmod afterwards would leave a gap
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve); // binds before it returns
  });
  process.umask(umask);
  return listening;
}
