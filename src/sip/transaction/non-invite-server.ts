import type { Step, TimerEffect, TimerEvent } from '../../machine/machine.js';
import { startTimer, stopTimer } from '../../machine/machine.js';
import { LIFETIME_MS, TRYING_AFTER_MS } from './timers.js';

/** Non-INVITE server transaction, RFC 3261 §17.2.2 figure 8 as RFC 4320 corrects it. */
export type NonInviteServer = {
  readonly state: 'trying' | 'proceeding' | 'completed' | 'terminated';
  /** TCP, TLS, WebSocket: no timer J. */
  readonly reliable: boolean;
  /** The last response sent, kept for retransmission. */
  readonly response: string | null;
};

export type NonInviteServerEvent =
  /** A retransmission of the request. */
  | { readonly type: 'request' }
  /** The user does not answer at once. `trying` is the 100 that will say so. */
  | { readonly type: 'wait' }
  | { readonly type: 'respond'; readonly status: number; readonly response: string }
  | TimerEvent;

export type NonInviteServerEffect =
  | { readonly type: 'send'; readonly message: string }
  /** Time to tell the other side that we are at work: respond with 100 (RFC 4320 §4.1). */
  | { readonly type: 'trying' }
  /** Nobody waits for an answer any more; there is none, and above all no 408 (RFC 4320 §4.2). */
  | { readonly type: 'fail'; readonly status: 408 }
  | { readonly type: 'terminate' }
  | TimerEffect;

type Result = readonly [NonInviteServer, readonly NonInviteServerEffect[]];

export function newNonInviteServer(reliable: boolean): NonInviteServer {
  return { state: 'trying', reliable, response: null };
}

export const stepNonInviteServer: Step<NonInviteServer, NonInviteServerEvent, NonInviteServerEffect> = (
  transaction,
  event,
) => {
  switch (transaction.state) {
    case 'trying':
    case 'proceeding':
      return stepPending(transaction, event);
    case 'completed':
      if (event.type === 'request') return [transaction, again(transaction)];
      if (event.type === 'timer' && event.timer === 'J') return terminate(transaction, []);
      break;
    case 'terminated':
      break;
  }
  return [transaction, []];
};

function stepPending(transaction: NonInviteServer, event: NonInviteServerEvent): Result {
  switch (event.type) {
    case 'request':
      return [transaction, again(transaction)];
    case 'wait':
      return [transaction, [startTimer('trying', TRYING_AFTER_MS), startTimer('late', LIFETIME_MS)]];
    case 'respond':
      return respond(transaction, event.status, event.response);
    case 'timer':
      if (event.timer === 'late') return terminate(transaction, [{ type: 'fail', status: 408 }]);
      return transaction.state === 'trying' ? [transaction, [{ type: 'trying' }]] : [transaction, []];
  }
}

function respond(transaction: NonInviteServer, status: number, response: string): Result {
  const send: NonInviteServerEffect = { type: 'send', message: response };
  if (status < 200) return [{ ...transaction, state: 'proceeding', response }, [send]];
  const effects = [stopTimer('trying'), stopTimer('late'), send];
  if (transaction.reliable) return terminate(transaction, effects); // timer J is zero
  return [{ ...transaction, state: 'completed', response }, [...effects, startTimer('J', LIFETIME_MS)]];
}

function again(transaction: NonInviteServer): NonInviteServerEffect[] {
  return transaction.response === null ? [] : [{ type: 'send', message: transaction.response }];
}

function terminate(transaction: NonInviteServer, effects: readonly NonInviteServerEffect[]): Result {
  return [{ ...transaction, state: 'terminated', response: null }, [...effects, { type: 'terminate' }]];
}
