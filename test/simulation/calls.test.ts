import { describe, expect, it } from 'vitest';
import type { Phone } from '../../src/calltest/phone.js';
import type { PhoneCall } from '../../src/calltest/phone-call.js';
import { devices, rule, user } from '../support/office.js';
import { type Stage, stage } from './stage.js';

const BOX = { maxMessageMs: 60_000, greeting: null };
const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';
const TWO = [user('201'), user('202')];
const THREE = [...TWO, user('203')];
const TWO_DEVICES = [user('201'), user('202', { devices: devices('202', '202wp') })];

/** When things happened to a call, in ms since it began. */
function diary({ clock }: Stage, call: PhoneCall): string[] {
  const since = clock.now();
  const entries: string[] = [];
  const note = (what: string) => entries.push(`${clock.now() - since} ${what}`);
  call.on.ringing = (status) => note(String(status));
  call.on.answered = () => note('answered');
  call.on.ended = () => note(`ended ${call.status}`);
  return entries;
}

function onlyCall(phone: Phone): PhoneCall {
  const [call] = phone.calls;
  if (call === undefined || phone.calls.length > 1) throw new Error(`${phone.user} has ${phone.calls.length} calls`);
  return call;
}

const answersAfter =
  ({ clock }: Stage, ms: number) =>
  (call: PhoneCall) => {
    call.ring();
    clock.after(ms, () => call.answer());
  };

describe('calls through the real stack, in virtual time', () => {
  it('RFC 3665 §3.1: ring, answer, talk, the called phone hangs up', async () => {
    const at = await stage(TWO);
    at.phone('202').invited = answersAfter(at, 3_000);
    const call = at.phone('201').call('202');
    const entries = diary(at, call);
    at.clock.advance(10_000);
    expect(at.exchange.media.openLegs).toHaveLength(2);
    onlyCall(at.phone('202')).hangUp();
    at.clock.advance(1_000);
    expect(entries.map((entry) => entry.replace(/^(\d+)\d\d\d /, '$1 s '))).toEqual([
      '6 180',
      '3 s answered',
      '10 s ended 200',
    ]);
    expect(at.exchange.records).toMatchObject([
      { dialled: '202', to: { kind: 'device', id: '202' }, cause: { by: 'callee' } },
    ]);
    expect(at.clear()).toEqual([]);
  });

  it('D-21: the phone that lost is cancelled as answered elsewhere, and only that one', async () => {
    const at = await stage(TWO_DEVICES);
    at.phone('202').invited = answersAfter(at, 2_000);
    const loser = at.phone('202wp');
    const call = at.phone('201').call('202');
    at.clock.advance(3_000);
    expect([call.state, onlyCall(loser).status, onlyCall(loser).reasons]).toEqual(['answered', 487, [ELSEWHERE]]);
    expect(at.clear()).toEqual([]);
  });

  it('D-21: when the caller gives up the phones are cancelled plainly', async () => {
    const at = await stage(TWO_DEVICES);
    at.phone('202');
    at.phone('202wp');
    const call = at.phone('201').call('202');
    at.clock.advance(2_000);
    call.hangUp();
    at.clock.advance(1_000);
    expect(call.status).toBe(487);
    for (const device of ['202', '202wp']) {
      expect([onlyCall(at.phone(device)).status, onlyCall(at.phone(device)).reasons]).toEqual([487, []]);
    }
    expect(at.clear()).toEqual([]);
  });

  it('D-20: two phones answer in the same millisecond; one has the call, the other is acknowledged and hung up', async () => {
    const at = await stage(TWO_DEVICES);
    at.phone('202').invited = answersAfter(at, 2_000);
    at.phone('202wp').invited = answersAfter(at, 2_000);
    const call = at.phone('201').call('202');
    at.clock.advance(5_000);
    const both = [onlyCall(at.phone('202')), onlyCall(at.phone('202wp'))];
    expect(call.state).toBe('answered');
    expect(both.map(({ state }) => state).sort()).toEqual(['answered', 'ended']);
    expect(
      both.every(({ confirmed }) => confirmed),
      'RFC 3261 §9.1: each 200 has its ACK',
    ).toBe(true);
    expect(at.clear()).toEqual([]);
  });

  it('D-11, A-86: after the ring time, to the millisecond, the phone is cancelled and the mailbox answers', async () => {
    const at = await stage([user('201'), user('202', { ringMs: 12_000, voicemail: BOX })]);
    const callee = at.phone('202');
    let endedAt = 0;
    callee.invited = (ringing) => {
      const since = at.clock.now();
      ringing.ring();
      ringing.on.ended = () => {
        endedAt = at.clock.now() - since;
      };
    };
    const call = at.phone('201').call('202');
    at.clock.advance(13_000);
    expect(endedAt).toBe(12_000);
    expect(call.state).toBe('answered');
    at.clock.advance(30_000);
    call.hangUp();
    at.clock.advance(100);
    expect(at.exchange.deposits).toMatchObject([{ extension: '202', callerNumber: '201' }]);
    expect(at.clear()).toEqual([]);
  });

  it('D-68: who hangs up on the tone leaves no message', async () => {
    const at = await stage([user('201'), user('202', { voicemail: BOX })]);
    const call = at.phone('201').call('202');
    at.clock.advance(2_000);
    expect(call.state).toBe('answered');
    call.hangUp();
    at.clock.advance(1_000);
    expect(at.exchange.deposits).toEqual([]);
    expect(at.clear()).toEqual([]);
  });

  it('D-22: the delayed phone is rung at once when the first is busy', async () => {
    const ring = { own: 'main', also: [{ to: { to: 'extension', extension: '203' }, delayMs: 8_000 }] } as const;
    const at = await stage([user('201'), user('202', { rules: [rule({ ring })] }), user('203')]);
    at.phone('202').invited = (call) => call.refuse(486);
    at.phone('203').invited = answersAfter(at, 1_000);
    const call = at.phone('201').call('202');
    at.clock.advance(2_000);
    expect(call.state).toBe('answered');
    expect(at.clear()).toEqual([]);
  });

  it('D-23: a phone that declines, even for everybody (600), leaves the other ringing', async () => {
    const at = await stage(TWO_DEVICES);
    at.phone('202').invited = (call) => call.refuse(600);
    at.phone('202wp').invited = answersAfter(at, 5_000);
    const call = at.phone('201').call('202');
    at.clock.advance(6_000);
    expect(call.state).toBe('answered');
    expect(at.clear()).toEqual([]);
  });

  it.each([
    ['busy', 486, 486],
    ['declined', 603, 603],
    ['no common codec', 488, 488],
    ['broken phone', 500, 480],
  ])('D-12: without a mailbox the caller hears why nobody answered: %s', async (_name, refusal, heard) => {
    const at = await stage(TWO);
    at.phone('202').invited = (call) => call.refuse(refusal);
    const call = at.phone('201').call('202');
    at.clock.advance(1_000);
    expect(call.status).toBe(heard);
    expect(at.clear()).toEqual([]);
  });

  it('D-46: forwards in a circle end with 482 and ring nobody', async () => {
    const to = (extension: string) => ({ rules: [rule({ always: { to: 'extension', extension } })] });
    const at = await stage([user('201'), user('202', to('203')), user('203', to('202'))]);
    at.phone('202');
    at.phone('203');
    const call = at.phone('201').call('202');
    at.clock.advance(1_000);
    expect([call.status, at.phone('202').calls, at.phone('203').calls]).toEqual([482, [], []]);
    expect(at.clear()).toEqual([]);
  });

  it('D-13: a forward to a user runs that user’s rules', async () => {
    const forward = { rules: [rule({ unanswered: { to: 'extension', extension: '203' } })], ringMs: 5_000 };
    const at = await stage([user('201'), user('202', forward), user('203', { voicemail: BOX, ringMs: 5_000 })]);
    at.phone('202');
    at.phone('203');
    const call = at.phone('201').call('202');
    at.clock.advance(11_000);
    expect(call.state).toBe('answered');
    expect([onlyCall(at.phone('202')).status, onlyCall(at.phone('203')).status]).toEqual([487, 487]);
    at.clock.advance(20_000);
    call.hangUp();
    at.clock.advance(1_000);
    expect(at.exchange.deposits).toMatchObject([{ extension: '203' }]);
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3261 §10.3: a phone that has expired is not rung', async () => {
    const at = await stage(TWO);
    const callee = at.phone('202');
    callee.register(60);
    at.clock.advance(61_000);
    const call = at.phone('201').call('202');
    at.clock.advance(1_000);
    expect([call.status, callee.calls]).toEqual([480, []]);
    expect(at.clear()).toEqual([]);
  });

  it('D-10 a phone without power is given up after six seconds, the caller hears 480', async () => {
    const at = await stage([user('201'), user('202', { ringMs: 60_000 })]);
    at.phone('202').unplug();
    const call = at.phone('201').call('202');
    const entries = diary(at, call);
    at.clock.advance(60_000);
    expect(entries).toEqual(['6004 ended 480']);
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3261 §13.3.1.4: nobody acknowledges our 200: the call is given up on both sides', async () => {
    const at = await stage(TWO);
    at.phone('202').invited = (call) => call.answer();
    at.phone('201').call('202');
    at.clock.advance(2);
    const caller = at.phone('201');
    // Its ACK is never sent: the phone goes dark in the moment in which the 200 leaves.
    at.wire.observe({
      sent: ({ text, to }) => {
        if (text.startsWith('SIP/2.0 200') && to.startsWith('198.51.100.11') && text.includes('INVITE'))
          caller.unplug();
      },
    });
    at.clock.advance(31_000);
    expect(onlyCall(at.phone('202')).state).toBe('answered');
    at.clock.advance(3_000);
    expect(onlyCall(at.phone('202')).state).toBe('ended');
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3261 §13.2.1: late offer, in the INVITE and in a re-INVITE', async () => {
    const at = await stage(TWO);
    at.phone('202').invited = answersAfter(at, 500);
    const call = at.phone('201').call('202', { lateOffer: true });
    at.clock.advance(1_000);
    expect([call.state, call.dialog.heard]).toEqual(['answered', 'sendrecv']);
    call.modify('sendrecv', true);
    at.clock.advance(1_000);
    expect(call.modified).toBe(200);
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3264 §8.4: hold and resume; the held party hears the hold tone, then the other again', async () => {
    const at = await stage(TWO);
    at.phone('202').invited = answersAfter(at, 500);
    const call = at.phone('201').call('202');
    at.clock.advance(1_000);
    const legs = [...at.exchange.media.openLegs].sort(); // the caller’s first
    const connected = () => legs.map((leg) => at.exchange.media.leg(leg)?.connectedTo !== null);
    const playing = () => legs.map((leg) => at.exchange.media.leg(leg)?.playing !== null);
    expect(connected()).toEqual([true, true]);
    call.modify('sendonly');
    at.clock.advance(100);
    expect([call.dialog.heard, connected(), playing()]).toEqual(['recvonly', [false, false], [false, true]]);
    call.modify('sendrecv');
    at.clock.advance(100);
    expect([call.dialog.heard, connected(), playing()]).toEqual(['sendrecv', [true, true], [false, false]]);
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3261 §14: both phones change their sessions at once; each has its own dialog with us, so both succeed', async () => {
    const at = await stage(TWO);
    at.phone('202').invited = (call) => call.answer();
    const call = at.phone('201').call('202');
    at.clock.advance(100);
    const other = onlyCall(at.phone('202'));
    call.modify('sendonly');
    other.modify('inactive');
    at.clock.advance(100);
    expect([call.modified, other.modified]).toEqual([200, 200]);
    call.modify('sendrecv');
    other.modify('sendrecv');
    at.clock.advance(100);
    expect([call.dialog.heard, other.dialog.heard]).toEqual(['sendrecv', 'sendrecv']);
    expect(at.clear()).toEqual([]);
  });

  it('a media server that dies under a call ends that call, both sides, and no other', async () => {
    const at = await stage(THREE);
    at.phone('202').invited = (call) => call.answer();
    at.phone('203').invited = (call) => call.answer();
    const one = at.phone('201').call('202');
    const other = at.phone('201').call('203');
    at.clock.advance(100);
    const [leg = ''] = at.exchange.media.openLegs;
    at.exchange.media.injectGone(leg);
    at.clock.advance(1_000);
    expect([one.state, other.state]).toEqual(['ended', 'answered']);
    expect(onlyCall(at.phone('202')).state).toBe('ended');
    expect(at.clear()).toEqual([]);
  });

  it('a caller without credentials, or with those of somebody else, reaches nobody', async () => {
    const at = await stage(TWO);
    const callee = at.phone('202');
    const heard: number[] = [];
    at.phone('201').ask('INVITE', 'sip:202@acme.example', (status) => heard.push(status));
    at.phone('201').ask('MESSAGE', 'sip:202@acme.example', (status) => heard.push(status));
    at.clock.advance(1_000);
    expect([heard, callee.calls]).toEqual([[401, 401], []]);
    expect(at.clear()).toEqual([]);
  });
});
