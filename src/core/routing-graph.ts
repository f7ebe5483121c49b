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

/** To whom a user's rule passes a call on, and by which exit. */
type Way = { readonly to: number; readonly exit: Exit };

const NO_WAYS: readonly Way[] = [];

/** So many users a circle may have that calls go by other exits than those of calls that nobody takes. */
const SHORT = 3;

/**
 * At any moment one rule of each user wins and passes calls that nobody takes to at most one other user; calls to a line
 * that is busy or offline may go to others. A circle comes about when somebody's winner changes, who is in it.
 */
class Circles {
  readonly #sweep: RuleSweep;
  /** By user and rule; the way of calls that nobody takes, if there is one, is the first. */
  readonly #ways: readonly (readonly (readonly Way[])[])[];
  /** By user, to whom calls go now that nobody takes. */
  readonly #next: Int32Array;
  /** By user, the last walk that came by. */
  readonly #passed: Uint32Array;
  #walks = 0;
  /** Some rule has another exit to a user than for calls that nobody takes. */
  readonly #isMixed: boolean;
  readonly #path: { readonly user: number; readonly exit: Exit }[] = [];
  readonly #known = new Set<string>();
  readonly #told: RoutingFault[] = [];

  constructor(domain: Domain, sweep: RuleSweep) {
    this.#sweep = sweep;
    const indices = new Map(sweep.users.map(({ extension }, index) => [extension, index]));
    this.#ways = sweep.users.map(({ rules }) => rules.map((rule) => waysOf(domain, rule, indices)));
    this.#isMixed = this.#ways.some((rules) => rules.some((ways) => !ways.every(isUntaken)));
    this.#next = new Int32Array(sweep.users.length).fill(NOBODY);
    this.#passed = new Uint32Array(sweep.users.length);
  }

  look(at: EpochMs, turned: readonly number[]): void {
    for (const user of turned) {
      const [first] = this.#waysNow(user);
      this.#next[user] = first !== undefined && isUntaken(first) ? first.to : NOBODY;
    }
    const before = this.#walks;
    for (const user of turned) {
      const start = this.#circleFrom(user, before);
      if (start !== NOBODY) this.#noteUntaken(start, at);
    }
    if (this.#isMixed) for (const user of turned) this.#lookShort(user, at, 0);
  }

  #waysNow(user: number): readonly Way[] {
    return this.#ways[user]?.[this.#sweep.winners[user] ?? NOBODY] ?? NO_WAYS;
  }

  /** Goes every way on from the last of the path; those that lead back to its first, and are not found by the other walk, are told. */
  #lookShort(user: number, at: EpochMs, depth: number): void {
    const path = this.#path;
    for (const { to, exit } of this.#waysNow(user)) {
      path[depth] = { user, exit };
      if (to === path[0]?.user) {
        const circle = path.slice(0, depth + 1);
        if (!circle.every(isUntaken)) this.#note(circle, at);
      } else if (depth + 1 < SHORT && !this.#isPassed(to, depth)) this.#lookShort(to, at, depth + 1);
    }
  }

  #isPassed(user: number, depth: number): boolean {
    for (let i = 0; i <= depth; i++) if (this.#path[i]?.user === user) return true;
    return false;
  }

  faults(): RoutingFault[] {
    const more = this.#known.size - this.#told.length;
    return more === 0 ? this.#told : [...this.#told, { fault: 'moreLoops', count: more }];
  }

  /** Somebody in the circle that the way from `start` ends in; NOBODY: it does not, or in one that a walk after `before` found. */
  #circleFrom(start: number, before: number): number {
    const walk = ++this.#walks;
    let user = start;
    while (user !== NOBODY && (this.#passed[user] ?? 0) <= before) {
      this.#passed[user] = walk;
      user = this.#next[user] ?? NOBODY;
    }
    return user !== NOBODY && this.#passed[user] === walk ? user : NOBODY;
  }

  #noteUntaken(start: number, at: EpochMs): void {
    const circle: { user: number; exit: Exit }[] = [];
    let user = start;
    do {
      circle.push({ user, exit: this.#waysNow(user)[0]?.exit ?? 'unanswered' });
      user = this.#next[user] ?? start;
    } while (user !== start);
    this.#note(circle, at);
  }

  /** Each circle once, whatever its rules, from the least extension on. */
  #note(circle: readonly { readonly user: number; readonly exit: Exit }[], at: EpochMs): void {
    const { users, winners } = this.#sweep;
    const steps = circle.map(
      ({ user, exit }): LoopStep => ({ extension: users[user]?.extension ?? '', rule: winners[user] ?? NOBODY, exit }),
    );
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

/** At once (always), or after ringing. */
function isUntaken({ exit }: Pick<Way, 'exit'>): boolean {
  return exit === 'always' || exit === 'unanswered';
}

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
