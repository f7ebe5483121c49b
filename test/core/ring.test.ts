import { describe, expect, test } from 'vitest';
import { type BranchPlan, type RingEffect, type RingEvent, startRing, stepRing } from '../../src/core/ring.js';
import { MachineRunner } from '../../src/machine/runner.js';
import { FakeClock } from '../support/fake-clock.js';

type Script = readonly (readonly [atMs: number, event: RingEvent])[];

/** Plays events at their times on a fresh ring; every effect but the timers comes back with its time. */
function play(branches: BranchPlan[], ringMs: number, script: Script): string[] {
  const clock = new FakeClock();
  const log: string[] = [];
  const say = (e: RingEffect): void => {
    log.push(`${clock.now() / 1000}s ${inWords(e)}`);
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

function inWords(effect: RingEffect): string {
  switch (effect.type) {
    case 'unanswered':
      return `unanswered ${effect.cause}${effect.dead ? ', all dead' : ''}`;
    case 'hangUp':
      return `hangUp ${effect.leg} ${effect.cause}`;
    case 'startTimer':
    case 'stopTimer':
      return `${effect.type} ${effect.timer}`;
    case 'call':
    case 'confirm':
    case 'dismiss':
    case 'won':
      return `${effect.type} ${effect.leg}`;
  }
}

const desk = { leg: 'desk', delayMs: 0 };
const soft = { leg: 'soft', delayMs: 0 };
const late = { leg: 'late', delayMs: 5_000 };
const mobile = { leg: 'mobile', delayMs: 0, confirmMs: 10_000 };
const phone = { leg: 'phone', delayMs: 0, aliveMs: 6_000, own: true };
const accepted = (leg: string): RingEvent => ({ type: 'accepted', leg });
const refused = (leg: string): RingEvent => ({ type: 'refused', leg });
const later = { leg: 'later', delayMs: 8_000 };
const ringing = (leg: string): RingEvent => ({ type: 'ringing', leg });
const answered = (leg: string): RingEvent => ({ type: 'answered', leg });
const failed = (leg: string, status: number): RingEvent => ({ type: 'failed', leg, status });

describe('ring', () => {
  const rows: [string, BranchPlan[], Script, string[]][] = [
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
      [[2000, { type: 'abandoned', cause: 'callerGone' }]],
      ['0s call desk', '2s hangUp desk callerGone'],
    ],
    [
      'D-21 an answer that crosses the caller giving up has not won',
      [desk],
      [
        [2000, { type: 'abandoned', cause: 'callerGone' }],
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
    [
      'D-16 an unconfirmed answer does not win and does not stop the others',
      [desk, mobile],
      [
        [2000, answered('mobile')],
        [5000, answered('desk')],
      ],
      ['0s call desk', '0s call mobile', '2s confirm mobile', '5s dismiss mobile', '5s won desk'],
    ],
    [
      'D-15 an accepted confirmation wins',
      [desk, mobile],
      [
        [2000, answered('mobile')],
        [6000, accepted('mobile')],
      ],
      ['0s call desk', '0s call mobile', '2s confirm mobile', '6s hangUp desk answeredElsewhere', '6s won mobile'],
    ],
    [
      'D-17 a refusal ends this leg only',
      [desk, mobile],
      [
        [2000, answered('mobile')],
        [3000, refused('mobile')],
        [4000, answered('desk')],
      ],
      ['0s call desk', '0s call mobile', '2s confirm mobile', '3s hangUp mobile unconfirmed', '4s won desk'],
    ],
    [
      'D-18 a confirmation that lapses ends its leg; the last one takes the unanswered exit at once',
      [mobile],
      [[1000, answered('mobile')]],
      ['0s call mobile', '1s confirm mobile', '11s hangUp mobile unconfirmed', '11s unanswered unavailable'],
    ],
    [
      'D-18 the others go on',
      [desk, mobile],
      [[1000, answered('mobile')]],
      [
        '0s call desk',
        '0s call mobile',
        '1s confirm mobile',
        '11s hangUp mobile unconfirmed',
        '20s hangUp desk noAnswer',
        '20s unanswered noAnswer',
      ],
    ],
    [
      'D-18 a mobile that is hung up while it is asked',
      [mobile],
      [
        [1000, answered('mobile')],
        [4000, failed('mobile', 200)],
      ],
      ['0s call mobile', '1s confirm mobile', '4s unanswered unavailable'],
    ],
    [
      'D-19 who confirms at the end of the ring time may finish, the others are cancelled',
      [desk, mobile],
      [
        [15_000, answered('mobile')],
        [23_000, accepted('mobile')],
      ],
      ['0s call desk', '0s call mobile', '15s confirm mobile', '20s hangUp desk noAnswer', '23s won mobile'],
    ],
    [
      'D-19 and if that comes to nothing it is unanswered',
      [desk, mobile, { leg: 'never', delayMs: 19_999 }],
      [[15_000, answered('mobile')]],
      [
        '0s call desk',
        '0s call mobile',
        '15s confirm mobile',
        '19.999s call never',
        '20s hangUp desk noAnswer',
        '20s hangUp never noAnswer',
        '25s hangUp mobile unconfirmed',
        '25s unanswered noAnswer',
      ],
    ],
    [
      'D-19 the grace is at most 20 s',
      [{ leg: 'slow', delayMs: 0, confirmMs: 60_000 }],
      [[19_000, answered('slow')]],
      ['0s call slow', '19s confirm slow', '40s hangUp slow unconfirmed', '40s unanswered unavailable'],
    ],
    [
      'D-20 of two confirmations the first wins; the second is told that the call is taken',
      [mobile, { ...mobile, leg: 'other' }],
      [
        [1000, answered('mobile')],
        [1500, answered('other')],
        [3000, accepted('other')],
        [3000, accepted('mobile')],
      ],
      [
        '0s call mobile',
        '0s call other',
        '1s confirm mobile',
        '1.5s confirm other',
        '3s dismiss mobile',
        '3s won other',
      ],
    ],
    [
      'D-21 the caller gives up while a leg is asked',
      [mobile],
      [
        [1000, answered('mobile')],
        [2000, { type: 'abandoned', cause: 'callerGone' }],
        [2001, accepted('mobile')],
      ],
      ['0s call mobile', '1s confirm mobile', '2s hangUp mobile callerGone'],
    ],
    [
      'D-10 a phone without a sign of life is given up, the others go on',
      [phone, soft],
      [[1000, ringing('soft')]],
      [
        '0s call phone',
        '0s call soft',
        '6s hangUp phone unreachable',
        '20s hangUp soft noAnswer',
        '20s unanswered noAnswer',
      ],
    ],
    [
      'D-10 a phone that rings is not dead',
      [phone],
      [[5999, ringing('phone')]],
      ['0s call phone', '20s hangUp phone noAnswer', '20s unanswered noAnswer'],
    ],
    [
      'D-10 all own phones dead before any rang',
      [phone, { ...phone, leg: 'phone2' }],
      [[1000, failed('phone', 430)]],
      ['0s call phone', '0s call phone2', '6s hangUp phone2 unreachable', '6s unanswered noAnswer, all dead'],
    ],
    [
      'D-10 one own phone was busy: not dead',
      [phone, { ...phone, leg: 'phone2' }],
      [[1000, failed('phone', 486)]],
      ['0s call phone', '0s call phone2', '6s hangUp phone2 unreachable', '6s unanswered busy'],
    ],
    [
      'D-48 a branch that is redirected is tried anew',
      [phone],
      [
        [3000, { type: 'redirected', leg: 'phone', confirmMs: 10_000, aliveMs: null }],
        [9000, answered('phone')],
        [10_000, accepted('phone')],
      ],
      ['0s call phone', '9s confirm phone', '10s won phone'],
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
      const legs = ['a', 'b', 'c', 'd']
        .slice(0, 1 + pick(4))
        .map((leg) => ({ leg, delayMs: pick(3) * 4_000, confirmMs: pick(2) === 0 ? null : 10_000 }));
      const script: [number, RingEvent][] = [];
      for (let at = 0, i = 0; i < 8; i++) {
        at += pick(6_000);
        const leg = legs[pick(legs.length)]?.leg ?? 'a';
        const kinds: RingEvent[] = [
          ringing(leg),
          answered(leg),
          failed(leg, 486),
          failed(leg, 408),
          accepted(leg),
          refused(leg),
        ];
        script.push([
          at,
          pick(12) === 0 ? { type: 'abandoned', cause: 'callerGone' } : (kinds[pick(kinds.length)] ?? ringing(leg)),
        ]);
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
