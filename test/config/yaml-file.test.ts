import { describe, expect, it } from 'vitest';
import { YamlFile } from '../../src/config/yaml-file.js';
import { itFinds, type Row } from './config-folder.js';

const syntax: readonly Row[] = [
  [
    'an unquoted feature code',
    'domain: a.example\nservices: { *43: echo }\n',
    'office.yaml:2:16: not YAML: Alias ending in : is ambiguous; a value or key that begins with * must be quoted: "*43"',
  ],
  [
    'a tab',
    'domain: a.example\nusers:\n\t- extension: 202\n',
    'office.yaml:3:1: not YAML: Tabs are not allowed as indentation; indent by spaces',
  ],
  [
    'an open bracket',
    'domain: a.example\naliases: [b.example\nusers: []\n',
    'office.yaml:3:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; check the brackets and the indentation',
  ],
  [
    'a key twice',
    'domain: a.example\ndomain: b.example\n',
    'office.yaml:2:1: "domain" is given twice in this mapping; keep one of them',
  ],
  [
    'no space after the colon',
    'domain:a.example\ncountry: US\n',
    'office.yaml:1:1: not YAML: Implicit keys need to be on a single line; write "key: value" with a space after the colon',
  ],
  [
    'two documents',
    'domain: a.example\n---\ndomain: b.example\n',
    'office.yaml:2:1: not YAML: a second document begins here; one file holds one: remove the ---',
  ],
  [
    'a reserved sign',
    'domain: a.example\nusers: [{ extension: 202, name: @Ellen }]\n',
    'office.yaml:2:33: not YAML: Plain value cannot start with reserved character @; quote it',
  ],
];

describe('text that is not YAML', () => {
  itFinds(syntax);
});

describe('a YAML file', () => {
  it('is plain values', () => {
    const text = 'a: 1\nb: [true, null, 1.5, x]\nc: { d: "1", 7: e }\n';
    expect(new YamlFile('f', text).value).toEqual({ a: 1, b: [true, null, 1.5, 'x'], c: { d: '1', '7': 'e' } });
  });

  it('loses no digit: a number that would come out otherwise stays text', () => {
    expect(new YamlFile('f', '[0202, 1e3, 0x1F, 20, -5, 12345678901234567890, 010: 1]').value).toEqual([
      '0202',
      '1e3',
      '0x1F',
      20,
      -5,
      '12345678901234567890',
      { '010': 1 },
    ]);
  });

  it('follows anchors', () => {
    expect(new YamlFile('f', 'a: &x { b: 1 }\nc: *x\nd: &y 5\ne: *y\n').value).toEqual({
      a: { b: 1 },
      c: { b: 1 },
      d: 5,
      e: 5,
    });
  });

  it('knows where keys and values stand, and keeps knowing it when elements are taken out', () => {
    const file = new YamlFile('f', 'users:\n  - name: A\n  - x\n  - name: B\n');
    const users = Reflect.get(Object(file.value), 'users');
    const [, , b] = users;
    expect(file.keyPlace(file.value, 'users')).toEqual({ file: 'f', line: 1, column: 1, path: 'users' });
    expect(file.place(b, 'name')).toEqual({ file: 'f', line: 4, column: 11, path: 'users[2].name' });
    file.remove(users, new Set([1]));
    expect(users).toEqual([{ name: 'A' }, { name: 'B' }]);
    expect(file.place(users, 1)).toEqual({ file: 'f', line: 4, column: 5, path: 'users[2]' });
  });

  it('keeps a key named __proto__ as a key', () => {
    const { value } = new YamlFile('f', '__proto__: { admin: true }\n');
    expect(Object.keys(Object(value))).toEqual(['__proto__']);
    expect(Reflect.get(Object(value), 'admin')).toBeUndefined();
  });
});
