import { Sound } from './sound.js';

const RATE = 8000;
/** Peak of a sine at 0 dBm0 in 16-bit linear: µ-law's overload point 32124 is +3.17 dBm0 (ITU-T G.711 table 4, note 4). */
export const PEAK_AT_0_DBM0 = 32124 / 10 ** (3.17 / 20);

/** Level of each frequency of a tone that names none: that of a North American dial tone. */
export const USUAL_DBM0 = -13;

/**
 * A tone as a loop that joins without a click: one second for whole frequencies, ten for those in tenths of a hertz
 * (special information tones, ITU-T E.180 §9). `dbm0` is the level of each frequency.
 */
export function tone(frequencies: readonly number[], dbm0: number): Sound {
  const seconds = frequencies.every(Number.isInteger) ? 1 : 10;
  const peak = PEAK_AT_0_DBM0 * 10 ** (dbm0 / 20);
  const samples = Int16Array.from({ length: RATE * seconds }, (_, i) => {
    let sum = 0;
    for (const frequency of frequencies) sum += peak * Math.sin((2 * Math.PI * frequency * i) / RATE);
    return Math.max(-32768, Math.min(32767, Math.round(sum)));
  });
  return new Sound({ kind: 'linear', rate: RATE, samples }, true);
}
