import { reconnection } from './next-hop.js';
import type { Remote, Transport } from './transport/transport.js';

/** One started transport with what our messages say of it, made once. */
export type ListeningPoint = {
  readonly transport: Transport;
  /** A Via value up to the branch: `SIP/2.0/UDP 192.0.2.1:5060;rport;branch=`. */
  readonly viaStart: string;
  /** Contact header line. */
  readonly contactLine: string;
};

export function listeningPoint(transport: Transport): ListeningPoint {
  const { protocol, sentBy } = transport;
  const at = `${sentBy.host}:${sentBy.port}`;
  const scheme = protocol === 'tls' || protocol === 'wss' ? 'sips' : 'sip';
  const named = protocol === 'udp' || protocol === 'tls' ? '' : `;transport=${protocol === 'wss' ? 'ws' : protocol}`;
  return {
    transport,
    viaStart: `SIP/2.0/${protocol.toUpperCase()} ${at};rport;branch=`,
    contactLine: `Contact: <${scheme}:${at}${named}>\r\n`,
  };
}

/** Where a message to this remote leaves: where it was heard, else the first of its protocol and address family; null if there is none. */
export function pointTo(points: readonly ListeningPoint[], remote: Remote): ListeningPoint | null {
  const heardAt = remote.listener === undefined ? undefined : points[remote.listener];
  if (heardAt !== undefined && isFit(heardAt, remote)) return heardAt;
  for (const point of points) if (isFit(point, remote)) return point;
  return null;
}

/** Where a message to this remote goes from there: on its connection or, if that is gone, to where `uri` leads. */
export function wayTo({ transport }: ListeningPoint, remote: Remote, uri: string): Remote {
  const isGone = remote.connection !== null && transport.isOpen?.(remote) === false;
  return isGone ? (reconnection(remote, uri) ?? remote) : remote;
}

function isFit({ transport }: ListeningPoint, { protocol, address }: Remote): boolean {
  return transport.protocol === protocol && transport.family === (address.includes(':') ? 6 : 4);
}
