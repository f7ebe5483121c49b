import type { EpochMs } from '../machine/machine.js';
import type { Digit } from '../ports/media.js';

/** Two reports of one key press on the two ways, RTP and INFO, are at most this far apart. [ms] */
const SAME_PRESS_MS = 700;

/**
 * Hears every key press of one leg once. A phone that sends RFC 4733 events and INFO both is recognised at the first
 * press that comes twice; from then on only RTP counts.
 */
export class DigitFilter {
  #last: { readonly digit: Digit; readonly via: 'rtp' | 'info'; readonly at: EpochMs } | null = null;
  #both = false;

  get hasHeard(): boolean {
    return this.#last !== null;
  }

  /** True if this is a press of its own. */
  accept(digit: Digit, via: 'rtp' | 'info', at: EpochMs): boolean {
    if (this.#both && via === 'info') return false;
    const last = this.#last;
    this.#last = { digit, via, at };
    if (last === null || last.via === via || last.digit !== digit || at - last.at > SAME_PRESS_MS) return true;
    this.#both = true;
    return false;
  }
}

const SIGNAL = /^\s*Signal\s*=\s*([0-9A-D*#]|10|11)\s*$/im;
const BARE = /^\s*([0-9A-D*#]|10|11)\s*$/i;

/** The digit in an INFO body: `application/dtmf-relay` (`Signal=5`) or `application/dtmf` (`5`); null if there is none. */
export function digitOfInfo(contentType: string, body: string): Digit | null {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const match =
    type === 'application/dtmf-relay' ? SIGNAL.exec(body) : type === 'application/dtmf' ? BARE.exec(body) : null;
  const signal = match?.[1]?.toUpperCase();
  if (signal === undefined) return null;
  return signal === '10' ? '*' : signal === '11' ? '#' : (signal as Digit);
}

export function dtmfRelay(digit: string, durationMs: number): { contentType: string; body: string } {
  return { contentType: 'application/dtmf-relay', body: `Signal=${digit}\r\nDuration=${Math.round(durationMs)}\r\n` };
}
