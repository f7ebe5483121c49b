import type { Step, TimerEffect, TimerEvent } from '../../machine/machine.js';
import { startTimer, stopTimer } from '../../machine/machine.js';
import type { SipResponse } from '../message/message.js';
import { LIFETIME_MS, T1_MS, T2_MS, T4_MS } from './timers.js';

/** Non-INVITE client transaction, RFC 3261 §17.1.2 figure 6. */
export type NonInviteClient = {
  readonly state: 'trying' | 'proceeding' | 'completed' | 'terminated';
  /** TCP, TLS, WebSocket: no retransmission, no timers E and K. */
  readonly reliable: boolean;
  /** Null once a final response has arrived. */
  readonly request: string | null;
  /** Current value of timer E. */
  readonly intervalMs: number;
};

export type NonInviteClientEvent =
  /** First event of all: send the request. */
  | { readonly type: 'start' }
  | { readonly type: 'response'; readonly response: SipResponse }
  | { readonly type: 'transportError' }
  | TimerEvent;

export type NonInviteClientEffect =
  | { readonly type: 'send'; readonly message: string }
  | { readonly type: 'passUp'; readonly response: SipResponse }
  | { readonly type: 'fail'; readonly status: 408 | 503 }
  | { readonly type: 'terminate' }
  | TimerEffect;

type Result = readonly [NonInviteClient, readonly NonInviteClientEffect[]];

export function newNonInviteClient(reliable: boolean, request: string): NonInviteClient {
  return { state: 'trying', reliable, request, intervalMs: T1_MS };
}

export const stepNonInviteClient: Step<NonInviteClient, NonInviteClientEvent, NonInviteClientEffect> = (
  transaction,
  event,
) => {
  switch (transaction.state) {
    case 'trying':
    case 'proceeding':
      return stepPending(transaction, event);
    case 'completed':
      if (event.type === 'timer' && event.timer === 'K') return terminate(transaction, []);
      break;
    case 'terminated':
      break;
  }
  return [transaction, []];
};

function stepPending(transaction: NonInviteClient, event: NonInviteClientEvent): Result {
  switch (event.type) {
    case 'start':
      return [
        transaction,
        transaction.reliable
          ? [...again(transaction), startTimer('F', LIFETIME_MS)]
          : [...again(transaction), startTimer('E', T1_MS), startTimer('F', LIFETIME_MS)],
      ];
    case 'response':
      return stepResponse(transaction, event.response);
    case 'transportError':
      return fail(transaction, 503);
    case 'timer': {
      if (event.timer === 'F') return fail(transaction, 408);
      const intervalMs = transaction.state === 'proceeding' ? T2_MS : Math.min(2 * transaction.intervalMs, T2_MS);
      return [{ ...transaction, intervalMs }, [...again(transaction), startTimer('E', intervalMs)]];
    }
  }
}

function stepResponse(transaction: NonInviteClient, response: SipResponse): Result {
  const passUp: NonInviteClientEffect = { type: 'passUp', response };
  if (response.status < 200) return [{ ...transaction, state: 'proceeding' }, [passUp]]; // E and F run on
  const stop = transaction.reliable ? [stopTimer('F')] : [stopTimer('E'), stopTimer('F')];
  if (transaction.reliable) return terminate(transaction, [...stop, passUp]); // timer K is zero
  return [{ ...transaction, state: 'completed', request: null }, [...stop, passUp, startTimer('K', T4_MS)]];
}

function again(transaction: NonInviteClient): NonInviteClientEffect[] {
  return transaction.request === null ? [] : [{ type: 'send', message: transaction.request }];
}

function fail(transaction: NonInviteClient, status: 408 | 503): Result {
  return terminate(transaction, [stopTimer('E'), stopTimer('F'), { type: 'fail', status }]);
}

function terminate(transaction: NonInviteClient, effects: readonly NonInviteClientEffect[]): Result {
  return [{ ...transaction, state: 'terminated', request: null }, [...effects, { type: 'terminate' }]];
}
