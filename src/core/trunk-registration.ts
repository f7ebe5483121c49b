import { type EpochMs, startTimer, type TimerEffect, type TimerEvent } from '../machine/machine.js';

/** Our registration with one carrier (RFC 3261 §10.2): refreshed before it ends, tried again when it failed. */
export type TrunkRegistration = {
  readonly state: 'starting' | 'registered' | 'failed' | 'stopped';
  /** What we ask for. [ms] */
  readonly wantedMs: number;
  /** Final status of the last attempt; 0: none yet. */
  readonly status: number;
  /** When the registration ends, if nothing is done. */
  readonly expiresAt: EpochMs;
  readonly failures: number;
};

export type TrunkRegistrationEvent =
  | { readonly type: 'start' }
  /** `grantedMs`: of a 200, null if it says nothing. `minMs`: of a 423. `retryAfterMs`: of the header; null: none. */
  | {
      readonly type: 'responded';
      readonly status: number;
      readonly grantedMs: number | null;
      readonly minMs: number | null;
      readonly retryAfterMs: number | null;
    }
  | { readonly type: 'stop' }
  | TimerEvent;

export type TrunkRegistrationEffect = { readonly type: 'register'; readonly expiresMs: number } | TimerEffect;

const TIMER = 'register';
/** Refreshes come this part of the granted time after the last. */
const REFRESH_PART = 0.8;
/** After failures: 30 s, doubled each time, to 15 min at most (RFC 5626 §4.5 in its spirit). */
const FIRST_RETRY_MS = 30_000;
const LAST_RETRY_MS = 900_000;

export function newTrunkRegistration(wantedMs: number): TrunkRegistration {
  return { state: 'starting', wantedMs, status: 0, expiresAt: 0, failures: 0 };
}

export function stepTrunkRegistration(
  registration: TrunkRegistration,
  event: TrunkRegistrationEvent,
  now: EpochMs,
): readonly [TrunkRegistration, readonly TrunkRegistrationEffect[]] {
  if (registration.state === 'stopped') return [registration, []];
  switch (event.type) {
    case 'start':
    case 'timer':
      return [registration, [{ type: 'register', expiresMs: registration.wantedMs }]];
    case 'responded':
      return responded(registration, event, now);
    case 'stop': {
      const isKnown = registration.state === 'registered';
      return [{ ...registration, state: 'stopped' }, isKnown ? [{ type: 'register', expiresMs: 0 }] : []];
    }
  }
}

function responded(
  registration: TrunkRegistration,
  { status, grantedMs, minMs, retryAfterMs }: Extract<TrunkRegistrationEvent, { type: 'responded' }>,
  now: EpochMs,
): readonly [TrunkRegistration, readonly TrunkRegistrationEffect[]] {
  const lastsMs = grantedMs ?? registration.wantedMs;
  // Granted for no time we are not registered there (RFC 3261 §10.2.2), and asking at once would not change that.
  if (status >= 200 && status < 300 && lastsMs > 0) {
    const registered: TrunkRegistration = {
      ...registration,
      state: 'registered',
      status,
      expiresAt: now + lastsMs,
      failures: 0,
    };
    return [registered, [startTimer(TIMER, lastsMs * REFRESH_PART)]];
  }
  if (status === 423 && minMs !== null && minMs > registration.wantedMs) {
    const longer = { ...registration, wantedMs: minMs, status };
    return [longer, [{ type: 'register', expiresMs: minMs }]];
  }
  const failures = registration.failures + 1;
  const backOffMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);
  const failed: TrunkRegistration = { ...registration, state: 'failed', status, failures };
  return [failed, [startTimer(TIMER, retryAfterMs === null || retryAfterMs === 0 ? backOffMs : retryAfterMs)]];
}
