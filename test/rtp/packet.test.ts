import { describe, expect, it } from 'vitest';
import { looksLikeRtcp, RtpPacket, sequenceDistance, timestampDistance, writeHeader } from '../../src/rtp/packet.js';
import { fc } from '../support/property.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('reading a header', () => {
  const rows: readonly [string, string, Partial<RtpPacket> | false][] = [
    [
      'RFC 3550 §5.1 the fixed header',
      '80 88 0102 00000003 deadbeef 11 22',
      { marker: true, payloadType: 8, sequence: 0x0102, timestamp: 3, ssrc: 0xdeadbeef, start: 12, end: 14 },
    ],
    ['RFC 3550 §5.1 two CSRCs', '82 00 0001 00000000 00000001 00000002 00000003 ff', { start: 20, end: 21 }],
    [
      'RFC 3550 §5.3.1 an extension of one word',
      '90 00 0001 00000000 00000001 bede 0001 00000000 ff',
      { start: 20, end: 21 },
    ],
    ['RFC 3550 §5.1 padding is no payload', 'a0 00 0001 00000000 00000001 ff ff 0002', { start: 12, end: 14 }],
    ['RFC 3550 §5.1 an empty payload', '80 00 0001 00000000 00000001', { start: 12, end: 12 }],
    ['RFC 3550 A.1 shorter than a header', '80 00 0001 00000000 000000', false],
    ['RFC 3550 A.1 version 1', '40 00 0001 00000000 00000001 ff', false],
    ['RFC 3550 A.1 more CSRCs than bytes', '8f 00 0001 00000000 00000001 ff', false],
    ['RFC 3550 A.1 an extension that is cut off', '90 00 0001 00000000 00000001 bede', false],
    ['RFC 3550 A.1 an extension longer than the packet', '90 00 0001 00000000 00000001 bede 0009 00000000', false],
    ['RFC 3550 A.1 padding of length 0', 'a0 00 0001 00000000 00000001 ff 00', false],
    ['RFC 3550 A.1 padding longer than the payload', 'a0 00 0001 00000000 00000001 ff 09', false],
    ['nothing at all', '', false],
  ];
  it.each(rows)('%s', (_name, bytes, expected) => {
    const packet = new RtpPacket();
    const valid = packet.read(hex(bytes));
    if (expected === false) expect(valid).toBe(false);
    else expect(packet).toMatchObject(expected);
    expect(valid).toBe(expected !== false);
  });

  it('never reads outside the packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const packet = new RtpPacket();
        if (!packet.read(bytes)) return;
        expect(packet.start).toBeGreaterThanOrEqual(12);
        expect(packet.end).toBeGreaterThanOrEqual(packet.start);
        expect(packet.end).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

it('RFC 3550 §5.1 what is written is read back', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 0, max: 127 }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0, max: 0xffffffff }),
      (marker, payloadType, sequence, timestamp, ssrc) => {
        const bytes = new Uint8Array(20);
        writeHeader(bytes, 4, marker, payloadType, sequence, timestamp, ssrc);
        const packet = new RtpPacket();
        expect(packet.read(bytes.subarray(4))).toBe(true);
        expect(packet).toMatchObject({ marker, payloadType, sequence, timestamp, ssrc, start: 12, end: 16 });
      },
    ),
  );
});

describe('distances', () => {
  it.each([
    ['RFC 1982 one ahead', 11, 10, 1],
    ['RFC 1982 one behind', 10, 11, -1],
    ['RFC 1982 ahead over the end', 2, 65534, 4],
    ['RFC 1982 behind over the end', 65534, 2, -4],
    ['the same', 7, 7, 0],
  ])('%s', (_name, a, b, distance) => {
    expect(sequenceDistance(a, b)).toBe(distance);
  });

  it('timestamps wrap as well', () => {
    expect(timestampDistance(5, 0xfffffffb)).toBe(10);
    expect(timestampDistance(0xfffffffb, 5)).toBe(-10);
  });
});

it.each([
  ['SR', 200, true],
  ['RR', 201, true],
  ['BYE', 203, true],
  ['PCMU', 0, false],
  ['a marked PCMA', 0x88, false],
  ['a marked dynamic type', 0xe5, false],
])('RFC 5761 §4 %s', (_name, second, rtcp) => {
  expect(looksLikeRtcp(Uint8Array.of(0x80, second))).toBe(rtcp);
});
