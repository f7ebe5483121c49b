import { dirname, resolve } from 'node:path';
import type { DrachtioServerConfig, FreeSwitchConfig, NetworkPlace, PairingConfig } from './config.js';
import { type DrachtioServerFile, type FreeSwitchFile, pairingDefaults } from './pairing-file.js';
import { type Environment, readPassword } from './password.js';
import { fail, type Scope } from './scope.js';
import type { ServerFile } from './server-file.js';

const d = pairingDefaults;

/** Which pairing runs. What is written for the other one is an error: it would be in force nowhere. */
export function compilePairing(written: ServerFile, env: Environment, scope: Scope): PairingConfig {
  if (written.pairing !== 'drachtio') {
    for (const field of ['drachtio', 'freeswitch', 'codecs'] as const) {
      if (written[field] !== undefined) fail(scope, written, field, 'means nothing without `pairing: drachtio`');
    }
    return { kind: 'embedded' };
  }
  refuseEmbedded(written, scope);
  for (const field of ['drachtio', 'freeswitch'] as const) {
    if (written[field] === undefined) fail(scope, written, 'pairing', `drachtio needs \`${field}\`: where it is`);
  }
  return {
    kind: 'drachtio',
    drachtio: compileEach<DrachtioServerFile, DrachtioServerConfig>(written.drachtio, scope, (server) => ({
      ...placeOf(server.address, d.adminPort, server, 'address', scope),
      secret: readPassword(server.secret, server, server.address, env, scope, 'secret') ?? '',
    })),
    freeswitch: compileEach<FreeSwitchFile, FreeSwitchConfig>(written.freeswitch, scope, (server) =>
      compileFreeSwitch(server, env, scope),
    ),
    codecs: written.codecs ?? d.codecs,
  };
}

/** What only our own SIP stack and our own RTP engine take from the configuration; the daemons have their own for it. */
function refuseEmbedded(written: ServerFile, scope: Scope): void {
  const sip = "is drachtio-server's to say: its <contacts> (docs/drachtio.md)";
  const speech = "is FreeSWITCH's to say: its profile and switch.conf (docs/drachtio.md)";
  for (const field of ['listen', 'advertise'] as const) {
    if (written[field] !== undefined) fail(scope, written, field, sip);
  }
  if (written.sessionTimer !== undefined && written.sessionTimer !== false) {
    const message = 'drachtio-server asks no phone; a silent one is noticed by FreeSWITCH (`media.silence`)';
    fail(scope, written, 'sessionTimer', message);
  }
  const { media } = written;
  if (media === undefined) return;
  for (const field of ['address', 'ports', 'advertise'] as const) {
    if (media[field] !== undefined) fail(scope, media, field, speech);
  }
}

/** One or a list, each at an address of its own. */
function compileEach<File extends { readonly address: string }, Config extends NetworkPlace>(
  written: File | readonly File[] | undefined,
  scope: Scope,
  compile: (file: File) => Config,
): Config[] {
  const files: readonly File[] = written === undefined ? [] : isList(written) ? written : [written];
  const known = new Set<string>();
  return files.map((file) => {
    const config = compile(file);
    const name = `${config.host}:${config.port}`;
    if (known.has(name)) fail(scope, file, 'address', `${name} is listed already`);
    known.add(name);
    return config;
  });
}

function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

function compileFreeSwitch(server: FreeSwitchFile, env: Environment, scope: Scope): FreeSwitchConfig {
  const { profile = d.profile, weight = d.weight, maxLegs = d.maxLegs, listen = d.listen, advertise } = server;
  const folder = dirname(scope.file.name);
  return {
    ...placeOf(server.address, d.eventSocketPort, server, 'address', scope),
    password: readPassword(server.password, server, server.address, env, scope) ?? '',
    profile,
    weight,
    maxLegs,
    listen: placeOf(listen, 0, server, 'listen', scope),
    advertised: advertise === undefined ? null : placeOf(advertise, 0, server, 'advertise', scope),
    paths: Object.entries(server.paths ?? {}).map(([ours, theirs]) => ({
      ours: `${resolve(folder, ours)}/`,
      theirs: theirs.endsWith('/') ? theirs : `${theirs}/`,
    })),
  };
}

function placeOf(written: string, usualPort: number, holder: object, key: string, scope: Scope): NetworkPlace {
  const [, bracketed, name = '', port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(written) ?? [];
  if (Number(port) > 65_535) fail(scope, holder, key, `${port} is not a port from 0 to 65535`);
  return { host: bracketed ?? name, port: port === undefined ? usualPort : Number(port) };
}
