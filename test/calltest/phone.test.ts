import { describe, expect, it } from 'vitest';
import { Phone } from '../../src/calltest/phone.js';
import { type Faults, PERFECT, Wire } from '../../src/calltest/wire.js';
import { between, seeded } from '../../src/machine/random.js';
import { FakeClock } from '../support/fake-clock.js';

const BAD: Faults = { loss: 0.2, duplication: 0.2, reordering: 0.2, heldMs: 800, minDelayMs: 1, maxDelayMs: 60 };

/** Two phones that take each other for the server: what is tested here is the test equipment itself. */
function pair(seed = 1, faults = PERFECT) {
  const clock = new FakeClock();
  const random = seeded(seed);
  const wire = new Wire(clock, random, faults);
  const phone = (user: string, address: string, server: string) =>
    new Phone({ wire, clock, random, address, server, domain: 'office.test', user, password: 'secret' });
  const a = phone('201', '192.0.2.1:5060', '192.0.2.2:5060');
  const b = phone('202', '192.0.2.2:5060', '192.0.2.1:5060');
  return { clock, random, wire, a, b };
}

describe('scripted phones on the wire, against each other', () => {
  it('call, answer, hold, resume, hang up', () => {
    const { clock, wire, a, b } = pair();
    b.invited = (call) => {
      call.ring();
      clock.after(3000, () => call.answer());
    };
    const call = a.call('202');
    clock.advance(100);
    expect(call.state).toBe('ringing');
    clock.advance(3000);
    expect(call.state).toBe('answered');
    call.modify('sendonly');
    clock.advance(100);
    expect(b.calls[0]?.dialog.heard).toBe('sendonly');
    expect(call.dialog.heard).toBe('recvonly');
    call.modify('sendrecv', true);
    clock.advance(100);
    expect([call.modified, b.calls[0]?.dialog.heard]).toEqual([200, 'sendrecv']);
    b.calls[0]?.hangUp();
    clock.advance(100);
    expect([call.state, b.active]).toEqual(['ended', []]);
    expect([...a.faults, ...b.faults]).toEqual([]);
    expect(clock.pending).toBe(0);
    expect(wire.transcript()).toContain('a=sendonly');
  });

  it('RFC 3261 §9: cancel before the answer, with the 487 acknowledged', () => {
    const { clock, a, b } = pair();
    const call = a.call('202');
    clock.advance(1000);
    call.hangUp();
    clock.advance(40_000);
    expect([call.status, b.calls[0]?.status]).toEqual([487, 487]);
    expect(clock.pending).toBe(0);
  });

  it('RFC 3261 §9.1: a 200 that crosses the CANCEL is acknowledged and ended with BYE', () => {
    const { clock, wire, a, b } = pair();
    const call = a.call('202');
    clock.advance(1000);
    call.hangUp();
    b.calls[0]?.answer();
    clock.advance(40_000);
    expect([call.state, call.status, b.calls[0]?.state]).toEqual(['ended', 200, 'ended']);
    expect(wire.log.map(({ text }) => text.split(' ')[0])).toEqual(expect.arrayContaining(['CANCEL', 'ACK', 'BYE']));
    expect(clock.pending).toBe(0);
  });

  it('RFC 3261 §17.1.1.2: an INVITE that nobody answers is sent seven times in 32 s', () => {
    const { clock, wire, a, b } = pair();
    b.unplug();
    const call = a.call('202');
    clock.advance(60_000);
    expect(call.status).toBe(408);
    expect(wire.log.map(({ atMs }) => atMs)).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(clock.pending).toBe(0);
  });

  it('RFC 3261 §14: crossing re-INVITEs are both refused with 491 and tried again', () => {
    const { clock, a, b } = pair();
    b.invited = (call) => call.answer();
    const call = a.call('202');
    clock.advance(100);
    call.modify('sendonly');
    b.calls[0]?.modify('sendonly');
    clock.advance(1);
    clock.advance(5000);
    expect([call.modified, b.calls[0]?.modified]).toEqual([200, 200]);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });

  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('ends whatever the network does: seed %i', (seed) => {
    const { clock, random, wire, a, b } = pair(seed, BAD);
    b.invited = (call) => {
      call.ring();
      clock.after(between(random, 0, 3000), () => (random() < 0.8 ? call.answer() : call.refuse(486)));
      clock.after(between(random, 1000, 20_000), () => call.modify('sendonly'));
    };
    for (let i = 0; i < 5; i++) {
      const call = a.call('202', { lateOffer: random() < 0.3 });
      clock.after(between(random, 100, 20_000), () => call.hangUp());
    }
    while (clock.runNext());
    expect([...a.faults, ...b.faults], wire.transcript()).toEqual([]);
    expect([...a.active, ...b.active]).toEqual([]);
  });

  it('runs the same way for the same seed', () => {
    const run = (seed: number) => {
      const { clock, a, b, wire } = pair(seed, BAD);
      b.invited = (call) => call.answer();
      a.call('202').on.answered = () => a.calls[0]?.hangUp();
      while (clock.runNext());
      return wire.transcript();
    };
    expect(run(7)).toBe(run(7));
    expect(run(7)).not.toBe(run(8));
  });
});
