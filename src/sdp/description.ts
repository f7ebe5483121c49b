import { ipVersion } from './address.js';
import type { Codec } from './codec.js';
import type { Direction } from './session.js';

/** Our side of one session as it stands in `o=`, `c=` and on the audio line. */
export type LocalSide = {
  /** Numeric, unique per session (RFC 8866 §5.2). */
  readonly sessionId: number;
  /** Literal address to announce. */
  readonly address: string;
  /** Even; RTCP is one above. */
  readonly port: number;
};

/** One `m=` section of ours: the audio, or one that we reject as it was offered (RFC 3264 §6). */
export type OurLine =
  | {
      readonly kind: 'audio';
      readonly protocol: string;
      readonly codecs: readonly Codec[];
      readonly direction: Direction;
    }
  | {
      readonly kind: 'rejected';
      readonly type: string;
      readonly protocol: string;
      readonly formats: readonly string[];
    };

const PTIME_MS = 20;

/** Writes an SDP of ours; `version` is the one of `o=` (RFC 3264 §8: up by one whenever anything changes). */
export function writeSession(side: LocalSide, version: number, lines: readonly OurLine[]): string {
  const family = ipVersion(side.address) === 6 ? 'IP6' : 'IP4';
  let sdp =
    `v=0\r\no=- ${side.sessionId} ${version} IN ${family} ${side.address}\r\ns=-\r\n` +
    `c=IN ${family} ${side.address}\r\nt=0 0\r\n`;
  for (const line of lines) sdp += line.kind === 'audio' ? audioLine(line, side.port) : rejectedLine(line);
  return sdp;
}

function audioLine(line: OurLine & { readonly kind: 'audio' }, port: number): string {
  let formats = '';
  let attributes = '';
  for (const codec of line.codecs) {
    formats += ` ${codec.payloadType}`;
    const channels = codec.channels === 1 ? '' : `/${codec.channels}`;
    attributes += `a=rtpmap:${codec.payloadType} ${codec.name}/${codec.clockRate}${channels}\r\n`;
    if (codec.parameters !== null) attributes += `a=fmtp:${codec.payloadType} ${codec.parameters}\r\n`;
  }
  return `m=audio ${port} ${line.protocol}${formats}\r\n${attributes}a=ptime:${PTIME_MS}\r\na=${line.direction}\r\n`;
}

function rejectedLine(line: OurLine & { readonly kind: 'rejected' }): string {
  return `m=${line.type} 0 ${line.protocol} ${line.formats.join(' ')}\r\n`;
}
