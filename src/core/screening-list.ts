import type { Caller } from './caller.js';
import { comparable, comparableBeginning } from './phone-number.js';

/** Who gets through and who does not; of a user, or of the domain for everybody. */
export type ScreeningLists = {
  readonly allowed: NumberList;
  readonly blocked: NumberList;
  /** The caller hides who is calling. */
  readonly blockAnonymous: boolean;
  /** The caller has no number that could be used. */
  readonly blockUnknown: boolean;
  /** As the guides have it: a number without a name is unknown too (D-5). */
  readonly blockWithoutName: boolean;
};

/** Numbers as `comparable` writes them. */
export type NumberList = { readonly exact: ReadonlySet<string>; readonly prefixes: readonly string[] };

export const EMPTY_LIST: NumberList = { exact: new Set(), prefixes: [] };

export const NO_LISTS: ScreeningLists = {
  allowed: EMPTY_LIST,
  blocked: EMPTY_LIST,
  blockAnonymous: false,
  blockUnknown: false,
  blockWithoutName: false,
};

/** By extension, the users of a domain. */
type Extensions = ReadonlyMap<string, unknown>;

/**
 * An entry as callers are compared with it (D-4): an extension of the domain as it is, any other number without `+` as
 * one of the country. With `*` at the end it is a beginning, of extensions if any begins so.
 */
export function listEntry(written: string, country: string, extensions: Extensions): string {
  if (!written.endsWith('*')) return extensions.has(written) ? written : comparable(written, country);
  const beginning = written.slice(0, -1);
  const isInside = beginning !== '' && beginningsOf(extensions).has(beginning);
  return `${isInside ? beginning : comparableBeginning(beginning, country)}*`;
}

const beginnings = new WeakMap<Extensions, ReadonlySet<string>>();

function beginningsOf(extensions: Extensions): ReadonlySet<string> {
  let known = beginnings.get(extensions);
  if (known === undefined) {
    known = new Set([...extensions.keys()].flatMap((all) => Array.from(all, (_, i) => all.slice(0, i + 1))));
    beginnings.set(extensions, known);
  }
  return known;
}

/** What the lists say of a caller. `owner`: extension of whose list it was, null for the domain's. */
export type Screening =
  | { readonly verdict: 'unlisted' }
  | { readonly verdict: 'allowed' | 'blocked'; readonly owner: string | null; readonly entry: string }
  | { readonly verdict: 'anonymous' | 'unknown' | 'nameless'; readonly owner: string | null };

const UNLISTED: Screening = { verdict: 'unlisted' };

/** D-4, D-5: the user's lists before the domain's, and in each allowed before blocked. */
export function screen(caller: Caller, extension: string, own: ScreeningLists, domain: ScreeningLists): Screening {
  const mine = screenBy(caller, extension, own);
  return mine.verdict === 'unlisted' ? screenBy(caller, null, domain) : mine;
}

function screenBy(caller: Caller, owner: string | null, lists: ScreeningLists): Screening {
  if (lists === NO_LISTS) return UNLISTED;
  const { number } = caller;
  if (number !== null) {
    const allowed = entryFor(lists.allowed, number);
    if (allowed !== null) return { verdict: 'allowed', owner, entry: allowed };
    const blocked = entryFor(lists.blocked, number);
    if (blocked !== null) return { verdict: 'blocked', owner, entry: blocked };
  }
  if (caller.device !== null) return UNLISTED; // our own phones prove who they are
  if (lists.blockAnonymous && caller.anonymous) return { verdict: 'anonymous', owner };
  if (lists.blockUnknown && number === null) return { verdict: 'unknown', owner };
  if (lists.blockWithoutName && caller.name === '') return { verdict: 'nameless', owner };
  return UNLISTED;
}

/** The entry that covers `number`: itself, or a prefix with `*`. */
function entryFor(list: NumberList, number: string): string | null {
  if (list.exact.has(number)) return number;
  for (const prefix of list.prefixes) if (number.startsWith(prefix)) return `${prefix}*`;
  return null;
}
