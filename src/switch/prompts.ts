import { join } from 'node:path';
import type { Playable } from '../ports/media.js';
import type { Say } from '../scripts/conversation.js';

/** The record tone: 1 kHz, 250 ms. */
const BEEP: Playable = { tone: [1000], onMs: 250, offMs: 50, times: 1 };
const LARGEST_WHOLE_NUMBER = 20;

/** Finds the sound of what a script says in a folder of the prompt catalogue, one WAV per id. */
export function playables(say: readonly Say[], folder: string): Playable[] {
  return say.flatMap((s): Playable[] => {
    if ('prompt' in s) return [{ file: join(folder, `${s.prompt}.wav`) }];
    if ('file' in s) return [{ file: s.file }];
    if ('beep' in s) return [BEEP];
    const ids = 'digits' in s ? digitIds(s.digits) : numberIds(s.number);
    return ids.map((id) => ({ file: join(folder, `${id}.wav`) }));
  });
}

const DIGIT_IDS: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound' };

/** `202` → number-2, number-0, number-2; what cannot be read out is left out. */
function digitIds(digits: string): string[] {
  return [...digits].flatMap((d) => (/\d/.test(d) ? [`number-${d}`] : d in DIGIT_IDS ? [`${DIGIT_IDS[d]}`] : []));
}

/** 0 to 999: hundreds, then whole up to twenty, tens and ones above; a larger number digit by digit. */
function numberIds(number: number): string[] {
  if (number > 999) return digitIds(`${number}`);
  if (number >= 100) {
    const rest = number % 100;
    const hundreds = [`number-${(number - rest) / 100}`, 'number-hundred'];
    return rest === 0 ? hundreds : [...hundreds, ...numberIds(rest)];
  }
  if (number <= LARGEST_WHOLE_NUMBER) return [`number-${number}`];
  const ones = number % 10;
  return [`number-${number - ones}`, ...(ones === 0 ? [] : [`number-${ones}`])];
}
