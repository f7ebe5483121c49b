/** Power of one frequency in samples (Goertzel's algorithm), as the amplitude of the sine that would give it. */
export function amplitudeAt(samples: Int16Array, frequencyHz: number, rateHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / rateHz);
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const now = sample + coefficient * last - beforeLast;
    beforeLast = last;
    last = now;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (2 * Math.sqrt(Math.max(power, 0))) / samples.length;
}

/** How long the frequency sounds, counted in windows of 20 ms in which it is the better part of what is heard. [ms] */
export function soundingMs(samples: Int16Array, frequencyHz: number, rateHz: number, minAmplitude = 1000): number {
  const window = rateHz / 50;
  let windows = 0;
  for (let at = 0; at + window <= samples.length; at += window) {
    const piece = samples.subarray(at, at + window);
    const amplitude = amplitudeAt(piece, frequencyHz, rateHz);
    const meanSquare = piece.reduce((sum, sample) => sum + sample * sample, 0) / window;
    if (amplitude >= minAmplitude && (amplitude * amplitude) / 2 > meanSquare / 2) windows++;
  }
  return windows * 20;
}

export type Wav = { readonly rateHz: number; readonly samples: Int16Array };

/** Reads 16-bit mono PCM, also a file whose length fields were not brought up to date because its writer was killed. */
export function readWav(bytes: Buffer): Wav {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error('not a WAV file');
  let rateHz = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'fmt ') rateHz = bytes.readUInt32LE(at + 12);
    if (id === 'data') {
      const end = size === 0 ? bytes.length : Math.min(at + 8 + size, bytes.length);
      const count = Math.floor((end - at - 8) / 2);
      return { rateHz, samples: Int16Array.from({ length: count }, (_, i) => bytes.readInt16LE(at + 8 + 2 * i)) };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('a WAV file without data');
}

/** A sine as a WAV file of 16-bit mono PCM. */
export function writeToneWav(frequencyHz: number, amplitude: number, lengthMs: number, rateHz = 8000): Buffer {
  const count = Math.round((lengthMs * rateHz) / 1000);
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rateHz, 24);
  bytes.writeUInt32LE(2 * rateHz, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; i++) {
    bytes.writeInt16LE(Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)), 44 + 2 * i);
  }
  return bytes;
}
