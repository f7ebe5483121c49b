import { describe, expect, test } from 'vitest';
import { instanceOf, parseContactFields, qOf, regIdOf } from '../../src/core/contact-field.js';
import { sameUri } from '../../src/core/contact-uri.js';

describe('sameUri', () => {
  const rows: [string, string, string, boolean][] = [
    ['§19.1.4 escapes and case', 'sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp', true],
    ['§19.1.4 unknown parameter on one side', 'sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
    ['§19.1.4 unknown parameters apart', 'sip:carol@chicago.com;a=1', 'sip:carol@chicago.com;security=on', true],
    ['§19.1.4 parameter order', 'sip:a@b.c;transport=tcp;x=1', 'sip:a@b.c;x=1;transport=tcp', true],
    [
      '§19.1.4 user part is case-sensitive',
      'SIP:ALICE@AtLanTa.CoM;Transport=udp',
      'sip:alice@AtLanTa.CoM;Transport=UDP',
      false,
    ],
    ['§19.1.4 default port is not an absent one', 'sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
    ['§19.1.4 default transport is not an absent one', 'sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
    ['§19.1.4 ports', 'sip:bob@biloxi.com:6000', 'sip:bob@biloxi.com:6001', false],
    ['§19.1.4 header components', 'sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting', false],
    ['§19.1.4 a name is not its address', 'sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4', false],
    ['§19.1.4 common parameter differs', 'sip:a@b.c;security=on', 'sip:a@b.c;security=off', false],
    ['§19.1.4 maddr on one side', 'sip:a@b.c', 'sip:a@b.c;maddr=239.255.255.1', false],
    ['§19.1.4 user parameter on one side', 'sip:a@b.c', 'sip:a@b.c;user=phone', false],
    ['§19.1.4 schemes', 'sip:a@b.c', 'sips:a@b.c', false],
    ['§19.1.4 no user part', 'sip:b.c', 'sip:a@b.c', false],
    ['§19.1.4 reserved characters keep their escape', 'sip:a%3bb@b.c', 'sip:a%3Bb@b.c', true],
    ['§19.1.4 reserved character against its escape', 'sip:a;b@b.c', 'sip:a%3Bb@b.c', false],
    ['RFC 5118 §4.1 IPv6', 'sip:a@[2001:DB8::1]:5060', 'sip:a@[2001:db8::1]:5060', true],
    ['no SIP URI', 'tel:+1', 'tel:+2', false],
  ];
  test.each(rows)('%s: %s, %s', (_rule, left, right, same) => {
    expect(sameUri(left, right)).toBe(same);
    expect(sameUri(right, left)).toBe(same);
  });
});

describe('parseContactFields', () => {
  const instance = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
  const rows: [string, string[], [string, Record<string, string>][] | 'all' | null][] = [
    [
      '§20.10 name-addr',
      ['"Mr. Watson" <sip:watson@a.example>;q=0.7; expires=3600'],
      [['sip:watson@a.example', { q: '0.7', expires: '3600' }]],
    ],
    [
      '§20.10 two values in a line',
      ['<sip:a@b.c;transport=tcp>;q=0.5 , sip:d@e.f;q=0.1'],
      [
        ['sip:a@b.c;transport=tcp', { q: '0.5' }],
        ['sip:d@e.f', { q: '0.1' }],
      ],
    ],
    [
      '§20.10 two lines',
      ['<sip:a@b.c>', '<sip:d@e.f>'],
      [
        ['sip:a@b.c', {}],
        ['sip:d@e.f', {}],
      ],
    ],
    [
      "§20.10 parameters behind a bare URI are the header's",
      ['sip:a@b.c;transport=tcp'],
      [['sip:a@b.c', { transport: 'tcp' }]],
    ],
    [
      'RFC 4475 §3.3.12 unknown header parameter',
      ['sip:+19725552222@gw1.example.net;unknownparam'],
      [['sip:+19725552222@gw1.example.net', { unknownparam: '' }]],
    ],
    [
      'RFC 4475 §3.3.13 URI parameter',
      ['<sip:+19725552222@gw1.example.net;unknownparam>'],
      [['sip:+19725552222@gw1.example.net;unknownparam', {}]],
    ],
    [
      'RFC 4475 §3.1.2.13 question mark without brackets',
      ['sip:user@example.com?Route=%3Csip:sip.example.com%3E'],
      null,
    ],
    ['§20.10 quoted display name with brackets and comma', ['"a, <b> \\"c\\"" <sip:a@b.c>'], [['sip:a@b.c', {}]]],
    [
      'RFC 5626 §4.1 instance',
      [`<sip:a@b.c>;reg-id=1;+sip.instance="<${instance}>"`],
      [['sip:a@b.c', { 'reg-id': '1', '+sip.instance': `<${instance}>` }]],
    ],
    ['§10.2.2 star', [' * '], 'all'],
    ['§10.2.2 star is alone', ['*', '<sip:a@b.c>'], null],
    ['§10.2.2 star in a list', ['*, <sip:a@b.c>'], null],
    ['no value', [''], null],
    ['unclosed bracket', ['<sip:a@b.c'], null],
    ['unclosed quote', ['"a <sip:a@b.c>'], null],
    ['rubbish behind the value', ['<sip:a@b.c> x'], null],
    ['a long display name costs no time', [`${'a '.repeat(20_000)}!`], null],
    ['no line', [], []],
  ];
  test.each(rows)('%s', (_rule, lines, expected) => {
    const fields = parseContactFields(lines);
    const plain = Array.isArray(fields) ? fields.map((field) => [field.uri, Object.fromEntries(field.params)]) : fields;
    expect(plain).toEqual(expected);
  });

  const params: [string, string, { q: number; instance: string | null; regId: number | null }][] = [
    ['none', '<sip:a@b.c>', { q: 1, instance: null, regId: null }],
    ['§25.1 q', '<sip:a@b.c>;q=0.25', { q: 0.25, instance: null, regId: null }],
    ['§25.1 no q value', '<sip:a@b.c>;q=7', { q: 1, instance: null, regId: null }],
    ['RFC 5626 §4.1 brackets come off', `<sip:a@b.c>;+sip.instance="<${instance}>"`, { q: 1, instance, regId: null }],
    ['baresip 1.0 writes it without', `<sip:a@b.c>;+sip.instance="${instance}";reg-id=2`, { q: 1, instance, regId: 2 }],
    ['RFC 5626 §4.2 reg-id without instance', '<sip:a@b.c>;reg-id=1', { q: 1, instance: null, regId: null }],
    [
      'RFC 5626 §4.2 reg-id is never 0',
      `<sip:a@b.c>;+sip.instance="<x>";reg-id=0`,
      { q: 1, instance: 'x', regId: null },
    ],
    [
      'RFC 5626 §4.2 reg-id below 2^31',
      `<sip:a@b.c>;+sip.instance="<x>";reg-id=2147483648`,
      { q: 1, instance: 'x', regId: null },
    ],
  ];
  test.each(params)('parameters: %s', (_rule, line, expected) => {
    const fields = parseContactFields([line]);
    const field = Array.isArray(fields) ? fields[0] : undefined;
    if (field === undefined) throw new Error(`not parsed: ${line}`);
    expect({ q: qOf(field), instance: instanceOf(field), regId: regIdOf(field) }).toEqual(expected);
  });
});
