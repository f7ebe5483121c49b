import { DIGIT, decimal, HOST, LWS, lowerCased, skip, TOKEN } from './grammar.js';
import { headerValue, splitList } from './header.js';
import { memoOf } from './memo.js';
import type { SipMessage } from './message.js';
import { formatParams, NO_PARAMS, type Param, type Params, parseParams } from './param.js';

/** A Via value (RFC 3261 §20.42, RFC 3581). What is absent is undefined or null. */
export type Via = {
  /** `SIP/2.0` */
  readonly protocol: string;
  /** `UDP`, `TCP`, `TLS`, `WS` … in upper case. */
  readonly transport: string;
  /** Lower case; an IPv6 address keeps its brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly branch: string | undefined;
  /** Numeric address, never in brackets (RFC 5118 §4.5). */
  readonly received: string | undefined;
  /** True: asked for and not filled in yet. */
  readonly rport: number | true | undefined;
  readonly maddr: string | undefined;
  readonly ttl: number | undefined;
  /** The other parameters, in order. */
  readonly params: Params;
};

/** One value, not a list; null if it is malformed. */
export function parseVia(text: string): Via | null {
  const end = text.length;
  let protocol = 'SIP/2.0';
  let index = 8;
  if (!text.startsWith('SIP/2.0/')) {
    const match = PROTOCOL.exec(text);
    if (match === null) return null;
    protocol = `${match[1]?.toUpperCase()}/${match[2]}`;
    index = match[0].length;
  }
  const transportEnd = skip(text, index, end, TOKEN);
  const hostStart = skip(text, transportEnd, end, LWS);
  if (transportEnd === index || hostStart === transportEnd) return null;
  const transport = text.startsWith('UDP ', index) ? 'UDP' : text.slice(index, transportEnd).toUpperCase();
  const hostEnd = hostEndAt(text, hostStart, end);
  if (hostEnd < 0) return null;
  const host = lowerCased(text, hostStart, hostEnd);
  let port: number | null = null;
  index = skip(text, hostEnd, end, LWS);
  if (text.charCodeAt(index) === 0x3a) {
    const portStart = skip(text, index + 1, end, LWS);
    index = skip(text, portStart, end, DIGIT);
    port = decimal(text, portStart, index, 65535);
    if (port < 0) return null;
  }
  const params = parseParams(text, index);
  return params === null ? null : withParams(protocol, transport, host, port, params);
}

const PROTOCOL = /^([\w.!%*+`'~-]+)[ \t]*\/[ \t]*([\w.!%*+`'~-]+)[ \t]*\/[ \t]*/;

/** End of a host name, IPv4 address or IPv6 reference that begins at `start`; -1 if there is none. */
export function hostEndAt(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) !== 0x5b) {
    const stop = skip(text, start, end, HOST);
    return stop > start ? stop : -1;
  }
  for (let index = start + 1; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5d) return index > start + 1 ? index + 1 : -1;
    const isHex = (code >= 0x30 && code <= 0x3a) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
    if (!isHex && code !== 0x2e) return -1;
  }
  return -1;
}

function withParams(protocol: string, transport: string, host: string, port: number | null, all: Params): Via | null {
  let branch: string | undefined;
  let received: string | undefined;
  let rport: number | true | undefined;
  let maddr: string | undefined;
  let ttl: number | undefined;
  let others: Param[] | null = null;
  for (const param of all) {
    const value = param.value ?? '';
    switch (param.name) {
      case 'branch':
        branch ??= value;
        break;
      case 'received':
        received ??= value.startsWith('[') ? value.slice(1, -1) : value;
        break;
      case 'rport':
        rport = value === '' ? true : decimal(value, 0, value.length, 65535);
        if (rport === -1) return null;
        break;
      case 'maddr':
        maddr ??= value;
        break;
      case 'ttl':
        ttl = decimal(value, 0, value.length, 255);
        if (ttl < 0) return null;
        break;
      default:
        others ??= [];
        others.push(param);
    }
  }
  return { protocol, transport, host, port, branch, received, rport, maddr, ttl, params: others ?? NO_PARAMS };
}

export function formatVia(via: Via): string {
  let text = `${via.protocol}/${via.transport} ${via.host}`;
  if (via.port !== null) text += `:${via.port}`;
  if (via.ttl !== undefined) text += `;ttl=${via.ttl}`;
  if (via.maddr !== undefined) text += `;maddr=${via.maddr}`;
  if (via.received !== undefined) text += `;received=${via.received}`;
  if (via.rport !== undefined) text += via.rport === true ? ';rport' : `;rport=${via.rport}`;
  if (via.branch !== undefined) text += `;branch=${via.branch}`;
  return text + formatParams(via.params);
}

/** The first Via value, read once per message; null only in a message written by hand or the `partial` of a parse error. */
export function topVia(message: SipMessage): Via | null {
  const memo = memoOf(message);
  if (memo === null) return firstVia(headerValue(message, 'Via'));
  if (memo.via === undefined) memo.via = firstVia(headerValue(message, 'Via'));
  return memo.via;
}

/** The first Via of a header line. */
export function firstVia(line: string | undefined): Via | null {
  if (line === undefined) return null;
  return parseVia(line.includes(',') ? (splitList(line)[0] ?? '') : line);
}
