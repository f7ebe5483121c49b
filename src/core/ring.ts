import { type EpochMs, startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../machine/machine.js';
import { type Cause, causeOfStatus } from './cause.js';

/**
 * Simultaneous ring (D-11, D-15 to D-23): every branch is called after its own delay, the first to answer wins, the
 * others are ended.
 *
 *     scheduled → trying → ringing → winner | lost | failed
 *
 * A branch that failed has a status; a branch that lost was ended by us.
 */
export type Ring = {
  readonly branches: readonly Branch[];
  readonly ringMs: number;
  readonly over: boolean;
};

export type Branch = {
  /** Leg id. */
  readonly leg: string;
  readonly delayMs: number;
  readonly state: 'scheduled' | 'trying' | 'ringing' | 'winner' | 'lost' | 'failed';
  /** Final status of a failed branch; 0 otherwise. */
  readonly status: number;
};

export type RingEvent =
  | { readonly type: 'ringing'; readonly leg: string }
  | { readonly type: 'answered'; readonly leg: string }
  | { readonly type: 'failed'; readonly leg: string; readonly status: number }
  /** The caller has gone. */
  | { readonly type: 'abandoned' }
  | TimerEvent;

export type RingEffect =
  | { readonly type: 'call'; readonly leg: string }
  | { readonly type: 'hangUp'; readonly leg: string; readonly cause: Cause }
  | { readonly type: 'won'; readonly leg: string }
  /** Nobody answered; `cause` is the most telling of the branches' ends. */
  | { readonly type: 'unanswered'; readonly cause: Cause }
  | TimerEffect;

export type RingStep = readonly [Ring, readonly RingEffect[]];

const RING_TIMER = 'ring';
const DELAY_TIMER = 'delay ';

export function startRing(branches: readonly { leg: string; delayMs: number }[], ringMs: number): RingStep {
  const ring: Ring = {
    ringMs,
    over: false,
    branches: branches.map(
      ({ leg, delayMs }): Branch => ({ leg, delayMs, state: delayMs > 0 ? 'scheduled' : 'trying', status: 0 }),
    ),
  };
  const effects: RingEffect[] = [startTimer(RING_TIMER, ringMs)];
  for (const b of ring.branches) {
    // A target whose delay is not shorter than the ring time never rings (D-11).
    if (b.state === 'trying') effects.push({ type: 'call', leg: b.leg });
    else if (b.delayMs < ringMs) effects.push(startTimer(DELAY_TIMER + b.leg, b.delayMs));
  }
  return settle(ring, effects);
}

export function stepRing(ring: Ring, event: RingEvent, _now: EpochMs): RingStep {
  if (ring.over) return late(ring, event);
  switch (event.type) {
    case 'ringing':
      return [change(ring, event.leg, 'ringing', 0, ['trying']), []];
    case 'answered':
      return answered(ring, event.leg);
    case 'failed':
      return settle(change(ring, event.leg, 'failed', event.status, ['trying', 'ringing']), []);
    case 'abandoned':
      return end(ring, 'callerGone', []);
    case 'timer':
      if (event.timer === RING_TIMER) return end(ring, 'noAnswer', [unanswered(ring)]);
      return startBranch(ring, event.timer.slice(DELAY_TIMER.length), []);
  }
}

/** An answer after the end has not won, however it got here; the signalling port ends a 2xx that crosses a CANCEL by itself. */
function late(ring: Ring, event: RingEvent): RingStep {
  if (event.type !== 'answered') return [ring, []];
  return [ring, [{ type: 'hangUp', leg: event.leg, cause: 'answeredElsewhere' }]];
}

function answered(ring: Ring, leg: string): RingStep {
  const branch = ring.branches.find((b) => b.leg === leg);
  if (branch === undefined || !isOpen(branch)) return late(ring, { type: 'answered', leg });
  const won = change(ring, leg, 'winner', 0, ['trying', 'ringing']);
  return end(won, 'answeredElsewhere', [{ type: 'won', leg }]);
}

/** Ends every branch that is open; those only scheduled are forgotten. */
function end(ring: Ring, cause: Cause, last: readonly RingEffect[]): RingStep {
  const effects: RingEffect[] = [stopTimer(RING_TIMER)];
  const branches = ring.branches.map((b): Branch => {
    if (b.state === 'scheduled') effects.push(stopTimer(DELAY_TIMER + b.leg));
    else if (isOpen(b)) effects.push({ type: 'hangUp', leg: b.leg, cause });
    else return b;
    return { ...b, state: 'lost' };
  });
  return [{ ...ring, branches, over: true }, [...effects, ...last]];
}

/** After a branch failed: with no branch open the next delayed one is pulled forward (D-22); with none left it is over. */
function settle(ring: Ring, effects: readonly RingEffect[]): RingStep {
  if (ring.branches.some(isOpen)) return [ring, effects];
  let next: Branch | null = null;
  for (const b of ring.branches) {
    if (b.state === 'scheduled' && b.delayMs < ring.ringMs && (next === null || b.delayMs < next.delayMs)) next = b;
  }
  if (next !== null) return startBranch(ring, next.leg, [...effects, stopTimer(DELAY_TIMER + next.leg)]);
  return [{ ...ring, over: true }, [...effects, stopTimer(RING_TIMER), unanswered(ring)]];
}

function startBranch(ring: Ring, leg: string, effects: readonly RingEffect[]): RingStep {
  return [change(ring, leg, 'trying', 0, ['scheduled']), [...effects, { type: 'call', leg }]];
}

/**
 * The end of a ring that nobody answered. It is busy only if every branch ended and one of them was busy (D-9), else
 * declined if one was; branches that all failed alike speak for the call.
 */
function unanswered(ring: Ring): RingEffect {
  if (ring.branches.some(isOpen)) return { type: 'unanswered', cause: 'noAnswer' };
  const causes = ring.branches.filter((b) => b.state === 'failed').map((b) => causeOfStatus(b.status));
  if (causes.includes('busy')) return { type: 'unanswered', cause: 'busy' };
  if (causes.includes('declined')) return { type: 'unanswered', cause: 'declined' };
  const [first, ...others] = causes;
  const alike = first !== undefined && others.every((c) => c === first);
  return { type: 'unanswered', cause: alike ? first : 'noAnswer' };
}

function isOpen(b: Branch): boolean {
  return b.state === 'trying' || b.state === 'ringing';
}

function change(
  ring: Ring,
  leg: string,
  state: Branch['state'],
  status: number,
  from: readonly Branch['state'][],
): Ring {
  return {
    ...ring,
    branches: ring.branches.map((b) => (b.leg === leg && from.includes(b.state) ? { ...b, state, status } : b)),
  };
}
