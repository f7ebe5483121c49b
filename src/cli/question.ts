import type { Config } from '../config/config.js';
import { closest } from '../config/problem.js';
import type { Domain } from '../core/domain.js';
import { parseDate, parseTime } from '../core/local-date.js';
import { firstInstant } from '../core/wall-clock.js';

/** Something in a question makes no sense; the message says what, and what would. */
export class Misasked extends Error {}

/** The domains there are, and which is meant if none is named. */
export type DomainChoice = Pick<Config, 'domains'> & { readonly server: Pick<Config['server'], 'defaultDomain'> };

/** The domain that is asked for by name or alias; undefined: the default domain. */
export function domainOf({ domains, server }: DomainChoice, asked: string | undefined): Domain {
  const names = [...domains.keys()];
  if (asked === undefined && server.defaultDomain === null) {
    throw new Misasked(`there are several domains; choose one with --domain: ${names.join(', ')}`);
  }
  const name = (asked ?? server.defaultDomain ?? '').toLowerCase();
  const domain = domains.get(name) ?? [...domains.values()].find(({ aliases }) => aliases.includes(name));
  if (domain === undefined) throw new Misasked(`there is no domain "${asked}"${instead(name, names)}`);
  return domain;
}

/** `2026-12-25T10:00` by the wall clock of the domain; undefined: `otherwise`. */
export function instantOf(domain: Domain, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const minute = parseTime(text.replace(' ', 'T'));
  const at = minute === null ? null : firstInstant(minute, domain.timeZone);
  if (at === null) throw new Misasked(`"${text}" is no time; expected one such as 2026-12-25T10:00`);
  return at;
}

/** The beginning of a day (`2026-12-25`, and so many days later), or a time as `instantOf` reads it. */
export function dayOrInstantOf(domain: Domain, text: string, daysLater = 0): number {
  const day = parseDate(text);
  const start = day === null ? null : firstInstant((day + daysLater) * DAY_MINUTES, domain.timeZone);
  if (start !== null) return start;
  if (/^\d{4}-\d\d-\d\d[T ]/.test(text)) return instantOf(domain, text, 0);
  throw new Misasked(`"${text}" is no day or time; expected one such as 2026-12-25 or 2026-12-25T10:00`);
}

const DAY_MINUTES = 24 * 60;

/** `; did you mean "queue"?`, or which there are. */
export function instead(word: string, candidates: readonly string[]): string {
  const near = closest(word, candidates);
  if (near !== null) return `; did you mean "${near}"?`;
  return candidates.length === 0 ? '' : `; there are ${candidates.join(', ')}`;
}
