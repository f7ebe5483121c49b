import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { SipResponse } from './message/message.js';
import { refreshLines, type SessionTerms, termsBy } from './session-expires.js';
import {
  newSessionTimer,
  type SessionTimer,
  type SessionTimerEffect,
  type SessionTimerEvent,
  stepSessionTimer,
} from './session-timer.js';

/** Whose session it is. */
export interface TimedSession extends Clock {
  /** Sends a refresh; `responded` tells its end. */
  refreshSession(): void;
  /** Nobody refreshed the session in time. */
  expireSession(): void;
}

/** The session timer of one leg, running (RFC 4028). */
export class SessionRefresh {
  readonly #runner: MachineRunner<SessionTimer, SessionTimerEvent, SessionTimerEffect>;

  constructor(session: TimedSession, terms: SessionTerms) {
    this.#runner = new MachineRunner<SessionTimer, SessionTimerEvent, SessionTimerEffect>(
      newSessionTimer(terms),
      stepSessionTimer,
      session,
      ({ type }) => (type === 'refresh' ? session.refreshSession() : session.expireSession()),
    );
    this.agreed(terms);
  }

  /** These terms hold from now on. */
  agreed(terms: SessionTerms): void {
    this.#runner.handle({ type: 'agreed', terms });
  }

  /** To our re-INVITE or UPDATE; null: no response came. A 2xx refreshes the session, whatever it was sent for. */
  responded(response: SipResponse | null): void {
    if (response === null || response.status >= 300) this.#runner.handle({ type: 'failed' });
    else this.agreed(termsBy(response, this.#runner.state.seconds));
  }

  /** Header lines of our re-INVITEs and UPDATEs. */
  get lines(): string {
    return refreshLines(this.#runner.state);
  }

  stop(): void {
    this.#runner.stop();
  }
}
