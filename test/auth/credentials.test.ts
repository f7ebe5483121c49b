import { describe, expect, test } from 'vitest';
import { parseCredentials } from '../../src/auth/credentials.js';
import { fc } from '../support/property.js';

const BASE = 'username="202", realm="acme.example", nonce="n1", uri="sip:acme.example", response="0AFF"';
const READ = {
  ...{ username: '202', realm: 'acme.example', nonce: 'n1', uri: 'sip:acme.example', response: '0aff' },
  ...{ algorithm: 'MD5', protection: null },
};

describe('parseCredentials', () => {
  const rows: [string, string, ReturnType<typeof parseCredentials>][] = [
    ['RFC 7616 §3.4 least', `Digest ${BASE}`, READ],
    [
      'RFC 3261 §7.3.1 white space everywhere',
      ` digest\t${BASE.replaceAll(', ', ' ,\r\n\t').replaceAll('=', ' = ')} `,
      READ,
    ],
    ['no white space (SIPp)', `Digest ${BASE.replaceAll(', ', ',')}`, READ],
    [
      'RFC 7616 §3.4 qop',
      `Digest ${BASE}, qop=auth, nc=0000000A, cnonce="x"`,
      { ...READ, protection: { qop: 'auth', nc: '0000000A', cnonce: 'x' } },
    ],
    [
      'qop in quotes (old phones)',
      `Digest ${BASE}, qop="AUTH", nc="00000001", cnonce="x"`,
      { ...READ, protection: { qop: 'auth', nc: '00000001', cnonce: 'x' } },
    ],
    ['RFC 8760 §2.5 algorithm', `Digest ${BASE}, algorithm=sha-256`, { ...READ, algorithm: 'SHA-256' }],
    ['algorithm in quotes', `Digest ${BASE}, algorithm="MD5"`, READ],
    ['§20.7 unknown parameters', `Digest ${BASE}, opaque="", auth-param=1, userhash=false`, READ],
    ['escapes stay', `Digest ${BASE.replace('"202"', '"2\\"0, \\\\2"')}`, { ...READ, username: '2\\"0, \\\\2' }],
    ['RFC 4475 §3.3.7 unknown scheme', 'NoOneKnowsThisScheme opaque-data=here', 'foreign'],
    ['Basic', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'foreign'],
    ['empty', '', 'foreign'],
    ['no parameters', 'Digest', 'malformed'],
    ['nonce missing', `Digest ${BASE.replace('nonce=', 'once=')}`, 'malformed'],
    ['a parameter twice', `Digest ${BASE}, nonce="n2"`, 'malformed'],
    ['unclosed quote', `Digest ${BASE}, opaque="x`, 'malformed'],
    ['qop without cnonce', `Digest ${BASE}, qop=auth, nc=00000001`, 'malformed'],
    ['qop without nc', `Digest ${BASE}, qop=auth, cnonce="x"`, 'malformed'],
    ['RFC 7616 §3.4 nc is eight digits', `Digest ${BASE}, qop=auth, cnonce="x", nc=1`, 'malformed'],
    ['comma missing', `Digest ${BASE.replace('"202",', '"202"')}`, 'malformed'],
  ];
  test.each(rows)('%s', (_rule, line, expected) => {
    expect(parseCredentials(line)).toEqual(expected);
  });

  test('never throws', () => {
    const alphabet = fc.constantFrom('Digest ', 'username', '=', '"', '\\', ',', ' ', 'nc', '00000001', '\u0000', 'é');
    fc.assert(
      fc.property(fc.array(alphabet), (parts) => {
        parseCredentials(parts.join(''));
        parseCredentials(`Digest ${BASE}${parts.join('')}`);
      }),
    );
  });

  test('costs time in proportion to length', () => {
    const started = performance.now();
    expect(parseCredentials(`Digest ${'a '.repeat(30_000)}`)).toBe('malformed');
    expect(parseCredentials(`Digest a="${'\\\\'.repeat(30_000)}`)).toBe('malformed');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
