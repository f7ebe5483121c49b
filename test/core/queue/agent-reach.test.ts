import { describe, expect, it } from 'vitest';
import type { Plan, RingPlan } from '../../../src/core/plan.js';
import { presenceOf } from '../../../src/core/presence.js';
import { autoAnswerHeaders, offerPlan } from '../../../src/core/queue/agent-reach.js';
import { agentLight, queueLight } from '../../../src/core/queue/light.js';
import { directNumbers, introducedFacts } from '../../../src/core/queue/queue-number.js';
import { SALES } from './acd-stage.js';

describe('numbers of a queue', () => {
  const numbers = [
    { number: '+15551002', notes: '', treatment: { to: 'queue', extension: SALES, introduction: 'wait' } },
    { number: '+15551001', notes: '', treatment: { to: 'queue', extension: SALES, introduction: 'none' } },
    { number: '+15551003', notes: '', treatment: { to: 'queue', extension: '8802', introduction: 'callers' } },
    { number: '+15551004', notes: '', treatment: { to: 'user', extension: SALES } },
  ] as const;

  it('A-111 those that lead straight to it', () => {
    expect(directNumbers(SALES, numbers)).toEqual(['+15551001', '+15551002']);
  });

  it('A-110 what their callers are told', () => {
    expect(numbers.map(introducedFacts)).toEqual([['wait'], [], ['callers'], null]);
  });
});

describe('what rings for an agent', () => {
  const target = {
    kind: 'device',
    device: '202',
    uri: 'sip:202@192.0.2.1',
    flow: null,
    delayMs: 0,
    confirm: null,
    own: true,
  } as const;
  const mailbox: Plan = { do: 'voicemail', extension: '202' };
  const ring: RingPlan = {
    do: 'ring',
    extension: '202',
    targets: [target],
    ringMs: 25_000,
    busy: mailbox,
    offline: mailbox,
    unanswered: mailbox,
  };
  const route = { do: 'route', from: '202', purpose: 'always', screened: true, otherwise: mailbox } as const;
  const then = ring;
  const options = { ringMs: 20_000, confirm: false };
  const nowhere: Plan = { do: 'reject', cause: 'unavailable' };
  const rung = { ...ring, ringMs: 20_000, busy: null, offline: null, unanswered: nowhere };
  const device = { to: 'device', device: '202wp' } as const;
  const number = { to: 'number', number: '+15550100', confirm: false } as const;

  it.each<[string, Plan, boolean, Plan | null]>([
    ['D-27 the ring set of the active rule, without its exits and ring time', ring, false, rung],
    ['D-27 a caller of a queue says no name', { do: 'screen', extension: '202', then }, false, rung],
    ['A-155 with confirmation every phone asks', ring, true, { ...rung, targets: [{ ...target, confirm: 'callFor' }] }],
    [
      'D-27 always to a device',
      { ...route, to: device },
      false,
      { ...route, to: device, screened: false, otherwise: nowhere },
    ],
    [
      'D-27 always to a number, confirmed if the entry wants it',
      { ...route, to: number },
      true,
      { ...route, to: { ...number, confirm: true }, screened: false, otherwise: nowhere },
    ],
    [
      'D-27 always to an extension, queue or attendant: unavailable',
      { ...route, to: { to: 'extension', extension: '8801' } },
      false,
      null,
    ],
    ['D-27 always to a mailbox: unavailable', { ...route, to: { to: 'voicemail', extension: '203' } }, false, null],
    ['D-27 voicemail: unavailable', mailbox, false, null],
    ['D-27 do not disturb without voicemail: unavailable', { do: 'reject', cause: 'busy' }, false, null],
    ['D-26 no target: unavailable', { ...ring, targets: [] }, false, null],
  ])('%s', (_name, plan, confirm, expected) => {
    expect(offerPlan(plan, { ...options, confirm })).toEqual(expected);
  });

  it('A-156 RFC 5373 a phone that answers by itself', () => {
    expect(autoAnswerHeaders('pbx.example')).toEqual([
      ['Answer-Mode', 'Auto'],
      ['Call-Info', '<sip:pbx.example>;answer-after=0'],
      ['Alert-Info', '<http://pbx.example>;info=alert-autoanswer'],
    ]);
  });
});

describe('lights', () => {
  it.each([
    [{ calls: 1, dnd: false, reachable: true }, 'busy'],
    [{ calls: 0, dnd: true, reachable: true }, 'busy'],
    [{ calls: 0, dnd: true, reachable: false }, 'busy'],
    [{ calls: 0, dnd: false, reachable: false }, 'offline'],
    [{ calls: 0, dnd: false, reachable: true }, 'available'],
  ] as const)('A-34 %j is %s', (user, presence) => {
    expect(presenceOf(user)).toBe(presence);
  });

  it.each([
    [['eligible', 'loggedOut'], 'green'],
    [['onCall'], 'red'],
    [['wrapUp'], 'red'],
    [['away'], 'red'],
    [['offline'], 'grey'],
    [['loggedOut'], 'grey'],
    [['unreachable'], 'grey'],
    [[], 'grey'],
  ] as const)('A-32 an agent who is %j is %s', (verdicts, light) => {
    expect(agentLight(verdicts)).toBe(light);
  });

  it('A-32 a queue', () => {
    expect(queueLight({ online: 2, available: 1 })).toBe('green');
    expect(queueLight({ online: 2, available: 0 })).toBe('red');
    expect(queueLight({ online: 0, available: 0 })).toBe('grey');
  });
});
