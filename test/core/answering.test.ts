import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/caller.js';
import type { AnsweringRule, Destination, Domain, User } from '../../src/core/domain.js';
import { describePlan, nameOf, type Plan } from '../../src/core/plan.js';
import { tell } from '../../src/core/reason.js';
import { decide } from '../../src/core/route.js';
import { EMPTY_LIST, NO_LISTS, type ScreeningLists } from '../../src/core/screening-list.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import { devices, office, outsider, phoneOf, rule, user } from '../support/office.js';

const NOON = Date.parse('2026-11-24T17:00:00Z'); // Tuesday, 12:00 in New York
const EVENING = Date.parse('2026-11-24T23:30:00Z');
const mailbox = { maxMessageMs: 60_000, greeting: null };
const MOBILE = '+12125550123';
const mobile = (confirm = true): Destination => ({ to: 'number', number: MOBILE, confirm });
const ext = (extension: string): Destination => ({ to: 'extension', extension });
const device = (id: string): Destination => ({ to: 'device', device: id });
const box = (extension: string): Destination => ({ to: 'voicemail', extension });

const hours: TimeFrame = {
  name: 'Hours',
  timeZone: 'inherit',
  owner: null,
  kind: 'week',
  days: { tue: [{ start: 9 * 60, end: 17 * 60 }] },
  recurrence: null,
};
const always: TimeFrame = { name: 'Always', timeZone: 'inherit', owner: null, kind: 'always' };

type Setting = {
  readonly rules?: readonly Partial<AnsweringRule>[];
  readonly user?: Partial<User>;
  readonly domain?: Partial<Domain>;
  readonly registered?: readonly string[];
  readonly calls?: Readonly<Record<string, number>>;
  readonly caller?: Caller;
  readonly screened?: boolean;
  readonly at?: number;
};

/** One trunk by which everybody may call anywhere. */
function withTrunk(users: readonly User[], over: Partial<Domain> = {}): Domain {
  const trunk = {
    name: 'carrier',
    enabled: true,
    host: 'sip.carrier.example',
    port: null,
    transport: null,
    username: null,
    password: null,
    registerMs: null,
    sources: [],
    format: 'e164',
    passesCaller: false,
    tells: [],
  } as const;
  return office(users, {
    timeFrames: new Map([hours, always].map((frame) => [frame.name, frame])),
    trunks: new Map([['carrier', trunk]]),
    outbound: {
      emergency: { numbers: new Set(['911']), trunks: [] },
      prefix: '',
      routes: [{ match: '+*', class: 'any', trunks: ['carrier'] }],
      mayCall: null,
      callerId: null,
    },
    ...over,
  });
}

function decided(setting: Setting) {
  const callee = user('202', {
    devices: devices('202', '202wp'),
    rules: (setting.rules ?? [{}]).map((over) => rule({ ring: { own: 'main', also: [] }, ...over })),
    ...setting.user,
  });
  const domain = withTrunk([user('201'), callee, user('203', { voicemail: mailbox }), user('204')], setting.domain);
  const registered = setting.registered ?? ['201', '202', '202wp', '203', '204'];
  const world = {
    contactsOf: (id: string) => (registered.includes(id) ? [{ uri: `sip:${id}@192.0.2.7`, flow: null }] : []),
    callsOf: (extension: string) => setting.calls?.[extension] ?? 0,
  };
  const caller = setting.caller ?? phoneOf('201');
  const inquiry = { to: ext('202'), caller, by: null, screened: setting.screened ?? false };
  const decision = decide(domain, world, inquiry, setting.at ?? NOON);
  return { ...decision, reasons: decision.because.map((reason) => tell(reason, domain)) };
}

/** A plan with everything that follows, on one line. */
function inWords(plan: Plan): string {
  switch (plan.do) {
    case 'ring': {
      const targets = plan.targets.map(
        (t) =>
          `${nameOf(t)}${t.delayMs > 0 ? `+${t.delayMs / 1000}s` : ''}${t.confirm === null ? '' : ` (${t.confirm})`}`,
      );
      const exits = [
        ...(plan.busy === null ? [] : [`busy: ${inWords(plan.busy)}`]),
        ...(plan.offline === null ? [] : [`dead: ${inWords(plan.offline)}`]),
        inWords(plan.unanswered),
      ];
      return `ring ${targets.join(' ')} for ${plan.ringMs / 1000}s; ${exits.join('; ')}`;
    }
    case 'screen':
      return `screen; ${inWords(plan.then)}`;
    case 'route':
      return `route ${describePlan(plan)}${plan.screened ? ' screened' : ''}, else ${inWords(plan.otherwise)}`;
    case 'voicemail':
    case 'serve':
    case 'switch':
    case 'reject':
      return `${plan.do === 'reject' ? 'reject ' : ''}${describePlan(plan)}`;
  }
}

const lists = (over: Partial<ScreeningLists>): ScreeningLists => ({ ...NO_LISTS, ...over });
const of = (...numbers: string[]) => ({ exact: new Set(numbers), prefixes: [] });
const VIP = '+12125550100';
const PEST = '+12125550666';
const from = (number: string | null, name = '') => outsider(number, name);
const allowing = { lists: lists({ allowed: of(VIP) }) };
const blocking = { lists: lists({ blocked: of(PEST) }) };
const none = { user: { voicemail: null } };
const withBox = { user: { voicemail: mailbox } };

type Row = readonly [name: string, setting: Setting, plan: string];

const rows: readonly Row[] = [
  [
    'D-1 the first rule whose frame holds',
    { rules: [{ name: 'Hours', frame: 'Hours', always: ext('203') }, {}] },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-1 none holds: the Default rule',
    { at: EVENING, rules: [{ name: 'Hours', frame: 'Hours', always: ext('203') }, {}] },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-1 D-59 the order of the rules alone decides',
    {
      rules: [
        { name: 'Always', frame: 'Always', always: ext('204') },
        { name: 'Hours', frame: 'Hours', always: ext('203') },
        {},
      ],
    },
    'route extension 204, else reject unavailable',
  ],
  ['D-1 imported data without a Default rule', { user: { rules: [], voicemail: mailbox } }, 'voicemail 202'],
  [
    'D-3 a disabled rule is as if absent',
    { rules: [{ name: 'Hours', frame: 'Hours', enabled: false, always: ext('203') }, {}] },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-60 a rule whose frame is gone does not hold',
    { rules: [{ name: 'Gone', frame: 'Gone', always: ext('203') }, {}] },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-39 the frame is read in the zone of the user',
    { user: { timeZone: 'Asia/Tokyo', rules: [rule({ name: 'Hours', frame: 'Hours', always: ext('203') }), rule()] } },
    'ring 202 202wp for 25s; reject unavailable',
  ],
  [
    'D-2 block before do not disturb',
    {
      caller: from(PEST),
      rules: [{ dnd: true }],
      user: { voicemail: mailbox, ...blocking, rules: [rule({ dnd: true })] },
    },
    'reject blocked',
  ],
  ['D-2 do not disturb before always', { rules: [{ dnd: true, always: ext('203') }] }, 'reject busy'],
  [
    'D-2 screening before always',
    { rules: [{ screen: true, always: ext('203') }] },
    'screen; route extension 203 screened, else reject unavailable',
  ],
  [
    'D-2 always before offline and on active',
    { registered: [], calls: { 202: 1 }, rules: [{ always: ext('203'), offline: ext('204'), active: ext('204') }] },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-2 offline before on active',
    { registered: [], calls: { 202: 1 }, rules: [{ offline: ext('203'), active: ext('204') }] },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-2 on active before the ring',
    { calls: { 202: 1 }, rules: [{ active: ext('204') }] },
    'route extension 204, else reject unavailable',
  ],
  [
    'D-4 a blocked number is refused, without voicemail',
    { caller: from(PEST), user: { voicemail: mailbox, ...blocking } },
    'reject blocked',
  ],
  ['D-4 the domain blocks for everybody', { caller: from(PEST), domain: blocking }, 'reject blocked'],
  [
    'D-4 the user allows what the domain blocks',
    {
      caller: from(PEST),
      domain: blocking,
      user: { lists: lists({ allowed: of(PEST) }), rules: [rule({ ring: { own: 'main', also: [] } })] },
    },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-4 the user blocks what the domain allows',
    { caller: from(VIP), domain: allowing, user: { lists: lists({ blocked: of(VIP) }) } },
    'reject blocked',
  ],
  [
    'D-4 an entry with * is a prefix',
    { caller: from('+19005550100'), user: { lists: lists({ blocked: { exact: new Set(), prefixes: ['+1900'] } }) } },
    'reject blocked',
  ],
  [
    'D-4 another number is not blocked',
    { caller: from(`${PEST}6`), user: { ...blocking, rules: [rule({ ring: { own: 'main', also: [] } })] } },
    'ring 202 for 25s; reject unavailable',
  ],
  ['D-4 a colleague may be blocked by extension', { user: { lists: lists({ blocked: of('201') }) } }, 'reject blocked'],
  [
    'D-5 anonymous callers',
    { caller: from(null), user: { lists: lists({ blockAnonymous: true }) } },
    'reject anonymous',
  ],
  [
    'D-5 anonymous with a number that the network knows',
    { caller: { ...from(VIP), anonymous: true }, user: { lists: lists({ blockAnonymous: true }) } },
    'reject anonymous',
  ],
  [
    'D-5 an allowed number may be hidden',
    {
      caller: { ...from(VIP), anonymous: true },
      user: {
        lists: lists({ blockAnonymous: true, allowed: of(VIP) }),
        rules: [rule({ ring: { own: 'main', also: [] } })],
      },
    },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-5 unknown callers',
    { caller: { ...from(null), anonymous: false }, user: { lists: lists({ blockUnknown: true }) } },
    'reject anonymous',
  ],
  [
    'D-5 a missing name alone does not block',
    {
      caller: from(VIP),
      user: {
        lists: lists({ blockAnonymous: true, blockUnknown: true }),
        rules: [rule({ ring: { own: 'main', also: [] } })],
      },
    },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-5 a missing name blocks in the compatible mode',
    { caller: from(VIP), user: { lists: lists({ blockWithoutName: true }) } },
    'reject anonymous',
  ],
  [
    'D-5 a colleague who hides is no anonymous caller',
    { caller: { ...phoneOf('201'), anonymous: true }, domain: { lists: lists({ blockAnonymous: true }) } },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-6 do not disturb with voicemail',
    { user: { voicemail: mailbox, rules: [rule({ dnd: true })] } },
    'voicemail 202',
  ],
  ['D-6 do not disturb without voicemail is busy', { rules: [{ dnd: true }], ...none }, 'reject busy'],
  ['D-6 do not disturb switched on by feature code', { user: { dnd: true, voicemail: mailbox } }, 'voicemail 202'],
  [
    'D-7 allowed numbers skip do not disturb',
    { caller: from(VIP), user: { ...allowing, rules: [rule({ dnd: true, ring: { own: 'main', also: [] } })] } },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-7 allowed numbers skip screening',
    { caller: from(VIP), user: { ...allowing, rules: [rule({ screen: true, ring: { own: 'main', also: [] } })] } },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-7 allowed numbers do not skip always',
    { caller: from(VIP), user: { ...allowing, rules: [rule({ always: ext('203') })] } },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-7 allowed numbers do not skip on active',
    { caller: from(VIP), calls: { 202: 1 }, user: { ...allowing, rules: [rule({ active: ext('203') })] } },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-7 the list of allowed numbers is not exclusive',
    { caller: from(PEST), user: { ...allowing, rules: [rule({ ring: { own: 'main', also: [] } })] } },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-8 somebody else in a call does not count',
    { calls: { 203: 1 }, rules: [{ active: ext('204') }] },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-9 when busy, of one device that rings alone',
    { rules: [{ busy: box('203') }] },
    'ring 202 for 25s; busy: route voicemail 203, else reject unavailable; reject unavailable',
  ],
  [
    'D-9 the line is full',
    { calls: { 202: 2 }, user: { maxCalls: 2, rules: [rule({ busy: box('203') })] } },
    'route voicemail 203, else reject unavailable',
  ],
  ['D-9 the line is full and nothing is set', { calls: { 202: 2 }, user: { maxCalls: 2 } }, 'reject busy'],
  [
    'D-9 the line is full, with voicemail',
    { calls: { 202: 2 }, user: { maxCalls: 2, voicemail: mailbox } },
    'voicemail 202',
  ],
  [
    'D-9 the line is not full yet',
    { calls: { 202: 1 }, user: { maxCalls: 2, rules: [rule({ ring: { own: 'main', also: [] } })] } },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-10 no device is registered',
    { registered: ['201'], rules: [{ offline: mobile() }] },
    `route number ${MOBILE}, else reject unavailable`,
  ],
  [
    'D-10 one device of several is enough',
    { registered: ['202wp'], rules: [{ offline: mobile(), ring: { own: 'all', also: [] } }] },
    `ring 202wp for 25s; dead: route number ${MOBILE}, else reject unavailable; reject unavailable`,
  ],
  [
    'D-10 offline wins over a number that rings along',
    { registered: [], rules: [{ offline: ext('203'), ring: { own: 'main', also: [{ to: mobile(), delayMs: 0 }] } }] },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-10 system users are never offline',
    {
      user: {
        devices: [],
        voicemail: mailbox,
        rules: [rule({ offline: ext('203'), ring: { own: 'none', also: [] } })],
      },
    },
    'voicemail 202',
  ],
  [
    'D-11 the ring time is the user’s',
    { user: { ringMs: 40_000, rules: [rule({ ring: { own: 'main', also: [] } })] } },
    'ring 202 for 40s; reject unavailable',
  ],
  [
    'D-11 a delay as long as the ring time never rings',
    { user: { ringMs: 10_000, rules: [rule({ ring: { own: 'main', also: [{ to: ext('203'), delayMs: 10_000 }] } })] } },
    'ring 202 for 10s; reject unavailable',
  ],
  [
    'D-12 unanswered with nothing set: voicemail',
    { ...withBox, rules: [{}], user: { voicemail: mailbox, rules: [rule({ ring: { own: 'main', also: [] } })] } },
    'ring 202 for 25s; voicemail 202',
  ],
  [
    'D-12 nothing registered is unanswered at once',
    { registered: [], rules: [{ unanswered: ext('203') }] },
    'route extension 203, else reject unavailable',
  ],
  [
    'D-13 a listed extension rings its main device',
    { user: { rules: [rule({ ring: { own: 'main', also: [{ to: ext('203'), delayMs: 5_000 }] } })] } },
    'ring 202 203+5s for 25s; reject unavailable',
  ],
  ['D-14 the main device', { rules: [{ ring: { own: 'main', also: [] } }] }, 'ring 202 for 25s; reject unavailable'],
  [
    'D-14 all registered devices',
    { rules: [{ ring: { own: 'all', also: [] } }] },
    'ring 202 202wp for 25s; reject unavailable',
  ],
  [
    'D-14 only the registered of all devices',
    { registered: ['202wp'], rules: [{ ring: { own: 'all', also: [] } }] },
    'ring 202wp for 25s; reject unavailable',
  ],
  [
    'D-14 listed twice, rung once with the smallest delay',
    {
      rules: [
        {
          ring: {
            own: 'none',
            also: [
              { to: device('202'), delayMs: 5_000 },
              { to: device('202'), delayMs: 2_000 },
            ],
          },
        },
      ],
    },
    'ring 202+2s for 25s; reject unavailable',
  ],
  [
    'D-14 a number listed twice',
    {
      rules: [
        {
          ring: {
            own: 'none',
            also: [
              { to: mobile(), delayMs: 5_000 },
              { to: mobile(), delayMs: 0 },
            ],
          },
        },
      ],
    },
    `ring ${MOBILE} (callFor) for 25s; reject unavailable`,
  ],
  [
    'D-14 a phone is not rung by its own call',
    { caller: phoneOf('202', '202'), rules: [{ ring: { own: 'all', also: [] } }] },
    'ring 202wp for 25s; reject unavailable',
  ],
  [
    'D-16 a number outside confirms',
    { rules: [{ ring: { own: 'main', also: [{ to: mobile(), delayMs: 0 }] } }] },
    `ring 202 ${MOBILE} (callFor) for 25s; reject unavailable`,
  ],
  [
    'D-16 an answering service need not',
    { rules: [{ ring: { own: 'main', also: [{ to: mobile(false), delayMs: 0 }] } }] },
    `ring 202 ${MOBILE} for 25s; reject unavailable`,
  ],
  [
    'D-24 a number of ours stays in the house and does not confirm',
    {
      domain: {
        numbers: new Map([[MOBILE, { number: MOBILE, treatment: { to: 'user', extension: '203' }, notes: '' }]]),
      },
      rules: [{ ring: { own: 'main', also: [{ to: mobile(), delayMs: 0 }] } }],
    },
    'ring 202 203 for 25s; reject unavailable',
  ],
  [
    'D-24 a number of ours that is no phone is left out',
    {
      domain: { numbers: new Map([[MOBILE, { number: MOBILE, treatment: { to: 'available' }, notes: '' }]]) },
      rules: [{ ring: { own: 'main', also: [{ to: mobile(), delayMs: 0 }] } }],
    },
    'ring 202 for 25s; reject unavailable',
  ],
  [
    'D-25 screening asks everybody, inside and outside',
    { rules: [{ screen: true, ring: { own: 'main', also: [{ to: mobile(false), delayMs: 0 }] } }] },
    `screen; ring 202 (callFrom) ${MOBILE} (callFrom) for 25s; reject unavailable`,
  ],
  [
    'D-25 a caller is not asked twice',
    { screened: true, rules: [{ screen: true }] },
    'ring 202 (callFrom) for 25s; reject unavailable',
  ],
  [
    'D-25 no screening when only a mailbox follows',
    { registered: [], user: { voicemail: mailbox, rules: [rule({ screen: true })] } },
    'voicemail 202',
  ],
  [
    'D-25 no screening before somebody else’s mailbox',
    { rules: [{ screen: true, always: box('203') }] },
    'route voicemail 203, else reject unavailable',
  ],
  [
    'D-25 screening with a specific phone',
    { rules: [{ screen: true, always: device('202wp') }] },
    'screen; ring 202wp (callFrom) for 25s; reject unavailable',
  ],
  [
    'D-73 extension first, then the mobile for the rest',
    {
      rules: [
        {
          ring: { own: 'main', also: [] },
          next: { afterMs: 15_000, ring: { own: 'none', also: [{ to: mobile(), delayMs: 0 }] } },
        },
      ],
    },
    `ring 202 for 15s; ring ${MOBILE} (callFor) for 10s; reject unavailable`,
  ],
  ['D-73 mobile only', { rules: [{ always: mobile() }] }, `route number ${MOBILE}, else reject unavailable`],
  [
    'forwarding switched on by feature code comes before the rule’s own',
    { user: { forward: ext('204'), rules: [rule({ always: ext('203') })] } },
    'route extension 204, else reject unavailable',
  ],
  [
    'A-83 a specific phone: only that one rings',
    { rules: [{ always: device('202wp') }] },
    'ring 202wp for 25s; reject unavailable',
  ],
  [
    'A-83 a specific phone that is off',
    { registered: ['202'], user: { voicemail: mailbox, rules: [rule({ always: device('202wp') })] } },
    'voicemail 202',
  ],
  ['A-83 one’s own mailbox', { user: { voicemail: mailbox, rules: [rule({ always: box('202') })] } }, 'voicemail 202'],
];

describe('a call to a user', () => {
  it.each(rows)('%s', (_, setting, plan) => {
    expect(inWords(decided(setting).plan)).toBe(plan);
  });

  it('says why, in the order in which it was found', () => {
    const { reasons, rule: chosen } = decided({
      registered: ['202', '203'],
      rules: [
        { name: 'Hours', frame: 'Hours', enabled: false },
        {
          name: 'Always',
          frame: 'Always',
          screen: true,
          offline: mobile(),
          ring: {
            own: 'all',
            also: [
              { to: ext('203'), delayMs: 5_000 },
              { to: mobile(), delayMs: 0 },
            ],
          },
          unanswered: box('203'),
        },
        {},
      ],
    });
    expect(chosen).toBe('Always');
    expect(reasons).toEqual([
      '202 is User 202',
      'rule "Hours" is disabled',
      'rule "Always" holds: it is always',
      'screening: the caller is asked for a name',
      'ring 202, who hears the name and presses 1 to take the call',
      '202wp is left out: not registered',
      'ring 203 after 5 s, who hears the name and presses 1 to take the call',
      `${MOBILE} is outside: route +*, class any, by carrier`,
      `ring ${MOBILE}, who hears the name and presses 1 to take the call`,
      'when unanswered: voicemail 203',
      `when offline: number ${MOBILE}`,
    ]);
  });

  it.each<readonly [string, Setting, string]>([
    ['a list', { caller: from(PEST), user: blocking }, `the caller is blocked: ${PEST} is on the list of 202`],
    [
      'the domain’s list',
      { caller: from(PEST), domain: blocking },
      `the caller is blocked: ${PEST} is on the domain's list`,
    ],
    [
      'allowed',
      { caller: from(VIP), user: { ...allowing, dnd: true } },
      'do not disturb, switched on; the caller is allowed to',
    ],
    [
      'anonymous',
      { caller: from(null), user: { lists: lists({ blockAnonymous: true }) } },
      'the caller is anonymous, and 202 takes no such calls',
    ],
    [
      'unknown',
      {
        caller: { ...from(null), anonymous: false },
        domain: { lists: lists({ blockUnknown: true, allowed: EMPTY_LIST }) },
      },
      'the caller has no number, and the domain takes no such calls',
    ],
    [
      'nameless',
      { caller: from(VIP), user: { lists: lists({ blockWithoutName: true }) } },
      'the caller has no name, and 202 takes no such calls',
    ],
    ['on active', { calls: { 202: 1 }, rules: [{ active: ext('203') }] }, '202 is in 1 call'],
    ['full', { calls: { 202: 3 }, user: { maxCalls: 3 } }, 'the line of 202 is full: 3 calls of 3'],
    ['offline', { registered: [], rules: [{ offline: ext('203') }] }, '202 is offline: no device is registered'],
    [
      'a frame that is gone',
      { rules: [{ name: 'Gone', frame: 'Gone' }, {}] },
      'rule "Gone" does not hold: there is no time frame "Gone"',
    ],
    [
      'no way out',
      { domain: { trunks: new Map() }, rules: [{ ring: { own: 'main', also: [{ to: mobile(), delayMs: 0 }] } }] },
      `${MOBILE} is left out: there is no way out to it`,
    ],
    ['the second stage', { rules: [{ next: { afterMs: 15_000, ring: { own: 'all', also: [] } } }] }, 'after 15 s:'],
  ])('names the reason: %s', (_, setting, reason) => {
    expect(decided(setting).reasons).toContain(reason);
  });

  it('tells of a rule whose time frame has changed since that it has', () => {
    const { because } = decided({ rules: [{ name: 'Hours', frame: 'Hours' }, {}] });
    const now = withTrunk([], { timeFrames: new Map([['Hours', { ...hours, days: {} }]]) });
    const later = withTrunk([], { timeFrames: new Map() });
    const [, reason] = because;
    expect(reason === undefined ? null : tell(reason, now)).toBe('rule "Hours" holds: its time frame was another then');
    expect(reason === undefined ? null : tell(reason, later)).toBe('rule "Hours" holds: its time frame is gone since');
  });
});
