import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Binding } from '../core/binding.js';
import type { Presence } from '../core/presence.js';
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
  /** Who can be called now. */
  readonly users: readonly { readonly domain: string; readonly extension: string; readonly presence: Presence }[];
  readonly trunks: readonly TrunkState[];
  /** As the switch tells them; control-client.ts reads what it knows of them. */
  readonly calls: readonly unknown[];
};

/** What came of a command, as an HTTP status and in words. */
export type Obeyed = { readonly status: number; readonly message: string };

/** The queues of the exchange: what waits in a domain (null: it has none), and what a person asks of it. */
export type QueueControl = {
  readonly show: (domain: string) => object | null;
  readonly obey: (command: string) => Obeyed;
};

/** What the socket serves beside the status. */
export type ControlServices = {
  readonly switch?: (command: string) => Obeyed;
  readonly explain?: (question: string) => Obeyed;
  readonly queues?: QueueControl;
  readonly call?: (command: string) => Obeyed;
  readonly resync?: (command: string) => Obeyed;
};

/** Longest path of a unix socket that every system takes (sockaddr_un of macOS: 104 bytes with the final zero). */
const LONGEST_PATH = 103;

/**
 * Answers `GET /status` and `GET /queues/DOMAIN` on a unix socket that only its owner may use: `curl --unix-socket
 * data/control.sock http://strowger/status`, and does what `POST /switch` (switching.ts), `POST /queues`
 * (queue-control.ts), `POST /calls` (call.ts), `POST /phones` (resync.ts) and `POST /explain` (live-explanation.ts) say. A socket left by a process that is gone is taken over. Rejects if another process answers there
 * or the socket cannot be made.
 */
export async function startControlServer(
  path: string,
  snapshot: () => Snapshot,
  services: ControlServices = {},
): Promise<{ stop(): Promise<void> }> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`the control socket's path is longer than ${LONGEST_PATH} bytes: ${path}`);
  }
  if (await answers(path)) throw new Error(`another strowger is running: it answers at ${path}`);
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    const { method, url = '' } = request;
    const does = method === 'POST' ? obeyerOf(services, url) : undefined;
    if (does !== undefined) return carryOut(request, response, does);
    const domain = /^\/queues\/([^/]+)$/.exec(url)?.[1];
    const lines = domain === undefined ? null : (services.queues?.show(domain) ?? null);
    if (method !== 'GET' || (url !== '/status' && lines === null)) {
      response
        .writeHead(404)
        .end(
          '{"error":"there are GET /status and /queues/DOMAIN, POST /switch, /queues, /calls, /phones and /explain"}\n',
        );
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

function obeyerOf(services: ControlServices, url: string): QueueControl['obey'] | undefined {
  switch (url) {
    case '/switch':
      return services.switch;
    case '/queues':
      return services.queues?.obey;
    case '/explain':
      return services.explain;
    case '/calls':
      return services.call;
    case '/phones':
      return services.resync;
  }
  return undefined;
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
