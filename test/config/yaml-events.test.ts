import { describe, expect, it } from 'vitest';
import { treeOfDocument } from '../../src/config/yaml-document.js';
import { treeOfEvents } from '../../src/config/yaml-events.js';
import type { YamlTree } from '../../src/config/yaml-tree.js';
import { fc } from '../support/property.js';

/** Every value with its path and where it and its name stand. */
function placesOf(tree: YamlTree): unknown[] {
  const found: unknown[] = [];
  const visit = (holder: unknown) => {
    if (typeof holder !== 'object' || holder === null) return;
    const node = tree.nodeOf(holder);
    for (const [name, value] of Object.entries(holder)) {
      const entry = node === null ? null : tree.entry(node, Array.isArray(holder) ? Number(name) : name);
      found.push(entry === null ? name : [tree.path(entry), tree.start(entry), tree.keyStart(entry)]);
      visit(value);
    }
  };
  visit(tree.value);
  return found;
}

/** Both readers of one text. */
function read(text: string) {
  const quick = treeOfEvents(text);
  const { tree, faults } = treeOfDocument(text);
  return { quick: quick === null || 'offset' in quick ? null : quick, tree, faults };
}

const SCALARS = [
  'a',
  '202',
  '0202',
  '1e3',
  '-5',
  '1.50',
  '"x: y"',
  "'it''s'",
  'x y',
  'True',
  '09:00',
  'é',
  '"a\\nb"',
  '~',
];
const NAMES = ['users', 'name', '10', '9', '"k: l"', '__proto__', 'toString'];

type Sample =
  | { readonly scalar: string }
  | { readonly list: readonly Sample[]; readonly flow: boolean }
  | { readonly mapping: readonly (readonly [string, Sample])[]; readonly flow: boolean };

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: 'small' },
    fc.record({ scalar: fc.constantFrom(...SCALARS) }),
    fc.record({ list: fc.array(tie('sample'), { maxLength: 3 }), flow: fc.boolean() }),
    fc.record({
      mapping: fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie('sample')), {
        maxLength: 3,
        selector: ([n]) => n,
      }),
      flow: fc.boolean(),
    }),
  ),
}));

function flowText(value: Sample): string {
  if ('scalar' in value) return value.scalar;
  if ('list' in value) return `[${value.list.map(flowText).join(', ')}]`;
  return `{ ${value.mapping.map(([name, inner]) => `${name}: ${flowText(inner)}`).join(', ')} }`;
}

/** What follows a name and its colon, or a dash. */
function blockText(value: Sample, indent: string): string {
  const entries = 'scalar' in value || value.flow ? [] : 'list' in value ? value.list : value.mapping;
  if (entries.length === 0 || 'scalar' in value) return ` ${flowText(value)} # comment\n`;
  if ('list' in value) return `\n${value.list.map((item) => `${indent}-${blockText(item, `${indent}  `)}`).join('')}`;
  return `\n${value.mapping.map(([name, inner]) => `${indent}${name}:${blockText(inner, `${indent}  `)}`).join('')}`;
}

const SOUP = [
  ...['a', 'b', '202', '"q"', "'s'", ': ', ':', '- ', '-', '{', '}', '[', ']', ',', ', ', '#c', ' # c', '|', '>', '? '],
  ...[
    '\n',
    '\n  ',
    '\n    ',
    '\n- ',
    '\n  - ',
    '&a ',
    '*a',
    '!t ',
    '---',
    '...',
    '\t',
    '"',
    "'",
    '@',
    '%',
    '~',
    '<<: ',
  ],
];

describe('the quick reader', () => {
  it('finds the same values at the same places as the thorough one', () => {
    const text = sample.map((value) => blockText(value, '').replace(/^[ \n]/, ''));
    fc.assert(
      fc.property(text, (yaml) => {
        const { quick, tree, faults } = read(yaml);
        expect(faults).toEqual([]);
        if (quick === null || tree === null) throw new Error('should have been read');
        expect(quick.value).toEqual(tree.value);
        expect(placesOf(quick)).toEqual(placesOf(tree));
      }),
      { numRuns: 300 },
    );
  });

  it('says the same of any text, or nothing', () => {
    const soup = fc.array(fc.constantFrom(...SOUP), { maxLength: 20 }).map((parts) => `k: v\n${parts.join('')}`);
    fc.assert(
      fc.property(soup, (yaml) => {
        const { quick, tree, faults } = read(yaml);
        if (quick === null || tree === null || faults.length > 0) return;
        expect(quick.value).toEqual(tree.value);
        expect(placesOf(quick)).toEqual(placesOf(tree));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a mistake', 'a: [1\n'],
    ['an empty value', 'a:\nb: 1\n'],
    ['a name twice', 'a: 1\na: 2\n'],
    ['an anchor', 'a: &x 1\nb: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a name that is a list', '[a]: 1\n'],
    ['two documents', 'a: 1\n---\nb: 1\n'],
    ['a directive', '%YAML 1.1\n---\na: 1\n'],
    ['brackets without end', '[['],
  ])('leaves to the thorough one: %s', (_, yaml) => {
    expect(treeOfEvents(yaml)).toBeNull();
  });

  it('knows where a block of text begins', () => {
    const { quick, tree } = read('a: |\n  b\nc: >-\n\n  d\n  e\nf: 1\n');
    expect(quick?.value).toEqual({ a: 'b\n', c: '\nd e', f: 1 });
    expect(quick === null ? null : placesOf(quick)).toEqual(tree === null ? [] : placesOf(tree));
  });

  it('says of what is too deep for the thorough one that it is', () => {
    expect(treeOfEvents('['.repeat(10_000))).toEqual({
      offset: 99,
      message: 'not YAML: more than 100 levels of mappings and lists',
    });
  });
});
