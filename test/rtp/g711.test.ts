import { describe, expect, it } from 'vitest';
import {
  ALAW_TO_LINEAR,
  ALAW_TO_ULAW,
  linearToAlaw,
  linearToUlaw,
  ULAW_TO_ALAW,
  ULAW_TO_LINEAR,
} from '../../src/rtp/g711.js';
import { sine, toneSnr } from '../support/tone.js';

const CODES = Array.from({ length: 256 }, (_, code) => code);

describe('decoding', () => {
  // Decision values of the Recommendation, in 16-bit scale: µ-law 14 bits times 4, A-law 13 bits times 8.
  it.each([
    ['ITU-T G.711 table 2a: largest positive', 0x80, 32124],
    ['ITU-T G.711 table 2b: largest negative', 0x00, -32124],
    ['ITU-T G.711 table 2a: zero', 0xff, 0],
    ['ITU-T G.711 table 2b: negative zero', 0x7f, 0],
    ['ITU-T G.711 table 2a: smallest positive', 0xfe, 8],
    ['ITU-T G.711 table 2a: end of the first segment', 0xf0, 120],
    ['ITU-T G.711 table 2a: start of the second segment', 0xef, 132],
  ])('µ-law %s', (_name, code, value) => {
    expect(ULAW_TO_LINEAR[code]).toBe(value);
  });

  it.each([
    ['ITU-T G.711 table 1a: largest positive', 0xaa, 32256],
    ['ITU-T G.711 table 1b: largest negative', 0x2a, -32256],
    ['ITU-T G.711 table 1a: smallest positive', 0xd5, 8],
    ['ITU-T G.711 table 1b: smallest negative', 0x55, -8],
    ['ITU-T G.711 table 1a: second step', 0xd4, 24],
  ])('A-law %s', (_name, code, value) => {
    expect(ALAW_TO_LINEAR[code]).toBe(value);
  });
});

describe('encoding', () => {
  it('every code survives decoding and encoding, but for the negative zero of µ-law', () => {
    expect(CODES.map((code) => linearToUlaw(ULAW_TO_LINEAR[code] ?? 0))).toEqual(
      CODES.map((code) => (code === 0x7f ? 0xff : code)),
    );
    expect(CODES.map((code) => linearToAlaw(ALAW_TO_LINEAR[code] ?? 0))).toEqual(CODES);
  });

  it.each([-32768, 32767])('full scale %i does not wrap', (sample) => {
    expect(Math.sign(ULAW_TO_LINEAR[linearToUlaw(sample)] ?? 0)).toBe(Math.sign(sample));
    expect(Math.sign(ALAW_TO_LINEAR[linearToAlaw(sample)] ?? 0)).toBe(Math.sign(sample));
  });

  it.each([
    ['µ-law', linearToUlaw, ULAW_TO_LINEAR],
    ['A-law', linearToAlaw, ALAW_TO_LINEAR],
  ] as const)('%s moves no sample by more than half a step of its segment', (_name, encode, decode) => {
    const moved: number[] = [];
    for (let sample = -32124; sample <= 32124; sample++) {
      const allowed = Math.max(8, Math.abs(sample) / 16);
      if (Math.abs((decode[encode(sample)] ?? 0) - sample) > allowed) moved.push(sample);
    }
    expect(moved).toEqual([]);
  });

  it.each([
    ['µ-law', linearToUlaw, ULAW_TO_LINEAR],
    ['A-law', linearToAlaw, ALAW_TO_LINEAR],
  ] as const)('ITU-T G.712: %s keeps a tone 33 dB above its noise over a range of 30 dB', (_name, encode, decode) => {
    for (const peak of [1000, 5000, 20000, 30000]) {
      const out = sine(1020, peak, 8000).map((sample) => decode[encode(sample)] ?? 0);
      expect(toneSnr(out, 1020)).toBeGreaterThan(33);
    }
  });
});

describe('translating', () => {
  it.each([
    ['ITU-T G.711 table 3: largest', 0x80, 0xaa],
    ['ITU-T G.711 table 3: largest negative', 0x00, 0x2a],
    ['ITU-T G.711 table 3: zero', 0xff, 0xd5],
  ])('%s', (_name, ulaw, alaw) => {
    expect(ULAW_TO_ALAW[ulaw]).toBe(alaw);
  });

  it('ITU-T G.711 §3.4: there and back moves no code by more than one step', () => {
    for (const code of CODES) {
      const back = ALAW_TO_ULAW[ULAW_TO_ALAW[code] ?? 0] ?? 0;
      expect(Math.abs((back & 0x7f) - (code & 0x7f))).toBeLessThanOrEqual(1);
    }
  });
});
