import { readFileSync } from 'node:fs';
import { isMap, isSeq, parseDocument } from 'yaml';
import type { Environment } from '../config/password.js';
import { type ListEntry, listTableText, readListTable } from '../core/list-table.js';
import type { ScreeningLists } from '../core/screening-list.js';
import { readTable, rewrite, type WrittenDomain, writtenDomain } from './config-edit.js';
import { counted, type Terminal } from './terminal.js';

export type ListsOptions = {
  readonly config: string;
  readonly domain?: string | undefined;
  /** Extension; absent: the list of the domain. */
  readonly user?: string | undefined;
};

/** `strowger lists export`: prints the table. */
export function exportLists(options: ListsOptions, env: Environment, terminal: Terminal): number {
  const found = listsIn(options, env, terminal);
  if (found === null) return 1;
  terminal.out(listTableText(entriesOf(found.lists)));
  return 0;
}

/** `strowger lists import FILE`: adds the entries of the table to the file of the domain; all or nothing. */
export function importLists(table: string, options: ListsOptions, env: Environment, terminal: Terminal): number {
  const found = listsIn(options, env, terminal);
  const text = found === null ? null : readTable('lists', table, terminal);
  if (found === null || text === null) return 1;
  const { entries, faults } = readListTable(text, found.domain.country, found.domain.users);
  for (const { line, message } of faults) terminal.err(`${table}:${line}: ${message}\n`);
  if (faults.length > 0) return 1;
  const file = found.file;
  const after = withEntries(readFileSync(file, 'utf8'), options.user ?? null, entries, found.lists);
  if (after === null) {
    terminal.err(`strowger lists: ${file} has no user ${options.user ?? ''} to add to\n`);
    return 1;
  }
  if (!rewrite(file, after, options.config, env, terminal)) return 1;
  terminal.out(`${counted(entries.length, 'number')} read into ${file}\n`);
  return 0;
}

type Found = WrittenDomain & { readonly lists: ScreeningLists };

function listsIn(options: ListsOptions, env: Environment, terminal: Terminal): Found | null {
  const found = writtenDomain('lists', options, env, terminal);
  if (found === null) return null;
  const { domain } = found;
  const lists = options.user === undefined ? domain.lists : domain.users.get(options.user)?.lists;
  if (lists !== undefined) return { ...found, lists };
  terminal.err(`strowger lists: ${domain.name} has no user ${JSON.stringify(options.user)}\n`);
  return null;
}

function entriesOf({ allowed, blocked }: ScreeningLists): ListEntry[] {
  const of = (list: ScreeningLists['allowed'], isAllowed: boolean): ListEntry[] =>
    [...list.exact, ...list.prefixes.map((prefix) => `${prefix}*`)].map((number) => ({ number, allowed: isAllowed }));
  return [...of(allowed, true), ...of(blocked, false)];
}

/** The YAML with the entries that are not there yet; its comments and order stay. Null: there is no such user. */
function withEntries(
  yaml: string,
  user: string | null,
  entries: readonly ListEntry[],
  known: ScreeningLists,
): string | null {
  const document = parseDocument(yaml);
  const users = document.get('users');
  const index =
    user !== null && isSeq(users)
      ? users.items.findIndex((item) => isMap(item) && String(item.get('extension')) === user)
      : -1;
  if (user !== null && index < 0) return null;
  const path = user === null ? ['lists'] : ['users', index, 'lists'];
  for (const { number, allowed } of entries) {
    const list = allowed ? known.allowed : known.blocked;
    if (list.exact.has(number) || (number.endsWith('*') && list.prefixes.includes(number.slice(0, -1)))) continue;
    const at = [...path, allowed ? 'allow' : 'block'];
    if (document.hasIn(at)) document.addIn(at, number);
    else document.setIn(at, document.createNode([number]));
  }
  return document.toString({ lineWidth: 0 });
}
