import { describe, expect, test } from 'vitest';
import type { InviteTarget } from '../../src/ports/signalling.js';
import { inboundLeg, type Leg, type LegEffect, type LegEvent, outboundLeg, stepLeg } from '../../src/switch/leg.js';

const target: InviteTarget = {
  uri: 'sip:203@192.0.2.7',
  flow: null,
  from: { name: '', user: '202', host: 'acme.example' },
  to: { name: '', user: '203', host: 'acme.example' },
  maxForwards: 69,
  headers: [],
};

/** An effect in words: `invite`, `answer ours`, `openMedia theirs like`, `over 487 local`. */
function words({ type, ...rest }: LegEffect): string {
  const parts = Object.entries(rest).filter(([key, value]) => key !== 'target' && value !== null);
  return [type, ...parts.map(([, value]) => String(value))].join(' ');
}

function play(leg: Leg, events: readonly LegEvent[]): [string, string[]] {
  let state = leg;
  const log: string[] = [];
  for (const event of events) {
    const [next, effects] = stepLeg(state, event);
    state = next;
    log.push(...effects.map(words));
  }
  return [state.state, log];
}

const leg = 'x';
const invite: LegEvent = { type: 'doInvite', like: null };
const alert: LegEvent = { type: 'doAlert' };
const early: LegEvent = { type: 'doEarly', like: 'B' };
const answer: LegEvent = { type: 'doAnswer', like: 'B' };
const hangUp: LegEvent = { type: 'doHangUp', cause: 'normal' };
const opened = (sdp = 'ours', held = false): LegEvent => ({ type: 'opened', leg, sdp, held, telephoneEvents: true });
const accepted = (held = false): LegEvent => ({ type: 'accepted', leg, held, telephoneEvents: true });
const failed = (why: 'unacceptable' | 'exhausted' | 'gone'): LegEvent => ({ type: 'failed', leg, why });
const progressed = (status: number, sdp: string | null = null): LegEvent => ({
  type: 'progressed',
  leg,
  status,
  answer: sdp,
});
const answered = (sdp: string | null): LegEvent => ({ type: 'answered', leg, sdp });
const ended = (status: number, by: 'local' | 'remote' | 'lost'): LegEvent => ({
  type: 'ended',
  leg,
  by,
  status,
  reasons: [],
  contacts: [],
});
const modified = (offer: string | null): LegEvent => ({ type: 'modified', leg, offer, like: null });

describe('outbound leg', () => {
  const up = [invite, opened(), progressed(180), answered('theirs'), accepted()];
  const rows: [string, LegEvent[], string, string[]][] = [
    [
      'rings and is answered',
      up,
      'answered',
      ['openMedia', 'invite ours', 'ringing false', 'acceptMedia theirs', 'answered'],
    ],
    ['100 is not ringing', [invite, opened(), progressed(100)], 'offered', ['openMedia', 'invite ours']],
    [
      '183 with SDP is early media; the same SDP in the 200 is not negotiated again',
      [invite, opened(), progressed(183, 'theirs'), accepted(), answered('theirs')],
      'answered',
      ['openMedia', 'invite ours', 'acceptMedia theirs', 'ringing true', 'answered'],
    ],
    [
      'a 200 with another SDP than the 183 is negotiated',
      [invite, opened(), progressed(183, 'one'), accepted(), answered('two'), accepted()],
      'answered',
      ['openMedia', 'invite ours', 'acceptMedia one', 'ringing true', 'acceptMedia two', 'answered'],
    ],
    [
      'a 200 without SDP after early media keeps it',
      [invite, opened(), progressed(183, 'theirs'), accepted(), answered(null)],
      'answered',
      ['openMedia', 'invite ours', 'acceptMedia theirs', 'ringing true', 'answered'],
    ],
    [
      'RFC 3261 §13.2.1 a 200 without any SDP is ended',
      [invite, opened(), answered(null)],
      'offered',
      ['openMedia', 'invite ours', 'hangUp noCommonCodec'],
    ],
    [
      'hung up while the media was opening: no INVITE ever',
      [invite, hangUp, opened()],
      'ended',
      ['openMedia', 'closeMedia', 'over 487 local'],
    ],
    [
      'no media port: it failed with 503, no INVITE ever',
      [invite, failed('exhausted')],
      'ended',
      ['openMedia', 'over 503 local'],
    ],
    [
      'an answer that cannot be met is ended',
      [invite, opened(), answered('theirs'), failed('unacceptable'), ended(200, 'local')],
      'ended',
      ['openMedia', 'invite ours', 'acceptMedia theirs', 'hangUp noCommonCodec', 'closeMedia', 'over 200 local'],
    ],
    [
      'declined',
      [invite, opened(), ended(486, 'remote')],
      'ended',
      ['openMedia', 'invite ours', 'closeMedia', 'over 486 remote'],
    ],
    [
      'after the end nothing happens any more',
      [invite, opened(), ended(486, 'remote'), answered('theirs'), hangUp, ended(200, 'remote')],
      'ended',
      ['openMedia', 'invite ours', 'closeMedia', 'over 486 remote'],
    ],
    [
      'the media server dies in the call',
      [...up, failed('gone'), ended(200, 'local')],
      'ended',
      [
        'openMedia',
        'invite ours',
        'ringing false',
        'acceptMedia theirs',
        'answered',
        'hangUp mediaLost',
        'over 200 local',
      ],
    ],
  ];
  test.each(rows)('%s', (_name, events, state, log) => {
    expect(play(outboundLeg(leg, target), events)).toEqual([state, log]);
  });
});

describe('inbound leg', () => {
  const up = [answer, opened()];
  const rows: [string, string | null, LegEvent[], string, string[]][] = [
    [
      'is answered with codecs like the other party',
      'theirs',
      [alert, answer, opened()],
      'answered',
      ['progress 180', 'openMedia theirs B', 'answer ours', 'answered'],
    ],
    [
      'early media, then the same SDP in the answer',
      'theirs',
      [early, opened(), answer],
      'answered',
      ['openMedia theirs B', 'progress 183 ours', 'ready', 'answer ours', 'answered'],
    ],
    [
      'RFC 3264 §5 late offer',
      null,
      [answer, opened(), { type: 'acknowledged', leg, answer: 'theirs' }, accepted()],
      'answered',
      ['openMedia B', 'answer ours', 'answered', 'acceptMedia theirs'],
    ],
    [
      'late offer: an ACK without an answer is ended',
      null,
      [answer, opened(), { type: 'acknowledged', leg, answer: null }],
      'answered',
      ['openMedia B', 'answer ours', 'answered', 'hangUp noCommonCodec'],
    ],
    ['no early media without an offer: 180 instead', null, [early], 'offered', ['progress 180']],
    [
      'answered while the early media was opening: one 200, no 183',
      'theirs',
      [early, answer, opened()],
      'answered',
      ['openMedia theirs B', 'answer ours', 'answered'],
    ],
    [
      'cancelled while the media was opening',
      'theirs',
      [answer, ended(487, 'remote'), opened()],
      'ended',
      ['openMedia theirs B', 'closeMedia', 'over 487 remote'],
    ],
    [
      'an offer that cannot be met is 488',
      'theirs',
      [answer, failed('unacceptable'), ended(488, 'local')],
      'ended',
      ['openMedia theirs B', 'hangUp noCommonCodec', 'over 488 local'],
    ],
    [
      'rejected before anything',
      'theirs',
      [{ type: 'doHangUp', cause: 'busy' }, ended(486, 'local')],
      'ended',
      ['hangUp busy', 'over 486 local'],
    ],
    [
      'RFC 3264 §8.4 hold and resume',
      'theirs',
      [...up, modified('hold'), opened('ours2', true), modified('resume'), opened('ours3')],
      'answered',
      [
        'openMedia theirs B',
        'answer ours',
        'answered',
        'openMedia hold',
        'answer ours2',
        'held true',
        'openMedia resume',
        'answer ours3',
        'held false',
      ],
    ],
    [
      'RFC 3261 §14.2 a re-INVITE that cannot be met is 488 and changes nothing',
      'theirs',
      [...up, modified('video'), failed('unacceptable')],
      'answered',
      ['openMedia theirs B', 'answer ours', 'answered', 'openMedia video', 'refuse 488'],
    ],
    [
      'RFC 3261 §14.2 a second re-INVITE before the first is done is 491',
      'theirs',
      [...up, modified('a'), modified('b'), opened('ours2')],
      'answered',
      ['openMedia theirs B', 'answer ours', 'answered', 'openMedia a', 'refuse 491', 'answer ours2'],
    ],
    [
      're-INVITE without an offer',
      'theirs',
      [...up, modified(null), opened('ours2'), { type: 'acknowledged', leg, answer: 'new' }, accepted()],
      'answered',
      ['openMedia theirs B', 'answer ours', 'answered', 'openMedia', 'answer ours2', 'acceptMedia new'],
    ],
  ];
  test.each(rows)('%s', (_name, offer, events, state, log) => {
    expect(play(inboundLeg(leg, offer), events)).toEqual([state, log]);
  });
});
