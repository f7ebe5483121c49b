import { describe, expect, it } from 'vitest';
import { type Caller, outsideCaller } from '../../src/core/caller.js';
import { dialMatches, NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import { type Destination, type Domain, describe as inWords } from '../../src/core/domain.js';
import type { PhoneNumber, Treatment } from '../../src/core/phone-number.js';
import { comparable, toE164, toNational } from '../../src/core/phone-number.js';
import { describePlan } from '../../src/core/plan.js';
import { tell } from '../../src/core/reason.js';
import { decide, dialled } from '../../src/core/route.js';
import { NO_LISTS } from '../../src/core/screening-list.js';
import { quietWorld } from '../../src/core/world.js';
import { devices, office, outsider, phoneOf, rule, user } from '../support/office.js';
import { fc } from '../support/property.js';

const NOW = Date.parse('2026-11-24T17:00:00Z');
const mailbox = { maxMessageMs: 60_000, greeting: null };
const trunk = (name: string, enabled = true): Trunk => ({
  ...{ name, enabled, host: `${name}.example`, port: null, transport: null, username: null, password: null },
  ...{ registerMs: null, qualifyMs: null, sources: [], passesCaller: false, tells: [] },
  format: 'e164',
});
const number = (digits: string, treatment: Treatment): [string, PhoneNumber] => [
  digits,
  { number: digits, treatment, notes: '' },
];

const acme: Domain = office(
  [
    user('201'),
    user('202', { voicemail: mailbox, ringMs: 30_000, mayCall: new Set(['national', 'international']) }),
    user('203', { mayCall: new Set() }),
    user('112', { name: 'an extension like an emergency number' }),
  ],
  {
    trunks: new Map(['first', 'second', 'off'].map((name) => [name, trunk(name, name !== 'off')])),
    outbound: {
      ...NO_OUTBOUND,
      emergency: { numbers: new Set(['911', '112']), trunks: ['second'] },
      routes: [
        { match: '+1900*', class: 'premium', trunks: ['first'] },
        { match: '+1XXXXXXXXXX', class: 'national', trunks: ['off', 'first', 'second'] },
        { match: '+44*', class: 'international', trunks: ['off'] },
        { match: '+*', class: 'international', trunks: ['second'] },
      ],
      mayCall: new Set(['national']),
    },
    numbers: new Map([
      number('+12125550100', { to: 'user', extension: '202' }),
      number('+12125550101', { to: 'available' }),
      number('+12125550102', { to: 'voicemail', extension: '202' }),
      number('+12125550103', { to: 'voicemail', extension: '201' }),
      number('+12125550104', { to: 'queue', extension: '8000', introduction: 'wait' }),
      number('+12125550105', { to: 'attendant', extension: '8001' }),
      number('+12125550106', { to: 'conference', extension: '8002' }),
    ]),
    features: new Map([
      ['*78', { does: 'dndOn' }],
      ['*72', { does: 'forwardOn' }],
    ]),
  },
);

const all = quietWorld((id) => [{ uri: `sip:${id}@192.0.2.7`, flow: null }]);

function decided(to: string | Destination, caller: Caller, by: string | null = null, domain = acme) {
  const destination = typeof to === 'string' ? dialled(domain, to, caller) : to;
  const decision = decide(domain, all, { to: destination, caller, by, screened: false }, NOW);
  return { ...decision, reasons: decision.because.map((reason) => tell(reason, domain)) };
}

const inside = phoneOf('201');
const outside = outsider('+12125550999');
const outbound = (digits: string, confirm = false): Destination => ({ to: 'number', number: digits, confirm });

describe('what a dialled string means', () => {
  it.each<readonly [string, string, Caller, string]>([
    ['an extension', '202', inside, 'extension 202'],
    ['a service', '*43', inside, 'extension *43'],
    ['a feature code', '*78', inside, 'extension *78'],
    ['emergency first, whatever else it could be', '112', inside, 'number 112'],
    ['a national number', '2125550123', inside, 'number +12125550123'],
    ['with the prefix of the country', '12125550123', inside, 'number +12125550123'],
    ['an international number', '011442079460000', inside, 'number +442079460000'],
    ['E.164', '+442079460000', inside, 'number +442079460000'],
    ['a number of ours', '2125550100', inside, 'number +12125550100'],
    ['a number of ours from outside, as the carrier writes it', '12125550100', outside, 'number +12125550100'],
    ['a caller from outside does not call out again', '+442079460000', outside, 'extension +442079460000'],
    ['nor an emergency number', '911', outside, 'extension 911'],
    ['a name', 'ellen', inside, 'extension ellen'],
  ])('%s', (_, to, caller, expected) => {
    expect(inWords(dialled(acme, to, caller))).toBe(expected);
  });

  it('with a prefix only what begins with it goes out', () => {
    const prefixed = { ...acme, outbound: { ...acme.outbound, prefix: '9' } };
    expect(inWords(dialled(prefixed, '92125550123', inside))).toBe('number +12125550123');
    expect(inWords(dialled(prefixed, '2125550123', inside))).toBe('extension 2125550123');
    expect(inWords(dialled(prefixed, '911', inside))).toBe('number 911');
  });
});

describe('numbers', () => {
  it.each<readonly [string, string | Destination, Caller, string | null, string, string]>([
    [
      'D-67 A-106 treatment user runs the rules',
      '+12125550100',
      outside,
      null,
      'extension 202',
      '+12125550100 is ours: user 202',
    ],
    [
      'D-67 an available number is no number',
      '+12125550101',
      outside,
      null,
      'unknownNumber',
      '+12125550101 is ours: available',
    ],
    [
      'A-109 straight to a mailbox',
      '+12125550102',
      outside,
      null,
      'voicemail 202',
      '+12125550102 is ours: voicemail 202',
    ],
    [
      'A-109 a mailbox that is gone',
      '+12125550103',
      outside,
      null,
      'unavailable',
      '+12125550103 is ours: voicemail 201',
    ],
    ['A-107 a queue', '+12125550104', outside, null, 'unknownNumber', '+12125550104 is ours: queue 8000'],
    ['A-108 an attendant', '+12125550105', outside, null, 'unknownNumber', '+12125550105 is ours: attendant 8001'],
    ['A-109 a conference', '+12125550106', outside, null, 'unknownNumber', '+12125550106 is ours: conference 8002'],
    [
      'D-24 a number of ours never leaves the house',
      '2125550100',
      inside,
      null,
      'extension 202',
      '+12125550100 is ours: user 202',
    ],
    [
      'E3 a disabled trunk is passed over',
      '2125550123',
      inside,
      null,
      'ring +12125550123',
      '+12125550123 is outside: route +1XXXXXXXXXX, class national, by first, then second',
    ],
    [
      'E3 no trunk is left',
      '+442079460000',
      phoneOf('202'),
      null,
      'noRoute',
      'no trunk is left for +442079460000 (+44*)',
    ],
    [
      'A-113 a class that the domain does not give',
      '+4930123456',
      inside,
      null,
      'forbidden',
      '201 may not call +4930123456, which is international',
    ],
    [
      'A-113 a class of the user',
      '+4930123456',
      phoneOf('202'),
      null,
      'ring +4930123456',
      '+4930123456 is outside: route +*, class international, by second',
    ],
    [
      'A-113 the first route decides',
      '+19005550123',
      phoneOf('202'),
      null,
      'forbidden',
      '202 may not call +19005550123, which is premium',
    ],
    [
      'emergency calls are never barred',
      '911',
      phoneOf('203'),
      null,
      'ring 911',
      '911 is an emergency number, by second',
    ],
    [
      'D-47 a forward goes out on the account of the forwarder',
      outbound('+4930123456'),
      outside,
      '202',
      'ring +4930123456',
      '+4930123456 is outside: route +*, class international, by second',
    ],
    [
      'D-47 whatever the caller may',
      outbound('+4930123456'),
      phoneOf('202'),
      '201',
      'forbidden',
      '201 may not call +4930123456, which is international',
    ],
    [
      'nobody from outside calls out on nobody’s account',
      outbound('+4930123456'),
      outside,
      null,
      'forbidden',
      'a caller from outside may not call +4930123456, which is international',
    ],
    ['a short code without a route', '611', inside, null, 'noRoute', 'no route leads to 611'],
    [
      'a feature code, with what is dialled after it',
      '*72202',
      inside,
      null,
      'forwardOn',
      '*72 is the feature code forwardOn',
    ],
    [
      'a feature code from outside',
      '*78',
      outside,
      null,
      'unknownNumber',
      'acme.example has no extension or service *78',
    ],
    ['a device that is gone', { to: 'device', device: '209' }, inside, null, 'unknownNumber', 'there is no device 209'],
    [
      'a mailbox that there is not',
      { to: 'voicemail', extension: '201' },
      inside,
      null,
      'unavailable',
      '201 has no voicemail',
    ],
    ['a service', '*43', inside, null, 'echo', '*43 is the echo service'],
  ])('%s', (_, to, caller, by, plan, reason) => {
    const { plan: found, reasons } = decided(to, caller, by);
    expect(describePlan(found)).toBe(plan);
    expect(reasons).toContain(reason);
  });

  it('A-92 a forward outside rings as long as the phones when a mailbox follows, and confirms', () => {
    expect(decided(outbound('+12125550123', true), outside, '202').plan).toMatchObject({
      ringMs: 30_000,
      extension: '202',
      targets: [{ trunks: ['first', 'second'], confirm: 'callFor', emergency: false }],
      unanswered: { do: 'voicemail', extension: '202' },
    });
  });

  it('RFC 3261 §16.6 a call outside rings until Timer C', () => {
    expect(decided('2125550123', inside).plan).toMatchObject({ ringMs: 185_000, extension: null });
  });
});

describe('E.164', () => {
  it.each([
    ['+12125550100', 'US', '+12125550100'],
    ['(212) 555-0100', 'US', '+12125550100'],
    ['1 212 555 0100', 'US', '+12125550100'],
    ['011 49 30 123456', 'US', '+4930123456'],
    ['030 / 123456', 'DE', '+4930123456'],
    ['0049 30 123456', 'DE', '+4930123456'],
    ['202', 'US', null],
    ['911', 'US', null],
    ['*43', 'US', null],
    ['ellen', 'US', null],
    ['+0', 'US', null],
    ['2125550100', 'XX', null],
  ])('%s in %s is %s', (written, country, expected) => {
    expect(toE164(written, country)).toBe(expected);
  });

  it.each([
    ['+12125550100', '2125550100'],
    ['+4930123456', '030123456'],
    ['+999', '+999'],
  ])('%s at home is %s', (e164, expected) => {
    expect(toNational(e164)).toBe(expected);
  });

  it('leaves what is no number as it is', () => {
    expect([comparable('202', 'US'), comparable('8-00', 'US')]).toEqual(['202', '800']);
  });

  it.each([
    ['+1XXX', '+1234', true],
    ['+1XXX', '+123', false],
    ['+1XXX', '+12345', false],
    ['+1XXX', '+12a4', false],
    ['+1XXX*', '+123456', true],
    ['*', '', true],
    ['611', '611', true],
  ])('the pattern %s and %s: %s', (pattern, digits, expected) => {
    expect(dialMatches(pattern, digits)).toBe(expected);
  });
});

describe('callers from outside', () => {
  const from = { name: 'Ellen', user: '2125550999', host: 'carrier.example' };
  it.each([
    ['D-5 a number in the form of the country', { from }, { number: '+12125550999', name: 'Ellen', anonymous: false }],
    [
      'D-5 RFC 3323 anonymous.invalid',
      { from: { name: 'Anonymous', user: 'anonymous', host: 'anonymous.invalid' } },
      { number: null, name: '', anonymous: true },
    ],
    ['D-5 an empty user', { from: { ...from, user: '' } }, { number: null, anonymous: true }],
    [
      'D-5 Privacy: id, with the number that the network asserts',
      {
        from: { name: '', user: 'anonymous', host: 'x' },
        asserted: { name: '', user: '+12125550999' },
        privacy: ['id'],
      },
      { number: '+12125550999', anonymous: true },
    ],
    ['D-5 Privacy: none hides nothing', { from, privacy: ['none'] }, { anonymous: false }],
    ['D-5 a missing name is not anonymous', { from: { ...from, name: '' } }, { name: '', anonymous: false }],
    [
      'RFC 3325 the asserted identity counts',
      { from: { ...from, user: '1' }, asserted: { name: 'Tom', user: '+12125550998' } },
      { number: '+12125550998', name: 'Tom' },
    ],
  ])('%s', (_, claim, expected) => {
    expect(outsideCaller({ asserted: null, privacy: [], ...claim }, 'US')).toMatchObject(expected);
  });
});

describe('every decision', () => {
  const destination = fc.oneof(
    fc
      .constantFrom('201', '202', '203', '209', '*43', '*78')
      .map((extension): Destination => ({ to: 'extension', extension })),
    fc.constantFrom('202', '203', '209').map((extension): Destination => ({ to: 'voicemail', extension })),
    fc.constantFrom('201', '202wp', '209').map((device): Destination => ({ to: 'device', device })),
    fc.constantFrom('+12125550100', '+12125550123', '+4930123456', '911', '5').map((digits) => outbound(digits, true)),
  );
  const maybe = fc.option(destination);
  const anyRule = fc
    .record({
      ...{ dnd: fc.boolean(), screen: fc.boolean(), enabled: fc.boolean() },
      ...{ always: maybe, offline: maybe, active: maybe, busy: maybe, unanswered: maybe },
      ring: fc.record({
        own: fc.constantFrom('none' as const, 'main' as const, 'all' as const),
        also: fc.array(fc.record({ to: destination, delayMs: fc.constantFrom(0, 5_000, 25_000) }), { maxLength: 3 }),
      }),
      frame: fc.constantFrom(null, 'Gone'),
    })
    .map(rule);
  const anyCaller = fc.constantFrom(inside, outside, outsider(null), phoneOf('202'), phoneOf('209'));

  it('is total, has a reason, rings nobody twice and nobody too late', () => {
    fc.assert(
      fc.property(
        destination,
        anyCaller,
        fc.array(anyRule, { maxLength: 3 }),
        fc.subarray(['201', '202', '202wp']),
        fc.nat(2),
        (to, caller, rules, registered, calls) => {
          const callee = user('202', { devices: devices('202', '202wp'), rules, maxCalls: 2, lists: NO_LISTS });
          const domain: Domain = { ...acme, users: new Map([...acme.users, ['202', callee]]) };
          const world = {
            contactsOf: (id: string) => (registered.includes(id) ? [{ uri: `sip:${id}@192.0.2.7`, flow: null }] : []),
            callsOf: () => calls,
            isDown: () => false,
          };
          const inquiry = { to, caller, by: null, screened: false };
          const { plan, because } = decide(domain, world, inquiry, NOW);
          expect(decide(domain, world, inquiry, NOW).plan).toEqual(plan);
          expect(because.map((reason) => tell(reason, domain)).every((text) => text.length > 0)).toBe(true);
          expect(because.length).toBeGreaterThan(0);
          const ring = plan.do === 'screen' ? plan.then : plan;
          if (ring.do !== 'ring') return;
          const names = ring.targets.map((t) => (t.kind === 'device' ? `${t.uri} ${t.flow}` : t.number));
          expect(new Set(names).size).toBe(names.length);
          expect(ring.targets.length).toBeGreaterThan(0);
          for (const target of ring.targets) {
            expect(target.delayMs).toBeLessThan(ring.ringMs);
            if (target.kind === 'device') expect(target.device).not.toBe(caller.device);
            else expect(target.trunks.length).toBeGreaterThan(0);
            if (plan.do === 'screen') expect(target.confirm).toBe('callFrom');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('E3 trunks that do not answer', () => {
  const down = (...names: string[]) => ({ ...quietWorld(() => []), isDown: (name: string) => names.includes(name) });
  it.each([
    ['are tried last', ['first'], 'second, then first, which does not answer'],
    [
      'all of them: in order, for one may be back',
      ['first', 'second'],
      'first, which does not answer, then second, which does not answer',
    ],
    ['a disabled one stays out', ['off'], 'first, then second'],
  ])('%s', (_name, names, expected) => {
    const inquiry = {
      to: { to: 'number', number: '+12125550123', confirm: false },
      caller: inside,
      by: null,
      screened: false,
    } as const;
    const { plan, because } = decide(acme, down(...names), inquiry, NOW);
    expect(because.map((reason) => tell(reason, acme))[0]).toBe(
      `+12125550123 is outside: route +1XXXXXXXXXX, class national, by ${expected}`,
    );
    expect(plan.do === 'ring' && plan.targets[0]).toMatchObject({ trunks: expected.match(/first|second/g) });
  });
});
