import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { DatagramSocket, Receive, SocketFactory } from './socket-pair.js';

type LookupCallback = (error: Error | null, address: string, family: number) => void;

/**
 * UDP sockets of the kernel on one address. An IPv6 socket on `::` also carries IPv4, whose addresses it writes as
 * `::ffff:192.0.2.1`. Addresses are literal, so there is nothing to look up and a packet leaves within `send`.
 */
export function udpSockets(address: string): SocketFactory {
  const version = isIPv6(address) ? 6 : 4;
  const lookup = (literal: string, _options: unknown, done: LookupCallback) => done(null, literal, version);
  return {
    bind: (port: number, receive: Receive) =>
      new Promise((resolve) => {
        const socket = createSocket({ type: version === 6 ? 'udp6' : 'udp4', lookup });
        const bound: DatagramSocket = {
          send: (bytes, start, length, to, literal) => {
            try {
              socket.send(bytes, start, length, to, literal);
            } catch {
              // closed, or an address of the other family: lost, as a datagram may be
            }
          },
          close: () => socket.close(),
        };
        const refused = () => {
          socket.close();
          resolve(null);
        };
        socket.once('error', refused);
        socket.on('message', (bytes, from) => receive(bytes, from.address, from.port));
        socket.bind({ port, address, exclusive: true }, () => {
          socket.off('error', refused);
          socket.on('error', ignore); // ICMP errors of datagrams sent before
          resolve(bound);
        });
      }),
  };
}

function ignore(): void {}
