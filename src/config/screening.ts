import { listEntry, NO_LISTS, type NumberList, type ScreeningLists } from '../core/screening-list.js';
import type { ListsFile } from './outside-file.js';
import { fail, type Scope } from './scope.js';

/** The lists of a user or of the domain. The same number in both of them is an error (D-4). */
export function compileLists(written: ListsFile | undefined, country: string, scope: Scope): ScreeningLists {
  if (written === undefined) return NO_LISTS;
  const entryOf = (entry: string | number) => listEntry(String(entry), country, scope.names.extensions);
  const allowed = (written.allow ?? []).map(entryOf);
  const blocked = (written.block ?? []).map(entryOf);
  const both = new Set(allowed);
  blocked.forEach((entry, index) => {
    if (both.has(entry)) fail(scope, written.block, index, `${entry} is allowed and blocked; expected one of them`);
  });
  checkOnce(blocked, written.block, scope);
  checkOnce(allowed, written.allow, scope);
  return {
    allowed: listOf(allowed),
    blocked: listOf(blocked),
    blockAnonymous: written.blockAnonymous ?? false,
    blockUnknown: written.blockUnknown ?? false,
    blockWithoutName: written.blockWithoutName ?? false,
  };
}

function checkOnce(entries: readonly string[], written: unknown, scope: Scope): void {
  const met = new Set<string>();
  entries.forEach((entry, index) => {
    if (met.has(entry)) fail(scope, written, index, `${entry} is in this list already`);
    met.add(entry);
  });
}

function listOf(entries: readonly string[]): NumberList {
  const prefixes = entries.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));
  return { exact: new Set(entries.filter((entry) => !entry.endsWith('*'))), prefixes };
}
