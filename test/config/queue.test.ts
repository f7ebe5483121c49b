import { describe, expect, it } from 'vitest';
import { ENTRY_DEFAULTS, QUEUE_DEFAULTS } from '../../src/core/queue/queue-config.js';
import { NO_GOALS } from '../../src/core/queue-report.js';
import { domainOf, itFinds, itWarns, type Row } from './config-folder.js';

const USERS = `users:
  - { extension: 201, name: Ellen Green, voicemail: true }
  - { extension: 202, name: Tom Baker, devices: ["202", 202wp] }
  - { extension: 290, devices: [], voicemail: true }
`;
const top = (lines: string) => `domain: a.example\n${lines}\n${USERS}`;
/** One queue whose fields stand from the third line on. */
const queue = (...lines: string[]) =>
  top(['queues:', '  - extension: 8801', ...lines.map((line) => `    ${line}`)].join('\n'));
const manned = (...lines: string[]) => queue('agents: [201]', ...lines);

describe('queues', () => {
  it('A-125 A-149 the common case is five lines', () => {
    const { acd, park, goals } = domainOf(
      top(`queues:
  - extension: 8801
    name: Sales
    agents: [201, 202]
    queueRingTime: 2m`),
    );
    expect(acd).toEqual({
      queues: [{ ...QUEUE_DEFAULTS, extension: '8801', name: 'Sales', kind: 'roundRobin', queueRingMs: 120_000 }],
      agents: [
        {
          ...{ agent: '201', name: 'Ellen Green' },
          entries: [{ ...ENTRY_DEFAULTS, queue: '8801', reach: { type: 'user', extension: '201' }, order: 1 }],
        },
        {
          ...{ agent: '202', name: 'Tom Baker' },
          entries: [{ ...ENTRY_DEFAULTS, queue: '8801', reach: { type: 'user', extension: '202' }, order: 2 }],
        },
      ],
      statuses: [],
    });
    expect([park, goals]).toEqual([null, NO_GOALS]);
  });

  it('A-133 to A-145 every field', () => {
    const { acd } = domainOf(
      top(`queues:
  - extension: 8802
    kind: linearCascade
    agents: [202]
    statistics: false
    requireAgents: true
    maxLength: 20
    maxExpectedWait: 10m
    forwardUnavailable: voicemail
    leaveWhenNoAgents: true
    announce: [wait, position, wait]
    announceEvery: false
    queueRingTime: 3m
    agentRingTime: 15s
    initialGroup: 2
    addGroup: 3
    logoutOnMissed: true
    voicemail: 290
    maxWait: 30m
    declineRest: 10s
    missedRest: 3s
    confirm: true
    confirmTime: 15s
  - { extension: 8803, agents: [201], queueRingTime: 1m, forwardUnanswered: 8802 }`),
    );
    expect(acd.queues).toEqual([
      {
        ...{ extension: '8802', name: '8802', kind: 'linearCascade', statistics: false, requireAgents: true },
        ...{ maxLength: 20, maxExpectedWaitMs: 600_000, forwardUnavailable: { to: 'voicemail', extension: '290' } },
        ...{ leaveWhenNoAgents: true, intro: null, requireIntro: false, music: null, announce: ['wait', 'position'] },
        ...{ announceEveryMs: 0, whisper: null, queueRingMs: 180_000, agentRingMs: 15_000, initialGroup: 2 },
        ...{ addGroup: 3, logoutOnMissed: true, forwardUnanswered: null, voicemail: '290', maxWaitMs: 1_800_000 },
        ...{ declineRestMs: 10_000, missedRestMs: 3_000, confirmMs: 15_000 },
      },
      {
        ...{ ...QUEUE_DEFAULTS, extension: '8803', name: '8803', kind: 'roundRobin', queueRingMs: 60_000 },
        forwardUnanswered: { to: 'extension', extension: '8802' },
      },
    ]);
  });

  it('A-150 to A-156 agents: users and devices, what the queue says, what they say themselves', () => {
    const { acd } = domainOf(
      top(`queues:
  - extension: 8801
    wrapUp: 10s
    maxCalls: 2
    agents:
      - 201
      - { device: 202wp, order: 5, priority: 1, wrapUp: 1m, autoAnswer: true }
  - extension: 8802
    agents: [202wp, { user: 201, confirm: true, maxCalls: 3 }]`),
    );
    expect(acd.agents).toEqual([
      {
        ...{ agent: '201', name: 'Ellen Green' },
        entries: [
          {
            ...{ queue: '8801', reach: { type: 'user', extension: '201' }, order: 1, priority: null },
            ...{ wrapUpMs: 10_000, maxCalls: 2, confirm: false, autoAnswer: false },
          },
          {
            ...{ queue: '8802', reach: { type: 'user', extension: '201' }, order: 2, priority: null },
            ...{ wrapUpMs: 0, maxCalls: 3, confirm: true, autoAnswer: false },
          },
        ],
      },
      {
        ...{ agent: '202', name: 'Tom Baker' },
        entries: [
          {
            ...{ queue: '8801', reach: { type: 'device', device: '202wp' }, order: 5, priority: 1 },
            ...{ wrapUpMs: 60_000, maxCalls: 2, confirm: false, autoAnswer: true },
          },
          {
            ...{ queue: '8802', reach: { type: 'device', device: '202wp' }, order: 1, priority: null },
            ...{ wrapUpMs: 0, maxCalls: 1, confirm: false, autoAnswer: false },
          },
        ],
      },
    ]);
  });

  it('A-160 statuses of the domain’s own, and codes that agents dial', () => {
    const { acd, features } = domainOf(
      top(`agentStatuses: { Training: away, Back office: available }
features:
  "*50": agentLogin
  "*51": agentLogout
  "*52": { agentAway: Training }
  "*53": { agentAway: Lunch }
  "*54": agentReturn
  "*55": wrapUpEnd
  "*68": park`),
    );
    expect(acd.statuses).toEqual([
      { name: 'Training', available: false },
      { name: 'Back office', available: true },
    ]);
    expect([...features]).toEqual([
      ['*50', { does: 'agentLogin' }],
      ['*51', { does: 'agentLogout' }],
      ['*52', { does: 'agentAway', status: 'Training' }],
      ['*53', { does: 'agentAway', status: 'Lunch' }],
      ['*54', { does: 'agentReturn' }],
      ['*55', { does: 'wrapUpEnd' }],
      ['*68', { does: 'park' }],
    ]);
  });

  it('A-107 A-110 numbers lead to a queue; users’ rules forward to it', () => {
    const { numbers, users } = domainOf(`domain: a.example
numbers:
  "+12125550100": { queue: 8801, introduction: wait, notes: sales line }
  "+12125550101": { queue: 8801 }
  "+12125550102": 8801
  "+12125550103": { user: 8801 }
queues: [{ extension: 8801, agents: [201] }]
park: true
users:
  - extension: 201
    rules: [{ when: default, always: 8801 }]
`);
    const to = { to: 'queue', extension: '8801' };
    expect([...numbers.values()].map(({ treatment }) => treatment)).toEqual([
      { ...to, introduction: 'wait' },
      { ...to, introduction: 'none' },
      { to: 'user', extension: '8801' },
      { to: 'user', extension: '8801' },
    ]);
    expect(users.get('201')?.rules[0]?.always).toEqual({ to: 'extension', extension: '8801' });
  });

  it('A-170 A-171 goals', () => {
    const { goals } = domainOf(
      top(`statistics:
  serviceLevel: 20s
  thresholds: { wait: 40s, abandonRate: 10%, waiting: { lower: 2, upper: 5 }, talk: { lower: 3m, upper: 1h30m } }`),
    );
    expect(goals.slaMs).toBe(20_000);
    expect([...goals.thresholds]).toEqual([
      ['waiting', { lower: 2, upper: 5 }],
      ['wait', { lower: null, upper: 40_000 }],
      ['talk', { lower: 180_000, upper: 5_400_000 }],
      ['abandonRate', { lower: null, upper: 0.1 }],
    ]);
  });
});

const mistakes: readonly Row[] = [
  [
    'A-125 no extension',
    top('queues: [{ name: Sales }]'),
    'office.yaml:2:10: queues[0].extension: missing; expected an extension of 1 to 15 digits, such as 202',
  ],
  [
    'A-125 the extension of a user',
    top('queues: [{ extension: 201 }]'),
    'office.yaml:2:23: queues[0].extension: 201 is the extension of a user already',
  ],
  [
    'A-125 twice',
    top('queues: [{ extension: 8801, agents: [201] }, { extension: 8801, agents: [201] }]'),
    'office.yaml:2:59: queues[1].extension: 8801 is the extension of a queue already, at line 2',
  ],
  [
    'A-125 a service',
    top('services: { "8801": echo }\nqueues: [{ extension: 8801 }]'),
    'office.yaml:3:23: queues[0].extension: 8801 is a service already',
  ],
  [
    'A-125 a feature code',
    top('features: { "8801": dndOn }\nqueues: [{ extension: 8801 }]'),
    'office.yaml:3:23: queues[0].extension: 8801 is a feature code already',
  ],
  [
    'A-127 an unknown kind',
    manned('kind: ringall'),
    'office.yaml:5:11: queues[0].kind: "ringall" is not right; expected roundRobin, ringAll, linearHunt or linearCascade; did you mean "ringAll"?',
  ],
  [
    'A-127 a misspelt field',
    manned('agentRingtime: 20s'),
    'office.yaml:5:5: queues[0].agentRingtime: unknown field; did you mean "agentRingTime"?',
  ],
  [
    'A-140 no time to ring',
    manned('agentRingTime: 0s'),
    'office.yaml:5:20: queues[0].agentRingTime: "0s" is not right; expected a duration from 5s to 5m, such as 5s, 25s or 1m30s',
  ],
  [
    'A-137 no place',
    manned('maxLength: 0'),
    'office.yaml:5:16: queues[0].maxLength: 0 is not right; expected a whole number from 1 to 10000',
  ],
  [
    'A-138 a forward to nobody',
    manned('maxLength: 1', 'forwardUnavailable: 209'),
    'office.yaml:6:25: queues[0].forwardUnavailable: there is no extension "209"; did you mean "201"?',
  ],
  [
    'A-144 a forward to itself',
    manned('queueRingTime: 1m', 'forwardUnanswered: 8801'),
    'office.yaml:6:24: queues[0].forwardUnanswered: sends the call back to 8801 itself',
  ],
  [
    'A-144 voicemail that is not there',
    manned('queueRingTime: 1m', 'forwardUnanswered: voicemail'),
    'office.yaml:6:24: queues[0].forwardUnanswered: the queue has no mailbox; expected { voicemail: EXTENSION }, or voicemail: EXTENSION of the queue',
  ],
  [
    'A-145 voicemail of nobody',
    manned('queueRingTime: 1m', 'voicemail: 291'),
    'office.yaml:6:16: queues[0].voicemail: there is no user "291" whose mailbox it could be; did you mean "201"?',
  ],
  [
    'A-145 voicemail of a user without',
    manned('queueRingTime: 1m', 'voicemail: 202'),
    'office.yaml:6:16: queues[0].voicemail: 202 has no voicemail; expected a user with voicemail: true',
  ],
  [
    'A-147 unknown music',
    manned('music: jazz'),
    'office.yaml:5:12: queues[0].music: there is no music "jazz"; expected one of musicOnHold',
  ],
  [
    'A-135 an intro that is not there',
    manned('intro: hello.wav'),
    'office.yaml:5:12: queues[0].intro: there is no file hello.wav',
  ],
  [
    'A-148 a whisper that is no sound',
    manned('whisper: hello.txt'),
    'office.yaml:5:14: queues[0].whisper: "hello.txt" is not a .wav, .ulaw or .alaw file',
  ],
  [
    'A-149 an unknown agent',
    queue('agents: [201, 203]'),
    'office.yaml:4:19: queues[0].agents[1]: there is no user or device "203"; did you mean "201"?',
  ],
  [
    'A-149 an unknown device',
    queue('agents: [{ device: 202w }]'),
    'office.yaml:4:24: queues[0].agents[0].device: there is no device "202w"; did you mean "202"?',
  ],
  [
    'A-149 an unknown user',
    queue('agents: [{ user: 204 }]'),
    'office.yaml:4:22: queues[0].agents[0].user: there is no user "204"; did you mean "201"?',
  ],
  [
    'A-149 an agent twice',
    queue('agents: [202wp, { device: 202 }]'),
    'office.yaml:4:31: queues[0].agents[1].device: agent 202 is in this queue already, at line 4',
  ],
  [
    'A-149 user and device',
    queue('agents: [{ user: 202, device: 202wp }]'),
    'office.yaml:4:14: queues[0].agents[0]: a mapping is not right; expected an extension, a device id, or a mapping with user or device',
  ],
  [
    'A-151 wrap-up beyond its bounds',
    manned('wrapUp: 10m'),
    'office.yaml:5:13: queues[0].wrapUp: "10m" is not right; expected a duration from 0s to 9m55s, such as 500ms, 5s or 25s',
  ],
  [
    'A-156 a phone that answers by itself cannot press 1',
    queue('confirm: true', 'agents: [{ user: 201, autoAnswer: true }]'),
    'office.yaml:5:22: queues[0].agents[0].user: agent 201: a phone that answers by itself cannot press 1',
  ],
  [
    'A-160 a status that there is',
    top('agentStatuses: { lunch: away }'),
    'office.yaml:2:16: agentStatuses: there already is a status "lunch"',
  ],
  [
    'A-160 a status that is neither',
    top('agentStatuses: { Training: maybe }'),
    'office.yaml:2:28: agentStatuses.Training: "maybe" is not right; expected available or away',
  ],
  [
    'A-160 an unknown absence',
    top('features: { "*52": { agentAway: Lunhc } }'),
    'office.yaml:2:33: features["*52"].agentAway: there is no absence "Lunhc"; did you mean "Lunch"?',
  ],
  [
    'A-160 an available status is no absence',
    top('agentStatuses: { Office: available }\nfeatures: { "*52": { agentAway: Office } }'),
    'office.yaml:3:33: features["*52"].agentAway: there is no absence "Office"; there are Lunch, Break, Meeting, Other, Web, see agentStatuses',
  ],
  [
    'A-107 a number for no queue',
    top('numbers: { "+12125550100": { queue: 8802 } }\nqueues: [{ extension: 8801, agents: [201] }]'),
    'office.yaml:2:37: numbers["+12125550100"].queue: there is no queue "8802"; did you mean "8801"?',
  ],
  [
    'A-171 a count for a time',
    top('statistics: { thresholds: { wait: 5 } }'),
    'office.yaml:2:35: statistics.thresholds.wait: wait is a time; expected a duration, such as 40s',
  ],
  [
    'A-171 a time for a rate',
    top('statistics: { thresholds: { abandonRate: 5s } }'),
    'office.yaml:2:42: statistics.thresholds.abandonRate: abandonRate is a rate; expected a percentage, such as 10%',
  ],
  [
    'A-171 a rate for a count',
    top('statistics: { thresholds: { waiting: { upper: 10% } } }'),
    'office.yaml:2:47: statistics.thresholds.waiting.upper: waiting is a count; expected a number, such as 5',
  ],
  [
    'A-171 yellow after red',
    top('statistics: { thresholds: { waiting: { lower: 5, upper: 2 } } }'),
    'office.yaml:2:47: statistics.thresholds.waiting.lower: is above upper; yellow comes before red',
  ],
  [
    'A-171 a column without colours',
    top('statistics: { thresholds: { volume: 5 } }'),
    'office.yaml:2:29: statistics.thresholds.volume: unknown field; the fields here are waiting, wait, longestWait, hold, talk, handle, abandoned, abandonRate, hungUp, timedOut, refused, missed, declined',
  ],
  [
    'D-13 a queue does not ring along',
    `domain: a.example\nqueues: [{ extension: 8801, agents: [201] }]\nusers: [{ extension: 201, rules: [{ when: default, ring: { also: [8801] } }] }]\n`,
    'office.yaml:3:67: users[0].rules[0].ring.also[0]: 8801 is a queue or a park place and cannot ring along; calls can be forwarded there',
  ],
];
describe('mistakes', () => itFinds(mistakes));

const suspicious: readonly Row[] = [
  [
    'A-149 no agents',
    queue('name: Sales'),
    'office.yaml:3:16: queues[0].extension: queue 8801 "Sales" has no agents, so that nobody is ever rung; list them under agents',
  ],
  [
    'A-140 one agent rings as long as all',
    manned('queueRingTime: 20s'),
    'office.yaml:5:20: queues[0].queueRingTime: queue 8801 rings one agent as long as it rings at all; make agentRingTime shorter, so that others are tried',
  ],
  [
    'A-135 a required intro without intro',
    manned('requireIntro: true'),
    'office.yaml:5:19: queues[0].requireIntro: queue 8801 requires an intro and has none; give it an intro',
  ],
  [
    'D-31 a cascade that does not grow',
    manned('kind: linearCascade', 'addGroup: 0'),
    'office.yaml:6:15: queues[0].addGroup: queue 8801 adds no group: the first one rings until the end; leave addGroup out, or make it 1',
  ],
  [
    'A-145 forward hides voicemail',
    manned('queueRingTime: 1m', 'forwardUnanswered: 202', 'voicemail: 201'),
    'office.yaml:7:16: queues[0].voicemail: queue 8801 forwards unanswered callers, who are never offered voicemail; remove one of them',
  ],
  [
    'A-144 a forward that never happens',
    manned('forwardUnanswered: 202'),
    'office.yaml:5:24: queues[0].forwardUnanswered: queue 8801 has no ring time-out after which it could forward; give it a queueRingTime',
  ],
  [
    'D-37 a wave logs everybody out',
    manned('kind: ringAll', 'logoutOnMissed: true'),
    'office.yaml:6:21: queues[0].logoutOnMissed: queue 8801 logs all agents out with one unanswered wave; remove logoutOnMissed, or choose another kind',
  ],
  [
    'A-141 groups without cascade',
    manned('initialGroup: 2', 'addGroup: 2'),
    'office.yaml:5:19: queues[0].initialGroup: has no effect, because only the kind linearCascade has groups',
    'office.yaml:6:15: queues[0].addGroup: has no effect, because only the kind linearCascade has groups',
  ],
  [
    'A-110 every so often nothing',
    manned('announceEvery: 1m'),
    'office.yaml:5:20: queues[0].announceEvery: has no effect, because nothing is announced; see announce',
  ],
  [
    'A-138 a way out without a gate',
    manned('forwardUnavailable: 202'),
    'office.yaml:5:25: queues[0].forwardUnavailable: has no effect, because everybody is let in: there is no requireAgents, maxLength or maxExpectedWait',
  ],
  [
    'A-145 voicemail that is never offered',
    manned('voicemail: 201'),
    'office.yaml:5:16: queues[0].voicemail: has no effect, because there is no queueRingTime after which it is offered',
  ],
  [
    'A-155 time to confirm for nobody',
    manned('confirmTime: 10s'),
    'office.yaml:5:18: queues[0].confirmTime: has no effect, because nobody has to confirm',
  ],
];
describe('what is suspicious', () => itWarns(suspicious));
