/** Signals for tests: linear 16-bit samples. */

export function sine(frequency: number, peak: number, samples: number, rate = 8000): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * frequency * i) / rate)),
  );
}

/**
 * Signal to noise in dB of a pure tone after a codec: what is left when the best-fitting sine of that frequency is taken
 * out counts as noise, so delay and level do not matter.
 */
export function toneSnr(samples: Int16Array, frequency: number, rate = 8000): number {
  const w = (2 * Math.PI * frequency) / rate;
  let cosine = 0;
  let sine = 0;
  let total = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    cosine += sample * Math.cos(w * i);
    sine += sample * Math.sin(w * i);
    total += sample * sample;
  }
  const signal = (2 * (cosine * cosine + sine * sine)) / samples.length;
  return 10 * Math.log10(signal / Math.max(total - signal, 1));
}

export function rms(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
