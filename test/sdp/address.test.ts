import { describe, expect, it } from 'vitest';
import { ipVersion, isUnspecified, unicastAddress } from '../../src/sdp/address.js';

describe('literal addresses', () => {
  const rows: readonly [string, 4 | 6 | null][] = [
    ['192.0.2.1', 4],
    ['255.255.255.255', 4],
    ['256.0.0.1', null],
    ['192.0.2', null],
    ['192.0.02.1', null],
    ['2001:db8::1', 6],
    ['::', 6],
    ['::1', 6],
    ['1:2:3:4:5:6:7:8', 6],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['1::2::3', null],
    ['::ffff:192.0.2.1', 6],
    ['1:2:3:4:5:6:192.0.2.1', 6],
    ['1:2:3:4:5:6:7:192.0.2.1', null],
    ['12345::', null],
    ['fe80::1%eth0', null],
    ['phone.example.com', null],
    ['', null],
  ];
  it.each(rows)('RFC 4291 §2.2, RFC 3986 §3.2.2: %s', (address, version) => {
    expect(ipVersion(address)).toBe(version);
  });
});

describe('unspecified', () => {
  it.each(['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '0::0'])('RFC 4291 §2.5.2: %s', (address) => {
    expect(isUnspecified(address)).toBe(true);
  });
  it.each(['0.0.0.1', '::1', '', '10.0.0.0'])('but not %s', (address) => {
    expect(isUnspecified(address)).toBe(false);
  });
});

describe('somebody to send to', () => {
  const rows: readonly [string, string, string | null][] = [
    ['a host', '192.0.2.1', '192.0.2.1'],
    ['RFC 8866 §5.7 the TTL is cut off', '192.0.2.1/127', '192.0.2.1'],
    ['RFC 5771 multicast', '224.0.1.1/127', null],
    ['RFC 919 broadcast', '255.255.255.255', null],
    ['RFC 4291 §2.7 IPv6 multicast', 'ff15::101/3', null],
    ['a host name', 'phone.example.com', null],
    ['unspecified', '0.0.0.0', null],
  ];
  it.each(rows)('%s', (_name, written, address) => {
    expect(unicastAddress(written)).toBe(address);
  });
});
