import { type ParsedMedia, type ParsedSession, parse } from 'sdp-transform';
import { isUnspecified, unicastAddress } from './address.js';
import { type Codec, codecOf, LAST_PAYLOAD_TYPE, STATIC } from './codec.js';

/** RFC 8866 §6.7, as its writer sees it. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export type Endpoint = { readonly address: string; readonly port: number };

/** What we read of an SDP. */
export type Session = { readonly media: readonly MediaLine[] };

/** One `m=` section in its order. */
export type MediaLine = {
  /** `audio`, `video`, `image` … */
  readonly type: string;
  /** 0: rejected or disabled (RFC 3264 §6, §8.2). */
  readonly port: number;
  /** `RTP/AVP`, `udptl` … */
  readonly protocol: string;
  /** The formats as they were written. */
  readonly formats: readonly string[];
  /** From its own or the session's `c=`; null: no literal unicast address (host name, multicast, unspecified). */
  readonly address: string | null;
  /** `c=` was 0.0.0.0 or `::`, the hold of RFC 2543 (RFC 3264 §8.4). */
  readonly addressUnspecified: boolean;
  /** `a=rtcp` (RFC 3605), else one port above RTP; null without a port or an address. */
  readonly rtcp: Endpoint | null;
  readonly direction: Direction;
  /** In order of preference; formats that nothing explains are left out. */
  readonly codecs: readonly Codec[];
  readonly ptimeMs: number | null;
};

/** `line` is the 1-based number of the offending line, 0 if the whole is meant. */
export type SdpError = {
  readonly code: 'tooLong' | 'version' | 'mediaLine' | 'connection';
  readonly line: number;
};

const MAX_LENGTH = 32_768;
const MAX_MEDIA = 32;
const MAX_FORMATS = 64;
const MEDIA_LINE = /^m=([^\s/]+) (\d{1,5})(?:\/\d+)? (\S+)((?: +\S+)*) *$/;

/** Reads an SDP (RFC 8866). Never throws. What is missing but not needed (`o=`, `s=`, `t=`) is forgiven. */
export function parseSession(sdp: string): Session | SdpError {
  if (sdp.length > MAX_LENGTH) return { code: 'tooLong', line: 0 };
  const parsed = parse(sdp);
  if (parsed.version !== 0) return { code: 'version', line: 1 };
  const media: MediaLine[] = [];
  for (let at = nextMediaLine(sdp, 0); at !== -1; at = nextMediaLine(sdp, at + 1)) {
    const read = parsed.media[media.length];
    const section =
      read === undefined || media.length === MAX_MEDIA ? 'mediaLine' : mediaLine(lineOf(sdp, at), read, parsed);
    if (typeof section === 'string') return { code: section, line: lineNumber(sdp, at) };
    media.push(section);
  }
  return { media };
}

/** Where the next `m=` at the beginning of a line is, -1 if there is none. Lines end as in sdp-transform, which reads the rest. */
function nextMediaLine(sdp: string, from: number): number {
  let at = sdp.indexOf('m=', from);
  while (at > 0 && sdp[at - 1] !== '\n' && sdp[at - 1] !== '\r') at = sdp.indexOf('m=', at + 1);
  return at;
}

function lineOf(sdp: string, at: number): string {
  let end = at;
  while (end < sdp.length && sdp[end] !== '\r' && sdp[end] !== '\n') end++;
  return sdp.slice(at, end);
}

function lineNumber(sdp: string, at: number): number {
  return sdp.slice(0, at).split(/\r\n|\r|\n/).length;
}

export function isSdpError(value: Session | SdpError): value is SdpError {
  return 'code' in value;
}

function mediaLine(line: string, read: ParsedMedia, session: ParsedSession): MediaLine | SdpError['code'] {
  const match = MEDIA_LINE.exec(line);
  if (match === null) return 'mediaLine';
  const [, type = '', digits = '', protocol = '', rest = ''] = match;
  const port = Number(digits);
  const formats = rest.trim().split(/ +/);
  if (port > 65535 || formats.length > MAX_FORMATS || formats[0] === '') return 'mediaLine';
  const connection = read.connection ?? session.connection;
  if (connection === undefined && port !== 0) return 'connection'; // RFC 8866 §5.7
  const written = connection === undefined ? '' : String(connection.ip);
  const address = unicastAddress(written);
  const explained = /^(RTP|UDP\/TLS\/RTP)\//.test(protocol);
  return {
    type,
    port,
    protocol,
    formats,
    address,
    addressUnspecified: isUnspecified(written),
    rtcp: rtcpEndpoint(read, address, port),
    direction: direction(read.direction ?? session.direction),
    codecs: explained ? codecs(formats, read) : [],
    ptimeMs: positive(read.ptime),
  };
}

function rtcpEndpoint(read: ParsedMedia, address: string | null, port: number): Endpoint | null {
  const own = read.rtcp?.address === undefined ? address : (unicastAddress(String(read.rtcp.address)) ?? address);
  const rtcpPort = positive(read.rtcp?.port) ?? port + 1;
  return own === null || port === 0 || rtcpPort > 65535 ? null : { address: own, port: rtcpPort };
}

function direction(written: string | undefined): Direction {
  switch (written) {
    case 'sendonly':
    case 'recvonly':
    case 'inactive':
      return written;
  }
  return 'sendrecv'; // RFC 8866 §6.7: the default
}

function codecs(formats: readonly string[], read: ParsedMedia): Codec[] {
  const found: Codec[] = [];
  for (const format of formats) {
    const payloadType = Number(format);
    if (!/^\d{1,3}$/.test(format) || payloadType > LAST_PAYLOAD_TYPE) continue;
    if (found.some((other) => other.payloadType === payloadType)) continue;
    const fixed = STATIC.get(payloadType);
    const map = read.rtp.find((entry) => Number(entry.payload) === payloadType);
    const clockRate = positive(map?.rate) ?? fixed?.clockRate;
    const name = map === undefined ? fixed?.name : String(map.codec);
    if (name === undefined || name === '' || clockRate === undefined) continue;
    const channels = positive(map?.encoding) ?? 1;
    const config = read.fmtp.find((entry) => Number(entry.payload) === payloadType)?.config;
    const parameters = config === undefined ? null : String(config);
    found.push(codecOf(payloadType, name, clockRate, channels, parameters));
  }
  return found;
}

function positive(value: string | number | undefined): number | null {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : null;
}
