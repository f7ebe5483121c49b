import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Exchange, startExchange } from '../../tools/exchange.mjs';
import { Baresip, type BaresipOptions } from '../support/baresip.js';
import { soundingMs } from '../support/goertzel.js';

const DOMAIN = 'office.test';
const A_HZ = 700;
const B_HZ = 1100; // not listened for, but B is no phone that is silent

const OFFICE = {
  domain: DOMAIN,
  users: [
    { extension: '201', name: 'Ada', password: 'phone-of-201' },
    { extension: '202', name: 'Bob', password: 'phone-of-202' },
  ],
  server: { media: { mode: 'direct' } },
};

const shown = z.object({ daemons: z.array(z.object({ kind: z.string(), legs: z.number() })) });

describe('baresip with `media: { mode: direct }`', () => {
  let exchange: Exchange;
  const phones: Baresip[] = [];

  async function phone(user: string, toneHz: number, answers: BaresipOptions['answers']): Promise<Baresip> {
    const place = { domain: DOMAIN, serverPort: exchange.port };
    const started = await Baresip.start({ user, password: `phone-of-${user}`, toneHz, answers, ...place });
    phones.push(started);
    await started.registered();
    return started;
  }

  /** They have talked for a second, in which their speech has gone past us. */
  async function talking(): Promise<readonly [Baresip, Baresip]> {
    const a = await phone('201', A_HZ, 'manual');
    const b = await phone('202', B_HZ, 'auto');
    a.command('dial', `sip:202@${DOMAIN}`);
    await a.event('CALL_ESTABLISHED');
    await b.event('CALL_ESTABLISHED');
    await sleep(1000);
    return [a, b];
  }

  beforeEach(async () => {
    exchange = await startExchange(OFFICE);
  });
  afterEach(async () => {
    process.kill(exchange.pid, 'SIGCONT');
    await Promise.all(phones.splice(0).map((each) => each.stop()));
    await exchange.stop();
  });

  /** Listened to at B: baresip 1.0 names its files by the second, and may overwrite A's when its call is moved at once. */
  it('speech goes on from phone to phone while the exchange stands still', async () => {
    const [a, b] = await talking();
    const { daemons } = shown.parse(await exchange.status());
    expect(daemons.filter(({ kind }) => kind === 'FreeSWITCH').map(({ legs }) => legs)).toEqual(
      daemons.length === 0 ? [] : [0],
    );
    process.kill(exchange.pid, 'SIGSTOP');
    await sleep(3000);
    process.kill(exchange.pid, 'SIGCONT');
    a.command('sndcode', '5');
    expect((await b.event('CALL_DTMF_START')).param).toBe('5');
    a.command('hangup');
    await b.event('CALL_CLOSED');
    await sleep(200);
    expect(soundingIn(b, A_HZ), 'A in what B heard').toBeGreaterThan(3000);
  });

  /** By the one who is held: baresip 1.0 that has held somebody plays nothing any more, however its speech comes. */
  it('who is held does not hear the other, and does again when resumed', async () => {
    const [a, b] = await talking();
    a.command('hold');
    await sleep(3000);
    a.command('resume');
    await sleep(2500);
    a.command('hangup');
    await b.event('CALL_CLOSED');
    await sleep(200);
    const heard = soundingIn(b, A_HZ);
    expect(heard, 'before and after').toBeGreaterThan(2000);
    expect(heard, 'not in between').toBeLessThan(5000);
  });
});

/** How long a tone sounds in all that a phone has heard. [ms] */
function soundingIn(phone: Baresip, frequencyHz: number): number {
  return phone.heard().reduce((sum, { samples, rateHz }) => sum + soundingMs(samples, frequencyHz, rateHz), 0);
}
