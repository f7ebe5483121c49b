import { describe, expect, it } from 'vitest';
import type { RecordOptions } from '../../src/ports/media.js';
import { linearToAlaw, linearToUlaw } from '../../src/rtp/g711.js';
import { G722Encoder } from '../../src/rtp/g722.js';
import { Recorder } from '../../src/rtp/recorder.js';
import type { CodecKind } from '../../src/sdp/codec.js';
import { amplitudeAt } from '../support/goertzel.js';
import { rms, sine } from '../support/tone.js';

const OPTIONS: RecordOptions = { file: 'x.wav', maxMs: 60_000, silenceMs: 0, terminators: '' };
const LOUD = linearToUlaw(8000);
const FRAME_MS = 20;

type Packet = {
  readonly frame: number;
  readonly arrivedMs?: number;
  readonly payload?: Uint8Array;
  readonly payloadType?: number;
  readonly ssrc?: number;
  readonly base?: number;
};

class Tape {
  readonly samples: number[] = [];
  readonly recorder: Recorder;

  constructor(options: Partial<RecordOptions> = {}, kinds: ReadonlyMap<number, CodecKind> = new Map([[0, 'pcmu']])) {
    const sink = { write: (samples: Int16Array, count: number) => this.samples.push(...samples.subarray(0, count)) };
    this.recorder = new Recorder({ ...OPTIONS, ...options }, sink, (payloadType) => kinds.get(payloadType) ?? null, 0);
  }

  /** Frame n is number n of the stream, sampled at n times 20 ms. */
  take(packets: readonly Packet[]): void {
    for (const { frame, arrivedMs, payload, payloadType = 0, ssrc = 7, base = 5000 } of packets) {
      const bytes = payload ?? new Uint8Array(160).fill(LOUD);
      const nowMs = arrivedMs ?? frame * FRAME_MS;
      this.recorder.take(
        ssrc,
        (frame + base) & 0xffff,
        (frame + base) * 160,
        payloadType,
        bytes,
        0,
        bytes.length,
        nowMs,
      );
    }
  }

  /** Loudness of each 20 ms: `#` sound, `.` silence. */
  get picture(): string {
    let picture = '';
    for (let at = 0; at < this.samples.length; at += 160) {
      picture += rms(Int16Array.from(this.samples.slice(at, at + 160))) > 1000 ? '#' : '.';
    }
    return picture;
  }
}

const frames = (...list: number[]): Packet[] => list.map((frame) => ({ frame }));

function recorded(packets: readonly Packet[], endMs: number): Tape {
  const tape = new Tape();
  tape.take(packets);
  tape.recorder.finish(endMs);
  return tape;
}

describe('where the samples lie', () => {
  const rows: readonly [string, readonly Packet[], number, string][] = [
    ['one after another', frames(0, 1, 2, 3), 80, '####'],
    ['the first where it arrived', frames(2, 3), 80, '..##'],
    ['RFC 3550 §5.1 a lost packet is silence', frames(0, 1, 3, 4), 100, '##.##'],
    [
      'RFC 3550 §5.1 order is restored',
      [{ frame: 0 }, { frame: 2, arrivedMs: 40 }, { frame: 1, arrivedMs: 41 }, { frame: 3 }],
      80,
      '####',
    ],
    ['a duplicate counts once', frames(0, 1, 1, 2), 60, '###'],
    [
      'RFC 3389 §4 a pause in the sending is silence',
      [{ frame: 0 }, { frame: 1 }, { frame: 6, arrivedMs: 120 }],
      140,
      '##....#',
    ],
    [
      'late by jitter is not later in the recording',
      [{ frame: 0 }, { frame: 1, arrivedMs: 70 }, { frame: 2, arrivedMs: 71 }, { frame: 3, arrivedMs: 72 }],
      80,
      '####',
    ],
    ['silence to the end when nothing comes any more', frames(0, 1), 100, '##...'],
    ['a burst loss of more than a jitter buffer', frames(0, 1, 30, 31), 640, `##${'.'.repeat(28)}##`],
    [
      'a new SSRC lies where it arrives',
      [...frames(0, 1), { frame: 900, ssrc: 8, arrivedMs: 80 }, { frame: 901, ssrc: 8, arrivedMs: 100 }],
      120,
      '##..##',
    ],
    [
      'timestamps that jump under one SSRC are a new beginning',
      [...frames(0, 1), { frame: 2, base: 40_000, arrivedMs: 80 }, { frame: 3, base: 40_000, arrivedMs: 100 }],
      120,
      '##..##',
    ],
    [
      'RFC 3389 comfort noise is silence',
      [{ frame: 0 }, { frame: 1, payload: new Uint8Array(1), payloadType: 13 }, { frame: 2 }],
      60,
      '#.#',
    ],
  ];
  it.each(rows)('%s', (_name, packets, endMs, picture) => {
    const tape = recorded(packets, endMs);
    expect(tape.picture).toBe(picture);
    expect(tape.recorder.lengthMs).toBe(endMs);
  });

  it('how much of it was sound', () => {
    expect(recorded(frames(0, 1, 3, 4), 1000).recorder.soundMs).toBe(80);
  });

  it('packets of 30 ms', () => {
    const tape = new Tape();
    for (let i = 0; i < 4; i++) {
      tape.recorder.take(7, i, i * 240, 0, new Uint8Array(240).fill(LOUD), 0, 240, i * 30);
    }
    tape.recorder.finish(120);
    expect(tape.picture).toBe('######');
  });
});

describe('the end', () => {
  it('at the maximum, to the sample', () => {
    const tape = new Tape({ maxMs: 50 });
    tape.take(frames(0, 1));
    expect(tape.recorder.tick(40)).toBeNull();
    tape.take(frames(2, 3));
    expect(tape.recorder.tick(60)).toBe('maximum');
    tape.recorder.finish(60);
    expect(tape.samples.length).toBe(400);
    expect(tape.recorder.lengthMs).toBe(50);
  });

  it('after silence, whether quiet packets come or none', () => {
    for (const quiet of [true, false]) {
      const tape = new Tape({ silenceMs: 100 });
      tape.take(frames(0, 1, 2));
      let end: string | null = null;
      let nowMs = 60;
      for (; end === null; nowMs += 20) {
        if (quiet) tape.take([{ frame: nowMs / 20, payload: new Uint8Array(160).fill(0xff) }]);
        end = tape.recorder.tick(nowMs);
      }
      expect([quiet, end, nowMs - 20]).toEqual([quiet, 'silence', 140]);
    }
  });

  it('after silence also when nobody ever spoke', () => {
    const tape = new Tape({ silenceMs: 100 });
    expect([tape.recorder.tick(80), tape.recorder.tick(100)]).toEqual([null, 'silence']);
  });

  it('line noise is silence, a quiet voice is not', () => {
    for (const [peak, soundMs] of [
      [60, 0],
      [600, 100],
    ] as const) {
      const tape = new Tape();
      const payload = Uint8Array.from(sine(500, peak, 160), linearToUlaw);
      tape.take([0, 1, 2, 3, 4].map((frame) => ({ frame, payload })));
      tape.recorder.finish(100);
      expect([peak, tape.recorder.soundMs]).toEqual([peak, soundMs]);
    }
  });
});

describe('codecs', () => {
  const kinds = new Map<number, CodecKind>([
    [0, 'pcmu'],
    [8, 'pcma'],
    [9, 'g722'],
    [111, 'other'],
  ]);
  const encoder = new G722Encoder();
  it.each([
    ['µ-law', 0, linearToUlaw],
    ['A-law', 8, linearToAlaw],
    ['G.722', 9, (sample: number) => encoder.encodeNarrow(sample)],
  ] as const)('a tone in %s', (_name, payloadType, encode) => {
    const tape = new Tape({}, kinds);
    const tone = sine(1000, 8000, 8000);
    tape.take(
      Array.from({ length: 50 }, (_, frame) => ({
        frame,
        payloadType,
        payload: Uint8Array.from(tone.subarray(frame * 160, frame * 160 + 160), encode),
      })),
    );
    tape.recorder.finish(1000);
    expect(amplitudeAt(Int16Array.from(tape.samples.slice(1600)), 1000, 8000) / 8000).toBeCloseTo(1, 1);
  });

  it('what we cannot decode is silence', () => {
    const tape = new Tape({}, kinds);
    tape.take([{ frame: 0, payloadType: 111 }, { frame: 1, payloadType: 77 }, { frame: 2 }]);
    tape.recorder.finish(60);
    expect(tape.picture).toBe('..#');
  });
});
