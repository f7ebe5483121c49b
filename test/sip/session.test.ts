import { describe, expect, it } from 'vitest';
import {
  newCall,
  newInvitation,
  type Session,
  type SessionEffect,
  type SessionEvent,
  stepSession,
} from '../../src/sip/session.js';
import { fc } from '../support/property.js';

const sdp = fc.constantFrom(null, 'v=0');
const status = fc.constantFrom(180, 200, 302, 408, 481, 486, 487, 491, 503);
const cseq = fc.constantFrom(1, 2, 3);
const reasons = fc.constant([]);

/** Anything that can happen to a session, in any order, sensible or not. */
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ type: fc.constant('resolved' as const), addresses: fc.nat(2) }),
  fc.record({ type: fc.constant('progress' as const), status: fc.constantFrom(180, 183), sdp }),
  fc.record({ type: fc.constant('answer' as const), sdp: fc.constant('v=0') }),
  fc.record({ type: fc.constant('refuse' as const), status }),
  fc.record({ type: fc.constant('modify' as const), offer: fc.constant('v=0'), isRefresh: fc.boolean() }),
  fc.record({ type: fc.constant('hangUp' as const), cause: fc.record({ status, reasons }) }),
  fc.record({ type: fc.constant('progressed' as const), status: fc.constantFrom(100, 180), sdp }),
  fc.record({ type: fc.constant('accepted' as const), sdp }),
  fc.record({ type: fc.constant('rejected' as const), status, isLost: fc.boolean(), reasons, contacts: reasons }),
  fc.record({ type: fc.constant('agreed' as const), sdp }),
  fc.record({ type: fc.constant('disagreed' as const), status, retryMs: fc.constant(1000) }),
  fc.record({ type: fc.constant('forgotten' as const), status }),
  fc.record({ type: fc.constant('limited' as const), expiresMs: fc.constant(30_000) }),
  fc.record({ type: fc.constant('cancelled' as const), reasons }),
  fc.record({ type: fc.constant('acknowledged' as const), cseq, sdp }),
  fc.record({
    type: fc.constant('offered' as const),
    method: fc.constantFrom('INVITE' as const, 'UPDATE' as const),
    cseq,
    sdp,
  }),
  fc.record({ type: fc.constant('left' as const), reasons }),
  fc.record({ type: fc.constant('crashed' as const) }),
  fc.record({
    type: fc.constant('timer' as const),
    timer: fc.constantFrom('final', 'repeat', 'expires', 'retry', 'resend 1', 'lost 1', 'resend 2', 'lost 2'),
  }),
);

const begun: fc.Arbitrary<Session> = fc.oneof(
  fc.boolean().map((late) => newCall('leg', late)),
  fc.boolean().map((late) => newInvitation('leg', 1, late)),
);

/** Runs the events; timers that do not run at the moment do not fire. */
function run(
  session: Session,
  events: readonly SessionEvent[],
): { readonly end: Session; readonly effects: SessionEffect[]; readonly timers: Set<string> } {
  const effects: SessionEffect[] = [];
  const timers = new Set<string>();
  let state = session;
  for (const event of events) {
    if (event.type === 'timer' && !timers.delete(event.timer)) continue;
    const [next, caused] = stepSession(state, event, 0);
    state = next;
    effects.push(...caused);
    for (const effect of caused) {
      if (effect.type === 'startTimer') timers.add(effect.timer);
      if (effect.type === 'stopTimer') timers.delete(effect.timer);
    }
  }
  return { end: state, effects, timers };
}

function reports(effects: readonly SessionEffect[], type: string): number {
  return effects.filter((effect) => effect.type === 'report' && effect.event.type === type).length;
}

describe('the INVITE session, whatever happens', () => {
  it('`ended` is reported once if it ends, and nothing after it', () => {
    fc.assert(
      fc.property(begun, fc.array(anyEvent, { maxLength: 30 }), (session, events) => {
        const { end, effects } = run(session, events);
        const closing = end.state === 'confirmed' && end.closing !== null;
        expect(reports(effects, 'ended')).toBe(end.state === 'terminated' || closing ? 1 : 0);
        const last = effects.findIndex((effect) => effect.type === 'report' && effect.event.type === 'ended');
        const later = last < 0 ? [] : effects.slice(last + 1).filter(({ type }) => type === 'report');
        expect(later).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('an end leaves no timer, and no BYE is sent twice or before the dialog', () => {
    fc.assert(
      fc.property(begun, fc.array(anyEvent, { maxLength: 30 }), (session, events) => {
        const { end, effects, timers } = run(session, events);
        if (end.state === 'terminated') expect([...timers]).toEqual([]);
        expect(effects.filter(({ type }) => type === 'bye').length).toBeLessThanOrEqual(1);
        const isAnswered = effects.some(
          (effect) =>
            effect.type === 'ack' ||
            (effect.type === 'respond' && effect.status === 200) ||
            (effect.type === 'report' && effect.event.type === 'answered'),
        );
        if (effects.some(({ type }) => type === 'bye')) expect(isAnswered).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('their INVITE gets one final response at most, and always one by its end', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(anyEvent, { maxLength: 30 }), (late, events) => {
        const { end, effects } = run(newInvitation('leg', 1, late), events);
        const finals = effects.filter((effect) => effect.type === 'respond' && effect.status >= 200).length;
        expect(finals).toBe(end.state === 'invited' ? 0 : 1);
      }),
      { numRuns: 3000 },
    );
  });

  it('every `modified` gets one reply, every `modify` one end', () => {
    fc.assert(
      fc.property(begun, fc.array(anyEvent, { maxLength: 40 }), (session, events) => {
        const { end, effects } = run(session, events);
        const waiting = end.state === 'confirmed' && end.incoming !== null ? 1 : 0;
        expect(effects.filter(({ type }) => type === 'reply').length).toBe(reports(effects, 'modified') - waiting);
        const sent = effects.filter(({ type }) => type === 'reinvite').length;
        expect(sent).toBeLessThanOrEqual(events.length);
      }),
      { numRuns: 3000 },
    );
  });
});
