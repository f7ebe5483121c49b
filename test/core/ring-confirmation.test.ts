import { describe, expect, test } from 'vitest';
import { accepted, answered, desk, failed, late, later, mobile, play, type RingRow, refused } from './ring-script.js';

const rows: readonly RingRow[] = [
  [
    'D-22 not while somebody is being asked, and then at once',
    [mobile, later],
    [
      [1000, answered('mobile')],
      [3000, refused('mobile')],
    ],
    [
      '0s call mobile',
      '1s confirm mobile',
      '3s hangUp mobile unconfirmed',
      '3s call later',
      '20s hangUp later noAnswer',
      '20s unanswered noAnswer',
    ],
  ],
  [
    'D-16 an unconfirmed answer does not end the ring time of the others',
    [desk, mobile],
    [
      [2000, answered('mobile')],
      [3000, refused('mobile')],
    ],
    [
      '0s call desk',
      '0s call mobile',
      '2s confirm mobile',
      '3s hangUp mobile unconfirmed',
      '20s hangUp desk noAnswer',
      '20s unanswered noAnswer',
    ],
  ],
  [
    'D-16 a delayed leg starts though somebody is being asked',
    [mobile, late],
    [[2000, answered('mobile')]],
    [
      '0s call mobile',
      '2s confirm mobile',
      '5s call late',
      '12s hangUp mobile unconfirmed',
      '20s hangUp late noAnswer',
      '20s unanswered noAnswer',
    ],
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
    'D-19 a leg that is refused then is not followed by others',
    [mobile, { leg: 'never', delayMs: 30_000 }],
    [
      [15_000, answered('mobile')],
      [22_000, refused('mobile')],
    ],
    ['0s call mobile', '15s confirm mobile', '22s hangUp mobile unconfirmed', '22s unanswered noAnswer'],
  ],
  [
    'D-19 two who are asked at the end: the first to accept has the call',
    [mobile, { ...mobile, leg: 'other' }],
    [
      [15_000, answered('mobile')],
      [16_000, answered('other')],
      [24_000, accepted('other')],
    ],
    [
      '0s call mobile',
      '0s call other',
      '15s confirm mobile',
      '16s confirm other',
      '24s dismiss mobile',
      '24s won other',
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
    ['0s call mobile', '0s call other', '1s confirm mobile', '1.5s confirm other', '3s dismiss mobile', '3s won other'],
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
];

describe('ring, of which legs have to confirm', () => {
  test.each(rows)('%s', (_name, branches, script, expected) => {
    expect(play(branches, 20_000, script)).toEqual(expected);
  });
});
