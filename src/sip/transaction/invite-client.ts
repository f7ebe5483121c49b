import type { Step, TimerEffect, TimerEvent } from '../../machine/machine.js';
import { startTimer, stopTimer } from '../../machine/machine.js';
import type { SipResponse } from '../message/message.js';
import { LIFETIME_MS, T1_MS, TIMER_D_MS } from './timers.js';

/** INVITE client transaction, RFC 3261 §17.1.1 figure 5 with the Accepted state of RFC 6026 §7.2. */
export type InviteClient = {
  readonly state: 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
  /** TCP, TLS, WebSocket: no retransmission, no timers A and D. */
  readonly reliable: boolean;
  /** What is retransmitted: the INVITE while calling, the ACK once completed, else nothing. */
  readonly message: string | null;
  /** Current value of timer A. */
  readonly intervalMs: number;
};

export type InviteClientEvent =
  /** First event of all: send the request. */
  | { readonly type: 'start' }
  /** `ack` is the ACK to send if the response is 300–699 (§17.1.1.3); null for the others. */
  | { readonly type: 'response'; readonly response: SipResponse; readonly ack: string | null }
  | { readonly type: 'transportError' }
  /** The user has given up on it: no final response within 64·T1 of the CANCEL (§9.1). */
  | { readonly type: 'abandon' }
  | TimerEvent;

export type InviteClientEffect =
  | { readonly type: 'send'; readonly message: string }
  | { readonly type: 'passUp'; readonly response: SipResponse }
  | { readonly type: 'fail'; readonly status: 408 | 503 }
  | { readonly type: 'terminate' }
  | TimerEffect;

type Result = readonly [InviteClient, readonly InviteClientEffect[]];

export function newInviteClient(reliable: boolean, invite: string): InviteClient {
  return { state: 'calling', reliable, message: invite, intervalMs: T1_MS };
}

export const stepInviteClient: Step<InviteClient, InviteClientEvent, InviteClientEffect> = (transaction, event) => {
  switch (transaction.state) {
    case 'calling':
      return stepCalling(transaction, event);
    case 'proceeding':
      if (event.type === 'response') return stepResponse(transaction, event.response, event.ack);
      if (event.type === 'transportError') return fail(transaction, 503);
      break;
    case 'accepted': // a repeated 2xx, or one of another branch of a fork: its ACK is the user's business
      if (event.type === 'response' && isSuccess(event.response)) return [transaction, [passUp(event.response)]];
      if (event.type === 'timer' && event.timer === 'M') return terminate(transaction);
      break;
    case 'completed':
      if (event.type === 'response' && event.response.status >= 300) return [transaction, again(transaction)];
      if (event.type === 'timer' && event.timer === 'D') return terminate(transaction);
      break;
    case 'terminated':
      return [transaction, []];
  }
  return event.type === 'abandon' ? terminate(transaction) : [transaction, []];
};

function stepCalling(transaction: InviteClient, event: InviteClientEvent): Result {
  switch (event.type) {
    case 'start':
      return [
        transaction,
        transaction.reliable
          ? [...again(transaction), startTimer('B', LIFETIME_MS)]
          : [...again(transaction), startTimer('A', T1_MS), startTimer('B', LIFETIME_MS)],
      ];
    case 'response':
      return stepResponse(transaction, event.response, event.ack);
    case 'transportError':
      return fail(transaction, 503);
    case 'abandon':
      return terminate(transaction);
    case 'timer': {
      if (event.timer === 'B') return fail(transaction, 408);
      const intervalMs = 2 * transaction.intervalMs; // A is not capped by T2 (§17.1.1.2)
      return [{ ...transaction, intervalMs }, [...again(transaction), startTimer('A', intervalMs)]];
    }
  }
}

/** A response in Calling or Proceeding. */
function stepResponse(transaction: InviteClient, response: SipResponse, ack: string | null): Result {
  const stop = transaction.state === 'calling' ? [stopTimer('A'), stopTimer('B')] : [];
  if (response.status < 200)
    return [{ ...transaction, state: 'proceeding', message: null }, [...stop, passUp(response)]];
  if (response.status < 300) {
    const accepted: InviteClient = { ...transaction, state: 'accepted', message: null };
    return [accepted, [...stop, startTimer('M', LIFETIME_MS), passUp(response)]];
  }
  const completed: InviteClient = { ...transaction, state: 'completed', message: ack };
  const effects = [...stop, ...again(completed), passUp(response)];
  return transaction.reliable
    ? [{ ...completed, state: 'terminated' }, [...effects, { type: 'terminate' }]] // timer D is zero
    : [completed, [...effects, startTimer('D', TIMER_D_MS)]];
}

function isSuccess(response: SipResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

function again(transaction: InviteClient): InviteClientEffect[] {
  return transaction.message === null ? [] : [{ type: 'send', message: transaction.message }];
}

function passUp(response: SipResponse): InviteClientEffect {
  return { type: 'passUp', response };
}

function fail(transaction: InviteClient, status: 408 | 503): Result {
  const effects: InviteClientEffect[] = [
    stopTimer('A'),
    stopTimer('B'),
    { type: 'fail', status },
    { type: 'terminate' },
  ];
  return [{ ...transaction, state: 'terminated', message: null }, effects];
}

function terminate(transaction: InviteClient): Result {
  const stops = ['A', 'B', 'D', 'M'].map(stopTimer);
  return [{ ...transaction, state: 'terminated', message: null }, [...stops, { type: 'terminate' }]];
}
