import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { measureSound } from '../../src/drachtio/recorded-sound.js';
import { writeToneWav } from '../support/goertzel.js';

const folder = mkdtempSync(join(tmpdir(), 'strowger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

it('length, and how much of it is sound', async () => {
  expect(await measureSound(file('tone', writeToneWav(440, 8000, 1000)))).toEqual({ lengthMs: 1000, soundMs: 1000 });
  expect(await measureSound(file('quiet', writeToneWav(440, 200, 1000)))).toEqual({ lengthMs: 1000, soundMs: 0 });
});

it('longer than what is read at a time', async () => {
  const silence = writeToneWav(440, 0, 7000);
  const both = Buffer.concat([silence, writeToneWav(440, 8000, 9000).subarray(44)]);
  expect(await measureSound(file('long', both))).toEqual({ lengthMs: 16_000, soundMs: 9000 });
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['no sound file', Buffer.from('hello')],
])('%s: null', async (name, bytes) => {
  expect(await measureSound(file(name, bytes))).toBeNull();
});

it('a file that is not there: null', async () => {
  expect(await measureSound(join(folder, 'nowhere'))).toBeNull();
});
