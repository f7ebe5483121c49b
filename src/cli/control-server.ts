import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
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

/** For an exchange in which nothing can be switched. */
const NOTHING = { status: 404, message: 'nothing can be switched here' };

/** Longest path of a unix socket that every system takes (sockaddr_un of macOS: 104 bytes with the final zero). */
const LONGEST_PATH = 103;

/**
 * Answers `GET /status` on a unix socket that only its owner may use: `curl --unix-socket data/control.sock
 * http://strowger/status`, and carries out what `POST /switch` says (switching.ts). A socket left by a process that is gone is taken over. Rejects if another process answers
 * there or the socket cannot be made.
 */
export async function startControlServer(
  path: string,
  snapshot: () => Snapshot,
  obey: (command: string) => { readonly status: number; readonly message: string } = () => NOTHING,
): Promise<{ stop(): Promise<void> }> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`the control socket's path is longer than ${LONGEST_PATH} bytes: ${path}`);
  }
  if (await answers(path)) throw new Error(`another strowger is running: it answers at ${path}`);
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    if (request.method === 'POST' && request.url === '/switch') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, message } = obey(Buffer.concat(chunks).toString('utf8'));
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify({ message })}\n`);
      });
      return;
    }
    if (request.method !== 'GET' || request.url !== '/status') {
      response.writeHead(404).end('{"error":"there are only GET /status and POST /switch"}\n');
      return;
    }
    const { pid } = process;
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify({ pid, ...snapshot() })}\n`);
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
