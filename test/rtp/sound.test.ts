import { describe, expect, it } from 'vitest';
import { ALAW_TO_LINEAR, linearToAlaw, linearToUlaw, ULAW_TO_LINEAR } from '../../src/rtp/g711.js';
import { G722Decoder } from '../../src/rtp/g722.js';
import { fillSilence, Sound } from '../../src/rtp/sound.js';
import { PEAK_AT_0_DBM0, tone } from '../../src/rtp/tone.js';
import type { SpokenKind } from '../../src/sdp/codec.js';
import { amplitudeAt } from '../support/goertzel.js';
import { rms, sine, toneSnr } from '../support/tone.js';

const KINDS: readonly SpokenKind[] = ['pcmu', 'pcma', 'g722'];

function decode(kind: SpokenKind, bytes: Uint8Array): Int16Array {
  const decoder = new G722Decoder();
  if (kind === 'g722') return Int16Array.from(bytes, (code) => decoder.decodeNarrow(code));
  const table = kind === 'pcmu' ? ULAW_TO_LINEAR : ALAW_TO_LINEAR;
  return Int16Array.from(bytes, (code) => table[code] ?? 0);
}

describe('a sound in each codec', () => {
  const linear = (rate: 8000 | 16000) => new Sound({ kind: 'linear', rate, samples: sine(1000, 8000, rate, rate) });
  const sources: readonly [string, Sound][] = [
    ['8000 Hz', linear(8000)],
    ['16000 Hz', linear(16000)],
    ['µ-law', new Sound({ kind: 'pcmu', bytes: Uint8Array.from(sine(1000, 8000, 8000), linearToUlaw) })],
    ['A-law', new Sound({ kind: 'pcma', bytes: Uint8Array.from(sine(1000, 8000, 8000), linearToAlaw) })],
  ];
  const rows = sources.flatMap(([name, sound]) =>
    KINDS.map((kind): [string, SpokenKind, Sound] => [name, kind, sound]),
  );
  it.each(rows)('%s as %s: same length, same tone', (_name, kind, sound) => {
    expect([sound.length, sound.lengthMs]).toEqual([8000, 1000]);
    const samples = decode(kind, sound.encoded(kind, 8000)).subarray(1600);
    expect(toneSnr(samples, 1000)).toBeGreaterThan(30);
    expect(amplitudeAt(samples, 1000, 8000) / 8000).toBeCloseTo(1, 1);
  });

  it('16000 Hz loses what a telephone cannot carry instead of folding it down', () => {
    const sound = new Sound({ kind: 'linear', rate: 16000, samples: sine(6000, 8000, 16000, 16000) });
    expect(rms(decode('pcmu', sound.encoded('pcmu', 8000)).subarray(100, 7900))).toBeLessThan(40);
  });

  it('16000 Hz keeps it in G.722', () => {
    const sound = new Sound({ kind: 'linear', rate: 16000, samples: sine(6000, 8000, 16000, 16000) });
    const samples = new Int16Array(16000);
    new G722Decoder().decode(sound.encoded('g722', 8000), 0, 8000, samples);
    expect(amplitudeAt(samples.subarray(3200), 6000, 16000) / 8000).toBeCloseTo(1, 1);
  });

  it('is encoded piece by piece and comes to the same as at once', () => {
    for (const kind of KINDS) {
      const whole = tone([440], -10).encoded(kind, 8000);
      const sound = tone([440], -10);
      for (let end = 160; end <= 8000; end += 160) sound.encoded(kind, end);
      expect(sound.encoded(kind, 8000)).toEqual(whole);
    }
  });
});

describe('tones', () => {
  it('ITU-T G.711 table 5: 1000 Hz at 0 dBm0 in µ-law is the digital milliwatt', () => {
    const samples = decode('pcmu', tone([1000], 0).encoded('pcmu', 8000));
    expect(20 * Math.log10(amplitudeAt(samples, 1000, 8000) / PEAK_AT_0_DBM0)).toBeCloseTo(0, 1);
    const milliwatt = decode('pcmu', Uint8Array.of(0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e));
    expect(20 * Math.log10(rms(milliwatt) / rms(samples))).toBeCloseTo(0, 0);
  });

  it.each([
    ['ITU-T E.180 §9: special information tone', [913.8]],
    ['ANSI T1.401 dial tone', [350, 440]],
    ['1004 Hz test tone', [1004]],
  ] as const)('%s is on its frequency and joins without a click', (_name, frequencies) => {
    const bytes = tone(frequencies, -13).encoded('pcmu', 80_000);
    const twice = decode('pcmu', Buffer.concat([bytes, bytes]));
    const seconds = 2 * (bytes.length / 8000);
    for (const frequency of frequencies) {
      const expected = PEAK_AT_0_DBM0 * 10 ** (-13 / 20);
      expect(amplitudeAt(twice, frequency, 8000) / expected).toBeCloseTo(1, 1);
      expect(amplitudeAt(twice, frequency + 1.5 / seconds, 8000) / expected).toBeLessThan(0.25);
    }
    const joint = twice.subarray(bytes.length - 400, bytes.length + 400);
    expect(rms(joint) / rms(twice)).toBeCloseTo(1, 0);
  });

  it('a loop in G.722 goes round without a click', () => {
    const bytes = tone([1000], -13).encoded('g722', 8000);
    const samples = decode('g722', Buffer.concat([bytes, bytes]));
    expect(toneSnr(samples.subarray(4000, 12_000), 1000)).toBeGreaterThan(30);
  });
});

it.each(KINDS)('silence in %s is silent', (kind) => {
  const bytes = new Uint8Array(320).fill(0x42);
  fillSilence(kind, bytes, 0, 160);
  fillSilence(kind, bytes, 160, 320);
  expect(rms(decode(kind, bytes))).toBeLessThan(10);
});
