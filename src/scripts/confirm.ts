import type { Conversing, Say } from './conversation.js';

/** `lapsed`: nobody said yes or no in all rounds, as a mailbox does. */
export type Confirmation = 'accepted' | 'refused' | 'lapsed';

const ROUNDS = 3;
const READ_MS = 5_000;
const ANY_DIGIT = '0123456789*#';

/**
 * Who answered is asked to take the call: 1 takes it, 2 does not, any other key asks again (D-17). `windowMs`: for so long
 * the rounds are followed by silence in which 1 and 2 still count; whoever asks ends it when the time is over.
 */
export function* confirm(offer: readonly Say[], windowMs = 0): Conversing<Confirmation> {
  for (let round = 0; round < ROUNDS; round++) {
    const played = yield { do: 'play', say: [...offer, { prompt: 'confirm-press-one' }], until: ANY_DIGIT };
    let digit = played.heard === 'played' ? played.digit : null;
    if (digit === null) {
      const collected = yield { do: 'collect', withinMs: READ_MS };
      digit = collected.heard === 'digit' ? collected.digit : null;
    }
    if (digit === '1') return 'accepted';
    if (digit === '2') return 'refused';
  }
  while (windowMs > 0) {
    const collected = yield { do: 'collect', withinMs: windowMs };
    const digit = collected.heard === 'digit' ? collected.digit : null;
    if (digit === '1') return 'accepted';
    if (digit === '2') return 'refused';
    if (digit === null) break;
  }
  return 'lapsed';
}

/** For one who was being asked when somebody else took the call (D-20). */
export function* callTaken(): Conversing {
  yield { do: 'play', say: [{ prompt: 'confirm-call-taken' }], until: '' };
}
