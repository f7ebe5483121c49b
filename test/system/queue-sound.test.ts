import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exchange, startExchange } from '../../tools/exchange.mjs';
import { Baresip } from '../support/baresip.js';
import { amplitudeAt, soundingMs, writeToneWav } from '../support/goertzel.js';

const DOMAIN = 'office.test';
const CALLER_HZ = 700;
const AGENT_HZ = 1100;
const MUSIC_HZ = 440;
const INTRO_HZ = 1500;
const WHISPER_HZ = 2000;

describe('what is heard in a queue, by baresip at both ends', () => {
  let folder: string;
  let exchange: Exchange;
  const phones: Baresip[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'strowger-sounds-'));
    for (const [name, hz, ms] of [
      ['music', MUSIC_HZ, 4000],
      ['intro', INTRO_HZ, 1000],
      ['whisper', WHISPER_HZ, 1000],
    ] as const) {
      writeFileSync(join(folder, `${name}.wav`), writeToneWav(hz, 8000, ms));
    }
    exchange = await startExchange({
      domain: DOMAIN,
      features: { '*45': 'agentLogin' },
      musicOnHold: { default: [join(folder, 'music.wav')] },
      queues: [
        {
          extension: '8801',
          agents: ['202'],
          intro: join(folder, 'intro.wav'),
          requireIntro: true,
          announce: ['position'],
          whisper: join(folder, 'whisper.wav'),
        },
      ],
      users: [
        { extension: '201', name: 'Ada', password: 'phone-of-201' },
        { extension: '202', name: 'Bob', password: 'phone-of-202' },
      ],
    });
  });
  afterEach(async () => {
    await Promise.all(phones.splice(0).map((each) => each.stop()));
    await exchange.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function phone(user: string, toneHz: number): Promise<Baresip> {
    const account = { user, password: `phone-of-${user}`, domain: DOMAIN, serverPort: exchange.port } as const;
    const started = await Baresip.start({ ...account, toneHz, answers: 'manual' });
    phones.push(started);
    await started.registered();
    return started;
  }

  it('A-147, A-148: the caller hears intro, announcement, music and then the agent; the whisper is the agent’s alone', async () => {
    const agent = await phone('202', AGENT_HZ);
    agent.command('dial', `sip:*45@${DOMAIN}`);
    await agent.event('CALL_ESTABLISHED');
    await agent.event('CALL_CLOSED');
    const caller = await phone('201', CALLER_HZ);
    caller.command('dial', `sip:8801@${DOMAIN}`);
    await caller.event('CALL_ESTABLISHED');
    await agent.event('CALL_INCOMING');
    await sleep(4000); // "You are caller number one", then music
    agent.command('accept');
    await sleep(4000); // the whisper, then they talk
    caller.command('hangup');
    await caller.event('CALL_CLOSED');
    await sleep(500);
    const heardByCaller = tones(caller);
    const heardByAgent = tones(agent);
    expect(heardByCaller.INTRO).toBeGreaterThan(800);
    expect(heardByCaller.INTRO).toBeLessThan(1200);
    expect(heardByCaller.MUSIC).toBeGreaterThan(1500);
    expect(heardByCaller.AGENT).toBeGreaterThan(1500);
    expect(heardByCaller.WHISPER).toBe(0);
    expect(heardByAgent.WHISPER).toBeGreaterThan(800);
    expect(heardByAgent.CALLER).toBeGreaterThan(1500);
    expect([heardByAgent.MUSIC, heardByAgent.INTRO]).toEqual([0, 0]);
    expect(order(caller)).toEqual(['INTRO', 'MUSIC', 'AGENT']);
    expect(order(agent)).toEqual(['WHISPER', 'CALLER']);
  });
});

const TONES = {
  CALLER: CALLER_HZ,
  AGENT: AGENT_HZ,
  MUSIC: MUSIC_HZ,
  INTRO: INTRO_HZ,
  WHISPER: WHISPER_HZ,
} as const;
type Tone = keyof typeof TONES;

/** How long each tone sounds in the last call of a phone. [ms] */
function tones(phone: Baresip): Readonly<Record<Tone, number>> {
  const heard = phone.heard().at(-1);
  const lengthOf = (hz: number) => (heard === undefined ? 0 : soundingMs(heard.samples, hz, heard.rateHz));
  return {
    CALLER: lengthOf(CALLER_HZ),
    AGENT: lengthOf(AGENT_HZ),
    MUSIC: lengthOf(MUSIC_HZ),
    INTRO: lengthOf(INTRO_HZ),
    WHISPER: lengthOf(WHISPER_HZ),
  };
}

/** The tones of the last call in the order in which each sounded for 100 ms first, as often as it changed. Speech counts for nothing. */
function order(phone: Baresip): readonly Tone[] {
  const heard = phone.heard().at(-1);
  if (heard === undefined) return [];
  const { samples, rateHz } = heard;
  const window = rateHz / 10;
  const order: Tone[] = [];
  for (let at = 0; at + window <= samples.length; at += window) {
    const part = samples.subarray(at, at + window);
    const loud = (Object.keys(TONES) as Tone[]).filter((tone) => amplitudeAt(part, TONES[tone], rateHz) > 3000);
    const [tone] = loud;
    if (tone !== undefined && loud.length === 1 && order.at(-1) !== tone) order.push(tone);
  }
  return order;
}
