import { describe, expect, test } from 'vitest';
import { type DigestAlgorithm, DigestAuthenticator, type DigestOptions } from '../../src/auth/digest.js';
import { type Answer, answerTo, readChallenge } from './digest-client.js';

const NOW = 1_700_000_000_000;
const ALICE = { password: 'secret', name: 'Alice' };
const ALL: DigestAlgorithm[] = ['SHA-512-256', 'SHA-512-256-sess', 'SHA-256', 'SHA-256-sess', 'MD5-sess', 'MD5'];
const REALM = 'acme.example';
const BY_ALICE: Answer = { method: 'REGISTER', uri: 'sip:acme.example', username: '202', password: 'secret', nc: 1 };

function setUp(options: DigestOptions = {}) {
  const digest = new DigestAuthenticator(options);
  const accountOf = (username: string) => (username === '202' || username === '202@acme.example' ? ALICE : null);
  const challenge = (index = 0, now = NOW) => readChallenge(digest.challenges(REALM, false, now)[index] ?? '');
  const judge = (authorization: string[], { method, uri }: { method: string; uri: string } = BY_ALICE, now = NOW) =>
    digest.verify({ method, uri, realm: REALM, authorization }, accountOf, now);
  return { digest, challenge, judge };
}

describe('challenge', () => {
  test('RFC 8760 §2.4 one header per algorithm, preferred first, with one nonce', () => {
    const values = new DigestAuthenticator({ algorithms: ['SHA-256', 'MD5'] }).challenges(REALM, false, NOW);
    const { nonce } = readChallenge(values[0] ?? '');
    expect(values).toEqual([
      `Digest realm="acme.example", nonce="${nonce}", algorithm=SHA-256, qop="auth"`,
      `Digest realm="acme.example", nonce="${nonce}", algorithm=MD5, qop="auth"`,
    ]);
  });

  test('MD5 alone by default; RFC 7616 §3.3 stale', () => {
    const values = new DigestAuthenticator().challenges(REALM, true, NOW);
    expect(values).toEqual([
      expect.stringMatching(/^Digest realm="acme.example", nonce="[\w-]{32}", algorithm=MD5, qop="auth", stale=true$/),
    ]);
  });
});

describe('verify', () => {
  test.each(ALL)('RFC 7616 §3.4 %s', (algorithm) => {
    const { challenge, judge } = setUp({ algorithms: ALL });
    const asked = challenge(ALL.indexOf(algorithm));
    expect(asked.algorithm).toBe(algorithm);
    expect(judge([answerTo(asked, BY_ALICE)])).toEqual({ verdict: 'accepted', username: '202', account: ALICE });
    expect(judge([answerTo(asked, { ...BY_ALICE, nc: 2 })])).toMatchObject({ verdict: 'accepted' });
    expect(judge([answerTo(asked, { ...BY_ALICE, nc: 3, password: 'Secret' })])).toMatchObject({ verdict: 'refused' });
  });

  type Judged = ReturnType<ReturnType<typeof setUp>['judge']>['verdict'];
  const rows: [
    string,
    Judged,
    (asked: ReturnType<typeof readChallenge>) => string[],
    { method: string; uri: string }?,
  ][] = [
    [
      'RFC 3261 §22.4 username with its domain',
      'accepted',
      (asked) => [answerTo(asked, { ...BY_ALICE, username: '202@acme.example' })],
    ],
    ['RFC 2069 no qop', 'accepted', (asked) => [answerTo(asked, { ...BY_ALICE, nc: null })]],
    [
      'no algorithm means MD5 (baresip)',
      'accepted',
      (asked) => [answerTo(asked, BY_ALICE).replace(', algorithm=MD5', '')],
    ],
    [
      'RFC 3261 §22.3 several realms',
      'accepted',
      (asked) => [answerTo({ ...asked, realm: 'other' }, BY_ALICE), answerTo(asked, BY_ALICE)],
    ],
    ['a malformed one before a good one', 'accepted', (asked) => ['Digest x', answerTo(asked, BY_ALICE)]],
    ['no header', 'absent', () => []],
    ['RFC 4475 §3.3.7 another scheme', 'absent', () => ['NoOneKnowsThisScheme opaque-data=here']],
    ['another realm', 'absent', (asked) => [answerTo({ ...asked, realm: 'other' }, BY_ALICE)]],
    [
      'an algorithm that was not offered',
      'unusable',
      (asked) => [answerTo({ ...asked, algorithm: 'SHA-256' }, BY_ALICE)],
    ],
    ['auth-int was not offered', 'unusable', (asked) => [answerTo(asked, { ...BY_ALICE, qop: 'auth-int' })]],
    ['RFC 7616 §3.4 a parameter is missing', 'malformed', () => ['Digest username="202"']],
    ['wrong password', 'refused', (asked) => [answerTo(asked, { ...BY_ALICE, password: 'wrong' })]],
    ['no such user', 'refused', (asked) => [answerTo(asked, { ...BY_ALICE, username: '999' })]],
    [
      'a user called as the dummy',
      'refused',
      (asked) => [answerTo(asked, { ...BY_ALICE, username: '', password: '' })],
    ],
    [
      'response of another length',
      'refused',
      (asked) => [answerTo(asked, BY_ALICE).replace(/response="..../, 'response="')],
    ],
    ['response to another method', 'refused', (asked) => [answerTo(asked, { ...BY_ALICE, method: 'INVITE' })]],
    [
      'response in bytes beyond ASCII',
      'refused',
      (asked) => [answerTo(asked, BY_ALICE).replace(/response="../, 'response="é')],
    ],
    [
      'a nonce of somebody else',
      'stale',
      (asked) => [answerTo({ ...asked, nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c0' }, BY_ALICE)],
    ],
    [
      'a nonce of somebody else with a wrong password',
      'refused',
      (asked) => [answerTo({ ...asked, nonce: 'abc' }, { ...BY_ALICE, password: 'x' })],
    ],
    [
      'host of the digest-uri differs',
      'accepted',
      (asked) => [answerTo(asked, { ...BY_ALICE, uri: 'sip:192.0.2.9:5060' })],
    ],
    [
      'RFC 7616 §3.4.6 the same user, escaped',
      'accepted',
      (asked) => [answerTo(asked, { ...BY_ALICE, uri: 'sip:*98%23@a' })],
      { method: 'REGISTER', uri: 'sip:*98#@b' },
    ],
    [
      'digest-uri without user (SIPp)',
      'accepted',
      (asked) => [answerTo(asked, BY_ALICE)],
      { method: 'REGISTER', uri: 'sip:203@acme.example' },
    ],
    [
      'RFC 7616 §3.4.6 credentials for another call',
      'malformed',
      (asked) => [answerTo(asked, { ...BY_ALICE, uri: 'sip:203@acme.example' })],
      { method: 'REGISTER', uri: 'sip:900123@acme.example' },
    ],
    [
      'RFC 7616 §3.4.6 credentials for another number',
      'malformed',
      (asked) => [answerTo(asked, { ...BY_ALICE, uri: 'tel:+1' })],
      { method: 'REGISTER', uri: 'tel:+1900' },
    ],
  ];
  test.each(rows)('%s: %s', (_rule, expected, authorization, request) => {
    const { challenge, judge } = setUp();
    expect(judge(authorization(challenge()), request).verdict).toBe(expected);
  });

  test('RFC 7616 §3.3 a replay and an expired nonce are stale, a wrong password never is', () => {
    const { challenge, judge } = setUp({ nonceLifeMs: 60_000 });
    const asked = challenge();
    const answer = answerTo(asked, BY_ALICE);
    expect(judge([answer]).verdict).toBe('accepted');
    expect(judge([answer]).verdict).toBe('stale');
    const second = answerTo(asked, { ...BY_ALICE, nc: 2 });
    expect(judge([second], BY_ALICE, NOW + 60_000).verdict).toBe('stale');
    expect(judge([answerTo(asked, { ...BY_ALICE, nc: 2, password: 'x' })], BY_ALICE, NOW + 60_000).verdict).toBe(
      'refused',
    );
    expect(judge([second], BY_ALICE, NOW + 59_999).verdict).toBe('accepted');
  });

  test('RFC 7616 §4 a password beyond ASCII is hashed as UTF-8', () => {
    const digest = new DigestAuthenticator();
    const account = { password: 'größe€' };
    const asked = readChallenge(digest.challenges(REALM, false, NOW)[0] ?? '');
    const request = { method: 'REGISTER', uri: BY_ALICE.uri, realm: REALM };
    const authorization = [answerTo(asked, { ...BY_ALICE, password: 'größe€' })];
    expect(digest.verify({ ...request, authorization }, () => account, NOW).verdict).toBe('accepted');
  });

  const vectors: [DigestAlgorithm, string][] = [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ];
  test.each(vectors)(
    'RFC 7616 §3.9.1 published %s vector: the response is right, the nonce not ours',
    (algorithm, response) => {
      const realm = 'http-auth@example.org';
      const authorization = [
        `Digest username="Mufasa", realm="${realm}", uri="/dir/index.html", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="${response}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
      ];
      const request = { method: 'GET', uri: '/dir/index.html', realm, authorization };
      const digest = new DigestAuthenticator({ algorithms: ALL });
      expect(digest.verify(request, () => ({ password: 'Circle of Life' }), NOW).verdict).toBe('stale');
      expect(digest.verify({ ...request, method: 'PUT' }, () => ({ password: 'Circle of Life' }), NOW).verdict).toBe(
        'refused',
      );
    },
  );

  test('a new password counts at once', () => {
    const digest = new DigestAuthenticator();
    const request = { method: 'REGISTER', uri: BY_ALICE.uri, realm: REALM };
    const verdicts = ['secret', 'changed'].map((password, index) => {
      const asked = readChallenge(digest.challenges(REALM, false, NOW)[0] ?? '');
      const authorization = [answerTo(asked, { ...BY_ALICE, nc: index + 1 })];
      return digest.verify({ ...request, authorization }, () => ({ password }), NOW).verdict;
    });
    expect(verdicts).toEqual(['accepted', 'refused']);
  });

  test('many spellings of one name are all served', () => {
    const digest = new DigestAuthenticator();
    const request = { method: 'REGISTER', uri: BY_ALICE.uri, realm: REALM };
    for (let n = 0; n < 30; n++) {
      const username = `202@${n}`;
      const asked = readChallenge(digest.challenges(REALM, false, NOW)[0] ?? '');
      const authorization = [answerTo(asked, { ...BY_ALICE, username })];
      expect(digest.verify({ ...request, authorization }, () => ALICE, NOW).verdict).toBe('accepted');
    }
  });
});
