import { describe, expect, test } from 'vitest';
import { contactsOf, fromOf, fromTagOf, toOf, toTagOf } from '../../../src/sip/message/address.js';
import { cseqOf } from '../../../src/sip/message/cseq.js';
import { callIdOf, headerValue, headerValues, listValues, maxForwardsOf } from '../../../src/sip/message/header.js';
import type { SipMessage } from '../../../src/sip/message/message.js';
import { parseMessage } from '../../../src/sip/message/parse.js';
import { serialise } from '../../../src/sip/message/serialise.js';
import { unicode } from '../../../src/sip/message/text.js';
import { parseUri, requestUriOf, type SipUri } from '../../../src/sip/message/uri.js';
import { type Capabilities, malformation, refusal } from '../../../src/sip/message/validate.js';
import { parseVia, topVia } from '../../../src/sip/message/via.js';
import { loadVectors, type Vector } from '../../support/vectors.js';

const vectors = loadVectors();

/** A user agent server like ours. */
const ABLE: Capabilities = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'REGISTER', 'MESSAGE'],
  extensions: ['100rel', 'replaces', 'timer'],
  schemes: ['sip', 'sips', 'tel'],
  bodies: { INVITE: ['application/sdp'] },
};

/** What this layer alone answers; `null` is nothing, `silence` is a message dropped. */
function verdict(vector: Vector): number | 'silence' | null {
  const message = parseMessage(vector.bytes);
  if (message.kind === 'error') return message.status ?? 'silence';
  if (message.kind === 'response') return null;
  return (malformation(message) ?? refusal(message, ABLE))?.status ?? null;
}

describe('RFC 4475 and RFC 5118', () => {
  test('the folder holds all 62 messages', () => expect(vectors).toHaveLength(49 + 1 + 12));

  for (const vector of vectors.filter(({ class: is }) => is === 'valid')) {
    test(`RFC ${vector.rfc} §${vector.section} ${vector.file} is accepted and reads back`, () => {
      const message = parseMessage(vector.bytes);
      if (message.kind === 'error') throw new Error(`${message.code} at ${message.offset}`);
      expect(message.kind).toBe(vector.kind);
      if (message.kind === 'request') {
        expect(message.method).toBe(vector.method);
        expect(malformation(message)).toBeNull();
        expect([null, ...vector.must, ...vector.may]).toContain(verdict(vector));
      }
      expect(parseMessage(Buffer.from(serialise(message), 'latin1'))).toEqual(message);
    });
  }

  for (const vector of vectors.filter(({ class: is }) => is === 'invalid')) {
    test(`RFC ${vector.rfc} §${vector.section} ${vector.file} is refused or dropped`, () => {
      const answer = verdict(vector);
      if (answer === 'silence') expect(vector.silent_ok).toBe(true);
      else expect(vector.must.length > 0 ? vector.must : vector.may).toContain(answer);
    });
  }

  // What is left to the stack: 401 needs accounts, 483 needs to know whether the request goes on, a response no transaction.
  const semantic: Record<string, ReturnType<typeof verdict>> = {
    'rfc4475/badbranch.dat': 400,
    'rfc4475/bcast.dat': null,
    'rfc4475/bext01.dat': 420,
    'rfc4475/cparam01.dat': null,
    'rfc4475/cparam02.dat': null,
    'rfc4475/insuf.dat': 400,
    'rfc4475/inv2543.dat': null,
    'rfc4475/invut.dat': 415,
    'rfc4475/mcl01.dat': 400,
    'rfc4475/multi01.dat': 400,
    'rfc4475/novelsc.dat': 416,
    'rfc4475/regaut01.dat': null,
    'rfc4475/regescrt.dat': null,
    'rfc4475/sdp01.dat': 406,
    'rfc4475/unkscm.dat': 416,
    'rfc4475/unksm2.dat': 400,
    'rfc4475/zeromf.dat': null,
  };

  for (const vector of vectors.filter(({ class: is }) => is === 'semantic')) {
    test(`RFC ${vector.rfc} §${vector.section} ${vector.file} is understood`, () => {
      const answer = verdict(vector);
      expect(answer).toBe(semantic[vector.file]);
      if (answer !== null) expect(vector.must).toContain(answer);
    });
  }
});

describe('what the torture messages say', () => {
  function read(file: string): SipMessage {
    const vector = vectors.find((candidate) => candidate.file === file);
    if (vector === undefined) throw new Error(`${file} is missing`);
    const message = parseMessage(vector.bytes);
    if (message.kind === 'error') throw new Error(`${message.code} at ${message.offset}`);
    return message;
  }

  function uriOf(file: string): SipUri | null {
    const message = read(file);
    return message.kind === 'request' ? requestUriOf(message) : null;
  }

  test('RFC 4475 §3.1.1.1 wsinv', () => {
    const message = read('rfc4475/wsinv.dat');
    expect(topVia(message)).toMatchObject({ transport: 'UDP', host: '192.0.2.2', branch: '390skdjuw' });
    expect(listValues(message, 'Via').map((value) => parseVia(value)?.branch)).toEqual([
      '390skdjuw',
      'z9hG4bK9ikj8',
      'z9hG4bK30239',
    ]);
    expect(cseqOf(message)).toEqual({ number: 9, method: 'INVITE' });
    expect([fromTagOf(message), toTagOf(message), maxForwardsOf(message)]).toEqual(['98asjd8', '1918181833n', 68]);
    expect(fromOf(message)?.name).toBe('J Rosenberg \\"');
    expect(headerValue(message, 'Subject')).toBe('');
    expect(headerValue(message, 'NewFangledHeader')).toBe('newfangled value continued newfangled value');
    expect(headerValue(message, 'UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;');
    expect(contactsOf(message)).toEqual([
      {
        name: 'Quoted string ""',
        uri: 'sip:jdrosen@example.com',
        params: [
          { name: 'newparam', value: 'newvalue' },
          { name: 'secondparam', value: null },
          { name: 'q', value: '0.33' },
        ],
      },
    ]);
  });

  test('RFC 4475 §3.1.1.2 intmeth', () => {
    const message = read('rfc4475/intmeth.dat');
    expect(toOf(message)?.name).toBe('BEL:\x07 NUL:\0 DEL:\x7f');
    expect(fromOf(message)?.name).toBe("token1~` token2'+_ token3*%!.-");
    const [first] = fromOf(message)?.params ?? [];
    expect([first?.name, unicode(first?.value ?? '')]).toEqual(["fromparam''~+*_!.-%", '"работающий"']);
    expect(callIdOf(message)).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{');
    expect(unicode(headerValue(message, "extensionHeader-!.%*+_`'~") ?? '')).toBe('\ufeff大停電');
  });

  test('RFC 4475 §3.1.1.4 escnull: two contacts, neither cut short', () => {
    const contacts = contactsOf(read('rfc4475/escnull.dat')) ?? [];
    expect(contacts.map(({ uri }) => parseUri(uri)?.user)).toEqual(['\0', '\0\0']);
  });

  test('RFC 4475 §3.1.1.5 esc02: C%6Fntact is no Contact', () => {
    const message = read('rfc4475/esc02.dat');
    expect(contactsOf(message)?.map(({ uri }) => uri)).toEqual([
      'sip:alias1@host1.example.com',
      'sip:alias3@host3.example.com',
    ]);
    expect(headerValue(message, 'C%6Fntact')).toBe('<sip:alias2@host2.example.com>');
  });

  test('RFC 4475 §3.1.1.7 longreq: 34 Vias', () => {
    const vias = headerValues(read('rfc4475/longreq.dat'), 'Via').map((value) => parseVia(value)?.host);
    expect(vias).toEqual([
      ...Array.from({ length: 33 }, (_, index) => `sip${33 - index}.example.com`),
      'host.example.com',
    ]);
  });

  test('RFC 4475 §3.1.1.8 dblreq: what follows is ignored', () => {
    expect(read('rfc4475/dblreq.dat')).toMatchObject({ method: 'REGISTER', body: '' });
  });

  test('RFC 4475 §3.1.1.11 mpart01: the body is octets', () => {
    const { body } = read('rfc4475/mpart01.dat');
    expect(body.startsWith('--7a9cbec02ceef655')).toBe(true);
    expect(body).toContain('\x30\x82\x01\x52\x06\x09\x2a');
  });

  test('RFC 4475 §3.1.1.12 unreason', () => {
    const message = read('rfc4475/unreason.dat');
    expect(message.kind === 'response' && unicode(message.reason)).toBe(
      '= 2**3 * 5**2 но сто девяносто девять - простое',
    );
  });

  test('RFC 4475 §3.3.12, §3.3.13 cparam: whose parameter it is', () => {
    const [one] = contactsOf(read('rfc4475/cparam01.dat')) ?? [];
    const [two] = contactsOf(read('rfc4475/cparam02.dat')) ?? [];
    expect([one?.uri, one?.params]).toEqual([
      'sip:+19725552222@gw1.example.net',
      [{ name: 'unknownparam', value: null }],
    ]);
    expect([two?.uri, two?.params]).toEqual(['sip:+19725552222@gw1.example.net;unknownparam', []]);
  });

  test('RFC 4475 §3.3.14 regescrt: the header stays inside the contact', () => {
    const [contact] = contactsOf(read('rfc4475/regescrt.dat')) ?? [];
    expect(contact?.uri).toBe('sip:user@example.com?Route=%3Csip:sip.example.com%3E');
    expect(parseUri(contact?.uri ?? '')?.headers).toEqual([{ name: 'Route', value: '<sip:sip.example.com>' }]);
  });

  test.each([
    ['ipv6-good', '[2001:db8::10]', null],
    ['port-ambiguous', '[2001:db8::10:5070]', null],
    ['port-unambiguous', '[2001:db8::10]', 5070],
    ['ipv6-bug-abnf-3-colons', '[2001:db8:::192.0.2.1]', null],
    ['ipv6-correct-abnf-2-colons', '[2001:db8::192.0.2.1]', null],
  ])('RFC 5118 %s', (name, host, port) => expect(uriOf(`rfc5118/${name}.dat`)).toMatchObject({ host, port }));

  test.each(['via-received-param-with-delim', 'via-received-param-no-delim'])('RFC 5118 §4.5 %s', (name) => {
    expect(topVia(read(`rfc5118/${name}.dat`))).toMatchObject({ host: '[2001:db8::9:1]', received: '2001:db8::9:255' });
  });
});
