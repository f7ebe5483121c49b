import { describe, expect, test } from 'vitest';
import type { SipRequest } from '../../../src/sip/message/message.js';
import { bareHost, formatUri, parseUri, requestUriOf, type SipUri } from '../../../src/sip/message/uri.js';
import { sameHost, sameUri } from '../../../src/sip/message/uri-equality.js';
import { fc } from '../../support/property.js';

const NOTHING = { password: null, port: null, params: [], headers: [] };

describe('both ways', () => {
  test.each<[string, string, Partial<SipUri>, string]>([
    ['§19.1.3 user and host', 'sip:alice@atlanta.com', { user: 'alice', host: 'atlanta.com' }, 'sip:alice@atlanta.com'],
    [
      '§19.1.3 password and transport',
      'sip:alice:secretword@Atlanta.COM;Transport=tcp',
      { user: 'alice', password: 'secretword', host: 'atlanta.com', params: [{ name: 'transport', value: 'tcp' }] },
      'sip:alice:secretword@atlanta.com;transport=tcp',
    ],
    [
      '§19.1.3 headers',
      'sips:alice@atlanta.com?subject=project%20x&priority=urgent',
      {
        scheme: 'sips',
        user: 'alice',
        host: 'atlanta.com',
        headers: [
          { name: 'subject', value: 'project x' },
          { name: 'priority', value: 'urgent' },
        ],
      },
      'sips:alice@atlanta.com?subject=project%20x&priority=urgent',
    ],
    [
      '§19.1.3 a telephone number as user',
      'sip:+1-212-555-1212:1234@gateway.com;user=phone',
      { user: '+1-212-555-1212', password: '1234', host: 'gateway.com', params: [{ name: 'user', value: 'phone' }] },
      'sip:+1-212-555-1212:1234@gateway.com;user=phone',
    ],
    ['§19.1.3 no user', 'sip:192.0.2.4:5061', { user: null, host: '192.0.2.4', port: 5061 }, 'sip:192.0.2.4:5061'],
    [
      '§19.1.3 method and headers',
      'sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com',
      {
        user: null,
        host: 'atlanta.com',
        params: [{ name: 'method', value: 'REGISTER' }],
        headers: [{ name: 'to', value: 'alice@atlanta.com' }],
      },
      'sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com',
    ],
    [
      '§19.1.3 a semicolon in the user',
      'sip:alice;day=tuesday@atlanta.com',
      { user: 'alice;day=tuesday', host: 'atlanta.com' },
      'sip:alice;day=tuesday@atlanta.com',
    ],
    [
      'RFC 4475 §3.1.1.2 all that a user part may hold',
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
      {
        user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
        password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
        host: 'example.com',
      },
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
    ],
    [
      'RFC 4475 §3.1.1.3 an escaped URI is a user part',
      'sip:sips%3Auser%40example.com@example.net',
      { user: 'sips:user@example.com', host: 'example.net' },
      'sip:sips%3Auser%40example.com@example.net',
    ],
    [
      'RFC 4475 §3.1.1.3 escapes are resolved exactly once',
      'sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31',
      {
        user: 'caller',
        host: 'host5.example.net',
        params: [
          { name: 'lr', value: null },
          { name: 'name', value: 'value%41' },
        ],
      },
      'sip:caller@host5.example.net;lr;name=value%2541',
    ],
    [
      'RFC 4475 §3.1.1.4 an escaped NUL ends nothing',
      'sip:null-%00-null@example.com',
      { user: 'null-\0-null', host: 'example.com' },
      'sip:null-%00-null@example.com',
    ],
    [
      'RFC 4475 §3.1.1.9 a semicolon and an @ in the user part',
      'sip:user;par=u%40example.net@example.com',
      { user: 'user;par=u@example.net', host: 'example.com' },
      'sip:user;par=u%40example.net@example.com',
    ],
    [
      'RFC 5118 §4.1 an IPv6 reference',
      'sip:[2001:DB8::10]',
      { user: null, host: '[2001:db8::10]' },
      'sip:[2001:db8::10]',
    ],
    [
      'RFC 5118 §4.3 no port',
      'sip:[2001:db8::10:5070]',
      { user: null, host: '[2001:db8::10:5070]' },
      'sip:[2001:db8::10:5070]',
    ],
    [
      'RFC 5118 §4.4 a port',
      'sip:u@[2001:db8::10]:5070',
      { user: 'u', host: '[2001:db8::10]', port: 5070 },
      'sip:u@[2001:db8::10]:5070',
    ],
    [
      'RFC 5118 §4.10 three colons, by the robustness principle',
      'sip:user@[2001:db8:::192.0.2.1]',
      { user: 'user', host: '[2001:db8:::192.0.2.1]' },
      'sip:user@[2001:db8:::192.0.2.1]',
    ],
    ['UTF-8 in escapes', 'sip:%D0%96@example.com', { user: 'Ж', host: 'example.com' }, 'sip:%D0%96@example.com'],
    ['octets that are no UTF-8', 'sip:%FF@example.com', { user: 'ÿ', host: 'example.com' }, 'sip:%C3%BF@example.com'],
    [
      'a % that begins no escape',
      'sip:100%@example.com',
      { user: '100%', host: 'example.com' },
      'sip:100%25@example.com',
    ],
    [
      'empty parameters are dropped',
      'sip:a@example.com;;lr;',
      { user: 'a', host: 'example.com', params: [{ name: 'lr', value: null }] },
      'sip:a@example.com;lr',
    ],
    [
      'an @ that should have been escaped in a header',
      'sip:a@example.com?Replaces=1@192.0.2.1',
      { user: 'a', host: 'example.com', headers: [{ name: 'Replaces', value: '1@192.0.2.1' }] },
      'sip:a@example.com?Replaces=1%40192.0.2.1',
    ],
    [
      'RFC 3966 §3 tel',
      'TEL:+1-201-555-0123;phone-context=Example.com',
      { scheme: 'tel', user: '+1-201-555-0123', host: '', params: [{ name: 'phone-context', value: 'Example.com' }] },
      'tel:+1-201-555-0123;phone-context=Example.com',
    ],
    [
      'RFC 4475 §3.3.3 a scheme that is not ours',
      'soap.beep://192.0.2.103:3002',
      { scheme: 'soap.beep', user: '//192.0.2.103:3002', host: '' },
      'soap.beep://192.0.2.103:3002',
    ],
  ])('%s: %s', (_, text, parts, formatted) => {
    const uri = { scheme: 'sip', ...NOTHING, ...parts };
    expect(parseUri(text)).toEqual(uri);
    const parsed = parseUri(text);
    if (parsed === null) throw new Error('not parsed');
    expect(formatUri(parsed)).toBe(formatted);
    expect(parseUri(formatted)).toEqual(uri);
  });

  test('any user, parameter and header survives the wire', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const param = fc.record({ name: text.map((name) => name.toLowerCase()), value: fc.option(text) });
    const header = fc.record({ name: text, value: fc.option(text) });
    const uri = fc.record({
      scheme: fc.constantFrom('sip', 'sips'),
      user: text,
      password: fc.option(text),
      host: fc.constantFrom('example.com', '192.0.2.1', '[2001:db8::1]'),
      port: fc.option(fc.nat(65535)),
      params: fc.array(param, { maxLength: 3 }),
      headers: fc.array(header, { maxLength: 3 }),
    });
    fc.assert(fc.property(uri, (value) => void expect(parseUri(formatUri(value))).toEqual(value)));
  });
});

describe('malformed', () => {
  test.each([
    ['nothing', ''],
    ['no scheme', 'alice@atlanta.com'],
    ['no host', 'sip:'],
    ['no host after the user', 'sip:alice@'],
    ['no user before the @', 'sip:@atlanta.com'],
    ['no user before the password', 'sip::secret@atlanta.com'],
    ['a space', 'sip:alice@atlanta.com; lr'],
    ['brackets', '<sip:alice@atlanta.com>'],
    ['RFC 5118 §4.2 IPv6 without brackets', 'sip:2001:db8::10'],
    ['IPv6 without end', 'sip:[2001:db8::10'],
    ['IPv6 of nothing', 'sip:[]'],
    ['IPv6 of something else', 'sip:[example.com]'],
    ['text after IPv6', 'sip:[2001:db8::10]x'],
    ['a port of nothing', 'sip:atlanta.com:'],
    ['a port of letters', 'sip:atlanta.com:sip'],
    ['a port above 65535', 'sip:atlanta.com:65536'],
    ['two hosts', 'sip:alice@atlanta@example.com'],
    ['a parameter without name', 'sip:atlanta.com;=1'],
    ['a header without name', 'sip:atlanta.com?=1'],
    ['101 parameters', `sip:atlanta.com${';a'.repeat(101)}`],
    ['a scheme that is none', '5ip:alice@atlanta.com'],
    ['RFC 3966 letters in a number', 'tel:call-me'],
    ['RFC 3966 no number', 'tel:;ext=1'],
  ])('%s: %s', (_, text) => expect(parseUri(text)).toBeNull());
});

function same(a: string, b: string): boolean {
  const [left, right] = [parseUri(a), parseUri(b)];
  if (left === null || right === null) throw new Error('not parsed');
  expect(sameUri(right, left)).toBe(sameUri(left, right));
  return sameUri(left, right);
}

describe('§19.1.4 comparison', () => {
  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['sip:a@[2001:db8::1]', 'sip:a@[2001:DB8:0:0::0001]'],
    ['sip:a@[::ffff:192.0.2.1]', 'sip:a@[::ffff:c000:201]'],
    ['tel:+1-201-555-0123', 'tel:+1(201)5550123'],
    ['tel:863;phone-context=a.example;ext=1', 'tel:863;ext=1;phone-context=A.example'],
    ['urn:service:sos', 'urn:service:sos'],
  ])('%s is %s', (a, b) => expect(same(a, b)).toBe(true));

  test.each([
    ['sip:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;maddr=192.0.2.1'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;user=ip'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;ttl=1'],
    ['sip:carol@chicago.com;method=invite', 'sip:carol@chicago.com;method=INVITE'],
    ['sip:carol@chicago.com', 'sips:carol@chicago.com'],
    ['sip:carol@chicago.com', 'sip:carol:pw@chicago.com'],
    ['sip:carol@chicago.com', 'sip:chicago.com'],
    ['sip:a@b?x=1&x=1', 'sip:a@b?x=1'],
    ['sip:a@[2001:db8::1]', 'sip:a@[2001:db8::2]'],
    ['sip:a@[2001:db8:::1]', 'sip:a@[2001:db8::1]'],
    ['tel:863;phone-context=a.example', 'tel:863;phone-context=b.example'],
    ['tel:863', 'tel:+863'],
    ['urn:service:sos', 'urn:service:SOS'],
  ])('%s is not %s', (a, b) => expect(same(a, b)).toBe(false));

  test('hosts that are no addresses after all', () => {
    expect(sameHost('[1::2::3]', '[1::2::3:]')).toBe(false);
    expect(sameHost('[1:2:3:4:5:6:7:8:9]', '[1:2:3:4:5:6:7:8::9]')).toBe(false);
    expect(sameHost('A.example', 'a.EXAMPLE')).toBe(true);
  });
});

test('the brackets of an IPv6 reference come off', () => {
  expect(bareHost('[2001:db8::1]')).toBe('2001:db8::1');
  expect(bareHost('192.0.2.1')).toBe('192.0.2.1');
});

test('§8.1.1.1 Request-URI of a request written by hand', () => {
  const request: SipRequest = { kind: 'request', method: 'BYE', uri: 'sip:a@b', headers: [], body: '' };
  expect(requestUriOf(request)).toMatchObject({ user: 'a', host: 'b' });
  expect(requestUriOf({ ...request, uri: 'a@b' })).toBeNull();
});
