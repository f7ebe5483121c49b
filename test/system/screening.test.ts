import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exchange, startExchange } from '../../tools/exchange.mjs';
import { Baresip, type BaresipOptions } from '../support/baresip.js';
import { soundingMs } from '../support/goertzel.js';

const DOMAIN = 'office.test';
const A_HZ = 700;
const B_HZ = 1100;

const OFFICE = {
  domain: DOMAIN,
  users: [
    { extension: '201', name: 'Ada', password: 'phone-of-201' },
    {
      extension: '202',
      name: 'Bob',
      password: 'phone-of-202',
      voicemail: true,
      rules: [{ when: 'default', screening: true }],
    },
  ],
};

/** D-25 with real phones: Ada says a name (a tone), Bob hears it and decides. */
describe('call screening with baresip', () => {
  let exchange: Exchange;
  const phones: Baresip[] = [];

  async function phone(user: string, toneHz: number, answers: BaresipOptions['answers']): Promise<Baresip> {
    const place = { domain: DOMAIN, serverPort: exchange.port };
    const started = await Baresip.start({ user, password: `phone-of-${user}`, toneHz, answers, ...place });
    phones.push(started);
    await started.registered();
    return started;
  }

  /** Ada has said her name, and Bob's phone has answered. */
  async function asked(): Promise<{ a: Baresip; b: Baresip }> {
    const a = await phone('201', A_HZ, 'manual');
    const b = await phone('202', B_HZ, 'auto');
    a.command('dial', `sip:202@${DOMAIN}`);
    await a.event('CALL_ESTABLISHED');
    await sleep(500);
    a.command('sndcode', '#'); // skips the prompt
    await sleep(3000); // the name
    a.command('sndcode', '#');
    await b.event('CALL_ESTABLISHED');
    await sleep(5000); // "Call from", the name, "press one"
    return { a, b };
  }

  beforeEach(async () => {
    exchange = await startExchange(OFFICE);
  });
  afterEach(async () => {
    await Promise.all(phones.splice(0).map((each) => each.stop()));
    await exchange.stop();
  });

  it('D-25 the name is heard, 1 takes the call, and the two talk', async () => {
    const { a, b } = await asked();
    b.command('sndcode', '1');
    await sleep(3000);
    a.command('hangup');
    await b.event('CALL_CLOSED');
    await sleep(200);
    expect(soundingIn(b, A_HZ), 'the name, and A after it, in what B heard').toBeGreaterThan(4000);
    expect(soundingIn(a, B_HZ), 'B in what A heard').toBeGreaterThan(1500);
  });

  it('D-25 2 declines: the caller comes to the mailbox, and never heard the one who declined', async () => {
    const { a, b } = await asked();
    b.command('sndcode', '2');
    await b.event('CALL_CLOSED');
    await sleep(2000);
    a.command('hangup');
    await a.event('CALL_CLOSED');
    await sleep(200);
    expect(soundingIn(b, A_HZ), 'the name in what B heard').toBeGreaterThan(1500);
    expect(soundingIn(a, B_HZ), 'B in what A heard').toBeLessThan(200);
  });
});

/** How long a tone sounds in all that a phone has heard. [ms] */
function soundingIn(phone: Baresip, frequencyHz: number): number {
  return phone.heard().reduce((sum, { samples, rateHz }) => sum + soundingMs(samples, frequencyHz, rateHz), 0);
}
