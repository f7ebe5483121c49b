import { connect, createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TimerWheel } from '../../src/machine/clock.js';
import { seeded } from '../../src/machine/random.js';
import type { SignallingEvent } from '../../src/ports/signalling.js';
import { createStack, type Stack } from '../../src/sip/stack.js';
import { TcpTransport } from '../../src/sip/transport/tcp.js';
import type { Transport } from '../../src/sip/transport/transport.js';
import { UdpTransport } from '../../src/sip/transport/udp.js';
import { ANSWER, OFFER, request } from './stage.js';

type End = { readonly stack: Stack; readonly transport: Transport; readonly events: SignallingEvent[] };

const ends: End[] = [];
const servers: (Server | Socket)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map(({ stack }) => stack.stop()));
  for (const open of servers.splice(0)) {
    if (open instanceof Socket) open.destroy();
    else open.close();
  }
});

async function end(protocol: 'udp' | 'tcp', address: string, seed: number, answers = true): Promise<End> {
  const options = { address, port: 0, advertisedHost: null, advertisedPort: null };
  const transport = protocol === 'udp' ? new UdpTransport(options) : new TcpTransport(options);
  const stack = createStack({
    transports: [transport],
    clock: new TimerWheel(),
    random: seeded(seed),
    resolve: () => Promise.resolve([]),
    onDefect: (error) => {
      throw error;
    },
  });
  const events: SignallingEvent[] = [];
  await stack.start({
    admit: () => ({ verdict: 'admit', identity: null }),
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'invited' && answers) {
        stack.progress(event.leg, 180, null);
        stack.answer(event.leg, ANSWER);
      }
    },
  });
  const made = { stack, transport, events };
  ends.push(made);
  return made;
}

function types({ events }: End): string[] {
  return events.map(({ type }) => type);
}

describe.each([
  ['udp', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '127.0.0.1'],
  ['tcp', '::1'],
] as const)('two stacks on real sockets: %s on %s', (protocol, address) => {
  async function called(): Promise<{ readonly caller: End; readonly callee: End }> {
    const caller = await end(protocol, address, 1);
    const callee = await end(protocol, address, 2);
    const { host, port } = callee.transport.sentBy;
    caller.stack.invite(
      'leg',
      {
        uri: `sip:bob@${host}:${port};transport=${protocol}`,
        flow: null,
        from: { name: 'Alice', user: 'alice', host },
        to: { name: '', user: 'bob', host },
        maxForwards: 70,
        headers: [],
      },
      OFFER,
    );
    await expect.poll(() => types(callee)).toEqual(['invited', 'acknowledged']);
    expect(types(caller)).toEqual(['progressed', 'answered']);
    return { caller, callee };
  }

  it('a call that the caller ends', async () => {
    const { caller, callee } = await called();
    caller.stack.hangUp('leg', { status: 200, reasons: [] });
    await expect.poll(() => callee.events.at(-1)).toMatchObject({ type: 'ended', by: 'remote', status: 200 });
    await expect.poll(() => caller.stack.snapshot().legs).toEqual([]);
  });

  it('a call that the callee modifies and ends, back the same way', async () => {
    const { caller, callee } = await called();
    const [invited] = callee.events;
    const leg = invited?.type === 'invited' ? invited.leg : '';
    callee.stack.modify(leg, OFFER);
    await expect.poll(() => types(caller)).toEqual(['progressed', 'answered', 'modified']);
    caller.stack.answer('leg', ANSWER);
    await expect.poll(() => types(callee)).toEqual(['invited', 'acknowledged', 'agreed']);
    callee.stack.hangUp(leg, { status: 200, reasons: [] });
    await expect.poll(() => caller.events.at(-1)).toMatchObject({ type: 'ended', by: 'remote' });
    await expect.poll(() => callee.stack.snapshot().legs).toEqual([]);
  });
});

/** A bare TCP peer that listens, and what it hears on any connection. */
async function barePeer(): Promise<{ readonly server: Server; readonly port: number; readonly heard: () => string }> {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    servers.push(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0, heard: () => heard };
}

describe('failures of real sockets', () => {
  it('RFC 3261 §18.2.2 the connection of a request is gone: its response goes to the port of sent-by', async () => {
    const callee = await end('tcp', '127.0.0.1', 1, false);
    const peer = await barePeer();
    const socket = connect(callee.transport.sentBy.port, '127.0.0.1');
    const via = `SIP/2.0/TCP 127.0.0.1:${peer.port};branch=z9hG4bK-1`;
    socket.write(request('INVITE', 1, { via, body: OFFER }));
    await expect.poll(() => types(callee)).toEqual(['invited']);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await gone;
    await new Promise(setImmediate);
    const [invited] = callee.events;
    callee.stack.hangUp(invited?.type === 'invited' ? invited.leg : '', { status: 486, reasons: [] });
    await expect.poll(peer.heard).toContain('SIP/2.0 486 Busy Here');
  });

  it('RFC 3261 §18.1.1 the connection that a phone registered by is gone: its Contact is connected to, if it is there', async () => {
    const caller = await end('tcp', '127.0.0.1', 1);
    const peer = await barePeer();
    const address = { name: '', user: 'a', host: '127.0.0.1' };
    const target = { flow: 'tcp/127.0.0.1:4#77', from: address, to: address, maxForwards: 70, headers: [] };
    caller.stack.invite('nat', { ...target, uri: `sip:bob@192.168.0.7:${peer.port};transport=tcp` }, OFFER);
    await expect.poll(() => caller.events).toMatchObject([{ type: 'ended', leg: 'nat', by: 'lost', status: 503 }]);
    caller.stack.invite('leg', { ...target, uri: `sip:bob@127.0.0.1:${peer.port};transport=tcp` }, OFFER);
    await expect.poll(peer.heard).toContain(`INVITE sip:bob@127.0.0.1:${peer.port};transport=tcp`);
  });

  it('RFC 3261 §18.1.1 the connection of a call is gone: BYE goes to the Contact', async () => {
    const callee = await end('tcp', '127.0.0.1', 1);
    const peer = await barePeer();
    const socket = connect(callee.transport.sentBy.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    const contact = `sip:bob@127.0.0.1:${peer.port}`;
    socket.write(request('INVITE', 1, { body: OFFER }).replace(/Contact: .*/, `Contact: <${contact}>`));
    await expect.poll(() => heard).toContain('SIP/2.0 200 OK');
    socket.write(request('ACK', 1, { to: /To: .*;tag=(.*)/.exec(heard)?.[1] ?? '' }));
    await expect.poll(() => types(callee)).toEqual(['invited', 'acknowledged']);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await gone;
    await new Promise(setImmediate);
    const [invited] = callee.events;
    callee.stack.hangUp(invited?.type === 'invited' ? invited.leg : '', { status: 200, reasons: [] });
    await expect.poll(peer.heard).toContain(`BYE ${contact}`);
  });

  it('RFC 3261 §18.4 the connection closes while it rings: 503', async () => {
    const caller = await end('tcp', '127.0.0.1', 1);
    const peer = await barePeer();
    const address = { name: '', user: 'a', host: '127.0.0.1' };
    const uri = `sip:bob@127.0.0.1:${peer.port};transport=tcp`;
    caller.stack.invite('leg', { uri, flow: null, from: address, to: address, maxForwards: 70, headers: [] }, OFFER);
    await expect.poll(peer.heard).toContain('INVITE');
    for (const socket of servers.splice(0)) if (socket instanceof Socket) socket.destroy();
    await expect.poll(() => caller.events).toMatchObject([{ type: 'ended', by: 'lost', status: 503 }]);
  });

  it('RFC 3261 §18.4 nobody listens at a TCP address: 503 at once', async () => {
    const caller = await end('tcp', '127.0.0.1', 1);
    const gone = await end('tcp', '127.0.0.1', 2);
    const { port } = gone.transport.sentBy;
    await gone.stack.stop();
    const { host } = caller.transport.sentBy;
    const address = { name: '', user: 'a', host };
    const uri = `sip:bob@127.0.0.1:${port};transport=tcp`;
    caller.stack.invite('leg', { uri, flow: null, from: address, to: address, maxForwards: 70, headers: [] }, OFFER);
    await expect
      .poll(() => caller.events)
      .toEqual([{ type: 'ended', leg: 'leg', by: 'lost', status: 503, reasons: [], contacts: [] }]);
  });

  it('RFC 3261 §18.4 an address that cannot be reached over UDP: 503 at once', async () => {
    const caller = await end('udp', '127.0.0.1', 1);
    const address = { name: '', user: 'a', host: '127.0.0.1' };
    const uri = 'sip:bob@255.255.255.255';
    caller.stack.invite('leg', { uri, flow: null, from: address, to: address, maxForwards: 70, headers: [] }, OFFER);
    await expect.poll(() => caller.events.map(({ type }) => type)).toEqual(['ended']);
  });
});
