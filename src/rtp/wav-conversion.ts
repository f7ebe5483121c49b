import type { ForeignAudio, WavAudio } from './wav.js';

const RATE = 16_000;
/** Samples made at a time: a long file must not hold up the packets of others. */
const BLOCK = 4000;
/** Zero crossings of the low-pass on either side. */
const CROSSINGS = 16;
/** Of the narrower of the two bands; what lies above it is on the slope of the filter. */
const PASSED = 0.92;

/**
 * Linear audio of any form as ours: 16000 Hz, the mean of both channels. `breathe` is awaited between pieces of about a
 * millisecond of work.
 */
export async function converted(audio: ForeignAudio, breathe: () => Promise<void>): Promise<WavAudio> {
  const { rate, channels, bits, data } = audio;
  const frames = data.length / ((channels * bits) / 8);
  const input = new Float32Array(frames);
  for (let at = 0; at < frames; at += BLOCK) {
    mixDown(audio, at, Math.min(at + BLOCK, frames), input);
    await breathe();
  }
  const filter = lowPass(rate);
  const samples = new Int16Array(Math.floor((frames * RATE) / rate));
  for (let at = 0; at < samples.length; at += BLOCK) {
    resample(input, filter, samples, at, Math.min(at + BLOCK, samples.length));
    await breathe();
  }
  return { kind: 'linear', rate: RATE, samples };
}

/** Frames `from` to `to` in the range of 16 bits. */
function mixDown(audio: ForeignAudio, from: number, to: number, into: Float32Array): void {
  const { channels, bits, data } = audio;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const width = bits / 8;
  for (let frame = from; frame < to; frame++) {
    const at = frame * channels * width;
    const first = sampleAt(view, at, audio);
    into[frame] = channels === 1 ? first : (first + sampleAt(view, at + width, audio)) / 2;
  }
}

function sampleAt(view: DataView, at: number, { bits, isFloat }: ForeignAudio): number {
  if (isFloat) {
    const value = view.getFloat32(at, true) * 32_768;
    return Number.isFinite(value) ? value : 0;
  }
  switch (bits) {
    case 8:
      return (view.getUint8(at) - 128) * 256;
    case 16:
      return view.getInt16(at, true);
    case 24:
      return view.getInt16(at + 1, true) + view.getUint8(at) / 256;
    case 32:
      return view.getInt32(at, true) / 65_536;
  }
}

/** A windowed sinc for each place that a sample of 16000 Hz can have between two of the file. */
type LowPass = {
  readonly phases: readonly Float32Array[];
  /** The output moves on by `step` places at a time, of which `phases.length` are one sample of the file. */
  readonly step: number;
  /** Taps before the place. */
  readonly before: number;
};

function lowPass(rate: number): LowPass {
  const common = divisor(rate, RATE);
  const count = RATE / common;
  const band = PASSED * Math.min(1, RATE / rate); // of half the file's rate
  const before = Math.ceil(CROSSINGS / band);
  const phases = Array.from({ length: count }, (_, phase) => {
    const taps = Float32Array.from({ length: 2 * before }, (_, k) => {
      const x = k - before + 1 - phase / count;
      const angle = Math.PI * band * x;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      const turn = (Math.PI * x) / before;
      return Math.abs(x) > before ? 0 : band * sinc * (0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn)); // Blackman
    });
    const sum = taps.reduce((total, tap) => total + tap, 0);
    return taps.map((tap) => tap / sum);
  });
  return { phases, step: rate / common, before };
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function resample(input: Float32Array, filter: LowPass, into: Int16Array, from: number, to: number): void {
  const { phases, step, before } = filter;
  const count = phases.length;
  for (let i = from; i < to; i++) {
    const place = i * step;
    const taps = phases[place % count];
    if (taps === undefined) return;
    const first = Math.floor(place / count) - before + 1;
    let sum = 0;
    for (let k = 0; k < taps.length; k++) sum += (taps[k] ?? 0) * (input[first + k] ?? 0);
    into[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
}
