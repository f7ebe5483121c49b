import { describe, expect, test } from 'vitest';
import type { Binding } from '../../src/core/binding.js';
import {
  REGISTER_LIMITS,
  type RegisterOutcome,
  type RegisterRequest,
  registerStep,
} from '../../src/core/registration.js';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

const REQUEST: RegisterRequest = {
  ...{ domain: 'acme.example', device: '202', maxContacts: 3, callId: 'phone1', cseq: 10, expires: null },
  ...{ contacts: [], symmetric: true, flow: 'udp/192.0.2.1:5060', userAgent: 'Fone/1', path: [], require: [] },
};

function bound(uri: string, changes: Partial<Binding> = {}): Binding {
  return {
    ...{ domain: 'acme.example', device: '202', uri, flow: 'udp/192.0.2.1:5060', q: 1, callId: 'phone1', cseq: 1 },
    ...{ registeredAt: NOW - 60_000, expiresAt: NOW + 60_000, instance: null, regId: null, userAgent: '', path: [] },
    ...changes,
  };
}

const A = 'sip:a@192.0.2.1';
const B = 'sip:b@192.0.2.1';
const uuid = 'urn:uuid:00000000-0000-1000-8000-aabbccddeeff';

function step(request: Partial<RegisterRequest>, bindings: readonly Binding[] = []): RegisterOutcome {
  return registerStep(bindings, { ...REQUEST, ...request }, REGISTER_LIMITS, NOW);
}

function contactsIn(outcome: RegisterOutcome): string[] {
  return outcome.response.headers.filter(([name]) => name === 'Contact').map(([, value]) => value);
}

describe('registerStep grants', () => {
  const rows: [string, Partial<RegisterRequest>, string[]][] = [
    ['§10.3 step 7 default', { contacts: [`<${A}>`] }, [`<${A}>;expires=3600`]],
    ['§10.2.1.1 Expires header', { contacts: [`<${A}>`], expires: '600' }, [`<${A}>;expires=600`]],
    ['§10.2.1.1 parameter before header', { contacts: [`<${A}>;expires=300`], expires: '600' }, [`<${A}>;expires=300`]],
    [
      '§10.2.1.1 each contact its own',
      { contacts: [`<${A}>;expires=300, <${B}>`], expires: '600' },
      [`<${A}>;expires=300`, `<${B}>;expires=600`],
    ],
    ['§10.2.1.1 malformed is as none', { contacts: [`<${A}>;expires=soon`] }, [`<${A}>;expires=3600`]],
    ['§10.3 step 7 maximum', { contacts: [`<${A}>;expires=99999`] }, [`<${A}>;expires=3600`]],
    ['RFC 4475 §3.1.2.4 huge', { contacts: [`<${A}>;expires=280297596632815`] }, [`<${A}>;expires=3600`]],
    ['§10.3 step 7 minimum itself', { contacts: [`<${A}>;expires=60`] }, [`<${A}>;expires=60`]],
    ['RFC 5626 behind NAT', { contacts: [`<sip:a@10.0.0.7>;expires=600`] }, ['<sip:a@10.0.0.7>;expires=120']],
    [
      'RFC 5626 not behind NAT, heard by a further listener',
      { contacts: [`<${A}>;expires=600`], flow: 'udp/192.0.2.1:5060@1' },
      [`<${A}>;expires=600`],
    ],
    ['RFC 5626 behind NAT by port', { contacts: [`<sip:a@192.0.2.1:5062>`] }, ['<sip:a@192.0.2.1:5062>;expires=120']],
    [
      'RFC 5626 behind NAT, shorter asked',
      { contacts: [`<sip:a@10.0.0.7>;expires=90`] },
      ['<sip:a@10.0.0.7>;expires=90'],
    ],
    [
      'a connection needs no short expiry',
      { contacts: [`<sip:a@10.0.0.7>`], flow: 'tcp/192.0.2.1:49152#4' },
      ['<sip:a@10.0.0.7>;expires=3600'],
    ],
    [
      'RFC 5118 IPv6 flow',
      { contacts: ['<sip:a@[2001:db8::1]>'], flow: 'udp/[2001:db8::1]:5060' },
      ['<sip:a@[2001:db8::1]>;expires=3600'],
    ],
    [
      '§20.10 q is given back, best first',
      { contacts: [`<${A}>;q=0.3`, `<${B}>;q=0.8`] },
      [`<${B}>;expires=3600;q=0.8`, `<${A}>;expires=3600;q=0.3`],
    ],
    [
      'RFC 5626 §4.1 instance is given back',
      { contacts: [`<${A}>;+sip.instance="<${uuid}>";reg-id=1`] },
      [`<${A}>;expires=3600;+sip.instance="<${uuid}>";reg-id=1`],
    ],
    ['RFC 4475 §3.3.12 unknown parameter', { contacts: [`${A};unknownparam`] }, [`<${A}>;expires=3600`]],
    [
      'one contact named twice counts once, the later wins',
      { contacts: [`<${A}>;q=0.1`, `<${A}>;q=0.2`] },
      [`<${A}>;expires=3600;q=0.2`],
    ],
  ];
  test.each(rows)('%s', (_rule, request, contacts) => {
    const outcome = step(request);
    expect(outcome.response.status).toBe(200);
    expect(contactsIn(outcome)).toEqual(contacts);
    expect(outcome.bindings).toHaveLength(contacts.length);
    expect(outcome.changes.map(({ change }) => change)).toEqual(contacts.map(() => 'registered'));
  });

  test('§20.17 Date, RFC 3327 §5.3 Path', () => {
    const path = ['<sip:edge1.example;lr>', '<sip:edge2.example;lr>'];
    const outcome = step({ contacts: [`<${A}>`], path, require: ['path'] });
    expect(outcome.response.headers).toEqual([
      ['Contact', `<${A}>;expires=3600`],
      ['Path', path[0]],
      ['Path', path[1]],
      ['Date', 'Sun, 22 Nov 2026 12:00:00 GMT'],
    ]);
    expect(outcome.bindings[0]?.path).toEqual(path);
  });
});

describe('registerStep refuses and changes nothing', () => {
  const fourth = [
    bound('sip:1@10.0.0.2', { callId: 'x' }), // behind the same NAT
    bound('sip:2@192.0.2.1', { callId: 'y', flow: 'udp/203.0.113.1:5060' }),
    bound('sip:3@192.0.2.1', { callId: 'z', instance: 'urn:uuid:other' }),
  ];
  const rows: [string, number, Partial<RegisterRequest>, Binding[]][] = [
    ['§10.3 step 2 Require', 420, { contacts: [`<${A}>`], require: ['path', 'gruu'] }, []],
    ['§10.3 step 7 too brief', 423, { contacts: [`<${A}>;expires=59`] }, []],
    ['§10.3 step 7 one of two too brief', 423, { contacts: [`<${A}>`, `<${B}>;expires=1`] }, [bound(A)]],
    ['§10.3 step 6 star without Expires', 400, { contacts: ['*'] }, [bound(A)]],
    ['§10.3 step 6 star with Expires 1', 400, { contacts: ['*'], expires: '1' }, [bound(A)]],
    ['§10.3 step 6 star with empty Expires', 400, { contacts: ['*'], expires: '' }, [bound(A)]],
    ['§10.3 step 6 star with another', 400, { contacts: ['*', `<${A}>`], expires: '0' }, [bound(A)]],
    ['§10.3 step 6 star out of order', 500, { contacts: ['*'], expires: '0' }, [bound(A, { cseq: 10 })]],
    ['§10.3 step 7 CSeq lower', 500, { contacts: [`<${A}>`] }, [bound(A, { cseq: 11 })]],
    ['§10.3 step 7 CSeq equal', 500, { contacts: [`<${A}>`] }, [bound(A, { cseq: 10 })]],
    [
      '§10.3 step 7 one of two out of order',
      500,
      { contacts: [`<${B}>`, `<${A}>;expires=0`] },
      [bound(A, { cseq: 10 })],
    ],
    [
      'RFC 4475 §3.1.2.13 malformed Contact',
      400,
      { contacts: ['sip:user@example.com?Route=%3Csip:sip.example.com%3E'] },
      [],
    ],
    ['no SIP URI', 400, { contacts: ['<mailto:a@b.c>'] }, []],
    ['a URI without end', 400, { contacts: [`<sip:${'a'.repeat(2000)}@b.c>`] }, []],
    ['more contacts than the device may have', 403, { contacts: [`<${A}>;+sip.instance="<${uuid}>"`] }, fourth],
    ['more contacts in one request', 403, { contacts: ['<sip:1@b.c>, <sip:2@b.c>, <sip:3@b.c>, <sip:4@b.c>'] }, []],
  ];
  test.each(rows)('%s: %i', (_rule, status, request, bindings) => {
    const outcome = step(request, bindings);
    expect(outcome.response.status).toBe(status);
    expect(outcome.bindings).toBe(bindings);
    expect(outcome.changes).toEqual([]);
  });

  test('§20.23 Min-Expires, §20.40 Unsupported', () => {
    expect(step({ contacts: [`<${A}>;expires=59`] }).response.headers).toEqual([['Min-Expires', '60']]);
    expect(step({ require: ['path', 'gruu', 'x'] }).response.headers).toEqual([['Unsupported', 'gruu, x']]);
  });
});

describe('registerStep updates', () => {
  const old = { callId: 'before the restart' };
  const rows: [string, Binding[], Partial<RegisterRequest>, { uris: string[]; changes: string[] }][] = [
    ['§10.2.3 query', [bound(A)], {}, { uris: [A], changes: [] }],
    ['§10.2.4 refresh', [bound(A)], { contacts: [`<${A}>`] }, { uris: [A], changes: [`refreshed ${A}`] }],
    [
      '§10.3 step 7 other Call-ID, lower CSeq',
      [bound(A, { ...old, cseq: 99 })],
      { contacts: [`<${A}>`] },
      { uris: [A], changes: [`refreshed ${A}`] },
    ],
    [
      '§10.3 step 7 another contact stays',
      [bound(B)],
      { contacts: [`<${A}>`] },
      { uris: [A, B], changes: [`registered ${A}`] },
    ],
    [
      '§19.1.4 same URI in other words',
      [bound('sip:a@HOST.example')],
      { contacts: ['<sip:a@host.example>'] },
      { uris: ['sip:a@host.example'], changes: ['unregistered sip:a@HOST.example', 'registered sip:a@host.example'] },
    ],
    [
      '§10.2.2 removal',
      [bound(A), bound(B)],
      { contacts: [`<${A}>;expires=0`] },
      { uris: [B], changes: [`unregistered ${A}`] },
    ],
    [
      '§10.2.2 removal of what is not there',
      [bound(B)],
      { contacts: [`<${A}>`], expires: '0' },
      { uris: [B], changes: [] },
    ],
    [
      '§10.2.2 remove all',
      [bound(A), bound(B, old)],
      { contacts: ['*'], expires: '0' },
      { uris: [], changes: [`unregistered ${A}`, `unregistered ${B}`] },
    ],
    ['expired ones go', [bound(A, { expiresAt: NOW })], {}, { uris: [], changes: [`expired ${A}`] }],
    [
      'expired ones are new again',
      [bound(A, { expiresAt: NOW, cseq: 10 })],
      { contacts: [`<${A}>`] },
      { uris: [A], changes: [`expired ${A}`, `registered ${A}`] },
    ],
    [
      'RFC 5626 §6 same instance and reg-id',
      [bound(B, { ...old, instance: uuid, regId: 1 })],
      { contacts: [`<${A}>;+sip.instance="<${uuid}>";reg-id=1`] },
      { uris: [A], changes: [`unregistered ${B}`, `registered ${A}`] },
    ],
    [
      'RFC 5626 §6 same instance, other reg-id',
      [bound(B, { ...old, instance: uuid, regId: 2 })],
      { contacts: [`<${A}>;+sip.instance="<${uuid}>";reg-id=1`] },
      { uris: [A, B], changes: [`registered ${A}`] },
    ],
    [
      'same instance without reg-id',
      [bound(B, { ...old, instance: uuid })],
      { contacts: [`<${A}>;+sip.instance="<${uuid}>"`] },
      { uris: [A], changes: [`unregistered ${B}`, `registered ${A}`] },
    ],
    [
      'RFC 5626 §6 same instance, one CSeq back',
      [bound(B, { instance: uuid, cseq: 9 })],
      { contacts: [`<${A}>;+sip.instance="<${uuid}>"`] },
      { uris: [A], changes: [`unregistered ${B}`, `registered ${A}`] },
    ],
    [
      'new address first, old one removed with it',
      [bound(B, { ...old, instance: uuid })],
      { contacts: [`<${A}>;+sip.instance="<${uuid}>"`, `<${B}>;expires=0;+sip.instance="<${uuid}>"`] },
      { uris: [A], changes: [`unregistered ${B}`, `registered ${A}`] },
    ],
    [
      'full: a refresh is welcome',
      [bound(A), bound(B), bound('sip:c@192.0.2.1')],
      { contacts: [`<${A}>`] },
      { uris: [A, B, 'sip:c@192.0.2.1'], changes: [`refreshed ${A}`] },
    ],
    [
      'full: expired ones do not count',
      [bound(B), bound('sip:c@b.c', old), bound('sip:d@b.c', { expiresAt: NOW })],
      { contacts: [`<${A}>`] },
      { uris: [A, B, 'sip:c@b.c'], changes: ['expired sip:d@b.c', `registered ${A}`] },
    ],
    [
      "full: the phone's own former address gives way",
      [bound(B), bound('sip:c@b.c', old), bound('sip:d@b.c', { cseq: 5 })],
      { contacts: [`<${A}>`] },
      { uris: [A, 'sip:c@b.c', 'sip:d@b.c'], changes: [`unregistered ${B}`, `registered ${A}`] },
    ],
    [
      'full: a phone that was restarted has another port and Call-ID',
      [bound('sip:a@192.0.2.1:5062', { callId: 'x' }), bound(B, old), bound('sip:d@b.c')],
      { contacts: ['<sip:a@192.0.2.1:5064>'], callId: 'z', flow: 'udp/192.0.2.1:5064@1' },
      {
        uris: ['sip:a@192.0.2.1:5064', 'sip:d@b.c', B],
        changes: ['unregistered sip:a@192.0.2.1:5062', 'registered sip:a@192.0.2.1:5064'],
      },
    ],
    [
      'over a lowered limit: a refresh is welcome',
      [bound(A), bound(B), bound('sip:c@b.c')],
      { contacts: [`<${A}>`], maxContacts: 1 },
      { uris: [A, B, 'sip:c@b.c'], changes: [`refreshed ${A}`] },
    ],
  ];
  test.each(rows)('%s', (_rule, bindings, request, expected) => {
    const before = JSON.stringify(bindings);
    const outcome = step(request, bindings);
    expect(outcome.response.status).toBe(200);
    expect(outcome.bindings.map(({ uri }) => uri).sort()).toEqual([...expected.uris].sort());
    expect(outcome.changes.map(({ change, binding }) => `${change} ${binding.uri}`)).toEqual(expected.changes);
    expect(contactsIn(outcome)).toHaveLength(expected.uris.length);
    expect(JSON.stringify(bindings)).toBe(before);
  });

  test('a refresh keeps when it was registered, and takes the new flow, CSeq and expiry', () => {
    const flow = 'udp/192.0.2.1:49999';
    const [binding] = step({ contacts: [`<${A}>;expires=90`], flow }, [bound(A)]).bindings;
    expect(binding).toEqual(bound(A, { flow, cseq: 10, expiresAt: NOW + 90_000, userAgent: 'Fone/1' }));
  });

  test('§10.3 step 8 the rest of every binding is told', () => {
    expect(
      contactsIn(step({}, [bound(A, { expiresAt: NOW + 29_001 }), bound(B, { q: 0.5, expiresAt: NOW + 1 })])),
    ).toEqual([`<${A}>;expires=30`, `<${B}>;expires=1;q=0.5`]);
  });
});
