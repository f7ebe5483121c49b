/** A bound UDP socket. Sending never throws; what cannot be sent is lost, as on the wire. */
export interface DatagramSocket {
  /** Sends `bytes[start..start+length)`; `address` is literal. */
  send(bytes: Uint8Array, start: number, length: number, port: number, address: string): void;
  close(): void;
}

/** Takes a datagram; the bytes belong to the taker. */
export type Receive = (bytes: Uint8Array, address: string, port: number) => void;

export interface SocketFactory {
  /** Binds a port on the media address; null: not to be had. Never rejects. */
  bind(port: number, receive: Receive): Promise<DatagramSocket | null>;
}

/** Who listens to a pair. */
export interface PairOwner {
  receiveRtp(bytes: Uint8Array, address: string, port: number): void;
  receiveRtcp(bytes: Uint8Array, address: string, port: number): void;
  /** One of the two threw. */
  crashed(error: unknown): void;
}

const KNOCK_MS = 100;
const FORGOTTEN_MS = 1000;
const HELD_PACKETS = 8;
const HELD_MS = 200;

type Packet = { readonly bytes: Uint8Array; readonly address: string; readonly port: number };

/** RTP on an even port and RTCP on the odd one above (RFC 3550 §11), bound once and lent to one leg after another. */
export class SocketPair {
  readonly port: number;
  /** Who talks to the port while it has no owner, since when and until when (monotonic); '' = nobody yet. */
  strayAddress = '';
  strayPort = 0;
  strayFirstMs = 0;
  strayLastMs = 0;
  #owner: PairOwner | null = null;
  #held: Packet[] = []; // the latest strays: an owner is perhaps on its way
  #knockedMs = Number.NEGATIVE_INFINITY;
  #rtp: DatagramSocket | null = null;
  #rtcp: DatagramSocket | null = null;
  readonly #monotonicMs: () => number;
  readonly #knocked: (port: number) => void;

  private constructor(port: number, monotonicMs: () => number, knocked: (port: number) => void) {
    this.port = port;
    this.#monotonicMs = monotonicMs;
    this.#knocked = knocked;
  }

  /** Null if either port is not to be had. `knocked`: RTP came and there is no owner; at most ten times a second. */
  static async bind(
    port: number,
    sockets: SocketFactory,
    monotonicMs: () => number,
    knocked: (port: number) => void,
  ): Promise<SocketPair | null> {
    const pair = new SocketPair(port, monotonicMs, knocked);
    pair.#rtp = await sockets.bind(port, (bytes, address, from) => pair.#receiveRtp(bytes, address, from));
    if (pair.#rtp === null) return null;
    pair.#rtcp = await sockets.bind(port + 1, (bytes, address, from) => pair.#receiveRtcp(bytes, address, from));
    if (pair.#rtcp !== null) return pair;
    pair.close();
    return null;
  }

  /** Lends the pair to an owner, or to nobody; from then on strays are noted anew. */
  lend(owner: PairOwner | null): void {
    this.#owner = owner;
    if (owner === null) this.strayAddress = '';
    if (owner === null || this.#monotonicMs() - this.strayLastMs > HELD_MS) this.#held = [];
  }

  /** There is something to `release`. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** Gives the owner what came just before it did, in order; a further packet does so too. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const { bytes, address, port } of held) this.#receiveRtp(bytes, address, port);
  }

  sendRtp(bytes: Uint8Array, start: number, length: number, port: number, address: string): void {
    this.#rtp?.send(bytes, start, length, port, address);
  }

  sendRtcp(bytes: Uint8Array, start: number, length: number, port: number, address: string): void {
    this.#rtcp?.send(bytes, start, length, port, address);
  }

  close(): void {
    this.#owner = null;
    this.#rtp?.close();
    this.#rtcp?.close();
    this.#rtp = null;
    this.#rtcp = null;
  }

  #receiveRtp(bytes: Uint8Array, address: string, port: number): void {
    const owner = this.#owner;
    if (owner === null) {
      this.#stray(bytes, address, port);
      return;
    }
    if (this.#held.length > 0) this.release();
    try {
      owner.receiveRtp(bytes, address, port);
    } catch (error) {
      owner.crashed(error);
    }
  }

  #receiveRtcp(bytes: Uint8Array, address: string, port: number): void {
    const owner = this.#owner;
    if (owner === null) return;
    try {
      owner.receiveRtcp(bytes, address, port);
    } catch (error) {
      owner.crashed(error);
    }
  }

  /** Who came first is remembered until it is quiet: it is the one that may belong to the call before. */
  #stray(bytes: Uint8Array, address: string, port: number): void {
    const nowMs = this.#monotonicMs();
    if (this.#held.length === HELD_PACKETS) this.#held.shift();
    this.#held.push({ bytes, address, port });
    if (this.strayAddress === '' || nowMs - this.strayLastMs > FORGOTTEN_MS) {
      this.strayAddress = address;
      this.strayPort = port;
      this.strayFirstMs = nowMs;
      this.strayLastMs = nowMs;
    } else if (port === this.strayPort && address === this.strayAddress) {
      this.strayLastMs = nowMs;
    }
    if (nowMs - this.#knockedMs < KNOCK_MS) return;
    this.#knockedMs = nowMs;
    this.#knocked(this.port);
  }
}
