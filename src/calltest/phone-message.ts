import { createHash } from 'node:crypto';

/**
 * The scripted phones' own, deliberately simple reading and writing of SIP, so that a mistake of the stack is not
 * mirrored by the other end. It reads what a strict phone would accept: CRLF, no folding, a right Content-Length.
 */
export type PhoneMessage = {
  readonly text: string;
  /** Empty in a response. */
  readonly method: string;
  readonly uri: string;
  /** 0 in a request. */
  readonly status: number;
  /** Names in lower case, compact forms expanded; values in order of appearance. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
};

const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  k: 'supported',
};

/** A message, or the fault that a strict phone finds in it. */
export function readMessage(text: string): PhoneMessage | { readonly fault: string } {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return { fault: 'no empty line after the headers' };
  const lines = text.slice(0, end).split('\r\n');
  const start = lines[0] ?? '';
  const response = /^SIP\/2\.0 ([1-6]\d\d) (.*)$/.exec(start);
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(start);
  if (response === null && request === null) return { fault: `start line "${start}"` };
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 1) return { fault: `header line "${line}"` };
    const name = line.slice(0, colon).trim().toLowerCase();
    const known = COMPACT[name] ?? name;
    const values = headers.get(known);
    if (values === undefined) headers.set(known, [line.slice(colon + 1).trim()]);
    else values.push(line.slice(colon + 1).trim());
  }
  const body = text.slice(end + 4);
  const missing = ['via', 'from', 'to', 'call-id', 'cseq'].find((name) => !headers.has(name));
  if (missing !== undefined) return { fault: `no ${missing}` };
  const length = headers.get('content-length')?.[0];
  if (length !== undefined && Number(length) !== body.length)
    return { fault: `Content-Length ${length} of ${body.length}` };
  return {
    text,
    method: request?.[1] ?? '',
    uri: request?.[2] ?? '',
    status: response === null ? 0 : Number(response[1]),
    headers,
    body,
  };
}

/** The first value of a header, '' if absent. Name in lower case. */
export function header(message: PhoneMessage, name: string): string {
  return message.headers.get(name)?.[0] ?? '';
}

/** A parameter of a header value: `tag` of `<sip:a@b>;tag=c` is `c`; '' if absent. */
export function parameter(value: string, name: string): string {
  const afterUri = value.slice(value.lastIndexOf('>') + 1);
  return new RegExp(`;\\s*${name}\\s*=\\s*"?([^;,"\\s]+)`, 'i').exec(afterUri)?.[1] ?? '';
}

/** The URI of `"name" <sip:user@host;x>;tag=y` or of `sip:user@host;tag=y`. */
export function uriOf(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.replace(/;.*$/, '').trim();
}

/** The user part of a URI, '' if it has none. */
export function userOf(uri: string): string {
  return /^sips?:([^@;]+)@/.exec(uri)?.[1] ?? '';
}

export function cseqOf(message: PhoneMessage): { readonly number: number; readonly method: string } {
  const [number, method] = header(message, 'cseq').split(/\s+/);
  return { number: Number(number), method: method ?? '' };
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

export function writeMessage(start: string, headers: HeaderList, body = ''): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  return `${start}\r\n${lines}${type}Content-Length: ${body.length}\r\n\r\n${body}`;
}

export function writeRequest(method: string, uri: string, headers: HeaderList, body = ''): string {
  return writeMessage(`${method} ${uri} SIP/2.0`, headers, body);
}

const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  200: 'OK',
  202: 'Accepted',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
};

/** A response as RFC 3261 §8.2.6.2 builds it: Via, From, Call-ID and CSeq copied, To with our tag if it had none. */
export function writeResponse(
  request: PhoneMessage,
  status: number,
  toTag: string,
  headers: HeaderList = [],
  body = '',
): string {
  const to = header(request, 'to');
  const tagged = status === 100 || parameter(to, 'tag') !== '' ? to : `${to};tag=${toTag}`;
  return writeMessage(
    `SIP/2.0 ${status} ${REASONS[status] ?? 'Whatever'}`,
    [
      ...(request.headers.get('via') ?? []).map((via) => ['Via', via] as const),
      ...(request.headers.get('record-route') ?? []).map((route) => ['Record-Route', route] as const),
      ['From', header(request, 'from')],
      ['To', tagged],
      ['Call-ID', header(request, 'call-id')],
      ['CSeq', header(request, 'cseq')],
      ...headers,
    ],
    body,
  );
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A session of one PCMU stream with telephone events; `version` rises with every change (RFC 3264 §8). */
export function writeSdp(host: string, port: number, version: number, direction: Direction): string {
  const family = host.startsWith('[') ? 'IP6' : 'IP4';
  const address = host.replace(/^\[|\]$/g, '');
  return [
    'v=0',
    `o=- 1000 ${1000 + version} IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** The direction of the first stream of a session, `sendrecv` if it says none. */
export function directionOf(sdp: string): Direction {
  const found = /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(sdp)?.[1];
  return found === 'sendonly' || found === 'recvonly' || found === 'inactive' ? found : 'sendrecv';
}

/** The direction with which a phone that wants to talk answers an offer (RFC 3264 §6.1). */
export function answering(offered: Direction): Direction {
  if (offered === 'sendonly') return 'recvonly';
  return offered === 'recvonly' ? 'sendonly' : offered;
}

export type Credentials = { readonly user: string; readonly password: string };

/** The `Authorization` value for a challenge (RFC 7616, RFC 8760), nonce count 1. Null if it asks for what we cannot do. */
export function authorize(
  challenges: readonly string[],
  method: string,
  uri: string,
  { user, password }: Credentials,
  cnonce: string,
): string | null {
  const known = challenges.filter((challenge) => /^Digest\b/i.test(challenge) && algorithmOf(challenge) !== null);
  const challenge = known.find((each) => algorithmOf(each) === 'sha256') ?? known[0];
  if (challenge === undefined) return null;
  const hash = (text: string) =>
    createHash(algorithmOf(challenge) ?? 'md5')
      .update(text, 'latin1')
      .digest('hex');
  const realm = field(challenge, 'realm');
  const nonce = field(challenge, 'nonce');
  const opaque = field(challenge, 'opaque');
  const qop = field(challenge, 'qop').split(',').includes('auth');
  const secret = hash(`${user}:${realm}:${password}`);
  const what = hash(`${method}:${uri}`);
  const response = hash(qop ? `${secret}:${nonce}:00000001:${cnonce}:auth:${what}` : `${secret}:${nonce}:${what}`);
  return [
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`,
    `algorithm=${field(challenge, 'algorithm') || 'MD5'}`,
    ...(qop ? [`qop=auth, nc=00000001, cnonce="${cnonce}"`] : []),
    ...(opaque === '' ? [] : [`opaque="${opaque}"`]),
  ].join(', ');
}

function algorithmOf(challenge: string): 'md5' | 'sha256' | null {
  const algorithm = (field(challenge, 'algorithm') || 'MD5').toUpperCase();
  if (algorithm === 'MD5') return 'md5';
  return algorithm === 'SHA-256' ? 'sha256' : null;
}

function field(challenge: string, name: string): string {
  const match = new RegExp(`[\\s,]${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(challenge);
  return match?.[1] ?? match?.[2] ?? '';
}
