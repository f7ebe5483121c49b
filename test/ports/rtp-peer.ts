import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ALAW_TO_LINEAR, linearToAlaw, linearToUlaw, ULAW_TO_LINEAR } from '../../src/rtp/g711.js';
import { amplitudeAt } from '../support/goertzel.js';

const FRAME = 160;
const RATE = 8000;
const EVENT_TYPE = 101;
const DIGITS = '0123456789*#ABCD';

type Codec = 'pcmu' | 'pcma';

type Sounding = { readonly event: number; readonly timestamp: number; readonly packets: number; sent: number };

/** A digit as it was heard: RFC 4733 events with one timestamp are one. */
export type HeardDigit = { readonly digit: string; durationMs: number };

/** The RTP of a phone: says a tone or silence in 20 ms packets, hears what comes, presses keys. */
export class RtpPeer {
  /** What it says [Hz]; null: silence. */
  tone: number | null = null;
  /** False: it sends nothing at all. */
  isSending = true;
  codec: Codec = 'pcmu';
  readonly digits: HeardDigit[] = [];
  packets = 0;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #heard: number[] = [];
  #to: { readonly address: string; readonly port: number } | null = null;
  #sequence = 7;
  #timestamp = 1000;
  #phase = 0;
  #due = performance.now();
  #sounding: Sounding | null = null;
  #lastEvent = -1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => this.#received(packet));
    this.#timer = setInterval(() => this.#catchUp(), 10);
  }

  static async open(): Promise<RtpPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RtpPeer(socket);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Offer or answer of this phone. `formats`: payload types; 0, 8 and 101 have their usual meaning. */
  sdp(formats: readonly number[] = [0, 8, 101], direction = 'sendrecv', version = 1): string {
    const maps: Record<number, string> = {
      0: 'PCMU/8000',
      3: 'GSM/8000',
      8: 'PCMA/8000',
      9: 'G722/8000',
      101: 'telephone-event/8000',
    };
    return [
      'v=0',
      `o=- ${this.port} ${version} IN IP4 127.0.0.1`,
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.port} RTP/AVP ${formats.join(' ')}`,
      ...formats.map((format) => `a=rtpmap:${format} ${maps[format] ?? `X-${format}/8000`}`),
      'a=ptime:20',
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Sends to where that SDP says, in the first of its codecs. */
  sendTo(sdp: string): void {
    const media = /^m=audio (\d+) \S+ (\d+)/m.exec(sdp);
    const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
    if (media === null || address === undefined) throw new Error(`no audio in\n${sdp}`);
    this.#to = { address, port: Number(media[1]) };
    this.codec = media[2] === '8' ? 'pcma' : 'pcmu';
    this.#due = performance.now();
  }

  /** Holds a key for so long. */
  press(digit: string, durationMs = 100): void {
    const packets = Math.max(2, Math.round(durationMs / 20));
    this.#sounding = { event: DIGITS.indexOf(digit), timestamp: this.#timestamp, packets, sent: 0 };
  }

  /** Listens for so long from now. */
  async hear(ms: number): Promise<Heard> {
    this.#heard = [];
    const before = this.packets;
    await new Promise((resolve) => setTimeout(resolve, ms));
    return new Heard(Int16Array.from(this.#heard), this.packets - before);
  }

  #catchUp(): void {
    const now = performance.now();
    if (now - this.#due > 500) this.#due = now - 20; // the machine was busy; a phone would not burst either
    for (; this.#due <= now; this.#due += 20) this.#tick();
  }

  #tick(): void {
    this.#timestamp = (this.#timestamp + FRAME) >>> 0;
    const to = this.#to;
    if (to === null || !this.isSending) return;
    const packet = this.#sounding === null ? this.#voice() : this.#event(this.#sounding);
    this.#socket.send(packet, to.port, to.address);
  }

  #voice(): Buffer {
    const packet = this.#header(this.codec === 'pcmu' ? 0 : 8, this.#timestamp, FRAME);
    for (let i = 0; i < FRAME; i++) {
      const sample = this.tone === null ? 0 : 8000 * Math.sin((2 * Math.PI * this.tone * this.#phase++) / RATE);
      packet[12 + i] = this.codec === 'pcmu' ? linearToUlaw(Math.round(sample)) : linearToAlaw(Math.round(sample));
    }
    return packet;
  }

  /** The end of an event is sent three times (RFC 4733 §2.5.1.4). */
  #event(sounding: Sounding): Buffer {
    const { event, timestamp, packets } = sounding;
    sounding.sent++;
    const isEnd = sounding.sent >= packets;
    const packet = this.#header(EVENT_TYPE, timestamp, 4);
    packet[12] = event;
    packet[13] = (isEnd ? 0x80 : 0) | 10;
    packet.writeUInt16BE(Math.min(sounding.sent, packets) * FRAME, 14);
    if (sounding.sent >= packets + 2) this.#sounding = null;
    return packet;
  }

  #header(type: number, timestamp: number, length: number): Buffer {
    const packet = Buffer.alloc(12 + length);
    packet[0] = 0x80;
    packet[1] = type;
    packet.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    packet.writeUInt32BE(timestamp, 4);
    packet.writeUInt32BE(this.port, 8);
    return packet;
  }

  #received(packet: Buffer): void {
    if (packet.length < 12 || (packet[1] ?? 0) >= 200) return; // RTCP
    this.packets++;
    const type = (packet[1] ?? 0) & 0x7f;
    if (type === EVENT_TYPE) this.#pressed(packet);
    else if (type === 0 || type === 8) {
      const table = type === 0 ? ULAW_TO_LINEAR : ALAW_TO_LINEAR;
      for (const byte of packet.subarray(12)) this.#heard.push(table[byte] ?? 0);
    }
  }

  #pressed(packet: Buffer): void {
    const timestamp = packet.readUInt32BE(4);
    const durationMs = packet.readUInt16BE(14) / 8;
    const last = this.digits.at(-1);
    if (timestamp === this.#lastEvent && last !== undefined) last.durationMs = Math.max(last.durationMs, durationMs);
    else this.digits.push({ digit: DIGITS[packet[12] ?? 0] ?? '?', durationMs });
    this.#lastEvent = timestamp;
  }
}

/** What came to a phone in a while. */
export class Heard {
  readonly samples: Int16Array;
  readonly packets: number;

  constructor(samples: Int16Array, packets: number) {
    this.samples = samples;
    this.packets = packets;
  }

  /** Whether that frequency is in it. */
  has(frequencyHz: number): boolean {
    return this.samples.length > 0 && amplitudeAt(this.samples, frequencyHz, RATE) > 300;
  }

  /** Level of that frequency. [dBm0] */
  levelOf(frequencyHz: number): number {
    return 20 * Math.log10(amplitudeAt(this.samples, frequencyHz, RATE) / (32124 / 10 ** (3.17 / 20)));
  }
}
