import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { Remote } from '../../../src/sip/transport/transport.js';
import { UdpTransport } from '../../../src/sip/transport/udp.js';

const open: UdpTransport[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.stop()));
});

type Received = { readonly text: string; readonly from: Remote };

/** A started transport and what it receives, as a queue to wait on. */
async function started(address: string): Promise<{
  readonly transport: UdpTransport;
  readonly next: () => Promise<Received>;
  readonly failure: () => Promise<Remote>;
}> {
  const transport = new UdpTransport({ address, port: 0, advertisedHost: null, advertisedPort: null });
  open.push(transport);
  const received = channel<Received>();
  const failed = channel<Remote>();
  await transport.start({
    received: (bytes, from) => received.put({ text: bytes.toString('latin1'), from }),
    failed: (remote) => failed.put(remote),
  });
  return { transport, next: received.take, failure: failed.take };
}

function channel<Item>(): { readonly put: (item: Item) => void; readonly take: () => Promise<Item> } {
  const items: Item[] = [];
  const waiting: ((item: Item) => void)[] = [];
  return {
    put: (item) => {
      const taker = waiting.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    take: () => {
      const item = items.shift();
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}

function to(address: string, port: number): Remote {
  return { protocol: 'udp', address, port, connection: null };
}

describe.each(['127.0.0.1', '::1'])('UDP on %s', (address) => {
  it('carries every octet both ways and tells where from', async () => {
    const a = await started(address);
    const b = await started(address);
    const text = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    a.transport.send(text, to(address, b.transport.sentBy.port));
    const received = await b.next();
    expect(received).toEqual({ text, from: to(address, a.transport.sentBy.port) });
    b.transport.send('back', received.from);
    expect((await a.next()).text).toBe('back');
  });

  it('names the bound address and port, brackets round IPv6', async () => {
    const { transport } = await started(address);
    expect(transport.sentBy.host).toBe(address === '::1' ? '[::1]' : '127.0.0.1');
    expect(transport.sentBy.port).toBeGreaterThan(0);
    expect(transport.family).toBe(address === '::1' ? 6 : 4);
  });

  it('hands the datagram to the system before `send` returns', async () => {
    const socket = createSocket(address === '::1' ? 'udp6' : 'udp4');
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    const { transport } = await started(address);
    let isLater = false;
    const arrived = new Promise<boolean>((resolve) => socket.once('message', () => resolve(isLater)));
    transport.send('x', to(address, socket.address().port));
    // A dns.lookup in between would take the datagram past this turn and several more.
    setImmediate(() => setImmediate(() => setImmediate(() => setImmediate(() => (isLater = true)))));
    expect(await arrived).toBe(false);
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  });
});

describe('UDP', () => {
  it('RFC 3261 §18.4 reports what cannot be sent and does not throw', async () => {
    const { transport, failure } = await started('127.0.0.1');
    const broadcast = to('255.255.255.255', 5060); // EACCES without SO_BROADCAST
    transport.send('x', broadcast);
    expect(await failure()).toEqual(broadcast);
    transport.send('x', to('127.0.0.1', 0));
    expect(await failure()).toEqual(to('127.0.0.1', 0));
    const tooLong = to('127.0.0.1', 5060);
    transport.send('x'.repeat(70_000), tooLong);
    expect(await failure()).toEqual(tooLong);
  });

  it('advertises what it is told', async () => {
    const transport = new UdpTransport({
      address: '127.0.0.1',
      port: 0,
      advertisedHost: 'pbx.example.net',
      advertisedPort: 5070,
    });
    open.push(transport);
    await transport.start({ received: () => {}, failed: () => {} });
    expect(transport.sentBy).toEqual({ host: 'pbx.example.net', port: 5070 });
  });

  it('rejects a start on an address that is taken, and sends nothing once stopped', async () => {
    const { transport } = await started('127.0.0.1');
    const { port } = transport.sentBy;
    const second = new UdpTransport({ address: '127.0.0.1', port, advertisedHost: null, advertisedPort: null });
    await expect(second.start({ received: () => {}, failed: () => {} })).rejects.toThrow('EADDRINUSE');
    await transport.stop();
    expect(() => transport.send('x', to('127.0.0.1', port))).not.toThrow();
  });
});
