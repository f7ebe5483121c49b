import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCallTests } from '../../src/config/call-tests.js';
import { jsonSchemaText } from '../../src/config/json-schema.js';
import { loadConfig } from '../../src/config/load.js';
import { problemText } from '../../src/config/problem.js';
import { folderOf } from './config-folder.js';

const OFFICE = `
domain: a.example
timezone: America/New_York
timeFrames:
  Lunch: { switched: false }
  Days: { days: { mon-fri: "09:00-17:00" } }
trunks: { carrier: { host: 192.0.2.9 }, spare: { host: 192.0.2.8, enabled: false } }
numbers: { "+12125550100": 201 }
outbound: { emergency: [911], routes: [{ match: "+*", trunks: [carrier] }, { match: 3XX, trunks: [carrier] }] }
users:
  - { extension: 201, password: quite-long-1, voicemail: true, rules: [{ when: Days, always: voicemail }] }
  - { extension: 202, devices: [{ id: 202, password: quite-long-2 }, { id: 202wp, password: quite-long-3 }] }
`;

function loaded(tests: string, office = OFFICE) {
  const folder = folderOf({ 'office.yaml': office, 'x.calltest.yaml': tests });
  const config = loadConfig(join(folder, 'office.yaml'), {}, { dataDir: join(folder, 'data') });
  if (!config.ok) throw new Error(config.errors.map(problemText).join('\n'));
  const { tests: compiled, errors } = loadCallTests(folder, config.config);
  return { compiled, errors: errors.map((error) => problemText(error).replaceAll(`${folder}/`, '')) };
}

/** One case with these fields; what is always there is on line 3. */
const one = (fields: string, expected = 'end: { voicemail: 201 }', from = '201', to = '202'): string =>
  `at: 2026-11-24T10:00\ncases:\n  - { name: x, from: ${from}, to: ${to}, expect: { ${expected} },\n      ${fields} }\n`;

describe('a file of call tests', () => {
  it('is read with everything that a case can say', () => {
    const { compiled, errors } = loaded(`
cases:
  - name: all
    at: 2026-07-01 10:00
    from: { number: "(212) 555-0111", name: Bob, anonymous: true }
    to: "+12125550100"
    caller: { hangsUp: 1m, presses: "12", speaks: 3s }
    registered: [201, "202"]
    phones:
      201: { answers: 3s, presses: [{ key: "#", after: 4s }], hangsUp: 9s }
      202: busy
      "+12125550123": { refuses: 480, after: 2s }
      "212-555-0124": { redirects: 203 }
      911: dead
    trunks: { carrier: down, spare: { refuses: 503 } }
    dnd: [201]
    forwards: { 202: "+12125550123", 201: 202 }
    toggles: { Lunch: true }
    inCall: [202, 202]
    expect:
      rule: Days
      legs: [{ to: 201, at: 5s, until: 20s }, { to: "+12125550123", by: carrier }, { to: 311 }]
      end: { refused: busy, at: 0s }
`);
    expect(errors).toEqual([]);
    expect(compiled[0]).toMatchObject({
      name: 'all',
      at: Date.UTC(2026, 6, 1, 14, 0),
      from: { is: 'outside', number: '+12125550111', name: 'Bob', anonymous: true, trunk: 'carrier' },
      dialled: '+12125550100',
      does: {
        hangsUpMs: 60_000,
        keys: [
          { key: '1', afterMs: 1000 },
          { key: '2', afterMs: 2000 },
        ],
        speaksMs: 3000,
      },
      registered: new Set(['201', '202']),
      phones: new Map<string, unknown>([
        ['201', { does: 'answers', afterMs: 3000, keys: [{ key: '#', afterMs: 4000 }], hangsUpMs: 9000 }],
        ['202', { does: 'refuses', status: 486, afterMs: 0 }],
        ['+12125550123', { does: 'refuses', status: 480, afterMs: 2000 }],
        ['+12125550124', { does: 'redirects', to: '203', afterMs: 0 }],
        ['911', { does: 'dead' }],
      ]),
      trunks: new Map([
        ['carrier', { status: null }],
        ['spare', { status: 503 }],
      ]),
      state: {
        users: new Map<string, unknown>([
          ['201', { dnd: true, forward: { to: 'extension', extension: '202' }, blocked: [] }],
          ['202', { dnd: false, forward: { to: 'number', number: '+12125550123', confirm: true }, blocked: [] }],
        ]),
        toggles: new Map([['Lunch', { on: true, until: null }]]),
      },
      inCall: ['202', '202'],
      expected: {
        rule: { name: 'Days' },
        legs: [
          { to: '201', atMs: 5000, untilMs: 20_000, by: null },
          { to: '+12125550123', atMs: 0, untilMs: null, by: 'carrier' },
          { to: '311', atMs: 0, untilMs: null, by: null },
        ],
        end: { end: { end: 'refused', cause: 'busy', status: 486 }, atMs: 0 },
      },
    });
  });

  it('is no part of the configuration, wherever it lies', () => {
    const folder = folderOf({ 'domains/office.yaml': OFFICE, 'domains/office.calltest.yaml': one('dnd: []') });
    const config = loadConfig(folder, {}, { dataDir: join(folder, 'data') });
    if (!config.ok) throw new Error(config.errors.map(problemText).join('\n'));
    expect([...config.config.domains.keys()]).toEqual(['a.example']);
    expect(loadCallTests(folder, config.config).tests.map(({ name }) => name)).toEqual(['x']);
  });

  it('has its JSON Schema among the others', () => {
    expect(readFileSync('config/schema/calltest.json', 'utf8')).toBe(jsonSchemaText('calltest'));
  });
});

describe('a mistake in a file of call tests', () => {
  const END = 'end: { gaveUp: true }';
  it.each([
    [
      'no YAML',
      'cases: [',
      'x.calltest.yaml:1:9: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; check the brackets and the indentation',
    ],
    ['nothing in it', '', 'x.calltest.yaml:1:1: cases: missing; expected a list of cases'],
    [
      'a misspelt field',
      one('phone: {}'),
      'x.calltest.yaml:4:7: cases[0].phone: unknown field; did you mean "phones"?',
    ],
    [
      'another domain',
      `domain: b.example\n${one('dnd: []')}`,
      'x.calltest.yaml:1:9: domain: there is no domain "b.example"; did you mean "a.example"?',
    ],
    [
      'no time at all',
      'cases: [{ name: x, from: 201, to: 202, expect: { legs: [] } }]',
      'x.calltest.yaml:1:9: cases[0].at: missing; expected a time such as 2026-12-25T10:00, here or for the whole file',
    ],
    [
      'a day that is none',
      one('at: 2026-02-30T10:00'),
      'x.calltest.yaml:4:11: cases[0].at: "2026-02-30T10:00" is not in the calendar or not on the clock',
    ],
    [
      'a time that is none',
      one('at: noon'),
      'x.calltest.yaml:4:11: cases[0].at: "noon" is not right; expected a time of the wall clock, such as 2026-12-25T10:00',
    ],
    [
      'a caller that is not there',
      one('dnd: []', END.replace('gaveUp: true', 'voicemail: 201'), '203'),
      'x.calltest.yaml:3:22: cases[0].from: there is no device "203"; did you mean "201"?',
    ],
    [
      'a trunk that is not there',
      one('dnd: []', 'legs: []', '{ number: "+12125550111", trunk: carier }'),
      'x.calltest.yaml:3:55: cases[0].from.trunk: there is no trunk "carier"; did you mean "carrier"?',
    ],
    [
      'a phone that is not there',
      one('phones: { 202x: busy }'),
      'x.calltest.yaml:4:23: cases[0].phones.202x: there is no device "202x"; did you mean "202"?',
    ],
    [
      'a behaviour that is none',
      one('phones: { 202: bussy }'),
      'x.calltest.yaml:4:22: cases[0].phones.202: "bussy" is not right; expected rings, busy, declines, dead, unregistered, or a mapping with answers, refuses or redirects',
    ],
    [
      'a phone that is not registered',
      one('registered: [201], phones: { 202: busy }'),
      'x.calltest.yaml:4:41: cases[0].phones.202: 202 is not among those that are `registered`',
    ],
    [
      'a number that is not registered',
      one('phones: { "+12125550123": unregistered }'),
      'x.calltest.yaml:4:33: cases[0].phones["+12125550123"]: a number outside is never registered; expected dead, or another behaviour',
    ],
    [
      'a user that is not there',
      one('dnd: [209]'),
      'x.calltest.yaml:4:13: cases[0].dnd[0]: there is no extension "209"; did you mean "201"?',
    ],
    [
      'an agent of no queue',
      one('agents: [202]'),
      'x.calltest.yaml:4:16: cases[0].agents[0]: 202 is an agent of no queue',
    ],
    [
      'a forward of nobody',
      one('forwards: { 209: 201 }'),
      'x.calltest.yaml:4:24: cases[0].forwards.209: there is no extension "209"; did you mean "201"?',
    ],
    [
      'a forward to nowhere',
      one('forwards: { 201: 209 }'),
      'x.calltest.yaml:4:24: cases[0].forwards.201: there is no device "209"; did you mean "201"?',
    ],
    [
      'a frame that is not there',
      one('toggles: { Lunc: true }'),
      'x.calltest.yaml:4:24: cases[0].toggles.Lunc: there is no time frame "Lunc"; did you mean "Lunch"?',
    ],
    [
      'a frame that is no toggle',
      one('toggles: { Days: true }'),
      'x.calltest.yaml:4:24: cases[0].toggles.Days: "Days" is no toggle frame',
    ],
    [
      'a toggle that is neither',
      one('toggles: { Lunch: on }'),
      'x.calltest.yaml:4:25: cases[0].toggles.Lunch: "on" is not right; expected true or false; did you mean true?',
    ],
    [
      'nothing expected',
      one('dnd: []', ''),
      'x.calltest.yaml:3:44: cases[0].expect: is empty; expected rule, legs or end',
    ],
    [
      'a rule that nobody has',
      one('dnd: []', 'rule: Nights'),
      'x.calltest.yaml:3:52: cases[0].expect.rule: no user has a rule for "Nights"',
    ],
    [
      'a leg by no trunk',
      one('dnd: []', 'legs: [{ to: 201, by: x }]'),
      'x.calltest.yaml:3:68: cases[0].expect.legs[0].by: there is no trunk "x"',
    ],
    [
      'a mailbox that is not there',
      one('dnd: []', 'end: { voicemail: 202 }'),
      'x.calltest.yaml:3:64: cases[0].expect.end.voicemail: 202 has no voicemail',
    ],
    [
      'a reason that is none',
      one('dnd: []', 'end: { refused: buzy }'),
      'x.calltest.yaml:3:62: cases[0].expect.end.refused: "buzy" is not right; expected busy, declined, unavailable, noAnswer, unreachable, unconfirmed, unknownNumber, forbidden, noRoute, blocked, anonymous, loop, tooManyHops, noCommonCodec or congestion, or a SIP status',
    ],
    [
      'a caller who never gives up',
      one('dnd: []', END),
      'x.calltest.yaml:3:61: cases[0].expect.end.gaveUp: the caller never does so here; give `caller: { hangsUp: … }` as well',
    ],
    [
      'two ends',
      one('dnd: []', 'end: { answered: 201, voicemail: 201 }'),
      'x.calltest.yaml:3:51: cases[0].expect.end: a mapping is not right; expected a mapping with answered, voicemail, service, refused or gaveUp',
    ],
  ])('%s', (_, tests, ...expected) => {
    const { errors, compiled } = loaded(tests);
    expect(errors).toEqual(expected);
    expect(compiled).toEqual([]);
  });

  it('a caller outside of a domain without trunks', () => {
    const lonely = 'domain: a.example\nusers: [{ extension: 201, password: quite-long }]\n';
    expect(loaded(one('dnd: []', 'legs: []', '"+12125550111"'), lonely).errors).toEqual([
      'x.calltest.yaml:3:22: cases[0].from: a.example has no trunk by which anybody outside could call',
    ]);
  });

  it('keeps only its own case from being run', () => {
    const good = '{ name: good, at: 2026-11-24T10:00, from: 201, to: 202, expect: { legs: [] } }';
    const { errors, compiled } = loaded(`cases: [${good}, ${good.replace('201', '209')}]`);
    expect(errors).toHaveLength(1);
    expect(compiled.map(({ name }) => name)).toEqual(['good']);
  });

  it('no file, and a folder that is not there', () => {
    const folder = folderOf({ 'office.yaml': OFFICE });
    const config = loadConfig(join(folder, 'office.yaml'), {}, { dataDir: join(folder, 'data') });
    if (!config.ok) throw new Error('refused');
    const said = (path: string) => loadCallTests(path, config.config).errors.map(({ message }) => message);
    expect(said(folder)).toEqual(['there is no *.calltest.yaml here']);
    expect(said(join(folder, 'nowhere'))).toEqual([expect.stringMatching(/^cannot be read: /)]);
  });
});
