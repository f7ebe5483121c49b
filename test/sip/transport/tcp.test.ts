import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TcpTransport } from '../../../src/sip/transport/tcp.js';
import type { Remote } from '../../../src/sip/transport/transport.js';

const MESSAGE =
  'OPTIONS sip:a@example.net SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: 4\r\n\r\nbody';

type Noted = { readonly text: string; readonly from: Remote };

class Point {
  readonly transport: TcpTransport;
  readonly received: Noted[] = [];
  readonly failed: Remote[] = [];

  constructor(address: string, limits: { readonly maxConnections?: number; readonly idleMs?: number } = {}) {
    this.transport = new TcpTransport({ address, port: 0, advertisedHost: null, advertisedPort: null, ...limits });
  }

  start(): Promise<void> {
    return this.transport.start({
      received: (bytes, from) => this.received.push({ text: bytes.toString('latin1'), from }),
      failed: (remote) => this.failed.push(remote),
    });
  }
}

const points: Point[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(points.splice(0).map(({ transport }) => transport.stop()));
});

async function point(
  address = '127.0.0.1',
  limits: { readonly maxConnections?: number; readonly idleMs?: number } = {},
): Promise<Point> {
  const made = new Point(address, limits);
  points.push(made);
  await made.start();
  return made;
}

function to({ transport }: Point, address = '127.0.0.1'): Remote {
  return { protocol: 'tcp', address, port: transport.sentBy.port, connection: null };
}

/** A bare client and what it hears. */
async function client(server: Point): Promise<{ readonly socket: Socket; readonly heard: () => string }> {
  const socket = connect(server.transport.sentBy.port, '127.0.0.1');
  sockets.push(socket);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => heard };
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe.each(['127.0.0.1', '::1'])('TCP on %s', (address) => {
  it('RFC 3261 §18 a request opens a connection and the response comes back on it', async () => {
    const a = await point(address);
    const b = await point(address);
    a.transport.send(MESSAGE, to(b, address));
    await expect.poll(() => b.received).toHaveLength(1);
    const { text, from } = b.received[0] ?? { text: '', from: to(b) };
    expect(text).toBe(MESSAGE);
    expect(from).toMatchObject({ protocol: 'tcp', address, connection: 1 });
    b.transport.send(`${MESSAGE.replace('body', 'back')}`, from);
    await expect.poll(() => a.received.map((noted) => noted.text.slice(-4))).toEqual(['back']);
  });
});

describe('TCP', () => {
  it('reuses the connection to an address, whoever sends next', async () => {
    const a = await point();
    const b = await point();
    for (let count = 0; count < 3; count++) a.transport.send(MESSAGE, to(b));
    await expect.poll(() => b.received).toHaveLength(3);
    expect(new Set(b.received.map(({ from }) => from.connection))).toEqual(new Set([1]));
  });

  it('RFC 3261 §18.3 frames by Content-Length, however the octets are cut', async () => {
    const server = await point();
    const { socket } = await client(server);
    for (const octet of `${MESSAGE}${MESSAGE}`) {
      socket.write(octet, 'latin1');
      if (octet === '\n') await new Promise(setImmediate);
    }
    await expect.poll(() => server.received.map(({ text }) => text)).toEqual([MESSAGE, MESSAGE]);
  });

  it('RFC 5626 §3.5.1 answers a double CRLF by one', async () => {
    const server = await point();
    const { socket, heard } = await client(server);
    socket.write('\r\n\r\n');
    await expect.poll(heard).toBe('\r\n');
    expect(server.received).toEqual([]);
  });

  it('closes a connection whose framing is lost, after what could be read of it', async () => {
    const server = await point();
    const { socket } = await client(server);
    const gone = closed(socket);
    socket.write(MESSAGE.replace('Content-Length: 4', 'Content-Length: x'));
    await gone;
    expect(server.received).toHaveLength(1);
  });

  it('above the limit the oldest connection of a stranger makes room; without one it refuses', async () => {
    const server = await point('127.0.0.1', { maxConnections: 1 });
    const stranger = await client(server);
    stranger.socket.write(MESSAGE);
    await expect.poll(() => server.received).toHaveLength(1);
    const first = await client(server);
    await closed(stranger.socket);
    first.socket.write(MESSAGE);
    await expect.poll(() => server.received).toHaveLength(2);
    server.transport.welcome(server.received[1]?.from ?? to(server));
    const second = await client(server);
    await closed(second.socket);
    first.socket.write(MESSAGE);
    await expect.poll(() => server.received).toHaveLength(3);
  });

  it('closes an idle connection and says that its flow is gone', async () => {
    const server = await point('127.0.0.1', { idleMs: 50 });
    const { socket } = await client(server);
    socket.write(MESSAGE);
    await closed(socket);
    const flow = server.received[0]?.from ?? to(server);
    await expect.poll(() => server.failed).toEqual([flow]);
    expect(server.transport.isOpen(flow)).toBe(false);
    server.transport.send(MESSAGE, flow);
    expect(server.failed).toEqual([flow, flow]);
  });

  it('RFC 3261 §18.4 reports an address at which nobody listens', async () => {
    const a = await point();
    const b = await point();
    const there = to(b);
    await b.transport.stop();
    a.transport.send(MESSAGE, there);
    await expect.poll(() => a.failed).toEqual([{ ...there, connection: 1 }]);
  });

  it('gives up a peer that does not read', async () => {
    const server = await point();
    const { socket } = await client(server);
    socket.pause();
    socket.write(MESSAGE);
    await expect.poll(() => server.received).toHaveLength(1);
    const flow = server.received[0]?.from ?? to(server);
    const long = `${MESSAGE}${'x'.repeat(1024 * 1024)}`;
    for (let count = 0; count < 20 && server.transport.isOpen(flow); count++) {
      server.transport.send(long, flow);
      await new Promise(setImmediate);
    }
    await expect.poll(() => server.failed).toContainEqual(flow);
  });
});
