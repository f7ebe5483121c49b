/** ITU-T G.711: companded 8-bit samples at 8000 Hz. Linear samples are 16-bit. */

const ULAW_BIAS = 0x84;
const ULAW_CLIP = 32635;

export const ULAW_SILENCE = 0xff;
export const ALAW_SILENCE = 0xd5;

/** Linear value of every µ-law byte. */
export const ULAW_TO_LINEAR = Int16Array.from({ length: 256 }, (_, code) => expandUlaw(code));
/** Linear value of every A-law byte. */
export const ALAW_TO_LINEAR = Int16Array.from({ length: 256 }, (_, code) => expandAlaw(code));

// Every 16-bit sample, indexed as unsigned: one look-up per sample instead of a search for the segment.
const LINEAR_TO_ULAW = Uint8Array.from({ length: 65536 }, (_, sample) => compressUlaw((sample << 16) >> 16));
const LINEAR_TO_ALAW = Uint8Array.from({ length: 65536 }, (_, sample) => compressAlaw((sample << 16) >> 16));

/** µ-law byte to the A-law byte of the nearest level, and back. */
export const ULAW_TO_ALAW = Uint8Array.from({ length: 256 }, (_, code) => linearToAlaw(expandUlaw(code)));
export const ALAW_TO_ULAW = Uint8Array.from({ length: 256 }, (_, code) => linearToUlaw(expandAlaw(code)));

export function linearToUlaw(sample: number): number {
  return LINEAR_TO_ULAW[sample & 0xffff] ?? ULAW_SILENCE;
}

export function linearToAlaw(sample: number): number {
  return LINEAR_TO_ALAW[sample & 0xffff] ?? ALAW_SILENCE;
}

function expandUlaw(code: number): number {
  const inverted = ~code & 0xff;
  const exponent = (inverted >> 4) & 7;
  const magnitude = ((((inverted & 0x0f) << 3) + ULAW_BIAS) << exponent) - ULAW_BIAS;
  return inverted >= 0x80 ? -magnitude : magnitude;
}

function compressUlaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), ULAW_CLIP) + ULAW_BIAS;
  const exponent = 31 - Math.clz32(magnitude >> 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

function expandAlaw(code: number): number {
  const toggled = code ^ 0x55;
  const exponent = (toggled >> 4) & 7;
  const step = ((toggled & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? step : (step + 0x100) << (exponent - 1);
  return toggled >= 0x80 ? magnitude : -magnitude;
}

function compressAlaw(sample: number): number {
  const positive = sample >= 0;
  const magnitude = Math.min(positive ? sample : -sample - 1, 32767); // one's complement: -1 is the first negative level
  const exponent = magnitude < 256 ? 0 : 24 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f;
  return ((positive ? 0x80 : 0) | (exponent << 4) | mantissa) ^ 0x55;
}
