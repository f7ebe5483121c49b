import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Playable, RecordOptions } from '../../src/ports/media.js';
import { linearToUlaw, ULAW_TO_LINEAR } from '../../src/rtp/g711.js';
import { parseRtcp, writeRtcp } from '../../src/rtp/rtcp.js';
import { writeEvent } from '../../src/rtp/telephone-event.js';
import { PEAK_AT_0_DBM0 } from '../../src/rtp/tone.js';
import { parseWav } from '../../src/rtp/wav.js';
import { amplitudeAt } from '../support/goertzel.js';
import { events, MediaBench, OPUS, PCMA, PCMU } from '../support/media-bench.js';
import type { RtpPhone } from '../support/rtp-phone.js';

const QUIET = new Uint8Array(160).fill(0xff);
const LOUD = new Uint8Array(160).fill(linearToUlaw(8000));
const TONE: Playable = { tone: [440], onMs: 100, offMs: 0, times: 1 };

let folder = '';
let bench: MediaBench;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-media-'));
  writeFileSync(join(folder, 'one.ulaw'), new Uint8Array(200).fill(1));
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
    await vi.waitFor(() => expect(bench.clock.pending).toBeGreaterThan(1));
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
    await vi.waitFor(() => expect(bench.of('played').map(({ end }) => end)).toEqual(['failed']));
    expect(bench.reports.some((report) => report.type === 'warned')).toBe(true);
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
    await vi.waitFor(() => expect(bench.of('recorded').length).toBe(count));
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

describe('RTCP', () => {
  it('RFC 3550 §6.4 reports on both directions about every 5 s, and not to legs without RTP', () => {
    const a = bench.leg(1, [PCMU]);
    const b = bench.leg(2, [PCMU]);
    const idle = bench.leg(3, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.talk(3000, (frame) => {
      if (frame % 10 !== 9) a.send(QUIET);
      else a.sequence++;
    });
    expect([
      a.rtcp.length > 8 && a.rtcp.length < 18,
      b.rtcp.length > 8 && b.rtcp.length < 18,
      idle.rtcp.length,
    ]).toEqual([true, true, 0]);
    const toA = parseRtcp(a.rtcp.at(-1) ?? new Uint8Array());
    expect(toA).toMatchObject({ senderReport: null, goodbye: false });
    expect(toA?.blocks).toMatchObject([{ ssrc: a.ssrc, fractionLost: 25 }]);
    const toB = parseRtcp(b.rtcp.at(-1) ?? new Uint8Array());
    expect([toB?.ssrc, toB?.blocks, toB?.senderReport === null]).toEqual([b.heard[0]?.ssrc, [], false]);
  });

  it('RFC 3550 §6.6 says BYE at the end, RFC 3550 §6.1 with a report and a CNAME', async () => {
    const a = bench.leg(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.talk(5, () => a.send(QUIET));
    await bench.close(1);
    bench.clock.advance(10);
    expect(a.rtcp.length).toBe(1);
    expect(parseRtcp(a.rtcp[0] ?? new Uint8Array())).toMatchObject({ ssrc: a.heard[0]?.ssrc, goodbye: true });
    expect([...(a.rtcp[0] ?? [])].filter((_, i, bytes) => bytes[i - 1] === 0x81 && bytes[i] === 202).length).toBe(1);
  });

  it('RFC 3550 §6.3.7 says no BYE where it never sent anything', async () => {
    const a = bench.leg(1, [PCMU]);
    bench.talk(5, () => a.send(QUIET));
    await bench.close(1);
    bench.clock.advance(10);
    expect(a.rtcp).toEqual([]);
  });

  it('RFC 3550 §6.4.1 what the far end reports of us is kept; what an outsider reports is not', async () => {
    const a = bench.leg(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.talk(2, () => a.send(QUIET));
    const report = (lost: number): Uint8Array => {
      const bytes = new Uint8Array(200);
      const block = {
        ssrc: a.heard[0]?.ssrc ?? 0,
        fractionLost: 1,
        cumulativeLost: lost,
        highestSequence: 1,
        jitter: 40,
        lastSenderReport: 0,
        delaySinceLastSenderReport: 0,
      };
      return bytes.slice(0, writeRtcp(bytes, a.ssrc, null, block, 'phone', false));
    };
    a.sendRtcp(report(3));
    bench.network.phone('198.51.100.66', 9, 20_002).sendRtcp(report(999));
    a.sendRtcp(Uint8Array.of(0x80, 201, 0));
    bench.clock.advance(10);
    expect(await bench.close(1)).toMatchObject({ reportedLost: 3, reportedJitterMs: 5 });
  });

  it('RFC 5761 §4 on the RTP port it is taken for what it is', async () => {
    const a = bench.leg(1, [PCMU]);
    const bytes = new Uint8Array(64);
    a.sendRaw(bytes.slice(0, writeRtcp(bytes, a.ssrc, null, null, 'phone', false)));
    bench.clock.advance(10);
    expect(await bench.close(1)).toMatchObject({ packetsReceived: 0 });
  });

  it('what a leg had is told when it closes', async () => {
    const a = bench.leg(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.talk(10, (frame) => {
      if (frame === 5) a.sequence++;
      a.send(QUIET);
    });
    expect(await bench.close(1)).toEqual({
      codec: 'PCMU',
      packetsSent: 10,
      packetsReceived: 10,
      receivedLost: 1,
      receivedJitterMs: 0,
      reportedLost: null,
      reportedJitterMs: null,
    });
  });
});

describe('silence on the wire', () => {
  it('is reported once, and again after the next silence', () => {
    const a = bench.leg(1, [PCMU]);
    bench.talk(2, () => a.send(QUIET));
    bench.clock.advance(200_000);
    expect(bench.of('silent')).toEqual([{ type: 'silent', leg: 1, sinceMs: 60_000 }]);
    a.send(QUIET);
    bench.clock.advance(59_000);
    expect(bench.of('silent').length).toBe(1);
    bench.clock.advance(2000);
    expect(bench.of('silent').length).toBe(2);
  });

  it('counts from the agreement, also where the server learned of it later', () => {
    bench.server.handle({ do: 'open', leg: 1, port: 20_002, agoMs: 30_000 });
    const agreement = { remote: null, remoteRtcp: null, direction: 'sendrecv', held: false, codecs: [PCMU] } as const;
    bench.server.handle({ do: 'agree', leg: 1, agreement, agoMs: 5000 });
    bench.clock.advance(54_999);
    expect(bench.of('silent')).toEqual([]);
    bench.clock.advance(1);
    expect(bench.of('silent')).toEqual([{ type: 'silent', leg: 1, sinceMs: 60_000 }]);
  });

  it('also when nothing ever came', () => {
    bench.leg(1, [PCMU]);
    bench.clock.advance(60_000);
    expect(bench.of('silent').length).toBe(1);
  });

  it.each([
    ['on hold', { held: true, direction: 'recvonly' }],
    ['inactive', { held: true, direction: 'inactive' }],
    ['sent to only', { held: false, direction: 'sendonly' }],
  ] as const)('is not missed from a leg that is %s, but is when it resumes', (_name, changes) => {
    bench.leg(1, [PCMU], changes);
    bench.clock.advance(200_000);
    expect(bench.of('silent')).toEqual([]);
    bench.agree(1, [PCMU]);
    bench.clock.advance(60_000);
    expect(bench.of('silent').length).toBe(1);
  });

  it('an outsider does not break it', () => {
    const a = bench.leg(1, [PCMU]);
    bench.talk(1, () => a.send(QUIET));
    const attacker = bench.network.phone('198.51.100.66', 9, 20_002);
    bench.talk(3100, () => attacker.send(QUIET));
    expect(bench.of('silent').length).toBe(1);
  });
});

describe('who talks to a port that no leg has', () => {
  const knocks = () => bench.reports.filter((report) => report.type === 'knocked');

  it('is told at once and then ten times a second', () => {
    const phone = bench.network.phone('203.0.113.9', 61_000, 20_002);
    bench.talk(1, () => phone.send(QUIET));
    expect(knocks()).toEqual([{ type: 'knocked', port: 20_002 }]);
    bench.talk(49, () => phone.send(QUIET));
    expect(knocks().length).toBe(10);
  });

  it('is not told of a leg', () => {
    const a = bench.leg(1, [PCMU]);
    bench.talk(10, () => a.send(QUIET));
    expect(knocks()).toEqual([]);
  });
});

describe('the server', () => {
  it('says which ports it got; a pair is one or none', async () => {
    bench.network.taken.add(20_011);
    bench.server.handle({ do: 'bind', ports: [20_008, 20_010, 20_012] });
    await vi.waitFor(() =>
      expect(bench.reports.at(-1)).toEqual({ type: 'bound', ports: [20_008, 20_012], refused: [20_010] }),
    );
    expect(bench.network.openSockets).toBe(10);
  });

  it('commands for a leg that is gone, or to a port that is not bound, are nothing', () => {
    const { server } = bench;
    server.handle({ do: 'open', leg: 5, port: 50_000, agoMs: 0 });
    bench.leg(1, [PCMU]);
    server.handle({ do: 'connect', a: 1, b: 5 });
    server.handle({ do: 'disconnect', leg: 5 });
    server.handle({ do: 'play', leg: 5, token: 't', list: [TONE], repeat: false });
    server.handle({ do: 'stopPlaying', leg: 5 });
    server.handle({ do: 'sendDigits', leg: 5, digits: '1' });
    server.handle({
      do: 'record',
      leg: 5,
      token: 't',
      options: { file: '/x', maxMs: 1, silenceMs: 0, terminators: '' },
    });
    server.handle({ do: 'stopRecording', leg: 5 });
    server.handle({ do: 'close', leg: 5 });
    bench.clock.advance(1000);
    expect(bench.reports.map(({ type }) => type)).toEqual(['bound']);
  });

  it('an error while a packet is relayed or played costs that leg and no other', () => {
    const a = bench.leg(1, [PCMU]);
    bench.leg(2, [PCMU]);
    const c = bench.leg(3, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 2 });
    bench.server.handle({ do: 'play', leg: 3, token: 'p', list: [TONE], repeat: true });
    bench.network.cursed.add('10.0.0.2');
    bench.talk(2, () => a.send(QUIET));
    bench.network.cursed.add('10.0.0.3');
    bench.clock.advance(100);
    const crashed = bench.reports.filter((report) => report.type === 'crashed');
    expect(crashed).toMatchObject([
      { leg: 1, error: expect.stringContaining('cursed') },
      { leg: 3, error: expect.stringContaining('cursed') },
    ]);
    expect(c.heard.length).toBe(3);
    bench.network.cursed.clear();
    const again = bench.leg(1, [PCMU]);
    bench.server.handle({ do: 'connect', a: 1, b: 1 });
    bench.talk(3, () => again.send(QUIET));
    expect(again.heard.length).toBe(3);
  });

  it('stopped, it closes every leg, completes every file and lets go of every port and timer', async () => {
    const a = bench.leg(1, [PCMU]);
    bench.leg(2, [PCMU]);
    const options = { file: join(folder, 'stop.wav'), maxMs: 60_000, silenceMs: 0, terminators: '' };
    bench.server.handle({ do: 'record', leg: 1, token: 'r', options });
    bench.server.handle({ do: 'play', leg: 2, token: 'p', list: [TONE], repeat: true });
    bench.talk(5, () => a.send(LOUD));
    bench.server.handle({ do: 'stop' });
    await vi.waitFor(() => expect(bench.reports.at(-1)).toEqual({ type: 'stopped' }));
    expect(bench.of('recorded')).toMatchObject([{ lengthMs: 101, end: 'closed' }]);
    expect(bench.of('played').map(({ end }) => end)).toEqual(['stopped']);
    expect(bench.of('closed').length).toBe(2);
    bench.clock.advance(10);
    expect([bench.network.openSockets, bench.clock.pending]).toEqual([0, 0]);
  });
});
