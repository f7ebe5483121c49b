import { describe, expect, it } from 'vitest';
import { tell } from '../../src/core/reason.js';
import { EMPTY_LIST } from '../../src/core/screening-list.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import {
  allowing,
  blocking,
  box,
  decided,
  ext,
  from,
  hours,
  lists,
  MOBILE,
  mobile,
  PEST,
  type Setting,
  VIP,
  withTrunk,
} from './answering-stage.js';

describe('the reasons of a decision about a user', () => {
  it('says why, in the order in which it was found', () => {
    const { reasons, rule: chosen } = decided({
      registered: ['202', '203'],
      rules: [
        { name: 'Hours', frame: 'Hours', enabled: false },
        {
          name: 'Always',
          frame: 'Always',
          screen: true,
          offline: mobile(),
          ring: {
            own: 'all',
            also: [
              { to: ext('203'), delayMs: 5_000 },
              { to: mobile(), delayMs: 0 },
            ],
          },
          unanswered: box('203'),
        },
        {},
      ],
    });
    expect(chosen).toBe('Always');
    expect(reasons).toEqual([
      '202 is User 202',
      'rule "Hours" is disabled',
      'rule "Always" holds: it is always',
      'screening: the caller is asked for a name',
      'ring 202, who hears the name and presses 1 to take the call',
      '202wp is left out: not registered',
      'ring 203 after 5 s, who hears the name and presses 1 to take the call',
      `${MOBILE} is outside: route +*, class any, by carrier`,
      `ring ${MOBILE}, who hears the name and presses 1 to take the call`,
      'when unanswered: voicemail 203',
      `when offline: number ${MOBILE}`,
    ]);
  });

  it.each<readonly [string, Setting, string]>([
    ['a list', { caller: from(PEST), user: blocking }, `the caller is blocked: ${PEST} is on the list of 202`],
    [
      'the domain’s list',
      { caller: from(PEST), domain: blocking },
      `the caller is blocked: ${PEST} is on the domain's list`,
    ],
    [
      'allowed',
      { caller: from(VIP), user: { ...allowing, dnd: true } },
      'do not disturb, switched on; the caller is allowed to',
    ],
    [
      'anonymous',
      { caller: from(null), user: { lists: lists({ blockAnonymous: true }) } },
      'the caller is anonymous, and 202 takes no such calls',
    ],
    [
      'unknown',
      {
        caller: { ...from(null), anonymous: false },
        domain: { lists: lists({ blockUnknown: true, allowed: EMPTY_LIST }) },
      },
      'the caller has no number, and the domain takes no such calls',
    ],
    [
      'nameless',
      { caller: from(VIP), user: { lists: lists({ blockWithoutName: true }) } },
      'the caller has no name, and 202 takes no such calls',
    ],
    ['on active', { calls: { 202: 1 }, rules: [{ active: ext('203') }] }, '202 is in 1 call'],
    ['full', { calls: { 202: 3 }, user: { maxCalls: 3 } }, 'the line of 202 is full: 3 calls of 3'],
    ['offline', { registered: [], rules: [{ offline: ext('203') }] }, '202 is offline: no device is registered'],
    [
      'a frame that is gone',
      { rules: [{ name: 'Gone', frame: 'Gone' }, {}] },
      'rule "Gone" does not hold: there is no time frame "Gone"',
    ],
    [
      'no way out',
      { domain: { trunks: new Map() }, rules: [{ ring: { own: 'main', also: [{ to: mobile(), delayMs: 0 }] } }] },
      `${MOBILE} is left out: there is no way out to it`,
    ],
    ['the second stage', { rules: [{ next: { afterMs: 15_000, ring: { own: 'all', also: [] } } }] }, 'after 15 s:'],
  ])('names the reason: %s', (_, setting, reason) => {
    expect(decided(setting).reasons).toContain(reason);
  });

  it('A-70 a private frame holds for its owner, and is told from it', () => {
    const lunch: TimeFrame = {
      name: 'Lunch',
      timeZone: 'inherit',
      owner: '202',
      kind: 'toggle',
      on: true,
      until: null,
    };
    const rules = [{ name: 'Lunch', frame: 'Lunch' }, {}];
    const own = decided({ rules, user: { timeFrames: new Map([['Lunch', lunch]]) } });
    expect([own.rule, own.reasons[1]]).toEqual(['Lunch', 'rule "Lunch" holds: switched on']);
    const without = decided({ rules });
    expect([without.rule, without.reasons[1]]).toEqual([
      'default',
      'rule "Lunch" does not hold: there is no time frame "Lunch"',
    ]);
  });

  it('tells of a rule whose time frame has changed since that it has', () => {
    const { because } = decided({ rules: [{ name: 'Hours', frame: 'Hours' }, {}] });
    const now = withTrunk([], { timeFrames: new Map([['Hours', { ...hours, days: {} }]]) });
    const later = withTrunk([], { timeFrames: new Map() });
    const [, reason] = because;
    expect(reason === undefined ? null : tell(reason, now)).toBe('rule "Hours" holds: its time frame was another then');
    expect(reason === undefined ? null : tell(reason, later)).toBe('rule "Hours" holds: its time frame is gone since');
  });
});
