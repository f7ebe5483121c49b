/** Numbers a value of the file in the order of the text; the first is 0. */
export type NodeId = number;

const NONE: NodeId = -1;

type Offsets = Int32Array<ArrayBuffer>;

/**
 * Where the values of one file stand. It is filled while they are made, in the order of the text, and costs some 20
 * bytes a value, because a file of 10,000 users has a million of them; what it takes to answer is made when first asked.
 */
export class YamlTree {
  /** What the file says: objects, arrays, strings, numbers, booleans and null. */
  value: unknown = null;
  #starts: Offsets = new Int32Array(1024);
  #keyStarts: Offsets = new Int32Array(1024);
  #parents: Offsets = new Int32Array(1024);
  /** The name of the value in the mapping that holds it, or its index in the list. */
  readonly #names: (string | number)[] = [];
  readonly #holders: object[] = [];
  readonly #holderNodes: NodeId[] = [];
  #nodes: Map<unknown, NodeId> | null = null;
  readonly #entries = new Map<NodeId, Map<string | number, NodeId>>();

  /** Notes a value below `parent`. The starts are offsets in the text; a value of a list has no key, and that of its own start. */
  add(parent: NodeId, name: string | number, keyStart: number, start: number): NodeId {
    const node = this.#names.length;
    if (node === this.#starts.length) this.#grow();
    this.#starts[node] = start;
    this.#keyStarts[node] = keyStart;
    this.#parents[node] = parent;
    this.#names.push(name);
    return node;
  }

  /** Notes the whole file. */
  addRoot(start: number): NodeId {
    return this.add(NONE, '', start, start);
  }

  /** Says which object or array a value has become. */
  hold(node: NodeId, holder: object): void {
    this.#holders.push(holder);
    this.#holderNodes.push(node);
  }

  /** Which value an object or array of this file is; null: it is none. */
  nodeOf(holder: unknown): NodeId | null {
    this.#nodes ??= new Map(this.#holders.map((one, index) => [one, this.#holderNodes[index] ?? NONE]));
    return this.#nodes.get(holder) ?? null;
  }

  /** The value called `name` in the mapping or list `node`; null: there is none. */
  entry(node: NodeId, name: string | number): NodeId | null {
    return this.#entriesOf(node).get(name) ?? null;
  }

  /** The same as it was before anything was removed. */
  original(node: NodeId, name: string | number): NodeId | null {
    return this.#written(node).get(name) ?? null;
  }

  start(node: NodeId): number {
    return this.#starts[node] ?? 0;
  }

  keyStart(node: NodeId): number {
    return this.#keyStarts[node] ?? 0;
  }

  /** `users[0].rules[1].when` */
  path(node: NodeId): string {
    const parent = this.#parents[node] ?? NONE;
    return parent === NONE ? '' : pathTo(this.path(parent), this.#names[node] ?? '');
  }

  /** Takes entries out of a list; those that stay keep their places, and their paths. */
  remove(list: NodeId, indices: ReadonlySet<PropertyKey>): void {
    const stayed = [...this.#entriesOf(list)].filter(([index]) => !indices.has(index));
    this.#entries.set(list, new Map(stayed.map(([, node], index) => [index, node])));
  }

  #entriesOf(node: NodeId): Map<string | number, NodeId> {
    let entries = this.#entries.get(node);
    if (entries === undefined) {
      entries = this.#written(node);
      this.#entries.set(node, entries);
    }
    return entries;
  }

  #written(node: NodeId): Map<string | number, NodeId> {
    const entries = new Map<string | number, NodeId>();
    // What is below a value comes after it, up to the first that is not.
    for (let below = node + 1; below < this.#names.length; below++) {
      const parent = this.#parents[below] ?? NONE;
      if (parent < node) break;
      if (parent === node) entries.set(this.#names[below] ?? '', below);
    }
    return entries;
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#keyStarts = doubled(this.#keyStarts);
    this.#parents = doubled(this.#parents);
  }
}

function doubled(numbers: Offsets): Offsets {
  const more = new Int32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}

const LONGEST_NAME = 60;

/** The path of a value from that of what holds it. */
export function pathTo(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`;
  const short = name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
  const step = /^[\w-]+$/.test(name) ? short : `[${JSON.stringify(short)}]`;
  return path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
}

/** A mapping that has every name as its own, `__proto__` too. */
export function setField(mapping: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') mapping[name] = value;
  else Object.defineProperty(mapping, name, { value, enumerable: true, configurable: true, writable: true });
}
