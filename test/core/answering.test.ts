import { describe, expect, it } from 'vitest';
import { phoneOf, rule, user } from '../support/office.js';
import {
  allowing,
  blocking,
  box,
  decided,
  device,
  EVENING,
  ext,
  from,
  inWords,
  lists,
  MOBILE,
  mailbox,
  mobile,
  none,
  of,
  PEST,
  type Row,
  VIP,
  withBox,
} from './answering-stage.js';

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
    'D-2 the ring before when unanswered',
    { rules: [{ unanswered: ext('203'), busy: box('204') }] },
    'ring 202 for 25s; busy: route voicemail 204, else route extension 203, else reject unavailable; route extension 203, else reject unavailable',
  ],
  ['D-2 the end of all: voicemail', { registered: [], ...withBox }, 'voicemail 202'],
  ['D-2 the end of all without voicemail: 480', { registered: [], ...none }, 'reject unavailable'],
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
  [
    'D-13 a listed extension whose user does not want to be disturbed, forwards and has no rule that rings',
    {
      rules: [{ ring: { own: 'none', also: [{ to: ext('205'), delayMs: 0 }] } }],
      colleague: user('205', { dnd: true, forward: ext('204'), rules: [rule({ dnd: true, always: ext('204') })] }),
    },
    'ring 205 for 25s; reject unavailable',
  ],
  [
    'D-13 a forward to an extension asks its rules when it comes there',
    { rules: [{ always: ext('203') }] },
    'route extension 203, else reject unavailable',
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
    'D-25 no screening before what the exchange itself answers',
    { rules: [{ screen: true, always: ext('*43') }] },
    'route extension *43 screened, else reject unavailable',
  ],
  [
    'D-25 screening before a number outside',
    { rules: [{ screen: true, always: mobile() }] },
    `screen; route number ${MOBILE} screened, else reject unavailable`,
  ],
  [
    'D-46 a forward that would be a loop comes to the mailbox',
    { rules: [{ always: ext('203') }], user: { voicemail: mailbox, rules: [rule({ always: ext('203') })] } },
    'route extension 203, else voicemail 202',
  ],
  [
    'D-46 without a mailbox to the next exit',
    { calls: { 202: 1 }, rules: [{ active: ext('203'), unanswered: ext('204') }] },
    'route extension 203, else route extension 204, else reject unavailable',
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
});
