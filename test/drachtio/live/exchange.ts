import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaServerOptions } from '../../../src/drachtio/media-server.js';
import { createDrachtio, type DrachtioPairing } from '../../../src/drachtio/pairing.js';
import { DrachtioSignalling } from '../../../src/drachtio/signalling.js';
import { TimerWheel } from '../../../src/machine/clock.js';
import type { Endpoint } from '../../ports/sip-peer.js';
import { freePort, Relay } from './relay.js';

/** `host:port[:secret]` of a daemon, from an environment variable. */
export function daemonAddress(variable: string, usualSecret: string): Endpoint & { readonly secret: string } {
  const match = /^([^:]+):(\d+)(?::(.+))?$/.exec(process.env[variable] ?? '');
  if (match === null) throw new Error(`${variable}=host:port[:secret] is wanted`);
  const [, host = '', port, secret = usualSecret] = match;
  return { host, port: Number(port), secret };
}

const admin = daemonAddress('STROWGER_DRACHTIO', 'cymru');
const eventSocket = daemonAddress('STROWGER_FREESWITCH', 'ClueCon');

/** Where the first drachtio-server speaks SIP over UDP. */
export function sipAddress(listens: string): Endpoint {
  const match = /udp\/([^:,]+):(\d+)/.exec(listens);
  if (match === null) throw new Error(`drachtio-server listens to "${listens}"`);
  const [, host = '', port] = match;
  return { host, port: Number(port) };
}

export function newSignalling(server: Endpoint = admin): DrachtioSignalling {
  return new DrachtioSignalling({
    servers: [{ host: server.host, port: server.port, secret: admin.secret }],
    clock: new TimerWheel(),
    random: () => 0,
    onServer: () => {},
    onDefect: rethrow,
  });
}

/** The way there and back to one FreeSWITCH, through relays. */
export class MediaWay {
  readonly options: MediaServerOptions;
  readonly #relays: readonly Relay[];

  private constructor(options: MediaServerOptions, relays: readonly Relay[]) {
    this.options = options;
    this.#relays = relays;
  }

  static async open(more: Partial<MediaServerOptions> = {}): Promise<MediaWay> {
    const listenPort = await freePort();
    const there = await Relay.to(eventSocket);
    const back = await Relay.to({ host: '127.0.0.1', port: listenPort });
    const { host, port } = there;
    const password = eventSocket.secret;
    return new MediaWay({ host, port, password, listenPort, advertisedPort: back.port, ...more }, [there, back]);
  }

  get name(): string {
    return `${this.options.host}:${this.options.port}`;
  }

  cut(): void {
    for (const relay of this.#relays) relay.cut();
  }

  freeze(): void {
    for (const relay of this.#relays) relay.freeze();
  }

  async mend(): Promise<void> {
    for (const relay of this.#relays) await relay.mend();
  }
}

export type Exchange = DrachtioPairing & {
  readonly folder: string;
  /** What the daemons' states have been, in order: `freeswitch down`. */
  readonly states: readonly string[];
  close(): Promise<void>;
};

/** Both ports, started by whoever uses them. */
export function newExchange(
  drachtio: readonly Endpoint[],
  freeswitch: readonly MediaServerOptions[],
  more: { readonly silentMs?: number } = {},
): Exchange {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-'));
  const states: string[] = [];
  const pairing = createDrachtio({
    drachtio: drachtio.map(({ host, port }) => ({ host, port, secret: admin.secret })),
    freeswitch,
    clock: new TimerWheel(),
    random: () => 0,
    onDaemon: (daemon, { state }) => states.push(`${daemon} ${state}`),
    onDefect: rethrow,
    ...more,
  });
  return {
    ...pairing,
    folder,
    states,
    close: async () => {
      await pairing.media.stop();
      await pairing.signalling.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export { admin };

function rethrow(error: unknown): never {
  throw error;
}
