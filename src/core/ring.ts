import { type EpochMs, startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../machine/machine.js';
import { type Cause, causeOfStatus } from './cause.js';

/**
 * Simultaneous ring (D-11, D-15 to D-23): every branch is called after its own delay, the first to be accepted wins, the
 * others are ended.
 *
 *     scheduled → trying → ringing → confirming → winner | lost | failed
 *
 * A branch that needs no confirmation is accepted by its answer. A branch that failed has a status; a branch that lost
 * was ended by us. After the ring time only those that confirm go on, each for what is left of its own time (D-19).
 */
export type Ring = {
  readonly branches: readonly Branch[];
  readonly ringMs: number;
  /** The ring time is over; nothing new starts. */
  readonly closing: boolean;
  /** Some phone rang. */
  readonly rang: boolean;
  /** Own phones that are all dead end the ring (D-10). */
  readonly endsWhenDead: boolean;
  readonly over: boolean;
};

export type Branch = {
  /** Leg id. */
  readonly leg: string;
  readonly delayMs: number;
  readonly state: 'scheduled' | 'trying' | 'ringing' | 'confirming' | 'winner' | 'lost' | 'failed';
  /** Final status of a failed branch; 0 otherwise. */
  readonly status: number;
  /** How long who answered has to accept; null: the answer is enough. [ms] */
  readonly confirmMs: number | null;
  /** A phone that gives no sign of life for so long is dead; null: it may be silent. [ms] */
  readonly aliveMs: number | null;
  /** A device of the user who is called. */
  readonly own: boolean;
  /** When it was answered and had to confirm; 0: not yet. */
  readonly answeredAt: EpochMs;
};

/** What a ring is made of. Only leg and delay must be said: no confirmation, may be silent, somebody else's. */
export type BranchPlan = Pick<Branch, 'leg' | 'delayMs'> & Partial<Pick<Branch, 'confirmMs' | 'aliveMs' | 'own'>>;

export type RingEvent =
  | { readonly type: 'ringing'; readonly leg: string }
  | { readonly type: 'answered'; readonly leg: string }
  /** Who answered takes the call. */
  | { readonly type: 'accepted'; readonly leg: string }
  /** Who answered does not want the call, or says nothing. */
  | { readonly type: 'refused'; readonly leg: string }
  | { readonly type: 'failed'; readonly leg: string; readonly status: number }
  /** The branch calls somebody else now: another trunk, or where a 302 pointed (D-48). */
  | {
      readonly type: 'redirected';
      readonly leg: string;
      readonly confirmMs: number | null;
      readonly aliveMs: number | null;
    }
  /** The caller has gone, or nobody is wanted any more for another cause. */
  | { readonly type: 'abandoned'; readonly cause: Cause }
  | TimerEvent;

export type RingEffect =
  | { readonly type: 'call'; readonly leg: string }
  /** Ask who answered whether to take the call; `accepted` or `refused` follows. */
  | { readonly type: 'confirm'; readonly leg: string }
  /** Tell who was being asked that the call is taken, then end the leg (D-20). */
  | { readonly type: 'dismiss'; readonly leg: string }
  | { readonly type: 'hangUp'; readonly leg: string; readonly cause: Cause }
  | { readonly type: 'won'; readonly leg: string }
  /** Nobody took the call; `cause` is the most telling of the branches' ends. `dead`: no own phone gave a sign of life (D-10). */
  | { readonly type: 'unanswered'; readonly cause: Cause; readonly dead: boolean }
  | TimerEffect;

export type RingStep = readonly [Ring, readonly RingEffect[]];

const RING_TIMER = 'ring';
const DELAY_TIMER = 'delay ';
const CONFIRM_TIMER = 'confirm ';
const ALIVE_TIMER = 'alive ';
/** D-19 */
const MAX_GRACE_MS = 20_000;

export function startRing(branches: readonly BranchPlan[], ringMs: number, endsWhenDead = false): RingStep {
  const ring: Ring = {
    ringMs,
    closing: false,
    rang: false,
    endsWhenDead,
    over: false,
    branches: branches.map(
      ({ leg, delayMs, confirmMs = null, aliveMs = null, own = false }): Branch => ({
        leg,
        delayMs,
        state: delayMs > 0 ? 'scheduled' : 'trying',
        status: 0,
        confirmMs,
        aliveMs,
        own,
        answeredAt: 0,
      }),
    ),
  };
  const effects: RingEffect[] = [startTimer(RING_TIMER, ringMs)];
  for (const b of ring.branches) {
    // A target whose delay is not shorter than the ring time never rings (D-11).
    if (b.state === 'trying') call(b, effects);
    else if (b.delayMs < ringMs) effects.push(startTimer(DELAY_TIMER + b.leg, b.delayMs));
  }
  return settle(ring, effects);
}

export function stepRing(ring: Ring, event: RingEvent, now: EpochMs): RingStep {
  if (ring.over) return late(ring, event);
  switch (event.type) {
    case 'ringing':
      return rings(ring, event.leg);
    case 'answered':
      return answered(ring, event.leg, now);
    case 'accepted':
      return accepted(ring, event.leg);
    case 'refused':
      return refused(ring, event.leg);
    case 'failed':
      return failed(ring, event.leg, event.status, []);
    case 'redirected':
      return redirected(ring, event);
    case 'abandoned':
      return end(ring, event.cause, []);
    case 'timer':
      return timer(ring, event.timer, now);
  }
}

/** An answer after the end has not won, however it got here; the signalling port ends a 2xx that crosses a CANCEL by itself. */
function late(ring: Ring, event: RingEvent): RingStep {
  if (event.type !== 'answered') return [ring, []];
  return [ring, [{ type: 'hangUp', leg: event.leg, cause: 'answeredElsewhere' }]];
}

function rings(ring: Ring, leg: string): RingStep {
  const branch = branchOf(ring, leg);
  if (branch?.state !== 'trying') return [ring, []];
  const effects = branch.aliveMs === null ? [] : [stopTimer(ALIVE_TIMER + leg)];
  return [{ ...replace(ring, { ...branch, state: 'ringing' }), rang: true }, effects];
}

function answered(ring: Ring, leg: string, now: EpochMs): RingStep {
  const branch = branchOf(ring, leg);
  if (branch?.state !== 'trying' && branch?.state !== 'ringing') return late(ring, { type: 'answered', leg });
  if (branch.confirmMs === null) return win(ring, branch);
  const effects: RingEffect[] = branch.aliveMs === null ? [] : [stopTimer(ALIVE_TIMER + leg)];
  effects.push(startTimer(CONFIRM_TIMER + leg, branch.confirmMs), { type: 'confirm', leg });
  return [replace(ring, { ...branch, state: 'confirming', answeredAt: now }), effects];
}

function accepted(ring: Ring, leg: string): RingStep {
  const branch = branchOf(ring, leg);
  return branch?.state === 'confirming' ? win(ring, branch) : [ring, []];
}

function win(ring: Ring, branch: Branch): RingStep {
  const { leg } = branch;
  const timers = branch.answeredAt > 0 ? [stopTimer(CONFIRM_TIMER + leg)] : aliveTimer(branch);
  const [over, effects] = end(replace(ring, { ...branch, state: 'winner' }), 'answeredElsewhere', [
    { type: 'won', leg },
  ]);
  return [over, [...timers, ...effects]];
}

/** D-17, D-18: only this leg is out. */
function refused(ring: Ring, leg: string): RingStep {
  if (branchOf(ring, leg)?.state !== 'confirming') return [ring, []];
  return failed(ring, leg, 480, [{ type: 'hangUp', leg, cause: 'unconfirmed' }]);
}

function failed(ring: Ring, leg: string, status: number, effects: readonly RingEffect[]): RingStep {
  const branch = branchOf(ring, leg);
  if (branch === undefined || !isOpen(branch)) return [ring, effects];
  const timers = branch.state === 'confirming' ? [stopTimer(CONFIRM_TIMER + leg)] : aliveTimer(branch);
  const next = replace(ring, { ...branch, state: 'failed', status });
  const all = [...timers, ...effects];
  if (!next.endsWhenDead || !isDead(next)) return settle(next, all);
  const [over, ends] = end(next, 'noAnswer', [{ type: 'unanswered', cause: 'unavailable', dead: true }]);
  return [over, [...all, ...ends]];
}

function redirected(ring: Ring, event: Extract<RingEvent, { type: 'redirected' }>): RingStep {
  const branch = branchOf(ring, event.leg);
  if (branch === undefined || !isOpen(branch) || branch.state === 'confirming') return [ring, []];
  const { confirmMs, aliveMs } = event;
  const next: Branch = { ...branch, state: 'trying', confirmMs, aliveMs };
  return [
    replace(ring, next),
    [...aliveTimer(branch), ...(aliveMs === null ? [] : [startTimer(ALIVE_TIMER + branch.leg, aliveMs)])],
  ];
}

function timer(ring: Ring, id: string, now: EpochMs): RingStep {
  if (id === RING_TIMER) return close(ring, now);
  if (id.startsWith(DELAY_TIMER)) return startBranch(ring, id.slice(DELAY_TIMER.length), []);
  if (id.startsWith(CONFIRM_TIMER)) return refused(ring, id.slice(CONFIRM_TIMER.length));
  const leg = id.slice(ALIVE_TIMER.length);
  if (branchOf(ring, leg)?.state !== 'trying') return [ring, []];
  return failed(ring, leg, 408, [{ type: 'hangUp', leg, cause: 'unreachable' }]);
}

/** The ring time is over. A leg that confirms may finish, within its time and the grace (D-19). */
function close(ring: Ring, now: EpochMs): RingStep {
  if (!ring.branches.some((b) => b.state === 'confirming')) {
    return end(ring, 'noAnswer', [{ type: 'unanswered', ...outcome(ring) }]);
  }
  const effects: RingEffect[] = [];
  const branches = ring.branches.map((b): Branch => {
    if (b.state === 'confirming') {
      if (b.answeredAt + (b.confirmMs ?? 0) - now > MAX_GRACE_MS)
        effects.push(startTimer(CONFIRM_TIMER + b.leg, MAX_GRACE_MS));
      return b;
    }
    return drop(b, 'noAnswer', effects);
  });
  return [{ ...ring, branches, closing: true }, effects];
}

/** Ends every branch that is open; those only scheduled are forgotten. */
function end(ring: Ring, cause: Cause, last: readonly RingEffect[]): RingStep {
  const effects: RingEffect[] = ring.closing ? [] : [stopTimer(RING_TIMER)];
  const branches = ring.branches.map((b) => drop(b, cause, effects));
  return [{ ...ring, branches, over: true }, [...effects, ...last]];
}

function drop(b: Branch, cause: Cause, effects: RingEffect[]): Branch {
  if (b.state === 'scheduled') effects.push(stopTimer(DELAY_TIMER + b.leg));
  else if (b.state === 'confirming') {
    effects.push(stopTimer(CONFIRM_TIMER + b.leg));
    effects.push(
      cause === 'answeredElsewhere' ? { type: 'dismiss', leg: b.leg } : { type: 'hangUp', leg: b.leg, cause },
    );
  } else if (isOpen(b)) effects.push(...aliveTimer(b), { type: 'hangUp', leg: b.leg, cause });
  else return b;
  return { ...b, state: 'lost' };
}

/** After a branch failed: with no branch open the next delayed one is pulled forward (D-22); with none left it is over. */
function settle(ring: Ring, effects: readonly RingEffect[]): RingStep {
  if (ring.branches.some(isOpen)) return [ring, effects];
  let next: Branch | null = null;
  for (const b of ring.branches) {
    if (b.state === 'scheduled' && b.delayMs < ring.ringMs && (next === null || b.delayMs < next.delayMs)) next = b;
  }
  if (next !== null) return startBranch(ring, next.leg, [...effects, stopTimer(DELAY_TIMER + next.leg)]);
  const timers = ring.closing ? [] : [stopTimer(RING_TIMER)];
  return [{ ...ring, over: true }, [...effects, ...timers, { type: 'unanswered', ...outcome(ring) }]];
}

function startBranch(ring: Ring, leg: string, before: readonly RingEffect[]): RingStep {
  const branch = branchOf(ring, leg);
  if (branch?.state !== 'scheduled') return [ring, before];
  const effects = [...before];
  call(branch, effects);
  return [replace(ring, { ...branch, state: 'trying' }), effects];
}

function call(b: Branch, effects: RingEffect[]): void {
  if (b.aliveMs !== null) effects.push(startTimer(ALIVE_TIMER + b.leg, b.aliveMs));
  effects.push({ type: 'call', leg: b.leg });
}

/** The timer that runs while a branch is tried. */
function aliveTimer(b: Branch): TimerEffect[] {
  return b.aliveMs !== null && b.state === 'trying' ? [stopTimer(ALIVE_TIMER + b.leg)] : [];
}

/**
 * The end of a ring that nobody answered. It is busy only if every branch ended and one of them was busy (D-9), else
 * declined if one was; branches that all failed alike speak for the call.
 */
function outcome(ring: Ring): { readonly cause: Cause; readonly dead: boolean } {
  const dead = isDead(ring);
  if (ring.branches.some((b) => isOpen(b) || b.state === 'lost')) return { cause: 'noAnswer', dead };
  const causes = ring.branches.filter((b) => b.state === 'failed').map((b) => causeOfStatus(b.status));
  if (causes.includes('busy')) return { cause: 'busy', dead };
  if (causes.includes('declined')) return { cause: 'declined', dead };
  const [first, ...others] = causes;
  const alike = first !== undefined && others.every((c) => c === first);
  return { cause: alike ? first : 'noAnswer', dead };
}

/** D-10: no phone rang, and each of the user's own was called and could not be reached. */
function isDead({ branches, rang }: Ring): boolean {
  if (rang) return false;
  const own = branches.filter((b) => b.own);
  return (
    own.length > 0 &&
    own.every((b) => b.state === 'failed' && (b.status === 408 || b.status === 430 || b.status === 503))
  );
}

function isOpen(b: Branch): boolean {
  return b.state === 'trying' || b.state === 'ringing' || b.state === 'confirming';
}

function branchOf(ring: Ring, leg: string): Branch | undefined {
  return ring.branches.find((b) => b.leg === leg);
}

function replace(ring: Ring, branch: Branch): Ring {
  return { ...ring, branches: ring.branches.map((b) => (b.leg === branch.leg ? branch : b)) };
}
