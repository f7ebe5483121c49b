import type { CallEnd, CallTest, ExpectedLeg } from '../config/call-test.js';
import type { Place } from '../config/problem.js';
import { CAUSES } from '../core/cause.js';
import { type Domain, ownerOf } from '../core/domain.js';
import type { Observed, ObservedLeg } from './trial.js';

/** One event of the call. `as`: `expected` did not happen, `unexpected` did, `both` is as it should be. */
export type DifferenceLine = {
  readonly as: 'both' | 'expected' | 'unexpected';
  /** After the INVITE; null: whenever. [ms] */
  readonly atMs: number | null;
  readonly text: string;
  /** Where it is expected. */
  readonly place: Place | null;
};

/** Nearer than this is the same second. */
const NEAR_MS = 500;

/** What was expected beside what happened, in the order of time. The test has passed if every line is of `both`. */
export function difference(test: CallTest, observed: Observed): readonly DifferenceLine[] {
  return [
    ...ruleLines(test, observed),
    ...legLines(test, observed).sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0)),
    ...endLines(test, observed),
  ];
}

function ruleLines({ expected }: CallTest, { rule }: Observed): DifferenceLine[] {
  if (expected.rule === null) return [];
  const { name, place } = expected.rule;
  if (name === rule) return [{ as: 'both', atMs: 0, text: ruleText(name), place }];
  return [
    { as: 'expected', atMs: 0, text: ruleText(name), place },
    { as: 'unexpected', atMs: 0, text: rule === null ? 'no rule is asked' : ruleText(rule), place: null },
  ];
}

function legLines({ expected, domain }: CallTest, { legs }: Observed): DifferenceLine[] {
  if (expected.legs === null) return legs.map((leg) => line('both', leg, null, domain));
  const left = [...legs];
  const lines: DifferenceLine[] = [];
  for (const leg of expected.legs) {
    const index = left.findIndex((each) => isAsExpected(leg, each));
    if (index >= 0) left.splice(index, 1);
    lines.push(line(index >= 0 ? 'both' : 'expected', leg, leg.place, domain));
  }
  return [...lines, ...left.map((leg) => line('unexpected', leg, null, domain))];
}

function isAsExpected({ to, by, atMs, untilMs }: ExpectedLeg, leg: ObservedLeg): boolean {
  return (
    leg.to === to &&
    (by === null || leg.by === by) &&
    near(atMs, leg.atMs) &&
    (untilMs === null || near(untilMs, leg.untilMs))
  );
}

function near(expectedMs: number, observedMs: number | null): boolean {
  return observedMs !== null && Math.abs(expectedMs - observedMs) < NEAR_MS;
}

function line(
  as: DifferenceLine['as'],
  { to, by, atMs, untilMs }: Pick<ExpectedLeg, 'to' | 'by' | 'atMs' | 'untilMs'>,
  place: Place | null,
  domain: Domain,
): DifferenceLine {
  const way = by === null ? '' : ` by ${by}`;
  const until = untilMs === null ? '' : `, until ${secondsText(untilMs)}`;
  return { as, atMs, text: `${partyText(to, domain)} is called${way}${until}`, place };
}

function endLines({ expected, domain }: CallTest, { end: observed }: Observed): DifferenceLine[] {
  const happened: DifferenceLine =
    observed === null
      ? { as: 'unexpected', atMs: null, text: 'nothing more within a day', place: null }
      : { as: 'unexpected', atMs: observed.atMs, text: endText(observed.end, domain), place: null };
  if (expected.end === null) return [{ ...happened, as: 'both' }];
  const { end, atMs, place } = expected.end;
  const isInTime = atMs === null || near(atMs, observed?.atMs ?? null);
  if (observed !== null && isInTime && isSameEnd(end, observed.end)) return [{ ...happened, as: 'both', place }];
  return [{ as: 'expected', atMs, text: endText(end, domain), place }, happened];
}

function isSameEnd(expected: CallEnd, observed: CallEnd): boolean {
  switch (expected.end) {
    case 'answered':
      return observed.end === 'answered' && observed.by === expected.by;
    case 'voicemail':
      return observed.end === 'voicemail' && observed.extension === expected.extension;
    case 'service':
      return observed.end === 'service' && observed.number === expected.number;
    case 'refused': {
      if (observed.end !== 'refused') return false;
      return expected.cause === null ? observed.status === expected.status : observed.cause === expected.cause;
    }
    case 'gaveUp':
      return observed.end === 'gaveUp';
  }
}

function endText(end: CallEnd, domain: Domain): string {
  switch (end.end) {
    case 'answered':
      return `the caller talks to ${partyText(end.by, domain)}`;
    case 'voicemail':
      return `the voicemail of ${partyText(end.extension, domain)} takes the call`;
    case 'service':
      return `the exchange itself answers, as ${end.number}`;
    case 'refused':
      return `the caller is refused: ${end.cause === null ? end.status : `${CAUSES[end.cause].text} (${end.status})`}`;
    case 'gaveUp':
      return 'the caller gives up';
  }
}

function ruleText(name: string): string {
  return `rule "${name}"`;
}

/** `202wp (Tom Baker)` */
function partyText(id: string, domain: Domain): string {
  const user = ownerOf(domain, id) ?? domain.users.get(id);
  return user === undefined || user.name === id ? id : `${id} (${user.name})`;
}

/** `20s`, `4.25s` */
export function secondsText(ms: number): string {
  return `${Math.round(ms) / 1000}s`;
}
