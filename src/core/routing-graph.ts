import type { EpochMs } from '../machine/machine.js';
import type { AnsweringRule, Destination, Domain, User } from './domain.js';
import { nextStart } from './frame-change.js';
import { frameOf, inheritedZone } from './frame-use.js';
import type { Exit } from './plan.js';
import { MOST_CHANGES, RuleSweep } from './rule-sweep.js';
import { matches, type TimeFrame } from './time-frame.js';

/** What the rules of a domain, taken together, get wrong. */
export type RoutingFault =
  /** Forwards that lead back (D-50): each user with the rule that wins; `at` is when they all do, first. */
  | { readonly fault: 'loop'; readonly steps: readonly LoopStep[]; readonly at: EpochMs }
  /** There are so many circles more. */
  | { readonly fault: 'moreLoops'; readonly count: number }
  /** The frame of the rule does not hold within the time that is looked at. */
  | { readonly fault: 'idleFrame'; readonly extension: string; readonly rule: number }
  /** Whenever the rule holds one above it does, such as `by` at `at`. */
  | {
      readonly fault: 'covered';
      readonly extension: string;
      readonly rule: number;
      readonly by: number;
      readonly at: EpochMs;
    }
  /** So much changes that the rest of the time, from `at` on, was not looked at. */
  | { readonly fault: 'unseen'; readonly at: EpochMs };

/** `exit`: by which the rule passes the call on. */
export type LoopStep = { readonly extension: string; readonly rule: number; readonly exit: Exit };

const DAY_MS = 86_400_000;
/** A year and a bit: every yearly frame has its turn. */
const HORIZON_MS = 400 * DAY_MS;
/** So many circles are told. */
const MOST_LOOPS = 100;

/** Looks at every moment of the next 400 days at which something changes, as long as it is not at more than `most` changes of frames. */
export function routingFaults(domain: Domain, at: EpochMs, most = MOST_CHANGES): RoutingFault[] {
  const sweep = new RuleSweep(domain);
  const won = sweep.users.map(({ rules }) => new Uint8Array(rules.length));
  const circles = new Circles(domain, sweep);
  const until = at + HORIZON_MS;
  const seen = sweep.run(at, until, most, (time, turned) => {
    for (const user of turned) {
      const winner = sweep.winners[user] ?? -1;
      const flags = won[user];
      if (winner >= 0 && flags !== undefined) flags[winner] = 1;
    }
    circles.look(time, turned);
  });
  if (seen < until) return [...circles.faults(), { fault: 'unseen', at: seen }];
  const idle = sweep.users.flatMap((user, index) => idleRules(domain, user, won[index] ?? new Uint8Array(), at, until));
  return [...idle, ...circles.faults()];
}

/** The rules of a user that never win, but for those that may when somebody switches a frame by hand. */
function idleRules(domain: Domain, user: User, won: Uint8Array, at: EpochMs, until: EpochMs): RoutingFault[] {
  const { extension, rules } = user;
  const faults: RoutingFault[] = [];
  let isOpen = false;
  for (const [rule, { frame: name, enabled }] of rules.entries()) {
    const frame = name === null || !enabled ? undefined : frameOf(domain, user, name);
    if (frame === undefined || isOpen) continue;
    const isOff = frame.kind === 'toggle' && !frame.on;
    const mayChange = holdsToggle(frame);
    isOpen = mayChange && !isOff;
    if (won[rule] === 1 || mayChange) continue;
    const zone = inheritedZone(domain, user);
    const start = matches(frame, at, zone) ? at : nextStart(frame, at, zone);
    if (start === null || start >= until) faults.push({ fault: 'idleFrame', extension, rule });
    else faults.push({ fault: 'covered', extension, rule, by: winnerAt(domain, user, start, zone), at: start });
  }
  return faults;
}

function winnerAt(domain: Domain, user: User, at: EpochMs, zone: string): number {
  return user.rules.findIndex(({ frame: name, enabled }) => {
    const frame = name === null ? undefined : frameOf(domain, user, name);
    return enabled && (name === null || (frame !== undefined && matches(frame, at, zone)));
  });
}

function holdsToggle(frame: TimeFrame): boolean {
  return frame.kind === 'toggle' || (frame.kind === 'custom' && frame.children.some(holdsToggle));
}

const NOBODY = -1;

/** By whom a user's rule has a call taken over, and by which exit. */
type Way = { readonly to: number; readonly exit: Exit };

const NO_WAYS: readonly Way[] = [];

/**
 * At any moment one rule of each user wins, and its exits pass calls on to other users. A circle comes about when
 * somebody's winner changes, who is in it.
 */
class Circles {
  readonly #sweep: RuleSweep;
  /** By user and rule. */
  readonly #ways: readonly (readonly (readonly Way[])[])[];
  /** By user, those of now. */
  readonly #now: (readonly Way[])[];
  /** By user, the last look that came by. */
  readonly #passed: Uint32Array;
  /** By user, the place in the way that is being gone; NOBODY: not in it. */
  readonly #place: Int32Array;
  #looks = 0;
  readonly #known = new Set<string>();
  readonly #told: RoutingFault[] = [];

  constructor(domain: Domain, sweep: RuleSweep) {
    this.#sweep = sweep;
    const indices = new Map(sweep.users.map(({ extension }, index) => [extension, index]));
    this.#ways = sweep.users.map(({ rules }) => rules.map((rule) => waysOf(domain, rule, indices)));
    this.#now = sweep.users.map(() => NO_WAYS);
    this.#passed = new Uint32Array(sweep.users.length);
    this.#place = new Int32Array(sweep.users.length).fill(NOBODY);
  }

  look(at: EpochMs, turned: readonly number[]): void {
    const { winners } = this.#sweep;
    for (const user of turned) this.#now[user] = this.#ways[user]?.[winners[user] ?? NOBODY] ?? NO_WAYS;
    this.#looks++;
    for (const user of turned) if (this.#passed[user] !== this.#looks) this.#search(user, at);
  }

  faults(): RoutingFault[] {
    const more = this.#known.size - this.#told.length;
    return more === 0 ? this.#told : [...this.#told, { fault: 'moreLoops', count: more }];
  }

  /** Depth first, everybody once in a look: a way to somebody who is in it already is a circle. Of some that meet one is told. */
  #search(start: number, at: EpochMs): void {
    const path: number[] = [];
    const tried: number[] = [];
    const enter = (user: number): void => {
      this.#passed[user] = this.#looks;
      this.#place[user] = path.length;
      path.push(user);
      tried.push(0);
    };
    enter(start);
    for (let user = path.at(-1); user !== undefined; user = path.at(-1)) {
      const last = path.length - 1;
      const way = this.#now[user]?.[tried[last] ?? 0];
      tried[last] = (tried[last] ?? 0) + 1;
      if (way === undefined) {
        this.#place[user] = NOBODY;
        path.pop();
        tried.pop();
        continue;
      }
      const place = this.#place[way.to] ?? NOBODY;
      if (place !== NOBODY) this.#note(path.slice(place), tried.slice(place), at);
      else if (this.#passed[way.to] !== this.#looks) enter(way.to);
    }
  }

  /** Each circle once, whatever its rules, from the least extension on. `tried`: how many of the ways of each. */
  #note(circle: readonly number[], tried: readonly number[], at: EpochMs): void {
    const { users, winners } = this.#sweep;
    const steps = circle.map((user, index): LoopStep => {
      const exit = this.#now[user]?.[(tried[index] ?? 1) - 1]?.exit ?? 'always';
      return { extension: users[user]?.extension ?? '', rule: winners[user] ?? NOBODY, exit };
    });
    const least = steps.reduce(
      (low, { extension }, index) => (extension < (steps[low]?.extension ?? '') ? index : low),
      0,
    );
    const turned = [...steps.slice(least), ...steps.slice(0, least)];
    const key = turned.map(({ extension }) => extension).join(' ');
    if (this.#known.has(key)) return;
    this.#known.add(key);
    if (this.#told.length < MOST_LOOPS) this.#told.push({ fault: 'loop', steps: turned, at });
  }
}

/** Always takes every call; else first where calls go that nobody takes. */
function waysOf(domain: Domain, rule: AnsweringRule, indices: ReadonlyMap<string, number>): readonly Way[] {
  if (rule.dnd) return NO_WAYS; // D-6
  const exits: readonly Exit[] = rule.always !== null ? ['always'] : ['unanswered', 'busy', 'active', 'offline'];
  const ways = exits.flatMap((exit): Way[] => {
    const to = indices.get(extensionOf(domain, rule[exit]) ?? '');
    return to === undefined ? [] : [{ to, exit }];
  });
  return ways.length === 0 ? NO_WAYS : ways;
}

/** The extension whose rules are asked there; by way of a number of ours, too (D-24). */
function extensionOf(domain: Domain, to: Destination | null): string | null {
  if (to?.to === 'extension') return to.extension;
  const own = to?.to === 'number' ? domain.numbers.get(to.number) : undefined;
  return own?.treatment.to === 'user' ? own.treatment.extension : null;
}
