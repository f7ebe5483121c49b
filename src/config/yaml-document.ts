import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { type NodeId, setField, YamlTree } from './yaml-tree.js';

/** Something that is not YAML; `offset` is where in the text. */
export type SyntaxFault = { readonly offset: number; readonly message: string };

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

const MOST_FAULTS = 3; // what follows is mostly their echo

/** Reads any YAML, and tells what is wrong with it. */
export function treeOfDocument(text: string): { readonly tree: YamlTree; readonly faults: readonly SyntaxFault[] } {
  const document = parseDocument(text, { prettyErrors: false });
  const all = [...document.errors, ...document.warnings];
  const aliasFault = all.some(({ code }) => code === 'BAD_ALIAS'); // what the parser says besides is its echo
  const faults = all
    .filter(({ code }) => !aliasFault || code === 'BAD_ALIAS')
    .slice(0, MOST_FAULTS)
    .map(({ pos, message, code }) => {
      const hint = HINTS[code];
      return { offset: pos[0], message: `not YAML: ${message}${hint === undefined ? '' : `; ${hint}`}` };
    });
  const planting = new Planting((node) => (isAlias(node) ? node.resolve(document) : node));
  if (faults.length === 0) planting.plant(document.contents);
  return { tree: planting.tree, faults };
}

type Resolve = (node: Node) => Node | undefined;

class Planting {
  readonly tree = new YamlTree();
  readonly #resolve: Resolve;
  readonly #made = new Map<Node, object>();

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  plant(contents: Node | null): void {
    this.tree.value = this.#plain(contents, this.tree.addRoot(startOf(contents)));
  }

  #plain(written: Node | null, at: NodeId): unknown {
    const node = written === null ? undefined : this.#resolve(written);
    if (node === undefined) return null;
    const made = this.#made.get(node);
    if (made !== undefined) return made; // met before, through an alias
    if (isMap(node)) {
      const mapping: Record<string, unknown> = {};
      this.#made.set(node, mapping);
      this.tree.hold(at, mapping);
      for (const { key, value } of node.items) {
        const name = keyText(key);
        const keyStart = startOf(key);
        const child = this.tree.add(at, name, keyStart, startOf(value) || keyStart);
        setField(mapping, name, this.#plain(asNode(value), child));
      }
      return mapping;
    }
    if (isSeq(node)) {
      const list: unknown[] = [];
      this.#made.set(node, list);
      this.tree.hold(at, list);
      node.items.forEach((item, index) => {
        const start = startOf(item);
        list.push(this.#plain(asNode(item), this.tree.add(at, index, start, start)));
      });
      return list;
    }
    return isScalar(node) ? scalar(node.value, node.source) : null;
  }
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return String(key);
  return key.source ?? String(key.value);
}

/** A number that would come out otherwise than it is written stays text. */
function scalar(value: unknown, source: string | undefined): unknown {
  if (typeof value === 'bigint') return source ?? String(value);
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}

function asNode(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : null;
}

function startOf(value: unknown): number {
  return asNode(value)?.range?.[0] ?? 0;
}
