import { describe, expect, it } from 'vitest';
import { describe as inWords } from '../../src/core/domain.js';
import { describePlan, type Plan } from '../../src/core/plan.js';
import { nextRuleChange } from '../../src/core/queue/reach-index.js';
import { decide, dialled } from '../../src/core/route.js';
import { quietWorld } from '../../src/core/world.js';
import { outsider, phoneOf } from '../support/office.js';
import { domainOf, itFinds, itWarns } from './config-folder.js';

const queueWith = (...rules: string[]) => `domain: a.example
timezone: America/New_York
timeFrames: { Business hours: { days: { mon-fri: "09:00-17:00" } }, Lunch: { days: { mon-fri: "12:00-12:59" } } }
users:
  - { extension: 201, name: Ellen Green, voicemail: true }
  - { extension: 202, rules: [{ when: default, unanswered: 8801 }] }
queues:
  - extension: 8801
    name: Sales
    agents: [201]
    queueRingTime: 1m
    voicemail: 201
    rules:
${rules.map((rule) => `      - ${rule}`).join('\n')}
numbers: { "+12125550100": { user: 8801 }, "+12125550101": { queue: 8801 } }
`;
const office = queueWith(
  '{ when: Lunch, enabled: false, always: 202 }',
  '{ when: Business hours }',
  '{ when: default, always: voicemail }',
);

const DAY = Date.parse('2026-11-24T17:00:00Z'); // Tuesday, noon in New York
const NIGHT = Date.parse('2026-11-25T02:00:00Z');
const nobodyRegistered = quietWorld(() => []);

describe('answering rules of a queue', () => {
  it.each([
    [
      'D-67 A-106 a number with treatment user runs them',
      '+12125550100',
      DAY,
      ['extension 8801', 'queue 8801', 'queue 8801'],
    ],
    [
      'D-67 A-106 a number with treatment user runs them, by night',
      '+12125550100',
      NIGHT,
      ['extension 8801', 'voicemail 201', 'voicemail 201'],
    ],
    ['D-67 A-107 a number with treatment queue passes them by', '+12125550101', NIGHT, ['queue 8801']],
    ['A-96 who is forwarded there runs them', '202', DAY, ['extension 8801', 'queue 8801', 'queue 8801']],
  ] as const)('%s', (_, to, at, ways) => {
    expect(wayOf(office, to, at)).toEqual(ways);
  });

  it('A-96 D-1 without a rule for the time, into the line', () => {
    const file = queueWith('{ when: Lunch, always: 201 }');
    expect(wayOf(file, '8801', NIGHT)).toEqual(['queue 8801', 'queue 8801']);
    expect(wayOf(file, '8801', DAY)).toEqual(['extension 201', 'voicemail 201']);
  });

  it('A-96 D-10 it has no phone that could be offline, and D-39 the zone of the domain', () => {
    const system = domainOf(office).users.get('8801');
    expect([system?.devices, system?.timeZone, system?.rules.map(({ offline }) => offline)]).toEqual([
      [],
      null,
      [null, null, null],
    ]);
  });

  it('D-2 a caller of whom the next step is a queue says no name', () => {
    const screened = office.replace('unanswered: 8801', 'screening: true, always: 8801');
    expect(wayOf(screened, '202', NIGHT)).toEqual(['extension 8801', 'voicemail 201', 'voicemail 201']);
  });
});

/** The plans one after the other, as long as nobody answers. */
function wayOf(file: string, to: string, at: number): string[] {
  const domain = domainOf(file);
  const caller = to.startsWith('+') ? outsider('+16505551234') : phoneOf('201');
  const ways: string[] = [];
  let destination = dialled(domain, to, caller);
  for (;;) {
    const inquiry = { to: destination, caller, by: null, screened: false };
    let { plan }: { readonly plan: Plan } = decide(domain, nobodyRegistered, inquiry, at);
    if (plan.do === 'screen') ways.push('screen');
    if (plan.do === 'ring' && plan.unanswered.do === 'route') plan = plan.unanswered;
    if (plan.do !== 'route') return [...ways, describePlan(plan)];
    destination = plan.to;
    ways.push(inWords(destination));
  }
}

describe('what is wrong with them', () => {
  itFinds([
    [
      'A-78 one rule for each time frame',
      queueWith('{ when: Lunch, always: 201 }', '{ when: Lunch, always: 202 }'),
      'office.yaml:15:17: queues[0].rules[1].when: "Lunch" has a rule already; one rule for each time frame',
    ],
    [
      'A-77 default above another',
      queueWith('{ when: default, always: 201 }', '{ when: Lunch, always: 202 }'),
      'office.yaml:14:17: queues[0].rules[0].when: the default rule must be the last, because no rule below it is ever asked',
    ],
    [
      'a time frame that there is not',
      queueWith('{ when: Lunhc, always: 201 }'),
      'office.yaml:14:17: queues[0].rules[0].when: there is no time frame "Lunhc"; expected one of timeFrames, or default; did you mean "Lunch"?',
    ],
    [
      'itself, in place of queue',
      queueWith('{ when: Lunch, always: 8801 }'),
      'office.yaml:14:32: queues[0].rules[0].always: sends the call back to 8801 itself',
    ],
    [
      'what only phones have',
      queueWith('{ when: Lunch, ring: all }'),
      'office.yaml:14:24: queues[0].rules[0].ring: unknown field; the fields here are when, enabled, always',
    ],
    [
      'a mailbox that the queue has not',
      queueWith('{ when: Lunch, always: voicemail }').replace('    voicemail: 201\n', ''),
      'office.yaml:13:32: queues[0].rules[0].always: the queue has no mailbox; expected { voicemail: EXTENSION }, or voicemail: EXTENSION of the queue',
    ],
  ]);
  itWarns([['nothing', office]]);
});

it('D-27 a private frame changes what rings for an agent, too', () => {
  const users = `domain: a.example
timezone: UTC
users:
  - extension: 201
    timeFrames: { Mine: { days: { tue: "18:00-19:00" } } }
    rules: [{ when: Mine, ring: all }]
  - extension: 202
    timeFrames: { Mine: { days: { tue: "17:30-19:00" } } }
    rules: [{ when: Mine, ring: all }]
`;
  const domain = domainOf(users);
  expect(nextRuleChange(domain, domain.users.values(), DAY)).toBe(DAY + 30 * 60_000);
});
