import type { MediaStatistics } from '../ports/media.js';
import type { LegId, Sdp } from '../ports/signalling.js';

/**
 * A leg as direct-media.ts sees it.
 *
 *     anchored → moving → away → returning → anchored
 *
 * `moving`: it has been offered the other party's speech in the place of ours. `away`: it has accepted. `returning`: it is
 * being offered ours again, or has offered something itself that we answer.
 */
export type DirectLeg = {
  readonly id: LegId;
  place: 'anchored' | 'moving' | 'away' | 'returning';
  /** Whom it is connected to. */
  partner: DirectLeg | null;
  /** What each side said last. */
  ours: Sdp | null;
  theirs: Sdp | null;
  /** Our offer that is not answered yet. */
  offered: Sdp | null;
  /** What it was told of its partner when it moved. */
  told: Sdp | null;
  /** Its SDPs are no longer those of the media port alone. */
  hasMoved: boolean;
  /** The 2xx to the first INVITE is acknowledged. */
  isEstablished: boolean;
  hasEnded: boolean;
  /** It has an INVITE. */
  isOnWire: boolean;
  /** The media port holds it, or is asked to. */
  isOpen: boolean;
  /** The media port has opened it; until then its failure is its end. */
  hasOpened: boolean;
  /** The media port lost it: no `closed` is to be told. */
  isGone: boolean;
  held: boolean;
  telephoneEvents: boolean;
  playing: string | null;
  recording: string | null;
  /** It is wanted back, but its move is not over. */
  recalled: boolean;
  /** It or its partner would not talk directly. */
  stubborn: boolean;
  /** For whom the next answers of the media port to `open` are. */
  asked: ('us' | 'switch')[];
  /** How many `closed` are to come that the switch did not ask for. */
  releases: number;
  /** The switch closed it while it was away, or on its way there. */
  isClosed: boolean;
  /** Of the spells in the media port that are over. */
  statistics: MediaStatistics | null;
};

export function newDirectLeg(id: LegId, change: Partial<Pick<DirectLeg, 'ours' | 'theirs' | 'isOnWire'>>): DirectLeg {
  return {
    id,
    place: 'anchored',
    partner: null,
    ours: null,
    theirs: null,
    offered: null,
    told: null,
    hasMoved: false,
    isEstablished: false,
    hasEnded: false,
    isOnWire: false,
    isOpen: false,
    hasOpened: false,
    isGone: false,
    held: false,
    telephoneEvents: true,
    playing: null,
    recording: null,
    recalled: false,
    stubborn: false,
    asked: [],
    releases: 0,
    isClosed: false,
    statistics: null,
    ...change,
  };
}

/** Two parties who talk and need nothing of us: what makes speech fit to go past us. */
export function isPlain(leg: DirectLeg): boolean {
  const { partner } = leg;
  return partner !== null && partner !== leg && partner.partner === leg && [leg, partner].every(isIdle);
}

function isIdle(leg: DirectLeg): boolean {
  const {
    isEstablished,
    hasEnded,
    isClosed,
    isGone,
    held,
    telephoneEvents,
    playing,
    recording,
    ours,
    theirs,
    stubborn,
  } = leg;
  const isTalking =
    isEstablished && !hasEnded && !isClosed && !isGone && !held && playing === null && recording === null;
  return isTalking && telephoneEvents && !stubborn && ours !== null && theirs !== null;
}

/** Both ports have said their last word of it. */
export function isOver({ hasEnded, isOnWire, isOpen, releases, isClosed, isGone, place }: DirectLeg): boolean {
  const isSilent = isClosed || isGone || place === 'anchored';
  return (hasEnded || !isOnWire) && !isOpen && releases === 0 && isSilent;
}

/** Spells one after the other, as one: counts add up, of the jitters the worst. */
export function joined(before: MediaStatistics | null, after: MediaStatistics): MediaStatistics {
  if (before === null) return after;
  const worst = (a: number | null, b: number | null): number | null => (a === null ? b : Math.max(a, b ?? a));
  return {
    codec: after.codec === '' ? before.codec : after.codec,
    packetsSent: before.packetsSent + after.packetsSent,
    packetsReceived: before.packetsReceived + after.packetsReceived,
    receivedLost: before.receivedLost + after.receivedLost,
    receivedJitterMs: Math.max(before.receivedJitterMs, after.receivedJitterMs),
    reportedLost: before.reportedLost === null ? after.reportedLost : before.reportedLost + (after.reportedLost ?? 0),
    reportedJitterMs: worst(before.reportedJitterMs, after.reportedJitterMs),
  };
}
