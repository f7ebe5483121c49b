import type { Clock } from '../machine/clock.js';
import type { LegId, SignallingEvent } from '../ports/signalling.js';
import type { ClientUser } from './client-transaction.js';
import { cseqOf } from './message/cseq.js';
import type { SipRequest } from './message/message.js';
import { isRefusal, referralOf, wantsNoNotify } from './message/referral.js';
import type { Content } from './outgoing.js';
import { type ReferralChannel, ReferralSubscription } from './referral-subscription.js';
import { fieldLines, headerLines } from './request.js';
import type { ServerTransaction } from './server-transaction.js';

/** What REFER needs of its leg. */
export interface ReferringLeg extends Clock {
  readonly id: LegId;
  /** Answered, and not ended. */
  readonly isStanding: boolean;
  report(event: SignallingEvent): void;
  /** A NOTIFY in the dialog; false if it cannot be sent. */
  sendNotify(content: Content, user: ClientUser): boolean;
  /** Round all work that does not begin with the leg itself. */
  guard(run: () => void): void;
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
  asked(request: SipRequest, transaction: ServerTransaction, contactLine: string): void {
    const leg = this.#leg;
    const referral = referralOf(request);
    if (isRefusal(referral)) {
      transaction.respond(referral.status, referral.reason, fieldLines(referral.headers), '');
    } else if (!leg.isStanding) {
      transaction.respond(403, '', '', '');
    } else if (this.isOpen) {
      transaction.respond(491, '', '', '');
    } else {
      const channel = this.#channel(transaction, contactLine);
      this.#subscription = new ReferralSubscription(channel, cseqOf(request).number, wantsNoNotify(request), leg);
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

  stop(): void {
    this.#subscription?.end();
  }

  #channel(transaction: ServerTransaction, contactLine: string): ReferralChannel {
    const end = () => this.#leg.guard(() => this.#subscription?.end());
    const user: ClientUser = {
      responded: ({ status }) => {
        if (status >= 300) end();
      },
      failed: end,
    };
    return {
      respond: (status, headers) => transaction.respond(status, '', contactLine + headerLines(headers), ''),
      notify: (headers, type, body) => {
        if (!this.#leg.sendNotify({ lines: headerLines(headers), type, body }, user)) end();
      },
      done: () => {
        this.#subscription = null;
      },
    };
  }
}
