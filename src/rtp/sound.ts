import type { SpokenKind } from '../sdp/codec.js';
import {
  ALAW_SILENCE,
  ALAW_TO_LINEAR,
  ALAW_TO_ULAW,
  linearToAlaw,
  linearToUlaw,
  ULAW_SILENCE,
  ULAW_TO_ALAW,
  ULAW_TO_LINEAR,
} from './g711.js';
import { G722Encoder } from './g722.js';
import type { WavAudio } from './wav.js';

/** All three codecs that we speak take 8 bytes for a millisecond, so that a place in a sound is the same number in each. */
export const BYTES_PER_MS = 8;
/** 20 ms. */
export const FRAME_BYTES = 160;

const BLOCK = 8000; // encoded at a time: long files must not hold up the packets of others

type Track = { readonly bytes: Uint8Array; done: number; readonly encoder: G722Encoder };

/** A piece of audio that is encoded at most once for each codec, as far as it is played, and shared by all who play it. */
export class Sound {
  /** In bytes of any codec. */
  readonly length: number;
  readonly #audio: WavAudio;
  readonly #loops: boolean;
  readonly #tracks: Partial<Record<SpokenKind, Track>> = {};

  /** `loops`: its end joins its beginning, as in a tone. */
  constructor(audio: WavAudio, loops = false) {
    this.#audio = audio;
    this.#loops = loops;
    if (audio.kind === 'linear') {
      this.length = audio.rate === 16000 ? audio.samples.length >> 1 : audio.samples.length;
    } else {
      this.length = audio.bytes.length;
    }
  }

  get lengthMs(): number {
    return this.length / BYTES_PER_MS;
  }

  /** What it may come to hold in memory [bytes]. */
  get weight(): number {
    return this.length * (this.#audio.kind === 'linear' ? (2 * this.#audio.rate) / 8000 + 3 : 3);
  }

  /** The whole in that codec; only the bytes before `end` are sure to be encoded. */
  encoded(kind: SpokenKind, end: number): Uint8Array {
    const audio = this.#audio;
    if (audio.kind === kind) return audio.bytes;
    let track = this.#tracks[kind];
    if (track === undefined) {
      track = { bytes: new Uint8Array(this.length), done: 0, encoder: new G722Encoder() };
      this.#tracks[kind] = track;
      // A loop goes round once before it counts, so that its end meets an encoder that has adapted.
      if (this.#loops && kind === 'g722') this.#encode(kind, track, this.length);
      track.done = 0;
    }
    while (track.done < Math.min(end, this.length)) this.#encode(kind, track, track.done + BLOCK);
    return track.bytes;
  }

  #encode(kind: SpokenKind, track: Track, until: number): void {
    const { bytes, encoder } = track;
    const audio = this.#audio;
    const start = track.done;
    const end = Math.min(until, this.length);
    track.done = end;
    if (audio.kind === 'linear' && audio.rate === 16000 && kind === 'g722') {
      encoder.encode(audio.samples.subarray(2 * start, 2 * end), 2 * (end - start), bytes, start);
      return;
    }
    for (let i = start; i < end; i++) bytes[i] = encodeSample(kind, encoder, audio, i);
  }
}

function encodeSample(kind: SpokenKind, encoder: G722Encoder, audio: WavAudio, at: number): number {
  switch (kind) {
    case 'pcmu':
      return audio.kind === 'pcma' ? (ALAW_TO_ULAW[audio.bytes[at] ?? 0] ?? 0) : linearToUlaw(narrowSample(audio, at));
    case 'pcma':
      return audio.kind === 'pcmu' ? (ULAW_TO_ALAW[audio.bytes[at] ?? 0] ?? 0) : linearToAlaw(narrowSample(audio, at));
    case 'g722':
      return encoder.encodeNarrow(narrowSample(audio, at));
  }
}

// Half-band low-pass, a windowed sinc: passes the telephone band, stops what would fold back into it.
const TAPS = 31;
const MIDDLE = (TAPS - 1) / 2;
const HALF_BAND = Float64Array.from({ length: TAPS }, (_, i) => {
  const x = i - MIDDLE;
  const sinc = x === 0 ? 0.5 : Math.sin((Math.PI * x) / 2) / (Math.PI * x);
  const phase = (2 * Math.PI * (i + 1)) / (TAPS + 1);
  return sinc * (0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase)); // Blackman
});

/** The sample at 8000 Hz. */
function narrowSample(audio: WavAudio, at: number): number {
  switch (audio.kind) {
    case 'pcmu':
      return ULAW_TO_LINEAR[audio.bytes[at] ?? 0] ?? 0;
    case 'pcma':
      return ALAW_TO_LINEAR[audio.bytes[at] ?? 0] ?? 0;
    case 'linear': {
      const { samples } = audio;
      if (audio.rate === 8000) return samples[at] ?? 0;
      let sum = 0;
      for (let k = 0; k < TAPS; k++) sum += (HALF_BAND[k] ?? 0) * (samples[2 * at + k - MIDDLE] ?? 0);
      return Math.max(-32768, Math.min(32767, Math.round(sum)));
    }
  }
}

// G.722 has no code for silence: this is some of it by an encoder that is used to silence.
const G722_SILENCE = new Sound({ kind: 'linear', rate: 8000, samples: new Int16Array(FRAME_BYTES) }, true);

/** Fills up to 20 ms with silence. */
export function fillSilence(kind: SpokenKind, into: Uint8Array, start: number, end: number): void {
  switch (kind) {
    case 'pcmu':
      into.fill(ULAW_SILENCE, start, end);
      break;
    case 'pcma':
      into.fill(ALAW_SILENCE, start, end);
      break;
    case 'g722':
      into.set(G722_SILENCE.encoded('g722', FRAME_BYTES).subarray(0, end - start), start);
  }
}
