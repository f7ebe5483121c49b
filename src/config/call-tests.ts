import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CallTest } from './call-test.js';
import { compileCase, momentIn } from './call-test-case.js';
import { CALL_TEST_FILE, callTestFile } from './call-test-file.js';
import type { Config } from './config.js';
import { conform } from './conform.js';
import { reason } from './password.js';
import { byPlace, didYouMean, type Findings, type Problem } from './problem.js';
import { fail, namesOf, type Scope } from './scope.js';
import { YamlFile } from './yaml-file.js';

/** The tests in the order of their files. With errors only those tests that have none. */
export type LoadedCallTests = { readonly tests: readonly CallTest[]; readonly errors: readonly Problem[] };

/** Every file of call tests in `path` and its folders, or `path` itself if it is a file; each error is found at once. Never throws. */
export function loadCallTests(path: string, config: Config): LoadedCallTests {
  const findings: Findings = { errors: [], warnings: [] };
  const files = filesIn(path, findings);
  if (files.length === 0 && findings.errors.length === 0)
    findings.errors.push({ file: path, line: 1, column: 1, path: '', message: 'there is no *.calltest.yaml here' });
  const tests = files.flatMap((file) => testsOf(file, config, findings));
  return { tests, errors: findings.errors.sort(byPlace) };
}

function filesIn(path: string, findings: Findings): string[] {
  try {
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const each = join(path, entry.name);
        if (entry.isDirectory()) return filesIn(each, findings);
        return CALL_TEST_FILE.test(entry.name) ? [each] : [];
      });
  } catch (error) {
    findings.errors.push({ file: path, line: 1, column: 1, path: '', message: `cannot be read: ${reason(error)}` });
    return [];
  }
}

function testsOf(name: string, config: Config, findings: Findings): CallTest[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(name);
  } catch (error) {
    findings.errors.push({ file: name, line: 1, column: 1, path: '', message: `cannot be read: ${reason(error)}` });
    return [];
  }
  const file = new YamlFile(name, bytes);
  findings.errors.push(...file.syntaxErrors);
  if (!file.isReadable) return [];
  const faults = findings.errors.length;
  const form = conform(callTestFile, file, file.value ?? {}, findings);
  if (form === null || findings.errors.length > faults) return [];
  const scope: Scope = { file, findings, names: namesOf(file) };
  const domain = domainOf(form.domain, form, config, scope);
  if (domain === null) return [];
  const at = form.at === undefined ? null : (momentIn(domain, form.at, form, scope) ?? 0);
  const devices = new Set([...domain.users.values()].flatMap((user) => user.devices.map(({ id }) => id)));
  return form.cases.flatMap((written) => {
    const before = findings.errors.length;
    const test = compileCase(written, { domain, devices, at, scope });
    return findings.errors.length === before ? [test] : [];
  });
}

function domainOf(asked: string | undefined, form: object, { domains, server }: Config, scope: Scope) {
  const name = (asked ?? server.defaultDomain)?.toLowerCase();
  const domain = name === undefined ? undefined : domains.get(name);
  if (domain !== undefined) return domain;
  const message =
    asked === undefined
      ? `missing, and there are several: ${[...domains.keys()].join(', ')}`
      : `there is no domain ${JSON.stringify(asked)}${didYouMean(asked, domains.keys())}`;
  fail(scope, form, 'domain', message);
  return null;
}
