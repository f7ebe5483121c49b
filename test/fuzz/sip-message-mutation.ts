import { between, type Random } from '../../src/machine/random.js';
import { loadVectors } from '../support/vectors.js';

const SDP =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 49170 RTP/AVP 8 0 101\r\n';

const GOOD = [
  `INVITE sip:201@office.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK-524287-1;rport\r\nMax-Forwards: 70\r\nContact: <sip:200@192.0.2.20:5060;ob>;+sip.instance="<urn:uuid:0>"\r\nTo: <sip:201@office.example.com>\r\nFrom: "Alice Liddell" <sip:200@office.example.com>;tag=8f3a21d7\r\nCall-ID: 84392YzQ0@192.0.2.20\r\nCSeq: 1 INVITE\r\nAllow: INVITE, ACK, CANCEL, BYE\r\nSupported: replaces, timer\r\nContent-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`,
  `SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bK1;rport=5060;received=192.0.2.20, SIP/2.0/UDP a\r\nRecord-Route: <sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>\r\nm: <sip:201@192.0.2.21:5060>\r\nt: <sip:201@office.example.com>;tag=b2\r\nf: sip:200@office.example.com;tag=8f\r\ni: 84392YzQ0@192.0.2.20\r\nCSeq: 1 INVITE\r\nl: 0\r\n\r\n`,
  'REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK2\r\nTo: sip:a@example.com\r\nFrom: sip:a@example.com;tag=1\r\nCall-ID: x\r\nCSeq: 2 REGISTER\r\nContact: *\r\nExpires: 0\r\nAuthorization: Digest username="a", realm="b", nonce="c", uri="sip:example.com", response="d"\r\n\r\n',
  'NOTIFY sip:a@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK3\r\nTo: <sip:a@b>;tag=2\r\nFrom: <sip:a@b>;tag=1\r\nCall-ID: x\r\nCSeq: 3 NOTIFY\r\nEvent: refer\r\nSubscription-State: active;expires=60\r\nRefer-To: <sip:c@d?Replaces=1%40e%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 100 Trying\r\n',
].map((text) => Buffer.from(text, 'latin1'));

/** What mutation starts from: the torture messages and a few of every day. */
export const SEEDS: readonly Buffer[] = [...loadVectors().map(({ bytes }) => bytes), ...GOOD];

/** Pieces that mean something to a SIP parser, and numbers at the edge of what it takes. */
const PIECES = (
  '\r\n|\r\n\r\n|\n|\r|\r\n |\r\n\t| |\t|:|;|,|<|>|"|\\|\\"|@|=|?|&|%|%00|%ff|/|[|]|[::1]|::|*|\0|\x7f|\x80|\xa0|\xc3\xa0|\xff|SIP/2.0|' +
  'sip:|sips:|tel:+1|;tag=|;branch=z9hG4bK|;rport|;lr|z9hG4bK|Via: |v:|From: |f:|To: |t:|Call-ID: x\r\n|CSeq: 1 ACK\r\n|l:|Content-Length: |' +
  'Contact: *\r\n|INVITE|ACK|REGISTER|0|-1|255|256|65535|65536|2147483647|2147483648|4294967296|18446744073709551616|1e9|0x10|__proto__|constructor'
)
  .split('|')
  .map((text) => Buffer.from(text, 'latin1'));

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** `bytes` with `from..to` replaced by `pieces`. */
function spliced(bytes: Buffer, from: number, to: number, ...pieces: readonly Uint8Array[]): Buffer {
  return Buffer.concat([bytes.subarray(0, from), ...pieces, bytes.subarray(to)]);
}

function mutatedOnce(bytes: Buffer, random: Random): Buffer {
  const at = between(random, 0, bytes.length);
  const near = Math.min(bytes.length, at + between(random, 0, 20));
  switch (between(random, 0, 9)) {
    case 0: // another octet
      return spliced(bytes, at, at + 1, Uint8Array.of(between(random, 0, 255)));
    case 1: // one bit
      return spliced(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << between(random, 0, 7))));
    case 2: // a piece more
      return spliced(bytes, at, at, pick(random, PIECES));
    case 3: // a piece instead
      return spliced(bytes, at, near, pick(random, PIECES));
    case 4: // something less
      return spliced(bytes, at, near);
    case 5: // something twice
      return spliced(bytes, at, at, bytes.subarray(at, near));
    case 6: // a line less, twice, or at another place
      return withLineMoved(bytes, random);
    case 7: // cut short
      return random() < 0.2 ? bytes.subarray(0, at) : bytes;
    case 8: // the end of another message
      return random() < 0.2 ? Buffer.concat([bytes.subarray(0, at), tail(pick(random, SEEDS), random)]) : bytes;
    default: // a piece many times
      return random() < 0.1
        ? spliced(bytes, at, at, ...new Array(between(random, 2, 300)).fill(pick(random, PIECES)))
        : bytes;
  }
}

function tail(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(between(random, 0, bytes.length));
}

function withLineMoved(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\r\n');
  const at = between(random, 0, lines.length - 1);
  const line = lines[at] ?? '';
  if (random() < 0.5) lines.splice(at, 1);
  if (random() < 0.7) lines.splice(between(random, 0, lines.length), 0, line);
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** One of the seeds after one to six mutations. */
export function mutated(random: Random): Buffer {
  let bytes = pick(random, SEEDS);
  for (let left = between(random, 1, 6); left > 0; left--) bytes = mutatedOnce(bytes, random);
  return bytes;
}
