import type { Clock } from '../machine/clock.js';
import type { LegId, SignallingEvent } from '../ports/signalling.js';
import { cseqOf } from './message/cseq.js';
import type { SipRequest } from './message/message.js';
import { isRefusal, referralOf, wantsNoNotify } from './message/referral.js';
import type { Refusal } from './message/validate.js';
import { type ReferralChannel, ReferralSubscription } from './referral-subscription.js';

/** What REFER needs of its leg. */
export interface ReferringLeg extends Clock {
  readonly id: LegId;
  /** Answered, and not ended. */
  readonly isStanding: boolean;
  report(event: SignallingEvent): void;
}

/** The REFERs of one leg, one at a time; what they lead to is told also after the call has ended (RFC 5589 §6.1). */
export class LegReferral {
  readonly #leg: ReferringLeg;
  #subscription: ReferralSubscription | null = null;

  constructor(leg: ReferringLeg) {
    this.#leg = leg;
  }

  /** Somebody still waits for the outcome. */
  get isOpen(): boolean {
    return this.#subscription !== null;
  }

  /** RFC 3515 §2.4.2. Only a call that stands can be transferred. */
  asked(request: SipRequest, channel: ReferralChannel): void {
    const leg = this.#leg;
    const referral = referralOf(request);
    if (isRefusal(referral)) refuse(channel, referral);
    else if (!leg.isStanding) refuse(channel, { status: 403, reason: '', headers: [] });
    else if (this.isOpen) refuse(channel, { status: 491, reason: '', headers: [] });
    else {
      const over = () => {
        this.#subscription = null;
      };
      const isQuiet = wantsNoNotify(request);
      this.#subscription = new ReferralSubscription(channel, cseqOf(request).number, isQuiet, leg, over);
      leg.report({ type: 'referred', leg: leg.id, ...referral });
    }
  }

  notify(status: number): void {
    this.#subscription?.notify(status);
  }

  /** `referred` has been handed out. */
  handed(): void {
    this.#subscription?.handed();
  }

  /** Nobody listens any more. */
  end(): void {
    this.#subscription?.end();
  }
}

function refuse(channel: ReferralChannel, { status, reason, headers }: Refusal): void {
  channel.respond(
    status,
    reason,
    headers.map(({ name, value }) => [name, value] as const),
  );
}
