import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { NO_OUTBOUND } from '../../src/core/dial-plan.js';
import { NO_QUEUES } from '../../src/core/queue/queue-config.js';
import { NO_GOALS } from '../../src/core/queue-report.js';
import { NO_LISTS } from '../../src/core/screening-list.js';
import { domainOf, folderOf, itFinds, itWarns, type Row } from './config-folder.js';

const user = (lines: string) =>
  `domain: a.example\nusers:\n  - extension: 202\n    ${lines.replaceAll('\n', '\n    ')}\n`;

const shape: readonly Row[] = [
  ['an empty file', '', 'office.yaml:1:1: domain: missing; expected a host name, such as acme.example'],
  [
    'a list',
    '- a\n- b\n',
    `office.yaml:1:1: a list is not right; expected ${'a mapping with the fields domain, aliases, timezone, country, timeFrames, trunks, numbers, outbound, lists, features, queues, agentStatuses, statistics, park, musicOnHold, users, services, server'}`,
  ],
  [
    'an unknown field, misspelt',
    'domain: a.example\ncountri: US\n',
    'office.yaml:2:1: countri: unknown field; did you mean "country"?',
  ],
  [
    'an unknown field, like none',
    'domain: a.example\nconferences: []\n',
    'office.yaml:2:1: conferences: unknown field; the fields here are domain, aliases, timezone, country, timeFrames, trunks, numbers, outbound, lists, features, queues, agentStatuses, statistics, park, musicOnHold, users, services, server',
  ],
  [
    'an empty value',
    'domain: a.example\nusers:\n',
    'office.yaml:2:7: users: an empty value is not right; expected a list of users',
  ],
  [
    'a domain that is no host name',
    'domain: "acme office"\n',
    'office.yaml:1:9: domain: "acme office" is not right; expected a host name, such as acme.example',
  ],
  [
    'a country that is no code',
    'domain: a.example\ncountry: usa\n',
    'office.yaml:2:10: country: "usa" is not right; expected a country by two letters, such as US',
  ],
  [
    'a country that nobody has',
    'domain: a.example\ncountry: XQ\n',
    'office.yaml:2:10: country: "XQ" is not a country; expected two letters of ISO 3166 such as US',
  ],
  [
    'D-39 a city for a zone',
    'domain: a.example\ntimezone: New York\n',
    'office.yaml:2:11: timezone: "New York" is not a time zone; expected an IANA name such as America/New_York; did you mean "America/New_York"?',
  ],
  [
    'D-39 a misspelt zone',
    'domain: a.example\ntimezone: Europe/Berlim\n',
    'office.yaml:2:11: timezone: "Europe/Berlim" is not a time zone; expected an IANA name such as America/New_York; did you mean "Europe/Berlin"?',
  ],
  [
    'an unknown service',
    'domain: a.example\nservices: { "*43": ecco }\n',
    'office.yaml:2:20: services["*43"]: "ecco" is not right; expected echo, milliwatt or clock; did you mean "echo"?',
  ],
  [
    'a service number with letters',
    'domain: a.example\nservices: { star: echo }\n',
    'office.yaml:2:13: services.star: the name is not right; expected digits, * and #, such as "*43"',
  ],
  [
    'a service number that is an extension',
    'domain: a.example\nusers:\n  - extension: 202\nservices: { 202: echo }\n',
    'office.yaml:4:13: services.202: 202 is the extension of a user already, at line 3',
  ],
];

const users: readonly Row[] = [
  [
    'no extension',
    'domain: a.example\nusers: [{ name: Ellen }]\n',
    'office.yaml:2:9: users[0].extension: missing; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'an extension with letters',
    'domain: a.example\nusers: [{ extension: 202a }]\n',
    'office.yaml:2:22: users[0].extension: "202a" is not right; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'an extension twice',
    'domain: a.example\nusers:\n  - extension: 202\n  - extension: "202"\n',
    'office.yaml:4:16: users[1].extension: extension 202 is given to a user already, at line 3',
  ],
  [
    'a bad zone of a user',
    user('timezone: Mars/Olympus'),
    'office.yaml:4:15: users[0].timezone: "Mars/Olympus" is not a time zone; expected an IANA name such as America/New_York',
  ],
  [
    'D-11 too short a ring time',
    user('ringTime: 3s'),
    'office.yaml:4:15: users[0].ringTime: "3s" is not right; expected a duration from 5s to 2m, such as 5s, 25s or 1m30s',
  ],
  [
    'D-11 too long a ring time',
    user('ringTime: 2m1s'),
    'office.yaml:4:15: users[0].ringTime: "2m1s" is not right; expected a duration from 5s to 2m, such as 5s, 25s or 1m30s',
  ],
  [
    'a duration without a unit',
    user('ringTime: 25'),
    'office.yaml:4:15: users[0].ringTime: 25 is not right; expected a duration from 5s to 2m, such as 5s, 25s or 1m30s',
  ],
  [
    'a duration in a unit that there is not',
    user('ringTime: 5x'),
    'office.yaml:4:15: users[0].ringTime: "5x" is not right; expected a duration from 5s to 2m, such as 5s, 25s or 1m30s',
  ],
  [
    'yes for true',
    user('voicemail: yes'),
    'office.yaml:4:16: users[0].voicemail: "yes" is not right; expected true, false or a mapping with greeting and maxMessage; did you mean true?',
  ],
  [
    'a greeting that is not there',
    user('voicemail: { greeting: hello.wav }'),
    'office.yaml:4:28: users[0].voicemail.greeting: there is no file hello.wav',
  ],
  [
    'a greeting that is no WAV',
    user('voicemail: { greeting: hello.mp3 }'),
    'office.yaml:4:28: users[0].voicemail.greeting: "hello.mp3" is not a .wav file',
  ],
];

const devices: readonly Row[] = [
  [
    'A-37 a device of another name',
    user('devices: ["202", 302wp]'),
    'office.yaml:4:22: users[0].devices[1]: "302wp" is not a device of 202; expected "202", or "202" and a suffix that begins with a letter',
  ],
  [
    'A-37 a suffix that begins with a digit',
    user('devices: ["202", "2021"]'),
    'office.yaml:4:22: users[0].devices[1]: "2021" is not a device of 202; expected "202", or "202" and a suffix that begins with a letter',
  ],
  [
    'a device twice',
    user('devices: ["202", { id: 202wp }, { id: 202wp }]'),
    'office.yaml:4:43: users[0].devices[2].id: device "202wp" is declared already, at line 4',
  ],
  [
    'a device twice, after one that is none',
    user('devices: ["?", "202", "202"]'),
    'office.yaml:4:15: users[0].devices[0]: "?" is not right; expected a device id: the extension, or the extension and a suffix, such as 202wp',
    'office.yaml:4:27: users[0].devices[2]: device "202" is declared already, at line 4',
  ],
  [
    'A-37 no main device',
    user('devices: [202wp]'),
    'office.yaml:4:14: users[0].devices: none of them is the main device, whose id is the extension, "202"',
  ],
  [
    'a device without an id',
    user('devices: [{ password: secret-secret }]'),
    'office.yaml:4:15: users[0].devices[0].id: missing; expected a device id: the extension, or the extension and a suffix, such as 202wp',
  ],
  [
    'too many contacts',
    user('devices: [{ id: "202", maxContacts: 0 }]'),
    'office.yaml:4:41: users[0].devices[0].maxContacts: 0 is not right; expected a whole number from 1 to 100',
  ],
  [
    'a password beside the devices',
    user('password: secret-secret\ndevices: ["202"]'),
    'office.yaml:4:15: users[0].password: belongs to the devices here: give each of them its own',
  ],
  [
    'a variable that is not set',
    user('password: { env: PHONE_203 }'),
    'office.yaml:4:22: users[0].password.env: the environment variable PHONE_203 is not set; did you mean "PHONE_202"?',
  ],
  [
    'a password file that is not there',
    user('password: { file: secrets/202 }'),
    'office.yaml:4:23: users[0].password.file: cannot read secrets/202: there is no such file',
  ],
  [
    'a password from nowhere',
    user('password: { vault: x }'),
    'office.yaml:4:15: users[0].password: a mapping is not right; expected a password, { env: NAME } or { file: PATH }',
  ],
  ['an empty password', user('password: ""'), 'office.yaml:4:15: users[0].password: the password is empty'],
  ['an empty variable', user('password: { env: EMPTY }'), 'office.yaml:4:15: users[0].password: the password is empty'],
  [
    'a password that is the extension',
    user('password: 202'),
    'office.yaml:4:15: users[0].password: the password of 202 is its own name, which scanners try first',
  ],
];

const warnings: readonly Row[] = [
  [
    'a short password',
    user('password: secret'),
    'office.yaml:4:15: users[0].password: the password of 202 is weak: it has fewer than 8 characters',
  ],
];

describe('mistakes', () => {
  describe('the shape of the file', () => itFinds(shape));
  describe('users', () => itFinds(users));
  describe('devices and passwords', () => itFinds(devices));
  describe('worth a warning', () => itWarns(warnings));
});

describe('a domain', () => {
  it('is all defaults but its name', () => {
    expect(domainOf('domain: Acme.Example\n')).toEqual({
      name: 'acme.example',
      aliases: [],
      timeZone: 'UTC',
      country: 'US',
      timeFrames: new Map(),
      users: new Map(),
      services: new Map(),
      features: new Map(),
      lists: NO_LISTS,
      numbers: new Map(),
      trunks: new Map(),
      outbound: NO_OUTBOUND,
      acd: NO_QUEUES,
      goals: NO_GOALS,
      park: null,
      music: { classes: expect.any(Map), standard: 'system' },
    });
  });

  it('has aliases, a zone, a country and services', () => {
    const text =
      'domain: a.example\naliases: [PBX.a.example, 192.0.2.7]\ntimezone: Europe/Berlin\ncountry: DE\n' +
      'services: { "*43": echo, "*44": milliwatt, 060: clock }\n';
    expect(domainOf(text)).toMatchObject({
      aliases: ['pbx.a.example', '192.0.2.7'],
      timeZone: 'Europe/Berlin',
      country: 'DE',
      services: new Map([
        ['*43', 'echo'],
        ['*44', 'milliwatt'],
        ['060', 'clock'],
      ]),
    });
  });
});

describe('a user', () => {
  const only = (lines: string, env = {}) => [...domainOf(user(lines), env).users.values()][0];

  it('is all defaults but the extension: one device, 25 s, no voicemail (D-11)', () => {
    expect(only('password: long-enough')).toEqual({
      extension: '202',
      name: '202',
      timeZone: null,
      devices: [{ id: '202', password: 'long-enough', maxContacts: 5 }],
      ringMs: 25_000,
      maxCalls: null,
      voicemail: null,
      lists: NO_LISTS,
      mayCall: null,
      callerId: null,
      music: null,
      dnd: false,
      forward: null,
      timeFrames: new Map(),
      rules: [expect.objectContaining({ name: 'default', frame: null })],
    });
  });

  it.each([
    ['202', '202'],
    ['"202"', '202'],
    ['"0202"', '0202'],
    ['0202', '0202'],
    ['00', '00'],
  ])('keeps the digits of extension %s as they are written', (written, extension) => {
    expect([...domainOf(`domain: a.example\nusers: [{ extension: ${written} }]\n`).users.keys()]).toEqual([extension]);
  });

  it('A-37 has its main device first, wherever it is written', () => {
    const devices = only('devices: [202wp, { id: 202m, maxContacts: 1 }, "202"]')?.devices;
    expect(devices?.map(({ id, maxContacts }) => [id, maxContacts])).toEqual([
      ['202', 5],
      ['202wp', 5],
      ['202m', 1],
    ]);
  });

  it('may be a mailbox without a phone', () => {
    expect(only('devices: []\nvoicemail: true')).toMatchObject({
      devices: [],
      voicemail: { maxMessageMs: 300_000, greeting: null },
    });
  });

  it('D-39 may live in another zone', () => {
    expect(only('timezone: Asia/Tokyo')?.timeZone).toBe('Asia/Tokyo');
  });

  it.each([
    ['as text', '"s3cret-s3cret"', 's3cret-s3cret'],
    ['as a number', '12345678', '12345678'],
    ['as digits that a number would lose', '0012345678', '0012345678'],
    ['of the environment', '{ env: PHONE }', 'from-the-env'],
  ])('has a password %s', (_, written, password) => {
    const [device] = only(`password: ${written}`, { PHONE: 'from-the-env' })?.devices ?? [];
    expect(device?.password).toBe(password);
  });

  it('has files beside the file that names them: password and greeting', () => {
    const folder = folderOf({
      'domains/a.yaml': user('password: { file: secrets/202 }\nvoicemail: { greeting: hello.wav, maxMessage: 90s }'),
      'domains/secrets/202': 'from-the-file\n',
      'domains/hello.wav': '',
    });
    const loaded = loadConfig(folder, {}, { dataDir: folder });
    expect(loaded.ok && loaded.config.domains.get('a.example')?.users.get('202')).toMatchObject({
      devices: [{ password: 'from-the-file' }],
      voicemail: { maxMessageMs: 90_000, greeting: join(folder, 'domains/hello.wav') },
    });
  });
});
