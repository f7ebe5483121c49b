import { describe, expect, it } from 'vitest';
import { ALAW_TO_LINEAR, linearToAlaw, linearToUlaw, ULAW_TO_LINEAR } from '../../src/rtp/g711.js';
import { G722Decoder, G722Encoder } from '../../src/rtp/g722.js';
import { Transcoder } from '../../src/rtp/transcoder.js';
import type { SpokenKind } from '../../src/sdp/codec.js';
import { amplitudeAt } from '../support/goertzel.js';
import { sine, toneSnr } from '../support/tone.js';

const FRAME = 160;

function encoded(kind: SpokenKind, samples: Int16Array): Uint8Array {
  const encoder = new G722Encoder();
  switch (kind) {
    case 'pcmu':
      return Uint8Array.from(samples, linearToUlaw);
    case 'pcma':
      return Uint8Array.from(samples, linearToAlaw);
    case 'g722':
      return Uint8Array.from(samples, (sample) => encoder.encodeNarrow(sample));
  }
}

function decoded(kind: SpokenKind, bytes: Uint8Array): Int16Array {
  const decoder = new G722Decoder();
  switch (kind) {
    case 'pcmu':
      return Int16Array.from(bytes, (code) => ULAW_TO_LINEAR[code] ?? 0);
    case 'pcma':
      return Int16Array.from(bytes, (code) => ALAW_TO_LINEAR[code] ?? 0);
    case 'g722':
      return Int16Array.from(bytes, (code) => decoder.decodeNarrow(code));
  }
}

describe('a tone comes through packet by packet', () => {
  const kinds: readonly SpokenKind[] = ['pcmu', 'pcma', 'g722'];
  const pairs = kinds.flatMap((from) => kinds.map((to): [SpokenKind, SpokenKind] => [from, to]));
  it.each(pairs)('%s to %s', (from, to) => {
    const bytes = encoded(from, sine(1000, 8000, 8000));
    const transcoder = new Transcoder();
    for (let at = 0; at < bytes.length; at += FRAME) transcoder.convert(from, to, bytes, at, at + FRAME);
    const samples = decoded(to, bytes).subarray(1600);
    expect(toneSnr(samples, 1000)).toBeGreaterThan(30);
    expect(amplitudeAt(samples, 1000, 8000) / 8000).toBeCloseTo(1, 1);
  });
});

it('touches only the payload', () => {
  const bytes = new Uint8Array(200).fill(0x42);
  new Transcoder().convert('pcmu', 'pcma', bytes, 12, 172);
  expect([...bytes.subarray(0, 12), ...bytes.subarray(172)]).toEqual(new Array(40).fill(0x42));
  expect(bytes.subarray(12, 172).every((byte) => byte !== 0x42)).toBe(true);
});
