import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaEvent } from '../../src/ports/media.js';
import { createMedia } from '../../src/rtp/media.js';
import type { MediaOptions } from '../../src/rtp/media-options.js';
import type { Command } from '../../src/rtp/messages.js';
import type { LinkHandlers } from '../../src/rtp/server-link.js';
import { FakeClock } from '../support/fake-clock.js';
import { RtpNetwork } from '../support/rtp-phone.js';

const SERVER = '192.0.2.200';
const QUIET = new Uint8Array(160).fill(0xff);

const sdp = (address: string, port: number, formats = '0 101', ...more: string[]) =>
  [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${formats}`,
    'a=rtpmap:101 telephone-event/8000',
    ...more,
    '',
  ].join('\r\n');

const A = sdp('10.0.0.1', 4000);
const B = sdp('10.0.0.2', 4000);

let clock: FakeClock;
let network: RtpNetwork;
let seen: MediaEvent[];
let media: ReturnType<typeof createMedia>;

async function start(options: Partial<MediaOptions> = {}): Promise<void> {
  media = createMedia({
    address: SERVER,
    advertised: SERVER,
    portMin: 20_000,
    portMax: 20_999,
    clock,
    inThread: true,
    sockets: network,
    monotonicMs: () => clock.now(),
    random: () => 0.5,
    ...options,
  });
  await media.start((event) => seen.push(event));
}

beforeEach(() => {
  clock = new FakeClock(1_000_000);
  network = new RtpNetwork(clock, SERVER);
  seen = [];
});
afterEach(() => media.stop());

/** Lets posted commands and reports through. */
async function turns(count = 4): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

const types = () => seen.map(({ type }) => type);
const portIn = (event: MediaEvent | undefined) =>
  Number(event?.type === 'opened' ? /m=audio (\d+)/.exec(event.sdp)?.[1] : Number.NaN);

describe('opening', () => {
  it('is answered within the command', async () => {
    await start();
    media.open('a', A, null);
    expect(seen).toMatchObject([{ type: 'opened', leg: 'a', held: false, telephoneEvents: true }]);
    expect(portIn(seen[0]) % 2).toBe(0);
  });

  it('offers, and completes by the answer', async () => {
    await start();
    media.open('b', null, A);
    media.accept('b', sdp('10.0.0.2', 4000, '0', 'a=sendonly'));
    expect(seen).toMatchObject([
      { type: 'opened', leg: 'b', held: false, telephoneEvents: true },
      { type: 'accepted', leg: 'b', held: true, telephoneEvents: false },
    ]);
  });

  it('again on an open leg keeps its port and raises the version', async () => {
    await start();
    media.open('a', A, null);
    media.open('a', sdp('10.0.0.1', 4000, '0 101', 'a=sendonly'), null);
    expect(seen).toMatchObject([{ held: false }, { held: true }]);
    expect(portIn(seen[1])).toBe(portIn(seen[0]));
    const origins = seen.map((event) => (event.type === 'opened' ? /o=- (\d+) (\d+)/.exec(event.sdp)?.slice(1) : null));
    expect(origins).toEqual([
      ['1000000', '1'],
      ['1000000', '2'],
    ]);
  });

  it.each([
    ['no codec in common', sdp('10.0.0.1', 4000, '18')],
    ['malformed', 'v=0\r\nm=audio\r\n'],
    ['no SDP', 'hello'],
  ])('%s: unacceptable, and nothing is kept of it', async (_name, offer) => {
    await start();
    media.open('a', offer, null);
    expect(seen).toEqual([{ type: 'failed', leg: 'a', why: 'unacceptable' }]);
    expect(media.snapshot()).toMatchObject({ legs: [], ports: { free: 64, lent: 0, draining: 0 } });
  });

  it('an answer that cannot be accepted leaves the leg as it was', async () => {
    await start();
    media.open('b', null, null);
    media.accept('b', sdp('10.0.0.2', 4000, '18'));
    media.accept('b', B);
    expect(types()).toEqual(['opened', 'failed', 'accepted']);
  });

  it('what nobody opened is nothing to any command', async () => {
    await start();
    media.accept('x', A);
    media.connect('x', 'x');
    media.disconnect('x');
    media.play('x', 't', [], false);
    media.stopPlaying('x');
    media.sendDigits('x', '1');
    media.record('x', 't', { file: '/x', maxMs: 1, silenceMs: 0, terminators: '' });
    media.stopRecording('x');
    media.close('x');
    await turns();
    expect(seen).toEqual([]);
  });
});

describe('ports', () => {
  it('are bound ahead; when all are lent it is exhausted, until one has rested', async () => {
    const warnings: string[] = [];
    await start({ portMin: 20_000, portMax: 20_003, warn: (message) => warnings.push(message) });
    for (const leg of ['a', 'b', 'c']) media.open(leg, A, null);
    expect(seen.map((event) => (event.type === 'failed' ? event.why : event.type))).toEqual([
      'opened',
      'opened',
      'exhausted',
    ]);
    media.close('a');
    media.open('d', A, null);
    expect(seen.at(-1)).toMatchObject({ type: 'failed', why: 'exhausted' });
    expect(warnings).toEqual(['no RTP port is free: calls are refused']); // once for both
    clock.advance(1000);
    media.open('e', A, null);
    expect(portIn(seen.at(-1))).toBe(portIn(seen[0]));
  });

  it('an open that outruns the binding waits for it', async () => {
    await start();
    for (let i = 0; i < 100; i++) media.open(`leg${i}`, A, null);
    media.open('closed meanwhile', A, null);
    media.close('closed meanwhile');
    expect([seen.length, media.snapshot().waiting]).toEqual([64, 36]);
    await turns(600);
    expect([types().filter((type) => type === 'opened').length, media.snapshot().waiting]).toEqual([100, 0]);
    expect(new Set(seen.filter(({ type }) => type === 'opened').map(portIn)).size).toBe(100);
    expect(seen.filter(({ type }) => type === 'closed')).toMatchObject([{ leg: 'closed meanwhile' }]);
  });

  it('the first hundred taken by another program: it starts with those after them', async () => {
    for (let port = 20_000; port < 20_200; port += 2) network.taken.add(port);
    await start();
    media.open('a', A, null);
    expect(portIn(seen[0])).toBeGreaterThanOrEqual(20_200);
  });

  it('one that is taken by another program is passed over; none at all is a failed start', async () => {
    network.taken.add(20_001);
    await start({ portMin: 20_000, portMax: 20_003 });
    media.open('a', A, null);
    expect(portIn(seen[0])).toBe(20_002);
    await media.stop();
    network.taken.add(20_003);
    await expect(start({ portMin: 20_000, portMax: 20_003 })).rejects.toThrow('no RTP port');
  });
});

describe('a call', () => {
  async function call(): Promise<void> {
    await start();
    media.open('a', A, null);
    media.open('b', null, A);
    media.accept('b', B);
    media.connect('a', 'b');
    await turns();
  }

  it('relays, hears digits, and ends with statistics', async () => {
    await call();
    const a = network.phone('10.0.0.1', 4000, portIn(seen[0]));
    const b = network.phone('10.0.0.2', 4000, portIn(seen[1]));
    a.send(QUIET); // whereupon the server asks who this is
    clock.advance(20);
    await turns();
    for (let i = 0; i < 5; i++) {
      a.send(QUIET);
      clock.advance(20);
    }
    a.send(Uint8Array.of(7, 0x80, 3, 0x20), 101);
    clock.advance(20);
    expect(b.heard.map(({ payloadType }) => payloadType)).toEqual([0, 0, 0, 0, 0, 0, 101]);
    media.close('a');
    media.close('b');
    await turns();
    expect(seen.slice(3)).toMatchObject([
      { type: 'digit', leg: 'a', digit: '7', durationMs: 100 },
      { type: 'closed', leg: 'a', statistics: { codec: 'PCMU', packetsReceived: 7, packetsSent: 0 } },
      { type: 'closed', leg: 'b', statistics: { codec: 'PCMU', packetsReceived: 0, packetsSent: 7 } },
    ]);
  });

  it('plays; the token comes back once', async () => {
    await call();
    media.play('a', 't1', [{ tone: [440], onMs: 100, offMs: 0, times: 1 }], false);
    await turns();
    clock.advance(200);
    await turns();
    expect(seen.slice(3)).toEqual([{ type: 'played', leg: 'a', token: 't1', end: 'finished' }]);
  });

  it('shows itself', async () => {
    await call();
    media.play('a', 't1', [{ tone: [440], onMs: 100, offMs: 0, times: 0 }], false);
    expect(media.snapshot()).toEqual({
      ports: { free: 62, draining: 0, lent: 2 },
      waiting: 0,
      restarts: 0,
      legs: [
        {
          leg: 'a',
          port: portIn(seen[0]),
          codec: 'PCMU',
          remote: '10.0.0.1 4000',
          direction: 'sendrecv',
          connectedTo: 'b',
          playing: 't1',
          recording: null,
        },
        {
          leg: 'b',
          port: portIn(seen[1]),
          codec: 'PCMU',
          remote: '10.0.0.2 4000',
          direction: 'sendrecv',
          connectedTo: 'a',
          playing: null,
          recording: null,
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(media.snapshot()))).toEqual(media.snapshot());
  });

  it('stopped in the middle, it ends what it owes and lets go of every socket', async () => {
    await call();
    media.play('a', 't1', [{ tone: [440], onMs: 100, offMs: 0, times: 0 }], false);
    await media.stop();
    expect(seen.slice(3)).toMatchObject([
      { type: 'played', token: 't1', end: 'stopped' },
      { type: 'closed', leg: 'a' },
      { type: 'closed', leg: 'b' },
    ]);
    clock.advance(1);
    expect([network.openSockets, clock.pending]).toEqual([0, 0]);
  });
});

describe('what the server is told', () => {
  let commands: Command[];
  let urgent: boolean[];
  let handlers: LinkHandlers | null;

  async function startWatched(warn: NonNullable<MediaOptions['warn']> = () => {}): Promise<void> {
    commands = [];
    urgent = [];
    handlers = null;
    await start({
      warn,
      launch: (given) => {
        handlers = given;
        return {
          post: (command, soon = false) => {
            commands.push(command);
            urgent.push(soon);
            if (command.do === 'bind')
              setImmediate(() => given.onReport({ type: 'bound', ports: command.ports, refused: [] }));
            if (command.do === 'stop') setImmediate(() => given.onReport({ type: 'stopped' }));
          },
          terminate: () => {},
        };
      },
    });
    commands.length = 0;
    urgent.length = 0;
  }

  function call(): void {
    media.open('a', A, null);
    media.open('b', null, A);
    media.accept('b', B);
    media.connect('a', 'b');
  }
  const told = () => commands.map((command) => command.do).filter((name) => name !== 'bind');

  it('of a call without RTP: nothing', async () => {
    await startWatched();
    call();
    media.open('c', null, A);
    for (const leg of ['a', 'b', 'c']) media.close(leg);
    await turns();
    expect(told()).toEqual([]);
    expect(types()).toEqual(['opened', 'opened', 'accepted', 'opened', 'closed', 'closed', 'closed']);
    expect(clock.pending).toBe(0);
  });

  it('of a call when somebody talks: both legs, at once', async () => {
    await startWatched();
    call();
    clock.advance(300);
    const port = portIn(seen[1]);
    handlers?.onReport({ type: 'knocked', port });
    handlers?.onReport({ type: 'knocked', port });
    expect(commands).toMatchObject([
      { do: 'open', leg: 2, port, agoMs: 300 },
      { do: 'agree', leg: 2, agoMs: 300 },
      { do: 'open', leg: 1 },
      { do: 'agree', leg: 1 },
      { do: 'connect', a: 1, b: 2 },
    ]);
    expect(urgent).toEqual([true, true, true, true, true]);
    media.close('a');
    media.close('b');
    expect(told().slice(5)).toEqual(['disconnect', 'close', 'close']);
  });

  it('of a leg that is talked to before it has an agreement: with the agreement', async () => {
    await startWatched();
    media.open('b', null, A);
    handlers?.onReport({ type: 'knocked', port: portIn(seen[0]) });
    expect(told()).toEqual([]);
    media.accept('b', B);
    expect(told()).toEqual(['open', 'agree']);
  });

  it('of a quiet leg after five seconds, so that it can miss its RTP', async () => {
    await startWatched();
    call();
    clock.advance(4999);
    expect(told()).toEqual([]);
    clock.advance(1);
    expect(commands).toMatchObject([
      { do: 'open' },
      { do: 'agree', agoMs: 5000 },
      { do: 'open' },
      { do: 'agree' },
      { do: 'connect' },
    ]);
  });

  it('of a leg that is to hear something: the leg, the other of its connection, and then the order', async () => {
    await startWatched();
    call();
    media.play('a', 'p', [], false);
    expect(told()).toEqual(['open', 'agree', 'open', 'agree', 'connect', 'play']);
    media.open('c', A, null);
    media.connect('c', 'a');
    expect(told().slice(6)).toEqual(['disconnect', 'open', 'agree', 'connect']);
    media.stopPlaying('c');
    media.sendDigits('c', '1');
    media.record('c', 'r', { file: '/x.wav', maxMs: 1000, silenceMs: 0, terminators: '' });
    media.stopRecording('c');
    media.disconnect('c');
    expect(told().slice(10)).toEqual(['stopPlaying', 'sendDigits', 'record', 'stopRecording', 'disconnect']);
  });

  it('nothing of a knock at a port that no leg has', async () => {
    await startWatched();
    call();
    const port = portIn(seen[0]);
    media.close('a');
    handlers?.onReport({ type: 'knocked', port });
    expect(told()).toEqual([]);
  });

  it('when one leg crashes it is gone, what was owed of it is told, and the others go on', async () => {
    const warnings: string[] = [];
    await startWatched((message) => warnings.push(message));
    media.open('a', A, null);
    media.open('b', A, null);
    media.play('a', 'p', [], false);
    seen.length = 0;
    handlers?.onReport({ type: 'crashed', leg: 1, error: 'Error: x' });
    expect(seen).toMatchObject([
      { type: 'played', leg: 'a', token: 'p', end: 'failed' },
      { type: 'failed', leg: 'a', why: 'gone' },
    ]);
    expect(warnings).toEqual(['media of a leg crashed']);
    expect(media.snapshot()).toMatchObject({ legs: [{ leg: 'b' }], ports: { lent: 1, draining: 1 } });
  });

  it('when it dies every leg is gone, what was owed is told, and a new server takes new calls', async () => {
    await startWatched();
    media.open('a', A, null);
    media.open('b', null, A);
    media.open('c', A, null);
    media.play('a', 'p', [], false);
    media.record('a', 'r', { file: '/x.wav', maxMs: 1000, silenceMs: 0, terminators: '' });
    media.play('c', 'p', [], false);
    media.close('c');
    seen.length = 0;
    handlers?.onGone('exit code 1');
    expect(seen).toMatchObject([
      { type: 'played', leg: 'a', token: 'p', end: 'failed' },
      { type: 'recorded', leg: 'a', token: 'r', file: '/x.wav', end: 'failed' },
      { type: 'failed', leg: 'a', why: 'gone' },
      { type: 'played', leg: 'c', token: 'p', end: 'failed' },
      { type: 'closed', leg: 'c' },
      { type: 'failed', leg: 'b', why: 'gone' },
    ]);
    media.open('d', A, null);
    expect(seen.at(-1)).toEqual({ type: 'failed', leg: 'd', why: 'exhausted' });
    clock.advance(1000);
    await turns();
    media.open('e', A, null);
    expect(seen.at(-1)).toMatchObject({ type: 'opened', leg: 'e' });
    expect(media.snapshot()).toMatchObject({ restarts: 1, ports: { lent: 1 } });
  });
});
