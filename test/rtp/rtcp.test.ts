import { describe, expect, it } from 'vitest';
import { parseRtcp, type ReportBlock, writeRtcp } from '../../src/rtp/rtcp.js';
import { fc } from '../support/property.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const BLOCK: ReportBlock = {
  ssrc: 0x01020304,
  fractionLost: 64,
  cumulativeLost: 5,
  highestSequence: 0x00010007,
  jitter: 12,
  lastSenderReport: 0xaabbccdd,
  delaySinceLastSenderReport: 65536,
};

function written(
  ...options: Parameters<typeof writeRtcp> extends [Uint8Array, ...infer Rest] ? Rest : never
): Uint8Array {
  const bytes = new Uint8Array(256).fill(0x55);
  return bytes.subarray(0, writeRtcp(bytes, ...options));
}

describe('writing', () => {
  it('RFC 3550 §6.4.1, §6.5, §6.6: sender report, CNAME and BYE in one', () => {
    const sender = { nowMs: 1_500, timestamp: 0x11223344, packets: 10, octets: 1600 };
    expect(Buffer.from(written(0xcafe, sender, BLOCK, 'abc', true)).toString('hex')).toBe(
      [
        '81c8000c 0000cafe 83aa7e81 80000000 11223344 0000000a 00000640', // 1 Jan 1970 and a half second
        '01020304 40000005 00010007 0000000c aabbccdd 00010000',
        '81ca0003 0000cafe 01036162 63000000',
        '81cb0001 0000cafe',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('RFC 3550 §6.4.2 a receiver report, with nobody to report on yet', () => {
    expect(Buffer.from(written(1, null, null, 'ab', false)).toString('hex')).toBe(
      '80c9000100000001' + '81ca000300000001' + '010261620' + '0000000',
    );
  });

  it('RFC 3550 §6.5 the item list ends in a zero also when it fills its words', () => {
    const bytes = written(1, null, null, 'abcdef', false);
    expect(bytes.length).toBe(8 + 8 + 12);
    expect([...bytes.subarray(-4)]).toEqual([0, 0, 0, 0]);
  });

  it('RFC 3550 §6.4.1 loss below zero in 24 bits', () => {
    const bytes = written(1, null, { ...BLOCK, cumulativeLost: -2, fractionLost: 3 }, 'a', false);
    expect(parseRtcp(bytes)?.blocks[0]).toMatchObject({ cumulativeLost: -2, fractionLost: 3 });
  });
});

describe('reading', () => {
  it('what was written comes back', () => {
    const sender = { nowMs: 1_700_000_000_250, timestamp: 1, packets: 2, octets: 3 };
    expect(parseRtcp(written(0xcafe, sender, BLOCK, 'name', true))).toEqual({
      ssrc: 0xcafe,
      senderReport: (((1_700_000_000 + 2_208_988_800) % 65536) * 65536 + 0x4000) >>> 0,
      blocks: [BLOCK],
      goodbye: true,
    });
  });

  it.each([
    ['RFC 3550 §6.1 it begins with a report', '81ca0003 00000001 01036162 63000000'],
    ['RFC 3550 A.2 version 1', '40c90001 00000001'],
    ['RFC 3550 A.2 longer than the datagram', '80c90007 00000001'],
    ['RFC 3550 A.2 a second packet cut off', '80c90001 00000001 81ca'],
    ['nothing', ''],
    ['half a header', '80c9'],
  ])('%s: null', (_name, bytes) => {
    expect(parseRtcp(hex(bytes))).toBeNull();
  });

  it('RFC 3550 §6.4.1 fewer blocks than the count says', () => {
    expect(parseRtcp(hex('82c90001 00000001'))).toMatchObject({ blocks: [] });
  });

  it('RFC 3550 §6.7 an unknown kind of packet is passed over', () => {
    expect(parseRtcp(hex('80c90001 00000001 80cc0002 00000001 41424344'))).toMatchObject({ ssrc: 1, goodbye: false });
  });

  it('never throws and never runs on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const rtcp = parseRtcp(bytes);
        expect(rtcp === null || rtcp.blocks.length <= 31 * 30).toBe(true);
      }),
    );
  });
});
