import { hash } from 'node:crypto';
import type { Credentials } from '../ports/signalling.js';
import { headerValues } from './message/header.js';
import type { SipResponse } from './message/message.js';

/** What a request that is sent again after a challenge carries more. */
export type Authorization = { readonly line: string; readonly nonce: string };

type Challenge = {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: keyof typeof HASHES;
  readonly hasQop: boolean;
};

/** Strongest first (RFC 8760 §2.4). */
const HASHES = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const;
const RANK = Object.keys(HASHES);

/**
 * The header line that answers a 401 or 407 (RFC 3261 §22.2, §22.3, RFC 7616 §3.4), for one use of the nonce. Null: it is
 * no challenge that can be answered, or it refuses `before`, the answer that the request bore.
 */
export function answerChallenge(
  response: SipResponse,
  credentials: Credentials,
  request: { readonly method: string; readonly uri: string },
  cnonce: string,
  before: Authorization | null,
): Authorization | null {
  const isProxy = response.status === 407;
  if (response.status !== 401 && !isProxy) return null;
  const values = headerValues(response, isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate');
  const challenges = values.flatMap((value) => challengeIn(value) ?? []);
  const [best] = challenges.sort((a, b) => RANK.indexOf(a.algorithm) - RANK.indexOf(b.algorithm));
  // A second challenge means the password is wrong, unless the nonce was just too old (RFC 7616 §3.3).
  if (best === undefined || (before !== null && !values.some((value) => /\bstale\s*=\s*"?true/i.test(value))))
    return null;
  if (before !== null && before.nonce === best.nonce) return null;
  const name = isProxy ? 'Proxy-Authorization' : 'Authorization';
  return { line: `${name}: ${digest(best, credentials, request, cnonce)}\r\n`, nonce: best.nonce };
}

const NONCE_COUNT = '00000001';

function digest(
  { realm, nonce, opaque, algorithm, hasQop }: Challenge,
  { username, password }: Credentials,
  { method, uri }: { readonly method: string; readonly uri: string },
  cnonce: string,
): string {
  const h = (text: string): string => hash(HASHES[algorithm], text);
  const a1 = h(`${username}:${realm}:${password}`);
  const a2 = h(`${method}:${uri}`);
  const response = hasQop ? h(`${a1}:${nonce}:${NONCE_COUNT}:${cnonce}:auth:${a2}`) : h(`${a1}:${nonce}:${a2}`);
  const parts = [
    `username="${quoted(username)}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(hasQop ? ['qop=auth', `cnonce="${cnonce}"`, `nc=${NONCE_COUNT}`] : []),
    ...(opaque === null ? [] : [`opaque="${opaque}"`]),
  ];
  return `Digest ${parts.join(', ')}`;
}

const PARAM = /([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** A challenge of an algorithm and protection that we know; null: another one. Values keep their escapes, as they go back. */
function challengeIn(value: string): Challenge | null {
  if (!/^\s*Digest\s/i.test(value)) return null;
  const params = new Map<string, string>();
  for (const match of value.matchAll(PARAM)) params.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
  const algorithm = RANK.find((name) => name === (params.get('algorithm') ?? 'MD5').toUpperCase());
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const qop = params.get('qop');
  if (!isKnown(algorithm) || realm === undefined || nonce === undefined) return null;
  const hasQop = qop !== undefined;
  if (hasQop && !qop.split(',').some((one) => one.trim().toLowerCase() === 'auth')) return null;
  return { realm, nonce, opaque: params.get('opaque') ?? null, algorithm, hasQop };
}

function isKnown(algorithm: string | undefined): algorithm is keyof typeof HASHES {
  return algorithm !== undefined && algorithm in HASHES;
}

function quoted(text: string): string {
  return text.replace(/[\\"]/g, '\\$&');
}
