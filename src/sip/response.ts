import { isIP } from 'node:net';
import { toTagOf } from './message/address.js';
import { callIdOf, headerValue, splitList } from './message/header.js';
import type { SipRequest } from './message/message.js';
import { wireBody, wireLine } from './message/text.js';
import { bareHost } from './message/uri.js';
import { formatVia, topVia, type Via } from './message/via.js';
import { reasonPhrase } from './reason-phrase.js';
import type { Remote } from './transport/transport.js';

/** What every response to one request repeats (RFC 3261 §8.2.6.2), as header lines and values on the wire. */
export type ReplyHead = {
  /** Via, From, Call-ID and CSeq lines, the top Via completed by `received` and `rport`. */
  readonly lines: string;
  /** The To value as it came. */
  readonly to: string;
  /** Whether it came with a tag. */
  readonly tagged: boolean;
};

export function replyHead(request: SipRequest, from: Remote): ReplyHead {
  let vias = '';
  let others = '';
  let to = '';
  for (const { name, value } of request.headers) {
    switch (name) {
      case 'Via':
        vias += vias === '' ? `Via: ${completedVia(topVia(request), value, from)}\r\n` : `Via: ${value}\r\n`;
        break;
      case 'From':
      case 'Call-ID':
      case 'CSeq':
        others += `${name}: ${value}\r\n`;
        break;
      case 'To':
        to = value;
        break;
    }
  }
  return { lines: vias + others, to, tagged: toTagOf(request) !== undefined };
}

/** A whole response. `tag` is put into To unless it has one; null for a 100. `more` are header lines, each ended by CRLF. */
export function responseText(
  status: number,
  reason: string,
  head: ReplyHead,
  tag: string | null,
  more: string,
  body: string,
): string {
  const phrase = reason === '' ? reasonPhrase(status) : wireLine(reason);
  const wire = body === '' ? '' : wireBody(body);
  return `SIP/2.0 ${status} ${phrase}\r\n${head.lines}${toLine(head, tag)}${more}Content-Length: ${wire.length}\r\n\r\n${wire}`;
}

/** None in the answer to a request that had none. */
function toLine({ to, tagged }: ReplyHead, tag: string | null): string {
  if (to === '') return '';
  return tag === null || tagged ? `To: ${to}\r\n` : `To: ${to};tag=${tag}\r\n`;
}

/** The line of a 100 that lets the client measure the round trip (RFC 3261 §8.2.6.1); empty if it did not ask. */
export function timestampLine(request: SipRequest): string {
  const timestamp = headerValue(request, 'Timestamp');
  return timestamp === undefined ? '' : `Timestamp: ${timestamp}\r\n`;
}

/**
 * Where the response to a request goes, RFC 3261 §18.2.2 and RFC 3581 §4: back on the connection; over UDP to `maddr`
 * if it is an address, to the source if the client asked for `rport`, else to the source address and the port of sent-by.
 */
export function replyTo(via: Via | null, from: Remote): Remote {
  if (from.connection !== null || via === null) return from;
  if (via.maddr !== undefined) {
    const address = bareHost(via.maddr);
    if (isIP(address) === isIP(from.address) && isIP(address) > 0) {
      return { ...from, address, port: via.port ?? defaultPort(from) };
    }
  }
  if (via.rport !== undefined) return from;
  const port = via.port ?? defaultPort(from);
  return port === from.port || port === 0 ? from : { ...from, port };
}

/** Where to connect anew if the connection of a request is gone (RFC 3261 §18.2.2). */
export function reconnectTo(via: Via | null, from: Remote): Remote {
  return { ...from, port: via?.port ?? defaultPort(from), connection: null };
}

function defaultPort(remote: Remote): number {
  return remote.protocol === 'tls' || remote.protocol === 'wss' ? 5061 : 5060;
}

/** What identifies a request well enough for the To tag of its stateless answer (RFC 3261 §8.2.7). */
export function statelessKey(request: SipRequest): string {
  return `${callIdOf(request)} ${headerValue(request, 'From') ?? ''} ${topVia(request)?.branch ?? ''}`;
}

function completedVia(via: Via | null, line: string, from: Remote): string {
  if (via === null) return line;
  const isElsewhere = bareHost(via.host) !== from.address;
  if (!isElsewhere && via.rport === undefined && via.received === undefined) return line;
  const rport = via.rport === undefined ? undefined : from.port;
  const completed = formatVia({ ...via, received: from.address, rport });
  if (!line.includes(',')) return completed;
  return [completed, ...splitList(line).slice(1)].join(', ');
}
