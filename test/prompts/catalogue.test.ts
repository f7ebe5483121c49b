import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { playables } from '../../src/switch/prompts.js';

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
    const said = [{ digits: '0123456789*#' }, ...Array.from({ length: 60 }, (_, number) => ({ number }))];
    const files = playables(said, 'en').map((sound) => ('file' in sound ? sound.file : ''));
    expect(files.filter((file) => !ids.includes(file.replace(/^en\/(.*)\.wav$/, '$1')))).toEqual([]);
  });
});
