import type { Clock, Timer } from '../machine/clock.js';
import { reasonPhrase } from './reason-phrase.js';

/** How the messages about one REFER are sent. */
export interface ReferralChannel {
  /** The final response to the REFER. */
  respond(status: number, reason: string, headers: readonly (readonly [string, string])[]): void;
  /** A NOTIFY in the dialog of the REFER. What becomes of one that is refused is `LegReferral.end`. */
  notify(headers: readonly (readonly [string, string])[], contentType: string, body: string): void;
}

/** What is not settled by then is told as 408. It is announced as `expires`. [ms] */
const LIFETIME_MS = 300_000;

/**
 * The implicit subscription to the outcome of a REFER (RFC 3515 §2.4.4): 202, then NOTIFYs whose last one ends it. Whoever
 * asked for no subscription (RFC 4488) has the outcome as the response itself if it is known at once, else one after all.
 */
export class ReferralSubscription {
  readonly #channel: ReferralChannel;
  readonly #event: string;
  readonly #expiresAtMs: number;
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #over: () => void;
  #isAnswered = false;
  #isTold = false; // a NOTIFY has been sent
  #isOver = false;

  /**
   * `cseq` of the REFER tells it apart from others of the dialog (§2.4.6). `isQuiet`: RFC 4488. `over`: there is nothing
   * more to say, or nobody who listens.
   */
  constructor(channel: ReferralChannel, cseq: number, isQuiet: boolean, clock: Clock, over: () => void) {
    this.#channel = channel;
    this.#over = over;
    this.#event = `refer;id=${cseq}`;
    this.#clock = clock;
    this.#expiresAtMs = clock.now() + LIFETIME_MS;
    this.#timer = clock.after(LIFETIME_MS, () => this.notify(408));
    if (!isQuiet) this.#accept();
  }

  /** 1xx: on its way; else the end. */
  notify(status: number): void {
    if (this.#isOver) return;
    if (!this.#isAnswered && status >= 200) {
      this.#isAnswered = true;
      this.#channel.respond(status < 300 ? 200 : status, '', status < 300 ? [['Refer-Sub', 'false']] : []);
      this.end();
      return;
    }
    this.#accept();
    this.#tell(status);
    if (status >= 200) this.end();
  }

  /** Whoever is to act on it has heard of it: if nothing has been told by then, the client learns that it is on its way. */
  handed(): void {
    if (this.#isOver) return;
    this.#accept();
    if (!this.#isTold) this.#tell(100);
  }

  /** Nobody listens any more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer.cancel();
    this.#over();
  }

  #accept(): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#channel.respond(202, '', []);
  }

  #tell(status: number): void {
    this.#isTold = true;
    const left = Math.max(1, Math.ceil((this.#expiresAtMs - this.#clock.now()) / 1000));
    const state = status < 200 ? `active;expires=${left}` : 'terminated;reason=noresource';
    this.#channel.notify(
      [
        ['Event', this.#event],
        ['Subscription-State', state],
      ],
      'message/sipfrag;version=2.0',
      `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`,
    );
  }
}
