import { createHash } from 'node:crypto';

export type Challenge = { realm: string; nonce: string; algorithm: string; stale: boolean };

/** What a phone reads from a WWW-Authenticate value. */
export function readChallenge(value: string): Challenge {
  const param = (name: string) => new RegExp(`[ ,]${name}="?([^",]+)"?`).exec(value)?.[1] ?? '';
  return {
    realm: param('realm'),
    nonce: param('nonce'),
    algorithm: param('algorithm'),
    stale: param('stale') === 'true',
  };
}

export type Answer = {
  method: string;
  uri: string;
  username: string;
  password: string;
  /** Null: without qop, as RFC 2069. */
  nc: number | null;
  qop?: string;
};

/** What a phone answers with: an Authorization value, computed independently of src/auth. */
export function answerTo(challenge: Challenge, answer: Answer): string {
  const { realm, nonce, algorithm } = challenge;
  const { method, uri, username, password, nc, qop = 'auth' } = answer;
  const digestOf = (text: string) =>
    createHash(algorithm.startsWith('MD5') ? 'md5' : algorithm.startsWith('SHA-512') ? 'sha512-256' : 'sha256')
      .update(text)
      .digest('hex');
  const cnonce = '0a4f113b';
  const user = digestOf(`${username}:${realm}:${password}`);
  const ha1 = algorithm.endsWith('-sess') ? digestOf(`${user}:${nonce}:${cnonce}`) : user;
  const ha2 = digestOf(`${method}:${uri}`);
  const count = nc?.toString(16).padStart(8, '0');
  const response = digestOf(
    nc === null ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${count}:${cnonce}:${qop}:${ha2}`,
  );
  const protection = nc === null ? '' : `, qop=${qop}, cnonce="${cnonce}", nc=${count}`;
  return `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${algorithm}${protection}`;
}
