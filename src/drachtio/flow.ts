import type { Flow } from '../ports/signalling.js';
import type { SrfRequest } from './srf.js';

/**
 * Where a request came from. Number: the drachtio-server that holds the connection, or behind whose address a NAT has
 * opened the way: `tcp/192.0.2.1:40123#0`. Over UDP the first server goes without saying: `udp/192.0.2.1:5060`.
 */
export function flowOf(request: SrfRequest, server: number): Flow {
  const { protocol, source_address, source_port } = request;
  const host = source_address.includes(':') ? `[${source_address.replace(/^\[|\]$/g, '')}]` : source_address;
  const number = protocol === 'udp' && server === 0 ? '' : `#${server}`;
  return `${protocol}/${host}:${source_port}${number}`;
}

export type Route = {
  /** Index of the drachtio-server. */
  readonly server: number;
  /** Another server will do as well: there is no connection that only this one has. */
  readonly isFree: boolean;
  /** For srf's `proxy`. */
  readonly uri: string;
};

const FLOW = /^(udp|tcp|tls|ws|wss)\/((?:\[[0-9a-fA-F:.]+\]|[^:[\]]+):\d{1,5})(?:#(\d+))?$/;

/** Null if the text is not a flow. */
export function routeOf(flow: Flow): Route | null {
  const match = FLOW.exec(flow);
  if (match === null) return null;
  const [, protocol = '', address = '', number] = match;
  const scheme = protocol === 'tls' || protocol === 'wss' ? 'sips' : 'sip';
  return {
    server: Number(number ?? 0),
    isFree: protocol === 'udp',
    uri: `${scheme}:${address};transport=${protocol}`,
  };
}
