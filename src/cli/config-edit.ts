import { readFileSync, writeFileSync } from 'node:fs';
import type { Config } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { type Environment, reason } from '../config/password.js';
import type { Domain } from '../core/domain.js';
import { reportProblems } from './check.js';
import type { Terminal } from './terminal.js';

/** A domain and the file that it is written in. */
export type WrittenDomain = { readonly domain: Domain; readonly file: string };

/** The domain of that name, by default the default one; null after telling why not. `command` is who tells. */
export function writtenDomain(
  command: string,
  options: { readonly config: string; readonly domain?: string | undefined },
  env: Environment,
  terminal: Terminal,
): WrittenDomain | null {
  const loaded = loadConfig(options.config, env);
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return null;
  }
  const { domains, server, files }: Config = loaded.config;
  const domain = domains.get((options.domain ?? server.defaultDomain ?? '').toLowerCase());
  const file = domain === undefined ? undefined : files.get(domain.name);
  if (domain === undefined || file === undefined) {
    terminal.err(
      `strowger ${command}: there is no such domain; choose one with --domain: ${[...domains.keys()].join(', ')}\n`,
    );
    return null;
  }
  return { domain, file };
}

/** The text of a table; null after telling why it cannot be read. */
export function readTable(command: string, table: string, terminal: Terminal): string | null {
  try {
    return readFileSync(table, 'utf8');
  } catch (error) {
    terminal.err(`strowger ${command}: cannot read ${table}: ${reason(error)}\n`);
    return null;
  }
}

/** Writes a file of the configuration anew; false after telling what is wrong with it then, and it is what it was. */
export function rewrite(file: string, text: string, config: string, env: Environment, terminal: Terminal): boolean {
  const before = readFileSync(file);
  writeFileSync(file, text);
  const loaded = loadConfig(config, env);
  if (loaded.ok) return true;
  writeFileSync(file, before);
  reportProblems(loaded, terminal);
  return false;
}
