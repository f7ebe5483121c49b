import { describe, expect, it } from 'vitest';
import type { SpokenKind } from '../../src/sdp/codec.js';
import { accept, answer, type Negotiation, newNegotiation, offer } from '../../src/sdp/negotiation.js';
import { isSdpError, parseSession, type Session } from '../../src/sdp/session.js';

const PREFERENCE: readonly SpokenKind[] = ['pcmu', 'pcma', 'g722'];

function session(...lines: string[]): Session {
  const read = parseSession(
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines].join('\r\n'),
  );
  if (isSdpError(read)) throw new Error(read.code);
  return read;
}

/** One audio line; `formats` like `0 8 101`, a map for the dynamic ones is added. */
function audio(formats: string, ...more: string[]): Session {
  const maps: Record<string, string> = {
    96: 'a=rtpmap:96 telephone-event/8000',
    101: 'a=rtpmap:101 telephone-event/8000',
    110: 'a=rtpmap:110 telephone-event/48000',
    111: 'a=rtpmap:111 opus/48000/2',
    112: 'a=rtpmap:112 opus/48000/2',
    120: 'a=rtpmap:120 G722/16000',
    99: 'a=rtpmap:99 AMR/8000',
  };
  const known = formats.split(' ').flatMap((format) => maps[format] ?? []);
  return session(`m=audio 4000 RTP/AVP ${formats}`, ...known, ...more);
}

const fresh = (reach: Negotiation['reach'] = 'both') =>
  newNegotiation({ sessionId: 7, address: '203.0.113.1', port: 20000 }, reach);

function answered(state: Negotiation, offered: Session, like: Session | null = null) {
  const result = answer(state, offered, like);
  if (result === 'unacceptable') throw new Error(result);
  return result;
}

function accepted(state: Negotiation, answer: Session) {
  const result = accept(state, answer);
  if (result === 'unacceptable') throw new Error(result);
  return result;
}

const mediaLines = (sdp: string) => sdp.split('\r\n').filter((line) => line.startsWith('m='));
const formatsOf = (sdp: string) => /m=audio \d+ \S+ (.*)\r/.exec(sdp)?.[1];
const line = (sdp: string, start: string) => sdp.split('\r\n').find((candidate) => candidate.startsWith(start));

describe('the codecs that are answered', () => {
  const rows: readonly [string, Session, Session | null, string][] = [
    ["RFC 3264 §6.1 the offer's first that we speak", audio('8 0 101'), null, '8 101'],
    ['RFC 3264 §6.1 what we do not know is passed over', audio('18 111 9 0 101'), null, '9 101'],
    ["RFC 3264 §6.1 the offerer's payload type is kept", audio('0 96'), null, '0 96'],
    ['RFC 3551 §4.5.2 G.722 written with its true rate', audio('120 0'), null, '120'],
    ["the other party's first is preferred", audio('0 8 9 101'), audio('8 0 101'), '8 101'],
    ["the other party's order, not the offer's", audio('0 8 9'), audio('9 8'), '9'],
    ['nothing shared with the other party: we translate', audio('0 8'), audio('9'), '0'],
    [
      'a codec that only those two know is passed through, one of ours beside it',
      audio('0 18 101'),
      audio('18 8 101'),
      '18 0 101',
    ],
    [
      'opus with the payload types of this offer, events at both rates',
      audio('111 0 110 101'),
      audio('112 96'),
      '111 0 110 101',
    ],
    ['opus alone', audio('111 110'), audio('112'), '111 110'],
    ['RFC 4733 §2.1 events go at the clock rate of the audio', audio('0 110 101'), null, '0 101'],
    ['RFC 3389 §4 comfort noise if both parties take it', audio('0 13 101'), audio('0 13'), '0 101 13'],
    ['RFC 3389 §4 but not otherwise', audio('0 13 101'), audio('0'), '0 101'],
  ];
  it.each(rows)('%s', (_name, offered, like, formats) => {
    expect(formatsOf(answered(fresh(), offered, like).sdp)).toBe(formats);
  });

  it("RFC 8866 §6.15 the parameters of what is passed through are the far party's", () => {
    const mine = audio('18', 'a=fmtp:18 annexb=yes');
    const theirs = audio('18', 'a=fmtp:18 annexb=no');
    expect(line(answered(fresh(), mine, theirs).sdp, 'a=fmtp:18')).toBe('a=fmtp:18 annexb=no');
  });

  it('RFC 4867 §8.1 AMR octet-aligned is not AMR bandwidth-efficient', () => {
    expect(answer(fresh(), audio('99', 'a=fmtp:99 octet-align=1'), audio('99'))).toBe('unacceptable');
  });
});

describe('an answer as a whole', () => {
  it('RFC 8866 §5 reads like this', () => {
    expect(answered(fresh(), audio('0 101')).sdp).toBe(
      'v=0\r\no=- 7 1 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 101\r\n' +
        'a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n',
    );
  });

  it('RFC 8866 §5.7 IPv6', () => {
    const state = newNegotiation({ sessionId: 7, address: '2001:db8::1', port: 20000 }, 'both');
    const { sdp } = answered(state, audio('0', 'c=IN IP6 2001:db8::2'));
    expect(sdp).toContain('o=- 7 1 IN IP6 2001:db8::1\r\n');
    expect(sdp).toContain('c=IN IP6 2001:db8::1\r\n');
  });

  const rows: readonly [string, readonly string[], readonly string[]][] = [
    [
      'RFC 3264 §6 unwanted lines are rejected in their places',
      ['m=video 6000 RTP/AVP 31', 'm=audio 4000 RTP/AVP 0', 'm=image 4002 udptl t38'],
      ['m=video 0 RTP/AVP 31', 'm=audio 20000 RTP/AVP 0', 'm=image 0 udptl t38'],
    ],
    [
      'RFC 3264 §6 the second audio too',
      ['m=audio 4000 RTP/AVP 0', 'm=audio 4002 RTP/AVP 8'],
      ['m=audio 20000 RTP/AVP 0', 'm=audio 0 RTP/AVP 8'],
    ],
    [
      'RFC 4568 §5.1.3 of an encrypted and a plain line the plain one is taken',
      ['m=audio 4000 RTP/SAVP 0', 'm=audio 4002 RTP/AVP 0'],
      ['m=audio 0 RTP/SAVP 0', 'm=audio 20000 RTP/AVP 0'],
    ],
    [
      'RFC 3264 §6 a line without a codec for us is passed over',
      ['m=audio 4000 RTP/AVP 18', 'm=audio 4002 RTP/AVP 8'],
      ['m=audio 0 RTP/AVP 18', 'm=audio 20000 RTP/AVP 8'],
    ],
    [
      'RFC 3264 §5 a line that is offered with port 0 stays so',
      ['m=audio 0 RTP/AVP 0', 'm=audio 4002 RTP/AVP 8'],
      ['m=audio 0 RTP/AVP 0', 'm=audio 20000 RTP/AVP 8'],
    ],
    ['RFC 4585 §9 the feedback profile is answered in kind', ['m=audio 4000 RTP/AVPF 0'], ['m=audio 20000 RTP/AVPF 0']],
  ];
  it.each(rows)('%s', (_name, lines, expected) => {
    expect(mediaLines(answered(fresh(), session(...lines)).sdp)).toEqual(expected);
  });

  const refused: readonly [string, Session, Negotiation['reach']][] = [
    ['RFC 3264 §6 no codec in common', audio('18 101'), 'both'],
    ['RFC 3264 §6 no audio', session('m=image 4002 udptl t38'), 'both'],
    ['RFC 3264 §6 no media', session(), 'both'],
    ['RFC 4568 §5.1.3 only encrypted', session('m=audio 4000 RTP/SAVP 0'), 'both'],
    ['RFC 6157 §4 an address that our sockets cannot reach', audio('0', 'c=IN IP6 2001:db8::2'), 4],
  ];
  it.each(refused)('%s: unacceptable', (_name, offered, reach) => {
    expect(answer(fresh(reach), offered, null)).toBe('unacceptable');
  });
});

describe('hold', () => {
  const rows: readonly [string, Session, string, boolean][] = [
    ['RFC 3264 §6.1 sendrecv', audio('0', 'a=sendrecv'), 'a=sendrecv', false],
    ['RFC 3264 §8.4 sendonly is answered recvonly', audio('0', 'a=sendonly'), 'a=recvonly', true],
    ['RFC 3264 §8.4 inactive is answered inactive', audio('0', 'a=inactive'), 'a=inactive', true],
    ['RFC 3264 §6.1 recvonly still hears us', audio('0', 'a=recvonly'), 'a=sendonly', false],
    ['RFC 3264 §8.4 c=0.0.0.0', audio('0', 'c=IN IP4 0.0.0.0'), 'a=recvonly', true],
    ['RFC 3264 §8.4 c=0.0.0.0 with recvonly', audio('0', 'c=IN IP4 0.0.0.0', 'a=recvonly'), 'a=inactive', true],
    ['RFC 3264 §8.4 c=::', audio('0', 'c=IN IP6 ::'), 'a=recvonly', true],
    ['RFC 8866 §5.7 a host name is not a hold', audio('0', 'c=IN IP4 phone.example.com'), 'a=sendrecv', false],
  ];
  it.each(rows)('%s', (_name, offered, direction, held) => {
    const { sdp, agreement } = answered(fresh(), offered);
    expect([line(sdp, `a=${agreement.direction}`), agreement.held]).toEqual([direction, held]);
  });

  it('RFC 3264 §7 an answer can hold as well', () => {
    const { next } = offer(fresh(), null, PREFERENCE);
    expect(accepted(next, audio('0', 'a=sendonly')).agreement).toMatchObject({ held: true, direction: 'recvonly' });
    expect(accepted(next, audio('0', 'a=recvonly')).agreement).toMatchObject({ held: false, direction: 'sendonly' });
  });

  it('RFC 3264 §8.4 there is no address to send to while it is 0.0.0.0', () => {
    expect(answered(fresh(), audio('0', 'c=IN IP4 0.0.0.0')).agreement.remote).toBeNull();
  });
});

describe('our offer', () => {
  const rows: readonly [string, Session | null, string][] = [
    ['RFC 3264 §5.1 in our order', null, '0 8 9 101'],
    ["the other party's first, the rest of ours after it", audio('8 0 96'), '8 0 9 96'],
    ['what only they know, with their payload types', audio('111 0 110'), '111 0 8 9 110 101'],
    ['RFC 3551 §6 static types of others', audio('18 101'), '18 0 8 9 101'],
    [
      'RFC 3551 §3 a clash of dynamic types is solved',
      session('m=audio 1 RTP/AVP 101', 'a=rtpmap:101 opus/48000/2'),
      '101 0 8 9 96',
    ],
    ['RFC 3389 §4 comfort noise if they have it', audio('0 13'), '0 8 9 101 13'],
    ['an encrypted party tells us nothing', session('m=audio 4000 RTP/SAVP 8'), '0 8 9 101'],
  ];
  it.each(rows)('%s', (_name, like, formats) => {
    expect(formatsOf(offer(fresh(), like, PREFERENCE).sdp)).toBe(formats);
  });

  it('RFC 8866 §6.6 G.722 is written with 8000', () => {
    expect(offer(fresh(), audio('120'), PREFERENCE).sdp).toContain('a=rtpmap:9 G722/8000\r\n');
  });
});

describe('the answer to our offer', () => {
  it('RFC 3264 §7 payload types may differ by direction', () => {
    const { next } = offer(fresh(), null, PREFERENCE);
    const { agreement } = accepted(next, audio('8 96'));
    expect(agreement.codecs).toMatchObject([
      { kind: 'pcma', sendAs: 8, receiveAs: 8 },
      { kind: 'telephoneEvent', sendAs: 96, receiveAs: 101 },
    ]);
    expect(agreement.remote).toEqual({ address: '192.0.2.1', port: 4000 });
    expect(agreement.remoteRtcp).toEqual({ address: '192.0.2.1', port: 4001 });
  });

  it('RFC 3264 §6.1 the audio comes first whatever its place', () => {
    const { next } = offer(fresh(), null, PREFERENCE);
    expect(accepted(next, audio('101 0')).agreement.codecs.map((codec) => codec.kind)).toEqual([
      'pcmu',
      'telephoneEvent',
    ]);
  });

  const refused: readonly [string, Session][] = [
    ['RFC 3264 §6 rejected', session('m=audio 0 RTP/AVP 0')],
    ['RFC 3264 §6.1 only a codec that we did not offer', audio('18')],
    ['RFC 3264 §6.1 nothing but telephone-event', audio('101')],
    ['RFC 3264 §6 without any line', session()],
  ];
  it.each(refused)('%s: unacceptable', (_name, answer) => {
    expect(accept(offer(fresh(), null, PREFERENCE).next, answer)).toBe('unacceptable');
  });

  it('RFC 3264 §4 without an offer there is no answer', () => {
    expect(accept(fresh(), audio('0'))).toBe('unacceptable');
  });

  it('RFC 3261 §13.2.2.4 a second answer to one offer replaces the first', () => {
    const first = accepted(offer(fresh(), null, PREFERENCE).next, audio('0'));
    expect(accepted(first.next, audio('8')).agreement.codecs[0]?.kind).toBe('pcma');
  });
});

describe('renegotiation', () => {
  it('RFC 3264 §8 the version grows when something changes, and only then', () => {
    const first = answered(fresh(), audio('0 101'));
    const same = answered(first.next, audio('0 101'));
    const held = answered(same.next, audio('0 101', 'a=sendonly'));
    const heldStill = answered(held.next, audio('0 101', 'a=sendonly'));
    const resumed = answered(heldStill.next, audio('0 101'));
    expect([first, same, held, heldStill, resumed].map(({ sdp }) => line(sdp, 'o='))).toEqual(
      [1, 1, 2, 2, 3].map((version) => `o=- 7 ${version} IN IP4 203.0.113.1`),
    );
    expect(same.sdp).toBe(first.sdp);
  });

  it('RFC 3264 §8 our new offer keeps the lines of the session in their places', () => {
    const first = answered(fresh(), session('m=video 6000 RTP/AVP 31', 'm=audio 4000 RTP/AVP 0'));
    const { sdp } = offer(first.next, null, PREFERENCE);
    expect(mediaLines(sdp)).toEqual(['m=video 0 RTP/AVP 31', 'm=audio 20000 RTP/AVP 0 8 9 101']);
  });

  it('RFC 3264 §8.3.2 a codec keeps its payload type, a taken one is not given to another', () => {
    const first = answered(fresh(), audio('0 96'));
    const other = session('m=audio 1 RTP/AVP 96 97', 'a=rtpmap:96 opus/48000/2', 'a=rtpmap:97 telephone-event/8000');
    expect(formatsOf(offer(first.next, other, PREFERENCE).sdp)).toBe('97 0 8 9 96');
  });

  it('RFC 6337 §5.3 we do not extend a hold of theirs: our offer is sendrecv', () => {
    const held = answered(fresh(), audio('0', 'a=sendonly'));
    expect(line(offer(held.next, null, PREFERENCE).sdp, 'a=send')).toBe('a=sendrecv');
  });

  it('RFC 3264 §8 a refused offer leaves the session as it was', () => {
    const first = answered(fresh(), audio('0'));
    expect(answer(first.next, audio('18'), null)).toBe('unacceptable');
    expect(answered(first.next, audio('0')).sdp).toBe(first.sdp);
  });

  it('RFC 3264 §8 our offer unanswered, then theirs: the version goes on', () => {
    const first = answered(fresh(), audio('0'));
    const reoffered = offer(first.next, null, PREFERENCE);
    expect(line(answered(reoffered.next, audio('0')).sdp, 'o=')).toBe('o=- 7 3 IN IP4 203.0.113.1');
  });
});
