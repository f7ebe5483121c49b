import type { EpochMs } from '../machine/machine.js';
import { type CompiledFrame, compileFrame } from './compiled-frame.js';
import type { Domain, User } from './domain.js';
import { nextChange } from './frame-change.js';
import { frameOf, inheritedZone } from './frame-use.js';
import { EventHeap } from './queue-simulation/event-heap.js';
import { holds, type TimeFrame } from './time-frame.js';
import { clockChanges } from './wall-clock.js';

/** A frame in the zone of whom it is evaluated for (D-39), and whose rules it selects. */
type Clocked = {
  /** Where `holding` tells whether it holds. */
  readonly index: number;
  readonly frame: TimeFrame;
  readonly compiled: CompiledFrame;
  readonly zone: string;
  /** The same in every week, as long as no clock changes. */
  readonly isWeekly: boolean;
  /** By index. */
  readonly users: number[];
  /** Its next change was not followed up. */
  stale: boolean;
};

/** In place of a frame: the rule has none, or is disabled or has one that is not there. */
const ALWAYS = 0;
const NEVER = 1;

const WEEK_MS = 7 * 86_400_000;
/** So many changes of frames take a second or two. */
export const MOST_CHANGES = 150_000;

/**
 * Goes through time and knows which rule of every user wins (D-1). Weeks that are like one already seen are passed over:
 * a week is looked at from the beginning, and from every change of a frame that is not weekly or of a clock.
 */
export class RuleSweep {
  readonly users: readonly User[];
  /** By index of the user, the index of the rule; -1: none. */
  readonly winners: Int32Array;
  readonly #domain: Domain;
  readonly #clocked: Clocked[] = [];
  readonly #events = new EventHeap<Clocked | null>();
  /** Of each user, the frame of each rule by its index. */
  readonly #selectors: readonly Uint32Array[];
  readonly #holding: Uint8Array;

  constructor(domain: Domain) {
    this.#domain = domain;
    this.users = [...domain.users.values()];
    this.winners = new Int32Array(this.users.length);
    const known = new Map<string, Map<TimeFrame, Clocked>>();
    this.#selectors = this.users.map((user, index) => this.#selectorsOf(user, index, known));
    this.#holding = new Uint8Array(this.#clocked.length + 2);
    this.#holding[ALWAYS] = 1;
  }

  /**
   * Calls `turned` with those for whom another rule wins, at first with everybody. Returns until when it got: the end,
   * unless there are more than `most` changes of frames.
   */
  run(from: EpochMs, until: EpochMs, most: number, turned: (at: EpochMs, users: readonly number[]) => void): EpochMs {
    this.#start(from, until);
    turned(from, [...this.users.keys()]);
    let weekEnd = from + WEEK_MS;
    let changes = 0;
    for (let event = this.#events.next(); event !== null && event.atMs < until; event = this.#events.next()) {
      const { atMs: at } = event;
      const changed = this.#atOnce(event);
      changes += changed.length;
      if (changed.some((clocked) => clocked?.isWeekly !== true)) {
        weekEnd = at + WEEK_MS;
        for (const clocked of this.#clocked) if (clocked.stale) changed.push(clocked);
      } else if (at >= weekEnd) {
        for (const clocked of changed) if (clocked !== null) clocked.stale = true;
        continue;
      }
      if (changes > most) return at;
      for (const clocked of changed) if (clocked !== null) this.#follow(clocked, at);
      const users = this.#turn(changed);
      if (users.length > 0) turned(at, users);
    }
    return until;
  }

  /** What changes at the same time as the first; null: a clock. */
  #atOnce(first: { readonly atMs: EpochMs; readonly event: Clocked | null }): (Clocked | null)[] {
    const all = [first.event];
    for (;;) {
      const next = this.#events.next();
      if (next === null) return all;
      if (next.atMs !== first.atMs) {
        this.#events.add(next.atMs, next.event);
        return all;
      }
      all.push(next.event);
    }
  }

  #start(from: EpochMs, until: EpochMs): void {
    for (const clocked of this.#clocked) this.#follow(clocked, from);
    for (const zone of new Set(this.#clocked.flatMap(({ compiled, zone }) => zonesIn(compiled, zone))))
      for (const { at } of clockChanges(zone, from, until)) this.#events.add(at, null);
    for (const user of this.users.keys()) this.winners[user] = this.#winnerOf(user);
  }

  #follow(clocked: Clocked, at: EpochMs): void {
    clocked.stale = false;
    this.#holding[clocked.index] = holds(clocked.compiled, at, clocked.zone) ? 1 : 0;
    const next = nextChange(clocked.frame, at, clocked.zone);
    if (next !== null) this.#events.add(next, clocked);
  }

  #turn(changed: readonly (Clocked | null)[]): number[] {
    const turned: number[] = [];
    for (const clocked of changed) {
      for (const user of clocked?.users ?? []) {
        const winner = this.#winnerOf(user);
        if (winner === this.winners[user]) continue;
        this.winners[user] = winner;
        turned.push(user);
      }
    }
    return turned;
  }

  #winnerOf(user: number): number {
    const selectors = this.#selectors[user];
    if (selectors === undefined) return -1;
    for (let rule = 0; rule < selectors.length; rule++) {
      if (this.#holding[selectors[rule] ?? NEVER] === 1) return rule;
    }
    return -1;
  }

  #selectorsOf(user: User, index: number, known: Map<string, Map<TimeFrame, Clocked>>): Uint32Array {
    const zone = inheritedZone(this.#domain, user);
    const ofZone = known.get(zone) ?? new Map<TimeFrame, Clocked>();
    known.set(zone, ofZone);
    return Uint32Array.from(user.rules, ({ frame: name, enabled }) => {
      if (!enabled) return NEVER;
      if (name === null) return ALWAYS;
      const frame = frameOf(this.#domain, user, name);
      if (frame === undefined) return NEVER;
      let clocked = ofZone.get(frame);
      if (clocked === undefined) {
        clocked = this.#clock(frame, zone);
        ofZone.set(frame, clocked);
      }
      clocked.users.push(index);
      return clocked.index;
    });
  }

  #clock(frame: TimeFrame, zone: string): Clocked {
    const compiled = compileFrame(frame);
    const index = this.#clocked.length + 2;
    const clocked = { index, frame, compiled, zone, isWeekly: isWeekly(compiled), users: [], stale: false };
    this.#clocked.push(clocked);
    return clocked;
  }
}

function isWeekly(frame: CompiledFrame): boolean {
  switch (frame.kind) {
    case 'always':
      return true;
    case 'spans':
      return frame.weekly;
    case 'union':
      return frame.children.every(isWeekly);
    case 'toggle':
      return frame.until === null;
  }
}

function zonesIn(frame: CompiledFrame, inherited: string): string[] {
  const zone = frame.zone ?? inherited;
  return frame.kind === 'union' ? [zone, ...frame.children.flatMap((child) => zonesIn(child, zone))] : [zone];
}
