import { isIPv4, SocketAddress } from 'node:net';
import type { Clock } from '../machine/clock.js';
import { type LegHandlers, RtpLeg } from './leg.js';
import type { LegContext } from './leg-context.js';
import type { Command, LegNumber, Report } from './messages.js';
import { MusicLibrary } from './music-library.js';
import { Pacer } from './pacer.js';
import { MAX_PACKET, RtpPacket } from './packet.js';
import { type SocketFactory, SocketPair } from './socket-pair.js';
import { SoundLibrary } from './sound-library.js';

export type MediaServerOptions = {
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly sockets: SocketFactory;
  /** The bind address: an IPv6 one writes IPv4 peers as `::ffff:192.0.2.1`. */
  readonly address: string;
  /** RTP timeout. */
  readonly silentMs: number;
  /** Called within `handle` and at any time after. */
  readonly report: (report: Report) => void;
};

/** Everything of the media that runs in the worker thread: obeys commands, reports what happens. Commands for a leg that is gone are nothing. */
export class MediaServer {
  readonly #options: MediaServerOptions;
  readonly #context: LegContext;
  readonly #pacer: Pacer;
  readonly #pairs = new Map<number, SocketPair>(); // by RTP port
  readonly #legs = new Map<LegNumber, RtpLeg>();
  readonly #awake = new Set<RtpLeg>();
  readonly #closing = new Set<Promise<void>>();
  readonly #handlers: LegHandlers = {
    wake: (leg) => {
      this.#awake.add(leg);
      this.#pacer.wake();
    },
    crashed: (leg, error) => this.#crashed(leg, error),
  };

  constructor(options: MediaServerOptions) {
    const { clock, monotonicMs, random, address, silentMs, report } = options;
    this.#options = options;
    const library = new SoundLibrary(monotonicMs);
    const warn = (file: string, because: string) =>
      report({ type: 'warned', message: 'cannot play music', detail: { file, because } });
    this.#context = {
      clock,
      monotonicMs,
      random,
      library,
      music: new MusicLibrary({ load: (file) => library.load(file), monotonicMs, random, warn }),
      packet: new RtpPacket(),
      frame: new Uint8Array(MAX_PACKET),
      cname: Math.floor(random() * 2 ** 48).toString(36), // RFC 7022 §4.2: means nothing to others
      silentMs,
      report,
      canonical: isIPv4(address) ? (literal) => literal : canonicalIpv6,
    };
    this.#pacer = new Pacer(clock, monotonicMs, (dueMs) => this.#tick(dueMs));
  }

  get library(): SoundLibrary {
    return this.#context.library;
  }

  handle(command: Command): void {
    try {
      this.#obey(command);
    } catch (error) {
      const leg = 'leg' in command ? this.#legs.get(command.leg) : undefined;
      if (leg === undefined) throw error;
      this.#crashed(leg, error);
    }
  }

  #obey(command: Command): void {
    switch (command.do) {
      case 'bind':
        void this.#bind(command.ports);
        break;
      case 'open':
        this.#open(command.leg, command.port, command.agoMs);
        break;
      case 'agree':
        this.#legs.get(command.leg)?.agree(command.agreement, command.agoMs);
        break;
      case 'connect':
        this.#connect(command.a, command.b);
        break;
      case 'disconnect':
        this.#legs.get(command.leg)?.disconnect();
        break;
      case 'play':
        this.#legs.get(command.leg)?.play(command.token, command.list, command.repeat);
        break;
      case 'stopPlaying':
        this.#legs.get(command.leg)?.stopPlaying();
        break;
      case 'sendDigits':
        this.#legs.get(command.leg)?.sendDigits(command.digits);
        break;
      case 'record':
        this.#legs.get(command.leg)?.record(command.token, command.options);
        break;
      case 'stopRecording':
        this.#legs.get(command.leg)?.stopRecording('stopped');
        break;
      case 'close':
        this.#close(command.leg);
        break;
      case 'stop':
        void this.#stop();
    }
  }

  #open(number: LegNumber, port: number, agoMs: number): void {
    const pair = this.#pairs.get(port);
    if (pair === undefined || this.#legs.has(number)) return;
    this.#legs.set(number, new RtpLeg(number, pair, agoMs, this.#context, this.#handlers));
    // By then the commands are done that came along with this one.
    if (pair.holds) this.#context.clock.after(0, () => pair.release());
  }

  #connect(a: LegNumber, b: LegNumber): void {
    const legA = this.#legs.get(a);
    const legB = this.#legs.get(b);
    if (legA !== undefined && legB !== undefined) legA.connect(legB);
  }

  #close(number: LegNumber): void {
    const leg = this.#legs.get(number);
    if (leg === undefined) return;
    this.#legs.delete(number);
    this.#awake.delete(leg);
    const closing = leg
      .close()
      .catch((error) => this.#crashed(leg, error))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** An error of ours must cost one call and not all of them. */
  #crashed(leg: RtpLeg, error: unknown): void {
    this.#legs.delete(leg.number);
    this.#awake.delete(leg);
    leg.abandon();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.report({ type: 'crashed', leg: leg.number, error: text });
  }

  async #bind(ports: readonly number[]): Promise<void> {
    const { sockets, monotonicMs, report } = this.#options;
    const knocked = (port: number) => report({ type: 'knocked', port });
    const bound: number[] = [];
    const refused: number[] = [];
    for (const port of ports) {
      const pair = this.#pairs.has(port) ? null : await SocketPair.bind(port, sockets, monotonicMs, knocked);
      if (pair === null) {
        refused.push(port);
      } else {
        this.#pairs.set(port, pair);
        bound.push(port);
      }
    }
    report({ type: 'bound', ports: bound, refused });
  }

  async #stop(): Promise<void> {
    this.#pacer.stop();
    for (const number of [...this.#legs.keys()]) this.#close(number);
    await Promise.all(this.#closing);
    for (const pair of this.#pairs.values()) pair.close();
    this.#pairs.clear();
    this.#options.report({ type: 'stopped' });
  }

  #tick(dueMs: number): boolean {
    for (const leg of this.#awake) {
      try {
        if (!leg.tick(dueMs)) this.#awake.delete(leg);
      } catch (error) {
        this.#crashed(leg, error);
      }
    }
    return this.#awake.size > 0;
  }
}

function canonicalIpv6(literal: string): string {
  return isIPv4(literal) ? `::ffff:${literal}` : new SocketAddress({ address: literal, family: 'ipv6' }).address;
}
