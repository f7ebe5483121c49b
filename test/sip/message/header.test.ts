import { describe, expect, test } from 'vitest';
import {
  callIdOf,
  headerValue,
  headerValues,
  listValues,
  maxForwardsOf,
  splitList,
} from '../../../src/sip/message/header.js';
import { canonicalName } from '../../../src/sip/message/header-name.js';
import type { Header, SipMessage } from '../../../src/sip/message/message.js';

function withHeaders(...headers: [string, string][]): SipMessage {
  const list: Header[] = headers.map(([name, value]) => ({ name, value }));
  return { kind: 'request', method: 'INVITE', uri: 'sip:a@b', headers: list, body: '' };
}

describe('names', () => {
  test.each([
    ['v', 'Via'],
    ['F', 'From'],
    ['via', 'Via'],
    ['CALL-id', 'Call-ID'],
    ['cseq', 'CSeq'],
    ['www-authenticate', 'WWW-Authenticate'],
    ['x', 'Session-Expires'],
    ['X-Foo', 'X-Foo'],
    ['constructor', 'constructor'],
  ])('§7.3.3 %s is %s', (name, canonical) => expect(canonicalName(name)).toBe(canonical));
});

describe('values', () => {
  const message = withHeaders(
    ['Via', 'one'],
    ['X-Trace', '1'],
    ['Via', 'two, three'],
    ['x-trace', '2'],
    ['Supported', ''],
    ['Call-ID', 'abc'],
  );

  test('the first, under any spelling of the name', () => {
    expect(headerValue(message, 'Via')).toBe('one');
    expect(headerValue(message, 'v')).toBe('one');
    expect(headerValue(message, 'VIA')).toBe('one');
    expect(headerValue(message, 'X-TRACE')).toBe('1');
    expect(headerValue(message, 'Route')).toBeUndefined();
    expect(headerValue(message, 'X-None')).toBeUndefined();
    expect(headerValue(message, 'Supported')).toBe('');
  });

  test('one per line', () => {
    expect(headerValues(message, 'Via')).toEqual(['one', 'two, three']);
    expect(headerValues(message, 'X-Trace')).toEqual(['1', '2']);
    expect(headerValues(message, 'Route')).toEqual([]);
  });

  test('§7.3.1 one per element', () => {
    expect(listValues(message, 'Via')).toEqual(['one', 'two', 'three']);
    expect(listValues(message, 'Supported')).toEqual([]);
  });

  test('§20.8 Call-ID of a message written by hand', () => {
    expect(callIdOf(message)).toBe('abc');
    expect(callIdOf(withHeaders())).toBe('');
  });

  test.each([
    ['70', 70],
    ['0', 0],
    ['0068', 68],
    ['256', null],
    ['x', null],
    ['', null],
  ])('§20.22 Max-Forwards %s', (value, hops) => {
    expect(maxForwardsOf(withHeaders(['Max-Forwards', value]))).toBe(hops);
  });
});

describe('§7.3.1 commas', () => {
  test.each([
    ['a,b', ['a', 'b']],
    [' a ,\tb ', ['a', 'b']],
    [',a,,b,', ['a', 'b']],
    ['', []],
    [', ,', []],
    ['<sip:a,b@c>, <sip:d@e>', ['<sip:a,b@c>', '<sip:d@e>']],
    ['"Bell, A" <sip:a@b>;x="1,2", sip:c@d', ['"Bell, A" <sip:a@b>;x="1,2"', 'sip:c@d']],
    ['"a\\",b" <sip:a@b>, c', ['"a\\",b" <sip:a@b>', 'c']],
    ['<sip:"@a>,"b', ['<sip:"@a>', '"b']],
    ['"a, b', ['"a, b']],
    ['<a, b', ['<a, b']],
    ['\xc3\xa0,\xc3\xa0', ['\xc3\xa0', '\xc3\xa0']],
  ])('%s', (line, values) => expect(splitList(line)).toEqual(values));
});
