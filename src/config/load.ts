import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Domain } from '../core/domain.js';
import { CALL_TEST_FILE } from './call-test-file.js';
import type { Config } from './config.js';
import { conform } from './conform.js';
import { compileDomain, type PasswordSource } from './domain.js';
import { type DomainFile, domainFile, officeFile } from './domain-file.js';
import { lintRouting } from './lint.js';
import { type Environment, MadeUpPasswords, passwordsPath, reason } from './password.js';
import { byPlace, type Findings, type Place, type Problem } from './problem.js';
import { namesOf, type Scope } from './scope.js';
import { compileServer } from './server.js';
import { type ServerFile, serverFile } from './server-file.js';
import { type Spot, YamlFile } from './yaml-file.js';

export type LoadOptions = {
  /** Beats `data` of server.yaml. As seen from the working folder. */
  readonly dataDir?: string | undefined;
  /**
   * Writes the passwords that were made up into the data folder. Without it they are made up for this one result only:
   * good to check a configuration, not to run it.
   */
  readonly keepPasswords?: boolean | undefined;
  /** From when on the rules are looked at together for what never happens or goes in circles; undefined: not at all. */
  readonly lintAt?: number | undefined;
};

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly errors: readonly Problem[]; readonly warnings: readonly Problem[] };

/** A file that conforms, as far as it does, and is not compiled yet. */
type Read<Form> = { readonly form: Form; readonly scope: Scope };

/**
 * Reads a configuration: a folder with `server.yaml` (which may be absent) and one file for each domain in
 * `domains/*.yaml`; or a single YAML file that is one domain and may hold the server's part under `server:`. Every
 * error is found at once; never throws.
 */
export function loadConfig(path: string, env: Environment, options: LoadOptions = {}): Loaded {
  const findings: Findings = { errors: [], warnings: [] };
  const config = load(path, env, options, findings);
  const errors = findings.errors.sort(byPlace);
  const warnings = findings.warnings.sort(byPlace);
  if (config === null || errors.length > 0) return { ok: false, errors, warnings };
  return { ok: true, config, warnings };
}

function load(path: string, env: Environment, options: LoadOptions, findings: Findings): Config | null {
  const files = configFiles(path, findings);
  if (files === null) return null;
  const domains: Read<DomainFile>[] = [];
  let server: Read<ServerFile> | null = null;
  if (files.single) {
    const office = readFile(files.domains[0] ?? path, officeFile, findings);
    if (office === null) return null;
    domains.push(office);
    if (office.form.server !== undefined) server = { form: office.form.server, scope: office.scope };
  } else {
    if (files.server !== null) server = readFile(files.server, serverFile, findings);
    for (const name of files.domains) {
      const read = readFile(name, domainFile, findings);
      if (read !== null) domains.push(read);
    }
  }
  const hosts = domainsByHost(domains);
  const empty = new YamlFile(files.server ?? join(path, 'server.yaml'), '');
  server ??= { form: {}, scope: { file: empty, findings, names: namesOf(empty) } };
  const serverConfig = compileServer(server.form, options.dataDir ?? null, hosts, env, server.scope);
  const madeUp = openPasswords(serverConfig.dataDir, findings);
  if (madeUp === null) return null;
  const madeUpPasswords = new Set<string>();
  const passwords: PasswordSource = {
    env,
    madeUp: (domain, device) => {
      madeUpPasswords.add(`${device}@${domain}`);
      return madeUp.of(domain, device);
    },
  };
  const compiled = domains.map(({ form, scope }) => compileDomain(form, passwords, scope));
  if (findings.errors.length === 0 && options.lintAt !== undefined) {
    for (const [index, { form, scope }] of domains.entries()) {
      const domain = compiled[index];
      if (domain !== undefined) lintRouting(domain, form, options.lintAt, scope);
    }
  }
  if (findings.errors.length === 0 && options.keepPasswords === true)
    savePasswords(madeUp, serverConfig.dataDir, findings);
  const byName = new Map(compiled.map((domain: Domain) => [domain.name, domain]));
  const sources = new Map(domains.map(({ form, scope }) => [form.domain.toLowerCase(), scope.file.name]));
  return { server: serverConfig, domains: byName, files: sources, madeUpPasswords };
}

type Files = { readonly single: boolean; readonly server: string | null; readonly domains: readonly string[] };

function configFiles(path: string, findings: Findings): Files | null {
  try {
    if (statSync(path).isFile()) return { single: true, server: null, domains: [path] };
    const server = readdirSync(path).find((name) => /^server\.ya?ml$/.test(name));
    const folder = join(path, 'domains');
    const domains = readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name) && !CALL_TEST_FILE.test(name) && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
    if (domains.length > 0) return { single: false, server: server === undefined ? null : join(path, server), domains };
    findings.errors.push({ ...topOf(folder), message: 'there is no domain; expected one YAML file for each' });
  } catch (error) {
    const where = isErrorWithPath(error) ? error.path : path;
    findings.errors.push({ ...topOf(where), message: `cannot be read: ${reason(error)}` });
  }
  return null;
}

function isErrorWithPath(error: unknown): error is { readonly path: string } {
  return error instanceof Error && 'path' in error && typeof error.path === 'string';
}

function readFile<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  findings: Findings,
): Read<z.input<Schema>> | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(name);
  } catch (error) {
    findings.errors.push({ ...topOf(name), message: `cannot be read: ${reason(error)}` });
    return null;
  }
  const file = new YamlFile(name, bytes);
  findings.errors.push(...file.syntaxErrors);
  if (!file.isReadable) return null;
  const scope: Scope = { file, findings, names: namesOf(file) };
  const form = conform(schema, file, file.value ?? {}, findings);
  return form === null ? null : { form, scope };
}

/** Every name and alias, in lower case, to the name of its domain; reports what two domains claim. */
function domainsByHost(domains: readonly Read<DomainFile>[]): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  const claims = new Map<string, { readonly spot: Spot; readonly scope: Scope }>();
  const claim = (host: string, domain: string, spot: Spot, scope: Scope) => {
    const key = host.toLowerCase();
    const first = claims.get(key);
    if (first !== undefined) {
      const { file, line } = first.scope.file.placeOf(first.spot);
      const message = `${JSON.stringify(key)} is the name of a domain already, at ${file}:${line}`;
      scope.findings.errors.push({ ...scope.file.placeOf(spot), message });
      return;
    }
    claims.set(key, { spot, scope });
    hosts.set(key, domain.toLowerCase());
  };
  for (const { form, scope } of domains) claim(form.domain, form.domain, { holder: form, key: 'domain' }, scope);
  for (const { form, scope } of domains) {
    const aliases = form.aliases ?? [];
    aliases.forEach((alias, index) => {
      claim(alias, form.domain, { holder: aliases, key: index }, scope);
    });
  }
  return hosts;
}

function openPasswords(dataDir: string, findings: Findings): MadeUpPasswords | null {
  try {
    return new MadeUpPasswords(dataDir);
  } catch {
    const message = 'is damaged; mend it, or remove it to have new passwords made up for all phones without one';
    findings.errors.push({ ...topOf(passwordsPath(dataDir)), message });
    return null;
  }
}

function savePasswords(madeUp: MadeUpPasswords, dataDir: string, findings: Findings): void {
  try {
    madeUp.save();
  } catch (error) {
    findings.errors.push({ ...topOf(passwordsPath(dataDir)), message: `cannot be written: ${reason(error)}` });
  }
}

function topOf(file: string): Place {
  return { file, line: 1, column: 1, path: '' };
}
