import { describe, expect, it } from 'vitest';
import { type ForeignAudio, RATES } from '../../src/rtp/wav.js';
import { converted } from '../../src/rtp/wav-conversion.js';
import { amplitudeAt } from '../support/goertzel.js';
import { rms, sine, toneSnr } from '../support/tone.js';

const nothing = async () => {};

function foreign(rate: number, samples: readonly Int16Array[], changes: Partial<ForeignAudio> = {}): ForeignAudio {
  const frames = samples[0]?.length ?? 0;
  const data = new Int16Array(frames * samples.length);
  for (const [channel, of] of samples.entries()) {
    for (let i = 0; i < frames; i++) data[i * samples.length + channel] = of[i] ?? 0;
  }
  const channels = samples.length === 2 ? 2 : 1;
  return { kind: 'foreign', rate, channels, bits: 16, isFloat: false, data: new Uint8Array(data.buffer), ...changes };
}

async function samplesOf(audio: ForeignAudio): Promise<Int16Array> {
  const result = await converted(audio, nothing);
  if (result.kind !== 'linear' || result.rate !== 16_000) throw new Error(`${result.kind}`);
  return result.samples;
}

describe('another rate', () => {
  it.each(RATES)('%i Hz: a tone keeps its frequency, level and length', async (rate) => {
    const samples = await samplesOf(foreign(rate, [sine(1000, 8000, rate, rate)]));
    expect(samples.length).toBe(16_000);
    const middle = samples.subarray(1600, 14_400);
    expect(amplitudeAt(middle, 1000, 16_000) / 8000).toBeCloseTo(1, 2);
    expect(toneSnr(middle, 1000, 16_000)).toBeGreaterThan(60);
  });

  it.each([22_050, 44_100, 48_000])('%i Hz: what 16000 Hz cannot carry is not folded down', async (rate) => {
    const samples = await samplesOf(foreign(rate, [sine(9500, 8000, rate, rate)]));
    expect(rms(samples.subarray(200, 15_800))).toBeLessThan(10);
  });

  it('silence comes of silence, and nothing of nothing', async () => {
    expect(rms(await samplesOf(foreign(44_100, [new Int16Array(441)])))).toBe(0);
    expect((await samplesOf(foreign(44_100, [new Int16Array(0)]))).length).toBe(0);
  });

  it('work is done in pieces', async () => {
    let breaths = 0;
    await converted(foreign(48_000, [new Int16Array(48_000)]), async () => {
      breaths++;
    });
    expect(breaths).toBe(12 + 4);
  });
});

describe('other samples', () => {
  const values = [0, 0.5, -0.5, 0.999, -1];

  function written(width: number, put: (view: DataView, at: number, value: number) => void): Uint8Array {
    const view = new DataView(new ArrayBuffer(values.length * width));
    for (const [i, value] of values.entries()) put(view, i * width, value);
    return new Uint8Array(view.buffer);
  }

  it.each([
    [8, false, written(1, (view, at, value) => view.setUint8(at, Math.round(value * 127) + 128))],
    [16, false, written(2, (view, at, value) => view.setInt16(at, Math.round(value * 32_767), true))],
    [
      24,
      false,
      written(3, (view, at, value) => {
        const whole = Math.round(value * 8_388_607);
        view.setUint8(at, whole & 0xff);
        view.setInt16(at + 1, whole >> 8, true);
      }),
    ],
    [32, false, written(4, (view, at, value) => view.setInt32(at, Math.round(value * 2_147_483_647), true))],
    [32, true, written(4, (view, at, value) => view.setFloat32(at, value, true))],
  ] as const)('%i bits, floating point %s', async (bits, isFloat, one) => {
    const width = bits / 8;
    for (const [i, value] of values.entries()) {
      // As a level that stands still, which the filter leaves as it is.
      const data = Buffer.concat(Array.from({ length: 200 }, () => one.subarray(i * width, (i + 1) * width)));
      const samples = await samplesOf(foreign(16_000, [], { bits, isFloat, data }));
      expect(Math.abs((samples[100] ?? 0) - value * 32_768)).toBeLessThan(bits === 8 ? 300 : 40);
    }
  });

  it('what is no number is silence', async () => {
    const data = new Uint8Array(new Float32Array(100).fill(Number.NaN).buffer);
    expect(rms(await samplesOf(foreign(16_000, [], { bits: 32, isFloat: true, data })))).toBe(0);
  });

  it('stereo is the mean of both', async () => {
    const left = sine(1000, 8000, 44_100, 44_100);
    const right = sine(2000, 4000, 44_100, 44_100);
    const samples = (await samplesOf(foreign(44_100, [left, right]))).subarray(1600, 14_400);
    expect(amplitudeAt(samples, 1000, 16_000)).toBeCloseTo(4000, -2);
    expect(amplitudeAt(samples, 2000, 16_000)).toBeCloseTo(2000, -2);
  });
});
