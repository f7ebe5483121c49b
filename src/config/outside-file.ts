import { z } from 'zod';
import { choice, digitsOr, duration, either, fields, flag, listOf, text, whole } from './field.js';

/** What a field that is left out stands for. */
export const outsideDefaults = {
  register: '10m',
  qualify: '1m',
  format: 'e164',
  class: 'any',
  introduction: 'none',
} as const;
const d = outsideDefaults;

export const NUMBER_EXPECTED = 'a telephone number, such as "+12125550100"';
const NUMBER = /^\+?[\d\s().\-/]{2,30}$/;
export const outsideNumber = digitsOr(NUMBER_EXPECTED, NUMBER);

const extension = digitsOr('an extension of 1 to 15 digits, such as 202', /^\d{1,15}$/);
const trunkName = text('the name of a trunk, of letters, digits, - and _', /^[A-Za-z][\w-]{0,31}$/);
const className = text('a class of calls, such as international', /^[A-Za-z][\w-]{0,31}$/);

const TREATMENT = 'available, an extension, or a mapping with user, voicemail, conference, attendant or queue';
const notes = text('a text', /./).optional().describe('For people.');
const treatment = either(TREATMENT, [
  digitsOr(TREATMENT, /^(?:available|\d{1,15})$/),
  fields({ available: flag().describe('`true`: ours, and kept for later.'), notes }),
  fields({ user: extension.describe('A user, with the answering rules.'), notes }),
  fields({ voicemail: extension.describe('Straight to a mailbox.'), notes }),
  fields({ conference: extension.describe('Straight to a conference.'), notes }),
  fields({ attendant: extension.describe('Straight to an auto attendant, without its answering rules.'), notes }),
  fields({
    queue: extension.describe('Straight to a queue, without its answering rules.'),
    introduction: choice(['none', 'callers', 'wait'])
      .optional()
      .describe('What the caller is told first: the number of callers, or how long it will take. Default: none.'),
    notes,
  }),
]);

export const numbersFile = z
  .record(text(NUMBER_EXPECTED, NUMBER), treatment, { error: 'a mapping of telephone numbers to what becomes of them' })
  .meta({ title: 'a mapping of telephone numbers to what becomes of them' });

export const SECRET = 'a password, { env: NAME } or { file: PATH }';
export const secret = either(SECRET, [
  z.string({ error: SECRET }),
  z.number({ error: SECRET }),
  fields({ env: text('the name of an environment variable', /^[A-Za-z_]\w*$/) }),
  fields({ file: text('a path', /./) }),
]);

const trunk = fields({
  host: text('a host name or address', /^(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$|^\[?[0-9A-Fa-f:]+\]?$/).describe(
    'Where the carrier is.',
  ),
  port: whole(1, 65535).optional().describe('Default: by DNS, else 5060.'),
  transport: choice(['udp', 'tcp']).optional().describe('Default: by DNS, else UDP.'),
  username: text('a user name', /^\S+$/).optional().describe('For its challenges, and to register with.'),
  password: secret.optional().describe('With `username`.'),
  register: either('true, false or a duration', [flag(), duration('1m', '1d')])
    .optional()
    .describe(`Whether we register there, and for how long at a time; \`true\`: ${d.register}. Default: false.`),
  qualify: either('true, false or a duration', [flag(), duration('5s', '1h')])
    .optional()
    .describe(
      'How often it is asked (OPTIONS) whether it answers; while it does not, calls try the other trunks first. ' +
        `\`true\`: ${d.qualify}. Default: true, but false where we register.`,
    ),
  from: listOf(
    text('an address or a network, such as 192.0.2.0/24', /^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/),
    'a list of addresses and networks',
  )
    .optional()
    .describe('Where its calls come from. Default: `host`, if that is an address.'),
  enabled: flag().optional().describe('`false`: it is passed over. Default: true.'),
  format: choice(['e164', 'digits', 'national'])
    .optional()
    .describe('How it wants numbers: `+12125550100`, `12125550100`, or as in the country. Default: e164.'),
  passesCaller: flag()
    .optional()
    .describe('It shows numbers that are not ours, so that a forwarded call keeps its caller. Default: false.'),
  tells: listOf(choice(['history-info', 'diversion']), 'a list of history-info and diversion')
    .optional()
    .describe('The headers in which it is told of a forward. Default: none.'),
});

export const trunksFile = z
  .record(trunkName, trunk, { error: 'a mapping of names to trunks' })
  .meta({ title: 'a mapping of names to trunks' });

export const classesFile = listOf(className, 'a list of classes');

const route = fields({
  match: text('a pattern of +, digits, X for any digit, and * at the end for any rest', /^(?=.)\+?[\dX]*\*?$/).describe(
    'Which numbers, as `+` and country code: `X` is any digit, `*` at the end any rest. The first route that matches decides.',
  ),
  class: className.optional().describe(`What users need to be allowed. Default: ${d.class}.`),
  trunks: listOf(trunkName, 'a list of trunks').describe('Tried in this order.'),
});

const shortNumber = digitsOr('a number of 2 to 8 digits, such as 911', /^\d{2,8}$/);

export const outboundFile = fields({
  prefix: digitsOr('one to three digits', /^\d{1,3}$/)
    .optional()
    .describe('Dialled before a number outside. Default: none.'),
  emergency: listOf(shortNumber, 'a list of numbers')
    .optional()
    .describe('Asked before everything else, never barred.'),
  emergencyTrunks: listOf(trunkName, 'a list of trunks').optional().describe('Default: every trunk, in order.'),
  routes: listOf(route, 'a list of routes').optional().describe('Default: every number by every trunk, in order.'),
  mayCall: classesFile.optional().describe('Classes that users may call. Default: all.'),
  callerId: outsideNumber.optional().describe('Shown to those who are called outside, unless the user has one.'),
});

const listEntry = digitsOr('a number, or the beginning of one and *', /^\+?[\d\s().\-/]{1,30}\*?$/);

export const listsFile = fields({
  allow: listOf(listEntry, 'a list of numbers')
    .optional()
    .describe('They get through in spite of do not disturb and screening. `*` at the end: all that begin so.'),
  block: listOf(listEntry, 'a list of numbers').optional().describe('They are refused, without voicemail.'),
  blockAnonymous: flag().optional().describe('Refuse callers who hide. Default: false.'),
  blockUnknown: flag().optional().describe('Refuse callers without a number. Default: false.'),
  blockWithoutName: flag()
    .optional()
    .describe('Refuse callers without a name, most mobiles among them. Default: false.'),
});

const switched = [
  ...(['dndOn', 'dndOff', 'dndToggle', 'forwardOn', 'forwardOff', 'blockLastCaller'] as const),
  ...(['park', 'agentLogin', 'agentLogout', 'agentToggle', 'agentSingleCall', 'agentReturn', 'wrapUpEnd'] as const),
] as const;

export const featuresFile = z
  .record(
    text('digits, * and #, such as "*78"', /^[0-9*#]{1,16}$/),
    either(`${switched.join(', ')}, { agentAway: STATUS } or { toggle: TIME FRAME }`, [
      choice(switched),
      fields({ toggle: text('the name of a time frame', /./).describe('A frame with `switched`.') }),
      fields({
        agentAway: text('the status of an agent', /./).describe(
          'Lunch, Break, Meeting, Other, Web, or one of `agentStatuses`.',
        ),
      }),
    ]),
    { error: 'a mapping of codes to features' },
  )
  .meta({ title: 'a mapping of codes to features' });

export type NumbersFile = z.input<typeof numbersFile>;
export type TrunksFile = z.input<typeof trunksFile>;
export type TrunkFile = z.input<typeof trunk>;
export type OutboundFile = z.input<typeof outboundFile>;
export type ListsFile = z.input<typeof listsFile>;
export type FeaturesFile = z.input<typeof featuresFile>;
