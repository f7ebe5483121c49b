import { describe, expect, it } from 'vitest';
import { PERFECT, Wire } from '../../src/calltest/wire.js';
import { seeded } from '../../src/machine/random.js';
import type { SignallingEvent } from '../../src/ports/signalling.js';
import { createStack } from '../../src/sip/stack.js';
import { FakeClock } from '../support/fake-clock.js';
import { OFFER, request, target } from './stage.js';

const INSIDE = '192.168.0.1:5060';
const OUTSIDE = '203.0.113.1:5060';

/** A stack with a foot in two networks and a peer of the second. */
async function twoHomed() {
  const clock = new FakeClock();
  const wire = new Wire(clock, seeded(1), { ...PERFECT, minDelayMs: 0, maxDelayMs: 0 });
  const events: SignallingEvent[] = [];
  const stack = createStack({
    transports: [wire.transport('192.168.0.1', 5060), wire.transport('203.0.113.1', 5060)],
    clock,
    random: seeded(2),
    resolve: () => Promise.resolve([]),
    onDefect: (error) => {
      throw error;
    },
  });
  await stack.start({ admit: () => ({ verdict: 'admit', identity: null }), onEvent: (event) => events.push(event) });
  const heard: { readonly text: string; readonly from: string }[] = [];
  const peer = wire.open('192.0.2.9:5060', (text, from) => heard.push({ text, from }));
  const send = (text: string, to: string): void => {
    peer.send(text, to);
    clock.advance(0);
  };
  return { stack, clock, events, heard, send };
}

describe('several listeners of one kind', () => {
  it('a call is served where it came: responses, Contact, our BYE', async () => {
    const { stack, clock, events, heard, send } = await twoHomed();
    send(request('INVITE', 1, { body: OFFER }), OUTSIDE);
    const [event] = events;
    if (event?.type !== 'invited') throw new Error('not invited');
    expect(event.source).toBe('udp/192.0.2.9:5060@1');
    stack.answer(event.leg, OFFER);
    clock.advance(0);
    expect(heard.at(-1)?.text).toContain(`Contact: <sip:${OUTSIDE}>`);
    const tag = /\r\nTo: .*;tag=(\S+)/.exec(heard.at(-1)?.text ?? '')?.[1] ?? '';
    send(request('ACK', 1, { to: tag }), OUTSIDE);
    stack.hangUp(event.leg, { status: 200, reasons: [] });
    clock.advance(0);
    expect(heard.at(-1)?.text).toMatch(/^BYE /);
    expect(new Set(heard.map(({ from }) => from))).toEqual(new Set([OUTSIDE]));
  });

  it('a phone is called where it registered; without a flow the first listener is used', async () => {
    const { stack, clock, heard, events, send } = await twoHomed();
    send(request('REGISTER', 1), OUTSIDE);
    const [event] = events;
    const flow = event?.type === 'requested' ? event.source : null;
    heard.length = 0;
    stack.invite('a', target({ flow }), OFFER);
    stack.invite('b', target(), OFFER);
    clock.advance(0);
    expect(heard.map(({ from }) => from)).toEqual([OUTSIDE, INSIDE]);
    expect(heard[0]?.text).toContain(`Via: SIP/2.0/UDP ${OUTSIDE};`);
  });
});
