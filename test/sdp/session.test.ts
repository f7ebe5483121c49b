import { describe, expect, it } from 'vitest';
import { isSdpError, type MediaLine, parseSession } from '../../src/sdp/session.js';
import { fc } from '../support/property.js';

const HEAD = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];

function read(...lines: string[]): readonly MediaLine[] {
  const session = parseSession(`${[...HEAD, ...lines].join('\r\n')}\r\n`);
  if (isSdpError(session)) throw new Error(session.code);
  return session.media;
}

describe('what is read of a media line', () => {
  const rows: readonly [string, readonly string[], Partial<MediaLine>][] = [
    [
      'RFC 8866 §5.14 type, port, protocol and formats',
      ['m=audio 4000 RTP/AVP 0 8'],
      { type: 'audio', port: 4000, protocol: 'RTP/AVP', formats: ['0', '8'] },
    ],
    ['RFC 8866 §5.14 a number of ports is read past', ['m=audio 4000/2 RTP/AVP 0'], { port: 4000, formats: ['0'] }],
    [
      'RFC 8866 §5.14 formats that are no numbers',
      ['m=image 4000 udptl t38'],
      { type: 'image', formats: ['t38'], codecs: [] },
    ],
    ['RFC 8866 §9 a type with a hyphen is a token', ['m=x-tty 4000 RTP/AVP 0'], { type: 'x-tty' }],
    ['RFC 8866 §5.7 the session connection serves all', ['m=audio 4000 RTP/AVP 0'], { address: '192.0.2.1' }],
    [
      'RFC 8866 §5.7 the media connection wins',
      ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 198.51.100.9'],
      { address: '198.51.100.9' },
    ],
    ['RFC 8866 §5.7 IPv6', ['m=audio 4000 RTP/AVP 0', 'c=IN IP6 2001:db8::9'], { address: '2001:db8::9' }],
    [
      'RFC 8866 §5.7 a host name is no address yet',
      ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 phone.example.com'],
      { address: null, addressUnspecified: false, rtcp: null },
    ],
    [
      'RFC 8866 §5.7 multicast is nobody to talk to',
      ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 233.252.0.1/127'],
      { address: null },
    ],
    [
      'RFC 3264 §8.4 0.0.0.0',
      ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'],
      { address: null, addressUnspecified: true },
    ],
    ['RFC 6157 §4 ::', ['m=audio 4000 RTP/AVP 0', 'c=IN IP6 ::'], { address: null, addressUnspecified: true }],
    ['RFC 3550 §11 RTCP is one above', ['m=audio 4000 RTP/AVP 0'], { rtcp: { address: '192.0.2.1', port: 4001 } }],
    [
      'RFC 3605 §2.1 a=rtcp port',
      ['m=audio 4000 RTP/AVP 0', 'a=rtcp:53020'],
      { rtcp: { address: '192.0.2.1', port: 53020 } },
    ],
    [
      'RFC 3605 §2.1 a=rtcp address',
      ['m=audio 4000 RTP/AVP 0', 'a=rtcp:53020 IN IP4 126.16.64.4'],
      { rtcp: { address: '126.16.64.4', port: 53020 } },
    ],
    ['RFC 8866 §6.7 default is sendrecv', ['m=audio 4000 RTP/AVP 0'], { direction: 'sendrecv' }],
    ['RFC 8866 §6.7 at media level', ['m=audio 4000 RTP/AVP 0', 'a=inactive'], { direction: 'inactive' }],
    ['RFC 8866 §6.7 at session level', ['a=sendonly', 'm=audio 4000 RTP/AVP 0'], { direction: 'sendonly' }],
    [
      'RFC 8866 §6.7 the media level wins',
      ['a=sendonly', 'm=audio 4000 RTP/AVP 0', 'a=sendrecv'],
      { direction: 'sendrecv' },
    ],
    ['RFC 8866 §6.4 ptime', ['m=audio 4000 RTP/AVP 0', 'a=ptime:30'], { ptimeMs: 30 }],
    ['RFC 8866 §6.4 a fraction is not our ptime', ['m=audio 4000 RTP/AVP 0', 'a=ptime:2.5'], { ptimeMs: null }],
  ];
  it.each(rows)('%s', (_name, lines, expected) => {
    expect(read(...lines)[0]).toMatchObject(expected);
  });
});

describe('codecs', () => {
  const rows: readonly [string, readonly string[], readonly string[]][] = [
    [
      'RFC 3551 §6 static types need no rtpmap',
      ['m=audio 4000 RTP/AVP 0 8 9 18 13'],
      ['0 PCMU/8000/1', '8 PCMA/8000/1', '9 G722/8000/1', '18 G729/8000/1', '13 CN/8000/1'],
    ],
    [
      'RFC 8866 §6.6 dynamic types and channels',
      ['m=audio 4000 RTP/AVP 111', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10; useinbandfec=1'],
      ['111 opus/48000/2 minptime=10; useinbandfec=1'],
    ],
    [
      'RFC 8866 §6.6 an rtpmap beats the static meaning',
      ['m=audio 4000 RTP/AVP 8', 'a=rtpmap:8 PCMU/8000'],
      ['8 PCMU/8000/1'],
    ],
    ['RFC 8866 §6.6 a dynamic type without rtpmap is nothing', ['m=audio 4000 RTP/AVP 0 97'], ['0 PCMU/8000/1']],
    [
      'RFC 8866 §6.15 a lone fmtp number',
      ['m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16'],
      ['101 telephone-event/8000/1 0-16'],
    ],
    [
      'RFC 3551 §6 above 127 there is no payload type',
      ['m=audio 4000 RTP/AVP 0 128 999', 'a=rtpmap:128 PCMA/8000'],
      ['0 PCMU/8000/1'],
    ],
    ['a payload type listed twice counts once', ['m=audio 4000 RTP/AVP 0 0'], ['0 PCMU/8000/1']],
    ['spaces too many', ['m=audio 4000 RTP/AVP  0   8 '], ['0 PCMU/8000/1', '8 PCMA/8000/1']],
  ];
  it.each(rows)('%s', (_name, lines, expected) => {
    const codecs = read(...lines)[0]?.codecs ?? [];
    const written = codecs.map(
      (codec) =>
        `${codec.payloadType} ${codec.name}/${codec.clockRate}/${codec.channels}${codec.parameters === null ? '' : ` ${codec.parameters}`}`,
    );
    expect(written).toEqual(expected);
  });
});

describe('what is wrong is a value', () => {
  const rows: readonly [string, string, { readonly code: string; readonly line: number }][] = [
    ['RFC 8866 §5.1 nothing at all', '', { code: 'version', line: 1 }],
    ['RFC 8866 §5.1 another version', 'v=1\r\nm=audio 1 RTP/AVP 0\r\n', { code: 'version', line: 1 }],
    ['RFC 8866 §5.14 no port', 'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio RTP/AVP 0\r\n', { code: 'mediaLine', line: 3 }],
    [
      'RFC 8866 §5.14 no formats',
      'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP\r\n',
      { code: 'mediaLine', line: 3 },
    ],
    [
      'RFC 8866 §5.14 a port above 65535',
      'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 70000 RTP/AVP 0\r\n',
      { code: 'mediaLine', line: 3 },
    ],
    [
      'RFC 8866 §5.7 no connection for live media',
      'v=0\r\nm=audio 4000 RTP/AVP 0\r\n',
      { code: 'connection', line: 2 },
    ],
    [
      'too many media lines',
      `v=0\r\nc=IN IP4 192.0.2.1\r\n${'m=audio 4000 RTP/AVP 0\r\n'.repeat(33)}`,
      { code: 'mediaLine', line: 35 },
    ],
    ['too long', `v=0\r\n${'a=x\r\n'.repeat(10_000)}`, { code: 'tooLong', line: 0 }],
  ];
  it.each(rows)('%s', (_name, sdp, expected) => {
    expect(parseSession(sdp)).toEqual(expected);
  });

  it('RFC 8866 §5.14 a rejected line needs no connection', () => {
    expect(parseSession('v=0\r\nm=video 0 RTP/AVP 31\r\n')).toMatchObject({ media: [{ type: 'video', port: 0 }] });
  });

  it('RFC 8866 §5 lone line feeds, missing o=, s= and t= are forgiven', () => {
    expect(parseSession('v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n')).toMatchObject({
      media: [{ port: 4000 }],
    });
  });

  it('never throws, whatever the text', () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...HEAD,
        'm=audio 4000 RTP/AVP 0 101',
        'a=rtpmap:101 telephone-event/8000',
        'a=rtcp:1 IN IP6 ::1',
        'm=',
      ),
      fc
        .tuple(fc.constantFrom('v', 'o', 'c', 'a', 'm', 'b', 't', 'z'), fc.string())
        .map(([type, text]) => `${type}=${text}`),
      fc
        .tuple(
          fc.constantFrom('rtpmap', 'fmtp', 'rtcp', 'ptime', 'candidate', 'ssrc', 'crypto', 'source-filter'),
          fc.string(),
        )
        .map(([name, text]) => `a=${name}:${text}`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const session = parseSession(['v=0', ...lines].join('\r\n'));
        expect(isSdpError(session) ? session.code : session.media).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
