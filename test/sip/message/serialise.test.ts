import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Header, SipMessage } from '../../../src/sip/message/message.js';
import { parseMessage } from '../../../src/sip/message/parse.js';
import { serialise } from '../../../src/sip/message/serialise.js';
import { octets, unicode } from '../../../src/sip/message/text.js';
import { fc } from '../../support/property.js';

const MANDATORY: readonly Header[] = [
  { name: 'Via', value: 'SIP/2.0/TCP client.example.com:5060;branch=z9hG4bK74bf9' },
  { name: 'From', value: '"Alice" <sip:alice@example.com>;tag=9fxced76sl' },
  { name: 'To', value: '<sip:bob@example.com>' },
  { name: 'Call-ID', value: '3848276298220188511@example.com' },
  { name: 'CSeq', value: '1 INVITE' },
];
const INVITE: SipMessage = {
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:bob@example.com',
  headers: MANDATORY,
  body: '',
};

function reparsed(message: SipMessage) {
  return parseMessage(Buffer.from(serialise(message), 'latin1'), 'stream');
}

describe('on the wire', () => {
  test('§7 start line, headers in order, Content-Length, empty line, body', () => {
    expect(serialise({ ...INVITE, headers: MANDATORY.slice(2), body: 'v=0\r\n' })).toBe(
      'INVITE sip:bob@example.com SIP/2.0\r\nTo: <sip:bob@example.com>\r\n' +
        'Call-ID: 3848276298220188511@example.com\r\nCSeq: 1 INVITE\r\nContent-Length: 5\r\n\r\nv=0\r\n',
    );
    expect(serialise({ kind: 'response', status: 180, reason: 'Ringing', headers: [], body: '' })).toBe(
      'SIP/2.0 180 Ringing\r\nContent-Length: 0\r\n\r\n',
    );
  });

  test('§20.14 Content-Length is right whatever the list says', () => {
    const message: SipMessage = {
      ...INVITE,
      headers: [{ name: 'Content-Length', value: '99' }, ...MANDATORY],
      body: 'abc',
    };
    expect(serialise(message).match(/Content-Length: .*/g)).toEqual(['Content-Length: 3']);
    expect(reparsed(message)).toEqual({ ...message, headers: MANDATORY });
  });

  test.each([
    ['CR and LF', 'a\r\nX-Evil: b', 'a X-Evil: b'],
    ['LF', 'a\nb', 'a b'],
    ['characters whose low octet is CR or LF', 'a\u010d\u010ab', 'a\xc4\x8d\xc4\x8ab'],
  ])('no value begins a new line: %s', (_, value, sent) => {
    const message: SipMessage = { ...INVITE, headers: [...MANDATORY, { name: 'Subject', value }] };
    const read = reparsed(message);
    expect(read).toEqual({ ...INVITE, headers: [...MANDATORY, { name: 'Subject', value: sent }] });
  });

  test('neither does a reason or a Request-URI', () => {
    expect(serialise({ ...INVITE, uri: 'sip:a\r\nX: y' }).split('\r\n')[0]).toBe('INVITE sip:a X: y SIP/2.0');
    const response: SipMessage = { kind: 'response', status: 200, reason: 'O\nK', headers: [], body: '' };
    expect(serialise(response).split('\r\n')[0]).toBe('SIP/2.0 200 O K');
  });

  test('a Unicode body is counted in octets', () => {
    expect(
      serialise({ ...INVITE, headers: [], body: 'Ж' })
        .split('\r\n')
        .slice(1),
    ).toEqual(['Content-Length: 2', '', '\xd0\x96']);
  });
});

describe('parse(serialise(m)) = m', () => {
  const line = fc.stringMatching(/^[!-~\x80-\xff]([ -~\x80-\xff]{0,30}[!-~\x80-\xff])?$/);
  const name = fc.oneof(
    fc.constantFrom('Contact', 'Route', 'Subject', 'Supported', 'User-Agent', 'Via'),
    fc.stringMatching(/^X-[\w.!%*+`'~-]{0,10}$/),
  );
  const header = fc.record({ name, value: fc.oneof(line, fc.constant('')) });
  const body = fc.oneof(
    fc.constant(''),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  const headers = fc.array(header, { maxLength: 12 }).map((more) => [...MANDATORY, ...more]);
  const request = fc.record({
    kind: fc.constant('request' as const),
    method: fc.constant('INVITE'),
    uri: fc.stringMatching(/^sip:[a-z0-9;=@?%&.+:-]{1,20}$/),
    headers,
    body,
  });
  const reason = fc.stringMatching(/^[ -~\x80-\xff]{0,20}$/);
  const response = fc.record({
    kind: fc.constant('response' as const),
    status: fc.integer({ min: 100, max: 699 }),
    reason,
    headers,
    body,
  });

  test('for any request and response', () => {
    fc.assert(
      fc.property(fc.oneof(request, response), (message) => {
        expect(reparsed(message)).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('text', () => {
  test.each([
    ['plain', 'plain'],
    ['\xd0\x96', 'Ж'],
    ['J\xfcrgen', 'Jürgen'],
    ['\xf0\x9f\x93\x9e', '📞'],
    ['\xc0\xaf', 'À¯'],
  ])('%j reads %j', (latin1, text) => expect(unicode(latin1)).toBe(text));

  test('Unicode survives as octets', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => unicode(octets(text)) === text));
  });
});
