import type { z } from 'zod';
import { closest, type Findings, type Problem, problemText } from './problem.js';
import type { YamlFile } from './yaml-file.js';
import { codeOf } from './yaml-text.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
/** One shortcoming: the value at `path`, or with `unknownKey` a field that should not be there. */
type Fault = { readonly path: Path; readonly message: string; readonly unknownKey: string | null };

/**
 * Holds the file against the schema and reports every fault. Returns the value without its faulty parts, so that what
 * is left can be looked into further; null if nothing is left. The value's objects are those of the file: their places
 * are known.
 */
export function conform<Schema extends z.ZodType>(
  schema: Schema,
  file: YamlFile,
  value: unknown,
  findings: Findings,
): z.input<Schema> | null {
  for (let isFirst = true; ; isFirst = false) {
    const found: Fault[] = [];
    if (conforms(schema, value, found)) return value;
    if (isFirst) findings.errors.push(...problems(file, value, found));
    if (!prune(file, value, found)) return null;
  }
}

/** Adds what is wrong to `found`. */
function conforms<Schema extends z.ZodType>(schema: Schema, value: unknown, found: Fault[]): value is z.input<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) for (const issue of result.error.issues) found.push(...faults(issue, [], value));
  return result.success;
}

function faults(issue: Issue, above: Path, root: unknown): Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n');
    return issue.keys.map((key, index) => {
      const message = `${lines[index] ?? 'unknown field'}${lookalike(key)}`;
      return { path, message, unknownKey: key };
    });
  }
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors, valueAt(root, path));
    if (meant !== null) return meant.flatMap((inner) => faults(inner, path, root));
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const expected = issue.issues[0]?.message ?? 'another name';
    return [{ path: path.slice(0, -1), message: `the name is not right; expected ${expected}`, unknownKey: key }];
  }
  return [{ path, message: sentence(valueAt(root, path), issue), unknownKey: null }];
}

const MISFITS: readonly Issue['code'][] = ['invalid_type', 'invalid_value', 'invalid_format', 'invalid_union'];

/**
 * The one alternative that the writer had in mind: its outer form fits and, where that is so of several mappings, it
 * is the only one of which every required field is there. Null: none does, or still several do.
 */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | null {
  const fitting = branches.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || !MISFITS.includes(code)),
  );
  if (fitting.length < 2) return fitting[0] ?? null;
  const complete = fitting.filter((issues) =>
    issues.every(({ path }) => path.length !== 1 || valueAt(value, path) !== undefined),
  );
  return complete.length === 1 ? (complete[0] ?? null) : null;
}

function sentence(value: unknown, issue: Issue): string {
  if (value === undefined) return `missing; expected ${issue.message}`;
  let suggestion = '';
  if (issue.message.startsWith('true') && typeof value === 'string') {
    // YAML 1.1 took them for booleans, 1.2 does not
    if (/^(?:yes|on)$/i.test(value)) suggestion = '; did you mean true?';
    if (/^(?:no|off)$/i.test(value)) suggestion = '; did you mean false?';
  }
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const near = closest(value, issue.values.map(String));
    if (near !== null) suggestion = `; did you mean ${JSON.stringify(near)}?`;
  }
  return `${written(value)} is not right; expected ${issue.message}${suggestion}${lookalike(value)}`;
}

const LONGEST = 60;

function written(value: unknown): string {
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (typeof value !== 'string') return String(value);
  if (value.length <= LONGEST) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, LONGEST))}… (${value.length} characters)`;
}

/** Spaces, colons and dashes of other scripts and of word processors, which YAML takes for letters. */
const LOOKALIKES = /[\u00A0\u2000-\u200F\u2013\u2014\u202F\u3000\uFEFF\uFF1A]/;

function lookalike(value: unknown): string {
  const found = typeof value === 'string' ? LOOKALIKES.exec(value) : null;
  return found === null ? '' : `; it has a character that only looks like an ordinary one (${codeOf(found[0])})`;
}

/** Each once, though an alias may bring a value to several places. */
function problems(file: YamlFile, root: unknown, list: readonly Fault[]): Problem[] {
  const told = new Map<string, Problem>();
  for (const fault of list) {
    const found = problem(file, root, fault);
    told.set(problemText(found), found);
  }
  return [...told.values()];
}

function problem(file: YamlFile, root: unknown, { path, message, unknownKey }: Fault): Problem {
  if (unknownKey !== null) return { ...file.keyPlace(valueAt(root, path), unknownKey), message };
  const key = path.at(-1);
  const holder = valueAt(root, path.slice(0, -1));
  return { ...(key === undefined ? file.place(root) : file.place(holder, keyOf(key))), message };
}

function keyOf(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** Removes each faulty value, or what holds it if it is missing; false if that would be everything. */
function prune(file: YamlFile, root: unknown, list: readonly Fault[]): boolean {
  const doomed = new Map<object, Set<PropertyKey>>();
  for (const { path, unknownKey } of list) {
    let victim = unknownKey === null ? path : [...path, unknownKey];
    while (victim.length > 0 && valueAt(root, victim) === undefined) victim = victim.slice(0, -1);
    const holder = valueAt(root, victim.slice(0, -1));
    const key = victim.at(-1);
    if (key === undefined || typeof holder !== 'object' || holder === null) return false;
    const keys = doomed.get(holder) ?? new Set();
    doomed.set(holder, keys.add(key));
  }
  for (const [holder, keys] of doomed) {
    if (Array.isArray(holder)) {
      file.remove(holder, keys);
    } else {
      for (const key of keys) Reflect.deleteProperty(holder, key);
    }
  }
  return true;
}
