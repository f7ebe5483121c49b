/** One value of a Contact header in a REGISTER (RFC 3261 §20.10). */
export type ContactField = {
  readonly uri: string;
  /** Header parameters: names in lower case, values without their quotes; a parameter without a value has ''. */
  readonly params: ReadonlyMap<string, string>;
};

/** `all`: the single value `*` (RFC 3261 §10.2.2). */
export type ContactFields = 'all' | readonly ContactField[];

/**
 * Reads the Contact header lines of one REGISTER. Null if they cannot be read, if `*` is not alone, or if a URI with a
 * question mark stands without angle brackets (RFC 3261 §20.10, RFC 4475 §3.1.2.13).
 */
export function parseContactFields(lines: readonly string[]): ContactFields | null {
  if (lines.length === 1 && lines[0]?.trim() === '*') return 'all';
  const fields: ContactField[] = [];
  for (const line of lines) {
    if (!new Scanner(line).scan(fields)) return null;
  }
  return fields;
}

const ANGLE_URI = /\s*(?:[-\w.!%*+`'~]+(?:\s+[-\w.!%*+`'~]+)*\s*|"(?:[^"\\]|\\.)*"\s*)?<([^<>\s]+)>/y;
const BARE_URI = /\s*([a-z][a-z0-9+.-]*:[^\s;,?<>"]+)/iy;
const PARAM = /\s*;\s*([-\w.!%*+`'~]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]+))?/y;
const SEPARATOR = /\s*,|\s*$/y;

class Scanner {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  /** Appends the line's values to `fields`; false if the line is malformed. */
  scan(fields: ContactField[]): boolean {
    do {
      const uri = this.#take(ANGLE_URI) ?? this.#take(BARE_URI);
      if (uri === null) return false;
      const params = new Map<string, string>();
      for (let param = this.#take(PARAM); param !== null; param = this.#take(PARAM)) {
        params.set((param[1] ?? '').toLowerCase(), unquote(param[2] ?? ''));
      }
      fields.push({ uri: uri[1] ?? '', params });
      if (this.#take(SEPARATOR) === null) return false;
    } while (this.#at < this.#line.length);
    return true;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

/** A q value (RFC 3261 §25.1); 1 if there is none or it is not one. */
export function qOf(field: ContactField): number {
  const text = field.params.get('q');
  return text !== undefined && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}

/** `+sip.instance` without its angle brackets (RFC 5626 §4.1); null if there is none. */
export function instanceOf(field: ContactField): string | null {
  const text = field.params.get('+sip.instance');
  if (text === undefined || text === '') return null;
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}

/** `reg-id` (RFC 5626 §4.2: 1 to 2^31 - 1); null if there is none, or no instance that it belongs to. */
export function regIdOf(field: ContactField): number | null {
  const text = field.params.get('reg-id');
  if (text === undefined || instanceOf(field) === null || !/^[1-9]\d{0,9}$/.test(text)) return null;
  return Number(text) < 2 ** 31 ? Number(text) : null;
}
