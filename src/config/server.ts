import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import {
  type Listener,
  listenTransports,
  type MediaConfig,
  type RegistrationBounds,
  type ServerConfig,
} from './config.js';
import { durationMs } from './duration.js';
import { compilePairing } from './pairing.js';
import type { Environment } from './password.js';
import { didYouMean } from './problem.js';
import { fail, type Scope } from './scope.js';
import { type ServerFile, serverDefaults } from './server-file.js';

/** `dataDir`: what the command line said, which beats the file; null if it said nothing. `domains`: every domain and alias to its domain. */
export function compileServer(
  written: ServerFile,
  dataDir: string | null,
  domains: ReadonlyMap<string, string>,
  env: Environment,
  scope: Scope,
): ServerConfig {
  const data = resolve(dataDir ?? (written.data === undefined ? serverDefaults.data : beside(scope, written.data)));
  const pairing = compilePairing(written, env, scope);
  return {
    pairing,
    listeners: pairing.kind === 'embedded' ? compileListeners(written, scope) : [],
    advertised: written.advertise ?? null,
    media: compileMedia(written, scope),
    sessionMs: sessionMs(written.sessionTimer ?? true),
    defaultDomain: defaultDomain(written, domains, scope),
    digest: {
      algorithms: [...new Set(written.digest?.algorithms ?? serverDefaults.algorithms)],
      nonceLifeMs: ms(written.digest?.nonceLife ?? serverDefaults.nonceLife),
    },
    registration: compileRegistration(written, scope),
    logLevel: written.log ?? serverDefaults.log,
    keep: {
      queueEventsMs: ms(written.keep?.queueEvents ?? serverDefaults.queueEvents),
      rankingsMs: ms(written.keep?.rankings ?? serverDefaults.rankings),
    },
    dataDir: data,
    controlSocket: resolve(data, written.control ?? serverDefaults.control),
  };
}

function beside(scope: Scope, path: string): string {
  return join(dirname(scope.file.name), path);
}

function ms(duration: string): number {
  return durationMs(duration) ?? 0;
}

function compileListeners(written: ServerFile, scope: Scope): Listener[] {
  const listen = written.listen ?? {};
  const listeners: Listener[] = [];
  for (const transport of listenTransports) {
    const value = listen[transport] ?? serverDefaults.listen;
    if (value === false) continue;
    const list = Array.isArray(value) ? value : [value];
    list.forEach((endpoint, index) => {
      const [holder, key] = Array.isArray(value) ? [value, index] : [listen, transport];
      const { address, port } = readEndpoint(endpoint);
      if (isIP(address) === 0 || port > 65_535) {
        fail(scope, holder, key, `${JSON.stringify(endpoint)} is not an address and a port from 0 to 65535`);
      }
      const twice = listeners.some((l) => l.transport === transport && l.address === address && l.port === port);
      if (twice && port !== 0) fail(scope, holder, key, `${transport} ${address} port ${port} is listed already`);
      listeners.push({ transport, address, port });
    });
  }
  if (listeners.length === 0) fail(scope, written, 'listen', 'nothing is listened on; expected udp or tcp');
  return listeners;
}

function readEndpoint(endpoint: string | number): { address: string; port: number } {
  const [, address = '0.0.0.0', port] = /^(?:\[?([^\]]*)\]?:)?(\d+)$/.exec(String(endpoint)) ?? [];
  return { address, port: Number(port) };
}

function compileMedia(written: ServerFile, scope: Scope): MediaConfig {
  const media = written.media ?? {};
  const address = media.address ?? serverDefaults.mediaAddress;
  if (isIP(address) === 0) fail(scope, media, 'address', `${JSON.stringify(address)} is not a numeric address`);
  const [first = 0, last = 0] = (media.ports ?? serverDefaults.mediaPorts).split('-').map(Number);
  const portMin = first + (first % 2); // RFC 3550 §11: RTP on the even port
  if (first < 1024 || last > 65_535 || last - portMin < 3) {
    fail(scope, media, 'ports', `${first}-${last} is not a range of at least four ports between 1024 and 65535`);
  }
  const advertised = media.advertise ?? written.advertise ?? null;
  const mode = media.mode ?? serverDefaults.mediaMode;
  const silenceMs = ms(media.silence ?? serverDefaults.silence);
  return { address, advertised, portMin, portMax: last, mode, silenceMs };
}

function sessionMs(timer: NonNullable<ServerFile['sessionTimer']>): number | null {
  if (timer === false) return null;
  return Math.round(ms(timer === true ? serverDefaults.sessionTimer : timer) / 1000) * 1000;
}

function compileRegistration(written: ServerFile, scope: Scope): RegistrationBounds {
  const file = written.registration ?? {};
  const maxMs = ms(file.maximum ?? serverDefaults.maximum);
  const minMs = ms(file.minimum ?? serverDefaults.minimum);
  const usualMs = ms(file.default ?? serverDefaults.usual);
  const wholeSeconds = [minMs, usualMs, maxMs].every((bound) => bound % 1000 === 0);
  if (minMs > maxMs) {
    fail(scope, written, 'registration', 'the minimum is longer than the maximum');
  } else if (file.default !== undefined && (usualMs < minMs || usualMs > maxMs)) {
    fail(scope, file, 'default', `${file.default} is not between the minimum and the maximum`);
  } else if (!wholeSeconds) {
    fail(scope, written, 'registration', 'registrations last whole seconds');
  }
  return { minMs, defaultMs: Math.min(Math.max(usualMs, minMs), maxMs), maxMs };
}

function defaultDomain(written: ServerFile, domains: ReadonlyMap<string, string>, scope: Scope): string | null {
  const all = new Set(domains.values());
  if (written.domain === undefined) return all.size === 1 ? ([...all][0] ?? null) : null;
  const found = domains.get(written.domain.toLowerCase());
  if (found === undefined) {
    const message = `there is no domain ${JSON.stringify(written.domain)}${didYouMean(written.domain, domains.keys())}`;
    fail(scope, written, 'domain', message);
  }
  return found ?? null;
}
