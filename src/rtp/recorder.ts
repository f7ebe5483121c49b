import type { RecordOptions } from '../ports/media.js';
import type { CodecKind } from '../sdp/codec.js';
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from './g711.js';
import { G722Decoder } from './g722.js';
import { type HeldPacket, JitterBuffer } from './jitter-buffer.js';
import { timestampDistance } from './packet.js';

const SAMPLES_PER_MS = 8;
const FRAME = 160;
/** Mean magnitude of a 20 ms frame from which on it is sound: -38 dBm0, above line noise, below a quiet voice. */
const SOUND_LEVEL = 180;
const TOLERANCE = 8000; // a second: a timestamp that is further off than this is a new beginning

/** Where the samples go, in order; the array is reused after the call. */
export type SampleSink = { write(samples: Int16Array, count: number): void };

export type RecorderEnd = 'maximum' | 'silence';

/**
 * Turns what a leg says into samples at 8000 Hz that lie where their timestamps put them: loss and pauses become silence,
 * order is restored. The first packet lies where it arrived, so that the length is the time that was recorded.
 */
export class Recorder {
  readonly options: RecordOptions;
  readonly #sink: SampleSink;
  readonly #kindOf: (payloadType: number) => CodecKind | null;
  readonly #startMs: number;
  readonly #buffer = new JitterBuffer();
  readonly #decoded = new Int16Array(1440);
  readonly #limit: number;
  #decoder: G722Decoder | null = null;
  #ssrc = -1;
  #anchored = false;
  #anchorTimestamp = 0;
  #anchorSample = 0;
  #written = 0; // samples
  #frameFill = 0;
  #frameSum = 0;
  #soundFrames = 0;
  #lastSoundMs: number;

  constructor(
    options: RecordOptions,
    sink: SampleSink,
    kindOf: (payloadType: number) => CodecKind | null,
    nowMs: number,
  ) {
    this.options = options;
    this.#sink = sink;
    this.#kindOf = kindOf;
    this.#startMs = nowMs;
    this.#lastSoundMs = nowMs;
    this.#limit = Math.round(options.maxMs * SAMPLES_PER_MS);
  }

  get lengthMs(): number {
    return Math.round(this.#written / SAMPLES_PER_MS);
  }

  get soundMs(): number {
    return (this.#soundFrames * FRAME) / SAMPLES_PER_MS;
  }

  /** One packet of the leg, events too, so that the order has no holes. */
  take(
    ssrc: number,
    sequence: number,
    timestamp: number,
    payloadType: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    nowMs: number,
  ): void {
    if (ssrc !== this.#ssrc || this.#buffer.isStray(sequence)) {
      this.#drain(nowMs, true);
      this.#buffer.reset();
      this.#anchored = this.#anchored && ssrc === this.#ssrc;
      this.#ssrc = ssrc;
    }
    if (!this.#buffer.put(sequence, timestamp, payloadType, bytes, start, end, nowMs)) return;
    this.#drain(nowMs, false);
  }

  /** Every 20 ms: whether it is over. */
  tick(nowMs: number): RecorderEnd | null {
    this.#drain(nowMs, false);
    if (nowMs - this.#startMs >= this.options.maxMs) return 'maximum';
    const { silenceMs } = this.options;
    return silenceMs > 0 && nowMs - this.#lastSoundMs >= silenceMs ? 'silence' : null;
  }

  /** Writes what still waits, and silence up to now. */
  finish(nowMs: number): void {
    this.#drain(nowMs, true);
    this.#padTo(Math.round((nowMs - this.#startMs) * SAMPLES_PER_MS));
  }

  #drain(nowMs: number, all: boolean): void {
    for (;;) {
      const packet = this.#buffer.take(nowMs, all);
      if (packet === null) return;
      this.#place(packet);
    }
  }

  #place(packet: HeldPacket): void {
    const count = this.#decode(packet);
    if (count === 0) return;
    const arrived = Math.round((packet.arrivedMs - this.#startMs) * SAMPLES_PER_MS);
    let sample = this.#anchorSample + timestampDistance(packet.timestamp, this.#anchorTimestamp);
    if (!this.#anchored || Math.abs(sample - arrived) > TOLERANCE) {
      this.#anchored = true;
      this.#anchorTimestamp = packet.timestamp;
      this.#anchorSample = Math.max(arrived, this.#written);
      sample = this.#anchorSample;
    }
    this.#padTo(sample);
    const overlap = this.#written - sample;
    if (overlap < count) this.#append(Math.max(overlap, 0), count, packet.arrivedMs);
  }

  /** Decodes into `#decoded`; 0 samples of what is no audio of ours (comfort noise stays silence). */
  #decode(packet: HeldPacket): number {
    const { payload, length } = packet;
    const decoded = this.#decoded;
    const kind = this.#kindOf(packet.payloadType);
    if (kind === 'pcmu' || kind === 'pcma') {
      const table = kind === 'pcmu' ? ULAW_TO_LINEAR : ALAW_TO_LINEAR;
      for (let i = 0; i < length; i++) decoded[i] = table[payload[i] ?? 0] ?? 0;
      return length;
    }
    if (kind === 'g722') {
      this.#decoder ??= new G722Decoder();
      for (let i = 0; i < length; i++) decoded[i] = this.#decoder.decodeNarrow(payload[i] ?? 0);
      return length;
    }
    return 0;
  }

  #append(from: number, to: number, arrivedMs: number): void {
    const decoded = this.#decoded;
    const end = Math.min(to, from + this.#limit - this.#written);
    if (end <= from) return;
    for (let i = from; i < end; i++) {
      this.#frameSum += Math.abs(decoded[i] ?? 0);
      if (++this.#frameFill === FRAME) this.#endFrame(arrivedMs);
    }
    if (from > 0) decoded.copyWithin(0, from, end);
    this.#sink.write(decoded, end - from);
    this.#written += end - from;
  }

  #endFrame(arrivedMs: number): void {
    if (this.#frameSum >= SOUND_LEVEL * FRAME) {
      this.#soundFrames++;
      this.#lastSoundMs = arrivedMs;
    }
    this.#frameFill = 0;
    this.#frameSum = 0;
  }

  #padTo(sample: number): void {
    const end = Math.min(sample, this.#limit);
    while (this.#written < end) {
      const count = Math.min(end - this.#written, SILENCE.length);
      this.#sink.write(SILENCE, count);
      this.#written += count;
    }
  }
}

const SILENCE = new Int16Array(8000);
