import type { Conversing, Say } from './conversation.js';

export type VoicemailDeposit = {
  readonly extension: string;
  /** WAV of the owner's greeting; null: the standard one. */
  readonly greeting: string | null;
  readonly maxMessageMs: number;
};

/** Shorter messages are hang-ups on the beep, not messages (D-68). */
export const MIN_MESSAGE_MS = 2_000;
const END_SILENCE_MS = 10_000;

/** Leave a message: greeting (`#` skips it), beep, recording until `#`, silence, the limit or hang-up (D-68). */
export function* depositVoicemail(box: VoicemailDeposit): Conversing {
  yield { do: 'answer' };
  const greeting: readonly Say[] =
    box.greeting === null
      ? [{ prompt: 'vm-person-at-extension' }, { digits: box.extension }, { prompt: 'vm-not-available' }]
      : [{ file: box.greeting }];
  yield { do: 'play', say: greeting, until: '#' };
  yield { do: 'play', say: [{ beep: true }], until: '' };
  const message = yield { do: 'record', maxMs: box.maxMessageMs, silenceMs: END_SILENCE_MS, terminators: '#' };
  if (message.heard !== 'recorded') return;
  if (message.soundMs < MIN_MESSAGE_MS || message.end === 'failed') {
    yield { do: 'discard' };
    return;
  }
  yield { do: 'deposit', extension: box.extension };
  if (message.end !== 'closed') yield { do: 'play', say: [{ prompt: 'vm-saved' }, { prompt: 'goodbye' }], until: '' };
}
