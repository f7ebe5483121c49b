import { startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../machine/machine.js';
import type { SessionTerms } from './session-expires.js';

/**
 * The session timer of a leg (RFC 4028 §10): refreshed at half of its time if that is ours to do, ended when nobody did,
 * so that a call whose phone is dead does not last for ever, even on hold.
 */
export type SessionTimer = SessionTerms & {
  /** Our refresh is under way, or failed and is to be tried again. */
  readonly refreshing: boolean;
};

export type SessionTimerEvent =
  /** The terms hold from now on: a 2xx was sent or came. */
  | { readonly type: 'agreed'; readonly terms: SessionTerms }
  /** Our refresh was refused. The session goes on, and there is time left for another. */
  | { readonly type: 'failed' }
  | TimerEvent;

export type SessionTimerEffect = { readonly type: 'refresh' } | { readonly type: 'expire' } | TimerEffect;

/** Before the session expires who does not refresh gives up so much earlier, at most a third of it (RFC 4028 §10). */
const MARGIN_MS = 32_000;
/** Between a refused refresh and the next. */
const RETRY_MS = 10_000;

export function newSessionTimer(terms: SessionTerms): SessionTimer {
  return { ...terms, refreshing: false };
}

export function stepSessionTimer(
  timer: SessionTimer,
  event: SessionTimerEvent,
): readonly [SessionTimer, readonly SessionTimerEffect[]] {
  switch (event.type) {
    case 'agreed':
      return agreed(event.terms);
    case 'failed':
      return [timer, timer.refreshing ? [startTimer('refresh', Math.min(RETRY_MS, (timer.seconds * 1000) / 8))] : []];
    case 'timer': {
      if (event.timer === 'expire') return [timer, [stopTimer('refresh'), { type: 'expire' }]];
      // Half of the time is left: after it the session is over.
      const expiry = timer.refreshing ? [] : [startTimer('expire', (timer.seconds * 1000) / 2)];
      return [{ ...timer, refreshing: true }, [...expiry, { type: 'refresh' }]];
    }
  }
}

function agreed(terms: SessionTerms): readonly [SessionTimer, readonly SessionTimerEffect[]] {
  const lastsMs = terms.seconds * 1000;
  const effects: readonly SessionTimerEffect[] =
    terms.refresher === 'us'
      ? [stopTimer('expire'), startTimer('refresh', lastsMs / 2)]
      : [stopTimer('refresh'), startTimer('expire', lastsMs - Math.min(MARGIN_MS, lastsMs / 3))];
  return [newSessionTimer(terms), effects];
}
