import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ULAW_TO_LINEAR } from '../../src/rtp/g711.js';
import { PEAK_AT_0_DBM0 } from '../../src/rtp/tone.js';
import { parseWav } from '../../src/rtp/wav.js';
import { playables } from '../../src/switch/prompts.js';
import { rms } from '../support/tone.js';

const texts: Readonly<Record<string, unknown>> = parse(readFileSync('prompts/catalogue.yaml', 'utf8'));
const ids = Object.keys(texts);

describe('the prompt catalogue', () => {
  it('has a sound file for every id, and no other', () => {
    expect(readdirSync('prompts/en').sort()).toEqual(ids.map((id) => `${id}.wav`).sort());
  });

  it.each(ids)('%s is a text, and 8000 Hz 16-bit mono sound that is neither silent nor clipped', (id) => {
    expect(texts[id]).toMatch(/\w/);
    const wav = readFileSync(`prompts/en/${id}.wav`);
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect(wav.toString('latin1', 8, 16)).toBe('WAVEfmt ');
    const format = { tag: wav.readUInt16LE(20), channels: wav.readUInt16LE(22), rate: wav.readUInt32LE(24) };
    expect({ ...format, bits: wav.readUInt16LE(34) }).toEqual({ tag: 1, channels: 1, rate: 8000, bits: 16 });
    expect(wav.toString('latin1', 36, 40)).toBe('data');
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    const loudest = Math.max(
      ...Array.from({ length: (wav.length - 44) / 2 }, (_, n) => Math.abs(wav.readInt16LE(44 + 2 * n))),
    );
    expect(loudest).toBeGreaterThan(8_000);
    expect(loudest).toBeLessThan(30_000);
    expect((wav.length - 44) / 16_000).toBeLessThan(10); // seconds
  });

  it('has every prompt that a script names', () => {
    const scripts = readdirSync('src/scripts').map((name) => readFileSync(`src/scripts/${name}`, 'utf8'));
    const named = scripts.flatMap((text) => [...text.matchAll(/prompt: '([^']+)'/g)].map((match) => match[1] ?? ''));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('has what digits and numbers are put together from', () => {
    const said = [{ digits: '0123456789*#' }, ...Array.from({ length: 1010 }, (_, number) => ({ number }))];
    const files = playables(said, 'en').map((sound) => ('file' in sound ? sound.file : ''));
    expect(files.filter((file) => !ids.includes(file.replace(/^en\/(.*)\.wav$/, '$1')))).toEqual([]);
  });
});

describe('the music', () => {
  const audio = parseWav(readFileSync('prompts/music/quiet.wav'));
  const samples =
    'bytes' in audio ? Int16Array.from(audio.bytes, (code) => ULAW_TO_LINEAR[code] ?? 0) : new Int16Array();

  it('is µ-law, less than half a megabyte, and about as loud as speech', () => {
    expect('kind' in audio && audio.kind).toBe('pcmu');
    expect(samples.length).toBeLessThan(500_000);
    const dbm0 = 20 * Math.log10((rms(samples) * Math.SQRT2) / PEAK_AT_0_DBM0);
    expect(dbm0).toBeGreaterThan(-20);
    expect(dbm0).toBeLessThan(-10);
  });

  it('goes round without a gap and without a click', () => {
    const joint = [...samples.subarray(-400), ...samples.subarray(0, 400)];
    const steps = joint.slice(1).map((sample, i) => Math.abs(sample - (joint[i] ?? 0)));
    const within = Math.max(
      ...Array.from(samples.subarray(1), (sample, i) => Math.abs(sample - (samples[i] ?? 0))).slice(0, 8000),
    );
    expect(Math.max(...steps)).toBeLessThanOrEqual(within);
    for (let at = 0; at + 8000 <= samples.length; at += 8000)
      expect(rms(samples.subarray(at, at + 8000))).toBeGreaterThan(500);
  });
});
