import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { canListen } from '../../../src/drachtio/event-socket.js';
import type { Endpoint } from '../../ports/sip-peer.js';

/**
 * The way to a daemon, which a test can cut. To us a daemon whose connections close and that refuses new ones has died;
 * one whose connections stay open and say nothing hangs.
 */
export class Relay implements Endpoint {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #target: Endpoint;
  #server: Server | null = null;
  #isFrozen = false;
  readonly #sockets = new Set<Socket>();

  private constructor(target: Endpoint, port: number) {
    this.#target = target;
    this.port = port;
  }

  static async to(target: Endpoint): Promise<Relay> {
    const relay = new Relay(target, await freePort());
    await relay.mend();
    return relay;
  }

  /** Closes every connection and takes no more. */
  cut(): void {
    this.#server?.close();
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** Nothing passes any more, but nothing is closed either. */
  freeze(): void {
    this.#isFrozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** Takes connections again. */
  async mend(): Promise<void> {
    this.#isFrozen = false;
    if (this.#server !== null) return;
    const server = createServer((near) => this.#join(near));
    this.#server = server;
    server.listen(this.port, this.host);
    await once(server, 'listening');
  }

  #join(near: Socket): void {
    const far = connect(this.#target.port, this.#target.host);
    const pair = [near, far];
    for (const [index, socket] of pair.entries()) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('data', (bytes) => pair[1 - index]?.write(bytes));
      socket.on('close', () => {
        this.#sockets.delete(socket);
        pair[1 - index]?.destroy();
      });
      if (this.#isFrozen) socket.pause();
    }
  }
}

/** A port that nobody listens to now, below those that the system gives out by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    if (await canListen('127.0.0.1', port)) return port;
  }
}
