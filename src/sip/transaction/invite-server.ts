import type { Step, TimerEffect, TimerEvent } from '../../machine/machine.js';
import { startTimer, stopTimer } from '../../machine/machine.js';
import { LIFETIME_MS, T1_MS, T2_MS, T4_MS } from './timers.js';

/** INVITE server transaction, RFC 3261 §17.2.1 figure 7 with the Accepted state of RFC 6026 §7.1. */
export type InviteServer = {
  readonly state: 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';
  /** TCP, TLS, WebSocket: no retransmission, no timers G and I. */
  readonly reliable: boolean;
  /** The last response sent, kept for retransmission; none after a 2xx, which the user retransmits (§13.3.1.4). */
  readonly response: string | null;
  /** Current value of timer G. */
  readonly intervalMs: number;
};

export type InviteServerEvent =
  /** A retransmission of the INVITE. */
  | { readonly type: 'request' }
  | { readonly type: 'ack' }
  | { readonly type: 'respond'; readonly status: number; readonly response: string }
  /** Send the last response once more: a provisional one every minute, RFC 3261 §13.3.1.1. */
  | { readonly type: 'repeat' }
  | TimerEvent;

export type InviteServerEffect =
  | { readonly type: 'send'; readonly message: string }
  /** An ACK for a 2xx that came with the INVITE's own branch: it belongs to the user. */
  | { readonly type: 'passUpAck' }
  /** No ACK for a final response within timer H. */
  | { readonly type: 'fail'; readonly status: 408 }
  | { readonly type: 'terminate' }
  | TimerEffect;

type Result = readonly [InviteServer, readonly InviteServerEffect[]];

export function newInviteServer(reliable: boolean): InviteServer {
  return { state: 'proceeding', reliable, response: null, intervalMs: T1_MS };
}

/** A transport error is no event: the transaction stays where it is and timer H or L ends it (RFC 6026 §8.8). */
export const stepInviteServer: Step<InviteServer, InviteServerEvent, InviteServerEffect> = (transaction, event) => {
  switch (transaction.state) {
    case 'proceeding':
      if (event.type === 'request' || event.type === 'repeat') return [transaction, again(transaction)];
      if (event.type === 'respond') return respond(transaction, event.status, event.response);
      break;
    case 'accepted':
      if (event.type === 'respond') return [transaction, [{ type: 'send', message: event.response }]];
      if (event.type === 'ack') return [transaction, [{ type: 'passUpAck' }]];
      if (event.type === 'timer' && event.timer === 'L') return terminate(transaction);
      break;
    case 'completed':
      return stepCompleted(transaction, event);
    case 'confirmed':
      if (event.type === 'timer' && event.timer === 'I') return terminate(transaction);
      break;
    case 'terminated':
      break;
  }
  return [transaction, []];
};

function respond(transaction: InviteServer, status: number, response: string): Result {
  const send: InviteServerEffect = { type: 'send', message: response };
  if (status < 200) return [{ ...transaction, response }, [send]];
  if (status < 300) {
    return [{ ...transaction, state: 'accepted', response: null }, [send, startTimer('L', LIFETIME_MS)]];
  }
  const completed: InviteServer = { ...transaction, state: 'completed', response };
  return transaction.reliable
    ? [completed, [send, startTimer('H', LIFETIME_MS)]]
    : [completed, [send, startTimer('G', T1_MS), startTimer('H', LIFETIME_MS)]];
}

function stepCompleted(transaction: InviteServer, event: InviteServerEvent): Result {
  if (event.type === 'request') return [transaction, again(transaction)];
  if (event.type === 'ack') {
    if (transaction.reliable) return terminate(transaction, [stopTimer('H')]); // timer I is zero
    const effects = [stopTimer('G'), stopTimer('H'), startTimer('I', T4_MS)];
    return [{ ...transaction, state: 'confirmed', response: null }, effects];
  }
  if (event.type === 'timer' && event.timer === 'G') {
    const intervalMs = Math.min(2 * transaction.intervalMs, T2_MS);
    return [{ ...transaction, intervalMs }, [...again(transaction), startTimer('G', intervalMs)]];
  }
  if (event.type === 'timer' && event.timer === 'H') {
    return terminate(transaction, [stopTimer('G'), { type: 'fail', status: 408 }]);
  }
  return [transaction, []];
}

function again(transaction: InviteServer): InviteServerEffect[] {
  return transaction.response === null ? [] : [{ type: 'send', message: transaction.response }];
}

function terminate(transaction: InviteServer, effects: readonly InviteServerEffect[] = []): Result {
  return [{ ...transaction, state: 'terminated', response: null }, [...effects, { type: 'terminate' }]];
}
