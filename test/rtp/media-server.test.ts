import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Playable } from '../../src/ports/media.js';
import { linearToUlaw } from '../../src/rtp/g711.js';
import { parseRtcp, writeRtcp } from '../../src/rtp/rtcp.js';
import { MediaBench, PCMU } from '../support/media-bench.js';

/** Real files take real time, more of it on a busy machine. */
const eventually = (check: () => void) => vi.waitFor(check, 10_000);
const QUIET = new Uint8Array(160).fill(0xff);
const LOUD = new Uint8Array(160).fill(linearToUlaw(8000));
const TONE: Playable = { tone: [440], onMs: 100, offMs: 0, times: 1 };

let folder = '';
let bench: MediaBench;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-media-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  bench = new MediaBench();
  await bench.bind(3);
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
    await eventually(() =>
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
    await eventually(() => expect(bench.reports.at(-1)).toEqual({ type: 'stopped' }));
    expect(bench.of('recorded')).toMatchObject([{ lengthMs: 101, end: 'closed' }]);
    expect(bench.of('played').map(({ end }) => end)).toEqual(['stopped']);
    expect(bench.of('closed').length).toBe(2);
    bench.clock.advance(10);
    expect([bench.network.openSockets, bench.clock.pending]).toEqual([0, 0]);
  });
});
