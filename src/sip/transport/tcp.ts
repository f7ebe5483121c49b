import { connect, createServer, type Server, type Socket } from 'node:net';
import { MessageStream } from '../message/stream.js';
import type { Remote, Transport, TransportReceiver } from './transport.js';

export type TcpOptions = {
  /** Numeric address to bind; its family is the transport's. */
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** What Via and Contact name instead of the bound address: a host name, or an address (IPv6 in brackets). Null: `address`. */
  readonly advertisedHost: string | null;
  /** Null: the bound port. */
  readonly advertisedPort: number | null;
  /** Connections at the same time, whoever opened them. For a further one the oldest of a stranger is closed; if there is none, it is refused. */
  readonly maxConnections?: number;
  /** A connection on which nothing goes either way for so long is closed. It is the flow of a phone: longer than a registration. */
  readonly idleMs?: number;
};

const MAX_CONNECTIONS = 10_000;
const IDLE_MS = 2 * 3_600_000;
/** The same for a connection by which nobody has proved yet who he is. */
const STRANGER_IDLE_MS = 120_000;
/** A message that has begun and is not whole after this long ends its connection, however its pieces trickle in. */
const MESSAGE_MS = 32_000;
const CONNECT_MS = 10_000;
/** The kernel asks a silent peer whether it is still there; two NAT minutes are not to pass in between. */
const PROBE_AFTER_MS = 60_000;
/** What a peer that does not read may leave with us [bytes]. */
const MAX_UNSENT = 1024 * 1024;

/** SIP over TCP, RFC 3261 §18. Requests and responses share connections in both directions, by their number (RFC 5923, RFC 5626). */
export class TcpTransport implements Transport {
  readonly protocol = 'tcp';
  readonly reliable = true;
  readonly family: 4 | 6;
  readonly #options: TcpOptions;
  readonly #connections = new Map<number, Connection>();
  readonly #byAddress = new Map<string, Connection>();
  readonly #strangers = new Map<number, Connection>(); // the oldest first
  #server: Server | null = null;
  #receiver: TransportReceiver | null = null;
  #boundPort = 0;
  #count = 0;

  constructor(options: TcpOptions) {
    this.#options = options;
    this.family = options.address.includes(':') ? 6 : 4;
  }

  get sentBy(): { readonly host: string; readonly port: number } {
    const { address, advertisedHost, advertisedPort } = this.#options;
    const host = advertisedHost ?? (this.family === 6 ? `[${address}]` : address);
    return { host, port: advertisedPort ?? this.#boundPort };
  }

  start(receiver: TransportReceiver): Promise<void> {
    this.#receiver = receiver;
    const { address, port } = this.#options;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, ipv6Only: this.family === 6 }, () => {
        server.off('error', reject);
        server.on('error', () => {}); // a failed accept, for want of descriptors say, concerns that connection only
        const bound = server.address();
        this.#boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#receiver = null;
    for (const connection of this.#connections.values()) connection.socket.destroy();
    if (server === null) return Promise.resolve();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  isOpen(remote: Remote): boolean {
    return remote.connection !== null && this.#connections.has(remote.connection);
  }

  welcome({ connection: number }: Remote): void {
    const connection = number === null ? undefined : this.#strangers.get(number);
    if (number === null || connection === undefined) return;
    this.#strangers.delete(number);
    connection.socket.setTimeout(this.#options.idleMs ?? IDLE_MS);
  }

  send(message: string, to: Remote): void {
    const connection =
      to.connection === null
        ? (this.#byAddress.get(keyOf(to)) ?? this.#open(to))
        : this.#connections.get(to.connection);
    if (connection === undefined) {
      this.#receiver?.failed(to, 'no such connection');
      return;
    }
    connection.socket.write(message, 'latin1');
    if (connection.socket.writableLength > MAX_UNSENT) connection.socket.destroy();
  }

  #accept(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined || !this.#hasRoom()) {
      socket.destroy();
      return;
    }
    const connection = this.#keep(socket, { protocol: 'tcp', address, port, connection: ++this.#count });
    this.#strangers.set(connection.remote.connection, connection);
    socket.setTimeout(Math.min(this.#options.idleMs ?? IDLE_MS, STRANGER_IDLE_MS));
  }

  /** Whether there may be one more connection. Whoever opens thousands and says nothing must not keep the phones out. */
  #hasRoom(): boolean {
    if (this.#connections.size < (this.#options.maxConnections ?? MAX_CONNECTIONS)) return true;
    const [oldest] = this.#strangers.values();
    if (oldest === undefined) return false;
    this.#strangers.delete(oldest.remote.connection);
    oldest.socket.destroy();
    return true;
  }

  #open(to: Remote): Connection | undefined {
    if (this.#server === null || to.port < 1 || to.port > 65535 || !this.#hasRoom()) return undefined;
    const socket = connect({ host: to.address, port: to.port, noDelay: true });
    const connection = this.#keep(socket, { ...to, connection: ++this.#count });
    socket.setTimeout(CONNECT_MS);
    socket.once('connect', () => socket.setTimeout(this.#options.idleMs ?? IDLE_MS));
    return connection;
  }

  #keep(socket: Socket, remote: Remote & { readonly connection: number }): Connection {
    const connection: Connection = { socket, remote, stream: new MessageStream(), begunAtMs: null };
    let failure = 'closed';
    this.#connections.set(remote.connection, connection);
    this.#byAddress.set(keyOf(remote), connection);
    socket.setKeepAlive(true, PROBE_AFTER_MS);
    socket.setTimeout(this.#options.idleMs ?? IDLE_MS);
    socket.on('timeout', () => socket.destroy());
    socket.on('data', (chunk) => this.#read(connection, chunk));
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', () => {
      this.#connections.delete(remote.connection);
      this.#strangers.delete(remote.connection);
      if (this.#byAddress.get(keyOf(remote)) === connection) this.#byAddress.delete(keyOf(remote));
      this.#receiver?.failed(remote, failure);
    });
    return connection;
  }

  #read(connection: Connection, chunk: Buffer): void {
    const { socket, remote, stream } = connection;
    const { messages, pings, error } = stream.push(chunk);
    if (pings > 0) socket.write('\r\n'.repeat(pings));
    for (const message of messages) this.#receiver?.received(message, remote);
    if (error !== null) {
      socket.destroySoon(); // after the 400, if there was a message to answer
    } else if (stream.pending === 0) {
      connection.begunAtMs = null;
    } else if (connection.begunAtMs === null || messages.length > 0) {
      connection.begunAtMs = performance.now();
    } else if (performance.now() - connection.begunAtMs > MESSAGE_MS) {
      socket.destroy();
    }
  }
}

type Connection = {
  readonly socket: Socket;
  readonly remote: Remote & { readonly connection: number };
  readonly stream: MessageStream;
  /** When the message that is being read began, by the monotonic clock; null between messages. */
  begunAtMs: number | null;
};

function keyOf({ address, port }: Remote): string {
  return `${address} ${port}`;
}
