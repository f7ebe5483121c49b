import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RecordOptions } from '../../src/ports/media.js';
import { readWav, soundingMs } from '../support/goertzel.js';
import { type MediaHarness, MediaRig } from './media-rig.js';
import { pass } from './waiting-list.js';

export function mediaRecording(harness: MediaHarness): void {
  let rig: MediaRig;
  beforeEach(async () => {
    rig = await MediaRig.open(harness);
  });
  afterEach(() => rig.close());

  function options(change: Partial<RecordOptions> = {}): RecordOptions {
    return { file: join(rig.subject.folder, 'said.wav'), maxMs: 60_000, silenceMs: 0, terminators: '', ...change };
  }

  it('record: what the leg says, with its length and how much of it is sound', async () => {
    const a = await rig.answered('a');
    const wish = options();
    rig.media.record('a', 'r1', wish);
    await pass(300);
    a.tone = 440;
    await pass(600);
    a.tone = null;
    await pass(300);
    rig.media.stopRecording('a');
    const recorded = await rig.event('recorded', 'a');
    expect(recorded).toMatchObject({ token: 'r1', file: wish.file, end: 'stopped' });
    const { rateHz, samples } = readWav(readFileSync(wish.file));
    expect(rateHz).toBe(8000);
    expect(recorded.lengthMs).toBeGreaterThan(1000);
    expect(recorded.lengthMs).toBeLessThan(1500);
    expect(Math.abs((samples.length * 1000) / rateHz - recorded.lengthMs)).toBeLessThan(30);
    expect(soundingMs(samples, 440, 8000)).toBeGreaterThanOrEqual(500);
    expect(recorded.soundMs).toBeGreaterThanOrEqual(500);
    expect(recorded.soundMs).toBeLessThanOrEqual(760);
  });

  it('record that begins at a digit is not ended by that very digit', async () => {
    const a = await rig.answered('a');
    rig.during = ({ type }) => {
      if (type === 'digit') rig.media.record('a', 'r1', options({ terminators: '#' }));
    };
    a.press('#', 120);
    await rig.event('digit', 'a');
    rig.during = () => {};
    a.tone = 440;
    await pass(600);
    a.tone = null;
    a.press('#', 120);
    const recorded = await rig.event('recorded', 'a');
    expect(recorded).toMatchObject({ token: 'r1', end: 'digit' });
    expect(recorded.soundMs).toBeGreaterThan(400);
  });

  it('record ends at its longest', async () => {
    await rig.answered('a');
    rig.media.record('a', 'r1', options({ maxMs: 700 }));
    const recorded = await rig.event('recorded', 'a');
    expect(recorded.end).toBe('maximum');
    expect(Math.abs(recorded.lengthMs - 700)).toBeLessThan(100);
  });

  it('record ends after silence', async () => {
    const a = await rig.answered('a');
    a.tone = 440;
    await pass(100);
    rig.media.record('a', 'r1', options({ silenceMs: 800 }));
    await pass(900);
    a.tone = null;
    const begun = performance.now();
    expect((await rig.event('recorded', 'a')).end).toBe('silence');
    expect(performance.now() - begun).toBeGreaterThan(600);
    expect(performance.now() - begun).toBeLessThan(1600);
  });

  it('record ends after silence of a caller who says nothing at all', async () => {
    await rig.answered('a');
    rig.media.record('a', 'r1', options({ silenceMs: 600 }));
    const recorded = await rig.event('recorded', 'a');
    expect(recorded).toMatchObject({ end: 'silence', soundMs: 0 });
  });

  it('record ends at a digit, which is reported too', async () => {
    const a = await rig.answered('a');
    rig.media.record('a', 'r1', options({ terminators: '#' }));
    await pass(300);
    a.press('5');
    await rig.event('digit', 'a');
    await pass(200);
    expect(rig.of('a').some(({ type }) => type === 'recorded')).toBe(false);
    a.press('#');
    expect((await rig.event('digit', 'a')).digit).toBe('#');
    expect((await rig.event('recorded', 'a')).end).toBe('digit');
  });

  it('record goes on while the leg is connected, and has only what the leg says', async () => {
    const a = await rig.answered('a');
    const b = await rig.answered('b');
    a.tone = 440;
    b.tone = 800;
    const wish = options();
    rig.media.record('a', 'r1', wish);
    rig.media.connect('a', 'b');
    await pass(900);
    rig.media.stopRecording('a');
    await rig.event('recorded', 'a');
    const { samples } = readWav(readFileSync(wish.file));
    expect(soundingMs(samples, 440, 8000)).toBeGreaterThanOrEqual(600);
    expect(soundingMs(samples, 800, 8000)).toBe(0);
  });

  it('record replaces what records', async () => {
    await rig.answered('a');
    const first = options();
    const second = options({ file: join(rig.subject.folder, 'second.wav') });
    rig.media.record('a', 'r1', first);
    await pass(300);
    rig.media.record('a', 'r2', second);
    expect(await rig.event('recorded', 'a')).toMatchObject({ token: 'r1', file: first.file, end: 'stopped' });
    await pass(300);
    rig.media.stopRecording('a');
    expect(await rig.event('recorded', 'a')).toMatchObject({ token: 'r2', file: second.file, end: 'stopped' });
  });

  it('a leg that closes: recorded, then closed', async () => {
    const a = await rig.answered('a');
    a.tone = 440;
    rig.media.record('a', 'r1', options());
    await pass(500);
    rig.media.close('a');
    await rig.event('closed', 'a');
    const [recorded, closed] = rig.of('a').slice(-2);
    expect(closed?.type).toBe('closed');
    expect(recorded).toMatchObject({ type: 'recorded', end: 'closed' });
    expect(soundingMs(readWav(readFileSync(options().file)).samples, 440, 8000)).toBeGreaterThanOrEqual(300);
  });

  it('a file that cannot be written: failed, and the leg lives on', async () => {
    const a = await rig.answered('a');
    rig.media.record('a', 'r1', options({ file: '/proc/nowhere/said.wav', maxMs: 300 }));
    expect(await rig.event('recorded', 'a')).toMatchObject({ token: 'r1', end: 'failed' });
    a.tone = 440;
    rig.media.connect('a', 'a');
    await pass(250);
    expect((await a.hear(200)).has(440)).toBe(true);
  });
}
