import { describe, expect, test } from 'vitest';
import {
  contactsOf,
  formatAddress,
  isWildcard,
  type NameAddr,
  parseAddress,
  tagOf,
  toTagOf,
} from '../../../src/sip/message/address.js';
import { unquoted } from '../../../src/sip/message/grammar.js';
import type { SipMessage } from '../../../src/sip/message/message.js';
import { paramOf } from '../../../src/sip/message/param.js';
import { fc } from '../../support/property.js';

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('both ways', () => {
  test.each<[string, string, NameAddr, string]>([
    [
      '§20.10 name-addr',
      '"Mr. Watson" <sip:watson@example.com>;q=0.7; expires=3600',
      {
        name: 'Mr. Watson',
        uri: 'sip:watson@example.com',
        params: [
          { name: 'q', value: '0.7' },
          { name: 'expires', value: '3600' },
        ],
      },
      '"Mr. Watson" <sip:watson@example.com>;q=0.7;expires=3600',
    ],
    [
      '§20.10 addr-spec: parameters are the header’s',
      'sip:ann@example.com;tag=a',
      {
        name: '',
        uri: 'sip:ann@example.com',
        params: [{ name: 'tag', value: 'a' }],
      },
      '<sip:ann@example.com>;tag=a',
    ],
    [
      '§20.10 in brackets they are the URI’s',
      '<sip:ann@example.com;lr>',
      {
        name: '',
        uri: 'sip:ann@example.com;lr',
        params: [],
      },
      '<sip:ann@example.com;lr>',
    ],
    [
      '§25.1 tokens as a display name',
      'Anonymous Caller\t<sip:c8oqz84zk7z@privacy.org>',
      {
        name: 'Anonymous Caller',
        uri: 'sip:c8oqz84zk7z@privacy.org',
        params: [],
      },
      '"Anonymous Caller" <sip:c8oqz84zk7z@privacy.org>',
    ],
    [
      'an unquoted name with brackets and accents',
      latin1('Zoë (home) <sip:z@example.com>'),
      {
        name: 'Zoë (home)',
        uri: 'sip:z@example.com',
        params: [],
      },
      latin1('"Zoë (home)" <sip:z@example.com>'),
    ],
    [
      'RFC 4475 §3.1.1.6 no space before the bracket',
      'caller<sip:caller@example.com>;tag=323',
      {
        name: 'caller',
        uri: 'sip:caller@example.com',
        params: [{ name: 'tag', value: '323' }],
      },
      '"caller" <sip:caller@example.com>;tag=323',
    ],
    [
      'RFC 4475 §3.1.1.1 quoted pairs',
      '"J Rosenberg \\\\\\"" <sip:jdrosen@example.com>',
      {
        name: 'J Rosenberg \\"',
        uri: 'sip:jdrosen@example.com',
        params: [],
      },
      '"J Rosenberg \\\\\\"" <sip:jdrosen@example.com>',
    ],
    [
      'RFC 4475 §3.1.1.2 escaped control characters',
      '"BEL:\\\x07 NUL:\\\0 DEL:\\\x7f" <sip:a@example.com>',
      {
        name: 'BEL:\x07 NUL:\0 DEL:\x7f',
        uri: 'sip:a@example.com',
        params: [],
      },
      '"BEL:\\\x07 NUL:\\\0 DEL:\\\x7f" <sip:a@example.com>',
    ],
    [
      'RFC 4475 §3.1.1.5 a % in a name is literal',
      '"%Z%45" <sip:resource@example.com>',
      {
        name: '%Z%45',
        uri: 'sip:resource@example.com',
        params: [],
      },
      '"%Z%45" <sip:resource@example.com>',
    ],
    [
      'RFC 4475 §3.1.1.1 white space around ; and =',
      'sip:v@example.com ;   tag    = 1918181833n',
      {
        name: '',
        uri: 'sip:v@example.com',
        params: [{ name: 'tag', value: '1918181833n' }],
      },
      '<sip:v@example.com>;tag=1918181833n',
    ],
    [
      'UTF-8 names are read, others taken for Latin-1',
      '"J\xfcrgen" <sip:j@example.com>',
      {
        name: 'Jürgen',
        uri: 'sip:j@example.com',
        params: [],
      },
      latin1('"Jürgen" <sip:j@example.com>'),
    ],
    [
      'an empty name is no name',
      '"" <sip:a@example.com>',
      { name: '', uri: 'sip:a@example.com', params: [] },
      '<sip:a@example.com>',
    ],
    [
      'RFC 5626 §4.1 quoted values keep their quotes',
      '<sip:a@192.0.2.1>;+sip.instance="<urn:uuid:0,1>";reg-id=1;Q',
      {
        name: '',
        uri: 'sip:a@192.0.2.1',
        params: [
          { name: '+sip.instance', value: '"<urn:uuid:0,1>"' },
          { name: 'reg-id', value: '1' },
          { name: 'q', value: null },
        ],
      },
      '<sip:a@192.0.2.1>;+sip.instance="<urn:uuid:0,1>";reg-id=1;q',
    ],
    [
      'base64 and IPv6 as values',
      '<sip:a@b>;x=abc==;received=[2001:db8::1]',
      {
        name: '',
        uri: 'sip:a@b',
        params: [
          { name: 'x', value: 'abc==' },
          { name: 'received', value: '[2001:db8::1]' },
        ],
      },
      '<sip:a@b>;x=abc==;received=[2001:db8::1]',
    ],
    [
      'other schemes',
      '<http://www.example.com/?a=b>;tag=1',
      {
        name: '',
        uri: 'http://www.example.com/?a=b',
        params: [{ name: 'tag', value: '1' }],
      },
      '<http://www.example.com/?a=b>;tag=1',
    ],
  ])('%s', (_, text, address, formatted) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(formatted);
    expect(parseAddress(formatted)).toEqual(address);
  });

  test('any name and any token survive the wire', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));
    const token = fc.stringMatching(/^[\w.!%*+`'~-]{1,10}$/);
    const param = fc.record({ name: token.map((text) => text.toLowerCase()), value: fc.option(token) });
    fc.assert(
      fc.property(fc.record({ name, uri: fc.constant('sip:ann@example.com'), params: fc.array(param) }), (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });
});

describe('malformed', () => {
  test.each([
    ['nothing', ''],
    ['§20.20 no scheme', 'ann@example.com'],
    ['§20.20 no scheme in brackets', '<ann@example.com>'],
    ['§20.20 no URI in brackets', 'Ann <>'],
    ['§20.20 nothing after the scheme', '<sip:>'],
    ['RFC 4475 §3.1.2.6 quotes never closed', '"Mr. J. User <sip:j.user@example.com>'],
    ['a bracket never closed', '<sip:ann@example.com'],
    ['RFC 4475 §3.1.2.14 spaces in the brackets', '"Watson, Thomas" < sip:t.watson@example.org >'],
    ['RFC 4475 §3.1.2.15 a comma in an unquoted name', 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43'],
    ['RFC 4475 §3.1.2.13 a question mark without brackets', 'sip:user@example.com?Route=%3Csip:sip.example.com%3E'],
    ['§20 a comma without brackets', 'sip:user,1@example.com'],
    ['RFC 4475 §3.1.2.1 empty parameters', '"Joe" <sip:joe@example.org>;;;;'],
    ['101 parameters', `<sip:joe@example.org>${';a'.repeat(101)}`],
    ['a parameter without name', '<sip:joe@example.org>;=1'],
    ['a quoted value never closed', '<sip:joe@example.org>;a="b'],
    ['text after the brackets', '<sip:joe@example.org> joe'],
    ['text after a quoted name', '"joe" bloggs <sip:joe@example.org>'],
    ['a second value', '<sip:joe@example.org>, <sip:joe@example.net>'],
    ['a control character in the URI', '<sip:joe\x01@example.org>'],
  ])('%s', (_, text) => {
    expect(parseAddress(text)).toBeNull();
    expect(tagOf(text)).toBeUndefined();
  });
});

describe('tags', () => {
  test.each([
    ['<sip:a@b>;tag=1928', '1928'],
    ['sip:a@b;tag=1928', '1928'],
    ['<sip:a@b;tag=uri>', undefined],
    ['"x;tag=name" <sip:a@b>;x=1;TAG = 5', '5'],
    ['<sip:a@b>;x="tag=1;tag=2";tag=3', '3'],
    ['<sip:a@b>;tag=1;x', '1'],
    ['<sip:a@b>;tag=1;', '1'],
    ['<sip:a@b>;', undefined],
    ['<sip:a@b>;;tag=1', undefined],
    ['<sip:a@b>;tag=', undefined],
    ['<sip:a@b>;tag', undefined],
    [' <sip:a@b> ;tag=1 ', '1'],
  ])('§19.3 %s', (value, tag) => expect(tagOf(value)).toBe(tag));
});

describe('Contact of a message', () => {
  const contacts = (...values: string[]): SipMessage => ({
    kind: 'request',
    method: 'REGISTER',
    uri: 'sip:b',
    headers: [{ name: 'To', value: 'sip:a@b;tag=9' }, ...values.map((value) => ({ name: 'Contact', value }))],
    body: '',
  });

  test('§20.10 all values of all lines', () => {
    const [first, second, third] = contactsOf(contacts('sip:a@b;q=1, "x, y" <sip:c@d>', '<sip:e@f>')) ?? [];
    expect([first?.uri, second?.name, third?.uri]).toEqual(['sip:a@b', 'x, y', 'sip:e@f']);
    expect(paramOf(first?.params ?? [], 'q')).toBe('1');
    expect(toTagOf(contacts())).toBe('9');
  });

  test('one that is malformed spoils all', () => expect(contactsOf(contacts('sip:a@b', 'x'))).toBeNull());
  test('none', () => expect(contactsOf(contacts())).toEqual([]));

  test('§10.2.2 the star', () => {
    expect(isWildcard(contacts('*'))).toBe(true);
    expect(isWildcard(contacts('*', 'sip:a@b'))).toBe(false);
    expect(isWildcard(contacts('sip:a@b'))).toBe(false);
  });

  test('quoted values are read with `unquoted`', () => {
    expect(unquoted('"a\\"b"')).toBe('a"b');
    expect(unquoted('a"b')).toBe('a"b');
    expect(unquoted('"')).toBe('"');
  });
});
