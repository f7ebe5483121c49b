import type { EpochMs } from '../machine/machine.js';
import { type CalendarRule, calendarOf } from './calendar.js';
import type { AnsweringRule, Destination, Domain, User } from './domain.js';
import { frameOf, inheritedZone } from './frame-use.js';

/** What the rules of a domain, taken together, get wrong. */
export type RoutingFault =
  /** Forwards that lead back (D-50): each user with the rule that holds; `at` is when they all do, first. */
  | { readonly fault: 'loop'; readonly steps: readonly LoopStep[]; readonly at: EpochMs }
  /** A rule above holds whenever this one does, or its frame never does. */
  | { readonly fault: 'neverActive'; readonly extension: string; readonly rule: number; readonly within: 'year' };

export type LoopStep = { readonly extension: string; readonly rule: number };

const DAY_MS = 86_400_000;
/** A year and a bit: every yearly frame has its turn. */
const HORIZON_MS = 400 * DAY_MS;

/** So many different successions of rules are looked at; in a domain with more the rest is taken on trust. */
const MOST_CALENDARS = 300;

/** Looks at every moment of the next 400 days at which something changes. */
export function routingFaults(domain: Domain, at: EpochMs): RoutingFault[] {
  const calendars = new Calendars(domain, at);
  const faults: RoutingFault[] = [];
  for (const user of domain.users.values()) {
    const spans = user.rules.length > 1 ? calendars.of(user) : null;
    if (spans === null) continue;
    let isOpen = false; // somebody may switch this rule, or one above it, by hand
    user.rules.forEach((rule, index) => {
      isOpen ||= rule.frame !== null && frameOf(domain, user, rule.frame)?.kind === 'toggle';
      if (rule.enabled && rule.frame !== null && spans[index]?.length === 0 && !isOpen)
        faults.push({ fault: 'neverActive', extension: user.extension, rule: index, within: 'year' });
    });
  }
  return [...faults, ...loopsOf(domain, calendars)];
}

type Span = { readonly from: EpochMs; readonly until: EpochMs };
/** When each rule of a user wins, by its index. */
type Winners = readonly (readonly Span[])[];

/** When which rule wins, once for all users whose rules have the same frames. */
class Calendars {
  readonly #domain: Domain;
  readonly #at: EpochMs;
  readonly #known = new Map<string, Winners>();

  constructor(domain: Domain, at: EpochMs) {
    this.#domain = domain;
    this.#at = at;
  }

  /** Null: there are too many. */
  of(user: User): Winners | null {
    const zone = inheritedZone(this.#domain, user);
    const whose = user.timeFrames.size === 0 ? '' : user.extension;
    const key = JSON.stringify([zone, whose, user.rules.map(({ frame, enabled }) => (enabled ? frame : 0))]);
    let spans = this.#known.get(key);
    if (spans === undefined) {
      if (this.#known.size >= MOST_CALENDARS) return null;
      spans = this.#winners(user, zone);
      this.#known.set(key, spans);
    }
    return spans;
  }

  #winners(user: User, zone: string): Winners {
    const rules: CalendarRule[] = [];
    user.rules.forEach(({ frame, enabled }, index) => {
      const found = frame === null ? null : frameOf(this.#domain, user, frame);
      if (enabled && found !== undefined) rules.push({ name: String(index), frame: found });
    });
    const winners: Span[][] = user.rules.map(() => []);
    const { slices } = calendarOf(rules, this.#at, this.#at + HORIZON_MS, zone);
    for (const { from, until, winner } of slices) if (winner !== null) winners[Number(winner)]?.push({ from, until });
    return winners;
  }
}

/** Where a call goes that nobody takes: at once (always), or after ringing. */
function forwardOf(rule: AnsweringRule | undefined): string | null {
  const to: Destination | null = rule === undefined ? null : (rule.always ?? rule.unanswered);
  return to?.to === 'extension' ? to.extension : null;
}

type Path = { readonly steps: readonly LoopStep[]; readonly extension: string; readonly times: readonly Span[] };

/** Depth first, with the times that all steps have in common getting fewer. Each circle is told once, by its least extension. */
function loopsOf(domain: Domain, calendars: Calendars): RoutingFault[] {
  const faults: RoutingFault[] = [];
  const ever = [{ from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }];
  for (const start of domain.users.keys()) {
    const open: Path[] = [{ steps: [], extension: start, times: ever }];
    const seen = new Set<string>();
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      for (const next of stepsFrom(domain, calendars, path)) {
        const [first] = next.times;
        if (next.extension === start) {
          faults.push({ fault: 'loop', steps: next.steps, at: first?.from ?? 0 });
          continue;
        }
        const isRepeat = next.steps.some(({ extension }) => extension === next.extension);
        const key = `${next.extension} ${next.times.length} ${first?.from} ${next.times.at(-1)?.until}`;
        // Of a circle the least extension tells.
        if (isRepeat || next.extension < start || seen.has(key) || next.steps.length >= MAX_STEPS) continue;
        seen.add(key);
        open.push(next);
      }
    }
  }
  return faults;
}

const MAX_STEPS = 10; // D-46 stops longer ones

function stepsFrom(domain: Domain, calendars: Calendars, { steps, extension, times }: Path): Path[] {
  const user = domain.users.get(extension);
  if (user === undefined || user.rules.every((rule) => forwardOf(rule) === null)) return [];
  const winners = calendars.of(user);
  if (winners === null) return [];
  return user.rules.flatMap((rule, index): Path[] => {
    const to = forwardOf(rule);
    if (to === null || !domain.users.has(to)) return [];
    const common = inCommon(times, winners[index] ?? []);
    return common.length === 0 ? [] : [{ steps: [...steps, { extension, rule: index }], extension: to, times: common }];
  });
}

/** What two lists of spans have in common; all are in order. */
function inCommon(some: readonly Span[], others: readonly Span[]): Span[] {
  const common: Span[] = [];
  let i = 0;
  let j = 0;
  for (let a = some[i], b = others[j]; a !== undefined && b !== undefined; a = some[i], b = others[j]) {
    const from = Math.max(a.from, b.from);
    const until = Math.min(a.until, b.until);
    if (from < until) common.push({ from, until });
    if (a.until < b.until) i++;
    else j++;
  }
  return common;
}
