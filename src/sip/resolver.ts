import { promises as dns, type SrvRecord } from 'node:dns';
import { paramOf } from './message/param.js';
import { parseUri, type SipUri } from './message/uri.js';
import type { Protocol, Remote } from './transport/transport.js';

/**
 * Where a SIP URI with a host name is reached (RFC 3263 §4): with a port, the addresses of the host; without, the SRV
 * records of the transport, and the host itself if there are none. Best first; [] if the name is not known. NAPTR is not
 * asked: the transport is the one the URI names, else UDP.
 */
export async function resolveUri(text: string): Promise<readonly Remote[]> {
  const uri = parseUri(text);
  if (uri === null || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return [];
  const protocol = protocolOf(uri);
  if (uri.port !== null) return addresses(uri.host, uri.port, protocol);
  const service = `${uri.scheme === 'sips' ? '_sips' : '_sip'}.${protocol === 'udp' ? '_udp' : '_tcp'}`;
  const records = byPreference(await dns.resolveSrv(`${service}.${uri.host}`).catch(() => []));
  if (records.length === 0) return addresses(uri.host, protocol === 'tls' ? 5061 : 5060, protocol);
  return (await Promise.all(records.map((record) => addresses(record.name, record.port, protocol)))).flat();
}

function protocolOf(uri: SipUri): Protocol {
  const named = paramOf(uri.params, 'transport')?.toLowerCase();
  if (uri.scheme === 'sips') return 'tls';
  return named === 'tcp' || named === 'tls' || named === 'ws' || named === 'wss' ? named : 'udp';
}

/** RFC 2782: lowest priority first; within one, the heaviest first, which keeps the order the same for every call. */
function byPreference(records: readonly SrvRecord[]): SrvRecord[] {
  return [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}

async function addresses(host: string, port: number, protocol: Protocol): Promise<Remote[]> {
  const found = await dns.lookup(host, { all: true, verbatim: true }).catch(() => []);
  return found.map(({ address }) => ({ protocol, address, port, connection: null }));
}
