import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Playable } from '../../src/ports/media.js';
import { amplitudeAt, soundingMs, writeToneWav } from '../support/goertzel.js';
import { type MediaHarness, MediaRig } from './media-rig.js';
import { pass } from './waiting-list.js';

const SOON = 250;

export function mediaPlaying(harness: MediaHarness): void {
  let rig: MediaRig;
  beforeEach(async () => {
    rig = await MediaRig.open(harness);
  });
  afterEach(() => rig.close());

  /** A sound of that frequency and length. */
  function sound(frequencyHz: number, lengthMs: number, name = `${frequencyHz}.wav`): Playable {
    const file = join(rig.subject.folder, name);
    writeFileSync(file, writeToneWav(frequencyHz, 8000, lengthMs));
    return { file };
  }

  it('play: the file is heard from end to end, then played', async () => {
    const a = await rig.answered('a');
    const heard = a.hear(1200);
    rig.media.play('a', 't1', [sound(440, 600)], false);
    expect(await rig.event('played', 'a')).toEqual({ type: 'played', leg: 'a', token: 't1', end: 'finished' });
    expect(soundingMs((await heard).samples, 440, 8000)).toBeGreaterThanOrEqual(540);
    await pass(100);
    expect(rig.of('a').filter(({ type }) => type === 'played')).toHaveLength(1);
  });

  it('play a list: one after the other', async () => {
    const a = await rig.answered('a');
    const heard = a.hear(1400);
    rig.media.play('a', 't1', [sound(440, 300), sound(800, 300), sound(1200, 300)], false);
    await rig.event('played', 'a');
    const { samples } = await heard;
    for (const frequency of [440, 800, 1200]) expect(soundingMs(samples, frequency, 8000)).toBeGreaterThanOrEqual(240);
  });

  it('a file may have a blank in its name, and G.711 without a header is a file too', async () => {
    const a = await rig.answered('a');
    const raw = join(rig.subject.folder, 'raw.ulaw');
    writeFileSync(raw, Buffer.alloc(4000, 0x20));
    rig.media.play('a', 't1', [sound(440, 200, 'a blank.wav'), { file: raw }], false);
    const begun = performance.now();
    expect(await rig.event('played', 'a')).toMatchObject({ end: 'finished' });
    expect(performance.now() - begun).toBeGreaterThan(600);
    expect(a.packets).toBeGreaterThan(20);
  });

  it('play round and round, until stopped', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [sound(440, 200), sound(800, 200)], true);
    await pass(SOON);
    const { samples } = await a.hear(1200);
    expect(soundingMs(samples, 440, 8000)).toBeGreaterThanOrEqual(320);
    expect(soundingMs(samples, 800, 8000)).toBeGreaterThanOrEqual(320);
    rig.media.stopPlaying('a');
    expect(await rig.event('played', 'a')).toEqual({ type: 'played', leg: 'a', token: 't1', end: 'stopped' });
    await pass(SOON);
    const silence = await a.hear(200);
    expect([silence.has(440), silence.has(800)]).toEqual([false, false]);
  });

  it('a tone: its frequencies, on and off, so many times', async () => {
    const a = await rig.answered('a');
    const heard = a.hear(1500);
    rig.media.play('a', 't1', [{ tone: [440, 620], onMs: 200, offMs: 200, times: 3 }], false);
    expect(await rig.event('played', 'a')).toMatchObject({ end: 'finished' });
    const { samples } = await heard;
    const on = [440, 620].map((frequency) => windowsWith(samples, frequency));
    for (const windows of on) {
      expect(windows).toBeGreaterThanOrEqual(25); // of 20 ms, of 600 ms
      expect(windows).toBeLessThanOrEqual(33);
    }
  });

  it('a tone until stopped, at -13 dBm0 unless told otherwise', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [{ tone: [440], onMs: 1000, offMs: 0, times: 0 }], false);
    await pass(SOON);
    expect((await a.hear(400)).levelOf(440)).toBeCloseTo(-13, 0);
    rig.media.play('a', 't2', [{ tone: [440], onMs: 1000, offMs: 0, times: 0, dbm0: -20 }], false);
    await pass(SOON);
    expect((await a.hear(400)).levelOf(440)).toBeCloseTo(-20, 0);
    rig.media.stopPlaying('a');
  });

  it('play replaces what plays', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [sound(440, 5000)], false);
    await pass(SOON);
    rig.media.play('a', 't2', [sound(800, 400)], false);
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't1', end: 'stopped' });
    await pass(100);
    const heard = await a.hear(200);
    expect([heard.has(440), heard.has(800)]).toEqual([false, true]);
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't2', end: 'finished' });
  });

  it('the same file anew, in one breath: two ends, one sound', async () => {
    await rig.answered('a');
    const file = sound(440, 300);
    rig.media.play('a', 't1', [file], false);
    rig.media.play('a', 't2', [file], false);
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't1', end: 'stopped' });
    const begun = performance.now();
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't2', end: 'finished' });
    expect(performance.now() - begun).toBeGreaterThan(200);
  });

  it('play and stop in one breath: stopped, and silence', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [sound(440, 3000)], false);
    rig.media.stopPlaying('a');
    expect(await rig.event('played', 'a')).toMatchObject({ end: 'stopped' });
    await pass(SOON);
    expect((await a.hear(200)).has(440)).toBe(false);
  });

  it('an empty list is finished at once', async () => {
    await rig.answered('a');
    rig.media.play('a', 't1', [], true);
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't1', end: 'finished' });
  });

  it('a file that is not there: failed', async () => {
    await rig.answered('a');
    rig.media.play('a', 't1', [{ file: join(rig.subject.folder, 'nowhere.wav') }], false);
    expect(await rig.event('played', 'a')).toMatchObject({ token: 't1', end: 'failed' });
  });

  it('stopPlaying when nothing plays is nothing', async () => {
    await rig.answered('a');
    rig.media.stopPlaying('a');
    await pass(100);
    expect(rig.of('a').map(({ type }) => type)).toEqual(['opened']);
  });

  it('a leg that is played to hears that and not whom it is connected to, and him again afterwards', async () => {
    const a = await rig.answered('a');
    const b = await rig.answered('b');
    b.tone = 800;
    rig.media.connect('a', 'b');
    await pass(SOON);
    rig.media.play('a', 't1', [sound(440, 700)], false);
    await pass(200);
    const during = await a.hear(200);
    expect([during.has(440), during.has(800)]).toEqual([true, false]);
    await rig.event('played', 'a');
    await pass(100);
    const after = await a.hear(200);
    expect([after.has(440), after.has(800)]).toEqual([false, true]);
  });

  it('connect does not interrupt what plays', async () => {
    const a = await rig.answered('a');
    const b = await rig.answered('b');
    b.tone = 800;
    rig.media.play('a', 't1', [sound(440, 1200)], false);
    await pass(200);
    rig.media.connect('a', 'b');
    await pass(SOON);
    const during = await a.hear(200);
    expect([during.has(440), during.has(800)]).toEqual([true, false]);
    expect(await rig.event('played', 'a')).toMatchObject({ end: 'finished' });
    await pass(100);
    expect((await a.hear(200)).has(800)).toBe(true);
  });

  it('digits are heard while something plays', async () => {
    const a = await rig.answered('a');
    rig.media.play('a', 't1', [sound(440, 3000)], false);
    await pass(SOON);
    a.press('3');
    expect((await rig.event('digit', 'a')).digit).toBe('3');
  });
}

/** In how many windows of 20 ms that frequency sounds. */
function windowsWith(samples: Int16Array, frequencyHz: number): number {
  let count = 0;
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    if (amplitudeAt(samples.subarray(at, at + 160), frequencyHz, 8000) > 1500) count++;
  }
  return count;
}
