import { describe, expect, it } from 'vitest';
import { wayOut } from '../../src/core/dial-plan.js';
import { domainOf, itFinds, itWarns, type Row } from './config-folder.js';

const top = (lines: string) =>
  `domain: a.example\n${lines}\nusers: [{ extension: 202, voicemail: true }, { extension: 203 }]\n`;

const mistakes: readonly Row[] = [
  [
    'E3 a trunk without host',
    top('trunks: { carrier: { port: 5060 } }'),
    'office.yaml:2:20: trunks.carrier.host: missing; expected a host name or address',
  ],
  [
    'E3 a user name without password',
    top('trunks: { carrier: { host: 192.0.2.1, username: acme } }'),
    'office.yaml:2:49: trunks.carrier.username: belongs together with password, which is missing',
  ],
  [
    'E3 registration without a name',
    top('trunks: { carrier: { host: 192.0.2.1, register: true } }'),
    'office.yaml:2:49: trunks.carrier.register: needs username and password, by which the carrier knows us',
  ],
  [
    'E3 a network that is none',
    top('trunks: { carrier: { host: 192.0.2.1, from: [192.0.2.0/33] } }'),
    'office.yaml:2:46: trunks.carrier.from[0]: "192.0.2.0/33" is no address or network',
  ],
  [
    'A-104 a number that is none',
    top('numbers: { "12": 202 }'),
    'office.yaml:2:12: numbers.12: "12" is no telephone number of US',
  ],
  [
    'A-104 a number twice',
    top('numbers: { "+12125550100": 202, "(212) 555-0100": 203 }'),
    'office.yaml:2:33: numbers["(212) 555-0100"]: +12125550100 is given twice',
  ],
  [
    'A-106 a number for nobody',
    top('numbers: { "+12125550100": 204 }'),
    'office.yaml:2:28: numbers["+12125550100"]: there is no extension "204"; did you mean "202"?',
  ],
  [
    'A-109 voicemail of a user without',
    top('numbers: { "+12125550100": { voicemail: 203 } }'),
    'office.yaml:2:41: numbers["+12125550100"].voicemail: 203 has no voicemail; expected a user with voicemail: true',
  ],
  [
    'A-107 a queue that there is not',
    top('numbers: { "+12125550100": { queue: 8000, introduction: wait } }'),
    'office.yaml:2:37: numbers["+12125550100"].queue: there is no queue "8000"',
  ],
  [
    'A-108 an attendant before there are attendants',
    top('numbers: { "+12125550100": { attendant: 8000 } }'),
    'office.yaml:2:41: numbers["+12125550100"].attendant: numbers cannot lead to an attendant in this version',
  ],
  [
    'A-113 an unknown trunk',
    top('trunks: { carrier: { host: 192.0.2.1 } }\noutbound: { routes: [{ match: "+*", trunks: [carier] }] }'),
    'office.yaml:3:46: outbound.routes[0].trunks[0]: there is no trunk "carier"; did you mean "carrier"?',
  ],
  [
    'A-113 an extension that is an emergency number',
    top('outbound: { emergency: [202] }'),
    'office.yaml:2:25: outbound.emergency[0]: 202 is the extension of a user already, at line 3',
  ],
  [
    'A-113 a service that is an emergency number',
    top('outbound: { emergency: ["110"] }\nservices: { "110": echo }'),
    'office.yaml:2:25: outbound.emergency[0]: 110 is a service already, at line 3; it would never be reached',
  ],
  [
    'D-4 allowed and blocked',
    top('lists: { allow: ["+12125550100"], block: ["212 555 0100"] }'),
    'office.yaml:2:43: lists.block[0]: +12125550100 is allowed and blocked; expected one of them',
  ],
  [
    'A-101 listed twice',
    top('lists: { block: ["+12125550100", "2125550100"] }'),
    'office.yaml:2:34: lists.block[1]: +12125550100 is in this list already',
  ],
  [
    'a feature for a frame that is not switched',
    `${top('features: { "*70": { toggle: Lunch } }')}timezone: UTC\ntimeFrames: { Lunch: always }\n`,
    'office.yaml:2:30: features["*70"].toggle: "Lunch" is no frame that is switched by hand; expected one with `switched`',
  ],
  [
    'a feature for no frame',
    top('features: { "*70": { toggle: Lunch } }'),
    'office.yaml:2:30: features["*70"].toggle: there is no time frame "Lunch"',
  ],
  [
    'a feature code that is a service',
    top('features: { "*43": dndOn }\nservices: { "*43": echo }'),
    'office.yaml:2:13: features["*43"]: *43 is a service or an extension already, at line 3',
  ],
  [
    'D-73 a preference beside rules',
    'domain: a.example\nusers: [{ extension: 202, rules: [], incoming: { prefer: extension } }]\n',
    'office.yaml:2:48: users[0].incoming: stands for answering rules; give one or the other',
  ],
  [
    'D-73 a preference for a mobile that is not given',
    'domain: a.example\nusers: [{ extension: 202, incoming: { prefer: both } }]\n',
    'office.yaml:2:47: users[0].incoming.prefer: needs a mobile number',
  ],
  [
    'D-73 the extension rings as long as all',
    'domain: a.example\nusers: [{ extension: 202, ringTime: 15s, incoming: { prefer: extensionFirst, mobile: "+12125550123" } }]\n',
    'office.yaml:2:62: users[0].incoming.prefer: the extension rings for 15s of a ring time of 15s, so that the mobile never rings; make ringTime longer',
  ],
  [
    'D-74 after hours without hours',
    'domain: a.example\nusers: [{ extension: 202, voicemail: true, incoming: { prefer: extension, afterHours: voicemail } }]\n',
    'office.yaml:2:87: users[0].incoming.afterHours: needs hours, after which it begins',
  ],
];

const warnings: readonly Row[] = [
  [
    'E3 a trunk by name that is not known by address',
    top('trunks: { carrier: { host: sip.carrier.example } }'),
    'office.yaml:2:28: trunks.carrier.host: is a name, so that calls from there are not known by their address; give `from` to receive calls',
  ],
  [
    'E3 a disabled trunk first',
    top(
      'trunks: { a: { host: 192.0.2.1, enabled: false }, b: { host: 192.0.2.2 } }\noutbound: { routes: [{ match: "+*", trunks: [a, b] }] }',
    ),
    'office.yaml:3:46: outbound.routes[0].trunks[0]: a is disabled and is passed over; put one that is enabled first',
  ],
  [
    'E3 a disabled trunk first, where there are no routes',
    top('trunks: { a: { host: 192.0.2.1, enabled: false }, b: { host: 192.0.2.2 } }'),
    'office.yaml:2:42: trunks.a.enabled: a is disabled and is passed over; put one that is enabled first',
  ],
  [
    'A-113 a class that no route has',
    top(
      'trunks: { a: { host: 192.0.2.1 } }\noutbound: { routes: [{ match: "+*", class: national, trunks: [a] }], mayCall: [nationl] }',
    ),
    'office.yaml:3:80: outbound.mayCall[0]: no route has the class "nationl"; did you mean "national"?',
  ],
];

describe('mistakes in what leads outside', () => {
  itFinds(mistakes);
  describe('worth a warning', () => itWarns(warnings));
});

describe('what leads outside', () => {
  const office = `
domain: acme.example
country: US
trunks:
  carrier: { host: sip.carrier.example, username: acme, password: long-enough, register: 5m, from: [192.0.2.0/24], tells: [diversion] }
  backup: { host: 198.51.100.1, transport: tcp, port: 5062, format: national }
  old: { host: 198.51.100.2, enabled: false }
outbound:
  emergency: [911]
  routes:
    - { match: "+1900*", class: premium, trunks: [carrier] }
    - { match: "+1XXXXXXXXXX", class: national, trunks: [carrier, old, backup] }
    - { match: "+*", class: international, trunks: [backup] }
  mayCall: [national]
  callerId: (212) 555-0100
numbers:
  (212) 555-0100: 202
  "+12125550101": available
  "+12125550102": { voicemail: 203, notes: the old office }
lists: { block: ["+1900*", 212-555-0666], blockAnonymous: true }
features: { "*78": dndOn, "*72": forwardOn }
users:
  - { extension: 202, mayCall: [national, international], callerId: "+12125550102", lists: { allow: [2125550666] } }
  - { extension: 203, voicemail: true }
`;
  const ways = (number: string, extension: string) => {
    const acme = domainOf(office);
    const way = wayOut(acme, number, acme.users.get(extension) ?? null, () => false);
    return way.trunks === null ? way.cause : way.trunks.join(' ');
  };

  it.each([
    ['E3 every trunk is asked whether it answers', 'host: 192.0.2.1', 60_000],
    ['E3 but where we register', 'host: 192.0.2.1, username: a, password: secret-1, register: true', null],
    [
      'E3 unless that is wanted',
      'host: 192.0.2.1, username: a, password: secret-1, register: true, qualify: true',
      60_000,
    ],
    ['E3 as often as wanted', 'host: 192.0.2.1, qualify: 15s', 15_000],
    ['E3 or never', 'host: 192.0.2.1, qualify: false', null],
  ])('%s', (_, trunk, expected) => {
    expect(domainOf(top(`trunks: { one: { ${trunk} } }`)).trunks.get('one')?.qualifyMs).toBe(expected);
  });

  it.each([
    ['A-113 national, by the enabled trunks in order', '+12125550123', '203', 'carrier backup'],
    ['A-113 the first route that matches decides', '+19005550123', '202', 'forbidden'],
    ['A-113 a class that the domain does not give', '+442079460000', '203', 'forbidden'],
    ['A-113 a class that the user has', '+442079460000', '202', 'backup'],
    ['emergency calls are never barred', '911', 'nobody', 'carrier backup'],
    ['a short code without a route', '611', '202', 'noRoute'],
  ])('%s', (_, number, extension, expected) => {
    expect(ways(number, extension)).toBe(expected);
  });

  it('is compiled whole', () => {
    const acme = domainOf(office);
    expect(acme.trunks.get('carrier')).toEqual({
      name: 'carrier',
      enabled: true,
      host: 'sip.carrier.example',
      port: null,
      transport: null,
      username: 'acme',
      password: 'long-enough',
      registerMs: 300_000,
      qualifyMs: null,
      sources: ['192.0.2.0/24'],
      format: 'e164',
      passesCaller: false,
      tells: ['diversion'],
    });
    expect(acme.trunks.get('backup')?.sources).toEqual(['198.51.100.1']);
    expect(acme.trunks.get('backup')?.qualifyMs).toBe(60_000);
    expect([...acme.numbers.values()]).toEqual([
      { number: '+12125550100', treatment: { to: 'user', extension: '202' }, notes: '' },
      { number: '+12125550101', treatment: { to: 'available' }, notes: '' },
      { number: '+12125550102', treatment: { to: 'voicemail', extension: '203' }, notes: 'the old office' },
    ]);
    expect(acme.outbound.callerId).toBe('+12125550100');
    expect(acme.lists).toMatchObject({
      blocked: { exact: new Set(['+12125550666']), prefixes: ['+1900'] },
      blockAnonymous: true,
      blockUnknown: false,
    });
    expect(acme.users.get('202')).toMatchObject({
      callerId: '+12125550102',
      mayCall: new Set(['national', 'international']),
      lists: { allowed: { exact: new Set(['+12125550666']), prefixes: [] } },
    });
    expect([...acme.features]).toEqual([
      ['*78', { does: 'dndOn' }],
      ['*72', { does: 'forwardOn' }],
    ]);
  });

  it('without routes is every number by every trunk', () => {
    const plain = domainOf('domain: a.example\ntrunks: { a: { host: 192.0.2.1 }, b: { host: 192.0.2.2 } }\n');
    expect(plain.outbound.routes).toEqual([{ match: '*', class: 'any', trunks: ['a', 'b'] }]);
  });
});

describe('the agents page', () => {
  const rulesOf = (incoming: string) => {
    const domain = domainOf(
      `domain: a.example\ntimezone: UTC\nusers: [{ extension: 202, voicemail: true, incoming: ${incoming} }]\n`,
    );
    return { rules: domain.users.get('202')?.rules, frames: domain.users.get('202')?.timeFrames };
  };
  const mobile = { to: 'number', number: '+12125550123', confirm: true };

  it.each([
    [
      'D-73 a both at once',
      '{ prefer: both, mobile: "+12125550123" }',
      { ring: { own: 'main', also: [{ to: mobile, delayMs: 0 }] } },
    ],
    [
      'D-73 b first the extension',
      '{ prefer: extensionFirst, mobile: "+12125550123" }',
      {
        ring: { own: 'main', also: [] },
        next: { afterMs: 15_000, ring: { own: 'none', also: [{ to: mobile, delayMs: 0 }] } },
      },
    ],
    ['D-73 c the extension only', '{ prefer: extension }', { ring: { own: 'main', also: [] } }],
    [
      'D-73 d the mobile only, confirmed because there is a mailbox',
      '{ prefer: mobile, mobile: "+12125550123" }',
      { always: mobile },
    ],
  ])('%s', (_, incoming, rule) => {
    expect(rulesOf(incoming).rules).toEqual([expect.objectContaining({ name: 'default', frame: null, ...rule })]);
  });

  it('D-74 off-hours are what the working hours leave over', () => {
    const { rules, frames } = rulesOf(
      '{ prefer: extension, hours: { mon-fri: ["09:00-12:00", "13:00-17:00"] }, afterHours: voicemail }',
    );
    expect(rules?.map(({ name, frame, always }) => [name, frame, always])).toEqual([
      ['Working hours of 202', 'Working hours of 202', null],
      ['default', null, { to: 'voicemail', extension: '202' }],
    ]);
    expect(frames?.get('Working hours of 202')).toMatchObject({ owner: '202', kind: 'week' });
  });
});
