import { describe, expect, it } from 'vitest';
import { G722Decoder, G722Encoder } from '../../src/rtp/g722.js';
import { amplitudeAt } from '../support/goertzel.js';
import { sine, toneSnr } from '../support/tone.js';

function encodeWide(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length >> 1);
  new G722Encoder().encode(samples, samples.length, bytes, 0);
  return bytes;
}

function decodeWide(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length * 2);
  new G722Decoder().decode(bytes, 0, bytes.length, samples);
  return samples;
}

/** Loud noise, always the same. */
function noise(count: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 15) - 32768;
  });
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** FNV-1a over bytes. */
function digest(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

describe('against another implementation (spandsp 0.0.6), bit by bit', () => {
  it('ITU-T G.722 §3: encoding', () => {
    const bytes = encodeWide(noise(16000));
    expect(hex(bytes.subarray(0, 16))).toBe('14a084208a3a0420120804872b232424');
    expect(digest(bytes)).toBe('40fe5165');
  });

  it('ITU-T G.722 §4: decoding', () => {
    const samples = decodeWide(encodeWide(noise(16000).map((sample) => sample >> 2)));
    expect(digest(new Uint8Array(samples.buffer))).toBe('e5b29e0');
  });

  it('the lower band alone', () => {
    const encoder = new G722Encoder();
    const decoder = new G722Decoder();
    const bytes = Uint8Array.from(noise(8000), (sample) => encoder.encodeNarrow(sample));
    const samples = Int16Array.from(bytes, (code) => decoder.decodeNarrow(code));
    expect(digest(bytes)).toBe('1a41b14a');
    expect(digest(new Uint8Array(samples.buffer))).toBe('db56b2bb');
  });
});

describe('round trip', () => {
  it.each([
    [200, 34],
    [1000, 34],
    [3000, 27],
    [5500, 15],
    [6800, 13],
  ])('ITU-T G.722 §2.5: %i Hz keeps %i dB over its noise', (frequency, decibels) => {
    const out = decodeWide(encodeWide(sine(frequency, 8000, 16000, 16000)));
    expect(toneSnr(out.subarray(3200), frequency, 16000)).toBeGreaterThan(decibels);
    expect(amplitudeAt(out.subarray(3200), frequency, 16000) / 8000).toBeCloseTo(1, 1);
  });

  it.each([
    [400, 34],
    [1000, 34],
    [3000, 20], // its image at 5 kHz is left standing by the empty higher band
  ])('narrow to wide and wide to narrow agree: %i Hz keeps %i dB', (frequency, decibels) => {
    const encoder = new G722Encoder();
    const wide = decodeWide(Uint8Array.from(sine(frequency, 8000, 8000), (sample) => encoder.encodeNarrow(sample)));
    expect(toneSnr(wide.subarray(3200), frequency, 16000)).toBeGreaterThan(decibels);
    const decoder = new G722Decoder();
    const narrow = Int16Array.from(encodeWide(sine(frequency, 8000, 16000, 16000)), (code) =>
      decoder.decodeNarrow(code),
    );
    expect(toneSnr(narrow.subarray(1600), frequency)).toBeGreaterThan(decibels);
    expect(amplitudeAt(narrow.subarray(1600), frequency, 8000) / 8000).toBeCloseTo(1, 1);
  });

  it('a decoder that joins in the middle has caught up within 100 ms', () => {
    const out = decodeWide(encodeWide(sine(1000, 8000, 32000, 16000)).subarray(8000));
    expect(toneSnr(out.subarray(1600), 1000, 16000)).toBeGreaterThan(25);
  });
});
