import type { EpochMs } from '../machine/machine.js';
import type { AnsweringRule, Destination, Domain, User } from './domain.js';
import { nextStart } from './frame-change.js';
import { frameOf, inheritedZone } from './frame-use.js';
import type { Exit } from './plan.js';
import type { QueueConfig } from './queue/queue-config.js';
import { MOST_CHANGES, RuleSweep } from './rule-sweep.js';
import { matches, type TimeFrame } from './time-frame.js';

/** What the rules of a domain, taken together, get wrong. */
export type RoutingFault =
  /** Forwards that lead back (D-50): each user with the rule that wins, and queues; `at` is when they all do, first. */
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

/** `exit`: by which the rule passes the call on. `rule` null: a queue, which forwards whom it could not bring to an agent. */
export type LoopStep = { readonly extension: string; readonly rule: number | null; readonly exit: Exit };

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

/** To which user or queue a call is passed on, and by which exit. */
type Way = { readonly to: number; readonly exit: Exit };

const NO_WAYS: readonly Way[] = [];

/** So many users a circle may have that calls go by other exits than those of calls that nobody takes. */
const SHORT = 3;

/**
 * At any moment one rule of each user wins and passes calls that nobody takes to at most one other user; calls to a line
 * that is busy or offline may go to others. A circle comes about when somebody's winner changes, who is in it. Queues, whose
 * indices follow those of the users, pass them to the same place at all times; a circle of queues alone is found at first.
 */
class Circles {
  readonly #sweep: RuleSweep;
  readonly #queues: readonly QueueConfig[];
  /** By user and rule, by queue and 0; the way of calls that nobody takes, if there is one, is the first. */
  readonly #ways: readonly (readonly (readonly Way[])[])[];
  /** By user and queue, to whom calls go now that nobody takes. */
  readonly #next: Int32Array;
  /** By user and queue, the last walk that came by. */
  readonly #passed: Uint32Array;
  #walks = 0;
  /** Some rule has another exit to a user than for calls that nobody takes. */
  readonly #isMixed: boolean;
  readonly #path: { readonly user: number; readonly exit: Exit }[] = [];
  readonly #known = new Set<string>();
  readonly #told: RoutingFault[] = [];

  constructor(domain: Domain, sweep: RuleSweep) {
    this.#sweep = sweep;
    this.#queues = domain.acd.queues;
    const places = placesOf(domain, sweep.users, this.#queues);
    this.#ways = [
      ...sweep.users.map(({ rules }) => rules.map((rule) => waysOf(rule, places))),
      ...this.#queues.map(({ forwardUnanswered }) => [waysBy([['unanswered', forwardUnanswered]], places)]),
    ];
    this.#isMixed = this.#ways.some((rules) => rules.some((ways) => !ways.every(isUntaken)));
    this.#next = new Int32Array(this.#ways.length).fill(NOBODY);
    this.#passed = new Uint32Array(this.#ways.length);
  }

  look(at: EpochMs, changed: readonly number[]): void {
    const queues = this.#walks === 0 ? this.#queues.map((_, index) => this.#sweep.users.length + index) : [];
    const turned = [...changed, ...queues];
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
    return this.#ways[user]?.[this.#sweep.winners[user] ?? 0] ?? NO_WAYS;
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
    const steps = circle.map(({ user, exit }): LoopStep => {
      const { extension } = users[user] ?? this.#queues[user - users.length] ?? { extension: '' };
      return { extension, rule: winners[user] ?? null, exit };
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

/** At once (always), or after ringing. */
function isUntaken({ exit }: Pick<Way, 'exit'>): boolean {
  return exit === 'always' || exit === 'unanswered';
}

function waysOf(rule: AnsweringRule, places: PlaceOf): readonly Way[] {
  if (rule.dnd) return NO_WAYS; // D-6
  if (rule.always !== null) return waysBy([['always', rule.always]], places);
  const exits: readonly Exit[] = ['unanswered', 'busy', 'active', 'offline'];
  return waysBy(
    exits.map((exit) => [exit, rule[exit]]),
    places,
  );
}

function waysBy(exits: readonly (readonly [Exit, Destination | null])[], placeOf: PlaceOf): readonly Way[] {
  const ways = exits.flatMap(([exit, destination]): Way[] => {
    const to = destination === null ? undefined : placeOf(destination);
    return to === undefined ? [] : [{ to, exit }];
  });
  return ways.length === 0 ? NO_WAYS : ways;
}

/** Index of the user or queue that a destination leads to, by way of a number of ours, too (D-24). */
type PlaceOf = (to: Destination) => number | undefined;

function placesOf(domain: Domain, users: readonly User[], queues: readonly QueueConfig[]): PlaceOf {
  const lines = new Map(queues.map(({ extension }, index) => [extension, users.length + index]));
  const extensions = new Map([...lines, ...users.map(({ extension }, index) => [extension, index] as const)]);
  return (to) => {
    const treatment = to.to === 'number' ? domain.numbers.get(to.number)?.treatment : undefined;
    if (to.to === 'extension') return extensions.get(to.extension);
    if (to.to === 'queue') return lines.get(to.extension);
    if (treatment?.to === 'user') return extensions.get(treatment.extension);
    return treatment?.to === 'queue' ? lines.get(treatment.extension) : undefined;
  };
}
