import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exchange, startExchange } from '../../tools/exchange.mjs';
import { Baresip, type BaresipOptions } from '../support/baresip.js';
import { readWav, soundingMs } from '../support/goertzel.js';

const DOMAIN = 'office.test';
const A_HZ = 700;
const B_HZ = 1100;

const OFFICE = {
  domain: DOMAIN,
  users: [
    { extension: '201', name: 'Ada', password: 'phone-of-201' },
    { extension: '202', name: 'Bob', password: 'phone-of-202', ringTime: '5s', voicemail: true },
  ],
  services: { '*43': 'echo' },
};

describe('baresip through the built exchange', () => {
  let exchange: Exchange;
  const phones: Baresip[] = [];

  async function phone(user: string, toneHz: number, more: Partial<BaresipOptions> = {}): Promise<Baresip> {
    const options = { user, password: `phone-of-${user}`, domain: DOMAIN, serverPort: exchange.port, toneHz } as const;
    const started = await Baresip.start({ answers: 'manual', ...options, ...more });
    phones.push(started);
    await started.registered();
    return started;
  }

  beforeEach(async () => {
    exchange = await startExchange(OFFICE);
  });
  afterEach(async () => {
    await Promise.all(phones.splice(0).map((each) => each.stop()));
    await exchange.stop();
  });

  it.each([
    ['PCMU over UDP', {}, {}],
    ['PCMA over TCP on one side', { transport: 'tcp', codec: 'pcma' }, { codec: 'pcma' }],
    [
      'over TCP on both sides, called by the connection that it registered with',
      { transport: 'tcp' },
      { transport: 'tcp' },
    ],
    ['PCMU on one side and PCMA on the other', { codec: 'pcmu' }, { codec: 'pcma' }],
  ] as const)('two phones hear each other: %s', async (_name, ofA, ofB) => {
    const a = await phone('201', A_HZ, ofA);
    const b = await phone('202', B_HZ, { answers: 'auto', ...ofB });
    a.command('dial', `sip:202@${DOMAIN}`);
    await a.event('CALL_ESTABLISHED');
    await b.event('CALL_ESTABLISHED');
    await sleep(3000);
    a.command('hangup');
    await b.event('CALL_CLOSED');
    await sleep(200);
    expect(soundingIn(b, A_HZ), 'A in what B heard').toBeGreaterThan(2000);
    expect(soundingIn(a, B_HZ), 'B in what A heard').toBeGreaterThan(2000);
    expect(soundingIn(b, B_HZ), 'B does not hear itself').toBe(0);
  });

  it('A-45 `strowger call` rings the one, then the other, and they hear each other', async () => {
    const a = await phone('201', A_HZ, { answers: 'auto' });
    const b = await phone('202', B_HZ, { answers: 'auto' });
    const { configFile, dataFolder } = exchange;
    const words = ['call', '201', '202', '--config', configFile, '--data', dataFolder];
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli/strowger.js', ...words]);
    expect(stdout).toMatch(/^201 rings; who answers is connected to 202 /);
    await a.event('CALL_ESTABLISHED');
    await b.event('CALL_ESTABLISHED');
    await sleep(3000);
    b.command('hangup');
    await a.event('CALL_CLOSED');
    await sleep(200);
    expect(soundingIn(a, B_HZ)).toBeGreaterThan(2000);
    expect(soundingIn(b, A_HZ)).toBeGreaterThan(2000);
  });

  it('digits pass both ways (RFC 4733)', async () => {
    const a = await phone('201', A_HZ);
    const b = await phone('202', B_HZ, { answers: 'auto' });
    a.command('dial', `sip:202@${DOMAIN}`);
    await a.event('CALL_ESTABLISHED');
    await b.event('CALL_ESTABLISHED');
    await sleep(500);
    a.command('sndcode', '5');
    const heardByB = await b.event('CALL_DTMF_START');
    b.command('sndcode', '#');
    const heardByA = await a.event('CALL_DTMF_START');
    expect([heardByB.param, heardByA.param]).toEqual(['5', '#']);
  });

  it('the echo test gives back what is said', async () => {
    const a = await phone('201', A_HZ);
    a.command('dial', `sip:*43@${DOMAIN}`);
    await a.event('CALL_ESTABLISHED');
    await sleep(8000); // the announcement takes six of them
    a.command('hangup');
    await a.event('CALL_CLOSED');
    await sleep(200);
    expect(soundingIn(a, A_HZ)).toBeGreaterThan(1000);
  });

  it('a message is left in the mailbox when nobody answers', async () => {
    const a = await phone('201', A_HZ);
    const b = await phone('202', B_HZ);
    a.command('dial', `sip:202@${DOMAIN}`);
    await b.event('CALL_INCOMING');
    await b.event('CALL_CLOSED', 10_000); // the ring time is over
    await a.event('CALL_ESTABLISHED');
    await sleep(1000);
    a.command('sndcode', '#'); // skips the greeting
    await sleep(5000); // the tone, then the message
    a.command('hangup');
    await a.event('CALL_CLOSED');
    const message = await storedMessage(exchange.dataFolder);
    const { rateHz, samples } = readWav(readFileSync(message));
    expect(soundingMs(samples, A_HZ, rateHz), 'A in the message').toBeGreaterThan(1500);
  });
});

/** How long a tone sounds in all that a phone has heard. [ms] */
function soundingIn(phone: Baresip, frequencyHz: number): number {
  return phone.heard().reduce((sum, { samples, rateHz }) => sum + soundingMs(samples, frequencyHz, rateHz), 0);
}

/** The one recording in the data folder, once it is there. */
async function storedMessage(folder: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wav'));
    const [only] = found;
    if (only !== undefined && found.length === 1) return join(folder, only);
    await sleep(100);
  }
  throw new Error(`no message in ${readdirSync(folder, { recursive: true }).join(', ')}`);
}
