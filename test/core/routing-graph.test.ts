import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweringRule, Domain, User } from '../../src/core/domain.js';
import { frameOf } from '../../src/core/frame-use.js';
import { NO_QUEUES, QUEUE_DEFAULTS, type QueueConfig } from '../../src/core/queue/queue-config.js';
import { type RoutingFault, routingFaults } from '../../src/core/routing-graph.js';
import { matches, type TimeFrame, weekdays } from '../../src/core/time-frame.js';
import { office, rule, user } from '../support/office.js';

const NOW = Date.UTC(2026, 10, 24, 15, 30);
const HOUR_MS = 3_600_000;
const base = { timeZone: 'inherit', owner: null } as const;

function week(name: string, days: readonly number[], start: number, hours: number): TimeFrame {
  const range = { start: start * 60, end: ((start + hours) * 60 - 1) % 1440 };
  const entries = days.map((day) => [weekdays[day] ?? 'mon', [range]]);
  return { ...base, name, kind: 'week', days: Object.fromEntries(entries), recurrence: null };
}

function dates(name: string, from: string, to: string): TimeFrame {
  return { ...base, name, kind: 'dates', intervals: [{ from, to }], recurrence: null };
}

function domainWith(users: readonly User[], frames: readonly TimeFrame[], over: Partial<Domain> = {}): Domain {
  const timeFrames = new Map(frames.map((frame) => [frame.name, frame]));
  return office(users, { timeZone: 'UTC', timeFrames, ...over });
}

const to = (extension: string) => ({ to: 'extension', extension }) as const;
const forward = (frame: string | null, extension: string, over: Partial<AnsweringRule> = {}) =>
  rule({ name: frame ?? 'default', frame, always: to(extension), ...over });
const quiet = (frame: string, over: Partial<AnsweringRule> = {}) => rule({ name: frame, frame, ...over });

/** `loop 201/0 202/1`, `idleFrame 201/0`, `covered 201/1 by 0` */
function inWords(fault: RoutingFault): string {
  switch (fault.fault) {
    case 'loop':
      return `loop ${fault.steps.map((step) => `${step.extension}/${step.rule}`).join(' ')}`;
    case 'idleFrame':
      return `idleFrame ${fault.extension}/${fault.rule}`;
    case 'covered':
      return `covered ${fault.extension}/${fault.rule} by ${fault.by}`;
    case 'moreLoops':
      return `${fault.count} more`;
    case 'unseen':
      return 'unseen';
  }
}

const found = (domain: Domain) => routingFaults(domain, NOW).map(inWords);

const days = week('Days', [0, 1, 2, 3, 4], 9, 8);
const nights = week('Nights', [0, 1, 2, 3, 4], 17, 16);
const tuesday = week('Tuesday', [1], 10, 1);
const past = dates('Past', '2020-01-01T00:00', '2020-01-02T00:00');
const easter = dates('Easter', '2027-03-28T00:00', '2027-03-28T23:59');
const lunch: TimeFrame = { ...base, name: 'Lunch', kind: 'toggle', on: false, until: null };
const open: TimeFrame = { ...lunch, name: 'Open', on: true };
const frames = [days, nights, tuesday, past, easter, lunch, open];

describe('D-50 circles of forwards', () => {
  const two = (first: AnsweringRule, second: AnsweringRule, over: Partial<Domain> = {}) =>
    found(
      domainWith([user('201', { rules: [first, rule()] }), user('202', { rules: [second, rule()] })], frames, over),
    );
  const own = { number: '+12125550100', treatment: { to: 'user', extension: '201' }, notes: '' } as const;

  const line = (extension: string, then: string | null): QueueConfig => ({
    ...QUEUE_DEFAULTS,
    ...{ extension, name: extension, kind: 'roundRobin', forwardUnanswered: then === null ? null : to(then) },
  });
  const queues = (...lines: readonly QueueConfig[]) => ({ acd: { ...NO_QUEUES, queues: lines } });
  const toLine = {
    number: '+12125550199',
    treatment: { to: 'queue', extension: '8801', introduction: 'none' },
    notes: '',
  } as const;

  it.each([
    [
      'two queues',
      two(rule(), rule(), queues(line('8801', '8802'), line('8802', '8801'), line('8803', '8801'))),
      ['loop 8801/null 8802/null'],
    ],
    ['a queue and a user', two(forward(null, '8801'), rule(), queues(line('8801', '201'))), ['loop 201/0 8801/null']],
    [
      'a queue and a user by day',
      two(quiet('Days', { unanswered: to('8801') }), rule(), queues(line('8801', '201'))),
      ['loop 201/0 8801/null'],
    ],
    [
      'a queue by a number of ours',
      two(rule({ always: { to: 'number', number: toLine.number, confirm: false } }), rule(), {
        ...queues(line('8801', '201')),
        numbers: new Map([[toLine.number, toLine]]),
      }),
      ['loop 201/0 8801/null'],
    ],
    [
      'a queue that forwards on',
      two(forward(null, '8801'), rule(), queues(line('8801', '202'), line('8802', null))),
      [],
    ],
    ['at overlapping times', two(forward('Days', '202'), forward('Tuesday', '201')), ['loop 201/0 202/0']],
    ['by day and by night', two(forward('Days', '202'), forward('Nights', '201')), []],
    ['on one day of the year', two(forward('Easter', '202'), forward(null, '201')), ['loop 201/0 202/0']],
    ['never', two(forward('Past', '202'), forward(null, '201')), ['idleFrame 201/0']],
    ['when unanswered', two(forward('Days', '202'), quiet('Days', { unanswered: to('201') })), ['loop 201/0 202/0']],
    [
      'two who stand in for each other while they are in a call',
      two(quiet('Days', { active: to('202') }), quiet('Days', { active: to('201') })),
      ['loop 201/0 202/0'],
    ],
    [
      'offline there, and busy or unanswered here',
      two(quiet('Days', { offline: to('202') }), quiet('Days', { busy: to('201'), unanswered: to('201') })),
      ['loop 201/0 202/0'],
    ],
    [
      'always takes what is offline, too',
      two(forward('Days', '999', { offline: to('202') }), quiet('Days', { active: to('201') })),
      [],
    ],
    ['D-6 not past do not disturb', two(forward('Days', '202'), forward('Days', '201', { dnd: true })), []],
    ['D-3 not by a disabled rule', two(forward('Days', '202'), forward('Days', '201', { enabled: false })), []],
    [
      'D-24 by a number of ours',
      two(forward('Days', '202'), quiet('Days', { always: { to: 'number', number: own.number, confirm: false } }), {
        numbers: new Map([[own.number, own]]),
      }),
      ['loop 201/0 202/0'],
    ],
  ])('%s', (_, faults, expected) => {
    expect(faults).toEqual(expected);
  });

  it('two from one user', () => {
    const users = [
      user('201', { rules: [rule({ unanswered: to('202'), active: to('203') })] }),
      user('202', { rules: [rule({ unanswered: to('201') })] }),
      user('203', { rules: [rule({ offline: to('202'), unanswered: to('204') })] }),
      user('204'),
    ];
    expect(found(domainWith(users, []))).toEqual(['loop 201/0 202/0', 'loop 201/0 203/0 202/0']);
  });

  it('to oneself, and of those whom the way only leads to', () => {
    const rules = (extension: string) => [rule({ always: to(extension) })];
    const users = [
      user('201', { rules: rules('203') }),
      user('202', { rules: rules('202') }),
      user('203', { rules: rules('204') }),
      user('204', { rules: rules('203') }),
    ];
    expect(found(domainWith(users, []))).toEqual(['loop 203/0 204/0', 'loop 202/0']);
  });

  it('are looked for as long as there are not too many changes', () => {
    const early = [forward('Days', '202'), rule()];
    const late = [quiet('Days'), forward('Easter', '202'), rule()];
    const back = user('202', { rules: [rule({ always: to('201') })] });
    const most = (rules: AnsweringRule[]) =>
      routingFaults(domainWith([user('201', { rules }), back], frames), NOW, 1).map(inWords);
    expect(most(early)).toEqual(['loop 201/0 202/0', 'unseen']);
    expect(most(late)).toEqual(['unseen']);
  });

  it('are told a hundred times', () => {
    const users = Array.from({ length: 103 }, (_, i) =>
      user(`${1000 + i}`, { rules: [rule({ always: to(`${1000 + i}`) })] }),
    );
    const faults = found(domainWith(users, []));
    expect([faults.length, faults.at(-1)]).toEqual([101, '3 more']);
  });
});

describe('rules that never decide', () => {
  const rulesOf = (...rules: AnsweringRule[]) =>
    found(domainWith([user('201', { rules: [...rules, rule()] })], frames));

  it.each([
    ['one that another covers', rulesOf(quiet('Days'), quiet('Tuesday')), ['covered 201/1 by 0']],
    ['one whose frame is over', rulesOf(quiet('Past')), ['idleFrame 201/0']],
    ['one below a disabled rule', rulesOf(quiet('Days', { enabled: false }), quiet('Tuesday')), []],
    ['D-62 one whose frame is switched by hand', rulesOf(quiet('Lunch')), []],
    ['D-62 one below what can be switched off', rulesOf(quiet('Open'), quiet('Days')), []],
    [
      'D-62 one below what is switched off',
      rulesOf(quiet('Days'), quiet('Lunch'), quiet('Tuesday')),
      ['covered 201/2 by 0'],
    ],
    ['a frame that is gone is no matter of time', rulesOf(quiet('Gone')), []],
  ])('%s', (_, faults, expected) => {
    expect(faults).toEqual(expected);
  });

  it('A-70 each by the private frames of the user', () => {
    const own = (frame: TimeFrame) => new Map([['Own', { ...frame, name: 'Own' }]]);
    const rules = [quiet('Days'), quiet('Own'), rule()];
    const users = [user('201', { rules, timeFrames: own(tuesday) }), user('202', { rules, timeFrames: own(nights) })];
    expect(found(domainWith(users, frames))).toEqual(['covered 201/1 by 0']);
  });
});

describe('any domain', () => {
  const EXTENSIONS = ['201', '202', '203', '204'];
  const hour = fc.integer({ min: 0, max: 23 });
  const day = fc.integer({ min: 0, max: 390 });
  const localTime = (days: number, hours: number) =>
    new Date(Date.UTC(2026, 10, 25) + (days * 24 + hours) * HOUR_MS).toISOString().slice(0, 16);
  const frame = fc.oneof(
    fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }),
        hour,
        fc.integer({ min: 1, max: 23 }),
      )
      .map(([on, start, hours]) => week('', on, start, hours)),
    fc.tuple(day, hour, fc.integer({ min: 1, max: 400 })).map(([from, start, hours]) => {
      const end = `${localTime(from, start + hours - 1).slice(0, 13)}:59`;
      return dates('', localTime(from, start), end);
    }),
  );
  const NAMES = ['a', 'b', 'c', 'd'];
  const written = fc.record({ frame: fc.constantFrom(...NAMES), to: fc.option(fc.constantFrom(...EXTENSIONS)) });
  const domain = fc
    .record({
      frames: fc.array(frame, { minLength: NAMES.length, maxLength: NAMES.length }),
      rules: fc.array(fc.array(written, { maxLength: 3 }), {
        minLength: EXTENSIONS.length,
        maxLength: EXTENSIONS.length,
      }),
      lasts: fc.array(fc.option(fc.constantFrom(...EXTENSIONS)), {
        minLength: EXTENSIONS.length,
        maxLength: EXTENSIONS.length,
      }),
    })
    .map(({ frames: kinds, rules, lasts }) => {
      const named = kinds.map((kind, i) => ({ ...kind, name: NAMES[i] ?? '' }));
      const users = EXTENSIONS.map((extension, i) => {
        const last = lasts[i] ?? null;
        const own = (rules[i] ?? []).map((one) => quiet(one.frame, one.to === null ? {} : { always: to(one.to) }));
        return user(extension, { rules: [...own, rule(last === null ? {} : { always: to(last) })] });
      });
      return domainWith(users, named);
    });

  /** Hour by hour. */
  function lookedAt(one: Domain): { readonly won: Set<string>; readonly circles: Set<string> } {
    const won = new Set<string>();
    const circles = new Set<string>();
    const holding = (member: User, at: number) =>
      member.rules.findIndex(({ frame: name }) => {
        const meant = name === null ? undefined : frameOf(one, member, name);
        return name === null || (meant !== undefined && matches(meant, at, 'UTC'));
      });
    const wayOn = (extension: string, at: number) => {
      const member = one.users.get(extension);
      const winner = member?.rules[member === undefined ? -1 : holding(member, at)];
      return winner?.always?.to === 'extension' ? winner.always.extension : null;
    };
    for (let at = NOW; at < NOW + 400 * 24 * HOUR_MS; at += at === NOW ? HOUR_MS / 2 : HOUR_MS) {
      for (const member of one.users.values()) won.add(`${member.extension}/${holding(member, at)}`);
      for (const start of EXTENSIONS) {
        const way = [start];
        let next = wayOn(start, at);
        for (; next !== null && !way.includes(next); next = wayOn(next, at)) way.push(next);
        if (next === start && way.every((extension) => extension >= start)) circles.add(way.join(' '));
      }
    }
    return { won, circles };
  }

  it('is told the same as by looking at it hour by hour', () => {
    fc.assert(
      fc.property(domain, (one) => {
        const { won, circles } = lookedAt(one);
        const faults = routingFaults(one, NOW);
        const loops = faults.flatMap((f) =>
          f.fault === 'loop' ? [f.steps.map(({ extension }) => extension).join(' ')] : [],
        );
        expect(new Set(loops)).toEqual(circles);
        const idle = faults.flatMap((f) =>
          f.fault === 'covered' || f.fault === 'idleFrame' ? [`${f.extension}/${f.rule}`] : [],
        );
        const never = [...one.users.values()].flatMap(({ extension, rules }) =>
          rules.flatMap((_, index) =>
            index < rules.length - 1 && !won.has(`${extension}/${index}`) ? [`${extension}/${index}`] : [],
          ),
        );
        expect(idle).toEqual(never);
      }),
      { numRuns: 12 },
    );
  });
});
