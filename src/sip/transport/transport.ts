import type { Flow } from '../../ports/signalling.js';

/** `tls`, `ws` and `wss` have their seam here; udp and tcp are implemented. */
export type Protocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** The other end of a message: an address and, on connection-oriented transports, the number of the connection it came by. */
export type Remote = {
  readonly protocol: Protocol;
  /** Numeric address without brackets. */
  readonly address: string;
  readonly port: number;
  /** Null: any connection to that address will do; one is opened if there is none. */
  readonly connection: number | null;
  /** At which listening point it was heard, counted from 0; absent: the first of its protocol and family. */
  readonly listener?: number;
};

export type TransportReceiver = {
  /** One datagram, or one framed message of a stream, leading keep-alive CRLFs already consumed and answered (RFC 5626 §4.4.1). The buffer may be reused after the call returns. */
  readonly received: (bytes: Buffer, from: Remote) => void;
  /** Sending to this remote failed or its connection closed (RFC 3261 §18.4). */
  readonly failed: (remote: Remote, error: string) => void;
};

/**
 * One listening point. The stack has one or more and picks by protocol and address family. Sending never throws and
 * reports failure through `failed`; the in-memory network of the tests is one more implementation.
 */
export interface Transport {
  readonly protocol: Protocol;
  readonly family: 4 | 6;
  /** No retransmission above it (RFC 3261 §17). */
  readonly reliable: boolean;
  /** What Via, Contact and Record-Route name: an address (IPv6 in brackets) or host name, and the bound port. Valid after `start`. */
  readonly sentBy: { readonly host: string; readonly port: number };
  start(receiver: TransportReceiver): Promise<void>;
  stop(): Promise<void>;
  /** `message` is latin1 text, one character per byte. */
  send(message: string, to: Remote): void;
  /** False: the connection that the remote names is gone. A transport without connections has no such question. */
  isOpen?(remote: Remote): boolean;
  /** Who sends by this connection has proved who he is: it is not closed in favour of others. */
  welcome?(remote: Remote): void;
}

/** `udp/192.0.2.1:5060`, `tcp/[2001:db8::1]:5060#17`, `udp/192.0.2.1:5060@2` */
export function flowOf(remote: Remote): Flow {
  const host = remote.address.includes(':') ? `[${remote.address}]` : remote.address;
  const connection = remote.connection === null ? '' : `#${remote.connection}`;
  const listener = remote.listener === undefined ? '' : `@${remote.listener}`;
  return `${remote.protocol}/${host}:${remote.port}${connection}${listener}`;
}

const FLOW = /^(udp|tcp|tls|ws|wss)\/(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})(?:#(\d+))?(?:@(\d+))?$/;

/** Null if the text is not a flow. */
export function remoteOf(flow: Flow): Remote | null {
  const match = FLOW.exec(flow);
  if (match === null) return null;
  const [, protocol, six, four, port, connection, listener] = match;
  const remote: Remote = {
    protocol: protocol as Protocol,
    address: six ?? four ?? '',
    port: Number(port),
    connection: connection === undefined ? null : Number(connection),
  };
  return listener === undefined ? remote : { ...remote, listener: Number(listener) };
}
