/**
 * Why a leg or call ended, in one table: the final SIP response, the Q.850 cause (RFC 3326, RFC 3398 §8) and the words
 * for a call record. `reason` is the Reason header for the leg that is ended; null: none.
 */
type CauseEntry = {
  readonly status: number;
  readonly q850: number;
  readonly text: string;
  readonly reason: string | null;
};

export const CAUSES = {
  normal: { status: 487, q850: 16, text: 'normal clearing', reason: null },
  callerGone: { status: 487, q850: 16, text: 'caller gave up', reason: null },
  // Phones that see cause=200 in a CANCEL show no missed call (RFC 3326 §3.1).
  answeredElsewhere: {
    status: 487,
    q850: 26,
    text: 'answered elsewhere',
    reason: 'SIP;cause=200;text="Call completed elsewhere"',
  },
  noAnswer: { status: 480, q850: 19, text: 'no answer', reason: null },
  unavailable: { status: 480, q850: 20, text: 'unavailable', reason: 'Q.850;cause=20;text="Subscriber absent"' },
  busy: { status: 486, q850: 17, text: 'busy', reason: 'Q.850;cause=17;text="User busy"' },
  declined: { status: 603, q850: 21, text: 'declined', reason: 'Q.850;cause=21;text="Call rejected"' },
  unknownNumber: { status: 404, q850: 1, text: 'no such number', reason: 'Q.850;cause=1;text="Unallocated number"' },
  forbidden: { status: 403, q850: 21, text: 'not allowed', reason: 'Q.850;cause=21;text="Call rejected"' },
  loop: { status: 482, q850: 25, text: 'forwarding loop', reason: 'Q.850;cause=25;text="Exchange routing error"' },
  noCommonCodec: {
    status: 488,
    q850: 65,
    text: 'no common codec',
    reason: 'Q.850;cause=65;text="Bearer capability not implemented"',
  },
  congestion: {
    status: 503,
    q850: 34,
    text: 'no media port or server left',
    reason: 'Q.850;cause=34;text="No circuit"',
  },
  mediaLost: { status: 503, q850: 41, text: 'media stopped', reason: 'Q.850;cause=41;text="Temporary failure"' },
  // D-18: answered, but not accepted
  unconfirmed: { status: 480, q850: 19, text: 'not accepted', reason: null },
  blocked: { status: 603, q850: 21, text: 'caller is blocked', reason: 'Q.850;cause=21;text="Call rejected"' },
  // RFC 5079
  anonymous: { status: 433, q850: 21, text: 'caller is anonymous', reason: 'Q.850;cause=21;text="Call rejected"' },
  // RFC 3261 §16.3
  tooManyHops: { status: 483, q850: 25, text: 'too many hops', reason: 'Q.850;cause=25;text="Exchange routing error"' },
  noRoute: {
    status: 404,
    q850: 3,
    text: 'no trunk leads there',
    reason: 'Q.850;cause=3;text="No route to destination"',
  },
  unreachable: { status: 480, q850: 18, text: 'phone does not answer', reason: null },
  failure: { status: 500, q850: 41, text: 'internal failure', reason: 'Q.850;cause=41;text="Temporary failure"' },
} as const satisfies Record<string, CauseEntry>;

export type Cause = keyof typeof CAUSES;

/** What a failed leg's final status means for the call (RFC 3398 §8.2.6.1, read backwards). */
export function causeOfStatus(status: number): Cause {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 603:
    case 607:
    case 608:
      return 'declined';
    case 404:
    case 410:
    case 484:
    case 604:
      return 'unknownNumber';
    case 403:
      return 'forbidden';
    case 415:
    case 488:
    case 606:
      return 'noCommonCodec';
    case 482:
    case 483:
      return 'loop';
    case 408:
    case 503: // not passed on: it speaks of that phone, not of us (RFC 3261 §16.7 step 6)
      return 'unreachable';
    case 487:
      return 'callerGone';
    default:
      return 'unavailable';
  }
}
