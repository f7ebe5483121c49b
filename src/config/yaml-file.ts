import type { Place, Problem } from './problem.js';
import { type SyntaxFault, treeOfDocument } from './yaml-document.js';
import { treeOfEvents } from './yaml-events.js';
import { unprintable, yamlText } from './yaml-text.js';
import { type NodeId, pathTo, YamlTree } from './yaml-tree.js';

/** A value of the file, or with `isName` its name: what has a place, which is worked out when somebody asks. */
export type Spot = { readonly holder: unknown; readonly key: string | number; readonly isName?: boolean };

/**
 * One YAML file as plain values that remember where they stand. The values are objects, arrays, strings, numbers,
 * booleans and null; a number whose digits would be lost (`0202`, `1e3`) stays the text that was written, and keys
 * are always the text that was written.
 */
export class YamlFile {
  readonly name: string;
  /** What is wrong with it as YAML. */
  readonly syntaxErrors: readonly Problem[];
  /** False: so much is wrong that there is no value. */
  readonly isReadable: boolean;
  readonly #text: string;
  readonly #tree: YamlTree;
  /** Lists that something was removed from. */
  readonly #thinned = new Map<unknown, NodeId>();
  #lineStarts: readonly number[] | null = null;

  /** `name` is what problems call the file. */
  constructor(name: string, bytes: Uint8Array | string) {
    this.name = name;
    const { text, fault } = typeof bytes === 'string' ? { text: bytes, fault: null } : yamlText(bytes);
    this.#text = text;
    const { tree, faults } = fault === null ? treeOf(text) : { tree: null, faults: [fault] };
    this.isReadable = tree !== null;
    this.#tree = tree ?? new YamlTree();
    this.syntaxErrors = faults.map(({ offset, message }) => ({ ...this.#at(offset, ''), message }));
  }

  /** Null if the file cannot be read or is empty. */
  get value(): unknown {
    return this.#tree.value;
  }

  /** Where the value of `key` stands; without a key, or if it is absent, where `holder` begins. */
  place(holder: unknown, key?: string | number): Place {
    const node = this.#tree.nodeOf(holder);
    if (node === null) return this.#at(0, key === undefined ? '' : pathTo('', key));
    if (key === undefined) return this.#placeOf(node);
    const entry = this.#tree.entry(node, key);
    return entry === null ? this.#at(this.#tree.start(node), pathTo(this.#tree.path(node), key)) : this.#placeOf(entry);
  }

  /** Whether it is a mapping or list of this file. */
  has(holder: unknown): boolean {
    return this.#tree.nodeOf(holder) !== null;
  }

  /** Where the key itself stands. */
  keyPlace(holder: unknown, key: string): Place {
    const node = this.#tree.nodeOf(holder);
    if (node === null) return this.#at(0, '');
    const entry = this.#tree.entry(node, key);
    const start = entry === null ? this.#tree.start(node) : this.#tree.keyStart(entry);
    return this.#at(start, pathTo(this.#tree.path(node), key));
  }

  /** The index of a spot in a list is that of before anything was removed. */
  placeOf({ holder, key, isName }: Spot): Place {
    if (isName === true) return this.keyPlace(holder, String(key));
    const list = this.#thinned.get(holder);
    const original = list === undefined ? undefined : this.#tree.original(list, key);
    return original === undefined || original === null ? this.place(holder, key) : this.#placeOf(original);
  }

  /** Whether `holder[key]` is what the spot means. */
  isAt(spot: Spot, holder: unknown, key: string | number): boolean {
    if (spot.holder !== holder) return false;
    const list = this.#thinned.get(holder);
    return list === undefined ? spot.key === key : this.#tree.original(list, spot.key) === this.#tree.entry(list, key);
  }

  /** Takes elements out of a list; those that stay keep their places. */
  remove(list: unknown[], indices: ReadonlySet<PropertyKey>): void {
    const node = this.#tree.nodeOf(list);
    if (node !== null) {
      this.#tree.remove(node, indices);
      this.#thinned.set(list, node);
    }
    const stay = list.filter((_, index) => !indices.has(index));
    list.length = 0;
    for (const value of stay) list.push(value);
  }

  #placeOf(node: NodeId): Place {
    return this.#at(this.#tree.start(node), this.#tree.path(node));
  }

  #at(offset: number, path: string): Place {
    this.#lineStarts ??= lineStartsOf(this.#text);
    const line = lineAt(this.#lineStarts, offset);
    return { file: this.name, line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1, path };
  }
}

function treeOf(text: string): { readonly tree: YamlTree | null; readonly faults: readonly SyntaxFault[] } {
  const quick = treeOfEvents(text);
  if (quick === null) {
    const fault = unprintable(text);
    return fault === null ? treeOfDocument(text) : { tree: null, faults: [fault] };
  }
  return 'offset' in quick ? { tree: null, faults: [quick] } : { tree: quick, faults: [] };
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** The last line, counted from 0, that begins at or before `offset`. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
