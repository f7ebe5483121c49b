import { isOf, LWS, lowerCased, quotedEnd, skip, TOKEN, VALUE } from './grammar.js';

/**
 * One parameter. `name` is in lower case. `value` is null for `;lr` and text for `;q=0.5`; in header parameters a quoted
 * value keeps its quotes (RFC 3840 tells `"a"` from `a`; `unquoted` removes them), in URI parameters escapes are resolved.
 */
export type Param = { readonly name: string; readonly value: string | null };

/** In order, repetitions kept. */
export type Params = readonly Param[];

export const NO_PARAMS: Params = [];

/** The value of the first parameter of that lower-case name: null if it has none, undefined if it is absent. */
export function paramOf(params: Params, name: string): string | null | undefined {
  for (const param of params) if (param.name === name) return param.value;
  return undefined;
}

/** Of one value. Comparing two such lists is quadratic. */
export const MAX_PARAMS = 100;

/**
 * `*( SEMI generic-param )` from `at` to the end of the text (RFC 3261 §25.1); null if it is malformed. One semicolon
 * with nothing after it is tolerated at the end: there are phones that send it.
 */
export function parseParams(text: string, at: number): Params | null {
  const end = text.length;
  let index = skip(text, at, end, LWS);
  if (index === end) return NO_PARAMS;
  const params: Param[] = [];
  while (index < end) {
    if (text.charCodeAt(index) !== 0x3b) return null;
    const start = skip(text, index + 1, end, LWS);
    if (start === end) return params;
    index = skip(text, start, end, TOKEN);
    if (index === start || params.length === MAX_PARAMS) return null;
    const name = lowerCased(text, start, index);
    index = skip(text, index, end, LWS);
    let value: string | null = null;
    if (text.charCodeAt(index) === 0x3d) {
      const from = skip(text, index + 1, end, LWS);
      index = valueEnd(text, from);
      if (index < 0) return null;
      value = text.slice(from, index);
      index = skip(text, index, end, LWS);
    }
    params.push({ name, value });
  }
  return params;
}

function valueEnd(text: string, from: number): number {
  if (text.charCodeAt(from) === 0x22) return quotedEnd(text, from);
  return skip(text, from, text.length, VALUE);
}

/** `;name=value;flag`. A value that would not read back as one is quoted. */
export function formatParams(params: Params): string {
  let text = '';
  for (const { name, value } of params) text += value === null ? `;${name}` : `;${name}=${formatValue(value)}`;
  return text;
}

function formatValue(value: string): string {
  if (value.charCodeAt(0) === 0x22 && quotedEnd(value, 0) === value.length) return value;
  for (let index = 0; index < value.length; index++) {
    if (!isOf(value.charCodeAt(index), VALUE)) return `"${value.replace(/["\\]/g, '\\$&')}"`;
  }
  return value;
}
