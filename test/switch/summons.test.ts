import { describe, expect, test } from 'vitest';
import { NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import type { Destination } from '../../src/core/domain.js';
import { devices, office, rule, user } from '../support/office.js';
import { CLEAN, OFFER, recordedSwitch } from '../support/recorded-switch.js';

const carrier: Trunk = {
  ...{ name: 'carrier', enabled: true, host: 'carrier.example', port: null, transport: null, username: null },
  ...{ password: null, registerMs: null, qualifyMs: null, sources: [], passesCaller: false, tells: [], format: 'e164' },
};

const ellen = user('201', { devices: devices('201', '201wp'), mayCall: null });
const acme = office(
  [ellen, user('202'), user('203', { rules: [rule({ active: { to: 'extension', extension: '202' } })] })],
  {
    trunks: new Map([['carrier', carrier]]),
    outbound: {
      ...NO_OUTBOUND,
      routes: [{ match: '+1*', class: 'national', trunks: ['carrier'] }],
      mayCall: new Set(['national']),
    },
  },
);
const MOBILE = '+12125550123';

/** Ellen wants to call `to` from there. */
async function summoned(
  to: string,
  from: Extract<Destination, { to: 'device' | 'number' }>,
  registered = ['201', '201wp', '202', '203'],
) {
  const x = await recordedSwitch(acme, registered);
  const made = x.exchange.summon(acme, ellen, from, to);
  const first = `summons-${x.clock.now().toString(36)}-1`;
  const { signalling, clock } = x;
  return {
    ...x,
    made,
    leg: (number: number) => `${first}.${number}`,
    answers: (number: number) => signalling.emit({ type: 'answered', leg: `${first}.${number}`, sdp: OFFER }),
    /** What was said since the last time, with the numbers of the legs alone. */
    said: () => signalling.said.splice(0).map((line) => line.replaceAll(first, '')),
    clear: (number: number) => {
      signalling.ended(`${first}.${number}`, 200);
      clock.advance(1_000);
      return x.leaks();
    },
  };
}

const desk = { to: 'device', device: '201' } as const;

describe('A-45 a call that is made for a user', () => {
  test('his phone rings first and shows whom it will call; when he answers, that one is called and the two talk', async () => {
    const x = await summoned('202', desk);
    expect(x.made).toEqual({ record: expect.stringContaining('summons-') });
    expect(x.said()).toEqual(['invite .1 sip:201@192.0.2.7']);
    expect(x.signalling.targets.get(x.leg(1))?.from).toMatchObject({ name: 'Call 202', user: '202' });
    x.answers(1);
    expect(x.said()).toEqual(['invite .2 sip:202@192.0.2.7']);
    expect(x.signalling.targets.get(x.leg(2))?.from).toMatchObject({ name: 'User 201', user: '201' });
    x.signalling.emit({ type: 'progressed', leg: x.leg(2), status: 180, answer: null });
    expect(x.media.leg(x.leg(1))?.playing).not.toBeNull(); // ringback
    x.answers(2);
    expect(x.media.leg(x.leg(1))).toMatchObject({ connectedTo: x.leg(2), playing: null });
    expect(x.clear(1)).toEqual(CLEAN);
    expect(x.said()).toEqual(['hangUp .2 487']);
    expect(x.records).toMatchObject([
      {
        dialled: '202',
        from: { number: '201', device: '201' },
        to: { kind: 'device', id: '202' },
        cause: { by: 'caller' },
      },
    ]);
  });

  test('of another phone', async () => {
    const x = await summoned('202', { to: 'device', device: '201wp' });
    expect(x.said()).toEqual(['invite .1 sip:201wp@192.0.2.7']);
    expect(x.clear(1)).toEqual(CLEAN);
  });

  test('D-24 of a number outside, on his account; there a 1 is asked for', async () => {
    const x = await summoned('202', { to: 'number', number: MOBILE, confirm: false });
    expect(x.said()).toEqual([`invite .1 sip:${MOBILE}@carrier.example`]);
    x.answers(1);
    expect(x.said()).toEqual([]);
    x.clock.advance(10);
    x.media.injectDigit(x.leg(1), '1');
    x.clock.advance(10);
    expect(x.said()).toEqual(['invite .2 sip:202@192.0.2.7']);
    expect(x.signalling.targets.get(x.leg(2))?.from).toMatchObject({ name: 'User 201', user: '201' });
    x.signalling.ended(x.leg(2), 486);
    expect(x.clear(1)).toEqual(CLEAN);
  });

  test('D-11 he does not answer: nobody is called', async () => {
    const x = await summoned('202', desk);
    x.signalling.emit({ type: 'progressed', leg: x.leg(1), status: 180, answer: null });
    x.clock.advance(25_000);
    expect(x.said()).toEqual(['invite .1 sip:201@192.0.2.7', 'hangUp .1 480']);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
    const cause = { status: 480, q850: 19, by: 'switch' };
    expect(x.records).toMatchObject([{ dialled: '202', to: null, answeredAt: null, cause }]);
  });

  test('he declines', async () => {
    const x = await summoned('202', desk);
    x.signalling.ended(x.leg(1), 603);
    x.clock.advance(1_000);
    expect([x.said(), x.leaks()]).toEqual([['invite .1 sip:201@192.0.2.7'], CLEAN]);
  });

  test('who is called declines: it is told to who called as to any caller', async () => {
    const x = await summoned('202', desk);
    x.answers(1);
    x.signalling.ended(x.leg(2), 603);
    x.clock.advance(10_000);
    expect(x.said().at(-1)).toMatch(/^hangUp \.1 /);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('he hangs up while the other rings', async () => {
    const x = await summoned('202', desk);
    x.answers(1);
    expect(x.clear(1)).toEqual(CLEAN);
    expect(x.said().at(-1)).toBe('hangUp .2 487');
  });

  test('D-8 he is in a call from when his phone rings', async () => {
    const x = await summoned('202', desk);
    expect(x.exchange.worldOf('acme.example').callsOf('201')).toBe(1);
    x.answers(1);
    expect(x.exchange.worldOf('acme.example').callsOf('201')).toBe(1);
    expect(x.clear(1)).toEqual(CLEAN);
    expect(x.exchange.worldOf('acme.example').callsOf('201')).toBe(0);
  });

  test('to a number outside it goes as if he had dialled it', async () => {
    const x = await summoned('2125550199', desk);
    x.answers(1);
    expect(x.said()).toEqual(['invite .1 sip:201@192.0.2.7', 'invite .2 sip:+12125550199@carrier.example']);
    expect(x.clear(1)).toEqual(CLEAN);
  });

  test.each([
    ['a phone that is not registered', desk, '201 is not registered'],
    [
      'a number that he may not call',
      { to: 'number', number: '+442079460000', confirm: false },
      '+442079460000 cannot be called: no trunk leads there',
    ],
  ] as const)('%s is told at once', async (_, from, why) => {
    const x = await summoned('202', from, ['202']);
    expect([x.made, x.leaks()]).toEqual([why, CLEAN]);
  });

  test('the exchange that stops ends it, and makes no new one', async () => {
    const x = await summoned('202', desk);
    x.signalling.deaf.add(x.leg(1));
    const stopping = x.exchange.stop();
    x.clock.advance(3_000);
    await stopping;
    x.clock.advance(1_000);
    expect(x.exchange.summon(acme, ellen, desk, '202')).toBe('the exchange is stopping');
    expect(x.leaks()).toEqual(CLEAN);
  });
});
