import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import type { Remote, Transport, TransportReceiver } from './transport.js';

export type UdpOptions = {
  /** Numeric address to bind; its family is the transport's. */
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** What Via and Contact name instead of the bound address: a host name, or an address (IPv6 in brackets). Null: `address`. */
  readonly advertisedHost: string | null;
  /** Null: the bound port. */
  readonly advertisedPort: number | null;
};

/** Room for some thousand datagrams that arrive while JavaScript is busy; the kernel caps it at net.core.rmem_max [bytes]. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const SEND_BUFFER_BYTES = 1024 * 1024;

/** SIP over UDP, RFC 3261 §18. Requests that exceed the path MTU are left to IP fragmentation and do not turn to TCP (§18.1.1). */
export class UdpTransport implements Transport {
  readonly protocol = 'udp';
  readonly reliable = false;
  readonly family: 4 | 6;
  readonly #options: UdpOptions;
  #socket: Socket | null = null;
  #receiver: TransportReceiver | null = null;
  #boundPort = 0;

  constructor(options: UdpOptions) {
    this.#options = options;
    this.family = options.address.includes(':') ? 6 : 4;
  }

  get sentBy(): { readonly host: string; readonly port: number } {
    const { address, advertisedHost, advertisedPort } = this.#options;
    const host = advertisedHost ?? (this.family === 6 ? `[${address}]` : address);
    return { host, port: advertisedPort ?? this.#boundPort };
  }

  start(receiver: TransportReceiver): Promise<void> {
    const socket = createSocket(this.#socketOptions());
    this.#socket = socket;
    this.#receiver = receiver;
    socket.on('message', (bytes, from) => {
      receiver.received(bytes, { protocol: 'udp', address: from.address, port: from.port, connection: null });
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: this.#options.address, port: this.#options.port }, () => {
        socket.off('error', reject);
        socket.on('error', () => {}); // an error of one datagram comes to its callback; there is none of the socket to act on
        this.#boundPort = socket.address().port;
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    this.#receiver = null;
    if (socket === null) return Promise.resolve();
    return new Promise((resolve) => socket.close(() => resolve()));
  }

  send(message: string, to: Remote): void {
    const receiver = this.#receiver;
    if (to.port < 1 || to.port > 65535) {
      receiver?.failed(to, `no such port: ${to.port}`);
      return;
    }
    this.#socket?.send(Buffer.from(message, 'latin1'), to.port, to.address, (error) => {
      if (error !== null) receiver?.failed(to, error.message);
    });
  }

  #socketOptions(): SocketOptions {
    const family = this.family;
    return {
      type: family === 6 ? 'udp6' : 'udp4',
      ipv6Only: family === 6,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      sendBufferSize: SEND_BUFFER_BYTES,
      // Addresses are numeric here: without dns.lookup and its turn of the event loop a datagram leaves at once.
      lookup: (address, _options, found) => found(null, address, family),
    };
  }
}
