import type { Conversing } from './conversation.js';

/** The caller's name as a recording; `named` false: the caller said nothing. */
export type Introduction = { readonly named: boolean };

const MAX_NAME_MS = 7_000;
const END_SILENCE_MS = 2_000;
/** Less sound than this is breath, not a name. */
const MIN_NAME_MS = 300;

/** The caller says a name, which those who are rung will hear (D-25). The recording stays with the call. */
export function* recordName(): Conversing<Introduction> {
  yield { do: 'answer' };
  yield { do: 'play', say: [{ prompt: 'screen-say-your-name' }, { beep: true }], until: '#' };
  const name = yield { do: 'record', maxMs: MAX_NAME_MS, silenceMs: END_SILENCE_MS, terminators: '#' };
  const named = name.heard === 'recorded' && name.end !== 'failed' && name.soundMs >= MIN_NAME_MS;
  if (!named) {
    yield { do: 'discard' };
    return { named };
  }
  yield { do: 'play', say: [{ prompt: 'screen-please-hold' }], until: '' };
  return { named };
}
