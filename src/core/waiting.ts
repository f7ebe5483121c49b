import type { EpochMs } from '../machine/machine.js';
import {
  type Call,
  type CallEffect,
  type CallStep,
  callerOf,
  hangUp,
  isLoop,
  type Offer,
  type WaitingEvent,
} from './call.js';
import type { Cause } from './cause.js';
import type { OfferFailure, OfferId } from './queue/queue-event.js';
import { isRung, type Ringing, type RingingEffect, type RingingEvent, startRinging, stepRinging } from './ringing.js';

/**
 * What a call does that waits in a queue or a park slot: it rings the offers that are made for it, each with a ring of its
 * own, tells what becomes of them, and is connected or sent on when it is told so.
 */
export function stepWaiting(call: Call, event: Exclude<WaitingEvent, { type: 'left' }>, now: EpochMs): CallStep {
  switch (event.type) {
    case 'offered':
      return offered(call, event, now);
    case 'withdrawn': {
      const offer = call.offers.find(({ id }) => id === event.offer);
      if (offer === undefined) return [call, []];
      return [without(call, offer), abandoned(offer, event.cause, now)];
    }
    case 'connected':
      return connected(call, event.offer);
    case 'parked':
      return parked(call, event.by);
    case 'handedOver': {
      if (call.phase !== 'waiting') return [call, []];
      const [next, effects] = abandonOffers(call, 'answeredElsewhere', now);
      return [{ ...next, phase: 'ended' }, effects];
    }
    case 'joined': {
      if (call.phase !== 'waiting') return [call, [hangUp(event.leg, 'callerGone')]];
      return talkTo(call, event.leg, null);
    }
  }
}

function offered(call: Call, { offer: id, plan }: Extract<WaitingEvent, { type: 'offered' }>, now: EpochMs): CallStep {
  if (call.phase !== 'waiting' || call.offers.some((offer) => offer.id === id)) return [call, []];
  const [ringing, wanted] = startRinging(`${call.id}.q${id}`, plan, 1);
  const offer: Offer = { id, ringing, leg: null, state: 'trying', refused: null };
  return perform({ ...call, offers: [...call.offers, offer] }, offer, ringing, wanted, now);
}

/** `lapsed`: who picked up said neither yes nor no. */
type OfferEvent = RingingEvent | { readonly type: 'lapsed'; readonly leg: string };

/**
 * An event of a leg, branch or timer that belongs to one of the offers; null: it does not. Leg and branch ids are unique
 * in the call, timers go by the offer's number (`q3 ring`).
 */
export function ofOffers(call: Call, event: OfferEvent, now: EpochMs): CallStep | null {
  if (call.offers.length === 0) return null;
  for (const offer of call.offers) {
    const own = ownEvent(offer, event);
    if (own === null) continue;
    return own === 'ended' ? picked(call, offer) : stepOffer(call, offer, own, event.type === 'lapsed', now);
  }
  return null;
}

/** The event as the offer's ringing knows it; `ended`: the leg of who has taken it is gone. */
function ownEvent(offer: Offer, event: OfferEvent): RingingEvent | 'ended' | null {
  const { ringing, id, leg } = offer;
  if (event.type === 'timer') {
    const prefix = timerPrefix(id);
    return event.timer.startsWith(prefix) ? { type: 'timer', timer: event.timer.slice(prefix.length) } : null;
  }
  if ('leg' in event && event.leg === leg) return event.type === 'ended' ? 'ended' : null;
  if (ringing === null) return null;
  if (event.type === 'redirected') return ringing.rung.some((r) => r.branch === event.branch) ? event : null;
  if (event.type === 'abandoned' || !isRung(ringing, event.leg)) return null;
  return event.type === 'lapsed' ? { type: 'refused', leg: event.leg } : event;
}

/** Who has taken the offer hangs up before he is connected. */
function picked(call: Call, offer: Offer): CallStep {
  return [without(call, offer), [{ type: 'talkEnded', offer: offer.id }]];
}

function stepOffer(call: Call, offer: Offer, event: RingingEvent, lapsed: boolean, now: EpochMs): CallStep {
  if (offer.ringing === null) return [call, []];
  const [ringing, wanted] = stepRinging(offer.ringing, event, now);
  const refused = refusal(offer.ringing, event, lapsed) ?? offer.refused;
  return perform(call, { ...offer, refused }, ringing, wanted, now);
}

/** D-17, D-18: what came of a phone that was picked up and asked, by this event; null: nothing did. */
function refusal({ ring, rung }: Ringing, event: RingingEvent, lapsed: boolean): Offer['refused'] {
  if (event.type === 'timer') return event.timer.startsWith('confirm ') ? 'unconfirmed' : null;
  if (event.type === 'refused') return lapsed ? 'unconfirmed' : 'declined';
  if (event.type !== 'ended') return null;
  const branch = rung.find((r) => r.leg === event.leg)?.branch;
  return ring.branches.some((b) => b.leg === branch && b.state === 'confirming') ? 'declined' : null;
}

/** Does for the call what the ringing of an offer wants, and tells what has become of the offer. */
function perform(
  call: Call,
  before: Offer,
  ringing: Ringing,
  wanted: readonly RingingEffect[],
  now: EpochMs,
): CallStep {
  const { id, refused } = before;
  const effects: CallEffect[] = [];
  let offer: Offer | null = { ...before, ringing };
  for (const effect of wanted) {
    switch (effect.type) {
      case 'won':
        offer = { ...before, ringing: null, leg: effect.leg, state: 'accepted' };
        effects.push({ type: 'offerAccepted', offer: id, leg: effect.leg });
        break;
      case 'unanswered':
        offer = null;
        effects.push({ type: 'offerFailed', offer: id, why: refused ?? failureOf(ringing, effect.cause) });
        break;
      case 'startTimer':
      case 'stopTimer':
        effects.push({ ...effect, timer: timerPrefix(id) + effect.timer });
        break;
      case 'redirect': {
        const visit = `${effect.to} redirected`;
        if (isLoop(call, visit)) {
          const loop: RingingEvent = { type: 'redirected', branch: effect.branch, target: null, status: 482 };
          const [next, more] = perform(call, before, ...stepRinging(ringing, loop, now), now);
          return [next, [...effects, ...more]];
        }
        call = { ...call, visited: [...call.visited, visit] };
        effects.push(effect);
        break;
      }
      case 'invite':
      case 'confirm':
      case 'dismiss':
      case 'hangUp':
        effects.push(effect);
    }
  }
  if (offer?.ringing != null) offer = told(offer, ringing, effects);
  const offers = offer === null ? call.offers.filter((o) => o.id !== id) : replaced(call.offers, offer);
  return [{ ...call, offers }, effects];
}

/** Says how far the phones are, if that is news. */
function told(offer: Offer, { ring }: Ringing, effects: CallEffect[]): Offer {
  const state = ring.branches.some((b) => b.state === 'confirming') ? 'confirming' : ring.rang ? 'ringing' : 'trying';
  if (state === offer.state || state === 'trying') return offer;
  effects.push({ type: state === 'ringing' ? 'offerRinging' : 'offerConfirming', offer: offer.id });
  return { ...offer, state };
}

/** Final responses of phones that cannot be rung at all, as opposed to those that do not want to. */
function isUnreachable(status: number): boolean {
  return status === 404 || status === 408 || status === 410 || status === 430 || (status >= 500 && status < 600);
}

/** Only a phone is unreachable, which is heard of when it registers; a number outside can but be tried again later. */
function failureOf({ ring, rung }: Ringing, cause: Cause): OfferFailure {
  if (cause === 'busy') return 'busy';
  const isDead = ring.branches.every((b) => b.state === 'failed' && isUnreachable(b.status));
  return isDead && rung.every(({ target }) => target.kind === 'device') ? 'unreachable' : 'declined';
}

function connected(call: Call, id: OfferId): CallStep {
  const offer = call.offers.find((some) => some.id === id);
  if (call.phase !== 'waiting' || offer?.leg == null) return [call, []];
  return talkTo(without(call, offer), offer.leg, id);
}

function talkTo(call: Call, peer: string, talk: OfferId | null): CallStep {
  const next: Call = { ...call, peer, talk };
  if (call.callerAnswered) return [{ ...next, phase: 'talking' }, [{ type: 'connect', a: callerOf(call), b: peer }]];
  return [{ ...next, phase: 'answering' }, [{ type: 'answer', like: peer }]];
}

/** The one who parks is let go; the other waits from now on, whichever of the two had called. */
function parked(call: Call, by: string): CallStep {
  const { peer, talk } = call;
  if (call.phase !== 'talking' || peer === null) return [call, []];
  const caller = by === peer ? callerOf(call) : peer;
  const effects: CallEffect[] = talk === null ? [] : [{ type: 'talkEnded', offer: talk }];
  return [{ ...call, phase: 'waiting', caller, peer: null, talk: null, ringing: null, early: null }, effects];
}

/** Whatever rings or has been picked up for the caller is ended. */
export function abandonOffers(call: Call, cause: Cause, now: EpochMs): CallStep {
  if (call.offers.length === 0) return [call, []];
  return [{ ...call, offers: [] }, call.offers.flatMap((offer) => abandoned(offer, cause, now))];
}

function abandoned(offer: Offer, cause: Cause, now: EpochMs): readonly CallEffect[] {
  if (offer.leg !== null) return [hangUp(offer.leg, cause)];
  if (offer.ringing === null) return [];
  const [, wanted] = stepRinging(offer.ringing, { type: 'abandoned', cause }, now);
  const effects: CallEffect[] = [];
  for (const effect of wanted) {
    if (effect.type === 'stopTimer') effects.push({ ...effect, timer: timerPrefix(offer.id) + effect.timer });
    else if (effect.type === 'hangUp' || effect.type === 'dismiss') effects.push(effect);
  }
  return effects;
}

function timerPrefix(id: OfferId): string {
  return `q${id} `;
}

function without(call: Call, offer: Offer): Call {
  return { ...call, offers: call.offers.filter((some) => some.id !== offer.id) };
}

function replaced(offers: readonly Offer[], offer: Offer): readonly Offer[] {
  return offers.map((some) => (some.id === offer.id ? offer : some));
}
