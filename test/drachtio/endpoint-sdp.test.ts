import { describe, expect, it } from 'vitest';
import { agreedSdp, blankSdp, endpointOf, tieSdp, withoutUnknown } from '../../src/drachtio/endpoint-sdp.js';
import type { Agreement } from '../../src/sdp/agreement.js';
import { answer, newNegotiation } from '../../src/sdp/negotiation.js';
import { isSdpError, parseSession, type Session } from '../../src/sdp/session.js';

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 192.0.2.1',
  't=0 0',
  'm=video 4002 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'm=audio 4000 RTP/AVP 111 8 101',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 useinbandfec=1',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:30',
  '',
].join('\r\n');

function read(sdp: string): Session {
  const session = parseSession(sdp);
  if (isSdpError(session)) throw new Error(session.code);
  return session;
}

function agreed(offer: string, like: string | null = null): Agreement {
  const side = { sessionId: 1, address: '198.51.100.1', port: 9 };
  const result = answer(newNegotiation(side, 4), read(offer), like === null ? null : read(like));
  if (result === 'unacceptable') throw new Error(result);
  return result.agreement;
}

const lines = (sdp: string) => sdp.split('\r\n').filter((line) => /^[cma]=/.test(line));

describe('what FreeSWITCH is told', () => {
  it('the address of the party, one codec, its events, its packet time; not its video', () => {
    expect(lines(agreedSdp(agreed(OFFER), read(OFFER), '198.51.100.1'))).toEqual([
      'c=IN IP4 192.0.2.1',
      'm=audio 4000 RTP/AVP 8 101',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:30',
      'a=sendrecv',
    ]);
  });

  it('a codec that only passes through, with its parameters', () => {
    const told = lines(agreedSdp(agreed(OFFER, OFFER), read(OFFER), '198.51.100.1'));
    expect(told).toContain('m=audio 4000 RTP/AVP 111 101');
    expect(told).toContain('a=rtpmap:111 opus/48000/2');
    expect(told).toContain('a=fmtp:111 useinbandfec=1');
  });

  it.each(['sendonly', 'recvonly', 'inactive', 'sendrecv'])('the direction of the party: %s', (direction) => {
    const offer = OFFER.replace('a=ptime:30', `a=${direction}`);
    expect(lines(agreedSdp(agreed(offer), read(offer), '198.51.100.1')).at(-1)).toBe(`a=${direction}`);
  });

  it('nowhere, if the party has no address yet', () => {
    const offer = OFFER.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 0.0.0.0');
    expect(lines(agreedSdp(agreed(offer), read(offer), '198.51.100.1'))).toContain('c=IN IP4 198.51.100.1');
  });

  it('before the party is known: µ-law, and nothing to be sent', () => {
    expect(lines(blankSdp('198.51.100.1'))).toEqual([
      'c=IN IP4 198.51.100.1',
      'm=audio 9 RTP/AVP 0 101',
      'a=rtpmap:101 telephone-event/8000',
      'a=ptime:20',
      'a=sendonly',
    ]);
  });

  it('of the other end of a tie line', () => {
    const told = lines(tieSdp({ address: '2001:db8::1', port: 4000 }, '198.51.100.1'));
    expect(told[0]).toBe('c=IN IP6 2001:db8::1');
    expect(told.at(-1)).toBe('a=sendrecv');
  });
});

describe('what FreeSWITCH says', () => {
  it('where it listens', () => {
    expect(endpointOf(OFFER)).toEqual({ address: '192.0.2.1', port: 4000 });
  });

  it.each([
    ['audio refused', OFFER.replace('m=audio 4000', 'm=audio 0')],
    ['no SDP', 'hello'],
    ['a host name', OFFER.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 media.example.test')],
  ])('%s: nowhere', (_, sdp) => {
    expect(endpointOf(sdp)).toBeNull();
  });
});

describe('codecs that FreeSWITCH does not have', () => {
  it('are as if they had not been offered; events stay', () => {
    const session = withoutUnknown(read(OFFER), new Set(['pcma', 'pcmu']));
    expect(session.media[1]?.codecs.map(({ name }) => name)).toEqual(['PCMA', 'telephone-event']);
  });

  it('a session without them is the same one', () => {
    const session = read(OFFER.replace('m=video', 'm=audio'));
    expect(withoutUnknown(session, new Set(['pcma', 'opus', 'h264']))).toBe(session);
  });
});
