import { z } from 'zod';
import { DURATION, durationMs, durationText } from './duration.js';
import { didYouMean } from './problem.js';

/*
 * Building blocks of the schemas. Every message of a field is a noun phrase that says what was expected; conform.ts
 * makes the sentence; it is the title of the field in the JSON Schema too. No field transforms its value, so that one schema describes the file to zod, to editors (as JSON
 * Schema) and to the reader (docs/config.md).
 */

/** A mapping that knows its fields and suggests one for a misspelt name. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownField(key, names)).join('\n') // one line per key, in the order of issue.keys
        : `a mapping with the fields ${names.join(', ')}`,
  });
}

function unknownField(key: string, names: readonly string[]): string {
  if (key === '<<') return 'YAML 1.2 merges no mappings; write the fields out';
  const suggestion = didYouMean(key, names);
  return `unknown field${suggestion === '' ? `; the fields here are ${names.join(', ')}` : suggestion}`;
}

export function text(expected: string, pattern: RegExp) {
  return z.string({ error: expected }).regex(pattern, { error: expected }).meta({ title: expected });
}

/** One of several forms. When the value has the outer form of exactly one of them, that one's complaints are told. */
export function either<const Forms extends readonly [z.ZodType, ...z.ZodType[]]>(expected: string, forms: Forms) {
  return z.union(forms, { error: expected }).meta({ title: expected });
}

/** Text that may be written as a number too: `202` or `"202"`. */
export function digitsOr(expected: string, pattern: RegExp) {
  return either(expected, [text(expected, pattern), z.int({ error: expected }).min(0, { error: expected })]);
}

export function whole(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return z
    .int({ error: expected })
    .min(least, { error: expected })
    .max(most, { error: expected })
    .meta({ title: expected });
}

export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: oneOf(words) }).meta({ title: oneOf(words) });
}

export function flag() {
  return z.boolean({ error: 'true or false' }).meta({ title: 'true or false' });
}

/** Those that are in its bounds show how a duration is written. */
const EXAMPLES = ['500ms', '5s', '25s', '1m30s', '12h', '2d'];

/** A duration between the two, both included; bounds as they are written in the file. */
export function duration(least: string, most: string) {
  const [leastMs, mostMs] = [durationMs(least) ?? 0, durationMs(most) ?? Number.POSITIVE_INFINITY];
  const examples = EXAMPLES.filter((example) => within(durationMs(example), leastMs, mostMs)).slice(0, 3);
  const expected = `a duration from ${durationText(leastMs)} to ${durationText(mostMs)}, such as ${oneOf(examples)}`;
  return z
    .string({ error: expected })
    .regex(DURATION, { error: expected, abort: true })
    .refine((written) => within(durationMs(written), leastMs, mostMs), { error: expected })
    .meta({ title: expected });
}

function within(ms: number | null, leastMs: number, mostMs: number): boolean {
  return ms !== null && leastMs <= ms && ms <= mostMs;
}

export function listOf<Item extends z.ZodType>(item: Item, expected: string) {
  return z.array(item, { error: expected }).meta({ title: expected });
}

export function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
