import { describe } from 'vitest';
import { itFinds, type Row } from './config-folder.js';

const FIELDS =
  'domain, aliases, timezone, country, timeFrames, trunks, numbers, outbound, lists, features, queues, agentStatuses, statistics, park, musicOnHold, users, services, server';

const encodings: readonly Row[] = [
  [
    'a byte order mark is none',
    '\uFEFFdomain: a.example\nusers: [{ extension: x }]\n',
    'office.yaml:2:22: users[0].extension: "x" is not right; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'nor are the line ends of Windows',
    'domain: a.example\r\nusers:\r\n  - extension: x\r\n',
    'office.yaml:3:16: users[0].extension: "x" is not right; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'the line ends of old Macs',
    'domain: a.example\rusers: []\r',
    'office.yaml:1:18: lines end in a carriage return alone; save the file with the line ends of Unix or Windows',
  ],
  [
    'UTF-16',
    Buffer.from('\uFEFFdomain: a.example\n', 'utf16le'),
    'office.yaml:1:1: the file is UTF-16; save it as UTF-8',
  ],
  [
    'Latin-1',
    Buffer.from('domain: a.example\nusers: [{ extension: 202, name: "M\xFCller" }]\n', 'latin1'),
    'office.yaml:2:35: what stands here is not UTF-8; save the file as UTF-8, which older editors call Unicode',
  ],
  ['a replacement character that is meant', 'domain: a.example\nusers: [{ extension: 202, name: "\uFFFD" }]\n'],
  ['a zero byte', 'domain: a.example\0\n', 'office.yaml:1:18: a control character stands here (U+0000); remove it'],
  [
    'a zero byte in quotes',
    'domain: a.example\nusers: [{ extension: 202, name: "a\\0" }]\n',
    'office.yaml:2:33: users[0].name: "a\\u0000" is not right; expected a name of at most 80 characters, on one line',
  ],
  [
    'a no-break space after a colon',
    'domain: a.example\ncountry:\u00A0US\n',
    'office.yaml:2:1: not YAML: Implicit map keys need to be followed by map values; write "key: value" with a space after the colon',
  ],
  [
    'no-break spaces for an indentation',
    'domain: a.example\n\u00A0country: US\n',
    `office.yaml:2:1: ["\u00A0country"]: unknown field; did you mean "country"?; it has a character that only looks like an ordinary one (U+00A0)`,
  ],
  [
    'a dash of a word processor',
    'domain: a.example\ntimezone: UTC\ntimeFrames: { A: { days: { mon: "9:00\u201317:00" } } }\n',
    'office.yaml:3:33: timeFrames.A.days.mon: "9:00\u201317:00" is not right; expected a range of time, such as "09:00-17:00"; the whole day is "00:00-23:59"; it has a character that only looks like an ordinary one (U+2013)',
  ],
];

const indentation: readonly Row[] = [
  [
    'a tab before a field',
    'domain: a.example\nusers:\n  - extension: 202\n\t  name: A\n',
    'office.yaml:4:1: not YAML: Tabs are not allowed as indentation; indent by spaces',
  ],
  [
    'a field too far right',
    'domain: a.example\nusers:\n  - extension: 202\n     name: A\n',
    'office.yaml:3:16: not YAML: Nested mappings are not allowed in compact mappings; quote a text that contains ": ", and begin all fields of a mapping in the same column',
  ],
  [
    'a field too far left',
    'domain: a.example\nusers:\n  - extension: 202\n   name: A\n',
    'office.yaml:4:1: not YAML: Sequence item without - indicator; begin all fields of a mapping in the same column',
  ],
  [
    'a field at the dash',
    'domain: a.example\nusers:\n  - extension: 202\n  name: A\n',
    'office.yaml:4:1: not YAML: All mapping items must start at the same column; check the brackets and the indentation',
  ],
  [
    'a dash out of line',
    'domain: a.example\nusers:\n- extension: 202\n - extension: 203\n',
    'office.yaml:4:2: not YAML: All sequence items must start at the same column; check the brackets and the indentation',
  ],
  [
    'no space after a dash',
    'domain: a.example\naliases:\n  -b.example\n',
    'office.yaml:3:3: aliases: "-b.example" is not right; expected a list of host names',
  ],
];

const punctuation: readonly Row[] = [
  [
    'a quote that is never closed',
    'domain: a.example\nusers:\n  - extension: 202\n    name: "Ellen\n  - extension: 203\n',
    'office.yaml:4:11: not YAML: the " that opens here is never closed',
  ],
  [
    'a single one',
    "domain: 'a.example\nusers: []\n",
    "office.yaml:1:9: not YAML: the ' that opens here is never closed",
  ],
  [
    'a colon in a text in braces',
    'domain: a.example\nusers: [{ extension: 202, name: Green: Ellen }]\n',
    'office.yaml:2:33: not YAML: Block collections are not allowed within flow collections; quote a text that contains ": "',
  ],
  [
    'a colon in a text',
    'domain: a.example\nusers:\n  - extension: 202\n    name: Green: Ellen\n',
    'office.yaml:4:11: not YAML: Nested mappings are not allowed in compact mappings; quote a text that contains ": ", and begin all fields of a mapping in the same column',
  ],
  [
    'a code that begins a comment',
    'domain: a.example\nservices: { #43: echo }\n',
    'office.yaml:3:1: not YAML: Flow map in block collection must be sufficiently indented and end with a }; check the brackets and the indentation; a # begins a comment: quote it',
  ],
  [
    'an exclamation mark',
    'domain: !a.example\nusers: [{ extension: x }]\n',
    'office.yaml:1:9: not YAML: Unresolved tag: !a.example; there are no tags here: quote a text that begins with !',
    'office.yaml:1:19: domain: "" is not right; expected a host name, such as acme.example',
    'office.yaml:2:22: users[0].extension: "x" is not right; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'an asterisk',
    'domain: a.example\nusers: [{ extension: 202, name: *star }]\n',
    'office.yaml:2:33: there is no anchor &star before here; quote a text that begins with *',
    'office.yaml:2:33: users[0].name: an empty value is not right; expected a name of at most 80 characters, on one line',
  ],
  [
    'equals signs',
    'domain = a.example\nusers = []\n',
    `office.yaml:1:1: "domain = a.example users = []" is not right; expected a mapping with the fields ${FIELDS}`,
  ],
  [
    'an INI file',
    '[domain]\nname=a.example\n',
    'office.yaml:2:1: not YAML: Unexpected scalar at node end; begin all fields of a mapping in the same column',
  ],
];

const names: readonly Row[] = [
  [
    'a field twice, which hides nothing else',
    'domain: a.example\ncountry: US\ncountry: usa\nusers: [{ extension: x }]\n',
    'office.yaml:3:1: "country" is given twice in this mapping; keep one of them',
    'office.yaml:3:10: country: "usa" is not right; expected a country by two letters, such as US',
    'office.yaml:4:22: users[0].extension: "x" is not right; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'a frame twice, with quotes',
    'domain: a.example\ntimezone: UTC\ntimeFrames:\n  "My lunch": always\n  "My lunch": always\n',
    'office.yaml:5:3: "My lunch" is given twice in this mapping; keep one of them',
  ],
  ['capitals', 'domain: a.example\nUsers: []\n', 'office.yaml:2:1: Users: unknown field; did you mean "users"?'],
  [
    'names of the language',
    'domain: a.example\n__proto__: {}\nconstructor: {}\n',
    `office.yaml:2:1: __proto__: unknown field; the fields here are ${FIELDS}`,
    `office.yaml:3:1: constructor: unknown field; the fields here are ${FIELDS}`,
  ],
  [
    'a merge key',
    'domain: a.example\nusers:\n  - &x { extension: 202 }\n  - { <<: *x, extension: 203 }\n',
    'office.yaml:4:7: users[1]["<<"]: YAML 1.2 merges no mappings; write the fields out',
  ],
  [
    'an alias of a faulty user: once',
    'domain: a.example\nusers:\n  - &x { extension: 202, ringTime: 1s }\n  - *x\n',
    'office.yaml:3:36: users[0].ringTime: "1s" is not right; expected a duration from 5s to 2m, such as 5s, 25s or 1m30s',
    'office.yaml:4:5: users[1]: extension 202 is given to a user already, at line 3',
  ],
];

const types: readonly Row[] = [
  [
    'everything of the wrong kind: all told at once',
    'domain: 12\naliases: a\ntimezone: true\ncountry: 1\nusers: 5\nservices: []\ntimeFrames: x\nnumbers: 7\ntrunks: no\n',
    'office.yaml:1:9: domain: 12 is not right; expected a host name, such as acme.example',
    'office.yaml:2:10: aliases: "a" is not right; expected a list of host names',
    'office.yaml:3:11: timezone: true is not right; expected an IANA time zone, such as America/New_York',
    'office.yaml:4:10: country: 1 is not right; expected a country by two letters, such as US',
    'office.yaml:5:8: users: 5 is not right; expected a list of users',
    'office.yaml:6:11: services: an empty list is not right; expected a mapping of numbers to services',
    'office.yaml:7:13: timeFrames: "x" is not right; expected a mapping of names to time frames',
    'office.yaml:8:10: numbers: 7 is not right; expected a mapping of telephone numbers to what becomes of them',
    'office.yaml:9:9: trunks: "no" is not right; expected a mapping of names to trunks',
  ],
  [
    'numbers that are none',
    'domain: a.example\nusers:\n  - { extension: 202, maxCalls: 99999999999999999999999 }\n  - { extension: 203, maxCalls: 1.5 }\n  - { extension: -204 }\n  - { extension: 205, maxCalls: .inf }\n',
    'office.yaml:3:33: users[0].maxCalls: "99999999999999999999999" is not right; expected a whole number from 1 to 100',
    'office.yaml:4:33: users[1].maxCalls: 1.5 is not right; expected a whole number from 1 to 100',
    'office.yaml:5:18: users[2].extension: -204 is not right; expected an extension of 1 to 15 digits, such as 202',
    'office.yaml:6:33: users[3].maxCalls: ".inf" is not right; expected a whole number from 1 to 100',
  ],
  [
    'far too long a value',
    `domain: a.example\nusers: [{ extension: ${'9'.repeat(400)} }]\n`,
    `office.yaml:2:22: users[0].extension: "${'9'.repeat(60)}"… (400 characters) is not right; expected an extension of 1 to 15 digits, such as 202`,
  ],
  [
    'far too long a name',
    `domain: a.example\n${'x'.repeat(400)}: 1\n`,
    `office.yaml:2:1: ${'x'.repeat(60)}…: unknown field; the fields here are ${FIELDS}`,
  ],
  [
    'far too many brackets',
    `domain: ${'['.repeat(20_000)}`,
    'office.yaml:1:108: not YAML: more than 100 levels of mappings and lists',
  ],
];

describe('what a tired admin writes', () => {
  describe('encodings', () => itFinds(encodings));
  describe('indentation', () => itFinds(indentation));
  describe('punctuation', () => itFinds(punctuation));
  describe('names', () => itFinds(names));
  describe('types and sizes', () => itFinds(types));
});
