import { z } from 'zod';
import { destination, deviceId, extension, NUMBER_FORM } from './destination-file.js';
import { choice, digitsOr, duration, either, fields, flag, listOf, text, whole } from './field.js';
import { musicFile, musicName } from './music-file.js';
import {
  classesFile,
  featuresFile,
  listsFile,
  numbersFile,
  outboundFile,
  outsideNumber,
  trunksFile,
} from './outside-file.js';
import { parkFile } from './park-file.js';
import { agentStatusesFile, goalsFile, queuesFile } from './queue-file.js';
import { serverFile } from './server-file.js';
import { timeFramesFile, timeZone, weekDays } from './time-frame-file.js';

const HOST = /^(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$|^\[?[0-9A-Fa-f:]+\]?$/;

/** What a field that is left out stands for. */
export const domainDefaults = {
  timezone: 'UTC',
  country: 'US',
  ringTime: '25s', // D-11
  delay: '0s',
  maxContacts: 5,
  extensionRing: '15s', // D-73
  maxMessage: '5m', // D-68
} as const;
const d = domainDefaults;

const PASSWORD_EXPECTED = 'a password, { env: NAME } or { file: PATH }';
const password = either(PASSWORD_EXPECTED, [
  z.string({ error: PASSWORD_EXPECTED }),
  z.number({ error: PASSWORD_EXPECTED }),
  fields({ env: text('the name of an environment variable', /^[A-Za-z_]\w*$/) }),
  fields({ file: text('a path', /./) }),
]);

const DEVICE_FORMS = 'a device id, or a mapping with id and password';
const device = either(DEVICE_FORMS, [
  deviceId,
  fields({
    id: deviceId.describe('The user name that the phone registers with: the extension, or extension and suffix.'),
    password: password
      .optional()
      .describe('Left out: one is made up at the first start, kept in the data folder and shown.'),
    maxContacts: whole(1, 100)
      .optional()
      .describe(`How many phones may register with this id at once. Default: ${d.maxContacts}.`),
  }),
]);

const ALSO_EXPECTED = 'an extension, or a mapping with to and delay';
const also = either(ALSO_EXPECTED, [
  digitsOr(ALSO_EXPECTED, /^\d{1,15}$/),
  fields({
    to: either('an extension, { device: ID } or { number: NUMBER }', [
      extension,
      fields({ device: deviceId }),
      fields({ number: outsideNumber.describe(NUMBER_FORM) }),
    ]).describe(
      'An extension, of which the main device rings and no rule is asked, `{ device: ID }` or `{ number: NUMBER }`.',
    ),
    confirm: flag()
      .optional()
      .describe(
        'Who answers at a number outside presses 1 to take the call, so that a mailbox there does not. Default: true.',
      ),
    delay: duration('0s', '10s').optional().describe(`It starts to ring so much later. Default: ${d.delay}.`),
  }),
]);

const OWN_EXPECTED = 'main, all, none or a list of device ids';
const own = either(OWN_EXPECTED, [choice(['main', 'all', 'none']), listOf(deviceId, OWN_EXPECTED)]);
const RING_EXPECTED = `${OWN_EXPECTED}, or a mapping with devices and also`;
const ring = either(RING_EXPECTED, [
  choice(['main', 'all', 'none']),
  listOf(deviceId, RING_EXPECTED),
  fields({
    devices: own
      .optional()
      .describe('`main`: the one whose id is the extension. `all`: every one that is registered. Default: main.'),
    also: listOf(also, `a list, each ${ALSO_EXPECTED}`).optional().describe('What else rings along.'),
  }),
]);

const rule = fields({
  when: text('the name of a time frame, or default', /./).describe('A time frame, or `default`.'),
  enabled: flag().optional().describe('`false`: as if the rule were absent. Default: true.'),
  doNotDisturb: flag().optional().describe('Nothing rings: voicemail, else busy. Default: false.'),
  screening: flag()
    .optional()
    .describe('The caller says a name; who answers hears it and presses 1 to take the call. Default: false.'),
  always: destination.optional().describe('Every call goes there at once; nothing rings.'),
  offline: destination.optional().describe('Where the call goes when no device is registered.'),
  active: destination.optional().describe('Where the call goes when the user is in a call already.'),
  ring: ring
    .optional()
    .describe('What rings: `main`, `all`, `none`, a list of device ids, or a mapping. Default: main.'),
  next: fields({
    after: duration('5s', '1m').describe('After so much of the ring time what rings first is given up.'),
    ring: ring.describe('What rings then, for the rest of the ring time.'),
  })
    .optional()
    .describe('A second stage of ringing.'),
  busy: destination.optional().describe('Where the call goes when the one phone that rings is busy.'),
  unanswered: destination
    .optional()
    .describe('Where the call goes after the ring time. Default: voicemail if the user has it.'),
});

const incoming = fields({
  prefer: choice(['both', 'extensionFirst', 'extension', 'mobile']).describe(
    'What rings: mobile and extension together, the extension and then the mobile, or one of them alone.',
  ),
  mobile: outsideNumber.optional().describe('Who answers there presses 1 to take the call.'),
  extensionRing: duration('5s', '1m')
    .optional()
    .describe(
      `With \`extensionFirst\`: so long, then the mobile for the rest of the ring time. Default: ${d.extensionRing}.`,
    ),
  hours: weekDays.optional().describe('Working hours, as the days of a time frame. Default: always.'),
  afterHours: destination
    .optional()
    .describe('Where calls go outside of `hours`. Default: voicemail if the user has it.'),
});

const user = fields({
  extension: extension.describe('The number that others dial.'),
  name: text('a name of at most 80 characters, on one line', /^[^\p{Cc}]{1,80}$/u)
    .optional()
    .describe('Shown on the phones of others. Default: the extension.'),
  timezone: timeZone
    .optional()
    .describe('For a user elsewhere: the zone in which the rules are read. Default: the domain’s.'),
  password: password.optional().describe('Of the only device; with `devices`, each of them has its own.'),
  devices: listOf(device, `a list, each ${DEVICE_FORMS}`)
    .optional()
    .describe('The phones. Default: one, whose id is the extension. `[]`: none, for a mailbox without a phone.'),
  maxCalls: whole(1, 100)
    .optional()
    .describe('With so many calls at once the line is full, and further calls are busy. Default: no limit.'),
  ringTime: duration('5s', '2m').optional().describe(`How long the phones ring. Default: ${d.ringTime}.`),
  voicemail: either('true, false or a mapping with greeting and maxMessage', [
    flag(),
    fields({
      greeting: text('a path', /./)
        .optional()
        .describe('WAV file with a greeting of one’s own, as seen from this file.'),
      maxMessage: duration('5s', '1h').optional().describe(`The longest message. Default: ${d.maxMessage}.`),
    }),
  ])
    .optional()
    .describe('A mailbox: `true`, or a mapping. Default: false.'),
  lists: listsFile
    .optional()
    .describe('Numbers that this user allows and blocks; they come before those of the domain.'),
  mayCall: classesFile.optional().describe('Classes of calls to the outside. Default: those of `outbound`.'),
  callerId: outsideNumber.optional().describe('Shown to those who are called outside. Default: that of `outbound`.'),
  music: musicName
    .optional()
    .describe('What others hear whom this user puts on hold: a class of `musicOnHold`. Default: the domain’s.'),
  incoming: incoming.optional().describe('In place of rules: a preference, with a mobile and working hours.'),
  timeFrames: timeFramesFile
    .optional()
    .describe(
      'Private time frames, as `timeFrames` above: for the rules of this user alone. None has the name of a shared one.',
    ),
  rules: listOf(rule, 'a list of rules')
    .optional()
    .describe('Answering rules. The first whose time frame holds decides; `default` is the last and always holds.'),
});

export const serviceKinds = ['echo', 'milliwatt', 'clock'] as const;

const domainFields = {
  domain: text('a host name, such as acme.example', /^(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/).describe(
    'What stands after the @ in the addresses of the phones.',
  ),
  aliases: listOf(text('a host name or address', HOST), 'a list of host names')
    .optional()
    .describe('Other host names and addresses that mean this domain.'),
  timezone: timeZone.optional().describe(`The zone in which time frames are read (IANA). Default: ${d.timezone}.`),
  country: text('a country by two letters, such as US', /^[A-Z]{2}$/)
    .optional()
    .describe(`ISO 3166 alpha-2. Default: ${d.country}.`),
  timeFrames: timeFramesFile
    .optional()
    .describe(
      'Named spans of time that answering rules use, shared by all users. A name is never changed, only replaced.',
    ),
  trunks: trunksFile.optional().describe('The ways to the public network, by name.'),
  numbers: numbersFile
    .optional()
    .describe('The numbers at which the public network reaches us; an extension is the user with the answering rules.'),
  outbound: outboundFile.optional().describe('Calls to the outside.'),
  lists: listsFile.optional().describe('Numbers that are allowed and blocked for all users.'),
  features: featuresFile.optional().describe('Codes that users dial to switch something.'),
  queues: queuesFile.optional().describe('Call queues and their agents.'),
  agentStatuses: agentStatusesFile
    .optional()
    .describe('Statuses of agents besides Lunch, Break, Meeting, Other and Web; an `available` one takes calls.'),
  statistics: goalsFile.optional().describe('What the queues are measured by.'),
  park: parkFile.optional().describe('Numbers at which calls are parked: `true`, or a mapping. Default: none.'),
  musicOnHold: musicFile
    .optional()
    .describe(
      'What is heard by who waits: a folder or a list of files, or several by name, of which `default` is for all. ' +
        '`false`: the hold tone. Default: the music of the system.',
    ),
  users: listOf(user, 'a list of users').optional().describe('The people of the domain.'),
  services: z
    .record(text('digits, * and #, such as "*43"', /^[0-9*#]{1,16}$/), choice(serviceKinds), {
      error: 'a mapping of numbers to services',
    })
    .meta({ title: 'a mapping of numbers to services' })
    .optional()
    .describe(
      'Numbers that the exchange itself answers: `echo` plays back what you say, `milliwatt` is the test tone of ' +
        '1004 Hz, `clock` tells the time.',
    ),
};

/** A file of `domains/`: one tenant. */
export const domainFile = fields(domainFields);

/** A single file that is the whole configuration: a domain, and what would be in `server.yaml`. */
export const officeFile = fields({
  ...domainFields,
  server: serverFile.optional().describe('In a single file: what `server.yaml` would hold.'),
});

export type DomainFile = z.input<typeof domainFile>;
export type UserFile = z.input<typeof user>;
export type DeviceFile = z.input<typeof device>;
export type PasswordFile = z.input<typeof password>;
export type IncomingFile = z.input<typeof incoming>;
export type RuleFile = z.input<typeof rule>;
export type RingFile = z.input<typeof ring>;
