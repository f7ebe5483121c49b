import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isSeq, parseDocument } from 'yaml';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import type { Domain } from '../core/domain.js';
import { type ListEntry, listTableText, readListTable } from '../core/list-table.js';
import type { ScreeningLists } from '../core/screening-list.js';
import { reportProblems } from './check.js';
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
  if (found === null) return 1;
  const { entries, faults } = readListTable(readFileSync(table, 'utf8'), found.domain.country);
  for (const { line, message } of faults) terminal.err(`${table}:${line}: ${message}\n`);
  if (faults.length > 0) return 1;
  const file = found.file;
  const before = readFileSync(file, 'utf8');
  const after = withEntries(before, options.user ?? null, entries, found.lists);
  if (after === null) {
    terminal.err(`strowger lists: ${file} has no user ${options.user ?? ''} to add to\n`);
    return 1;
  }
  writeFileSync(file, after);
  const loaded = loadConfig(options.config, env);
  if (!loaded.ok) {
    writeFileSync(file, before);
    reportProblems(loaded, terminal);
    return 1;
  }
  terminal.out(`${counted(entries.length, 'number')} read into ${file}\n`);
  return 0;
}

type Found = { readonly domain: Domain; readonly lists: ScreeningLists; readonly file: string };

function listsIn(options: ListsOptions, env: Environment, terminal: Terminal): Found | null {
  const loaded = loadConfig(options.config, env);
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return null;
  }
  const { domains, server, files } = loaded.config;
  const domain = domains.get((options.domain ?? server.defaultDomain ?? '').toLowerCase());
  const file = domain === undefined ? undefined : files.get(domain.name);
  const lists = options.user === undefined ? domain?.lists : domain?.users.get(options.user)?.lists;
  if (domain === undefined || lists === undefined || file === undefined) {
    terminal.err('strowger lists: there is no such domain or user; see --domain and --user\n');
    return null;
  }
  return { domain, lists, file };
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
