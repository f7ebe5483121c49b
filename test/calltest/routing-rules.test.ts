import { describe, expect, it } from 'vitest';
import { differences } from './tested-office.js';

/** What of the rules only shows in a call that goes on: time that passes, phones that come and go, forwards of forwards. */
const OFFICE = `
domain: a.example
timezone: America/New_York
timeFrames:
  Hours: { days: { mon-fri: "09:00-17:00" } }
  Night: { days: { mon-fri: "17:01-08:59" } }
trunks: { carrier: { host: sip.carrier.example }, backup: { host: sip.backup.example } }
numbers: { "+12125550100": 201, "+12125550101": 211, "+12125550102": { voicemail: 203 }, "+12125550103": available }
lists: { block: ["+12125550666"], blockAnonymous: true }
outbound:
  routes:
    - { match: "+1900*", class: premium, trunks: [carrier] }
    - { match: "+*", class: any, trunks: [carrier, backup] }
  mayCall: [any]
users:
  - { extension: 200, password: quite-long-0 }
  - extension: 201
    password: quite-long-1
    ringTime: 2m
    rules: [{ when: Hours, unanswered: 202 }, { when: default, always: 203 }]
  - { extension: 202, password: quite-long-2, rules: [{ when: Night, always: 203 }, { when: default }] }
  - { extension: 203, devices: [{ id: 203, password: quite-long-3 }, { id: 203x, password: quite-long-3x }], voicemail: true, rules: [{ when: default, ring: all }] }
  - { extension: 204, password: quite-long-4, rules: [{ when: default, ring: { also: [{ to: 205 }] }, unanswered: 203 }] }
  - { extension: 205, password: quite-long-5, rules: [{ when: default, doNotDisturb: true }] }
  - { extension: 206, password: quite-long-6, rules: [{ when: default, active: 203 }] }
  - { extension: 207, password: quite-long-7, rules: [{ when: default, always: { number: "+12125550100" } }] }
  - { extension: 208, password: quite-long-8, rules: [{ when: default, ring: { also: [{ to: { number: "+12125550100" } }] } }] }
  - { extension: 209, password: quite-long-9, rules: [{ when: default, offline: 203 }] }
  - { extension: 210, password: quite-long-10, rules: [{ when: default, ring: { devices: none, also: [{ to: { number: "+12125550123" } }] }, unanswered: 203 }] }
  - { extension: 211, password: quite-long-11, rules: [{ when: default, always: { number: "+12125550101" } }] }
  - { extension: 212, password: quite-long-12, incoming: { prefer: extensionFirst, mobile: "+12125550123", extensionRing: 15s } }
  - { extension: 213, password: quite-long-13, voicemail: true, incoming: { prefer: both, mobile: "+12125550123", hours: { mon-fri: ["09:00-12:00", "13:00-17:00"] } } }
  - { extension: 214, password: quite-long-14, rules: [{ when: default, active: 215, unanswered: 203 }] }
  - { extension: 215, password: quite-long-15, rules: [{ when: default, always: 214 }] }
  - { extension: 216, password: quite-long-16, rules: [{ when: default, ring: { also: [{ to: 217, delay: 8s }, { to: 202, delay: 4s }] } }] }
  - { extension: 217, password: quite-long-17, rules: [{ when: default, busy: { voicemail: 203 } }] }
`;

describe('answering rules of a call that goes on', () => {
  it.each([
    [
      'D-1 the frame ends while the phone rings: the call goes on by the rule that it began with',
      'from: 200, to: 201, at: 2026-11-24T17:00',
      'rule: Hours, legs: [{ to: 201, until: 2m }, { to: 203, at: 2m }, { to: 203x, at: 2m }]',
      '203: { answers: 1s }',
    ],
    [
      'D-61 who is forwarded to is asked when the call comes there: 17:02, not 17:00',
      'from: 200, to: 201, at: 2026-11-24T17:00',
      'legs: [{ to: 201, until: 2m }, { to: 203, at: 2m }, { to: 203x, at: 2m }], end: { answered: 203, at: 2m1s }',
      '203: { answers: 1s }',
    ],
    [
      'D-61 within one frame, 201 at 09:00 to 202 at 09:02',
      'from: 200, to: 201, at: 2026-11-24T09:00',
      'legs: [{ to: 201, until: 2m }, { to: 202, at: 2m }], end: { answered: 202, at: 2m5s }',
      '202: { answers: 5s }',
    ],
    ['D-4 blocked is 603', 'from: "+12125550666", to: "+12125550100"', 'legs: [], end: { refused: 603 }'],
    [
      'D-4 RFC 5079: anonymous is 433',
      'from: { number: "+12125550111", anonymous: true }, to: "+12125550100"',
      'legs: [], end: { refused: 433 }',
    ],
    [
      'D-6 do not disturb on the phone itself (486) is the word of that phone',
      'from: 200, to: 203',
      'legs: [{ to: 203, until: 0s }, { to: 203x }], end: { answered: 203x, at: 3s }',
      '203: busy, 203x: { answers: 3s }',
    ],
    ['D-6 do not disturb without a mailbox is 486', 'from: 200, to: 205', 'legs: [], end: { refused: 486 }'],
    ['D-8 dialling out counts as a call', 'from: 200, to: 206, inCall: [206]', 'legs: [{ to: 203 }, { to: 203x }]'],
    ['D-8 a colleague in a call does not', 'from: 200, to: 206, inCall: [204]', 'legs: [{ to: 206 }]'],
    [
      'D-9 busy, of one phone',
      'from: 200, to: 217',
      'legs: [{ to: 217, until: 2s }], end: { voicemail: 203, at: 2s }',
      '217: { refuses: 486, after: 2s }',
    ],
    ['D-9 600 is busy too', 'from: 200, to: 217', 'end: { voicemail: 203, at: 0s }', '217: { refuses: 600 }'],
    [
      'D-9 of several phones, all busy: the exit is that of unanswered calls',
      'from: 200, to: 204',
      'legs: [{ to: 204 }, { to: 205 }, { to: 203, at: 1s }, { to: 203x, at: 1s }]',
      '204: busy, 205: { refuses: 486, after: 1s }',
    ],
    [
      'D-10 a phone that is registered is not offline, though it does not answer',
      'from: 200, to: 209',
      'legs: [{ to: 209, until: 25s }], end: { refused: noAnswer, at: 25s }',
    ],
    ['D-10 nobody is there', 'from: 200, to: 209, registered: [200, 203]', 'legs: [{ to: 203 }]'],
    [
      'D-12 at the very end comes the exit of unanswered calls',
      'from: 200, to: 204, registered: [200]',
      'legs: [], end: { voicemail: 203, at: 0s }',
    ],
    ['D-12 and without one 480', 'from: 200, to: 206, registered: [200]', 'legs: [], end: { refused: 480, at: 0s }'],
    [
      'D-13 a listed extension rings whatever its own rules say',
      'from: 200, to: 204',
      'legs: [{ to: 204 }, { to: 205 }], end: { answered: 205, at: 2s }',
      '205: { answers: 2s }',
    ],
    [
      'D-19 the mobile is answered just before the end of the ring time, and takes the call after it',
      'from: 200, to: 210',
      'legs: [{ to: "+12125550123", until: 24s }], end: { answered: "+12125550123", at: 34s }',
      '"+12125550123": { answers: 24s, presses: [{ key: 1, after: 10s }] }',
    ],
    [
      'D-19 or does not',
      'from: 200, to: 210',
      'legs: [{ to: "+12125550123", until: 24s }, { to: 203, at: 44s }, { to: 203x, at: 44s }]',
      '"+12125550123": { answers: 24s }',
    ],
    [
      'D-22 a phone that is not there does not hold up those that wait',
      'from: 200, to: 216, registered: [200, 202, 217]',
      'legs: [{ to: 202, at: 0s }, { to: 217, at: 8s }]',
    ],
    [
      'D-24 a forward to a number of ours stays in the house and asks the rules of its user',
      'from: 200, to: 207, at: 2026-11-24T20:00',
      'legs: [{ to: 203 }, { to: 203x }], end: { answered: 203, at: 1s }',
      '203: { answers: 1s }',
    ],
    [
      'D-24 a number of ours that rings along is a phone of ours, and has nothing to confirm',
      'from: 200, to: 208',
      'legs: [{ to: 208 }, { to: 201 }], end: { answered: 201, at: 2s }',
      '201: { answers: 2s }',
    ],
    [
      'D-24 D-46 the loop budget counts through numbers of ours',
      'from: 200, to: 211',
      'legs: [], end: { refused: loop, at: 0s }',
    ],
    [
      'D-46 a loop of a forward comes to the next exit',
      'from: 200, to: 214, inCall: [214]',
      'legs: [{ to: 203 }, { to: 203x }]',
    ],
    [
      'D-48 where the user may not call the phone may not point',
      'from: 200, to: 202',
      'legs: [{ to: 202, until: 1s }], end: { refused: 480, at: 1s }',
      '202: { redirects: "+19005550123", after: 1s }',
    ],
    [
      'D-48 who answers there has to confirm',
      'from: 200, to: 202',
      'legs: [{ to: 202, until: 1s }, { to: "+12125550123", at: 1s, until: 3s }], end: { answered: "+12125550123", at: 7s }',
      '202: { redirects: "+12125550123", after: 1s }, "+12125550123": { answers: 2s, presses: [{ key: 1, after: 4s }] }',
    ],
    [
      'D-48 in a circle it ends',
      'from: 200, to: 203, registered: [200, 203, 202]',
      'legs: [{ to: 203 }, { to: 202 }, { to: 203 }], end: { voicemail: 203, at: 0s }',
      '203: { redirects: 202 }, 202: { redirects: 203 }',
    ],
    [
      'D-67 treatment user: with the rules',
      'from: "+12125550111", to: "+12125550100"',
      'legs: [{ to: 201, until: 2m }, { to: 202, at: 2m }]',
    ],
    [
      'D-67 treatment voicemail: without',
      'from: "+12125550111", to: "+12125550102"',
      'legs: [], end: { voicemail: 203, at: 0s }',
    ],
    ['D-67 a number that is kept for later', 'from: "+12125550111", to: "+12125550103"', 'end: { refused: 404 }'],
    [
      'D-73 b first the extension, then the mobile for the rest of the ring time, which confirms',
      'from: 200, to: 212',
      'legs: [{ to: 212, until: 15s }, { to: "+12125550123", at: 15s, until: 18s }], end: { answered: "+12125550123", at: 20s }',
      '"+12125550123": { answers: 3s, presses: [{ key: 1, after: 2s }] }',
    ],
    [
      'D-73 b a phone that declines does not keep the mobile waiting',
      'from: 200, to: 212',
      'legs: [{ to: 212, until: 2s }, { to: "+12125550123", at: 2s }]',
      '212: { refuses: 603, after: 2s }',
    ],
    [
      'D-74 12:00 is still within 09:00-12:00',
      'from: 200, to: 213, at: 2026-11-24T12:00',
      'legs: [{ to: 213 }, { to: "+12125550123" }]',
    ],
    ['D-74 12:01 is a break', 'from: 200, to: 213, at: 2026-11-24T12:01', 'legs: [], end: { voicemail: 213, at: 0s }'],
    ['D-74 Sunday is off', 'from: 200, to: 213, at: 2026-11-22T10:00', 'legs: [], end: { voicemail: 213, at: 0s }'],
  ])('%s', async (name, given, expected, phones = '') => {
    const written = `  - { name: "${name}", ${given}, phones: { ${phones} }, expect: { ${expected} } }\n`;
    expect(await differences(OFFICE, written)).toEqual([]);
  });
});

describe('the loop budget (D-46)', () => {
  /** 301 forwards to 302, and so on; the last one rings. */
  const chain = (forwards: number): string =>
    [
      'domain: a.example',
      'users:',
      '  - { extension: 200, password: quite-long-0 }',
      ...Array.from({ length: forwards }, (_, i) => user(301 + i, `always: ${302 + i}`)),
      user(301 + forwards, 'ring: main'),
      user(401, 'ring: main, unanswered: 402'),
      user(402, 'ring: main, unanswered: 401'),
      user(403, 'always: 404, '),
      user(404, 'ring: main, unanswered: 403'),
    ].join('\n');
  const user = (extension: number, rule: string): string =>
    `  - { extension: ${extension}, password: quite-long-${extension}, ringTime: 5s, rules: [{ when: default, ${rule} }] }`;

  it.each([
    ['D-46 ten forwards are followed', 10, 'to: 301', 'legs: [{ to: 311 }], end: { refused: noAnswer, at: 5s }'],
    ['D-46 the eleventh is not', 11, 'to: 301', 'legs: [], end: { refused: loop, at: 0s }'],
    [
      'D-46 who was dialled may be forwarded to; a second time for the same purpose he is not',
      1,
      'to: 401',
      'legs: [{ to: 401 }, { to: 402, at: 5s }, { to: 401, at: 10s }], end: { refused: loop, at: 15s }',
    ],
    [
      'D-46 an object for another purpose is no loop',
      1,
      'to: 404',
      'legs: [{ to: 404 }, { to: 404, at: 5s }], end: { refused: loop, at: 10s }',
    ],
  ])('%s', async (name, forwards, to, expected) => {
    const written = `  - { name: "${name}", from: 200, ${to}, expect: { ${expected} } }\n`;
    expect(await differences(chain(forwards), written)).toEqual([]);
  });
});
