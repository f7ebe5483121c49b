import { z } from 'zod';
import type { Cause } from '../core/cause.js';
import { choice, digitsOr, duration, either, fields, flag, listOf, oneOf, text, whole } from './field.js';

/** What a file of call tests is called; such files are no part of the configuration. */
export const CALL_TEST_FILE = /\.calltest\.ya?ml$/;

/** What a field that is left out stands for. */
export const callTestDefaults = { legAt: '0s', speaks: '2s' } as const;
const d = callTestDefaults;

const MOMENT = 'a time of the wall clock, such as 2026-12-25T10:00';
const moment = text(MOMENT, /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/);

const PARTY = 'a device, such as 202 or 202wp, or a telephone number';
const PARTY_FORM = /^(?:\d{1,15}(?:[A-Za-z][A-Za-z0-9]{0,15})?|\+?[\d\s().\-/]{2,30})$/;
const party = digitsOr(PARTY, PARTY_FORM);
const device = digitsOr('a device, such as 202 or 202wp', /^\d{1,15}(?:[A-Za-z][A-Za-z0-9]{0,15})?$/);
const extension = digitsOr('an extension, such as 202', /^\d{1,15}$/);
const dialled = digitsOr('what is dialled, such as 202, "*43" or "+12125550100"', /^[+*#\d][*#\d\s().\-/]{0,30}$/);
const second = (): z.ZodType<string, string> => duration('0s', '24h');

const KEYS = 'keys, such as "1", or a list of them, each with key and after';
const keys = either(KEYS, [
  digitsOr(KEYS, /^[0-9*#]{1,32}$/),
  listOf(
    fields({
      key: digitsOr('a key', /^[0-9*#]$/).describe('Digit, `*` or `#`.'),
      after: second().describe('So long after the answer.'),
    }),
    KEYS,
  ),
]);

const status = whole(300, 699);
const PHONE = 'rings, busy, declines, dead, unregistered, or a mapping with answers, refuses or redirects';
const phone = either(PHONE, [
  choice(['rings', 'busy', 'declines', 'dead', 'unregistered']),
  fields({
    answers: second().describe('It rings and is answered so much later.'),
    presses: keys
      .optional()
      .describe(
        'Keys that are pressed after the answer: one each second, the first after 1s; or `[{ key: 1, after: 5s }]`.',
      ),
    hangsUp: second().optional().describe('So long after the answer. Default: it stays.'),
  }),
  fields({
    refuses: status.describe('It refuses with this SIP status. `busy` is 486, `declines` is 603, both at once.'),
    after: second().optional().describe('It rings so long first. Default: 0s.'),
  }),
  fields({
    redirects: dialled.describe('It sends the call there (302).'),
    after: second().optional().describe('It rings so long first. Default: 0s.'),
  }),
]);

const FROM = 'a device, a telephone number, or a mapping with number';
const caller = either(FROM, [
  digitsOr(FROM, PARTY_FORM),
  fields({
    device: device.describe('A phone of the domain.'),
    anonymous: flag().optional().describe('The caller hides who it is. Default: false.'),
  }),
  fields({
    number: party.describe('Of somebody outside.'),
    name: text('a name', /./).optional().describe('That the carrier shows with it.'),
    anonymous: flag().optional().describe('The caller hides the number. Default: false.'),
    trunk: text('the name of a trunk', /./).optional().describe('By which the call comes. Default: the first.'),
  }),
]);

/** What callers are refused for; each has its SIP status in core/cause.ts. */
export const refusals = [
  'busy',
  'declined',
  'unavailable',
  'noAnswer',
  'unreachable',
  'unconfirmed',
  'unknownNumber',
  'forbidden',
  'noRoute',
  'blocked',
  'anonymous',
  'loop',
  'tooManyHops',
  'noCommonCodec',
  'congestion',
] as const satisfies readonly Cause[];

const at = second().optional().describe('At this second of the call. Default: it does not matter.');
const END = 'a mapping with answered, voicemail, service, refused or gaveUp';
const end = either(END, [
  fields({ answered: party.describe('The caller talks to this device or number.'), at }),
  fields({ voicemail: extension.describe('The mailbox of this extension takes the call.'), at }),
  fields({ service: dialled.describe('The exchange itself answers: a service or a feature code.'), at }),
  fields({
    refused: either(`${oneOf(refusals)}, or a SIP status`, [choice(refusals), status]).describe(
      `The caller is refused: ${oneOf(refusals.map((word) => `\`${word}\``))}; or the SIP status.`,
    ),
    at,
  }),
  fields({ gaveUp: z.literal(true, { error: 'true' }).describe('The caller hangs up before anybody answers.'), at }),
]);

const leg = fields({
  to: party.describe('The device or number that is called.'),
  at: second().optional().describe(`At this second of the call. Default: ${d.legAt}.`),
  until: second()
    .optional()
    .describe('Until then it rings: it answers, refuses or is called off. Default: it does not matter.'),
  by: text('the name of a trunk', /./).optional().describe('The trunk. Default: it does not matter.'),
});

const LEGS = 'a list of legs, each a mapping with to and at';
const expectation = fields({
  rule: text('the name of a time frame, or default', /./)
    .optional()
    .describe('The answering rule that holds for who was dialled.'),
  legs: listOf(leg, LEGS)
    .optional()
    .describe('Every leg that is called, and no other. `[]`: nothing rings. Default: it does not matter.'),
  end: end.optional().describe('What the caller comes to. Default: it does not matter.'),
});

const mapping = <Value extends z.ZodType>(key: z.core.$ZodRecordKey & z.ZodType, value: Value, expected: string) =>
  z.record(key, value, { error: expected }).meta({ title: expected });

const testCase = fields({
  name: text('a name', /./).describe('What is tested, in words.'),
  at: moment.optional().describe('When the call is made, by the domain’s wall clock. Default: that of the file.'),
  from: caller.describe('Who calls: a device, or a number outside, which comes by a trunk.'),
  to: dialled.describe('What is dialled; from outside, a number of the domain.'),
  caller: fields({
    hangsUp: second().optional().describe('After so long the caller gives up. Default: never.'),
    presses: keys.optional().describe('Keys that are pressed after the caller is answered.'),
    speaks: second().optional().describe(`How long the caller speaks when asked to. Default: ${d.speaks}.`),
  })
    .optional()
    .describe('What the caller does.'),
  registered: listOf(device, 'a list of devices')
    .optional()
    .describe('Only these are registered. Default: every device is.'),
  phones: mapping(text(PARTY, PARTY_FORM), phone, 'a mapping of devices and numbers to what they do')
    .optional()
    .describe(
      'What they do when they are called. `rings`, the default: nobody answers. `dead`: it lost power, but is still registered.',
    ),
  trunks: mapping(
    text('the name of a trunk', /./),
    either('down, or a mapping with refuses', [
      choice(['down']),
      fields({ refuses: status.describe('It refuses every call with this SIP status.') }),
    ]),
    'a mapping of trunks to what they do',
  )
    .optional()
    .describe('Trunks that do not work. `down`: nothing comes back.'),
  dnd: listOf(extension, 'a list of extensions').optional().describe('Users who have switched do not disturb on.'),
  forwards: mapping(text('an extension, such as 202', /^\d{1,15}$/), dialled, 'a mapping of extensions to destinations')
    .optional()
    .describe('Users who have switched a forward of every call on, and where to.'),
  toggles: mapping(text('the name of a toggle frame', /./), flag(), 'a mapping of toggle frames to true or false')
    .optional()
    .describe('Toggle frames that are switched on or off. Default: as they are configured.'),
  agents: listOf(extension, 'a list of extensions')
    .optional()
    .describe('Agents who are logged in to all of their queues. Default: nobody is.'),
  inCall: listOf(device, 'a list of devices')
    .optional()
    .describe('Devices that are in a call already; one that is named twice is in two.'),
  expect: expectation.describe('What has to come of it.'),
});

/** A file of call tests. */
export const callTestFile = fields({
  domain: text('the name of a domain', /./).optional().describe('Default: the default domain.'),
  at: moment.optional().describe('When the calls are made, unless a case says otherwise.'),
  cases: listOf(testCase, 'a list of cases').describe('One call each.'),
});

export type CallTestFile = z.input<typeof callTestFile>;
export type CaseFile = z.input<typeof testCase>;
export type CallerFile = z.input<typeof caller>;
export type PhoneFile = z.input<typeof phone>;
export type KeysFile = z.input<typeof keys>;
export type EndFile = z.input<typeof end>;
export type ExpectationFile = z.input<typeof expectation>;
