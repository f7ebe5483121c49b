import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { type NodeId, setField, YamlTree } from './yaml-tree.js';

/** Something that is not YAML, or not such as can be used; `offset` is where in the text. */
export type SyntaxFault = { readonly offset: number; readonly message: string };

type Mistake = YAMLParseError | YAMLWarning;

const ALIGN = 'begin all fields of a mapping in the same column';

/** What a reader usually did when the parser stumbled so. Keys are the codes of the `yaml` package. */
const HINTS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a value or key that begins with * must be quoted: "*43"',
  BAD_INDENT: 'check the brackets and the indentation',
  BAD_SCALAR_START: 'quote it',
  BLOCK_AS_IMPLICIT_KEY: `quote a text that contains ": ", and ${ALIGN}`,
  BLOCK_IN_FLOW: 'quote a text that contains ": "',
  MISSING_CHAR: 'write "key: value" with a space after the colon',
  MULTILINE_IMPLICIT_KEY: 'write "key: value" with a space after the colon',
  TAB_AS_INDENT: 'indent by spaces',
  TAG_RESOLVE_FAILED: 'there are no tags here: quote a text that begins with !',
  UNEXPECTED_TOKEN: ALIGN,
};

/** With these the document can be read all the same, so that they hide nothing else. */
const HARMLESS: readonly string[] = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'];

const MOST_FAULTS = 3; // what follows is mostly their echo

/** Reads any YAML, and tells what is wrong with it. `tree` null: so much that it cannot be read. */
export function treeOfDocument(text: string): {
  readonly tree: YamlTree | null;
  readonly faults: readonly SyntaxFault[];
} {
  const document = parseDocument(text, { prettyErrors: false });
  const all: readonly Mistake[] = [...document.errors, ...document.warnings];
  const grave = all.filter(({ code }) => !HARMLESS.includes(code));
  if (grave.length > 0) {
    const alias = grave.filter(({ code }) => code === 'BAD_ALIAS'); // what the parser says besides is its echo
    const told = (alias.length > 0 ? alias : grave).map((mistake) => faultOf(mistake, text, document));
    const places = new Set<number>();
    const faults = told.filter(({ offset }) => !places.has(offset) && places.add(offset));
    return { tree: null, faults: faults.slice(0, MOST_FAULTS) };
  }
  const planting = new Planting(document);
  planting.plant(document.contents);
  const faults = all.map((mistake) => faultOf(mistake, text, document));
  return { tree: planting.tree, faults: [...faults, ...planting.faults] };
}

function faultOf({ code, message, pos }: Mistake, text: string, document: Document.Parsed): SyntaxFault {
  const [offset] = pos;
  if (code === 'DUPLICATE_KEY') {
    const [name = ''] = /^(?:"[^"]*"|'[^']*'|[^:\n]*)/.exec(text.slice(offset, offset + 80)) ?? [];
    const quoted = /^["']/.test(name) ? name : JSON.stringify(name.trim());
    return { offset, message: `${quoted} is given twice in this mapping; keep one of them` };
  }
  if (code === 'MULTIPLE_DOCS') {
    return { offset, message: 'not YAML: a second document begins here; one file holds one: remove the ---' };
  }
  const quote = /^Missing closing (["'])/.exec(message)?.[1];
  if (quote !== undefined) {
    return {
      offset: openingQuote(document, offset),
      message: `not YAML: the ${quote} that opens here is never closed`,
    };
  }
  const hint = message.startsWith('Sequence item without') ? ALIGN : HINTS[code];
  const comment =
    code === 'BAD_INDENT' && /\s#/.test(lineBefore(text, offset)) ? '; a # begins a comment: quote it' : '';
  return { offset, message: `not YAML: ${message}${hint === undefined ? '' : `; ${hint}`}${comment}` };
}

function lineBefore(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 2) + 1, offset);
}

/** Where the quoted text begins that runs to `end`. */
function openingQuote(document: Document.Parsed, end: number): number {
  let start = end;
  visit(document, {
    Scalar: (_, { type, range }) => {
      const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (isQuoted && range != null && range[0] < end && range[1] >= end) start = range[0];
    },
  });
  return start;
}

class Planting {
  readonly tree = new YamlTree();
  readonly faults: SyntaxFault[] = [];
  readonly #document: Document.Parsed;
  readonly #made = new Map<Node, object>();

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  plant(contents: Node | null): void {
    this.tree.value = this.#plain(contents, this.tree.addRoot(startOf(contents)));
  }

  #resolve(node: Node): Node | undefined {
    if (!isAlias(node)) return node;
    const meant = node.resolve(this.#document);
    if (meant === undefined) {
      const message = `there is no anchor &${node.source} before here; quote a text that begins with *`;
      this.faults.push({ offset: startOf(node), message });
    }
    return meant;
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
