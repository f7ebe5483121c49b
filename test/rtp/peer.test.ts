import { describe, expect, it } from 'vitest';
import { Peer } from '../../src/rtp/peer.js';

const SDP = { address: '192.0.2.1', port: 4000 };
const PHONE = '203.0.113.9';
const ATTACKER = '198.51.100.66';

type Arrival = readonly [address: string, port: number, ssrc: number, sequence: number];

function announced(): Peer {
  const peer = new Peer();
  peer.announce(SDP, 0);
  return peer;
}

const admitted = (peer: Peer, arrivals: readonly Arrival[], nowMs = 0) =>
  arrivals.map(([address, port, ssrc, sequence]) => peer.admits(address, port, ssrc, sequence, nowMs));
const burst = (address: string, port: number, ssrc: number, first: number, count: number): Arrival[] =>
  Array.from({ length: count }, (_, i) => [address, port, ssrc, (first + i) & 0xffff]);

describe('learning', () => {
  const rows: readonly [string, readonly Arrival[], readonly boolean[]][] = [
    ['RFC 4961 §3 the address of the SDP is believed at once', burst('192.0.2.1', 4000, 1, 10, 2), [true, true]],
    [
      'RFC 4961 §3 another source when it has shown three packets in order',
      burst(PHONE, 60_000, 1, 10, 4),
      [false, false, true, true],
    ],
    ['over the end of the sequence numbers', burst(PHONE, 60_000, 1, 65_535, 3), [false, false, true]],
    [
      'a hole begins anew',
      [...burst(PHONE, 60_000, 1, 10, 2), ...burst(PHONE, 60_000, 1, 13, 3)],
      [false, false, false, false, true],
    ],
    [
      'another SSRC begins anew',
      [...burst(PHONE, 60_000, 1, 10, 2), ...burst(PHONE, 60_000, 2, 12, 3)],
      [false, false, false, false, true],
    ],
    [
      'another port begins anew',
      [...burst(PHONE, 60_000, 1, 10, 2), ...burst(PHONE, 60_001, 1, 12, 3)],
      [false, false, false, false, true],
    ],
    [
      'the same packet over and over is no stream',
      [...burst(PHONE, 60_000, 1, 10, 1), ...burst(PHONE, 60_000, 1, 10, 1), ...burst(PHONE, 60_000, 1, 10, 1)],
      [false, false, false],
    ],
    [
      'RFC 7362 §4 who sprays guesses is not heard while the SDP address talks',
      [...burst(ATTACKER, 9, 6, 1, 2), ...burst('192.0.2.1', 4000, 1, 10, 1), ...burst(ATTACKER, 9, 6, 3, 5)],
      [false, false, true, false, false, false, false, false],
    ],
  ];
  it.each(rows)('%s', (_name, arrivals, expected) => {
    expect(admitted(announced(), arrivals)).toEqual(expected);
  });

  it('until then packets go to the address of the SDP, then to the source', () => {
    const peer = announced();
    expect([peer.address, peer.port, peer.locked]).toEqual(['192.0.2.1', 4000, false]);
    admitted(peer, burst(PHONE, 60_000, 1, 10, 3));
    expect([peer.address, peer.port, peer.locked]).toEqual([PHONE, 60_000, true]);
  });

  it('without an address in the SDP there is nowhere to send until something is heard', () => {
    const peer = new Peer();
    expect(peer.address).toBeNull();
    expect(admitted(peer, burst(PHONE, 60_000, 1, 10, 3))).toEqual([false, false, true]);
    expect([peer.address, peer.port]).toEqual([PHONE, 60_000]);
  });
});

describe('locked', () => {
  function learned(): Peer {
    const peer = announced();
    admitted(peer, burst(PHONE, 60_000, 1, 10, 3));
    return peer;
  }

  it('RFC 7362 §4 an outsider is neither heard nor answered, however long it talks', () => {
    const peer = learned();
    expect(admitted(peer, burst(ATTACKER, 9, 1, 13, 50)).includes(true)).toBe(false);
    expect([peer.address, peer.port]).toEqual([PHONE, 60_000]);
  });

  it('RFC 3550 §8.2 the peer may change its SSRC and its sequence numbers', () => {
    expect(admitted(learned(), burst(PHONE, 60_000, 99, 5000, 1))).toEqual([true]);
  });

  it('the address of the SDP, turning up after all, takes the place of what was learned', () => {
    const peer = announced();
    admitted(peer, burst(ATTACKER, 9, 6, 1, 3));
    expect(admitted(peer, burst('192.0.2.1', 4000, 1, 10, 1))).toEqual([true]);
    expect(admitted(peer, burst(ATTACKER, 9, 6, 4, 5)).includes(true)).toBe(false);
    expect(peer.address).toBe('192.0.2.1');
  });
});

describe('a new SDP', () => {
  function moved(): Peer {
    const peer = announced();
    admitted(peer, burst(PHONE, 60_000, 1, 10, 3));
    peer.announce({ address: '192.0.2.2', port: 5000 }, 10_000);
    return peer;
  }

  it('RFC 3264 §8.3.1 with another address unlocks and is sent to', () => {
    const peer = moved();
    expect([peer.address, peer.port, peer.locked]).toEqual(['192.0.2.2', 5000, false]);
    expect(admitted(peer, burst('192.0.2.2', 5000, 1, 1, 1), 10_020)).toEqual([true]);
  });

  it('the old source does not become the new one by its last packets, but may after two seconds', () => {
    const peer = moved();
    expect(admitted(peer, burst(PHONE, 60_000, 1, 14, 20), 10_500).includes(true)).toBe(false);
    expect(admitted(peer, burst(PHONE, 60_000, 1, 34, 3), 12_000)).toEqual([false, false, true]);
  });

  it('with the same address, or none (on hold), keeps the lock', () => {
    const peer = announced();
    admitted(peer, burst(PHONE, 60_000, 1, 10, 3));
    peer.announce(SDP, 10_000);
    peer.announce(null, 11_000);
    expect([peer.address, peer.port, peer.locked]).toEqual([PHONE, 60_000, true]);
  });
});

it('a source that talked to the port before is not learned for two seconds; the SDP may name it all the same', () => {
  const peer = announced();
  peer.bar(PHONE, 60_000, 0);
  expect(admitted(peer, burst(PHONE, 60_000, 1, 1, 5), 1999).includes(true)).toBe(false);
  peer.announce({ address: PHONE, port: 60_000 }, 1999);
  expect(admitted(peer, burst(PHONE, 60_000, 1, 6, 1), 1999)).toEqual([true]);
});
