import { describe, expect, test } from 'vitest';
import { type RingEffect, type RingEvent, startRing, stepRing } from '../../src/core/ring.js';
import { MachineRunner } from '../../src/machine/runner.js';
import { FakeClock } from '../support/fake-clock.js';

type Script = readonly (readonly [atMs: number, event: RingEvent])[];

/** Plays events at their times on a fresh ring; every effect but the timers comes back with its time. */
function play(branches: { leg: string; delayMs: number }[], ringMs: number, script: Script): string[] {
  const clock = new FakeClock();
  const log: string[] = [];
  const say = (e: RingEffect): void => {
    const { type, ...rest } = e;
    log.push([`${clock.now() / 1000}s`, type, ...Object.values(rest)].join(' '));
  };
  const [ring, effects] = startRing(branches, ringMs);
  let started = false;
  const runner = new MachineRunner<typeof ring, RingEvent | { type: 'start' }, RingEffect>(
    ring,
    (state, event, now) => {
      if (event.type !== 'start') return stepRing(state, event, now);
      started = true;
      return [state, effects];
    },
    clock,
    say,
  );
  runner.handle({ type: 'start' });
  expect(started).toBe(true);
  for (const [atMs, event] of script) {
    clock.advance(atMs - clock.now());
    runner.handle(event);
  }
  clock.advance(600_000);
  expect(clock.pending).toBe(0);
  return log;
}

const desk = { leg: 'desk', delayMs: 0 };
const soft = { leg: 'soft', delayMs: 0 };
const late = { leg: 'late', delayMs: 5_000 };
const later = { leg: 'later', delayMs: 8_000 };
const ringing = (leg: string): RingEvent => ({ type: 'ringing', leg });
const answered = (leg: string): RingEvent => ({ type: 'answered', leg });
const failed = (leg: string, status: number): RingEvent => ({ type: 'failed', leg, status });

describe('ring', () => {
  const rows: [string, { leg: string; delayMs: number }[], Script, string[]][] = [
    [
      'D-11 ring time ends the whole phase',
      [desk, soft],
      [],
      [
        '0s call desk',
        '0s call soft',
        '20s hangUp desk noAnswer',
        '20s hangUp soft noAnswer',
        '20s unanswered noAnswer',
      ],
    ],
    [
      'D-11 delays run inside the ring time; a delay that is not shorter never rings',
      [desk, { leg: 'x', delayMs: 20_000 }],
      [],
      ['0s call desk', '20s hangUp desk noAnswer', '20s unanswered noAnswer'],
    ],
    [
      'D-15 the first to answer wins',
      [desk, soft],
      [
        [1000, ringing('desk')],
        [3000, answered('desk')],
      ],
      ['0s call desk', '0s call soft', '3s hangUp soft answeredElsewhere', '3s won desk'],
    ],
    ['D-15 a leg may answer without ringing', [desk], [[10, answered('desk')]], ['0s call desk', '0.01s won desk']],
    [
      'D-21 a leg that answers after it lost is ended as answered elsewhere',
      [desk, soft],
      [
        [1000, answered('desk')],
        [1001, answered('soft')],
      ],
      [
        '0s call desk',
        '0s call soft',
        '1s hangUp soft answeredElsewhere',
        '1s won desk',
        '1.001s hangUp soft answeredElsewhere',
      ],
    ],
    [
      'D-21 the caller gives up: plain end, so that phones log a missed call',
      [desk, late],
      [[2000, { type: 'abandoned' }]],
      ['0s call desk', '2s hangUp desk callerGone'],
    ],
    [
      'D-21 an answer that crosses the caller giving up has not won',
      [desk],
      [
        [2000, { type: 'abandoned' }],
        [2001, answered('desk')],
      ],
      ['0s call desk', '2s hangUp desk callerGone', '2.001s hangUp desk answeredElsewhere'],
    ],
    [
      'D-11 an answer that crosses the end of the ring time has not won',
      [desk],
      [[20_001, answered('desk')]],
      ['0s call desk', '20s hangUp desk noAnswer', '20s unanswered noAnswer', '20.001s hangUp desk answeredElsewhere'],
    ],
    [
      'D-93 a delayed leg starts at its second',
      [desk, late],
      [[6000, answered('late')]],
      ['0s call desk', '5s call late', '6s hangUp desk answeredElsewhere', '6s won late'],
    ],
    [
      'D-15 a scheduled leg is never called after a win',
      [desk, late],
      [[1000, answered('desk')]],
      ['0s call desk', '1s won desk'],
    ],
    [
      'D-22 the smallest remaining delay is pulled forward when no leg is left',
      [desk, later, late],
      [[1000, failed('desk', 486)]],
      [
        '0s call desk',
        '1s call late',
        '8s call later',
        '20s hangUp later noAnswer',
        '20s hangUp late noAnswer',
        '20s unanswered noAnswer',
      ],
    ],
    [
      'D-22 all legs delayed: the first rings at once',
      [late, later],
      [[1000, answered('late')]],
      ['0s call late', '1s won late'],
    ],
    [
      'D-23 one leg declines, the others go on',
      [desk, soft],
      [
        [1000, failed('desk', 603)],
        [2000, answered('soft')],
      ],
      ['0s call desk', '0s call soft', '2s won soft'],
    ],
    [
      'D-9 all ended and one was busy: busy',
      [desk, soft],
      [
        [1000, failed('desk', 486)],
        [2000, failed('soft', 480)],
      ],
      ['0s call desk', '0s call soft', '2s unanswered busy'],
    ],
    [
      'D-9 one busy while another rings to the end: not busy',
      [desk, soft],
      [[1000, failed('desk', 486)]],
      ['0s call desk', '0s call soft', '20s hangUp soft noAnswer', '20s unanswered noAnswer'],
    ],
    [
      'D-23 all declined',
      [desk, soft],
      [
        [1000, failed('desk', 603)],
        [1500, failed('soft', 603)],
      ],
      ['0s call desk', '0s call soft', '1.5s unanswered declined'],
    ],
    [
      'a lone leg speaks for itself',
      [desk],
      [[100, failed('desk', 488)]],
      ['0s call desk', '0.1s unanswered noCommonCodec'],
    ],
    [
      'legs that failed differently: no answer',
      [desk, soft],
      [
        [100, failed('desk', 488)],
        [200, failed('soft', 408)],
      ],
      ['0s call desk', '0s call soft', '0.2s unanswered noAnswer'],
    ],
    [
      'a leg that fails twice is counted once',
      [desk, soft],
      [
        [100, failed('desk', 486)],
        [200, failed('desk', 486)],
        [300, answered('soft')],
      ],
      ['0s call desk', '0s call soft', '0.3s won soft'],
    ],
    ['nothing to ring is unanswered at once', [], [], ['0s unanswered noAnswer']],
  ];
  test.each(rows)('%s', (_name, branches, script, expected) => {
    expect(play(branches, 20_000, script)).toEqual(expected);
  });

  test('D-20 a ring has at most one winner whatever happens, and always one end', () => {
    let seed = 7;
    const pick = (n: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * n);
    };
    for (let round = 0; round < 2_000; round++) {
      const legs = ['a', 'b', 'c', 'd'].slice(0, 1 + pick(4)).map((leg) => ({ leg, delayMs: pick(3) * 4_000 }));
      const script: [number, RingEvent][] = [];
      for (let at = 0, i = 0; i < 8; i++) {
        at += pick(6_000);
        const leg = legs[pick(legs.length)]?.leg ?? 'a';
        const kinds: RingEvent[] = [ringing(leg), answered(leg), failed(leg, 486), failed(leg, 408), ringing(leg)];
        script.push([at, pick(12) === 0 ? { type: 'abandoned' } : (kinds[pick(kinds.length)] ?? ringing(leg))]);
      }
      const log = play(legs, 20_000, script);
      const ends = log.filter((l) => l.includes(' won ') || l.includes(' unanswered ') || l.includes('callerGone'));
      expect(log.filter((l) => l.includes(' won ')).length, `round ${round}`).toBeLessThanOrEqual(1);
      expect(new Set(ends.map((l) => l.split(' ')[1])).size, `round ${round}: ${log.join('; ')}`).toBeLessThanOrEqual(
        2,
      );
      expect(log.filter((l) => / (won|unanswered) /.test(l)).length, `round ${round}`).toBeLessThanOrEqual(1);
    }
  });
});
