import { z } from 'zod';
import { COLOURED_COLUMNS } from '../core/queue-report.js';
import { DESTINATION_EXPECTED, destination, deviceId, extension } from './destination-file.js';
import { choice, duration, either, fields, flag, listOf, text, whole } from './field.js';
import { musicName } from './music-file.js';

/** What a field that is left out stands for; the rest is QUEUE_DEFAULTS and ENTRY_DEFAULTS. */
export const queueDefaults = { kind: 'roundRobin', serviceLevel: '1m' } as const;

const path = text('a path', /./);

const agentOptions = {
  wrapUp: duration('0s', '595s').optional().describe('Rest after a call, before the next. Default: 0s.'),
  maxCalls: whole(1, 20)
    .optional()
    .describe('With so many calls at once, direct ones included, an agent is offered no more. Default: 1.'),
  confirm: flag().optional().describe('Who picks up presses 1 to take the caller. Default: false.'),
  autoAnswer: flag().optional().describe('The phone answers by itself. Default: false.'),
};

const entryOptions = {
  order: whole(1, 1000)
    .optional()
    .describe('Linear kinds ring the lowest first; agents of one order are a group. Default: the place in the list.'),
  priority: whole(1, 100)
    .optional()
    .describe('For an agent of several queues: the queue with the lowest number goes first. Default: last.'),
  ...agentOptions,
};

const AGENT = 'an extension, a device id, or a mapping with user or device';
const agent = either(AGENT, [
  deviceId,
  fields({ user: extension.describe('What the active rule of the user rings.'), ...entryOptions }),
  fields({ device: deviceId.describe('This phone alone; the agent is the user it belongs to.'), ...entryOptions }),
]);

const ALWAYS = `queue, ${DESTINATION_EXPECTED}`;
const queueRule = fields({
  when: text('the name of a time frame, or default', /./).describe('A shared time frame, or `default`.'),
  enabled: flag().optional().describe('`false`: as if the rule were absent. Default: true.'),
  always: either(ALWAYS, [choice(['queue']), destination])
    .optional()
    .describe('Where callers go: `queue`, into the line, or as in the rules of a user. Default: queue.'),
});

const queue = fields({
  extension: extension.describe('The number of the queue, best from 8800 on. It should never change.'),
  name: text('a name', /./).optional().describe('Default: the extension.'),
  kind: choice(['roundRobin', 'ringAll', 'linearHunt', 'linearCascade'])
    .optional()
    .describe(
      'Whom it rings: who is idle longest, all at once, one after the other, or groups that grow. ' +
        `Default: ${queueDefaults.kind}.`,
    ),
  agents: listOf(agent, `a list, each ${AGENT}`)
    .optional()
    .describe('`202`: the user, as the active rule rings; `202wp`: that phone alone. They have to log in.'),
  ...agentOptions,
  statistics: flag().optional().describe('Whether its calls are counted. Default: true.'),
  rules: listOf(queueRule, 'a list of rules')
    .optional()
    .describe(
      'Answering rules for who dials the extension or is forwarded to it, and for phone numbers that lead to it as ' +
        '`user`; a number that leads to it as `queue` passes them by. The first whose time frame holds decides; without ' +
        'one, or without rules, callers are put into the line.',
    ),

  requireAgents: flag().optional().describe('Nobody is let in unless an agent is online. Default: false.'),
  maxLength: whole(1, 10_000).optional().describe('So many may be in line. Default: any number.'),
  maxExpectedWait: duration('1s', '1d')
    .optional()
    .describe('Nobody is let in while the average wait is as long. Default: never.'),
  forwardUnavailable: destination
    .optional()
    .describe('Where callers go who are not let in. Default: `voicemail`, else they are told and refused.'),
  leaveWhenNoAgents: flag().optional().describe('Who waits is sent away when the last agent goes. Default: false.'),

  intro: path.optional().describe('A sound file that every caller hears first.'),
  requireIntro: flag().optional().describe('No agent is rung before the intro has ended. Default: false.'),
  music: musicName.optional().describe('A class of `musicOnHold`. Default: the domain’s.'),
  announce: listOf(choice(['position', 'callers', 'wait']), 'a list of position, callers and wait')
    .optional()
    .describe('What waiting callers are told: their place, how many are ahead, how long it takes. Default: nothing.'),
  announceEvery: either('a duration, or false', [duration('15s', '1h'), z.literal(false)])
    .optional()
    .describe('`false`: only at entry. Default: 90s.'),
  whisper: path.optional().describe('A sound file that the agent alone hears before the caller is connected.'),

  queueRingTime: duration('5s', '1d')
    .optional()
    .describe('So long agents are tried, then `forwardUnanswered` or the offer of voicemail. Default: no end.'),
  agentRingTime: duration('5s', '5m')
    .optional()
    .describe('So long one agent is rung, or one wave, or until a cascade grows. Default: 20s.'),
  initialGroup: whole(1, 1000).optional().describe('Cascade: agents up to this order ring first. Default: 1.'),
  addGroup: whole(0, 1000).optional().describe('Cascade: by so much the order grows. Default: 1.'),
  logoutOnMissed: flag().optional().describe('Who misses a call is logged out of this queue. Default: false.'),
  forwardUnanswered: destination.optional().describe('Where callers go after `queueRingTime`.'),
  voicemail: extension
    .optional()
    .describe('The mailbox that is offered after `queueRingTime`: of a user, who need not have a phone.'),
  maxWait: duration('1m', '1d').optional().describe('Longer than this nobody waits. Default: 1h.'),

  declineRest: duration('1s', '5m').optional().describe('Who declines is left alone for so long. Default: 5s.'),
  missedRest: duration('1s', '5m')
    .optional()
    .describe('Who misses a call is left alone for so long; pause between two waves. Default: 2s.'),
  confirmTime: duration('5s', '1m')
    .optional()
    .describe('So long who picked up may take to press 1, but at most 20s after the ring time. Default: 20s.'),
});

export const queuesFile = listOf(queue, 'a list of queues');

export const agentStatusesFile = z
  .record(text('the name of a status', /^\S(?:.*\S)?$/), choice(['available', 'away']), {
    error: 'a mapping of names to available or away',
  })
  .meta({ title: 'a mapping of names to available or away' });

const LIMIT = 'a number, a duration or a percentage, such as 5, 40s or 10%';
const limit = either(LIMIT, [
  z.number({ error: LIMIT }).min(0, { error: LIMIT }),
  text(LIMIT, /^\d+(?:\.\d+)?%$|^(?=\d)(?:\d+h)?(?:\d+m)?(?:\d+s)?$/),
]);
const threshold = either(`${LIMIT}, or a mapping with lower and upper`, [
  limit,
  fields({
    lower: limit.optional().describe('Yellow from here. Default: 70 % of `upper`.'),
    upper: limit.describe('Red from here.'),
  }),
]);

export const goalsFile = fields({
  serviceLevel: duration('1s', '1h')
    .optional()
    .describe(`Answered within this is answered in time. Default: ${queueDefaults.serviceLevel}.`),
  thresholds: fields(Object.fromEntries(COLOURED_COLUMNS.map((id) => [id, threshold.optional()])))
    .optional()
    .describe('Colours of figures in reports, by column: red from a value on, yellow from 70 % of it.'),
});

export type QueueFile = z.input<typeof queue>;
export type QueueRuleFile = z.input<typeof queueRule>;
export type AgentFile = z.input<typeof agent>;
export type GoalsFile = z.input<typeof goalsFile>;
export type AgentStatusesFile = z.input<typeof agentStatusesFile>;
export type LimitFile = z.input<typeof limit>;
