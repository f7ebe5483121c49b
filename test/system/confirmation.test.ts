import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exchange, freePort, startExchange } from '../../tools/exchange.mjs';
import { Baresip } from '../support/baresip.js';
import { soundingMs } from '../support/goertzel.js';

const DOMAIN = 'office.test';
const MOBILE = '+491701234567';
const A_HZ = 700;
const MOBILE_HZ = 1100;

function office(mobilePort: number) {
  return {
    domain: DOMAIN,
    country: 'DE',
    trunks: { carrier: { host: '127.0.0.1', port: mobilePort, qualify: false } },
    users: [
      { extension: '201', name: 'Ada', password: 'phone-of-201' },
      {
        extension: '202',
        name: 'Bob',
        password: 'phone-of-202',
        rules: [{ when: 'default', ring: { devices: 'none', also: [{ to: { number: MOBILE } }] } }],
      },
    ],
  };
}

/** D-15 to D-17 with real phones and real audio: the mobile is a baresip behind a trunk. */
describe('press one with baresip', () => {
  let exchange: Exchange;
  let a: Baresip;
  let mobile: Baresip;

  beforeEach(async () => {
    const listensAt = await freePort();
    exchange = await startExchange(office(listensAt));
    const place = { domain: DOMAIN, serverPort: exchange.port };
    a = await Baresip.start({ user: '201', password: 'phone-of-201', toneHz: A_HZ, answers: 'manual', ...place });
    const far = { user: MOBILE, password: '', domain: '127.0.0.1', serverPort: exchange.port };
    mobile = await Baresip.start({ ...far, toneHz: MOBILE_HZ, answers: 'auto', listensAt });
    await a.registered();
    a.command('dial', `sip:202@${DOMAIN}`);
    await mobile.event('CALL_ESTABLISHED');
  });
  afterEach(async () => {
    await Promise.all([a.stop(), mobile.stop()]);
    await exchange.stop();
  });

  it('D-16 D-17 the mobile hears who calls, presses 1, and only then the two talk', async () => {
    await sleep(3000); // the prompt
    expect(a.events.map(({ type }) => type)).not.toContain('CALL_ESTABLISHED');
    mobile.command('sndcode', '1');
    await a.event('CALL_ESTABLISHED');
    await sleep(3000);
    a.command('hangup');
    await mobile.event('CALL_CLOSED');
    await sleep(200);
    expect(sounding(mobile, A_HZ), 'A in what the mobile heard').toBeGreaterThan(1500);
    expect(sounding(a, MOBILE_HZ), 'the mobile in what A heard').toBeGreaterThan(1500);
    expect(sounding(a, MOBILE_HZ), 'of the mobile nothing before it pressed 1').toBeLessThan(4500);
  });

  it('D-16 D-18 a mailbox that answers there and talks does not get the call, and hears nothing of A', async () => {
    await sleep(6000);
    expect(a.events.map(({ type }) => type)).not.toContain('CALL_ESTABLISHED');
    a.command('hangup');
    await mobile.event('CALL_CLOSED');
    await sleep(200);
    expect(sounding(mobile, A_HZ), 'A in what the mailbox heard').toBeLessThan(200);
    expect(sounding(a, MOBILE_HZ), 'the mailbox in what A heard').toBeLessThan(200);
  });
});

/** How long a tone sounds in all that a phone has heard. [ms] */
function sounding(phone: Baresip, frequencyHz: number): number {
  return phone.heard().reduce((sum, { samples, rateHz }) => sum + soundingMs(samples, frequencyHz, rateHz), 0);
}
