import { describe, expect, it } from 'vitest';
import { domainOf, itFinds, itWarns, type Row } from './config-folder.js';

const rules = (lines: string) =>
  `domain: a.example\nusers:\n  - extension: 202\n    rules:\n      ${lines.replaceAll('\n', '\n      ')}\n`;

const answering: readonly Row[] = [
  [
    'a rule without when',
    rules('- always: voicemail'),
    'office.yaml:5:9: users[0].rules[0].when: missing; expected the name of a time frame, or default',
  ],
  [
    'A-75 an unknown frame',
    `${rules('- when: Buisness hours')}timezone: UTC\ntimeFrames: { Business hours: always }\n`,
    'office.yaml:5:15: users[0].rules[0].when: there is no time frame "Buisness hours"; expected one of timeFrames, or default; did you mean "Business hours"?',
  ],
  [
    'A-77 the default rule is not the last',
    `${rules('- when: default\n- when: Lunch')}timezone: UTC\ntimeFrames: { Lunch: always }\n`,
    'office.yaml:5:15: users[0].rules[0].when: the default rule must be the last, because no rule below it is ever asked',
  ],
  [
    'D-1 the default rule is disabled',
    rules('- when: default\n  enabled: false'),
    'office.yaml:6:18: users[0].rules[0].enabled: the default rule cannot be disabled',
  ],
  [
    'A-78 one frame, two rules',
    `${rules('- when: Lunch\n- when: Lunch')}timezone: UTC\ntimeFrames: { Lunch: always }\n`,
    'office.yaml:6:15: users[0].rules[1].when: "Lunch" has a rule already; one rule for each time frame',
  ],
  [
    'A-83 forward to nobody',
    rules('- when: default\n  always: 203'),
    'office.yaml:6:17: users[0].rules[0].always: there is no extension "203"; did you mean "202"?',
  ],
  [
    'A-83 forward to oneself',
    rules('- when: default\n  always: 202'),
    'office.yaml:6:17: users[0].rules[0].always: sends the call back to 202 itself; { device: "202" } rings the phone alone',
  ],
  [
    'A-83 forward to no device',
    rules('- when: default\n  always: { device: 202wp }'),
    'office.yaml:6:27: users[0].rules[0].always.device: there is no device "202wp"',
  ],
  [
    'A-86 voicemail that is off',
    rules('- when: default\n  unanswered: voicemail'),
    'office.yaml:6:21: users[0].rules[0].unanswered: 202 has no voicemail; expected a user with voicemail: true',
  ],
  [
    'A-86 voicemail of nobody',
    rules('- when: default\n  unanswered: { voicemail: 999 }'),
    'office.yaml:6:34: users[0].rules[0].unanswered.voicemail: there is no extension "999"',
  ],
  [
    'a destination in prose',
    rules('- when: default\n  always: to my mobile'),
    'office.yaml:6:17: users[0].rules[0].always: "to my mobile" is not right; expected voicemail, an extension, { voicemail: EXTENSION }, { extension: EXTENSION }, { device: ID } or { number: NUMBER }',
  ],
  [
    'A-89 a device that is not one’s own',
    `${rules('- when: default\n  ring: [203]')}  - extension: 203\n`,
    'office.yaml:6:16: users[0].rules[0].ring[0]: 202 has no device "203"; did you mean "202"?',
  ],
  [
    'A-89 a misspelt ring set',
    rules('- when: default\n  ring: everything'),
    'office.yaml:6:15: users[0].rules[0].ring: "everything" is not right; expected main, all, none or a list of device ids, or a mapping with devices and also',
  ],
  [
    'A-89 an empty ring set',
    rules('- when: default\n  ring: []'),
    'office.yaml:6:15: users[0].rules[0].ring: the list is empty; expected device ids, or none',
  ],
  [
    'A-89 nobody rings along',
    rules('- when: default\n  ring: { also: [203] }'),
    'office.yaml:6:24: users[0].rules[0].ring.also[0]: there is no extension "203"; did you mean "202"?',
  ],
  [
    'A-89 a service rings along',
    `${rules('- when: default\n  ring: { also: [{ to: 900 }] }')}services: { 900: echo }\n`,
    'office.yaml:6:30: users[0].rules[0].ring.also[0].to: 900 is a service and cannot ring',
  ],
  [
    'A-89 an extension without a phone rings along',
    `${rules('- when: default\n  ring: { also: [203] }')}  - { extension: 203, devices: [] }\n`,
    'office.yaml:6:24: users[0].rules[0].ring.also[0]: 203 has no device to ring',
  ],
  [
    'A-93 too long a delay',
    rules('- when: default\n  ring: { also: [{ to: { device: "202" }, delay: 11s }] }'),
    'office.yaml:6:56: users[0].rules[0].ring.also[0].delay: "11s" is not right; expected a duration from 0s to 10s, such as 500ms or 5s',
  ],
  [
    'A-92 a number outside that is none',
    rules('- when: default\n  ring: { also: [{ to: { number: "12" } }] }'),
    'office.yaml:6:40: users[0].rules[0].ring.also[0].to.number: "12" is no telephone number of US',
  ],
  [
    'D-9 busy is for one device alone',
    rules('- when: default\n  ring: all\n  busy: { device: "202" }'),
    'office.yaml:7:15: users[0].rules[0].busy: is for a rule of which one device rings alone; expected unanswered',
  ],
  [
    'D-10 a user without a device is never offline',
    `domain: a.example\nusers: [{ extension: 202, devices: [], voicemail: true, rules: [{ when: default, ring: none, offline: voicemail }] }]\n`,
    'office.yaml:2:103: users[0].rules[0].offline: 202 has no device that could be offline',
  ],
  [
    'D-73 a second stage after the ring time',
    rules('- when: default\n  next: { after: 25s, ring: all }'),
    'office.yaml:6:24: users[0].rules[0].next.after: is not shorter than the ring time of 25s, so that nothing rings next',
  ],
  [
    'A-94 the main device of a user without one',
    `domain: a.example\nusers: [{ extension: 202, devices: [], rules: [{ when: default, ring: main }] }]\n`,
    'office.yaml:2:71: users[0].rules[0].ring: 202 has no device to ring; expected none',
  ],
];

const warnings: readonly Row[] = [
  [
    'D-11 a delay as long as the ring time',
    `${rules('- when: default\n  ring: { also: [{ to: 203, delay: 10s }] }')}    ringTime: 10s\n  - extension: 203\n`,
    'office.yaml:6:42: users[0].rules[0].ring.also[0].delay: never rings, because 10s is not shorter than the ring time of 10s; make the delay shorter, or ringTime longer',
  ],
  [
    'D-14 what is listed twice',
    `${rules('- when: default\n  ring: { also: [203, { to: { device: "203" }, delay: 5s }, 202, { to: { number: "+12125550123" } }, { to: { number: (212) 555-0123 } }] }')}  - extension: 203\n`,
    'office.yaml:6:35: users[0].rules[0].ring.also[1].to: 203 rings already in this set, and is rung once; remove one of the two',
    'office.yaml:6:67: users[0].rules[0].ring.also[2]: 202 rings already in this set, and is rung once; remove one of the two',
    'office.yaml:6:114: users[0].rules[0].ring.also[4].to: +12125550123 rings already in this set, and is rung once; remove one of the two',
  ],
  [
    'D-14 a device of all, and one of a list, twice',
    `domain: a.example\nusers:\n  - extension: 202\n    devices: [202, 202m]\n    rules:\n      - { when: default, ring: { devices: all, also: [{ to: { device: 202m } }] }, next: { after: 5s, ring: [202, 202] } }\n`,
    'office.yaml:6:61: users[0].rules[0].ring.also[0].to: 202m rings already in this set, and is rung once; remove one of the two',
    'office.yaml:6:115: users[0].rules[0].next.ring[1]: 202 is in this list already, and is rung once; remove one of the two',
  ],
  [
    'D-24 a number of ours that is no phone, and one that is one that rings',
    `${rules('- when: default\n  ring: { also: [{ to: { number: "+12125550100" } }, { to: { number: "+12125550101" } }] }')}numbers: { "+12125550100": available, "+12125550101": 202 }\n`,
    'office.yaml:6:30: users[0].rules[0].ring.also[0].to: is a number of ours that leads to no phone and never rings; calls can be forwarded there',
    'office.yaml:6:66: users[0].rules[0].ring.also[1].to: 202 rings already in this set, and is rung once; remove one of the two',
  ],
  [
    'A-83 always has no other setting',
    rules('- when: default\n  always: { device: "202" }\n  ring: all'),
    'office.yaml:7:15: users[0].rules[0].ring: has no effect, because always takes every call; remove it, or always',
  ],
  [
    'D-2 do not disturb comes before always',
    rules('- when: default\n  doNotDisturb: true\n  always: { device: "202" }'),
    'office.yaml:7:17: users[0].rules[0].always: has no effect but for allowed callers, because do not disturb comes first; remove one of the two',
  ],
  [
    'D-10 offline comes before what rings along',
    rules('- when: default\n  ring: { also: [{ to: { number: "+12125550100" } }] }\n  offline: { device: "202" }'),
    'office.yaml:7:18: users[0].rules[0].offline: comes before what rings along: with no device of one’s own registered nothing rings; remove it if that is to ring',
  ],
  [
    'A-92 a number outside without confirmation',
    rules('- when: default\n  ring: { also: [{ to: { number: "+12125550100" }, confirm: false }] }'),
    'office.yaml:6:67: users[0].rules[0].ring.also[0].confirm: a mailbox that answers there will take the call; true asks for a 1 first',
  ],
  [
    'A-92 confirmation inside the house',
    rules('- when: default\n  ring: { devices: none, also: [{ to: { device: "202" }, confirm: true }] }'),
    'office.yaml:6:73: users[0].rules[0].ring.also[0].confirm: has no effect, because only numbers outside are asked',
  ],
  [
    'nothing rings',
    rules('- when: default\n  ring: { devices: none }'),
    'office.yaml:6:26: users[0].rules[0].ring.devices: nothing rings: every call is unanswered at once',
  ],
];

describe('mistakes', () => {
  itFinds(answering);
  describe('worth a warning', () => itWarns(warnings));
});

describe('answering rules', () => {
  const acme = (more: string) =>
    domainOf(`
domain: acme.example
timezone: America/New_York
timeFrames: { Business hours: { days: { mon-fri: ["09:00-17:00"] } }, Lunch: always }
users:
  - extension: "202"
    devices: ["202", 202wp]
    voicemail: true
${more}
  - extension: 203
  - { extension: 207, voicemail: true }
services: { "*43": echo }
`).users.get('202')?.rules;

  const implied = {
    name: 'default',
    frame: null,
    enabled: true,
    dnd: false,
    screen: false,
    always: null,
    offline: null,
    active: null,
    ring: { own: 'main', also: [] },
    next: null,
    busy: null,
    unanswered: null,
  };

  it('D-1 a user without rules has the Default rule: the main device rings', () => {
    expect(acme('')).toEqual([implied]);
  });

  it('D-1 a Default rule that is left out is implied, after the others', () => {
    expect(acme('    rules: [{ when: Lunch, always: voicemail }]')).toEqual([
      { ...implied, name: 'Lunch', frame: 'Lunch', always: { to: 'voicemail', extension: '202' } },
      implied,
    ]);
  });

  it('D-3 A-80 a disabled rule stays in the list', () => {
    expect(acme('    rules: [{ when: Lunch, enabled: false, ring: all }]')?.[0]).toEqual({
      ...implied,
      name: 'Lunch',
      frame: 'Lunch',
      enabled: false,
      ring: { own: 'all', also: [] },
    });
  });

  it.each([
    ['A-90 the main device', 'main', { own: 'main', also: [] }],
    ['A-91 all devices', 'all', { own: 'all', also: [] }],
    ['nothing', '{ devices: none, also: [203] }', { own: 'none', also: [{ to: ext('203'), delayMs: 0 }] }],
    ['A-89 chosen devices', '[202wp, 202wp, "202"]', { own: ['202wp', '202'], also: [] }],
    [
      'A-93 along, with delays',
      '{ also: ["203", { to: { device: 202wp }, delay: 500ms }, { to: 207, delay: 10s }] }',
      {
        own: 'main',
        also: [
          { to: ext('203'), delayMs: 0 },
          { to: { to: 'device', device: '202wp' }, delayMs: 500 },
          { to: ext('207'), delayMs: 10_000 },
        ],
      },
    ],
  ])('ring set: %s', (_, ring, expected) => {
    expect(acme(`    rules: [{ when: default, ring: ${ring} }]`)?.[0]?.ring).toEqual(expected);
  });

  it.each([
    ['voicemail', { to: 'voicemail', extension: '202' }],
    ['{ voicemail: 207 }', { to: 'voicemail', extension: '207' }],
    ['203', ext('203')],
    ['"203"', ext('203')],
    ['{ extension: 203 }', ext('203')],
    ['"*43"', ext('*43')],
    ['{ device: "202" }', { to: 'device', device: '202' }],
  ])('A-88 destination %s', (written, expected) => {
    const rules = acme(`    rules: [{ when: Lunch, always: ${written} }, { when: default, unanswered: ${written} }]`);
    expect(rules?.map(({ always, unanswered }) => [always, unanswered])).toEqual([
      [expected, null],
      [null, expected],
    ]);
  });
});

function ext(extension: string) {
  return { to: 'extension', extension };
}
