import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaEvent } from '../../src/ports/media.js';
import { ALAW_TO_LINEAR, linearToUlaw } from '../../src/rtp/g711.js';
import { createMedia } from '../../src/rtp/media.js';
import { RtpPacket, writeHeader } from '../../src/rtp/packet.js';
import { udpSockets } from '../../src/rtp/udp-sockets.js';
import { amplitudeAt } from '../support/goertzel.js';
import { sine } from '../support/tone.js';

/** Real files and sockets take real time, more of it on a busy machine. */
const eventually = (check: () => void) => vi.waitFor(check, 10_000);

const FRAMES = 50;

type Phone = { readonly socket: Socket; readonly port: number; readonly heard: Buffer[] };

let phones: Phone[] = [];
beforeEach(() => {
  phones = [];
});
afterEach(() => {
  for (const { socket } of phones) socket.close();
});

async function phone(): Promise<Phone> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const made: Phone = { socket, port: socket.address().port, heard: [] };
  socket.on('message', (bytes) => made.heard.push(bytes));
  phones.push(made);
  return made;
}

const sdp = (port: number, formats: string) =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP ${formats}\r\n`;

describe('on the real network', () => {
  it('a tone that goes into one leg in µ-law comes out of the other in A-law', async () => {
    const events: MediaEvent[] = [];
    const ports = new Map<string, number>();
    const media = createMedia({
      address: '127.0.0.1',
      advertised: '127.0.0.1',
      portMin: 42_000,
      portMax: 42_999,
      inThread: true,
    });
    await media.start((event) => {
      events.push(event);
      if (event.type === 'opened') ports.set(event.leg, Number(/m=audio (\d+)/.exec(event.sdp)?.[1]));
    });
    const a = await phone();
    const b = await phone();
    media.open('a', sdp(a.port, '0'), null);
    media.open('b', null, sdp(a.port, '0'));
    media.accept('b', sdp(b.port, '8'));
    media.connect('a', 'b');
    const tone = sine(1000, 8000, FRAMES * 160);
    for (let frame = 0; frame < FRAMES; frame++) {
      const bytes = new Uint8Array(172);
      writeHeader(bytes, 0, false, 0, frame, frame * 160, 7);
      bytes.set(Uint8Array.from(tone.subarray(frame * 160, frame * 160 + 160), linearToUlaw), 12);
      a.socket.send(bytes, ports.get('a'), '127.0.0.1');
      await new Promise(setImmediate);
    }
    await eventually(() => expect(b.heard.length).toBe(FRAMES));
    const packet = new RtpPacket();
    expect(b.heard.every((bytes) => packet.read(bytes) && packet.payloadType === 8)).toBe(true);
    const heard = Int16Array.from(
      Buffer.concat(b.heard.map((bytes) => bytes.subarray(12))),
      (code) => ALAW_TO_LINEAR[code] ?? 0,
    );
    expect(amplitudeAt(heard, 1000, 8000) / 8000).toBeCloseTo(1, 1);
    media.close('a');
    media.close('b');
    await eventually(() => expect(events.filter(({ type }) => type === 'closed').length).toBe(2));
    await media.stop();
  });

  it('a port that is taken is null and not an error; sending to nonsense is nothing', async () => {
    const { bind } = udpSockets('127.0.0.1');
    const taken = await phone();
    expect(await bind(taken.port, () => {})).toBeNull();
    const socket = await bind(42_998, () => {});
    socket?.send(new Uint8Array(12), 0, 12, 1, '2001:db8::1');
    socket?.send(new Uint8Array(12), 0, 12, 0, '127.0.0.1');
    socket?.send(new Uint8Array(12), 0, 12, taken.port, '127.0.0.1');
    await eventually(() => expect(taken.heard.length).toBe(1));
    socket?.close();
    socket?.send(new Uint8Array(12), 0, 12, taken.port, '127.0.0.1');
  });
});
