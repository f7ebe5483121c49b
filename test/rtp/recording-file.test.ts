import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RecordingFile } from '../../src/rtp/recording-file.js';
import { parseWav } from '../../src/rtp/wav.js';

/** Real files and sockets take real time, more of it on a busy machine. */
const eventually = (check: () => void) => vi.waitFor(check, 10_000);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-recording-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ramp = (count: number) => Int16Array.from({ length: count }, (_, i) => (i % 60_000) - 30_000);

describe('a recording on disk', () => {
  it('is what was written, in whatever pieces', async () => {
    const path = join(folder, 'whole.wav');
    const file = new RecordingFile(path);
    const samples = ramp(20_000);
    for (let at = 0; at < 20_000; at += 160) file.write(samples.subarray(at, at + 160), 160);
    expect(await file.close()).toBeNull();
    expect(parseWav(readFileSync(path))).toEqual({ kind: 'linear', rate: 8000, samples });
  });

  it('is valid while it is being written, up to the last second', async () => {
    const path = join(folder, 'broken-off.wav');
    const file = new RecordingFile(path);
    file.write(ramp(20_000), 20_000);
    await eventually(() => expect(readFileSync(path).length).toBe(44 + 32_000));
    await eventually(() => expect(readFileSync(path).readUInt32LE(40)).toBe(32_000));
    expect(parseWav(readFileSync(path))).toMatchObject({ samples: ramp(16_000) });
    await file.close();
  });

  it('without a sample is an empty WAV', async () => {
    const path = join(folder, 'empty.wav');
    expect(await new RecordingFile(path).close()).toBeNull();
    expect(parseWav(readFileSync(path))).toMatchObject({ samples: new Int16Array() });
  });

  it('in a folder that is not there says so at the end and does not throw before', async () => {
    const file = new RecordingFile(join(folder, 'missing', 'x.wav'));
    file.write(ramp(20_000), 20_000);
    expect(await file.close()).toContain('ENOENT');
  });
});
