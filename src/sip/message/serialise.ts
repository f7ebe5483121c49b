import type { SipMessage } from './message.js';
import { wireBody, wireLine } from './text.js';

/**
 * The message as latin1 text, one character per byte, with Content-Length as its last header whatever the list says.
 * Nothing in a value can begin a new line, and `parseMessage` of the result equals the message.
 */
export function serialise(message: SipMessage): string {
  let text =
    message.kind === 'request'
      ? `${message.method} ${wireLine(message.uri)} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${wireLine(message.reason)}\r\n`;
  for (const header of message.headers) {
    if (header.name !== 'Content-Length') text += `${header.name}: ${wireLine(header.value)}\r\n`;
  }
  const body = message.body === '' ? '' : wireBody(message.body);
  return `${text}Content-Length: ${body.length}\r\n\r\n${body}`;
}
