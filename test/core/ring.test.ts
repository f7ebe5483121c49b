import { describe, expect, test } from 'vitest';
import {
  accepted,
  answered,
  desk,
  failed,
  late,
  later,
  phone,
  play,
  type RingRow,
  ringing,
  soft,
} from './ring-script.js';

const rows: readonly RingRow[] = [
  [
    'D-11 ring time ends the whole phase',
    [desk, soft],
    [],
    ['0s call desk', '0s call soft', '20s hangUp desk noAnswer', '20s hangUp soft noAnswer', '20s unanswered noAnswer'],
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
    'D-22 not while a leg still rings',
    [desk, soft, late],
    [[1000, failed('desk', 486)]],
    [
      '0s call desk',
      '0s call soft',
      '5s call late',
      '20s hangUp soft noAnswer',
      '20s hangUp late noAnswer',
      '20s unanswered noAnswer',
    ],
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
  ['D-9 600 is busy too', [desk], [[1000, failed('desk', 600)]], ['0s call desk', '1s unanswered busy']],
  [
    'D-9 one busy while another rings to the end: not busy',
    [desk, soft],
    [[1000, failed('desk', 486)]],
    ['0s call desk', '0s call soft', '20s hangUp soft noAnswer', '20s unanswered noAnswer'],
  ],
  ...[480, 486, 600, 603, 604].map(
    (status): RingRow => [
      `D-23 D-6 a phone’s own refusal (${status}) is the word of that leg only`,
      [{ ...phone, leg: 'desk' }, soft],
      [
        [1000, failed('desk', status)],
        [2000, answered('soft')],
      ],
      ['0s call desk', '0s call soft', '2s won soft'],
    ],
  ),
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
    'D-10 a phone that cannot be reached at all (503), and one that says nothing (408)',
    [phone, { ...phone, leg: 'phone2' }],
    [
      [10, failed('phone', 503)],
      [2000, failed('phone2', 408)],
    ],
    ['0s call phone', '0s call phone2', '2s unanswered unreachable, all dead'],
  ],
  [
    'D-10 a colleague who rings along is no phone of one’s own',
    [phone, soft],
    [
      [10, failed('phone', 503)],
      [2000, failed('soft', 408)],
    ],
    ['0s call phone', '0s call soft', '2s unanswered unreachable, all dead'],
  ],
  [
    'D-10 what failed after it rang is not dead',
    [phone],
    [
      [1000, ringing('phone')],
      [2000, failed('phone', 408)],
    ],
    ['0s call phone', '2s unanswered unreachable'],
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

describe('ring', () => {
  test.each(rows)('%s', (_name, branches, script, expected) => {
    expect(play(branches, 20_000, script)).toEqual(expected);
  });
});
