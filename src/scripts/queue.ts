import type { Regret } from '../core/plan.js';
import type { Announcement } from '../core/queue/queue-effect.js';
import type { Conversing, Say } from './conversation.js';

/** How long after the offer of voicemail 1 is still taken for a yes. */
const CHOOSE_MS = 5_000;

/** He is in: his call is answered, and he hears the intro of the queue, if there is one. */
export function* welcome(intro: string | null): Conversing {
  yield { do: 'answer' };
  if (intro !== null) yield { do: 'play', say: [{ file: intro }], until: '' };
}

/** Place, callers ahead and wait, as far as they are to be said. */
export function* announceWait(announcement: Announcement): Conversing {
  yield { do: 'play', say: waitInWords(announcement), until: '' };
}

export function waitInWords({ position, callersAhead, waitMinutes, busier }: Announcement): readonly Say[] {
  const say: Say[] = [];
  if (position !== null) say.push({ prompt: 'queue-you-are-caller-number' }, { number: position });
  if (callersAhead === 0) say.push({ prompt: 'queue-you-are-next' });
  else if (callersAhead === 1) say.push({ number: 1 }, { prompt: 'queue-caller-ahead' });
  else if (callersAhead !== null) say.push({ number: callersAhead }, { prompt: 'queue-callers-ahead' });
  if (busier) say.push({ prompt: 'queue-busier-than-usual' });
  if (waitMinutes === null) return say;
  const minutes = waitMinutes === 1 ? 'queue-minute' : 'queue-minutes';
  return [...say, { prompt: 'queue-the-wait-is-about' }, { number: waitMinutes }, { prompt: minutes }];
}

/** "Press 1 to leave a message, or stay on the line." */
export function* offerVoicemail(): Conversing<'voicemail' | 'stays'> {
  const played = yield { do: 'play', say: [{ prompt: 'queue-press-one-to-leave-a-message' }], until: '1' };
  if (played.heard === 'played' && played.digit === '1') return 'voicemail';
  const pressed = yield { do: 'collect', withinMs: CHOOSE_MS };
  return pressed.heard === 'digit' && pressed.digit === '1' ? 'voicemail' : 'stays';
}

/** Tells a caller why this ends; one who has not been answered hears it as early media (RFC 3960). */
export function* regret(why: Regret): Conversing {
  const early = yield { do: 'early' };
  if (early.heard === 'early' && !early.isOpen) return;
  yield { do: 'play', say: [{ prompt: REGRETS[why] }], until: '' };
}

const REGRETS = {
  queueUnavailable: 'queue-unavailable',
  queueUnanswered: 'queue-unanswered',
  nothingParked: 'park-nothing-here',
} as const satisfies Readonly<Record<Regret, string>>;

/** to the agent alone. */
export function* whisper(sound: string): Conversing {
  yield { do: 'play', say: [{ file: sound }], until: '' };
}

/** Tells the parker where it is. */
export function* announceSlot(slot: string): Conversing {
  yield { do: 'answer' };
  yield { do: 'play', say: slotInWords(slot), until: '#' };
}

export function slotInWords(slot: string): readonly Say[] {
  return [{ prompt: 'park-the-call-is-at' }, { digits: slot }];
}

/** What an agent is asked before "press 1" (D-15). */
export function queueInWords(queue: string): readonly Say[] {
  return [{ prompt: 'confirm-call-from-queue' }, { digits: queue }];
}
