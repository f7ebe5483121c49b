import { describe, expect, it } from 'vitest';
import { continued, redirected, sameSpeech } from '../../src/sdp/continuation.js';

const sdp = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
const ours = (version: number, ...more: readonly string[]): string =>
  sdp(
    ...['v=0', `o=- 77 ${version} IN IP4 192.0.2.1`, 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'],
    ...['m=audio 16384 RTP/AVP 0 101', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', 'a=sendrecv'],
    ...more,
  );
const PARTY = sdp(
  ...['v=0', 'o=bob 5 5 IN IP4 10.0.0.2', 's=call', 'c=IN IP4 10.0.0.2', 't=0 0', 'a=ice-lite'],
  ...['m=audio 4000 RTP/AVP 8 96', 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:96 telephone-event/8000', 'a=fmtp:96 0-15'],
  ...['a=ssrc:1 cname:x', 'a=rtcp:4005'],
);
const with_ = (from: string, to: string): string => PARTY.replace(from, to);

describe('redirected: the speech of another party in the frame of our session', () => {
  it('RFC 3264 §8: the same o= with the next version, the other address, port and codecs', () => {
    expect(redirected(ours(3), PARTY)).toBe(
      sdp(
        ...['v=0', 'o=- 77 4 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 10.0.0.2', 't=0 0', 'm=audio 4000 RTP/AVP 8 96'],
        ...['a=rtpmap:8 PCMA/8000', 'a=rtpmap:96 telephone-event/8000', 'a=fmtp:96 0-15', 'a=rtcp:4005', 'a=sendrecv'],
      ),
    );
  });

  it('RFC 3264 §8: every m= keeps its place', () => {
    const told = redirected(ours(1, 'm=video 0 RTP/AVP 96'), PARTY) ?? '';
    expect(told.match(/^m=.*$/gm)).toEqual(['m=audio 4000 RTP/AVP 8 96', 'm=video 0 RTP/AVP 96']);
  });

  it('RFC 8866 §5.7: the address may stand under m=', () => {
    const own = with_('c=IN IP4 10.0.0.2\r\n', '').replace(
      'RTP/AVP 8 96\r\n',
      'RTP/AVP 8 96\r\nc=IN IP6 2001:db8::2\r\n',
    );
    expect(redirected(ours(1), own)).toContain('\r\nc=IN IP6 2001:db8::2\r\n');
  });

  it.each([
    ['RFC 3264 §8.4: it holds', with_('a=rtcp:4005', 'a=sendonly')],
    ['RFC 3264 §8.4: it holds, by the session', with_('a=ice-lite', 'a=inactive')],
    ['RFC 2543: it holds by an address that is none', with_('c=IN IP4 10.0.0.2', 'c=IN IP4 0.0.0.0')],
    ['RFC 3264 §6: its audio is rejected', with_('m=audio 4000', 'm=audio 0')],
    ['RFC 4568: its audio is encrypted', with_('RTP/AVP', 'RTP/SAVP')],
    ['it is empty', ''],
  ])('nothing to talk to: %s', (_, party) => {
    expect(redirected(ours(1), party)).toBeNull();
  });
});

describe('continued: another SDP of ours in the same session', () => {
  it('RFC 3264 §8: has the o= of the session and the next version', () => {
    expect(continued(ours(9), ours(1, 'a=ptime:20').replace('o=- 77', 'o=- 4711'))).toBe(ours(10, 'a=ptime:20'));
  });

  it('RFC 3264 §8: says what was said before if nothing but the o= differs', () => {
    expect(continued(ours(9), ours(1).replace('o=- 77', 'o=- 4711'))).toBe(ours(9));
  });

  it('RFC 8866 §5.2: versions are of 64 bits', () => {
    const before = ours(1).replace('77 1', '77 18446744073709551614');
    expect(continued(before, ours(1, 'a=ptime:20'))).toContain('o=- 77 18446744073709551615 IN');
  });
});

describe('sameSpeech', () => {
  it.each([
    ['the same', PARTY, true],
    ['another session', with_('o=bob 5 5', 'o=bob 5 6'), true],
    ['another port', with_('audio 4000', 'audio 4002'), false],
    ['another address', with_('c=IN IP4 10.0.0.2', 'c=IN IP4 10.0.0.3'), false],
    ['another codec first', with_('RTP/AVP 8 96', 'RTP/AVP 0 96'), false],
    ['nothing', '', false],
  ])('%s', (_, other, expected) => {
    expect(sameSpeech(PARTY, other)).toBe(expected);
  });
});
