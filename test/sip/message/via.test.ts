import { describe, expect, test } from 'vitest';
import { parseCSeq } from '../../../src/sip/message/cseq.js';
import type { SipMessage } from '../../../src/sip/message/message.js';
import { formatVia, parseVia, topVia, type Via } from '../../../src/sip/message/via.js';
import { fc } from '../../support/property.js';

const NOTHING: Via = {
  protocol: 'SIP/2.0',
  transport: 'UDP',
  host: '192.0.2.1',
  port: null,
  branch: undefined,
  received: undefined,
  rport: undefined,
  maddr: undefined,
  ttl: undefined,
  params: [],
};

describe('both ways', () => {
  test.each<[string, string, Partial<Via>, string]>([
    [
      '§20.42 with port and branch',
      'SIP/2.0/UDP erlang.Bell-Telephone.com:5060;branch=z9hG4bK87asdks7',
      { host: 'erlang.bell-telephone.com', port: 5060, branch: 'z9hG4bK87asdks7' },
      'SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7',
    ],
    [
      '§20.42 received',
      'SIP/2.0/UDP 192.0.2.1:5060 ;received=192.0.2.207 ;branch=z9hG4bK77asjd',
      { port: 5060, received: '192.0.2.207', branch: 'z9hG4bK77asjd' },
      'SIP/2.0/UDP 192.0.2.1:5060;received=192.0.2.207;branch=z9hG4bK77asjd',
    ],
    [
      '§20.42 white space everywhere',
      'SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1',
      { host: 'first.example.com', port: 4000, ttl: 16, maddr: '224.2.0.1', branch: 'z9hG4bKa7c6a8dlze.1' },
      'SIP/2.0/UDP first.example.com:4000;ttl=16;maddr=224.2.0.1;branch=z9hG4bKa7c6a8dlze.1',
    ],
    [
      'RFC 4475 §3.1.1.1 and around the equals sign',
      'SIP  / 2.0  / tcp     spindle.example.com   ; branch  =   z9hG4bK9ikj8',
      { transport: 'TCP', host: 'spindle.example.com', branch: 'z9hG4bK9ikj8' },
      'SIP/2.0/TCP spindle.example.com;branch=z9hG4bK9ikj8',
    ],
    ['§7.1 the version in any case', 'sip/2.0/UDP 192.0.2.1', {}, 'SIP/2.0/UDP 192.0.2.1'],
    [
      'RFC 4475 §3.1.1.10 any transport',
      'SIP/2.0/UNKNOWN 192.0.2.1',
      { transport: 'UNKNOWN' },
      'SIP/2.0/UNKNOWN 192.0.2.1',
    ],
    ['RFC 3581 §3 rport asked for', 'SIP/2.0/UDP 192.0.2.1;RPORT', { rport: true }, 'SIP/2.0/UDP 192.0.2.1;rport'],
    [
      'RFC 3581 §3 the same, as some write it',
      'SIP/2.0/UDP 192.0.2.1;rport=',
      { rport: true },
      'SIP/2.0/UDP 192.0.2.1;rport',
    ],
    [
      'RFC 3581 §4 rport filled in',
      'SIP/2.0/UDP 192.0.2.1;rport=9988',
      { rport: 9988 },
      'SIP/2.0/UDP 192.0.2.1;rport=9988',
    ],
    [
      'RFC 5118 §4.5 received with brackets loses them',
      'SIP/2.0/UDP [2001:DB8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111',
      { host: '[2001:db8::9:1]', received: '2001:db8::9:255', branch: 'z9hG4bKas3-111' },
      'SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111',
    ],
    [
      'RFC 5118 §4.7 an IPv6 port',
      'SIP/2.0/UDP [2001:db8::9:1]:6050',
      { host: '[2001:db8::9:1]', port: 6050 },
      'SIP/2.0/UDP [2001:db8::9:1]:6050',
    ],
    [
      'other parameters',
      'SIP/2.0/UDP 192.0.2.1;alias;branch=z9hG4bK1;keep="a;b"',
      {
        branch: 'z9hG4bK1',
        params: [
          { name: 'alias', value: null },
          { name: 'keep', value: '"a;b"' },
        ],
      },
      'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;alias;keep="a;b"',
    ],
    [
      'RFC 4475 §3.1.1.2 odd characters in a branch',
      "SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
      { transport: 'TCP', host: 'host1.example.com', branch: "z9hG4bK-.!%66*_+`'~" },
      "SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
    ],
  ])('%s: %s', (_, text, parts, formatted) => {
    const via = { ...NOTHING, ...parts };
    expect(parseVia(text)).toEqual(via);
    expect(formatVia(via)).toBe(formatted);
    expect(parseVia(formatted)).toEqual(via);
  });

  test('any Via survives the wire', () => {
    const token = fc.stringMatching(/^[\w.!%*+`'~-]{1,10}$/);
    const own = ['branch', 'received', 'rport', 'maddr', 'ttl'];
    const name = token.map((text) => text.toLowerCase()).filter((text) => !own.includes(text));
    const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
    const via = fc.record({
      protocol: fc.constant('SIP/2.0'),
      transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'WSS'),
      host: fc.constantFrom('example.com', '192.0.2.1', '[2001:db8::1]'),
      port: fc.option(fc.nat(65535)),
      branch: optional(token),
      received: optional(fc.constantFrom('192.0.2.1', '2001:db8::1')),
      rport: optional(fc.oneof(fc.constant<true>(true), fc.nat(65535))),
      maddr: optional(token),
      ttl: optional(fc.nat(255)),
      params: fc.array(fc.record({ name, value: fc.option(token) }), { maxLength: 3 }),
    });
    fc.assert(fc.property(via, (value) => void expect(parseVia(formatVia(value))).toEqual(value)));
  });
});

describe('malformed', () => {
  test.each([
    ['nothing', ''],
    ['no protocol', '192.0.2.1'],
    ['no transport', 'SIP/2.0 192.0.2.1'],
    ['an empty transport', 'SIP/2.0/ 192.0.2.1'],
    ['no host', 'SIP/2.0/UDP'],
    ['no host before the parameters', 'SIP/2.0/UDP ;branch=z9hG4bK1'],
    ['IPv6 without brackets', 'SIP/2.0/UDP 2001:db8::1'],
    ['IPv6 without end', 'SIP/2.0/UDP [2001:db8::1'],
    ['a port of letters', 'SIP/2.0/UDP 192.0.2.1:sip'],
    ['a port above 65535', 'SIP/2.0/UDP 192.0.2.1:65536'],
    ['RFC 4475 §3.1.2.1 empty parameters', 'SIP/2.0/UDP 192.0.2.15;;'],
    ['a parameter without name', 'SIP/2.0/UDP 192.0.2.15;=1'],
    ['text after the host', 'SIP/2.0/UDP 192.0.2.1 more'],
    ['rport of letters', 'SIP/2.0/UDP 192.0.2.1;rport=x'],
    ['a ttl above 255', 'SIP/2.0/UDP 192.0.2.1;ttl=256'],
    ['a second value', 'SIP/2.0/UDP 192.0.2.1, SIP/2.0/UDP 192.0.2.2'],
  ])('%s: %s', (_, text) => expect(parseVia(text)).toBeNull());
});

describe('of a message', () => {
  const withVia = (...values: string[]): SipMessage => ({
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers: values.map((value) => ({ name: 'Via', value })),
    body: '',
  });

  test.each<[string, string[], string | undefined]>([
    ['§18.2.2 the first line', ['SIP/2.0/UDP a', 'SIP/2.0/UDP b'], 'a'],
    ['§7.3.1 the first of a list', ['SIP/2.0/UDP a;x="1,2", SIP/2.0/UDP b'], 'a'],
    ['none', [], undefined],
    ['one that is malformed', ['a'], undefined],
  ])('%s', (_, values, host) => expect(topVia(withVia(...values))?.host).toBe(host));
});

describe('§20.16 CSeq', () => {
  test.each([
    ['4711 INVITE', { number: 4711, method: 'INVITE' }],
    ['0009 \t INVITE', { number: 9, method: 'INVITE' }],
    ['0 RE%47IST%45R', { number: 0, method: 'RE%47IST%45R' }],
    ['1 INVITED', { number: 1, method: 'INVITED' }],
    ['1INVITE', null],
    ['INVITE 1', null],
    ['1 INVITE x', null],
    ['1 ', null],
    ['-1 INVITE', null],
    ['2147483648 INVITE', null],
  ])('%s', (value, cseq) => expect(parseCSeq(value)).toEqual(cseq));
});
