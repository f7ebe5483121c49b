import { describe, expect, it } from 'vitest';
import type { Phone } from '../../src/calltest/phone.js';
import type { PhoneCall } from '../../src/calltest/phone-call.js';
import { PERFECT } from '../../src/calltest/wire.js';
import { user } from '../support/office.js';
import { type Stage, stage } from './stage.js';

const TWO = [user('201'), user('202', { voicemail: { maxMessageMs: 60_000, greeting: null } })];
const directly = () => stage(TWO, PERFECT, { directMedia: true });

/** Where the phone was told last to send its speech, `host port`, and the versions of all that it was told. */
function told(at: Stage, address: string): { readonly where: string; readonly versions: readonly string[] } {
  const texts = at.wire.log.filter(({ to, text }) => to === address && /^m=audio/m.test(text)).map(({ text }) => text);
  const last = texts.at(-1) ?? '';
  return {
    where: `${/^c=IN IP4 (\S+)/m.exec(last)?.[1]} ${/^m=audio (\d+)/m.exec(last)?.[1]}`,
    versions: [...new Set(texts.map((text) => /^o=(\S+ \S+ \S+)/m.exec(text)?.[1] ?? ''))],
  };
}

function speechOf(at: Stage, address: string): string {
  const last = at.wire.log.filter(({ from, text }) => from === address && /^m=audio/m.test(text)).at(-1)?.text ?? '';
  return `${/^c=IN IP4 (\S+)/m.exec(last)?.[1]} ${/^m=audio (\d+)/m.exec(last)?.[1]}`;
}

async function talking(): Promise<{ at: Stage; one: Phone; other: Phone; call: PhoneCall; far: PhoneCall }> {
  const at = await directly();
  const [one, other] = [at.phone('201'), at.phone('202')];
  other.invited = (call) => call.answer();
  const call = one.call('202');
  at.clock.advance(500);
  const [far] = other.calls;
  if (far === undefined) throw new Error('202 was not called');
  return { at, one, other, call, far };
}

const A = '198.51.100.10:5060';
const B = '198.51.100.11:5060';
const OURS = '192.0.2.200';

describe('speech past us, through the real stack, in virtual time', () => {
  it('RFC 3725 §4: two phones that talk are told of each other, and nothing of them is left in the media port', async () => {
    const { at, call } = await talking();
    expect([told(at, A).where, told(at, B).where]).toEqual([speechOf(at, B), speechOf(at, A)]);
    expect(at.exchange.media.openLegs).toEqual([]);
    call.hangUp();
    expect(at.clear()).toEqual([]);
    expect(at.exchange.records).toMatchObject([{ to: { kind: 'device', id: '202' }, cause: { by: 'caller' } }]);
    expect(at.exchange.records[0]?.legs.map(({ media }) => media !== null)).toEqual([true, true]);
  });

  it('RFC 3264 §8: to each phone it is one session, of rising versions', async () => {
    const { at, call } = await talking();
    for (const direction of ['sendonly', 'sendrecv'] as const) {
      call.modify(direction);
      at.clock.advance(500);
    }
    for (const phone of [A, B]) {
      const read = told(at, phone).versions.map((origin) => origin.split(' '));
      expect(new Set(read.map(([name, id]) => `${name} ${id}`)).size).toBe(1);
      expect(read.map(([, , version]) => Number(version))).toEqual(read.map((_, i) => Number(read[0]?.[2]) + i));
    }
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3264 §8.4: who is held comes back to us and hears the hold tone; resumed, both talk directly again', async () => {
    const { at, call } = await talking();
    call.modify('sendonly');
    at.clock.advance(500);
    expect([told(at, A).where, told(at, B).where].map((where) => where.split(' ')[0])).toEqual([OURS, OURS]);
    const playing = at.exchange.media.openLegs.map((leg) => at.exchange.media.leg(leg)?.playing ?? null);
    expect(playing.filter((what) => what !== null)).toHaveLength(1);
    call.modify('sendrecv');
    at.clock.advance(500);
    expect([told(at, A).where, told(at, B).where]).toEqual([speechOf(at, B), speechOf(at, A)]);
    expect(at.exchange.media.openLegs).toEqual([]);
    expect(at.clear()).toEqual([]);
  });

  it('RFC 3261 §14.1: both hold at once, and both resume', async () => {
    const { at, call, far } = await talking();
    call.modify('sendonly');
    far.modify('sendonly');
    at.clock.advance(12_000);
    call.modify('sendrecv');
    at.clock.advance(12_000);
    far.modify('sendrecv');
    at.clock.advance(12_000);
    expect([call.state, far.state]).toEqual(['answered', 'answered']);
    expect([told(at, A).where, told(at, B).where]).toEqual([speechOf(at, B), speechOf(at, A)]);
    expect(at.clear()).toEqual([]);
  });

  it('D-11: who leaves a message talks to us all the time', async () => {
    const at = await directly();
    at.phone('202').invited = (call) => call.refuse(486);
    const call = at.phone('201').call('202');
    at.clock.advance(10_000);
    expect([call.state, at.exchange.media.openLegs.length]).toEqual(['answered', 1]);
    call.hangUp();
    expect(at.clear()).toEqual([]);
    expect(at.exchange.deposits).toHaveLength(1);
  });

  it.each([0, 1, 2, 3, 5, 8, 13, 21, 34])('hung up %i ms after the answer: nothing is left', async (ms) => {
    const at = await directly();
    at.phone('202').invited = (call) => call.answer();
    const call = at.phone('201').call('202');
    call.on.answered = () => at.clock.after(ms, () => call.hangUp());
    at.clock.advance(2_000);
    expect(call.state).toBe('ended');
    expect(at.clear()).toEqual([]);
  });

  it.each([0, 1, 2, 3, 5, 8, 13])(
    'held %i ms after the answer, in the middle of the move: held, and then resumed',
    async (ms) => {
      const at = await directly();
      at.phone('202').invited = (call) => call.answer();
      const call = at.phone('201').call('202');
      call.on.answered = () => at.clock.after(ms, () => call.modify('sendonly'));
      at.clock.advance(20_000);
      if (call.dialog.heard !== 'recvonly') call.modify('sendonly');
      at.clock.advance(20_000);
      expect(told(at, B).where.split(' ')[0]).toBe(OURS);
      call.modify('sendrecv');
      at.clock.advance(20_000);
      expect(at.exchange.media.openLegs).toEqual([]);
      expect(at.clear()).toEqual([]);
    },
  );
});
