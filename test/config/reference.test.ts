import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchemaText, schemaNames } from '../../src/config/json-schema.js';
import { configReference } from '../../src/config/reference.js';

describe('generated from the schema and current (npm run config-docs)', () => {
  it('docs/config.md', () => {
    expect(readFileSync('docs/config.md', 'utf8')).toBe(configReference());
  });

  it.each(schemaNames)('config/schema/%s.json', (name) => {
    expect(readFileSync(`config/schema/${name}.json`, 'utf8')).toBe(jsonSchemaText(name));
  });

  it('no other schema lies about', () => {
    expect(readdirSync('config/schema').sort()).toEqual(schemaNames.map((name) => `${name}.json`).sort());
  });
});

describe('the reference', () => {
  it.each([
    ['a required field in bold', '| **`domain`** |'],
    ['fields of elements', '| **`users[].rules[].when`** |'],
    ['fields of one form among several', '| `users[].rules[].ring.also[].delay` |'],
    ['fields of named things', '| `timeFrames.<name>.timezone` |'],
  ])('has %s', (_, row) => {
    expect(configReference()).toContain(row);
  });
});
