import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { MAX_MESSAGE, parseMessage } from '../../../src/sip/message/parse.js';
import { MAX_HEAD, MessageStream } from '../../../src/sip/message/stream.js';
import { fc } from '../../support/property.js';

const HEAD =
  'OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nFrom: sip:a@b;tag=1\r\nTo: sip:c@d\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n';
const message = (body: string, length = `Content-Length: ${body.length}`) => `${HEAD}${length}\r\n\r\n${body}`;

type Outcome = { messages: string[]; pings: number; error: string | null };

/** Everything a stream makes of the chunks; messages are copied at once, as they may share memory. */
function framed(chunks: readonly (Buffer | string)[]): Outcome {
  const stream = new MessageStream();
  const outcome: Outcome = { messages: [], pings: 0, error: null };
  for (const chunk of chunks) {
    const { messages, pings, error } = stream.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
    outcome.messages.push(...messages.map((bytes) => bytes.toString('latin1')));
    outcome.pings += pings;
    outcome.error = error;
  }
  return outcome;
}

describe('§18.3 framing', () => {
  const one = message('');
  const two = message('v=0\r\n\r\nOPTIONS');
  const three = message('\0\xff', 'l  :\r\n 2');

  test.each<[string, string[], string[]]>([
    ['one message in one chunk', [one], [one]],
    ['two in one chunk', [one + two], [one, two]],
    ['one in two chunks, cut in the head', [two.slice(0, 40), two.slice(40)], [two]],
    ['one in two chunks, cut in the body', [two.slice(0, -3), two.slice(-3)], [two]],
    ['cut inside the empty line', [one.slice(0, -1), '\n'], [one]],
    ['one and a half, and the other half', [one + two.slice(0, 60), two.slice(60) + three], [one, two, three]],
    ['a compact, folded Content-Length', [three + one], [three, one]],
    ['lines that end in LF alone', ['A b\nl: 1\n\nxA b\nl: 0\n\n'], ['A b\nl: 1\n\nx', 'A b\nl: 0\n\n']],
    ['§7.5 empty lines between', [`\r\n${one}\r\n\r\n\r\n${two}`], [one, two]],
  ])('%s', (_, chunks, messages) => {
    expect(framed(chunks)).toMatchObject({ messages, error: null });
  });

  test('byte by byte it is the same', () => {
    const all = `\r\n\r\n${one}\r\n\r\n${two}${three}`;
    expect(framed([...all])).toEqual(framed([all]));
    expect(framed([...all])).toEqual({ messages: [one, two, three], pings: 2, error: null });
  });

  test('however it is chopped it is the same', () => {
    const all = `${one}\r\n\r\n${two}\r\n\r\n\r\n\r\n${three}${one}`;
    const cuts = fc
      .array(fc.nat(all.length), { maxLength: 12 })
      .map((at) => [0, ...at.sort((a, b) => a - b), all.length]);
    fc.assert(
      fc.property(cuts, (at) => {
        const chunks = at.slice(1).map((end, index) => all.slice(at[index], end));
        expect(framed(chunks)).toEqual({ messages: [one, two, three, one], pings: 3, error: null });
      }),
      { numRuns: 500 },
    );
  });

  test('what is handed out parses', () => {
    for (const text of framed([one + two]).messages) {
      expect(parseMessage(Buffer.from(text, 'latin1'), 'stream').kind).toBe('request');
    }
  });

  test('a message that stays unfinished is pending', () => {
    const stream = new MessageStream();
    expect(stream.push(Buffer.from(two.slice(0, 50))).messages).toEqual([]);
    expect(stream.pending).toBe(50);
    stream.push(Buffer.from(two.slice(50)));
    expect(stream.pending).toBe(0);
    stream.push(Buffer.from('\r\n'));
    expect(stream.pending).toBe(0);
  });

  test('a chunk whose memory is reused does not change what was held of it', () => {
    const chunk = Buffer.from(two.slice(0, 70), 'latin1');
    const stream = new MessageStream();
    stream.push(chunk);
    chunk.fill(0);
    expect(stream.push(Buffer.from(two.slice(70), 'latin1')).messages[0]?.toString('latin1')).toBe(two);
  });
});

describe('RFC 5626 §3.5.1 keep-alive', () => {
  test.each<[string, string[], number]>([
    ['a double CRLF is a ping', ['\r\n\r\n'], 1],
    ['a single CRLF is a pong', ['\r\n'], 0],
    ['a ping in two chunks', ['\r\n', '\r\n'], 1],
    ['a ping in four chunks', ['\r', '\n', '\r', '\n'], 1],
    ['two pings', ['\r\n\r\n\r\n\r\n'], 2],
    ['a CRLF after each of two messages', [`${message('')}\r\n${message('')}\r\n`], 0],
    ['a double CRLF inside a body', [message('\r\n\r\n')], 0],
  ])('%s', (_, chunks, pings) => expect(framed(chunks).pings).toBe(pings));
});

describe('framing lost', () => {
  test.each([
    ['§20.14 no Content-Length', 'X: y'],
    ['RFC 4475 §3.1.2.3 a negative Content-Length', 'l: -999'],
    ['RFC 4475 §3.3.9 two of them', 'l: 0\r\nContent-Length: 0'],
    ['two of them, one folded', 'l: 0\r\nl:\r\n 5'],
    ['one that is no number', 'l: 1 2'],
    ['an empty one', 'l:'],
    ['one beyond all numbers', `l: ${'9'.repeat(30)}`],
  ])('%s: the head is handed out and is a 400', (_, length) => {
    const outcome = framed([message('', 'l: 0') + message('body', length), message('', 'l: 0')]);
    expect(outcome.error).toBe('ERR_CONTENT_LENGTH');
    expect(outcome.messages).toEqual([message('', 'l: 0'), message('', length)]);
    expect(parseMessage(Buffer.from(message('', length), 'latin1'), 'stream')).toMatchObject({
      kind: 'error',
      status: 400,
    });
  });

  test('a message too large', () => {
    expect(framed([message('', `l: ${MAX_MESSAGE}`)])).toEqual({
      messages: [],
      pings: 0,
      error: 'ERR_MESSAGE_TOO_LARGE',
    });
    const largest = MAX_MESSAGE - message('', 'l: 65000').length;
    const { messages, error } = framed([message('x'.repeat(largest), `l: ${largest}`)]);
    expect([messages[0]?.length, error]).toEqual([MAX_MESSAGE, null]);
  });

  test.each([
    ['that ends', `${HEAD}X: ${'y'.repeat(MAX_HEAD)}\r\nl: 0\r\n\r\n`],
    ['that never ends', 'X: y\r\n'.repeat(MAX_HEAD)],
    ['without a line end', 'x'.repeat(MAX_HEAD + 1)],
  ])('a head too large %s', (_, text) => {
    expect(framed([text.slice(0, 20_000), text.slice(20_000)])).toEqual({
      messages: [],
      pings: 0,
      error: 'ERR_HEAD_TOO_LARGE',
    });
  });

  test('nothing comes out afterwards and nothing is held', () => {
    const stream = new MessageStream();
    stream.push(Buffer.from('A b\r\n\r\n'));
    expect(stream.push(Buffer.from(message('')))).toEqual({ messages: [], pings: 0, error: 'ERR_CONTENT_LENGTH' });
    expect(stream.pending).toBe(0);
  });

  test('five messages of 60 KB byte by byte take time in proportion', () => {
    const stream = new MessageStream();
    const bytes = Buffer.from(message('x'.repeat(60_000)).repeat(5), 'latin1');
    const before = process.cpuUsage();
    let count = 0;
    for (let at = 0; at < bytes.length; at++) count += stream.push(bytes.subarray(at, at + 1)).messages.length;
    expect(count).toBe(5);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});
