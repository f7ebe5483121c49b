import { describe, expect, test } from 'vitest';
import { DigestAuthenticator } from '../../src/auth/digest.js';
import type { Trunk } from '../../src/core/dial-plan.js';
import type { Domain, User } from '../../src/core/domain.js';
import type { Address, Admission, AdmissionRequest } from '../../src/ports/signalling.js';
import { type AdmissionOptions, admission, type Refusal } from '../../src/switch/admission.js';
import { DomainDirectory } from '../../src/switch/domain-directory.js';
import { type Answer, answerTo, readChallenge } from '../auth/digest-client.js';
import { office, user as officeUser } from '../support/office.js';
import { fc } from '../support/property.js';

function user(extension: string, ...ids: string[]): User {
  const devices = ids.map((id) => ({ id, password: `of ${id}`, maxContacts: 5 }));
  return officeUser(extension, { devices, rules: [] });
}

function domain(name: string, aliases: string[], users: User[]): Domain {
  return office(users, { name, aliases });
}

const ACME = domain(
  'acme.example',
  ['pbx.acme.example', '192.0.2.10'],
  [user('202', '202', '202wp'), user('203', '203')],
);
const OTHER = domain('other.example', [], [user('202', '202')]);

function setUp(domains = [ACME, OTHER], defaultDomain: string | null = null, options: Partial<AdmissionOptions> = {}) {
  const refusals: Refusal[] = [];
  const directory = new DomainDirectory(domains, defaultDomain);
  const admit = admission({
    ...{ directory: () => directory, digest: new DigestAuthenticator(), now: () => 1_700_000_000_000 },
    refused: (refusal) => refusals.push(refusal),
    ...options,
  });
  return { admit, refusals };
}

function address(text: string): Address {
  const at = text.lastIndexOf('@');
  return { name: '', user: text.slice(0, Math.max(0, at)), host: text.slice(at + 1) };
}

type Ask = { method?: string; uri?: string; from?: string; to?: string; authorization?: string[] };

function ask({
  method = 'INVITE',
  uri = 'sip:203@acme.example',
  from = '202@acme.example',
  to = from,
  authorization = [],
}: Ask): AdmissionRequest {
  return {
    ...{ method, requestUri: uri, from: address(from), to: address(to), callId: 'c1', source: 'udp/192.0.2.1:5060' },
    header: (name) => (name === 'Authorization' ? authorization : []),
  };
}

function headersOf(admission: Admission): string[] {
  return admission.verdict === 'respond' ? admission.headers.map(([name, value]) => `${name}: ${value}`) : [];
}

/** Asks, is challenged, and asks again with the answer. */
function askAs(admit: (request: AdmissionRequest) => Admission, what: Ask, who: Partial<Answer> = {}): Admission {
  const first = admit(ask(what));
  const [value] = headersOf(first);
  if (value === undefined) return first;
  const request = ask(what);
  const answer = {
    method: request.method,
    uri: request.requestUri,
    username: '202',
    password: 'of 202',
    nc: 1,
    ...who,
  };
  return admit(ask({ ...what, authorization: [answerTo(readChallenge(value), answer)] }));
}

function short(admission: Admission): string {
  switch (admission.verdict) {
    case 'admit':
      return `admit ${admission.identity}`;
    case 'respond':
      return `${admission.status}`;
    case 'capabilities':
    case 'ignore':
      return admission.verdict;
  }
}

const REGISTER = { method: 'REGISTER', uri: 'sip:acme.example' };
const WP = { username: '202wp', password: 'of 202wp' };

describe('admission of a phone that knows its password', () => {
  const rows: [string, Ask, Partial<Answer>, string][] = [
    ['RFC 3261 §10.3 REGISTER', REGISTER, {}, 'admit 202@acme.example'],
    ['RFC 3261 §22.2 INVITE', {}, {}, 'admit 202@acme.example'],
    ['any other method', { method: 'MESSAGE' }, {}, 'admit 202@acme.example'],
    ['OPTIONS to a user', { method: 'OPTIONS' }, {}, 'admit 202@acme.example'],
    ['username with domain', {}, { username: '202@acme.example' }, 'admit 202@acme.example'],
    ['username with alias', {}, { username: '202@PBX.acme.example' }, 'admit 202@acme.example'],
    ['username of another domain', {}, { username: '202@other.example' }, '401'],
    ['A-37 device in From', { from: '202wp@acme.example' }, WP, 'admit 202wp@acme.example'],
    ['A-37 extension in From of a second device', {}, WP, 'admit 202wp@acme.example'],
    ['A-37 second device registers under the extension', REGISTER, WP, 'admit 202wp@acme.example'],
    ['one device in the name of another', { from: '202wp@acme.example' }, {}, '403'],
    ['From of another user', { from: '203@acme.example' }, {}, '403'],
    [
      'RFC 3261 §10.3 step 4 AOR of another user',
      { ...REGISTER, from: '202@acme.example', to: '203@acme.example' },
      {},
      '403',
    ],
    ['RFC 3261 §10.3 step 4 third party', { ...REGISTER, from: '203@acme.example', to: '202@acme.example' }, {}, '403'],
    ['AOR in a domain unlike From', { ...REGISTER, from: '202@other.example', to: '202@acme.example' }, {}, '403'],
    ['From is an alias', { from: '202@pbx.acme.example' }, {}, 'admit 202@acme.example'],
    ['host names have no case', { from: '202@ACME.Example.' }, {}, 'admit 202@acme.example'],
    ['From is an alias that is an address', { from: '202@192.0.2.10' }, {}, 'admit 202@acme.example'],
    [
      'From is an address, the Request-URI names the domain',
      { from: '202@198.51.100.7' },
      {},
      'admit 202@acme.example',
    ],
    ['From is an IPv6 address', { from: '202@[2001:db8::1]' }, {}, 'admit 202@acme.example'],
    ['From has a foreign name', { from: '202@elsewhere.example' }, {}, '403'],
    ['From of the other domain has its own realm', { from: '202@other.example' }, {}, 'admit 202@other.example'],
    ['RFC 3323 §4.1.1.3 anonymous', { from: 'anonymous@anonymous.invalid' }, {}, 'admit 202@acme.example'],
    [
      'RFC 3323 no anonymous registration',
      { ...REGISTER, from: 'anonymous@anonymous.invalid', to: '202@acme.example' },
      {},
      '403',
    ],
    [
      'sips and port in the Request-URI',
      { uri: 'sips:203@acme.example:5061;transport=tcp', from: 'x@anonymous.invalid' },
      {},
      'admit 202@acme.example',
    ],
    ['wrong password', {}, { password: 'guess' }, '401'],
    ['RFC 2069 client', {}, { nc: null }, 'admit 202@acme.example'],
  ];
  test.each(rows)('%s', (_rule, what, who, expected) => {
    const { admit } = setUp();
    const password = what.from === '202@other.example' && who.password === undefined ? { password: 'of 202' } : {};
    expect(short(askAs(admit, what, { ...who, ...password }))).toBe(expected);
  });
});

describe('admission without credentials', () => {
  const rows: [string, Ask, string][] = [
    [
      'RFC 3261 §11 OPTIONS to the server',
      { method: 'OPTIONS', uri: 'sip:acme.example', from: 'monitor@elsewhere.example' },
      'capabilities',
    ],
    ['OPTIONS to the server by address', { method: 'OPTIONS', uri: 'sip:198.51.100.1:5060' }, 'capabilities'],
    ['OPTIONS to a user', { method: 'OPTIONS' }, '401'],
    ['REGISTER', REGISTER, '401'],
    ['a user that does not exist', { from: '999@acme.example' }, '401'],
    ['a caller from elsewhere', { from: 'bob@elsewhere.example' }, '401'],
    ['RFC 3261 §21.4.5 unknown domain', { uri: 'sip:1@nowhere.example', from: '1@nowhere.example' }, '404'],
    [
      'RFC 3261 §10.3 unknown domain',
      { method: 'REGISTER', uri: 'sip:nowhere.example', from: '1@nowhere.example' },
      '404',
    ],
    [
      'an address when there are two domains and no default',
      { uri: 'sip:1@198.51.100.1', from: '1@198.51.100.1' },
      '404',
    ],
    ['no SIP URI at all', { uri: 'tel:+15551234', from: '@' }, '404'],
  ];
  test.each(rows)('%s', (_rule, what, expected) => {
    expect(short(setUp().admit(ask(what)))).toBe(expected);
  });

  const addresses: [string, string | null, Domain[], string][] = [
    ['the only domain', null, [ACME], 'realm="acme.example"'],
    ['the default domain', 'other.example', [ACME, OTHER], 'realm="other.example"'],
  ];
  test.each(addresses)('an address of the server means %s', (_rule, defaultDomain, domains, realm) => {
    const { admit } = setUp(domains, defaultDomain);
    for (const host of ['198.51.100.1', 'localhost', '[2001:db8::5]', '2001:db8::5']) {
      const answer = admit(ask({ method: 'REGISTER', uri: 'sip:198.51.100.1', from: `202@${host}` }));
      expect(headersOf(answer)).toEqual([expect.stringContaining(realm)]);
    }
  });

  test('the answer to monitors and the silence to strangers are options', () => {
    const { admit } = setUp([ACME], null, { monitored: false, unknownDomain: 'ignore' });
    expect(short(admit(ask({ method: 'OPTIONS', uri: 'sip:acme.example' })))).toBe('401');
    expect(short(admit(ask({ uri: 'sip:1@nowhere.example', from: '1@nowhere.example' })))).toBe('ignore');
  });
});

describe('admission tells strangers nothing', () => {
  test('an unknown user and a wrong password get the same answer', () => {
    const { admit } = setUp();
    const plain = (answer: Admission) => JSON.stringify(answer).replace(/nonce=\\"[\w-]{32}/, 'nonce=');
    const known = askAs(admit, REGISTER, { password: 'guess' });
    const unknown = askAs(admit, { ...REGISTER, from: '999@acme.example' }, { username: '999', password: 'guess' });
    expect(plain(unknown)).toBe(plain(known));
    expect(plain(admit(ask({ ...REGISTER, from: '999@acme.example' })))).toBe(plain(admit(ask(REGISTER))));
  });

  test('RFC 7616 §3.3 a replay is challenged with stale, with a nonce that works', () => {
    const { admit, refusals } = setUp();
    const [value = ''] = headersOf(admit(ask(REGISTER)));
    const answer = { method: 'REGISTER', uri: REGISTER.uri, username: '202', password: 'of 202', nc: 1 };
    const again = ask({ ...REGISTER, authorization: [answerTo(readChallenge(value), answer)] });
    expect(short(admit(again))).toBe('admit 202@acme.example');
    const [stale = ''] = headersOf(admit(again));
    expect(readChallenge(stale).stale).toBe(true);
    const third = ask({ ...REGISTER, authorization: [answerTo(readChallenge(stale), answer)] });
    expect(short(admit(third))).toBe('admit 202@acme.example');
    expect(refusals).toEqual([]);
  });

  test('failures are told for the log, a first request is none', () => {
    const { admit, refusals } = setUp();
    askAs(admit, {});
    askAs(admit, {}, { password: 'guess' });
    askAs(admit, { from: '203@acme.example' });
    admit(ask({ from: '1@nowhere.example', uri: 'sip:2@nowhere.example' }));
    expect(short(admit(ask({ authorization: ['Digest username="202"'] })))).toBe('400');
    expect(refusals.map(({ why, claimed }) => `${why} ${claimed}`)).toEqual([
      'wrongPassword 202',
      'notItself 202',
      'unknownDomain 1@nowhere.example',
      'malformedCredentials 202@acme.example',
    ]);
    expect(refusals[0]).toMatchObject({ method: 'INVITE', source: 'udp/192.0.2.1:5060' });
  });

  test('RFC 4475 §3.3.7 credentials of an unknown scheme are challenged', () => {
    const { admit } = setUp();
    expect(short(admit(ask({ ...REGISTER, authorization: ['NoOneKnowsThisScheme opaque-data=here'] })))).toBe('401');
  });

  test('it never throws', () => {
    const { admit } = setUp();
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    const line = fc.oneof(
      text,
      text.map(
        (rest) => `Digest username="202", realm="acme.example", nonce="${rest}", uri="${rest}", response="${rest}"`,
      ),
    );
    fc.assert(
      fc.property(text, text, text, fc.array(line), (uri, from, to, authorization) => {
        admit(ask({ uri, from, to, authorization }));
        admit(ask({ authorization }));
      }),
    );
  });
});

describe('DomainDirectory', () => {
  test('an identity leads back to its device while the configuration has it', () => {
    const directory = new DomainDirectory([ACME, OTHER], null);
    expect(directory.identified('202wp@acme.example')).toMatchObject({
      domain: ACME,
      user: { extension: '202' },
      device: { id: '202wp' },
    });
    expect(directory.identified('202wp@other.example')).toBeNull();
    expect(directory.identified('202wp@gone.example')).toBeNull();
    expect(directory.identified('acme.example')).toBeNull();
  });

  test("a name wins over another domain's alias", () => {
    const greedy = domain('greedy.example', ['acme.example'], []);
    expect(new DomainDirectory([ACME, greedy], null).named('acme.example')).toBe(ACME);
    expect(new DomainDirectory([greedy, ACME], null).named('acme.example')).toBe(ACME);
  });
});

describe('calls of a carrier', () => {
  const trunk: Trunk = {
    ...{ name: 'carrier', enabled: true, host: 'sip.carrier.example', port: null, transport: null },
    ...{ username: null, password: null, registerMs: null, qualifyMs: null, passesCaller: false, tells: [] },
    sources: ['198.51.100.0/24', '2001:db8::1'],
    format: 'e164',
  };
  const number = { number: '+12125550100', treatment: { to: 'user', extension: '202' }, notes: '' } as const;
  const acme = office([officeUser('202')], { trunks: new Map([['carrier', trunk]]) });
  const other = office([officeUser('202')], {
    name: 'other.example',
    trunks: new Map([['carrier', trunk]]),
    numbers: new Map([[number.number, number]]),
  });

  const admitted = (over: { source?: string; uri?: string; from?: Address; method?: string; domains?: Domain[] }) => {
    const { admit } = setUp(over.domains ?? [acme]);
    const request: AdmissionRequest = {
      method: over.method ?? 'INVITE',
      requestUri: over.uri ?? 'sip:+12125550100@192.0.2.10',
      from: over.from ?? { name: '', user: '+12125550999', host: 'sip.carrier.example' },
      to: { name: '', user: '+12125550100', host: '192.0.2.10' },
      callId: 'c',
      source: over.source ?? 'udp/198.51.100.7:5060',
      header: () => [],
    };
    const verdict: Admission = admit(request);
    return verdict.verdict === 'admit' ? verdict.identity : verdict.verdict === 'respond' ? verdict.status : null;
  };

  test.each([
    ['E3 from a network of the trunk', {}, 'trunk:carrier@acme.example'],
    ['E3 from its IPv6 address', { source: 'tcp/[2001:db8::1]:40123#17' }, 'trunk:carrier@acme.example'],
    ['E3 from elsewhere', { source: 'udp/203.0.113.7:5060' }, 401],
    ['E3 the domain that has the number', { domains: [acme, other] }, 'trunk:carrier@other.example'],
    [
      'E3 a phone of ours at that address has to prove it',
      { from: { name: '', user: '202', host: 'acme.example' } },
      401,
    ],
    ['E3 a carrier registers nothing', { method: 'REGISTER' }, 401],
  ] as const)('%s', (_, over, expected) => {
    expect(admitted({ ...over, domains: 'domains' in over ? [...over.domains] : [acme] })).toBe(expected);
  });
});
