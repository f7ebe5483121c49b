import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Credentials, parseCredentials } from './credentials.js';
import { Nonces } from './nonce.js';

export type DigestAlgorithm = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | 'SHA-512-256' | 'SHA-512-256-sess';

export type DigestOptions = {
  /**
   * What is offered, preferred first, one WWW-Authenticate each (RFC 8760 §2.4). The default is MD5 alone, by experiment
   * with the phones of Debian 12: baresip 1.0 (libre 1.1) gives up on a 401 that names SHA-256 anywhere, before or
   * behind MD5 ("Function not implemented"), and SIPp 3.6 reads the first WWW-Authenticate only and knows MD5 only.
   * Where all phones have RFC 8760: `['SHA-256', 'MD5']`.
   */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** How long a nonce is good for. Default five minutes. [ms] */
  readonly nonceLifeMs?: number;
  /** How many nonces in use are remembered, at about 50 bytes each. Default 200,000. */
  readonly maxNonces?: number;
};

/** Who may prove to be somebody. The object itself is the key under which its hashes are kept: make a new one for a new password. */
export type Account = { readonly password: string };

export type DigestRequest = {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** The realm that must have been answered to. */
  readonly realm: string;
  /** Authorization header lines; several answer to several realms (RFC 3261 §22.3). */
  readonly authorization: readonly string[];
};

/**
 * `accepted`: the sender is `username`. `absent`: no credentials for this realm, not a failure. `unusable`: an algorithm
 * or a protection that was not offered. `stale`: the right password with a nonce that is spent; the challenge to this
 * one says so, and the phone asks nobody. `refused`: wrong password or no such user, which nobody can tell apart.
 * `malformed`: to be answered with 400.
 */
export type DigestVerdict<A extends Account> =
  | { readonly verdict: 'accepted'; readonly username: string; readonly account: A }
  | { readonly verdict: 'absent' | 'unusable' | 'malformed' }
  | { readonly verdict: 'stale' | 'refused'; readonly username: string };

const DEFAULT_LIFE_MS = 300_000;
const DEFAULT_MAX_NONCES = 200_000;
const MAX_HEADERS = 8; // of one request are looked at

/** Digest authentication of requests to us (RFC 3261 §22, RFC 7616, RFC 8760). One for the whole process. */
export class DigestAuthenticator {
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #nonces: Nonces;
  readonly #kept = new WeakMap<Account, KeptHash[]>();
  readonly #nobody: Account = { password: randomBytes(16).toString('hex') };

  constructor(options: DigestOptions = {}) {
    this.#algorithms = options.algorithms ?? ['MD5'];
    this.#nonces = new Nonces({
      lifeMs: options.nonceLifeMs ?? DEFAULT_LIFE_MS,
      maxRemembered: options.maxNonces ?? DEFAULT_MAX_NONCES,
    });
  }

  /** Values for WWW-Authenticate, one per algorithm offered; `realm` is a host name and is not quoted further. */
  challenges(realm: string, isStale: boolean, now: number): string[] {
    const nonce = this.#nonces.make(now);
    const stale = isStale ? ', stale=true' : '';
    return this.#algorithms.map(
      (algorithm) => `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}`,
    );
  }

  /**
   * Judges a request. `accountOf` is given the username as the client wrote it, and null stands for nobody; the work is
   * the same then, so that the time taken does not tell who exists.
   */
  verify<A extends Account>(
    request: DigestRequest,
    accountOf: (username: string) => A | null,
    now: number,
  ): DigestVerdict<A> {
    const found = this.#credentials(request);
    if (typeof found === 'string') return { verdict: found };
    const { credentials, algorithm } = found;
    const { username, protection } = credentials;
    const account = accountOf(username);
    const expected = responseOf(this.#ha1(account, credentials, algorithm), credentials, algorithm, request.method);
    if (!isEqual(expected, credentials.response) || account === null) return { verdict: 'refused', username };
    if (!agrees(credentials.uri, request.uri)) return { verdict: 'malformed' };
    const count = protection === null ? null : Number.parseInt(protection.nc, 16);
    if (!this.#nonces.use(credentials.nonce, count, now)) return { verdict: 'stale', username };
    return { verdict: 'accepted', username, account };
  }

  /** The first credentials for our realm that we can judge, else why there are none. */
  #credentials(request: DigestRequest): Found | 'absent' | 'unusable' | 'malformed' {
    let otherwise: 'absent' | 'unusable' | 'malformed' = 'absent';
    for (const line of request.authorization.slice(0, MAX_HEADERS)) {
      const credentials = parseCredentials(line);
      if (credentials === 'foreign') continue;
      if (credentials === 'malformed') {
        otherwise = 'malformed';
        continue;
      }
      if (credentials.realm !== request.realm) continue;
      const algorithm = this.#algorithms.find((offered) => offered.toUpperCase() === credentials.algorithm);
      const qop = credentials.protection?.qop ?? null;
      // A session hash needs a cnonce, so it cannot come without qop (RFC 7616 §3.4.2).
      if (algorithm !== undefined && (qop === 'auth' || (qop === null && !isSession(algorithm)))) {
        return { credentials, algorithm };
      }
      otherwise = 'unusable';
    }
    return otherwise;
  }

  /** H(A1) without its session part; computed once per account, algorithm and way to write the username. */
  #ha1(account: Account | null, { username, realm }: Credentials, algorithm: DigestAlgorithm): string {
    const owner = account ?? this.#nobody;
    const name = account === null ? '' : username; // whatever a stranger calls himself is not kept
    let kept = this.#kept.get(owner);
    if (kept === undefined) {
      kept = [];
      this.#kept.set(owner, kept);
    }
    const hashName = HASH[algorithm];
    for (const one of kept) {
      if (one.username === name && one.realm === realm && one.hash === hashName) return one.ha1;
    }
    const ha1 = digest(hashName, `${name}:${utf8(realm)}:${utf8(owner.password)}`);
    if (kept.length >= MAX_KEPT) kept.length = 0;
    kept.push({ username: detach(name), realm: detach(realm), hash: hashName, ha1 });
    return ha1;
  }
}

type Found = { readonly credentials: Credentials; readonly algorithm: DigestAlgorithm };
type KeptHash = { readonly username: string; readonly realm: string; readonly hash: string; readonly ha1: string };

const MAX_KEPT = 8; // per account: two ways to write the name for each algorithm, and some that differ in case

const HASH = {
  MD5: 'md5',
  'MD5-sess': 'md5',
  'SHA-256': 'sha256',
  'SHA-256-sess': 'sha256',
  'SHA-512-256': 'sha512-256',
  'SHA-512-256-sess': 'sha512-256',
} as const satisfies Record<DigestAlgorithm, string>;

function isSession(algorithm: DigestAlgorithm): boolean {
  return algorithm.endsWith('-sess');
}

/** request-digest (RFC 7616 §3.4.1; without qop RFC 2069 §2.1.2). `uri` is the client's, whatever is on the start line. */
function responseOf(userHash: string, credentials: Credentials, algorithm: DigestAlgorithm, method: string): string {
  const { nonce, uri, protection } = credentials;
  const name = HASH[algorithm];
  const ha2 = digest(name, `${method}:${uri}`);
  if (protection === null) return digest(name, `${userHash}:${nonce}:${ha2}`);
  const { nc, cnonce, qop } = protection;
  const ha1 = isSession(algorithm) ? digest(name, `${userHash}:${nonce}:${cnonce}`) : userHash;
  return digest(name, `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}

/** `text` is latin1, one character per byte, as it came from the wire. */
function digest(name: string, text: string): string {
  return hash(name, Buffer.from(text, 'latin1'), 'hex');
}

/** Unicode text as bytes, one character each; the way a password is hashed (RFC 7616 §4). */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A copy, where a slice would keep the whole datagram in memory. */
function detach(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function isEqual(expected: string, response: string): boolean {
  return expected.length === response.length && timingSafeEqual(Buffer.from(expected), Buffer.from(response, 'latin1'));
}

/**
 * Whether the digest-uri allows the Request-URI. RFC 7616 §3.4.6 wants them equal; in SIP the host part is changed on
 * the way and many phones write their registrar there. What must not change is the user part: it is who is called.
 */
function agrees(digestUri: string, requestUri: string): boolean {
  if (digestUri === requestUri) return true;
  const said = userOf(digestUri);
  const asked = userOf(requestUri);
  return said === null || asked === null || unescaped(said) === unescaped(asked);
}

/** All before the `@`; null if a SIP URI has no user part, everything of a URI that is no SIP URI. */
function userOf(uri: string): string | null {
  const match = /^sips?:(?:([^@]*)@)?/i.exec(uri);
  return match === null ? uri : (match[1] ?? null);
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
