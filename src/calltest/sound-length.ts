import { readFileSync } from 'node:fs';
import { isWavError, parseWav } from '../rtp/wav.js';

const lengths = new Map<string, number>();

/** How long a WAV plays, as the media server would play it; 0 if it cannot be read. Read once. [ms] */
export function soundLengthMs(file: string): number {
  let lengthMs = lengths.get(file);
  if (lengthMs === undefined) {
    lengthMs = Math.round(readLengthMs(file));
    lengths.set(file, lengthMs);
  }
  return lengthMs;
}

function readLengthMs(file: string): number {
  try {
    const audio = parseWav(readFileSync(file));
    if (isWavError(audio)) return 0;
    switch (audio.kind) {
      case 'linear':
        return (1000 * audio.samples.length) / audio.rate;
      case 'pcmu':
      case 'pcma':
        return audio.bytes.length / 8;
      case 'foreign':
        return (8000 * audio.data.length) / (audio.rate * audio.channels * audio.bits);
    }
  } catch {
    return 0;
  }
}
