import type { DrachtioSignalling } from '../../src/drachtio/signalling.js';
import type { Endpoint } from '../ports/sip-peer.js';

/** `host:port[:secret]` of a daemon, from an environment variable. */
export type DaemonAddress = Endpoint & { readonly secret: string };

export function daemonAddress(variable: string, usualSecret: string): DaemonAddress {
  const match = /^([^:]+):(\d+)(?::(.+))?$/.exec(process.env[variable] ?? '');
  if (match === null) throw new Error(`${variable}=host:port[:secret] is wanted`);
  const [, host = '', port, secret = usualSecret] = match;
  return { host, port: Number(port), secret };
}

/** Where the first drachtio-server speaks SIP over UDP. */
export function sipAddress(signalling: DrachtioSignalling): Endpoint {
  const listens = signalling.status()[0]?.listens ?? '';
  const match = /udp\/([^:,]+):(\d+)/.exec(listens);
  if (match === null) throw new Error(`drachtio-server listens to "${listens}"`);
  const [, host = '', port] = match;
  return { host, port: Number(port) };
}
