import type { Random } from '../machine/random.js';
import type { VirtualClock } from '../machine/virtual-clock.js';
import type { Remote, Transport, TransportReceiver } from '../sip/transport/transport.js';

/** What the network does to a datagram. Each chance is in [0, 1] and is taken anew for every datagram. */
export type Faults = {
  readonly loss: number;
  readonly duplication: number;
  /** Chance to be held back for up to `heldMs`, so that later datagrams overtake it. */
  readonly reordering: number;
  readonly heldMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
};

export const PERFECT: Faults = {
  loss: 0,
  duplication: 0,
  reordering: 0,
  heldMs: 0,
  minDelayMs: 1,
  maxDelayMs: 1,
};

/** An address of the network, written `192.0.2.1:5060` or `[2001:db8::1]:5060`. */
export type WireAddress = string;

/** One line of the log: a datagram and its fate. */
export type Datagram = {
  readonly atMs: number;
  readonly from: WireAddress;
  readonly to: WireAddress;
  readonly text: string;
  /** When it arrives, once per copy; [] if lost. */
  readonly arrivesAtMs: readonly number[];
};

/** One end on the network. Text is latin1, one character per byte. */
export type WireSocket = {
  readonly address: WireAddress;
  send(text: string, to: WireAddress): void;
  close(): void;
};

export type WireObserver = {
  readonly sent?: (datagram: Datagram) => void;
  /** Called before the receiver is. */
  readonly delivered?: (datagram: Datagram) => void;
};

/** An in-memory datagram network in virtual time: the same seed gives the same run. What arrives where nobody listens is dropped. */
export class Wire {
  faults: Faults;
  /** Asked when a datagram comes to an address where nobody listens; it may open it. */
  unclaimed: (address: WireAddress) => void = () => {};
  readonly log: Datagram[] = [];
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #receivers = new Map<WireAddress, (text: string, from: WireAddress) => void>();
  readonly #observers: WireObserver[] = [];
  readonly #startedAtMs: number;
  #inFlight = 0;

  constructor(clock: VirtualClock, random: Random, faults: Faults = PERFECT) {
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
    this.#startedAtMs = clock.now();
  }

  /** Datagrams under way, each of which is one pending timer of the clock. */
  get inFlight(): number {
    return this.#inFlight;
  }

  observe(observer: WireObserver): void {
    this.#observers.push(observer);
  }

  open(address: WireAddress, received: (text: string, from: WireAddress) => void): WireSocket {
    if (this.#receivers.has(address)) throw new Error(`${address} is in use`);
    this.#receivers.set(address, received);
    const isOpen = () => this.#receivers.get(address) === received;
    return {
      address,
      send: (text, to) => {
        if (isOpen()) this.#send(text, address, to);
      },
      close: () => {
        if (isOpen()) this.#receivers.delete(address);
      },
    };
  }

  /** A listening point of the embedded stack on this network. */
  transport(host: string, port: number): Transport {
    return new WireTransport(this, host, port);
  }

  /** The log as text, one block per datagram; `only` picks datagrams, by default all. */
  transcript(only: (datagram: Datagram) => boolean = () => true): string {
    return this.log
      .filter(only)
      .map((datagram) => {
        const at = `${((datagram.atMs - this.#startedAtMs) / 1000).toFixed(3)} s`;
        const delays = datagram.arrivesAtMs.map((ms) => `+${ms - datagram.atMs} ms`).join(', ');
        const fate = delays === '' ? 'LOST' : delays;
        return `--- ${at}  ${datagram.from} -> ${datagram.to}  ${fate}\n${datagram.text.replaceAll('\r\n', '\n')}`;
      })
      .join('\n');
  }

  #send(text: string, from: WireAddress, to: WireAddress): void {
    const arrivesAtMs: number[] = [];
    if (this.#random() >= this.faults.loss) {
      arrivesAtMs.push(this.#clock.now() + this.#delayMs());
      if (this.#random() < this.faults.duplication) arrivesAtMs.push(this.#clock.now() + this.#delayMs());
    }
    const datagram: Datagram = { atMs: this.#clock.now(), from, to, text, arrivesAtMs };
    this.log.push(datagram);
    for (const observer of this.#observers) observer.sent?.(datagram);
    for (const at of arrivesAtMs) {
      this.#inFlight++;
      this.#clock.after(at - this.#clock.now(), () => this.#deliver(datagram));
    }
  }

  #delayMs(): number {
    const { minDelayMs, maxDelayMs, reordering, heldMs } = this.faults;
    const heldBack = this.#random() < reordering ? this.#random() * heldMs : 0;
    return Math.round(minDelayMs + this.#random() * (maxDelayMs - minDelayMs) + heldBack);
  }

  #deliver(datagram: Datagram): void {
    this.#inFlight--;
    if (!this.#receivers.has(datagram.to)) this.unclaimed(datagram.to);
    const receiver = this.#receivers.get(datagram.to);
    if (receiver === undefined) return;
    for (const observer of this.#observers) observer.delivered?.(datagram);
    receiver(datagram.text, datagram.from);
  }
}

class WireTransport implements Transport {
  readonly protocol = 'udp';
  readonly family: 4 | 6;
  readonly reliable = false;
  readonly sentBy: { readonly host: string; readonly port: number };
  readonly #wire: Wire;
  #socket: WireSocket | null = null;

  constructor(wire: Wire, host: string, port: number) {
    this.#wire = wire;
    this.family = host.includes(':') ? 6 : 4;
    this.sentBy = { host: host.includes(':') ? `[${host}]` : host, port };
  }

  async start(receiver: TransportReceiver): Promise<void> {
    this.#socket = this.#wire.open(`${this.sentBy.host}:${this.sentBy.port}`, (text, from) =>
      receiver.received(Buffer.from(text, 'latin1'), remote(from)),
    );
  }

  async stop(): Promise<void> {
    this.#socket?.close();
    this.#socket = null;
  }

  send(message: string, to: Remote): void {
    const host = to.address.includes(':') ? `[${to.address}]` : to.address;
    this.#socket?.send(message, `${host}:${to.port}`);
  }
}

function remote(from: WireAddress): Remote {
  const colon = from.lastIndexOf(':');
  const address = from.slice(0, colon).replace(/^\[|\]$/g, '');
  return { protocol: 'udp', address, port: Number(from.slice(colon + 1)), connection: null };
}
