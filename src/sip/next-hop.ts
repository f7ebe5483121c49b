import { isIP } from 'node:net';
import { parseAddress } from './message/address.js';
import { paramOf } from './message/param.js';
import { bareHost, parseUri } from './message/uri.js';
import type { Protocol, Remote } from './transport/transport.js';

const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Where a URI with a numeric host is reached (RFC 3263 §4, without DNS); null: it must be resolved, or is no SIP URI. */
export function numericRemote(text: string): Remote | null {
  const uri = parseUri(text);
  if (uri === null || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return null;
  const address = bareHost(paramOf(uri.params, 'maddr') ?? uri.host);
  if (isIP(address) === 0) return null;
  const named = paramOf(uri.params, 'transport')?.toLowerCase();
  const plain = PROTOCOLS.find((protocol) => protocol === named) ?? (uri.scheme === 'sips' ? 'tls' : 'udp');
  const protocol = uri.scheme === 'sips' && plain === 'tcp' ? 'tls' : plain;
  const port = uri.port ?? (protocol === 'tls' ? 5061 : 5060);
  return port === 0 ? null : { protocol, address, port, connection: null };
}

/**
 * Where the requests of a dialog go. RFC 3261 §12.2.1.1 says: to the first route, or to the remote target. That holds
 * where it can be believed; but what phones behind a NAT name is an address of their own network, so, as RFC 3581 does for
 * responses and RFC 5626 for registrations, we go back the way their packets come:
 *
 * - on the connection, if there is one;
 * - without a route set: to `source` if the other side asked for symmetric responses (`isSymmetric`: `rport` in its Via,
 *   or it was called by its flow) or if its Contact is not an address at which `source` lies;
 * - with a route set: to the first route, unless that is a name (the packets have just come from it) or a private
 *   address seen from outside.
 */
export function nextHop(
  routeSet: readonly string[],
  remoteTarget: string,
  source: Remote,
  isSymmetric: boolean,
): Remote {
  if (source.connection !== null) return source;
  const route = routeSet[0];
  if (route === undefined) {
    if (isSymmetric) return source;
    const target = numericRemote(remoteTarget);
    return target !== null && target.address === source.address ? heardAs(source, target) : source;
  }
  const target = numericRemote(parseAddress(route)?.uri ?? '');
  if (target === null) return source;
  return isPrivate(target.address) && !isPrivate(source.address) ? source : heardAs(source, target);
}

/**
 * Where to go if the connection of a remote is gone (RFC 3261 §18.1.1): to the URI that it is known by, if that names the
 * address at which the connection ended. A phone behind a NAT cannot be connected to; it has to do that itself.
 */
export function reconnection(remote: Remote, uri: string): Remote | null {
  const target = numericRemote(uri);
  if (target === null || target.address !== remote.address) return null;
  return heardAs(remote, { ...target, protocol: remote.protocol });
}

/** What is sent to them leaves where they were heard. */
function heardAs(source: Remote, target: Remote): Remote {
  return source.listener === undefined ? target : { ...target, listener: source.listener };
}

const PRIVATE =
  /^(?:10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
const PRIVATE6 = /^(?:f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)/i;

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, loopback and link-local. */
export function isPrivate(address: string): boolean {
  return address.includes(':') ? PRIVATE6.test(address) : PRIVATE.test(address);
}
