import { RtpPacket, writeHeader } from '../../src/rtp/packet.js';
import type { DatagramSocket, Receive, SocketFactory } from '../../src/rtp/socket-pair.js';
import type { FakeClock } from './fake-clock.js';

const DELAY_MS = 1;

/** UDP in memory under the fake clock: a datagram takes 1 ms. The server's sockets are all on `serverAddress`. */
export class RtpNetwork implements SocketFactory {
  readonly clock: FakeClock;
  /** Ports that cannot be bound. */
  readonly taken = new Set<number>();
  /** Addresses to which sending throws, as a bug would. */
  readonly cursed = new Set<string>();
  readonly #serverAddress: string;
  readonly #ends = new Map<string, Receive>();

  constructor(clock: FakeClock, serverAddress = '192.0.2.200') {
    this.clock = clock;
    this.#serverAddress = serverAddress;
  }

  async bind(port: number, receive: Receive): Promise<DatagramSocket | null> {
    if (this.taken.has(port)) return null;
    const key = `${this.#serverAddress} ${port}`;
    this.#ends.set(key, receive);
    return {
      send: (bytes, start, length, to, address) => {
        if (this.cursed.has(address)) throw new Error('cursed');
        this.#carry(bytes.slice(start, start + length), this.#serverAddress, port, address, to);
      },
      close: () => this.#ends.delete(key),
    };
  }

  /** A phone whose RTP is on `port` and RTCP on the next; `toPort` is the server's. */
  phone(address: string, port: number, toPort = 0): RtpPhone {
    const phone = new RtpPhone(address, port, toPort, (bytes, from, to) =>
      this.#carry(bytes, address, from, this.#serverAddress, to),
    );
    this.#ends.set(`${address} ${port}`, (bytes) => phone.take(bytes, this.clock.now()));
    this.#ends.set(`${address} ${port + 1}`, (bytes) => phone.rtcp.push(bytes));
    return phone;
  }

  get openSockets(): number {
    return [...this.#ends.keys()].filter((key) => key.startsWith(`${this.#serverAddress} `)).length;
  }

  #carry(bytes: Uint8Array, fromAddress: string, fromPort: number, toAddress: string, toPort: number): void {
    this.clock.after(DELAY_MS, () => this.#ends.get(`${toAddress} ${toPort}`)?.(bytes, fromAddress, fromPort));
  }
}

export type HeardPacket = {
  readonly atMs: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
};

/** The media end of a phone: sends what it is told, keeps what it hears. */
export class RtpPhone {
  readonly address: string;
  readonly port: number;
  toPort: number;
  ssrc = 0x1000;
  sequence = 100;
  timestamp = 10_000;
  readonly heard: HeardPacket[] = [];
  readonly rtcp: Uint8Array[] = [];
  readonly #carry: (bytes: Uint8Array, fromPort: number, toPort: number) => void;

  constructor(
    address: string,
    port: number,
    toPort: number,
    carry: (bytes: Uint8Array, fromPort: number, toPort: number) => void,
  ) {
    this.address = address;
    this.port = port;
    this.toPort = toPort;
    this.#carry = carry;
  }

  /** One packet under the phone's numbers, which move on by it. */
  send(payload: Uint8Array, payloadType = 0, marker = false): void {
    this.sendAs(this.sequence, this.timestamp, payload, payloadType, marker);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.timestamp = (this.timestamp + payload.length) >>> 0;
  }

  sendAs(sequence: number, timestamp: number, payload: Uint8Array, payloadType = 0, marker = false): void {
    const bytes = new Uint8Array(12 + payload.length);
    writeHeader(bytes, 0, marker, payloadType, sequence, timestamp, this.ssrc);
    bytes.set(payload, 12);
    this.sendRaw(bytes);
  }

  sendRaw(bytes: Uint8Array): void {
    this.#carry(bytes, this.port, this.toPort);
  }

  sendRtcp(bytes: Uint8Array): void {
    this.#carry(bytes, this.port + 1, this.toPort + 1);
  }

  take(bytes: Uint8Array, atMs: number): void {
    const packet = new RtpPacket();
    if (!packet.read(bytes)) throw new Error(`the server sent something that is no RTP: ${bytes}`);
    const { payloadType, marker, sequence, timestamp, ssrc, start, end } = packet;
    this.heard.push({ atMs, payloadType, marker, sequence, timestamp, ssrc, payload: bytes.slice(start, end) });
  }

  /** The payloads of one type, joined in order of arrival. */
  payloads(payloadType: number): Uint8Array {
    return Buffer.concat(
      this.heard.filter((packet) => packet.payloadType === payloadType).map(({ payload }) => payload),
    );
  }
}
