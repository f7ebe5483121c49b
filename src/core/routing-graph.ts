import type { EpochMs } from '../machine/machine.js';
import { type CalendarRule, calendarOf } from './calendar.js';
import type { AnsweringRule, Destination, Domain, User } from './domain.js';
import { inheritedZone } from './frame-use.js';

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
const MOST_CALENDARS = 1_000;

/** Looks at every moment of the next 400 days at which something changes. */
export function routingFaults(domain: Domain, at: EpochMs): RoutingFault[] {
  const calendars = new Calendars(domain, at);
  const faults: RoutingFault[] = [];
  for (const user of domain.users.values()) {
    const spans = user.rules.length > 1 ? calendars.of(user) : null;
    if (spans === null) continue;
    const winning = new Set(spans.map(({ rule }) => rule));
    user.rules.forEach((rule, index) => {
      const isOpen = user.rules.slice(0, index + 1).some((one) => isToggle(domain, one));
      if (rule.enabled && rule.frame !== null && !winning.has(index) && !isOpen)
        faults.push({ fault: 'neverActive', extension: user.extension, rule: index, within: 'year' });
    });
  }
  return [...faults, ...loopsOf(domain, calendars)];
}

function isToggle(domain: Domain, { frame }: AnsweringRule): boolean {
  return frame !== null && domain.timeFrames.get(frame)?.kind === 'toggle';
}

type Span = { readonly from: EpochMs; readonly until: EpochMs };
/** When which rule of a user wins. `rule`: its index. */
type RuleSpan = Span & { readonly rule: number };

/** When which rule wins, once for all users whose rules have the same frames. */
class Calendars {
  readonly #domain: Domain;
  readonly #at: EpochMs;
  readonly #known = new Map<string, readonly RuleSpan[]>();

  constructor(domain: Domain, at: EpochMs) {
    this.#domain = domain;
    this.#at = at;
  }

  /** Null: there are too many. */
  of(user: User): readonly RuleSpan[] | null {
    const zone = inheritedZone(this.#domain, user);
    const key = JSON.stringify([zone, user.rules.map(({ frame, enabled }) => (enabled ? frame : 0))]);
    let spans = this.#known.get(key);
    if (spans === undefined) {
      if (this.#known.size >= MOST_CALENDARS) return null;
      spans = this.#winners(user, zone);
      this.#known.set(key, spans);
    }
    return spans;
  }

  #winners(user: User, zone: string): RuleSpan[] {
    const rules: CalendarRule[] = [];
    user.rules.forEach(({ frame, enabled }, index) => {
      const found = frame === null ? null : this.#domain.timeFrames.get(frame);
      if (enabled && found !== undefined) rules.push({ name: String(index), frame: found });
    });
    const { slices } = calendarOf(rules, this.#at, this.#at + HORIZON_MS, zone);
    return slices.flatMap(({ from, until, winner }) =>
      winner === null ? [] : [{ from, until, rule: Number(winner) }],
    );
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
  const spans = calendars.of(user);
  if (spans === null) return [];
  return user.rules.flatMap((rule, index): Path[] => {
    const to = forwardOf(rule);
    if (to === null || !domain.users.has(to)) return [];
    const common = inCommon(times, spans, index);
    return common.length === 0 ? [] : [{ steps: [...steps, { extension, rule: index }], extension: to, times: common }];
  });
}

/** What of `times` falls into the spans of one rule; both are in order. */
function inCommon(times: readonly Span[], spans: readonly RuleSpan[], rule: number): Span[] {
  const common: Span[] = [];
  let i = 0;
  for (const span of spans) {
    if (span.rule !== rule) continue;
    while (i < times.length && (times[i]?.until ?? 0) <= span.from) i++;
    for (let j = i; j < times.length; j++) {
      const time = times[j];
      if (time === undefined || time.from >= span.until) break;
      common.push({ from: Math.max(time.from, span.from), until: Math.min(time.until, span.until) });
    }
  }
  return common;
}
