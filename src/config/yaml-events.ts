import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import type { SyntaxFault } from './yaml-document.js';
import { type NodeId, setField, YamlTree } from './yaml-tree.js';

/**
 * Reads YAML that holds nothing out of the ordinary, ten times faster than `treeOfDocument`. Null: it has mistakes, or
 * something that asks for a closer look, such as an empty value, a name that comes twice, an anchor or a tag. A fault:
 * that would be too much for a closer look.
 */
export function treeOfEvents(text: string): YamlTree | SyntaxFault | null {
  const events = eventsOf(text);
  if (events === null || 'offset' in events) return events;
  const building = new Building(text);
  for (const event of events) if (!building.take(event)) return null;
  return building.tree;
}

const DEEPEST = 100;

function eventsOf(text: string): readonly Event[] | SyntaxFault | null {
  try {
    return parseEvents(text, { maxDepth: DEEPEST });
  } catch (error) {
    // Every other mistake is told by who reads the document, which takes too much stack for this one.
    if (!(error instanceof YAMLException) || !error.reason.startsWith('nesting exceeded')) return null;
    return {
      offset: error.mark?.position ?? 0,
      message: `not YAML: more than ${DEEPEST} levels of mappings and lists`,
    };
  }
}

/** A mapping or list that is open. `name` is the one whose value comes next, null: a name comes next. */
type Frame = { readonly node: NodeId; readonly holder: Holder; name: string | null; keyStart: number };
type Holder = Record<string, unknown> | unknown[];

class Building {
  readonly tree = new YamlTree();
  readonly #text: string;
  readonly #open: Frame[] = [];
  #documents = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** False: this is nothing for here. */
  take(event: Event): boolean {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        return ++this.#documents === 1 && event.directives.length === 0;
      case EVENT_ID.MAPPING:
        return isPlain(event) && this.#begin({}, event.start);
      case EVENT_ID.SEQUENCE:
        return isPlain(event) && this.#begin([], event.start);
      case EVENT_ID.SCALAR:
        return isPlain(event) && event.valueStart >= 0 && this.#scalar(event);
      case EVENT_ID.ALIAS:
        return false;
      case EVENT_ID.POP:
        this.#open.pop();
        return true;
    }
  }

  #begin(holder: Holder, start: number): boolean {
    const node = this.#add(holder, start);
    if (node === null) return false;
    this.tree.hold(node, holder);
    this.#open.push({ node, holder, name: null, keyStart: 0 });
    return true;
  }

  #scalar(event: ScalarEvent): boolean {
    const written = getScalarValue(this.#text, event);
    const start = startOf(event, this.#text);
    const top = this.#open.at(-1);
    if (top === undefined || Array.isArray(top.holder) || top.name !== null) {
      return this.#add(event.style === SCALAR_STYLE.PLAIN ? plainScalar(written) : written, start) !== null;
    }
    if (event.style > SCALAR_STYLE.DOUBLE_QUOTED || Object.hasOwn(top.holder, written)) return false;
    top.name = written;
    top.keyStart = start;
    return true;
  }

  /** Puts a value where it belongs; null: it is a name that is no text. */
  #add(value: unknown, start: number): NodeId | null {
    const top = this.#open.at(-1);
    if (top === undefined) {
      this.tree.value = value;
      return this.tree.addRoot(start);
    }
    if (Array.isArray(top.holder)) {
      top.holder.push(value);
      return this.tree.add(top.node, top.holder.length - 1, start, start);
    }
    const { name, keyStart } = top;
    if (name === null) return null;
    top.name = null;
    setField(top.holder, name, value);
    return this.tree.add(top.node, name, keyStart, start);
  }
}

function isPlain({ anchorStart, tagStart }: { readonly anchorStart: number; readonly tagStart: number }): boolean {
  return anchorStart < 0 && tagStart < 0;
}

/** Where it stands with its quotes, or with the sign that announces a block. */
function startOf({ style, valueStart }: ScalarEvent, text: string): number {
  switch (style) {
    case SCALAR_STYLE.PLAIN:
      return valueStart;
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return valueStart - 1;
    case SCALAR_STYLE.LITERAL_BLOCK:
      return text.lastIndexOf('|', valueStart - 1);
    case SCALAR_STYLE.FOLDED_BLOCK:
      return text.lastIndexOf('>', valueStart - 1);
  }
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** YAML 1.2.2 §10.3.2, but a number that would come out otherwise than it is written stays text. */
export function plainScalar(written: string): string | number | boolean | null {
  switch (written) {
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case 'null':
    case 'Null':
    case 'NULL':
    case '~':
    case '':
      return null;
  }
  if (!NUMBER.test(written)) return written;
  const number = Number(written);
  return String(number) === written ? number : written;
}
