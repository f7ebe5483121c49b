import type { LegId, Sdp, Signalling, SignallingEvent } from '../ports/signalling.js';
import { dtmfRelay } from './digits.js';
import { type DirectLeg, newDirectLeg } from './direct-leg.js';
import type { SdpTurns } from './direct-media.js';

/** What the other half, at the media port, is told. */
export type DirectEvents = {
  readonly leg: (id: LegId) => DirectLeg | undefined;
  readonly began: (leg: DirectLeg) => void;
  /** Something came to its end after which the leg may be fit to move. */
  readonly settled: (leg: DirectLeg) => void;
  /** Our re-INVITE. */
  readonly agreed: (leg: DirectLeg, answer: Sdp | null) => void;
  readonly refused: (leg: DirectLeg) => void;
  readonly ended: (leg: DirectLeg) => void;
};

export type DirectSignalling = {
  /** What the switch has in the place of the port. */
  readonly port: Signalling;
  /** Our re-INVITE. */
  readonly offer: (leg: DirectLeg, sdp: Sdp) => void;
  /** Digits to one whom we send no RTP. */
  readonly sendDigits: (id: LegId, digits: string) => void;
};

const PRESS_MS = 160;

/** Reads along what is said on each leg, and makes our SDPs one session to whom they are sent. */
export function directSignalling(real: Signalling, turns: SdpTurns, events: DirectEvents): DirectSignalling {
  const says = (id: LegId, sdp: Sdp | null): Sdp | null => {
    const leg = events.leg(id);
    if (leg === undefined || sdp === null) return sdp;
    leg.ours = leg.hasMoved && leg.ours !== null ? turns.continued(leg.ours, sdp) : sdp;
    return leg.ours;
  };
  const port: Signalling = {
    start: (handlers) =>
      real.start({
        ...handlers,
        onEvent: (event) => {
          if (heard(event)) handlers.onEvent(event);
          settle(event);
        },
      }),
    stop: () => real.stop(),
    invite: (id, target, offer) => {
      const leg = events.leg(id);
      if (leg === undefined) events.began(newDirectLeg(id, { ours: offer, isOnWire: true }));
      else Object.assign(leg, { ours: offer, isOnWire: true });
      real.invite(id, target, offer);
    },
    progress: (id, status, answer) => real.progress(id, status, says(id, answer)),
    answer: (id, sdp) => real.answer(id, says(id, sdp) ?? sdp),
    refuse: (id, status) => real.refuse(id, status),
    modify: (id, offer) => real.modify(id, says(id, offer) ?? offer),
    inform: (id, contentType, body) => real.inform(id, contentType, body),
    notify: (id, status) => real.notify(id, status),
    hangUp: (id, cause) => real.hangUp(id, cause),
    respond: (request, response) => real.respond(request, response),
  };

  /** Whether the switch is to hear of it. */
  function heard(event: SignallingEvent): boolean {
    if (event.type === 'invited') events.began(newDirectLeg(event.leg, { theirs: event.offer, isOnWire: true }));
    if (event.type === 'requested') return true;
    const leg = events.leg(event.leg);
    if (leg === undefined) return true;
    switch (event.type) {
      case 'progressed':
      case 'acknowledged':
        leg.theirs = event.answer ?? leg.theirs;
        return true;
      case 'answered':
        leg.theirs = event.sdp ?? leg.theirs;
        return true;
      case 'modified':
        return isNews(leg, event.offer);
      case 'agreed':
      case 'refused':
        return leg.offered === null;
      case 'ended':
        leg.hasEnded = true;
        return true;
      case 'invited':
      case 'informed':
      case 'referred':
        return true;
    }
  }

  /** The refresh of a session (RFC 4028 §7.4) says what was said before, and is answered likewise. */
  function isNews(leg: DirectLeg, offer: Sdp | null): boolean {
    if (leg.place === 'away' && !leg.isOpen && offer !== null && offer === leg.theirs && leg.ours !== null) {
      real.answer(leg.id, leg.ours);
      return false;
    }
    leg.theirs = offer ?? leg.theirs;
    leg.stubborn = false;
    return true;
  }

  /** After the switch has heard of it. */
  function settle(event: SignallingEvent): void {
    if (event.type === 'requested') return;
    const leg = events.leg(event.leg);
    if (leg === undefined) return;
    const { offered } = leg;
    switch (event.type) {
      case 'answered':
      case 'acknowledged':
        leg.isEstablished = true;
        return events.settled(leg);
      case 'agreed':
        if (offered === null) return;
        leg.ours = offered;
        leg.offered = null;
        leg.theirs = event.answer ?? leg.theirs;
        return events.agreed(leg, event.answer);
      case 'refused':
        if (offered === null) return;
        leg.offered = null;
        return events.refused(leg);
      case 'ended':
        return events.ended(leg);
    }
  }

  return {
    port,
    offer: (leg, sdp) => {
      leg.hasMoved = true;
      leg.offered = sdp;
      real.modify(leg.id, sdp);
    },
    sendDigits: (id, digits) => {
      for (const digit of digits) {
        const { contentType, body } = dtmfRelay(digit, PRESS_MS);
        real.inform(id, contentType, body);
      }
    },
  };
}
