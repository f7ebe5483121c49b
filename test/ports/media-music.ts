import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Music, Playable } from '../../src/ports/media.js';
import { soundingMs, writeToneWav } from '../support/goertzel.js';
import { type MediaHarness, MediaRig } from './media-rig.js';
import { pass } from './waiting-list.js';

const SOON = 250;

/** Music on hold (D-71). */
export function mediaMusic(harness: MediaHarness): void {
  let rig: MediaRig;
  beforeEach(async () => {
    rig = await MediaRig.open(harness);
  });
  afterEach(() => rig.close());

  function file(frequencyHz: number, lengthMs: number, rate = 8000): string {
    const path = join(rig.subject.folder, `${frequencyHz}.wav`);
    writeFileSync(path, writeToneWav(frequencyHz, 8000, lengthMs, rate));
    return path;
  }

  const music = (files: readonly string[], more: Partial<Music> = {}): Playable => ({
    music: { id: 'acme/music', files, order: 'listed', messages: null, ...more },
  });

  it('A-199: one file after the other, round and round, until stopped', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [music([file(440, 400), file(800, 400)])], false);
    await pass(SOON);
    const { samples } = await a.hear(2000);
    for (const frequency of [440, 800]) expect(soundingMs(samples, frequency, 8000)).toBeGreaterThanOrEqual(600);
    rig.media.stopPlaying('a');
    expect(await rig.event('played', 'a')).toEqual({ type: 'played', leg: 'a', token: 't1', end: 'stopped' });
    await pass(SOON);
    const silence = await a.hear(200);
    expect([silence.has(440), silence.has(800)]).toEqual([false, false]);
  });

  it('A-200: what comes before it in the list is heard once', async () => {
    const a = await rig.answered('a');
    const heard = a.hear(2500);
    rig.media.play('a', 't1', [{ file: file(440, 400) }, music([file(800, 300)])], false);
    const { samples } = await heard;
    expect(soundingMs(samples, 440, 8000)).toBeGreaterThanOrEqual(340);
    expect(soundingMs(samples, 440, 8000)).toBeLessThanOrEqual(440);
    expect(soundingMs(samples, 800, 8000)).toBeGreaterThanOrEqual(1200);
    expect(rig.of('a').filter(({ type }) => type === 'played')).toEqual([]);
  });

  it('A-201: messages cut in, and the music goes on', async () => {
    const a = await rig.answered('a');
    const heard = a.hear(3000);
    const messages = { files: [file(1200, 300)], everyMs: 600 };
    rig.media.play('a', 't1', [music([file(440, 400), file(800, 400)], { messages })], false);
    const { samples } = await heard;
    expect(soundingMs(samples, 1200, 8000)).toBeGreaterThanOrEqual(500); // twice at least
    expect(soundingMs(samples, 1200, 8000)).toBeLessThanOrEqual(1300);
    for (const frequency of [440, 800]) expect(soundingMs(samples, frequency, 8000)).toBeGreaterThanOrEqual(400);
  });

  it('an announcement replaces it, and it can be played again', async () => {
    const a = await rig.answered('a');
    const source = music([file(800, 300)]);
    rig.media.play('a', 't1', [source], false);
    await pass(SOON);
    rig.media.play('a', 't2', [{ file: file(440, 500) }], false);
    await pass(SOON);
    const during = await a.hear(150);
    expect([during.has(440), during.has(800)]).toEqual([true, false]);
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't1', end: 'stopped' });
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't2', end: 'finished' });
    rig.media.play('a', 't3', [source], false);
    await pass(SOON);
    const after = await a.hear(200);
    expect([after.has(440), after.has(800)]).toEqual([false, true]);
  });

  it('two listeners, one of whom is told something', async () => {
    const a = await rig.answered('a');
    const b = await rig.answered('b');
    const source = music([file(800, 500)]);
    rig.media.play('a', 't1', [source], false);
    rig.media.play('b', 't1', [source], false);
    await pass(SOON);
    rig.media.play('b', 't2', [{ file: file(440, 600) }], false);
    await pass(SOON);
    const [atA, atB] = await Promise.all([a.hear(200), b.hear(200)]);
    expect([atA.has(440), atA.has(800), atB.has(440), atB.has(800)]).toEqual([false, true, true, false]);
  });

  it('a file that is not there is passed over', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [music([join(rig.subject.folder, 'nowhere.wav'), file(800, 300)])], false);
    await pass(2 * SOON);
    const { samples } = await a.hear(1000);
    expect(soundingMs(samples, 800, 8000)).toBeGreaterThanOrEqual(500);
  });

  it('a recording of 44100 Hz is music too', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [music([file(800, 1000, 44_100)])], false);
    await pass(2 * SOON);
    expect((await a.hear(200)).levelOf(800)).toBeGreaterThan(-25);
  });

  it('in place of whom the leg is connected to, who is heard again after it', async () => {
    const a = await rig.answered('a');
    const b = await rig.answered('b');
    b.tone = 1200;
    rig.media.connect('a', 'b');
    await pass(SOON);
    rig.media.play('a', 't1', [music([file(800, 300)])], false);
    await pass(SOON);
    const during = await a.hear(200);
    expect([during.has(800), during.has(1200)]).toEqual([true, false]);
    rig.media.stopPlaying('a');
    await rig.event('played', 'a');
    await pass(SOON);
    const after = await a.hear(200);
    expect([after.has(800), after.has(1200)]).toEqual([false, true]);
  });
}
