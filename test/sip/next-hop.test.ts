import { describe, expect, it } from 'vitest';
import { isPrivate, nextHop, numericRemote } from '../../src/sip/next-hop.js';
import { flowOf, type Remote, remoteOf } from '../../src/sip/transport/transport.js';

function remote(flow: string): Remote {
  const found = remoteOf(flow);
  if (found === null) throw new Error(`no flow: ${flow}`);
  return found;
}

describe('where a URI without a name leads (RFC 3263 §4)', () => {
  it.each([
    ['sip:a@192.0.2.1', 'udp/192.0.2.1:5060'],
    ['sip:192.0.2.1:5070', 'udp/192.0.2.1:5070'],
    ['sip:a@192.0.2.1;transport=TCP', 'tcp/192.0.2.1:5060'],
    ['sip:a@[2001:db8::1]:5062', 'udp/[2001:db8::1]:5062'],
    ['sips:a@192.0.2.1', 'tls/192.0.2.1:5061'],
    ['sips:a@192.0.2.1;transport=tcp', 'tls/192.0.2.1:5061'],
    ['sip:a@192.0.2.1;transport=sctp', 'udp/192.0.2.1:5060'],
    ['sip:a@example.net;maddr=192.0.2.7', 'udp/192.0.2.7:5060'],
    ['sip:a@example.net', null],
    ['sip:a@192.0.2.1:0', null],
    ['tel:+4930123', null],
    ['nonsense', null],
  ])('%s: %s', (uri, flow) => {
    const found = numericRemote(uri);
    expect(found === null ? null : flowOf(found)).toBe(flow);
  });
});

/** Route set, remote target, where their packets come from, whether they want symmetry; and where ours go. */
const HOPS: readonly [
  name: string,
  routes: readonly string[],
  target: string,
  source: string,
  symmetric: boolean,
  hop: string,
][] = [
  [
    '§12.2.1.1 the remote target',
    [],
    'sip:a@198.51.100.7:5080',
    'udp/198.51.100.7:5060',
    false,
    'udp/198.51.100.7:5080',
  ],
  [
    '§12.2.1.1 the remote target over TCP',
    [],
    'sip:a@198.51.100.7;transport=tcp',
    'udp/198.51.100.7:5060',
    false,
    'tcp/198.51.100.7:5060',
  ],
  [
    '§12.2.1.1 the first route',
    ['<sip:203.0.113.2;lr>', '<sip:203.0.113.3;lr>'],
    'sip:a@10.0.0.1',
    'udp/198.51.100.7:5060',
    false,
    'udp/203.0.113.2:5060',
  ],
  [
    'NAT: a private Contact seen from outside',
    [],
    'sip:a@192.168.1.20:5060',
    'udp/198.51.100.7:40001',
    false,
    'udp/198.51.100.7:40001',
  ],
  [
    'NAT: the right address, another port, and rport asked for',
    [],
    'sip:a@198.51.100.7:5060',
    'udp/198.51.100.7:40001',
    true,
    'udp/198.51.100.7:40001',
  ],
  [
    'NAT: a Contact that is not where they are',
    [],
    'sip:a@203.0.113.9',
    'udp/198.51.100.7:5060',
    false,
    'udp/198.51.100.7:5060',
  ],
  ['a Contact with a name', [], 'sip:a@phone.example.net', 'udp/198.51.100.7:5060', false, 'udp/198.51.100.7:5060'],
  ['a phone on our own network', [], 'sip:a@10.0.0.5:5062', 'udp/10.0.0.5:5062', false, 'udp/10.0.0.5:5062'],
  [
    'a route with a name',
    ['<sip:edge.example.net;lr>'],
    'sip:a@10.0.0.1',
    'udp/198.51.100.7:5060',
    true,
    'udp/198.51.100.7:5060',
  ],
  [
    'a private route seen from outside',
    ['<sip:10.0.0.2;lr>'],
    'sip:a@10.0.0.1',
    'udp/198.51.100.7:5060',
    true,
    'udp/198.51.100.7:5060',
  ],
  [
    'a private route seen from inside',
    ['<sip:10.0.0.2;lr>'],
    'sip:a@10.0.0.1',
    'udp/10.0.0.3:5060',
    true,
    'udp/10.0.0.2:5060',
  ],
  [
    'RFC 5626 always the connection',
    ['<sip:203.0.113.2;lr>'],
    'sip:a@203.0.113.9',
    'tcp/198.51.100.7:40001#3',
    false,
    'tcp/198.51.100.7:40001#3',
  ],
  ['IPv6', [], 'sip:a@[2001:db8::9]:5062', 'udp/[2001:db8::9]:5060', false, 'udp/[2001:db8::9]:5062'],
];

describe('where the requests of a dialog go', () => {
  it.each(HOPS)('%s', (_name, routes, target, source, symmetric, hop) => {
    expect(flowOf(nextHop(routes, target, remote(source), symmetric))).toBe(hop);
  });
});

describe('private addresses', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '100.127.0.1',
    '127.0.0.1',
    '169.254.1.1',
    'fd00::1',
    'fe80::1',
    '::1',
  ])('%s is one', (address) => expect(isPrivate(address)).toBe(true));
  it.each([
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2001:db8::1',
    '8.8.8.8',
  ])('%s is none', (address) => expect(isPrivate(address)).toBe(false));
});

describe('flows as text', () => {
  it.each([
    'udp/192.0.2.1:5060',
    'tcp/[2001:db8::1]:40123#17',
    'wss/192.0.2.1:1#0',
    'udp/192.0.2.1:5060@2',
    'tcp/192.0.2.1:5060#1@3',
  ])('%s', (flow) => {
    expect(flowOf(remote(flow))).toBe(flow);
  });
  it.each(['', 'udp', 'udp/192.0.2.1', 'sctp/192.0.2.1:5060', 'udp/2001:db8::1:5060', 'udp/192.0.2.1:5060#x'])(
    'not: %s',
    (flow) => expect(remoteOf(flow)).toBeNull(),
  );
});
