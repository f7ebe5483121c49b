import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sippScenarios } from '../system/sipp-scenario.js';

it('docs/drachtio.md tells of every scenario that the pairing cannot play, and claims no other', () => {
  const page = readFileSync('docs/drachtio.md', 'utf8');
  const table = page.slice(page.indexOf('| scenario |')).split('\n\n')[0] ?? '';
  const rows = [...table.matchAll(/^\| `([\w-]+)` \| yes \| (.*) \|$/gm)].map(([, name = '', says = '']) => [
    name,
    says,
  ]);
  const reasons = new Map(sippScenarios.map(({ name, notOnDrachtio }) => [name, notOnDrachtio]));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows).toEqual(
    rows.map(([name = '']) => {
      const why = reasons.get(name);
      return [name, why === undefined ? 'there is no such scenario' : why === null ? 'yes' : `no: ${why}`];
    }),
  );
  const told = rows.map(([name]) => name);
  expect([...reasons].filter(([name, why]) => why !== null && !told.includes(name))).toEqual([]);
});
