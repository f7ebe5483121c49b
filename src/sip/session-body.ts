import type { Sdp } from '../ports/signalling.js';
import { headerValue } from './message/header.js';
import type { SipMessage } from './message/message.js';

const SDP = 'application/sdp';

/** The session description of a message: its body, or that part of a multipart body (RFC 5621 §3). Null if there is none. */
export function sdpOf(message: SipMessage): Sdp | null {
  if (message.body === '') return null;
  const type = headerValue(message, 'Content-Type') ?? '';
  if (isType(type, SDP)) return message.body;
  return isType(type, 'multipart/') ? sdpPart(message.body, type) : null;
}

function isType(value: string, type: string): boolean {
  return value.slice(0, type.length).toLowerCase() === type;
}

/** RFC 2046 §5.1. */
function sdpPart(body: string, type: string): Sdp | null {
  const match = /;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]+)"|([^\s;"]+))/i.exec(type);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return null;
  for (const part of `\r\n${body}`.split(`\r\n--${boundary}`).slice(1)) {
    const headEnd = part.indexOf('\r\n\r\n');
    if (headEnd < 0) continue;
    if (/^content-type[ \t]*:[ \t]*application\/sdp\b/im.test(part.slice(0, headEnd))) return part.slice(headEnd + 4);
  }
  return null;
}
