import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Place, Problem } from './problem.js';

type Holder = object;
type Range = readonly [number, number, number];
type Known = { readonly path: string; readonly start: number; readonly entries: Map<string, Entry> };
type Entry = { readonly path: string; readonly keyStart: number; readonly valueStart: number };

/** What a reader usually did when the parser stumbled so. Keys are the codes of the `yaml` package. */
const HINTS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a value or key that begins with * must be quoted: "*43"',
  BAD_SCALAR_START: 'quote it',
  BLOCK_AS_IMPLICIT_KEY: 'quote a text that contains ": "',
  TAB_AS_INDENT: 'indent by spaces',
  MULTIPLE_DOCS: 'one file holds one document: remove the ---',
  BAD_INDENT: 'check the brackets and the indentation',
  MULTILINE_IMPLICIT_KEY: 'write "key: value" with a space after the colon',
};

/**
 * One YAML file as plain values that remember where they stand. The values are objects, arrays, strings, numbers,
 * booleans and null; a number whose digits would be lost (`0202`, `1e3`) stays the text that was written, and keys
 * are always the text that was written.
 */
export class YamlFile {
  readonly name: string;
  /** Null if the file has syntax errors or is empty. */
  readonly value: unknown;
  readonly syntaxErrors: readonly Problem[];
  readonly #lines = new LineCounter();
  readonly #known = new WeakMap<Holder, Known>();
  readonly #made = new Map<Node, Holder>();

  /** `name` is what problems call the file. */
  constructor(name: string, text: string) {
    this.name = name;
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const faults = [...document.errors, ...document.warnings];
    const aliasFault = faults.some(({ code }) => code === 'BAD_ALIAS'); // what the parser says besides is its echo
    this.syntaxErrors = faults
      .filter(({ code }) => !aliasFault || code === 'BAD_ALIAS')
      .slice(0, 3)
      .map(({ pos, message, code }) => {
        const hint = HINTS[code];
        return { ...this.#at(pos[0], ''), message: `not YAML: ${message}${hint === undefined ? '' : `; ${hint}`}` };
      });
    const resolve = (node: Node): Node | undefined => (isAlias(node) ? node.resolve(document) : node);
    this.value = this.syntaxErrors.length > 0 ? null : this.#plain(document.contents, '', resolve);
  }

  /** Where the value of `key` stands; without a key, or if it is absent, where `holder` begins. */
  place(holder: unknown, key?: string | number): Place {
    const known = this.#knownOf(holder);
    if (known === undefined) return this.#at(0, key === undefined ? '' : child('', key));
    if (key === undefined) return this.#at(known.start, known.path);
    const entry = known.entries.get(String(key));
    return this.#at(entry?.valueStart ?? known.start, entry?.path ?? child(known.path, key));
  }

  /** Where the key itself stands. */
  keyPlace(holder: unknown, key: string): Place {
    const known = this.#knownOf(holder);
    if (known === undefined) return this.#at(0, '');
    return this.#at(known.entries.get(key)?.keyStart ?? known.start, child(known.path, key));
  }

  /** Takes elements out of a list; those that stay keep their places. */
  remove(list: unknown[], indices: ReadonlySet<PropertyKey>): void {
    const entries = this.#knownOf(list)?.entries;
    const stay = [...list.keys()].filter((index) => !indices.has(index));
    const stayed = stay.map((index) => [list[index], entries?.get(String(index))] as const);
    entries?.clear();
    list.length = 0;
    for (const [value, entry] of stayed) {
      if (entry !== undefined) entries?.set(String(list.length), entry);
      list.push(value);
    }
  }

  #knownOf(holder: unknown): Known | undefined {
    return typeof holder === 'object' && holder !== null ? this.#known.get(holder) : undefined;
  }

  #at(offset: number, path: string): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.name, line: Math.max(line, 1), column: Math.max(col, 1), path };
  }

  #plain(written: Node | null, path: string, resolve: (node: Node) => Node | undefined): unknown {
    const node = written === null ? undefined : resolve(written);
    if (node === undefined) return null;
    const made = this.#made.get(node);
    if (made !== undefined) return made; // met before, through an alias
    if (isMap(node)) {
      const object: Record<string, unknown> = {};
      const entries = this.#remember(node, object, path);
      for (const { key, value } of node.items) {
        const name = keyText(key);
        const keyStart = startOf(key);
        entries.set(name, { path: child(path, name), keyStart, valueStart: startOf(value) || keyStart });
        Object.defineProperty(object, name, {
          value: this.#plain(asNode(value), child(path, name), resolve),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
    if (isSeq(node)) {
      const array: unknown[] = [];
      const entries = this.#remember(node, array, path);
      node.items.forEach((item, index) => {
        const start = startOf(item);
        entries.set(String(index), { path: child(path, index), keyStart: start, valueStart: start });
        array.push(this.#plain(asNode(item), child(path, index), resolve));
      });
      return array;
    }
    return isScalar(node) ? scalar(node.value, node.source) : null;
  }

  #remember(node: Node, made: Holder, path: string): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    this.#known.set(made, { path, start: startOf(node), entries });
    this.#made.set(node, made);
    return entries;
  }
}

function child(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  const step = /^[\w-]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return String(key);
  return key.source ?? String(key.value);
}

function scalar(value: unknown, source: string | undefined): unknown {
  if (typeof value === 'bigint') return source ?? String(value);
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}

function asNode(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : null;
}

function startOf(value: unknown): number {
  const node = asNode(value);
  const range: Range | null | undefined = node?.range;
  return range?.[0] ?? 0;
}
