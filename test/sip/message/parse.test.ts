import { describe, expect, test } from 'vitest';
import { contactsOf, fromOf, fromTagOf, toTagOf } from '../../../src/sip/message/address.js';
import { cseqOf } from '../../../src/sip/message/cseq.js';
import { callIdOf, headerValue, headerValues } from '../../../src/sip/message/header.js';
import type { SipMessage } from '../../../src/sip/message/message.js';
import { type Framing, MAX_MESSAGE, type ParseError, parseMessage } from '../../../src/sip/message/parse.js';
import { topVia } from '../../../src/sip/message/via.js';

const GOOD = [
  'OPTIONS sip:exchange.example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK77ef4c2312983.1',
  'Max-Forwards: 70',
  'To: <sip:exchange.example.com>',
  'From: "Ann" <sip:ann@example.com>;tag=456248',
  'Call-ID: 843817637684230@998sdasdh09',
  'CSeq: 1826 OPTIONS',
  'Content-Length: 0',
];
const ANSWER = ['SIP/2.0 200 OK', ...GOOD.slice(1)];

/** The lines as a message; a line that begins like one of the good ones takes its place. */
function bytesOf(lines: readonly string[], body = ''): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function replaced(lines: readonly string[], name: string, ...instead: string[]): string[] {
  return lines.flatMap((line) => (line.startsWith(`${name}:`) ? instead : [line]));
}

function parsed(bytes: Buffer, framing: Framing = 'datagram'): SipMessage {
  const message = parseMessage(bytes, framing);
  if (message.kind === 'error') throw new Error(`${message.code} at ${message.offset}`);
  return message;
}

function faultOf(bytes: Buffer, framing: Framing = 'datagram'): ParseError {
  const message = parseMessage(bytes, framing);
  if (message.kind !== 'error') throw new Error('no fault found');
  return message;
}

describe('what is accepted', () => {
  test('§7 a request becomes a plain shape without Content-Length', () => {
    expect(parsed(bytesOf(GOOD))).toEqual({
      kind: 'request',
      method: 'OPTIONS',
      uri: 'sip:exchange.example.com',
      headers: [
        { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK77ef4c2312983.1' },
        { name: 'Max-Forwards', value: '70' },
        { name: 'To', value: '<sip:exchange.example.com>' },
        { name: 'From', value: '"Ann" <sip:ann@example.com>;tag=456248' },
        { name: 'Call-ID', value: '843817637684230@998sdasdh09' },
        { name: 'CSeq', value: '1826 OPTIONS' },
      ],
      body: '',
    });
  });

  test('§7.2 a response keeps its reason as it is', () => {
    const message = parsed(bytesOf(['SIP/2.0 486 Busy  here ', ...GOOD.slice(1)]));
    expect(message).toMatchObject({ kind: 'response', status: 486, reason: 'Busy  here ' });
  });

  test.each([
    ['§7.1 the version in any case', bytesOf(['OPTIONS sip:a.example.com sip/2.0', ...GOOD.slice(1)])],
    ['§7.1 the version in any case, of a response too', bytesOf(['sip/2.0 200 OK', ...GOOD.slice(1)])],
    ['§7.5 empty lines before the start line', Buffer.concat([Buffer.from('\r\n\r\n'), bytesOf(GOOD)])],
    ['§7.2 a status line without reason and space', bytesOf(['SIP/2.0 200', ...GOOD.slice(1)])],
    ['LF alone ends a line too', Buffer.from(`${GOOD.join('\n')}\n\n`)],
    ['§20.22 Max-Forwards may be missing (RFC 2543)', bytesOf(replaced(GOOD, 'Max-Forwards'))],
    ['§18.3 Content-Length may be missing in a datagram', bytesOf(replaced(GOOD, 'Content-Length'))],
    ['§8.1.1.3 the From tag may be missing (RFC 2543)', bytesOf(replaced(GOOD, 'From', 'From: sip:ann@example.com'))],
    ['§20.16 CSeq up to 2^31-1', bytesOf(replaced(GOOD, 'CSeq', 'CSeq: 2147483647 OPTIONS'))],
    ['§25.1 white space before the colon', bytesOf(replaced(GOOD, 'To', 'To \t : sip:exchange.example.com'))],
    ['a header with an empty value', bytesOf([...GOOD, 'Subject:', 'Organization: \t'])],
  ])('%s', (_, bytes) => {
    expect(parsed(bytes).kind).not.toBe('error');
  });

  test('§7.3.1 names in any case and compact forms become canonical; unknown names stay', () => {
    const message = parsed(
      bytesOf([...GOOD, 'sUBJECT: one', 'k: timer', 'm: sip:ann@192.0.2.1', 'X-tRaCe: 7', 'o: dialog', 'q: z']),
    );
    expect(message.headers.slice(6)).toEqual([
      { name: 'Subject', value: 'one' },
      { name: 'Supported', value: 'timer' },
      { name: 'Contact', value: 'sip:ann@192.0.2.1' },
      { name: 'X-tRaCe', value: '7' },
      { name: 'Event', value: 'dialog' },
      { name: 'q', value: 'z' },
    ]);
  });

  test('§7.3.1 a fold with all white space around it is one space', () => {
    const message = parsed(
      bytesOf([...GOOD, 'Subject:  \r\n  I know \r\n\t \r\n \tyou are there, ', 'Priority:\r\n urgent']),
    );
    expect(headerValue(message, 'Subject')).toBe('I know you are there,');
    expect(headerValue(message, 'Priority')).toBe('urgent');
  });

  test('octets above 127 pass through, also 0xA0 at the end of a value', () => {
    const name = Buffer.from('Жà', 'utf8').toString('latin1');
    const message = parsed(bytesOf([...GOOD, `Subject: ${name}`, `Organization:\r\n ${name}`]));
    expect(headerValue(message, 'Subject')).toBe(name);
    expect(headerValue(message, 'Organization')).toBe(name);
  });

  test('§18.3 octets after Content-Length are ignored in a datagram', () => {
    expect(parsed(bytesOf(replaced(GOOD, 'Content-Length', 'l: 4'), 'bodyINVITE sip:')).body).toBe('body');
  });

  test('§18.3 without Content-Length the body is the rest of the datagram', () => {
    expect(parsed(bytesOf(replaced(GOOD, 'Content-Length'), 'v=0\r\n\r\n')).body).toBe('v=0\r\n\r\n');
  });

  test('what every message is asked for is there at once', () => {
    const message = parsed(bytesOf([...GOOD, 'Contact: <sip:ann@192.0.2.1>, <sip:ann@192.0.2.2>;q=0.5']));
    expect(topVia(message)).toMatchObject({ host: '192.0.2.1', branch: 'z9hG4bK77ef4c2312983.1' });
    expect(topVia(message)).toBe(topVia(message));
    expect(cseqOf(message)).toEqual({ number: 1826, method: 'OPTIONS' });
    expect(callIdOf(message)).toBe('843817637684230@998sdasdh09');
    expect(fromTagOf(message)).toBe('456248');
    expect(toTagOf(message)).toBeUndefined();
    expect(fromOf(message)?.name).toBe('Ann');
    expect(contactsOf(message)?.map(({ uri }) => uri)).toEqual(['sip:ann@192.0.2.1', 'sip:ann@192.0.2.2']);
    expect(contactsOf(message)).toBe(contactsOf(message));
  });

  test('a copy with other headers does not inherit what the original remembers', () => {
    const message = parsed(bytesOf(GOOD));
    const copy: SipMessage = { ...message, headers: [{ name: 'Call-ID', value: 'other' }] };
    expect([callIdOf(copy), topVia(copy), fromTagOf(copy), cseqOf(copy).number]).toEqual([
      'other',
      null,
      undefined,
      -1,
    ]);
    expect(JSON.parse(JSON.stringify(message))).toEqual({ ...message });
  });
});

describe('what is refused', () => {
  const line = (name: string, ...instead: string[]) => bytesOf(replaced(GOOD, name, ...instead));
  const start = (text: string) => bytesOf([text, ...GOOD.slice(1)]);

  test.each<[string, Buffer, ParseError['code'], number | null, string]>([
    ['§7.1 a space too many', start('OPTIONS  sip:a SIP/2.0'), 'ERR_START_LINE', 400, 'OPTIONS'],
    ['§7.1 white space after the version', start('OPTIONS sip:a SIP/2.0 '), 'ERR_START_LINE', 400, 'OPTIONS'],
    ['§7.1 a URI in brackets', start('OPTIONS <sip:a> SIP/2.0'), 'ERR_START_LINE', 400, 'OPTIONS'],
    ['§7.1 a tab between the parts', start('OPTIONS\tsip:a SIP/2.0'), 'ERR_START_LINE', 400, 'OPTIONS'],
    ['§7.1 a method that is no token', start('OPT<IONS sip:a SIP/2.0'), 'ERR_START_LINE', 400, 'OPT'],
    ['§21.5.6 another version', start('OPTIONS sip:a SIP/3.0'), 'ERR_VERSION', 505, 'SIP/3.0'],
    ['§7.3.1 a line without a colon', bytesOf([...GOOD, 'Foobar roobar']), 'ERR_HEADER_LINE', 400, 'Foobar'],
    ['§7.3.1 a line without a name', bytesOf([...GOOD, ': roobar']), 'ERR_HEADER_LINE', 400, ': roobar'],
    ['§7.3.1 a space in a name', bytesOf([...GOOD, 'Foo bar: x']), 'ERR_HEADER_LINE', 400, 'Foo bar'],
    [
      '§7.3.1 a fold of the start line',
      bytesOf([...GOOD.slice(0, 1), ' x: y', ...GOOD.slice(1)]),
      'ERR_HEADER_LINE',
      400,
      ' x: y',
    ],
    ['§7.3.1 CR alone', bytesOf([...GOOD, 'Subject: a\rb']), 'ERR_BARE_CR', 400, 'Subject'],
    ['§7 no empty line after the headers', Buffer.from(`${GOOD.join('\r\n')}\r\n`), 'ERR_NO_END_OF_HEADERS', 400, ''],
    ['§8.1.1 no To', line('To'), 'ERR_MISSING_HEADER', 400, ''],
    ['§8.1.1 no From', line('From'), 'ERR_MISSING_HEADER', 400, ''],
    ['§8.1.1 no Call-ID', line('Call-ID'), 'ERR_MISSING_HEADER', 400, ''],
    ['§8.1.1 no CSeq', line('CSeq'), 'ERR_MISSING_HEADER', 400, ''],
    ['RFC 4475 §3.3.8 two Call-IDs', bytesOf([...GOOD, 'i: other']), 'ERR_DUPLICATE_HEADER', 400, 'i: other'],
    [
      'RFC 4475 §3.3.8 two Max-Forwards',
      bytesOf([...GOOD, 'Max-Forwards: 5']),
      'ERR_DUPLICATE_HEADER',
      400,
      'Max-Forwards: 5',
    ],
    [
      'RFC 4475 §3.3.9 Content-Length twice, even the same',
      bytesOf([...GOOD, 'l: 0']),
      'ERR_DUPLICATE_HEADER',
      400,
      'l: 0',
    ],
    ['§20.42 a Via that is none', line('Via', 'Via: 192.0.2.1'), 'ERR_VIA', 400, 'Via'],
    [
      'RFC 4475 §3.3.2 a branch of the cookie only',
      line('Via', 'v: SIP/2.0/UDP a;branch=z9hG4bK'),
      'ERR_VIA',
      400,
      'v:',
    ],
    ['§20.42 a Via of another version', line('Via', 'Via: SIP/3.0/UDP a;branch=z9hG4bKa'), 'ERR_VERSION', 505, 'Via'],
    ['§20.20 quotes never closed', line('From', 'From: "Ann <sip:ann@example.com>;tag=1'), 'ERR_FROM', 400, 'From'],
    ['§20.39 a To without scheme', line('To', 'To: ann@example.com'), 'ERR_TO', 400, 'To'],
    ['§20.39 a list of To', line('To', 'To: <sip:a@example.com>, <sip:b@example.com>'), 'ERR_TO', 400, 'To'],
    ['§20.8 white space in Call-ID', line('Call-ID', 'Call-ID: a b'), 'ERR_CALL_ID', 400, 'Call-ID'],
    ['§20.8 an empty Call-ID', line('Call-ID', 'Call-ID:'), 'ERR_CALL_ID', 400, 'Call-ID'],
    ['§20.16 CSeq of 2^31', line('CSeq', 'CSeq: 2147483648 OPTIONS'), 'ERR_CSEQ', 400, 'CSeq'],
    ['§20.16 CSeq without method', line('CSeq', 'CSeq: 1'), 'ERR_CSEQ', 400, 'CSeq'],
    ['§20.16 CSeq without number', line('CSeq', 'CSeq: OPTIONS'), 'ERR_CSEQ', 400, 'CSeq'],
    ['§8.1.1.5 CSeq of another method', line('CSeq', 'CSeq: 1826 INVITE'), 'ERR_CSEQ_METHOD', 400, 'CSeq'],
    ['§7.1 methods have a case', line('CSeq', 'CSeq: 1826 options'), 'ERR_CSEQ_METHOD', 400, 'CSeq'],
    [
      'RFC 4475 §3.1.2.18 the same, of a method nobody knows',
      start('NEW sip:a SIP/2.0'),
      'ERR_CSEQ_METHOD',
      501,
      'CSeq',
    ],
    ['§20.22 Max-Forwards above 255', line('Max-Forwards', 'Max-Forwards: 256'), 'ERR_MAX_FORWARDS', 400, 'Max'],
    ['§20.22 Max-Forwards below 0', line('Max-Forwards', 'Max-Forwards: -1'), 'ERR_MAX_FORWARDS', 400, 'Max'],
    ['§20.22 Max-Forwards of nothing', line('Max-Forwards', 'Max-Forwards:'), 'ERR_MAX_FORWARDS', 400, 'Max'],
    ['§20.14 Content-Length below 0', line('Content-Length', 'l: -1'), 'ERR_CONTENT_LENGTH', 400, 'l:'],
    ['§20.14 Content-Length in hexadecimal', line('Content-Length', 'l: 0x1'), 'ERR_CONTENT_LENGTH', 400, 'l:'],
    [
      '§20.14 Content-Length beyond all numbers',
      line('Content-Length', `l: ${'9'.repeat(400)}`),
      'ERR_CONTENT_LENGTH',
      400,
      'l:',
    ],
    ['§18.3 Content-Length beyond the datagram', line('Content-Length', 'l: 1'), 'ERR_BODY_TRUNCATED', 400, 'l:'],
    [
      '257 headers',
      bytesOf([...GOOD, ...Array.from({ length: 251 }, () => 'X: y')]),
      'ERR_TOO_MANY_HEADERS',
      400,
      'X: y',
    ],
  ])('%s', (_, bytes, code, status, at) => {
    const fault = faultOf(bytes);
    expect(fault).toMatchObject({ kind: 'error', code, status });
    expect(bytes.toString('latin1', fault.offset).startsWith(at)).toBe(true);
    expect(fault.partial?.headers.some(({ name }) => name === 'Via')).toBe(true);
  });

  test.each<[string, Buffer, ParseError['code']]>([
    ['nothing', Buffer.alloc(0), 'ERR_NOT_SIP'],
    ['a keep-alive', Buffer.from('\r\n\r\n'), 'ERR_NOT_SIP'],
    ['another keep-alive', Buffer.from('\0\0\0\0'), 'ERR_NOT_SIP'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'), 'ERR_NOT_SIP'],
    ['a request without version', bytesOf(['INVITE sip:a', ...GOOD.slice(1)]), 'ERR_NOT_SIP'],
    ['a request without Via', bytesOf(replaced(GOOD, 'Via')), 'ERR_MISSING_HEADER'],
    ['§7.2 a status above 699', bytesOf(['SIP/2.0 700 No', ...ANSWER.slice(1)]), 'ERR_STATUS_CODE'],
    ['§7.2 a status below 100', bytesOf(['SIP/2.0 099 No', ...ANSWER.slice(1)]), 'ERR_STATUS_CODE'],
    ['§7.2 a status of four digits', bytesOf(['SIP/2.0 2000 OK', ...ANSWER.slice(1)]), 'ERR_STATUS_CODE'],
    ['§7.2 a status of no digits', bytesOf(['SIP/2.0 2xx OK', ...ANSWER.slice(1)]), 'ERR_STATUS_CODE'],
    ['a response of another version', bytesOf(['SIP/3.0 200 OK', ...ANSWER.slice(1)]), 'ERR_START_LINE'],
    ['CR in a reason', bytesOf(['SIP/2.0 200 O\rK', ...ANSWER.slice(1)]), 'ERR_BARE_CR'],
    ['§8.1.3.3 a response without Via', bytesOf(replaced(ANSWER, 'Via')), 'ERR_MISSING_HEADER'],
    [
      'RFC 4475 §3.1.2.5 a response with a CSeq too large',
      bytesOf(replaced(ANSWER, 'CSeq', 'CSeq: 9999999999 OPTIONS')),
      'ERR_CSEQ',
    ],
    ['a response cut short', bytesOf(replaced(ANSWER, 'Content-Length', 'l: 10'), 'short'), 'ERR_BODY_TRUNCATED'],
    [
      '§17.1.1.3 an ACK is never answered',
      bytesOf(['ACK sip:a SIP/2.0', ...replaced(GOOD, 'CSeq', 'CSeq: x ACK').slice(1)]),
      'ERR_CSEQ',
    ],
  ])('%s: dropped silently', (_, bytes, code) => {
    expect(faultOf(bytes)).toMatchObject({ code, status: null, partial: null });
  });

  test('§20.14 on a stream Content-Length must be there and right', () => {
    expect(faultOf(bytesOf(replaced(GOOD, 'Content-Length')), 'stream')).toMatchObject({
      code: 'ERR_CONTENT_LENGTH',
      status: 400,
    });
    expect(faultOf(bytesOf(GOOD, 'more'), 'stream')).toMatchObject({ code: 'ERR_CONTENT_LENGTH', status: 400 });
    expect(parsed(bytesOf(GOOD), 'stream').kind).toBe('request');
  });

  test('§18.1.1 a message above 65 535 octets is 513', () => {
    const fits = bytesOf(replaced(GOOD, 'Content-Length'));
    expect(parsed(Buffer.concat([fits], MAX_MESSAGE)).body).toHaveLength(MAX_MESSAGE - fits.length);
    expect(faultOf(Buffer.concat([fits], MAX_MESSAGE + 1))).toMatchObject({ code: 'ERR_TOO_LARGE', status: 513 });
  });

  test('§8.2.6.2 the partial has what an answer copies, first of its kind, unfolded', () => {
    const bytes = bytesOf([
      'INVITE  sip:bob@example.com SIP/2.0',
      'v: SIP/2.0/UDP 192.0.2.1;\r\n branch=z9hG4bK1',
      'Via: SIP/2.0/UDP 192.0.2.2',
      'Foobar roobar',
      'f: sip:ann@example.com;tag=1',
      'From: sip:other@example.com;tag=2',
      'Subject: x',
      'i: a@b',
      'cseq : 5 INVITE',
    ]);
    expect(faultOf(bytes).partial).toEqual({
      kind: 'request',
      method: 'INVITE',
      uri: 'sip:bob@example.com',
      headers: [
        { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.1; branch=z9hG4bK1' },
        { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.2' },
        { name: 'From', value: 'sip:ann@example.com;tag=1' },
        { name: 'Call-ID', value: 'a@b' },
        { name: 'CSeq', value: '5 INVITE' },
      ],
      body: '',
    });
  });

  test.each([
    ['spaces', `OPTIONS sip:a SIP/2.0\r\nVia: ${' '.repeat(65_000)}x\r\n\r\n`],
    ['folds', `OPTIONS sip:a SIP/2.0\r\nVia:${'\r\n x'.repeat(16_000)}`],
    ['empty lines without end', '\r\n'.repeat(32_000)],
    ['lines without colon', `OPTIONS sip:a SIP/2.0\r\n${'x\r\n'.repeat(21_000)}`],
    ['commas', `OPTIONS sip:a SIP/2.0\r\nVia: ${',;"\\'.repeat(16_000)}\r\n\r\n`],
    ['versions', `OPTIONS ${' SIP/2.0  '.repeat(6_500)}x\r\n\r\n`],
  ])('takes time in proportion to its length: %s', (_, text) => {
    const before = process.cpuUsage();
    faultOf(Buffer.from(text, 'latin1'));
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(1000);
  });

  test('§7.3.1 several lines of one list header stay several', () => {
    const message = parsed(bytesOf([...GOOD, 'Allow: INVITE, ACK', 'Allow: BYE']));
    expect(headerValues(message, 'Allow')).toEqual(['INVITE, ACK', 'BYE']);
  });
});
