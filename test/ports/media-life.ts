import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type MediaHarness, MediaRig, type MediaWish } from './media-rig.js';
import { pass } from './waiting-list.js';

const TONE = { tone: [440], onMs: 1000, offMs: 0, times: 0 };

export function mediaLife(harness: MediaHarness): void {
  let rig: MediaRig | null = null;
  async function open(wish: MediaWish = {}): Promise<MediaRig> {
    rig = await MediaRig.open(harness, wish);
    return rig;
  }
  afterEach(async () => {
    await rig?.close();
    rig = null;
  });

  it('close: closed with the statistics, as the last event', async () => {
    const here = await open();
    const { media } = here;
    const a = await here.answered('a', [0, 101]);
    await pass(300);
    media.play('a', 't1', [TONE], false);
    await pass(700);
    media.close('a');
    const { statistics } = await here.event('closed', 'a');
    expect(here.of('a').map(({ type }) => type)).toEqual(['opened', 'played', 'closed']);
    expect(here.of('a')[1]).toMatchObject({ token: 't1', end: 'stopped' });
    expect(statistics.codec).toBe('PCMU');
    expect(statistics.packetsReceived).toBeGreaterThan(30);
    expect(statistics.packetsSent).toBeGreaterThan(20);
    await pass(200);
    expect((await a.hear(200)).packets).toBe(0);
    expect(here.of('a')).toHaveLength(3);
  });

  it('commands to a leg that is gone, or never was, are nothing', async () => {
    const here = await open();
    const { media } = here;
    await here.answered('a');
    media.close('a');
    await here.event('closed', 'a');
    for (const leg of ['a', 'nobody']) {
      media.accept(leg, 'v=0');
      media.connect(leg, leg);
      media.disconnect(leg);
      media.play(leg, 't', [TONE], false);
      media.stopPlaying(leg);
      media.sendDigits(leg, '1');
      media.record(leg, 'r', { file: join(here.subject.folder, 'x'), maxMs: 1, silenceMs: 0, terminators: '' });
      media.stopRecording(leg);
      media.close(leg);
    }
    await pass(150);
    expect(here.of('a').map(({ type }) => type)).toEqual(['opened', 'closed']);
    expect(here.of('nobody')).toEqual([]);
  });

  it('race: closed while it was opening; closed follows, and nothing after it', async () => {
    const here = await open();
    here.media.open('a', null, null);
    here.media.close('a');
    await here.event('closed', 'a');
    await pass(400);
    expect(here.of('a').at(-1)?.type).toBe('closed');
    expect(here.of('a').filter(({ type }) => type === 'closed')).toHaveLength(1);
  });

  it('race: closed while it was accepting', async () => {
    const here = await open();
    const phone = await here.phone();
    here.media.open('a', null, null);
    await here.event('opened', 'a');
    here.media.accept('a', phone.sdp([0, 101]));
    here.media.close('a');
    await here.event('closed', 'a');
    await pass(400);
    expect(here.of('a').at(-1)?.type).toBe('closed');
  });

  it('a leg id can be used again', async () => {
    const here = await open();
    await here.answered('a');
    here.media.close('a');
    await here.event('closed', 'a');
    const again = await here.answered('a');
    again.tone = 440;
    here.media.connect('a', 'a');
    await pass(300);
    expect((await again.hear(200)).has(440)).toBe(true);
  });

  it('silent: a phone that falls silent is reported once', async () => {
    const here = await open({ silentMs: 1500 });
    const phone = await here.offered('a');
    await pass(500);
    phone.isSending = false;
    const begun = performance.now();
    expect((await here.event('silent', 'a', 6000)).sinceMs).toBeGreaterThanOrEqual(1500);
    expect(performance.now() - begun).toBeGreaterThan(1200);
    await pass(800);
    expect(here.of('a').filter(({ type }) => type === 'silent')).toHaveLength(1);
  });

  it('silent: not while it is held', async () => {
    const here = await open({ silentMs: 1500 });
    const phone = await here.answered('a', [0, 101]);
    await pass(300);
    here.media.open('a', phone.sdp([0, 101], 'inactive', 2), null);
    await here.event('opened', 'a');
    phone.isSending = false;
    await pass(3000);
    expect(here.of('a').filter(({ type }) => type === 'silent')).toEqual([]);
  });

  it('exhausted: no room left; and room again when a leg is closed', async () => {
    const here = await open({ maxLegs: 2 });
    const legs: string[] = [];
    for (let n = 0; ; n++) {
      here.media.open(`leg ${n}`, null, null);
      const event = await here.events.next(({ leg }) => leg === `leg ${n}`, `an answer about leg ${n}`);
      if (event.type === 'failed') {
        expect(event.why).toBe('exhausted');
        break;
      }
      legs.push(event.leg);
      expect(legs.length).toBeLessThan(50);
    }
    expect(legs.length).toBeGreaterThanOrEqual(2);
    here.media.close(legs[0] ?? '');
    await here.event('closed', legs[0] ?? '');
    await pass(300);
    here.media.open('more', null, null);
    await here.event('opened', 'more');
  });

  const { kill } = harness;
  if (kill === null) return;
  it('race: the media server dies while it plays and records; all that was owed is told, then gone', async () => {
    const here = await open();
    const { folder } = here.subject;
    await here.answered('a');
    here.media.play('a', 't1', [TONE], false);
    here.media.record('a', 'r1', { file: join(folder, 'lost.wav'), maxMs: 60_000, silenceMs: 0, terminators: '' });
    await pass(300);
    await kill();
    expect(await here.event('failed', 'a', 10_000)).toMatchObject({ why: 'gone' });
    expect(here.of('a')).toEqual(
      expect.arrayContaining([
        { type: 'played', leg: 'a', token: 't1', end: 'failed' },
        expect.objectContaining({ type: 'recorded', token: 'r1', end: 'failed' }),
      ]),
    );
    expect(here.of('a').at(-1)?.type).toBe('failed');
    here.media.close('a');
    await pass(200);
    expect(here.of('a').at(-1)?.type).toBe('failed');
  }, 60_000);
}
