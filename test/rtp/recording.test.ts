import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Playable, RecordOptions } from '../../src/ports/media.js';
import { linearToUlaw } from '../../src/rtp/g711.js';
import { writeEvent } from '../../src/rtp/telephone-event.js';
import { parseWav } from '../../src/rtp/wav.js';
import { events, MediaBench, PCMA, PCMU } from '../support/media-bench.js';
import type { RtpPhone } from '../support/rtp-phone.js';

/** Real files take real time, more of it on a busy machine. */
const eventually = (check: () => void) => vi.waitFor(check, 10_000);
const QUIET = new Uint8Array(160).fill(0xff);
const LOUD = new Uint8Array(160).fill(linearToUlaw(8000));
const TONE: Playable = { tone: [440], onMs: 100, offMs: 0, times: 1 };

let folder = '';
let bench: MediaBench;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-recording-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  bench = new MediaBench();
  await bench.bind(3);
});

describe('recording', () => {
  const options = (name: string, changes: Partial<RecordOptions> = {}): RecordOptions => ({
    file: join(folder, name),
    maxMs: 60_000,
    silenceMs: 0,
    terminators: '',
    ...changes,
  });
  const record = (leg: number, token: string, recordOptions: RecordOptions) =>
    bench.server.handle({ do: 'record', leg, token, options: recordOptions });
  const recorded = async (count = 1) => {
    await eventually(() => expect(bench.of('recorded').length).toBe(count));
    return bench.of('recorded');
  };
  function press(phone: RtpPhone, code: number): void {
    const payload = new Uint8Array(4);
    writeEvent(payload, 0, code, true, 800);
    phone.sendAs(phone.sequence++, phone.timestamp, payload, 101, true);
    phone.timestamp += 800;
  }

  it('until stopped, what the leg says', async () => {
    const a = bench.leg(1, [PCMU]);
    record(1, 't', options('a.wav'));
    bench.talk(50, (frame) => a.send(frame < 25 ? LOUD : QUIET));
    bench.server.handle({ do: 'stopRecording', leg: 1 });
    expect(await recorded()).toEqual([
      {
        type: 'recorded',
        leg: 1,
        token: 't',
        file: join(folder, 'a.wav'),
        lengthMs: 1001,
        soundMs: 500,
        end: 'stopped',
      },
    ]);
    const audio = parseWav(readFileSync(join(folder, 'a.wav')));
    expect(audio).toMatchObject({ kind: 'linear', rate: 8000 });
    expect('samples' in audio ? [audio.samples.length, audio.samples[100], audio.samples[7000]] : audio).toEqual([
      8008, 7932, 0,
    ]);
  });

  it('stops at the maximum, at silence or at a digit, which is reported first', async () => {
    const a = bench.leg(1, [PCMU, events(101)]);
    record(1, 'm', options('m.wav', { maxMs: 500 }));
    bench.talk(30, () => a.send(LOUD));
    record(1, 's', options('s.wav', { silenceMs: 300 }));
    bench.talk(30, (frame) => a.send(frame < 5 ? LOUD : QUIET));
    record(1, 'd', options('d.wav', { terminators: '#*' }));
    bench.talk(5, () => a.send(LOUD));
    press(a, 5);
    bench.clock.advance(20);
    press(a, 11);
    bench.clock.advance(20);
    const ends = (await recorded(3)).map(({ token, end, lengthMs }) => `${token} ${end} ${lengthMs}`);
    expect(ends).toEqual(['m maximum 500', 's silence 401', 'd digit 121']);
    expect(bench.of('digit').map(({ digit }) => digit)).toEqual(['5', '#']);
    expect(bench.reports.findIndex(({ type }) => type === 'digit')).toBeLessThan(
      bench.reports.findIndex((report) => report.type === 'recorded' && report.token === 'd'),
    );
  });

  it('does not hear what plays to the leg, nor the connected leg, nor an outsider', async () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    const attacker = bench.network.phone('198.51.100.66', 9, 20_002);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.server.handle({ do: 'play', leg: 1, token: 'p', list: [TONE], repeat: true });
    bench.talk(1, () => a.send(QUIET));
    record(1, 't', options('b.wav'));
    bench.talk(20, () => {
      b.send(LOUD);
      attacker.send(LOUD);
    });
    bench.server.handle({ do: 'stopRecording', leg: 1 });
    expect(await recorded()).toMatchObject([{ lengthMs: 400, soundMs: 0 }]);
  });

  it('goes on through a transcoded relay, which does not spoil its samples', async () => {
    const a = bench.leg(1, [PCMU]);
    bench.leg(2, [PCMA]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    record(1, 't', options('c.wav'));
    bench.talk(10, () => a.send(LOUD));
    bench.server.handle({ do: 'stopRecording', leg: 1 });
    expect(await recorded()).toMatchObject([{ lengthMs: 201, soundMs: 200 }]);
    const audio = parseWav(readFileSync(join(folder, 'c.wav')));
    expect('samples' in audio ? audio.samples[800] : audio).toBe(7932);
  });

  it('ends with the leg; its end comes before that of the leg', async () => {
    const a = bench.leg(1, [PCMU]);
    record(1, 't', options('e.wav'));
    bench.talk(5, () => a.send(LOUD));
    await bench.close(1);
    expect(bench.reports.map((report) => ('end' in report ? report.end : report.type)).slice(-2)).toEqual([
      'closed',
      'closed',
    ]);
    expect(bench.reports.at(-1)?.type).toBe('closed');
    expect(bench.of('recorded')).toMatchObject([{ lengthMs: 101, end: 'closed' }]);
  });

  it('into a folder that is not there: failed, and the operator is told', async () => {
    bench.leg(1, [PCMU]);
    record(1, 't', options('missing/x.wav', { maxMs: 100 }));
    bench.clock.advance(200);
    expect(await recorded()).toMatchObject([{ end: 'failed' }]);
    expect(bench.reports.some((report) => report.type === 'warned')).toBe(true);
  });
});
