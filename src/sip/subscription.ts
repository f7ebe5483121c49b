import { type EpochMs, startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../machine/machine.js';

/**
 * A subscription of somebody else to what goes on here (RFC 6665 §4.2), the notifier's side.
 *
 *     active → over: unsubscribed, expired, ended by us, or a NOTIFY that failed
 *
 * Every SUBSCRIBE and every change is told. Never two NOTIFYs at once, or the second might overtake the first: what changes
 * meanwhile is told when the first is answered, once.
 */
export type Subscription = {
  readonly expiresAt: EpochMs;
  /** A NOTIFY waits for its response. */
  readonly telling: boolean;
  /** There is something to tell after it. */
  readonly news: boolean;
  /** The next NOTIFY is the last, for this reason (§4.1.3). */
  readonly ending: EndReason | null;
  readonly over: boolean;
};

export type EndReason = 'timeout' | 'noresource' | 'deactivated';

export type SubscriptionEvent =
  /** A SUBSCRIBE, the first or a later one. 0: it ends (§4.1.2.3), or only asks (§4.4.3). */
  | { readonly type: 'subscribed'; readonly expiresMs: number }
  | { readonly type: 'changed' }
  | { readonly type: 'ended'; readonly reason: EndReason }
  /** The end of our NOTIFY. */
  | { readonly type: 'told'; readonly status: number }
  | TimerEvent;

export type SubscriptionEffect =
  | TimerEffect
  /** Value of Subscription-State. */
  | { readonly type: 'notify'; readonly state: string }
  /** Nothing will be told any more. */
  | { readonly type: 'over' };

export type SubscriptionStep = readonly [Subscription, readonly SubscriptionEffect[]];

export const NEW_SUBSCRIPTION: Subscription = { expiresAt: 0, telling: false, news: false, ending: null, over: false };

const EXPIRY = 'expiry';

export function stepSubscription(subscription: Subscription, event: SubscriptionEvent, now: EpochMs): SubscriptionStep {
  if (subscription.over) return [subscription, []];
  switch (event.type) {
    case 'subscribed': {
      const { expiresMs } = event;
      if (expiresMs === 0) return tell({ ...subscription, ending: 'timeout' }, now);
      const [next, effects] = tell({ ...subscription, expiresAt: now + expiresMs }, now);
      return [next, [startTimer(EXPIRY, expiresMs), ...effects]];
    }
    case 'changed':
      return tell(subscription, now);
    case 'ended':
      return tell({ ...subscription, ending: event.reason }, now);
    case 'timer':
      return tell({ ...subscription, ending: 'timeout' }, now);
    case 'told':
      return told(subscription, event.status, now);
  }
}

function tell(subscription: Subscription, now: EpochMs): SubscriptionStep {
  if (subscription.telling) return [{ ...subscription, news: true }, []];
  const { ending, expiresAt } = subscription;
  const next: Subscription = { ...subscription, telling: true, news: false };
  if (ending === null) {
    const left = Math.max(1, Math.ceil((expiresAt - now) / 1000));
    return [next, [{ type: 'notify', state: `active;expires=${left}` }]];
  }
  const last: SubscriptionEffect = { type: 'notify', state: `terminated;reason=${ending}` };
  return [{ ...next, over: true }, [stopTimer(EXPIRY), last, { type: 'over' }]];
}

/** Whoever does not take a NOTIFY, 481 or silence above all, is told nothing more (§4.2.2). */
function told(subscription: Subscription, status: number, now: EpochMs): SubscriptionStep {
  if (status >= 300) return [{ ...subscription, over: true }, [stopTimer(EXPIRY), { type: 'over' }]];
  const next: Subscription = { ...subscription, telling: false };
  return subscription.news ? tell(next, now) : [next, []];
}
