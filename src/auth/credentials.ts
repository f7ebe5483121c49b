/** The Digest credentials of one Authorization header (RFC 7616 §3.4), values without their quotes, escapes untouched. */
export type Credentials = {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** digest-uri: what the client says it asks for. */
  readonly uri: string;
  /** Hexadecimal, lower case. */
  readonly response: string;
  /** Upper case; `MD5` if the client does not say (RFC 7616 §3.4). */
  readonly algorithm: string;
  /** Null: the client follows RFC 2069; then there is no cnonce or nonce count either. */
  readonly protection: { readonly qop: string; readonly cnonce: string; readonly nc: string } | null;
};

const SCHEME = /\s*([^\s,="]+)(?:\s+|$)/y;
const PARAM = /\s*([^\s,="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/y;

/**
 * Reads one Authorization header line. `foreign`: another scheme than Digest (RFC 4475 §3.3.7 treats it as no
 * credentials at all). `malformed`: a parameter cannot be read, is there twice, or is missing.
 */
export function parseCredentials(line: string): Credentials | 'foreign' | 'malformed' {
  SCHEME.lastIndex = 0;
  const scheme = SCHEME.exec(line);
  if (scheme === null || scheme[1]?.toLowerCase() !== 'digest') return 'foreign';
  const params = new Map<string, string>();
  for (let at = SCHEME.lastIndex; at < line.length; at = PARAM.lastIndex) {
    PARAM.lastIndex = at;
    const param = PARAM.exec(line);
    if (param === null) return 'malformed';
    const name = (param[1] ?? '').toLowerCase();
    if (params.has(name)) return 'malformed';
    params.set(name, param[2] ?? param[3] ?? '');
  }
  return build(params);
}

function build(params: ReadonlyMap<string, string>): Credentials | 'malformed' {
  const username = params.get('username');
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const uri = params.get('uri');
  const response = params.get('response');
  if (
    username === undefined ||
    realm === undefined ||
    nonce === undefined ||
    uri === undefined ||
    response === undefined
  ) {
    return 'malformed';
  }
  const qop = params.get('qop');
  const cnonce = params.get('cnonce');
  const nc = params.get('nc');
  if (qop !== undefined && (cnonce === undefined || nc === undefined || !/^[0-9a-f]{8}$/i.test(nc))) return 'malformed';
  return {
    username,
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    algorithm: (params.get('algorithm') ?? 'MD5').toUpperCase(),
    protection: qop === undefined ? null : { qop: qop.toLowerCase(), cnonce: cnonce ?? '', nc: nc ?? '' },
  };
}
