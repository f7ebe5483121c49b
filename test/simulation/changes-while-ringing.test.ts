import { describe, expect, it } from 'vitest';
import { PERFECT } from '../../src/calltest/wire.js';
import { devices, rule, user } from '../support/office.js';
import { stage } from './stage.js';

const BOX = { maxMessageMs: 60_000, greeting: null };
const TWO_DEVICES = [user('201'), user('202', { devices: devices('202', '202wp'), voicemail: BOX })];

describe('what changes while a phone rings', () => {
  it('D-14 a device that registers then does not join', async () => {
    const at = await stage(TWO_DEVICES);
    at.phone('202');
    const call = at.phone('201').call('202');
    at.clock.advance(5_000);
    const late = at.phone('202wp');
    at.clock.advance(10_000);
    expect([call.state, late.calls.length]).toEqual(['ringing', 0]);
    call.hangUp();
    at.clock.advance(100);
    at.phone('201').call('202');
    at.clock.advance(1_000);
    expect(late.calls.length, 'the next call rings it').toBe(1);
    expect(at.clear()).toEqual([]);
  });

  it('D-10 a phone that unregisters then is not offline: it rings to the end', async () => {
    const offline = { to: 'extension', extension: '203' } as const;
    const at = await stage([
      user('201'),
      user('202', { voicemail: BOX, ringMs: 20_000, rules: [rule({ ring: { own: 'main', also: [] }, offline })] }),
      user('203'),
    ]);
    const callee = at.phone('202');
    const other = at.phone('203');
    const call = at.phone('201').call('202');
    at.clock.advance(5_000);
    callee.register(0);
    at.clock.advance(14_000);
    expect([call.state, callee.calls[0]?.state, other.calls.length]).toEqual(['ringing', 'ringing', 0]);
    at.clock.advance(2_000);
    expect([call.state, other.calls.length], 'the mailbox, not the exit for offline').toEqual(['answered', 0]);
    call.hangUp();
    at.clock.advance(1_000);
    at.phone('201').call('202');
    at.clock.advance(1_000);
    expect(other.calls.length, 'the next call finds it offline').toBe(1);
    expect(at.clear()).toEqual([]);
  });

  it('D-61 what is switched then counts from the next decision on', async () => {
    const onto = { to: 'extension', extension: '203' } as const;
    const at = await stage(
      [
        user('201'),
        user('202', { ringMs: 20_000, rules: [rule({ ring: { own: 'main', also: [] }, unanswered: onto })] }),
        user('203', { voicemail: BOX }),
      ],
      PERFECT,
      {},
      { features: new Map([['*78', { does: 'dndOn' }]]) },
    );
    const [first, second] = [at.phone('202'), at.phone('203')];
    const call = at.phone('201').call('202');
    at.clock.advance(5_000);
    const feature = second.call('*78');
    at.clock.advance(10_000);
    feature.hangUp();
    first.call('*78').hangUp();
    at.clock.advance(2_000);
    expect([call.state, first.calls[0]?.state], 'the phone that rings goes on').toEqual(['ringing', 'ringing']);
    at.clock.advance(5_000);
    expect([call.state, second.calls.filter(({ direction }) => direction === 'in').length]).toEqual(['answered', 0]);
    expect(at.clear()).toEqual([]);
  });

  it('D-8 a user whose phone only rings is in no call; who talks, or is held, is in one', async () => {
    const active = { to: 'extension', extension: '203' } as const;
    const at = await stage([user('201'), user('202', { rules: [rule({ active })] }), user('203'), user('204')]);
    const [callee, other] = [at.phone('202'), at.phone('203')];
    const callsOf = () => at.exchange.switch.worldOf(at.domain.name).callsOf('202');
    const first = at.phone('201').call('202');
    at.clock.advance(1_000);
    const second = at.phone('204').call('202');
    at.clock.advance(1_000);
    expect([callsOf(), callee.calls.length, other.calls.length]).toEqual([0, 2, 0]);
    second.hangUp();
    callee.calls[0]?.answer();
    at.clock.advance(1_000);
    expect([callsOf(), first.modify('sendonly')]).toEqual([1, true]);
    at.clock.advance(1_000);
    at.phone('204').call('202');
    at.clock.advance(1_000);
    expect([callsOf(), callee.calls.length, other.calls.length]).toEqual([1, 2, 1]);
    first.hangUp();
    at.clock.advance(1_000);
    expect(callsOf()).toBe(0);
    expect(at.clear()).toEqual([]);
  });
});
