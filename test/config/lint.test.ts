import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadCallTests } from '../../src/config/call-tests.js';
import { conform } from '../../src/config/conform.js';
import { compileDomain } from '../../src/config/domain.js';
import { domainFile } from '../../src/config/domain-file.js';
import { lintRouting } from '../../src/config/lint.js';
import { loadConfig } from '../../src/config/load.js';
import { type Findings, problemText } from '../../src/config/problem.js';
import { namesOf } from '../../src/config/scope.js';
import { YamlFile } from '../../src/config/yaml-file.js';
import { folderOf } from './config-folder.js';

const NOW = Date.UTC(2026, 10, 24, 15, 30);

/** What the lints say of `users`, looking at no more than `most` changes. */
function linted(users: string, most?: number): string[] {
  const frames = 'timeFrames: { Days: { days: { mon-fri: "09:00-17:00" } } }';
  const file = new YamlFile('a.yaml', `domain: a.example\ntimezone: UTC\n${frames}\nusers:\n${users}`);
  const findings: Findings = { errors: [], warnings: [] };
  const scope = { file, findings, names: namesOf(file) };
  const form = conform(domainFile, file, file.value, findings);
  if (form === null) throw new Error(findings.errors.map(problemText).join('\n'));
  const domain = compileDomain(form, { env: {}, madeUp: () => 'long-enough' }, scope);
  lintRouting(domain, form, NOW, scope, most);
  return findings.warnings.map(problemText);
}

const forwarding = (extension: number, to: number) =>
  `  - { extension: ${extension}, rules: [{ when: default, always: ${to} }] }\n`;

it('D-50 tells a hundred circles, and how many more there are', () => {
  const pairs = Array.from({ length: 102 }, (_, i) => forwarding(1000 + i, 2000 + i) + forwarding(2000 + i, 1000 + i));
  const said = linted(pairs.join(''));
  expect(said).toHaveLength(101);
  expect(said.at(-1)).toBe('a.yaml:4:1: users: circles of forwards that are not listed: 2 more');
});

it('D-50 tells a long circle by its beginning', () => {
  const ring = Array.from({ length: 20 }, (_, i) => forwarding(100 + i, 100 + ((i + 1) % 20)));
  const way = Array.from({ length: 11 }, (_, i) => 100 + i).join(' → ');
  expect(linted(ring.join(''))).toEqual([
    `a.yaml:5:56: users[0].rules[0].always: calls that nobody takes go in a circle, for example Tue 2026-11-24 15:30 UTC: ${way} → (9 more) → 100; let one of them end in voicemail`,
  ]);
});

it('D-50 tells a circle of calls that somebody else takes over', () => {
  const covering = (extension: number, exit: string, to: number) =>
    `  - { extension: ${extension}, rules: [{ when: default, ${exit}: ${to} }] }\n`;
  expect(linted(covering(201, 'active', 202) + covering(202, 'offline', 201))).toEqual([
    'a.yaml:5:56: users[0].rules[0].active: calls to lines that are busy or offline go in a circle, for example Tue 2026-11-24 15:30 UTC: 201 → 202 → 201; let one of them end in voicemail',
  ]);
});

it('D-50 tells a circle of queues where the first forwards', () => {
  const queue = (extension: number, to: number) =>
    `  - { extension: ${extension}, agents: [201], queueRingTime: 1m, forwardUnanswered: ${to} }\n`;
  expect(linted(`  - { extension: 201 }\nqueues:\n${queue(8801, 8802)}${queue(8802, 8801)}`)).toEqual([
    'a.yaml:7:77: queues[0].forwardUnanswered: calls that nobody takes go in a circle, for example Tue 2026-11-24 15:30 UTC: 8801 → 8802 → 8801; let one of them end in voicemail',
  ]);
});

it('tells how far it has looked', () => {
  const rules = '[{ when: Days, ring: all }, { when: default, ring: main }]';
  expect(linted(`  - { extension: 201, rules: ${rules} }\n`, 1)).toEqual([
    'a.yaml:4:1: users: so much changes here that circles of forwards were looked for until Wed 2026-11-25 09:00 UTC only, and rules that never decide not at all',
  ]);
});

it('tells that made-up passwords cannot be kept', () => {
  const folder = folderOf({ 'domains/a.yaml': 'domain: a.example\nusers: [{ extension: 201 }]\n', data: '' });
  const loaded = loadConfig(folder, {}, { dataDir: join(folder, 'data'), keepPasswords: true });
  expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('cannot be written: '),
  ]);
});

it('tells that call tests do not say of which domain they are', () => {
  const folder = folderOf({ 'domains/a.yaml': 'domain: a.example\n', 'domains/b.yaml': 'domain: b.example\n' });
  writeFileSync(
    join(folder, 'x.calltest.yaml'),
    'cases: [{ name: x, from: 201, to: 202, expect: { end: { voicemail: 202 } } }]\n',
  );
  const loaded = loadConfig(folder, {}, { dataDir: join(folder, 'data') });
  const errors = loaded.ok ? loadCallTests(folder, loaded.config).errors : loaded.errors;
  expect(errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'domain: missing, and there are several: a.example, b.example',
  ]);
});
