import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { FreeSwitchConfig, Listener, PairingConfig, ServerConfig } from './config/config.js';
import type { MediaServerOptions } from './drachtio/media-server.js';
import { createDrachtio } from './drachtio/pairing.js';
import type { Clock } from './machine/clock.js';
import { isUnspecified, ownAddress } from './own-address.js';
import type { Media } from './ports/media.js';
import type { Notifier, Requester, Signalling } from './ports/signalling.js';
import { createMedia } from './rtp/media.js';
import { continued, redirected, sameSpeech } from './sdp/continuation.js';
import { resolveUri } from './sip/resolver.js';
import { createStack } from './sip/stack.js';
import { TcpTransport } from './sip/transport/tcp.js';
import type { Transport } from './sip/transport/transport.js';
import { UdpTransport } from './sip/transport/udp.js';
import { DirectMedia } from './switch/direct-media.js';

/** A program beside this one that calls depend on, as `strowger status` shows it. */
export type Daemon = {
  readonly kind: 'drachtio-server' | 'FreeSWITCH';
  /** `host:port` that it is commanded by. */
  readonly name: string;
  /** `up`, `connecting`, `down`, `refused` (it does not take our secret, or is not set up for us), `stopped`. */
  readonly state: string;
  /** Its version or address, or why it is not up. */
  readonly detail: string;
  /** How many legs of calls are on it now. */
  readonly legs: number;
  /** Most legs that it is given; null: no bound of ours. */
  readonly maxLegs: number | null;
  /** Takes no new legs. */
  readonly draining: boolean;
};

/** The two ports, whatever is behind them. */
export type Pairing = {
  readonly kind: PairingConfig['kind'];
  readonly signalling: Signalling & Requester;
  readonly media: Media;
  /** Null: phones cannot subscribe to anything. */
  readonly notifier: Notifier | null;
  /** Where phones reach the exchange; [] as long as no daemon has said so. */
  readonly listeners: () => readonly Listener[];
  readonly daemons: () => readonly Daemon[];
  /** Takes a media server, by its name, out of use for new calls or back into it. False if there is none of that name. */
  readonly drain: (name: string, isDraining: boolean) => boolean;
};

export type PairingParts = {
  readonly clock: Clock;
  /** In [0, 1), unpredictable. */
  readonly random: () => number;
  readonly log: Logger;
  readonly onDefect: (error: unknown, context: unknown) => void;
};

/** What the configuration says speaks SIP and carries speech. Not started yet. */
export function createPairing(server: ServerConfig, parts: PairingParts): Pairing {
  const pairing =
    server.pairing.kind === 'embedded' ? embedded(server, parts) : drachtio(server, server.pairing, parts);
  return server.media.mode === 'direct' ? withDirectMedia(pairing) : pairing;
}

function withDirectMedia(pairing: Pairing): Pairing {
  const { signalling } = pairing;
  const direct = new DirectMedia(signalling, pairing.media, { continued, redirected, sameSpeech });
  const request: Requester['request'] = (...asked) => signalling.request(...asked);
  return { ...pairing, signalling: { ...direct.signalling, request }, media: direct };
}

function embedded(server: ServerConfig, { clock, random, log, onDefect }: PairingParts): Pairing {
  const stack = createStack({
    transports: server.listeners.map((listener) => transportOf(listener, server.advertised)),
    clock,
    random,
    resolve: resolveUri,
    sessionMs: server.sessionMs,
    onDefect,
  });
  return {
    kind: 'embedded',
    signalling: stack,
    notifier: stack,
    media: createMedia({ ...mediaOptions(server), warn: (message, detail) => log.warn(detail, message) }),
    listeners: () => server.listeners,
    daemons: () => [],
    drain: () => false,
  };
}

function drachtio(
  { media }: ServerConfig,
  { drachtio: servers, freeswitch, codecs }: Extract<PairingConfig, { kind: 'drachtio' }>,
  { clock, random, log, onDefect }: PairingParts,
): Pairing {
  const pairing = createDrachtio({
    drachtio: servers,
    freeswitch: freeswitch.map(mediaServerOptions),
    codecs,
    silentMs: media.silenceMs,
    clock,
    random,
    onDaemon: (daemon, { name, state, detail }) => {
      const level = state === 'up' ? 'info' : 'error';
      log[level]({ daemon, name, state, detail }, state === 'up' ? 'daemon is up' : 'daemon is not up');
    },
    onDefect,
  });
  return {
    kind: 'drachtio',
    signalling: pairing.signalling,
    notifier: null,
    media: pairing.media,
    listeners: () => pairing.status().drachtio.flatMap(({ listens }) => listenersOf(listens)),
    daemons: () => {
      const now = pairing.status();
      const ours = { maxLegs: null, draining: false };
      return [
        ...now.drachtio.map(({ listens, ...each }): Daemon => {
          const detail = each.state === 'up' ? `${each.detail} on ${listens}` : each.detail;
          return { kind: 'drachtio-server', ...ours, ...each, detail };
        }),
        ...now.freeswitch.map(({ name, state, detail, legs, maxLegs, isDraining }): Daemon => {
          return { kind: 'FreeSWITCH', name, state, detail, legs, maxLegs, draining: isDraining };
        }),
      ];
    },
    drain: pairing.drain,
  };
}

/** `udp/192.0.2.1:5060,tcp/[2001:db8::1]:5060`, as drachtio-server tells it; transports that we know nothing of are left out. */
function listenersOf(listens: string): Listener[] {
  return listens.split(',').flatMap((each) => {
    const [, transport, bracketed, plain = '', port] = /^(udp|tcp)\/(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(each) ?? [];
    if (transport !== 'udp' && transport !== 'tcp') return [];
    return [{ transport, address: bracketed ?? plain, port: Number(port) }];
  });
}

function mediaServerOptions({ listen, advertised, ...same }: FreeSwitchConfig): MediaServerOptions {
  return {
    ...same,
    listenAddress: listen.host,
    listenPort: listen.port,
    ...(advertised === null ? {} : { advertisedAddress: advertised.host }),
    ...(advertised === null || advertised.port === 0 ? {} : { advertisedPort: advertised.port }),
  };
}

function transportOf({ transport, address, port }: Listener, advertised: string | null): Transport {
  const advertisedHost =
    advertised ?? (isUnspecified(address) ? hostOf(ownAddress(isIP(address) === 6 ? 6 : 4)) : null);
  const options = { address, port, advertisedHost, advertisedPort: null };
  return transport === 'udp' ? new UdpTransport(options) : new TcpTransport(options);
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function mediaOptions({ media }: ServerConfig) {
  const { address, portMin, portMax, silenceMs: silentMs } = media;
  const advertised = media.advertised ?? (isUnspecified(address) ? ownAddress(isIP(address) === 6 ? 6 : 4) : address);
  return { address, advertised, portMin, portMax, silentMs };
}
