/** What of a Contact's SIP or SIPS URI matters to the registrar. */
export type ContactUri = {
  readonly scheme: 'sip' | 'sips';
  /** User and password, escapes normalised (RFC 3261 §19.1.2); null if the URI has no user part. */
  readonly user: string | null;
  /** Lower case; an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number | null;
  /** Names and values in lower case; a parameter without a value has ''. */
  readonly params: ReadonlyMap<string, string>;
  /** The part behind `?`, escapes normalised; '' if there is none. */
  readonly headers: string;
};

const URI = /^(sips?):(?:([^@]+)@)?(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?((?:;[^;?]+)*)(?:\?(.*))?$/i;

/** Null if the text is not a SIP or SIPS URI. */
export function parseContactUri(text: string): ContactUri | null {
  const match = URI.exec(text);
  if (match === null) return null;
  const [, scheme = '', user, host = '', port, params = '', headers = ''] = match;
  return {
    scheme: scheme.toLowerCase() === 'sips' ? 'sips' : 'sip',
    user: user === undefined ? null : normaliseEscapes(user),
    host: host.toLowerCase(),
    port: port === undefined ? null : Number(port),
    params: parseParams(params),
    headers: normaliseEscapes(headers),
  };
}

/**
 * URI comparison of RFC 3261 §19.1.4, on which "the same contact" rests (§10.3 step 7). Header components are compared
 * as one text. False if either is not a SIP URI.
 */
export function sameUri(left: string, right: string): boolean {
  if (left === right) return true;
  const a = parseContactUri(left);
  const b = parseContactUri(right);
  if (a === null || b === null) return false;
  return (
    a.scheme === b.scheme &&
    a.user === b.user &&
    a.host === b.host &&
    a.port === b.port &&
    a.headers === b.headers &&
    paramsMatch(a.params, b.params) &&
    paramsMatch(b.params, a.params)
  );
}

// "The same is true for the transport-parameter, ttl-parameter, user-parameter, and method components": default values
// do not match an absent parameter. Any other parameter that only one side has is ignored.
const SIGNIFICANT = new Set(['user', 'ttl', 'method', 'maddr', 'transport']);

function paramsMatch(some: ContactUri['params'], others: ContactUri['params']): boolean {
  for (const [name, value] of some) {
    const other = others.get(name);
    if (other === undefined ? SIGNIFICANT.has(name) : other !== value) return false;
  }
  return true;
}

function parseParams(text: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  if (text === '') return params;
  for (const param of text.slice(1).split(';')) {
    const equals = param.indexOf('=');
    const name = equals < 0 ? param : param.slice(0, equals);
    const value = equals < 0 ? '' : param.slice(equals + 1);
    params.set(normaliseEscapes(name).toLowerCase(), normaliseEscapes(value).toLowerCase());
  }
  return params;
}

const RESERVED = ';/?:@&=+$,%'; // with the escape character itself

/** `%61` is `a`, but `%3a` stays escaped and becomes `%3A` (RFC 3261 §19.1.4). */
function normaliseEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const char = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return RESERVED.includes(char) ? escaped.toUpperCase() : char;
  });
}
