import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { didYouMean } from '../config/problem.js';
import { type Calendar, type CalendarRule, calendarOf, nextWinner, winnerAt } from '../core/calendar.js';
import type { Domain, User } from '../core/domain.js';
import { frameOf, inheritedZone, ownersOf } from '../core/frame-use.js';
import { parseDate } from '../core/local-date.js';
import { firstInstant, wallMinute, wallText } from '../core/wall-clock.js';
import { yearSheet } from '../core/year-sheet.js';
import { reportProblems } from './check.js';
import { columns, type Terminal } from './terminal.js';

export type CalendarOptions = {
  readonly config: string;
  readonly domain?: string | undefined;
  /** Extension of the user whose private time frame is meant. */
  readonly user?: string | undefined;
  /** Days, `2026-12-24`; `to` is included. Default: from today, for two weeks. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly json?: boolean | undefined;
  /** The whole year of `from` as SVG. */
  readonly svg?: boolean | undefined;
};

const DAY_MINUTES = 24 * 60;
const DEFAULT_DAYS = 14;

/** What a calendar is drawn of. */
type Subject = { readonly title: string; readonly rules: readonly CalendarRule[]; readonly zone: string };

/** `strowger calendar USER|FRAME`: 0, or 1 if the question or the configuration makes no sense. */
export function calendar(
  subject: string,
  options: CalendarOptions,
  env: Environment,
  nowMs: number,
  terminal: Terminal,
): number {
  const loaded = loadConfig(options.config, env);
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const name = (options.domain ?? loaded.config.server.defaultDomain ?? '').toLowerCase();
  const domain = loaded.config.domains.get(name);
  const found =
    domain === undefined
      ? `there is no domain "${name}"; choose one with --domain: ${[...loaded.config.domains.keys()].join(', ')}`
      : subjectOf(domain, subject, options.user);
  if (typeof found === 'string') {
    terminal.err(`strowger calendar: ${found}\n`);
    return 1;
  }
  const today = Math.floor(wallMinute(nowMs, found.zone) / DAY_MINUTES);
  const first = options.from === undefined ? today : parseDate(options.from);
  const last = options.to === undefined ? (first ?? today) + DEFAULT_DAYS - 1 : parseDate(options.to);
  if (first === null || last === null || last < first) {
    const wrong = first === null ? options.from : options.to;
    terminal.err(`strowger calendar: "${wrong}" is no day; expected one such as 2026-12-24, --to not before --from\n`);
    return 1;
  }
  const from = firstInstant(first * DAY_MINUTES, found.zone) ?? nowMs;
  const until = firstInstant((last + 1) * DAY_MINUTES, found.zone) ?? nowMs;
  terminal.out(drawn(found, from, until, nowMs, options));
  return 0;
}

function drawn(
  { title, rules, zone }: Subject,
  from: number,
  until: number,
  nowMs: number,
  options: CalendarOptions,
): string {
  if (options.svg === true) {
    const year = new Date((wallMinute(from, zone) + DAY_MINUTES / 2) * 60_000).getUTCFullYear();
    return yearSheet(title, rules, year, zone) ?? '';
  }
  const drawing = calendarOf(rules, from, until, zone);
  const now = presentOf(rules, nowMs, zone);
  return options.json === true
    ? `${JSON.stringify({ now, ...drawing }, null, 2)}\n`
    : calendarText(title, now, drawing);
}

/** Or why there is none. `extension`: whose frame it is; undefined: a shared one, or the only private one of the name. */
function subjectOf(domain: Domain, subject: string, extension: string | undefined): Subject | string {
  if (extension !== undefined) {
    const owner = domain.users.get(extension);
    if (owner === undefined) {
      return `${domain.name} has no user ${JSON.stringify(extension)}${didYouMean(extension, domain.users.keys())}`;
    }
    const known = [...owner.timeFrames.keys(), ...domain.timeFrames.keys()];
    const unknown = `${extension} has no time frame ${JSON.stringify(subject)}${didYouMean(subject, known)}`;
    return subjectOfFrame(domain, owner, subject) ?? unknown;
  }
  const user = domain.users.get(subject);
  if (user !== undefined) {
    const zone = inheritedZone(domain, user);
    return { title: `${user.extension} (${user.name})`, rules: rulesOf(domain, user), zone };
  }
  const [owner = null, ...others] = domain.timeFrames.has(subject) ? [] : ownersOf(domain, subject);
  if (owner !== null && others.length > 0) {
    const all = [owner, ...others].map((one) => one.extension).join(', ');
    return `${JSON.stringify(subject)} is a private time frame of ${all}; choose one with --user`;
  }
  const known = [...domain.users.keys(), ...domain.timeFrames.keys()];
  const unknown = `${domain.name} has no user or time frame ${JSON.stringify(subject)}${didYouMean(subject, known)}`;
  return subjectOfFrame(domain, owner, subject) ?? unknown;
}

function subjectOfFrame(domain: Domain, user: User | null, name: string): Subject | null {
  const frame = frameOf(domain, user, name);
  return frame === undefined ? null : { title: name, rules: [{ name, frame }], zone: inheritedZone(domain, user) };
}

/** The enabled rules of a user, top-down, as a calendar wants them. */
export function rulesOf(domain: Domain, user: User): CalendarRule[] {
  return user.rules.flatMap(({ name, frame, enabled }): CalendarRule[] => {
    if (!enabled) return [];
    if (frame === null) return [{ name, frame: null }];
    const found = frameOf(domain, user, frame);
    return found === undefined ? [] : [{ name, frame: found }];
  });
}

/** What holds at this moment, and what after it; null: nothing. */
type Present = {
  readonly at: number;
  readonly winner: string | null;
  readonly next: { readonly at: number; readonly winner: string | null } | null;
};

function presentOf(rules: readonly CalendarRule[], at: number, zone: string): Present {
  const next = nextWinner(rules, at, zone);
  return {
    at,
    winner: winnerAt(rules, at, zone)?.name ?? null,
    next: next === null ? null : { at: next.at, winner: next.rule?.name ?? null },
  };
}

function presentText({ winner, next }: Present, zone: string): string {
  const changes = next === null ? 'for ever' : `until ${wallText(next.at, zone)}, then ${next.winner ?? '-'}`;
  return `Now: ${winner ?? '-'}, ${changes}\n`;
}

/** What wins when; what changes below it is left to `--json`. */
function winnersOf(slices: Calendar['slices']): Pick<Calendar['slices'][number], 'from' | 'until' | 'winner'>[] {
  const runs: { from: number; until: number; winner: string | null }[] = [];
  for (const { from, until, winner } of slices) {
    const last = runs.at(-1);
    if (last !== undefined && last.winner === winner) last.until = until;
    else runs.push({ from, until, winner });
  }
  return runs;
}

function calendarText(title: string, now: Present, { zone, slices, edges, holidays }: Calendar): string {
  const lines = winnersOf(slices).map(({ from, until, winner }) => [
    wallText(from, zone),
    '-',
    wallText(until, zone),
    winner ?? '-',
  ]);
  const days = holidays.map(({ day, actual, names }) => [
    day,
    names.join(', '),
    actual === day ? '' : `observed for ${actual}`,
  ]);
  const changes = edges.map((edge) => [edge.zone, edge.kind, edge.before, '->', edge.after]);
  return [
    `${title}, by the clock of ${zone}\n`,
    presentText(now, zone),
    columns(lines, '  '),
    ...(days.length === 0 ? [] : ['\nHolidays\n', columns(days, '  ')]),
    ...(changes.length === 0 ? [] : ['\nClock changes\n', columns(changes, '  ')]),
  ].join('');
}
