import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Loaded, type LoadOptions, loadConfig } from '../../src/config/load.js';
import { problemText } from '../../src/config/problem.js';

/** A folder with these files (text by relative path), gone when the test is over. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What loading these files says, with the folder's name cut out; `path` within the folder. */
export function findings(
  files: Readonly<Record<string, string | Uint8Array>>,
  path = '',
  env: Readonly<Record<string, string>> = {},
): { readonly errors: string[]; readonly warnings: string[] } {
  const folder = folderOf(files);
  const loaded = loadConfig(join(folder, path), env, { dataDir: join(folder, 'data') });
  const said = (problems: Loaded['warnings']) => problems.map((p) => problemText(p).replaceAll(`${folder}/`, ''));
  return { errors: loaded.ok ? [] : said(loaded.errors), warnings: said(loaded.warnings) };
}

/** The configuration of one file, `office.yaml`; throws if it is refused. */
export function office(text: string, options: LoadOptions = {}, env: Readonly<Record<string, string>> = {}) {
  const folder = folderOf({ 'office.yaml': text });
  const loaded = loadConfig(join(folder, 'office.yaml'), env, { dataDir: join(folder, 'data'), ...options });
  if (!loaded.ok) throw new Error(loaded.errors.map(problemText).join('\n'));
  return loaded.config;
}

/** The only domain of such a file. */
export function domainOf(text: string, env: Readonly<Record<string, string>> = {}) {
  const [domain] = office(text, {}, env).domains.values();
  if (domain === undefined) throw new Error('no domain');
  return domain;
}

/** A mistake by name: the text of `office.yaml` and what is said of it. */
export type Row = readonly [name: string, yaml: string | Uint8Array, ...said: string[]];

const ENV = { PHONE_202: 'quite-secret', EMPTY: '' };

/** Each row's text has exactly these errors. */
export function itFinds(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, yaml, ...errors) => {
    expect(findings({ 'office.yaml': yaml }, 'office.yaml', ENV).errors).toEqual(errors);
  });
}

/** Each row's text is accepted with exactly these warnings. */
export function itWarns(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, yaml, ...warnings) => {
    expect(findings({ 'office.yaml': yaml }, 'office.yaml', ENV)).toEqual({ errors: [], warnings });
  });
}
