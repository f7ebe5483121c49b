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

/** RTP on an even port and RTCP on the odd one above (RFC 3550 §11), bound once and lent to one leg after another. */
export class SocketPair {
  readonly port: number;
  owner: PairOwner | null = null;
  /** Where the latest packet came from that had no owner to hear it, and when (monotonic); '' = none yet. */
  strayAddress = '';
  strayPort = 0;
  strayMs = 0;
  #rtp: DatagramSocket | null = null;
  #rtcp: DatagramSocket | null = null;
  readonly #monotonicMs: () => number;

  private constructor(port: number, monotonicMs: () => number) {
    this.port = port;
    this.#monotonicMs = monotonicMs;
  }

  /** Null if either port is not to be had. */
  static async bind(port: number, sockets: SocketFactory, monotonicMs: () => number): Promise<SocketPair | null> {
    const pair = new SocketPair(port, monotonicMs);
    pair.#rtp = await sockets.bind(port, (bytes, address, from) => {
      const { owner } = pair;
      if (owner === null) {
        pair.#stray(address, from);
        return;
      }
      try {
        owner.receiveRtp(bytes, address, from);
      } catch (error) {
        owner.crashed(error);
      }
    });
    if (pair.#rtp === null) return null;
    pair.#rtcp = await sockets.bind(port + 1, (bytes, address, from) => {
      const { owner } = pair;
      try {
        owner?.receiveRtcp(bytes, address, from);
      } catch (error) {
        owner?.crashed(error);
      }
    });
    if (pair.#rtcp !== null) return pair;
    pair.close();
    return null;
  }

  sendRtp(bytes: Uint8Array, start: number, length: number, port: number, address: string): void {
    this.#rtp?.send(bytes, start, length, port, address);
  }

  sendRtcp(bytes: Uint8Array, start: number, length: number, port: number, address: string): void {
    this.#rtcp?.send(bytes, start, length, port, address);
  }

  close(): void {
    this.owner = null;
    this.#rtp?.close();
    this.#rtcp?.close();
    this.#rtp = null;
    this.#rtcp = null;
  }

  #stray(address: string, port: number): void {
    this.strayAddress = address;
    this.strayPort = port;
    this.strayMs = this.#monotonicMs();
  }
}
