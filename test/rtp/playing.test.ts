import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Playable } from '../../src/ports/media.js';
import { ULAW_TO_ALAW, ULAW_TO_LINEAR } from '../../src/rtp/g711.js';
import { PEAK_AT_0_DBM0 } from '../../src/rtp/tone.js';
import { amplitudeAt } from '../support/goertzel.js';
import { MediaBench, OPUS, PCMA, PCMU } from '../support/media-bench.js';

/** Real files take real time, more of it on a busy machine. */
const eventually = (check: () => void) => vi.waitFor(check, 10_000);
const QUIET = new Uint8Array(160).fill(0xff);
const TONE: Playable = { tone: [440], onMs: 100, offMs: 0, times: 1 };

let folder = '';
let bench: MediaBench;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-playing-'));
  writeFileSync(join(folder, 'one.ulaw'), new Uint8Array(200).fill(1));
  const song = Array.from({ length: 20 }, (_, second) => Buffer.alloc(8000, second));
  writeFileSync(join(folder, 'song.ulaw'), Buffer.concat(song)); // a code for each second
  writeFileSync(join(folder, 'two.ulaw'), new Uint8Array(280).fill(2));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  bench = new MediaBench();
  await bench.bind(3);
});

const file = (name: string): Playable => ({ file: join(folder, name) });

describe('playing', () => {
  const play = (leg: number, token: string, list: readonly Playable[], repeat = false) =>
    bench.server.handle({ do: 'play', leg, token, list, repeat });

  it('a tone at its level, one packet every 20 ms, and then says that it is over', () => {
    const a = bench.leg(1, [PCMU]);
    play(1, 't', [{ tone: [440], onMs: 1000, offMs: 0, times: 1, dbm0: -10 }]);
    bench.clock.advance(999);
    expect(bench.of('played')).toEqual([]);
    bench.clock.advance(1);
    expect(bench.of('played')).toEqual([{ type: 'played', leg: 1, token: 't', end: 'finished' }]);
    bench.clock.advance(1000);
    expect(a.heard.map(({ atMs }) => atMs - 1_700_000_000_001)).toEqual(Array.from({ length: 50 }, (_, i) => 20 * i));
    expect(a.heard.map(({ sequence }) => (sequence - (a.heard[0]?.sequence ?? 0)) & 0xffff)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    expect(a.heard.map(({ marker }) => marker).lastIndexOf(true)).toBe(0);
    const samples = Int16Array.from(a.payloads(0), (code) => ULAW_TO_LINEAR[code] ?? 0);
    expect(20 * Math.log10(amplitudeAt(samples, 440, 8000) / PEAK_AT_0_DBM0)).toBeCloseTo(-10, 1);
    expect(bench.clock.pending).toBeLessThanOrEqual(2); // only RTCP and the RTP timeout wait: the tick is idle
  });

  it('files, one after another, read once', async () => {
    const a = bench.leg(1, [PCMU]);
    play(1, 't', [file('one.ulaw'), file('two.ulaw')]);
    await eventually(() => expect(bench.clock.pending).toBeGreaterThan(1));
    bench.clock.advance(100);
    expect(a.payloads(0)).toEqual(Buffer.concat([new Uint8Array(200).fill(1), new Uint8Array(280).fill(2)]));
    expect(bench.of('played').map(({ end }) => end)).toEqual(['finished']);
    a.heard.length = 0;
    play(1, 'u', [file('two.ulaw')]); // at hand: no turn of the real event loop in between
    bench.clock.advance(100);
    expect(a.payloads(0).subarray(0, 280)).toEqual(Buffer.alloc(280, 2));
  });

  it('round and round until stopped', () => {
    const a = bench.leg(1, [PCMU]);
    play(1, 't', [TONE], true);
    bench.clock.advance(10_000);
    expect(a.heard.length).toBe(500);
    bench.server.handle({ do: 'stopPlaying', leg: 1 });
    bench.clock.advance(1000);
    expect(a.heard.length).toBe(501);
    expect(bench.of('played')).toEqual([{ type: 'played', leg: 1, token: 't', end: 'stopped' }]);
  });

  it('a second list replaces the first in the same stream', () => {
    const a = bench.leg(1, [PCMU]);
    play(1, 't', [TONE], true);
    bench.clock.advance(100);
    play(1, 'u', [TONE]);
    bench.clock.advance(1000);
    expect(bench.of('played').map(({ token, end }) => `${token} ${end}`)).toEqual(['t stopped', 'u finished']);
    expect(a.heard.map(({ marker }) => marker).lastIndexOf(true)).toBe(0);
  });

  it('instead of the connected leg, which is heard again after it', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(3, () => a.send(QUIET));
    play(2, 't', [{ tone: [440], onMs: 60, offMs: 0, times: 1 }]);
    bench.talk(8, () => a.send(QUIET));
    const quiet = b.heard.map(({ payload }) => payload.every((code) => code === 0xff));
    expect(quiet).toEqual([true, true, true, false, false, false, true, true, true, true, true]);
    expect(b.heard.map(({ sequence }) => (sequence - (b.heard[0]?.sequence ?? 0)) & 0xffff)).toEqual(
      quiet.map((_, i) => i),
    );
  });

  it.each([
    ['a file that is not there', [PCMU], { file: '/nowhere/x.wav' }],
    ['a file that is no WAV', [PCMU], { file: 'package.json' }],
    ['no codec that we speak', [OPUS], TONE],
  ] as const)('%s: failed, and the operator is told', async (_name, codecs, item) => {
    bench.leg(1, codecs);
    play(1, 't', [item]);
    await eventually(() => expect(bench.of('played').map(({ end }) => end)).toEqual(['failed']));
    expect(bench.reports.some((report) => report.type === 'warned')).toBe(true);
  });

  it('music: all listeners hear the same at the same time, whenever they came and in whatever codec', async () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMA]);
    const music = { id: 'm', files: [join(folder, 'song.ulaw')], order: 'listed', messages: null } as const;
    play(1, 't', [{ music }]);
    const position = () => a.heard.at(-1)?.payload[0] ?? 0xff;
    await eventually(() => {
      bench.clock.advance(20);
      expect(position()).toBeLessThan(20);
    });
    play(2, 'u', [file('one.ulaw'), { music }]);
    await eventually(() => {
      bench.clock.advance(20);
      const last = Buffer.from(b.heard.at(-1)?.payload ?? []);
      expect(last).toEqual(Buffer.alloc(160, ULAW_TO_ALAW[position()] ?? 0));
    });
    expect(bench.of('played')).toEqual([]);
  });

  it('on hold it goes on unheard, to the same end', () => {
    const a = bench.leg(1, [PCMU], { direction: 'recvonly', held: true });
    play(1, 't', [TONE]);
    bench.clock.advance(100);
    expect([bench.of('played').length, a.heard.length]).toEqual([1, 0]);
  });

  it('stopped, replaced or closed while its file is still being read: one end each', async () => {
    bench.leg(1, [PCMU]);
    play(1, 's', [file('one.ulaw')]);
    bench.server.handle({ do: 'stopPlaying', leg: 1 });
    play(1, 't', [file('one.ulaw')]);
    play(1, 'u', [file('two.ulaw')]);
    await bench.close(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    bench.clock.advance(1000);
    expect(bench.of('played').map(({ token, end }) => `${token} ${end}`)).toEqual([
      's stopped',
      't stopped',
      'u stopped',
    ]);
  });

  it('the codec changes under it', () => {
    const a = bench.leg(1, [PCMU]);
    play(1, 't', [{ tone: [440], onMs: 200, offMs: 0, times: 1 }]);
    bench.clock.advance(99);
    bench.agree(1, [PCMA]);
    bench.clock.advance(200);
    expect(a.heard.map(({ payloadType }) => payloadType)).toEqual([0, 0, 0, 0, 0, 8, 8, 8, 8, 8]);
  });
});
