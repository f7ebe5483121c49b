import { describe, expect, it } from 'vitest';
import { differences } from './tested-office.js';

const OFFICE = `
domain: a.example
timezone: America/New_York
timeFrames:
  Lunch: { switched: false }
trunks:
  carrier: { host: sip.carrier.example, from: [203.0.113.9] }
  backup: { host: 192.0.2.8, transport: tcp, format: national }
numbers: { "+12125550100": 201, "+12125550108": { voicemail: 201 }, "+12125550109": { queue: 8800 } }
lists: { block: ["+12125550666"] }
outbound:
  emergency: [911]
  routes: [{ match: "+1900*", class: premium, trunks: [carrier] }, { match: "+*", trunks: [carrier, backup] }]
  mayCall: [any]
features: { "*78": dndOn }
services: { "*43": echo }
queues: [{ extension: 8800, name: Sales, kind: linearHunt, agentRingTime: 10s, agents: [201, 203x] }]
users:
  - { extension: 201, password: quite-long-1, voicemail: true, ringTime: 20s }
  - extension: 202
    password: quite-long-2
    voicemail: true
    ringTime: 20s
    rules:
      - { when: Lunch, always: 201 }
      - { when: default, ring: { also: [{ to: { number: "+12125550123" }, delay: 5s }] } }
  - { extension: 203, devices: [{ id: 203, password: quite-long-3 }, { id: 203x, password: quite-long-3x }], rules: [{ when: default, ring: all }] }
  - { extension: 204, password: quite-long-4, rules: [{ when: default, screening: true }] }
  - { extension: 205, password: quite-long-5, maxCalls: 2, rules: [{ when: default, offline: 201, active: 203 }] }
  - { extension: 206, password: quite-long-6, rules: [{ when: default, always: 207 }] }
  - { extension: 207, password: quite-long-7, rules: [{ when: default, always: 206 }] }
`;

describe('a call test on the exchange in memory', () => {
  it.each([
    [
      'a phone answers',
      'from: 203, to: 201, phones: { 201: { answers: 3s } }',
      'legs: [{ to: 201, until: 3s }], end: { answered: 201, at: 3s }',
    ],
    [
      'a phone answers and hangs up at once',
      'from: 203, to: 201, phones: { 201: { answers: 3s, hangsUp: 0s } }',
      'end: { answered: 201, at: 3s }',
    ],
    [
      'nobody answers',
      'from: 203, to: 201',
      'rule: default, legs: [{ to: 201, until: 20s }], end: { voicemail: 201, at: 20s }',
    ],
    [
      'a phone is busy',
      'from: 201, to: 203, phones: { 203: busy }',
      'legs: [{ to: 203, until: 0s }, { to: 203x, until: 25s }], end: { refused: noAnswer, at: 25s }',
    ],
    [
      'all phones are busy',
      'from: 201, to: 203, phones: { 203: busy, 203x: { refuses: 486, after: 2s } }',
      'end: { refused: busy, at: 2s }',
    ],
    [
      'one phone declines',
      'from: 201, to: 203, phones: { 203: declines, 203x: { answers: 7s } }',
      'end: { answered: 203x, at: 7s }',
    ],
    [
      'D-10 phones that lost power',
      'from: 201, to: 203, phones: { 203: dead, 203x: dead }',
      'legs: [{ to: 203 }, { to: 203x }], end: { refused: 480 }',
    ],
    [
      'D-10 a phone that lost power, and the exit for it',
      'from: 203, to: 205, phones: { 205: dead }',
      'legs: [{ to: 205 }, { to: 201, at: 6s }], end: { voicemail: 201, at: 26s }',
    ],
    [
      'no phone is registered',
      'from: 201, to: 203, phones: { 203: unregistered, 203x: unregistered }',
      'legs: [], end: { refused: unavailable, at: 0s }',
    ],
    ['only some are registered', 'from: 201, to: 203, registered: [203x]', 'legs: [{ to: 203x }]'],
    [
      'the caller gives up',
      'from: 201, to: 203, caller: { hangsUp: 9s }',
      'legs: [{ to: 203, until: 9s }, { to: 203x, until: 9s }], end: { gaveUp: true, at: 9s }',
    ],
    ['do not disturb', 'from: 201, to: 203, dnd: [203]', 'legs: [], end: { refused: busy, at: 0s }'],
    [
      'a forward that is switched on',
      'from: 201, to: 203, forwards: { 203: 205 }, phones: { 205: { answers: 1s } }',
      'legs: [{ to: 205 }], end: { answered: 205, at: 1s }',
    ],
    [
      'a toggle that is off',
      'from: 203, to: 202',
      'rule: default, legs: [{ to: 202 }, { to: "+12125550123", at: 5s, by: carrier }]',
    ],
    ['D-62 a toggle that is on', 'from: 203, to: 202, toggles: { Lunch: true }', 'rule: Lunch, legs: [{ to: 201 }]'],
    [
      'D-17 a mobile is answered, and 1 is pressed',
      'from: 203, to: 202, phones: { "+12125550123": { answers: 2s, presses: "1" } }',
      'legs: [{ to: 202, until: 8s }, { to: "+12125550123", at: 5s, until: 7s }], end: { answered: "+12125550123", at: 8s }',
    ],
    [
      'D-17 another key, and then 1',
      'from: 203, to: 202, phones: { "+12125550123": { answers: 2s, presses: [{ key: 5, after: 1s }, { key: 1, after: 4s }] } }',
      'end: { answered: "+12125550123", at: 11s }',
    ],
    [
      'D-17 2 declines',
      'from: 203, to: 202, phones: { "+12125550123": { answers: 2s, presses: "2" } }',
      'end: { voicemail: 202, at: 20s }',
    ],
    [
      'D-18 the mailbox of the mobile does not win',
      'from: 203, to: 202, phones: { "+12125550123": { answers: 2s } }',
      'legs: [{ to: 202, until: 20s }, { to: "+12125550123", at: 5s }]',
    ],
    [
      'D-48 a phone sends the call elsewhere',
      'from: 201, to: 205, phones: { 205: { redirects: 203, after: 2s }, 203: { answers: 3s } }',
      'legs: [{ to: 205, until: 2s }, { to: 203, at: 2s }], end: { answered: 203, at: 5s }',
    ],
    ['D-8 a user who is in a call', 'from: 201, to: 205, inCall: [205]', 'legs: [{ to: 203 }, { to: 203x }]'],
    [
      'D-25 the caller says a name, and the callee takes the call',
      'from: 201, to: 204, caller: { speaks: 1s }, phones: { 204: { answers: 2s, presses: "1" } }',
      'end: { answered: 204 }',
    ],
    [
      'D-25 the callee does not want the caller',
      'from: 201, to: 204, phones: { 204: { answers: 2s, presses: "2" } }',
      'end: { refused: unavailable }',
    ],
    ['D-46 a loop', 'from: 201, to: 206', 'legs: [], end: { refused: loop, at: 0s }'],
    [
      'E3 a call from outside',
      'from: "+12125550111", to: "+12125550100", phones: { 201: { answers: 1s } }',
      'legs: [{ to: 201 }], end: { answered: 201, at: 1s }',
    ],
    [
      'E3 a call from outside by the other trunk, straight to a mailbox',
      'from: { number: "+12125550111", name: Bob, trunk: backup }, to: "+12125550108"',
      'legs: [], end: { voicemail: 201, at: 0s }',
    ],
    [
      'E3 a caller from outside reaches no extension',
      'from: "+12125550111", to: 299',
      'end: { refused: unknownNumber }',
    ],
    ['D-4 a blocked caller', 'from: "+12125550666", to: "+12125550100"', 'legs: [], end: { refused: blocked, at: 0s }'],
    [
      'D-5 a blocked caller who hides the number',
      'from: { number: "+12125550666", anonymous: true }, to: "+12125550100"',
      'end: { refused: blocked }',
    ],
    [
      'a number outside',
      'from: 201, to: "2125550188", phones: { "+12125550188": { answers: 5s } }',
      'legs: [{ to: "+12125550188", by: carrier }], end: { answered: "+12125550188", at: 5s }',
    ],
    [
      'E3 the next trunk after a failure',
      'from: 201, to: "2125550188", trunks: { carrier: { refuses: 503 } }, phones: { "+12125550188": { answers: 5s } }',
      'legs: [{ to: "+12125550188", by: carrier, until: 0s }, { to: "+12125550188", by: backup }], end: { answered: "+12125550188", at: 5s }',
    ],
    [
      'E3 the next trunk after silence, RFC 3261 timer B',
      'from: 201, to: "2125550188", trunks: { carrier: down }, phones: { "+12125550188": { answers: 5s } }',
      'legs: [{ to: "+12125550188", by: carrier, until: 32s }, { to: "+12125550188", by: backup, at: 32s }], end: { answered: "+12125550188", at: 37s }',
    ],
    [
      'A-113 a class that the user may not call',
      'from: 201, to: "+19005550188"',
      'legs: [], end: { refused: forbidden }',
    ],
    [
      'an emergency number',
      'from: 201, to: 911, phones: { 911: { answers: 1s } }',
      'legs: [{ to: 911 }], end: { answered: 911, at: 1s }',
    ],
    ['a service', 'from: 201, to: "*43"', 'legs: [], end: { service: "*43", at: 0s }'],
    [
      'D-30 a queue rings its agents one after the other',
      'from: "+12125550111", to: "+12125550109", agents: [201, 203], phones: { 203x: { answers: 4s } }',
      'legs: [{ to: 201, until: 10s }, { to: 203x, at: 10s, until: 14s }], end: { answered: 203x, at: 14s }',
    ],
    [
      'D-26 nobody is logged in: the caller waits and gives up',
      'from: "+12125550111", to: "+12125550109", caller: { hangsUp: 2m }',
      'legs: [], end: { gaveUp: true, at: 2m }',
    ],
    ['a feature code', 'from: 201, to: "*78"', 'end: { service: "*78" }'],
    [
      'a caller of ours who hides',
      'from: { device: 203, anonymous: true }, to: 201, phones: { 201: { answers: 0s } }',
      'end: { answered: 201 }',
    ],
  ])('%s', async (name, given, expected) => {
    expect(await differences(OFFICE, `  - { name: "${name}", ${given}, expect: { ${expected} } }\n`)).toEqual([]);
  });
});
