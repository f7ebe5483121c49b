import type { Header } from './message/message.js';
import { wireBody, wireLine } from './message/text.js';

/** The parts of a request of ours that its ACK and CANCEL repeat (RFC 3261 §9.1, §17.1.1.3). Values as on the wire, latin1. */
export type RequestHead = {
  readonly uri: string;
  /** The only Via, with its branch. */
  readonly via: string;
  readonly branch: string;
  /** Route header lines, each ended by CRLF; empty if there is no route. */
  readonly routes: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
};

/** Max-Forwards of a request that begins with us (RFC 3261 §8.1.1.6). */
export const MAX_FORWARDS = 70;

/** A whole request. `more` are header lines, each ended by CRLF; `contentType` matters only with a body. */
export function requestText(
  method: string,
  head: RequestHead,
  maxForwards: number,
  more: string,
  contentType: string,
  body: string,
): string {
  const wire = body === '' ? '' : wireBody(body);
  const type = wire === '' ? '' : `Content-Type: ${contentType}\r\n`;
  return `${method} ${head.uri} SIP/2.0\r\nVia: ${head.via}\r\nMax-Forwards: ${maxForwards}\r\n${head.routes}From: ${head.from}\r\nTo: ${head.to}\r\nCall-ID: ${head.callId}\r\nCSeq: ${head.cseq} ${method}\r\n${more}${type}Content-Length: ${wire.length}\r\n\r\n${wire}`;
}

/** The ACK for a final response other than 2xx; `to` is the To value of that response (RFC 3261 §17.1.1.3). */
export function ackText(head: RequestHead, to: string): string {
  return requestText('ACK', { ...head, to }, MAX_FORWARDS, '', '', '');
}

/** RFC 3261 §9.1; `reasons` are values of the Reason header (RFC 3326). */
export function cancelText(head: RequestHead, reasons: readonly string[]): string {
  return requestText('CANCEL', head, MAX_FORWARDS, reasonLines(reasons), '', '');
}

export function reasonLines(reasons: readonly string[]): string {
  let text = '';
  for (const reason of reasons) text += `Reason: ${wireLine(reason)}\r\n`;
  return text;
}

/** Header lines of name and value pairs. No value can begin a line of its own. */
export function headerLines(headers: readonly (readonly [string, string])[]): string {
  let text = '';
  for (const [name, value] of headers) text += `${name}: ${wireLine(value)}\r\n`;
  return text;
}

/** The same of header fields. */
export function fieldLines(headers: readonly Header[]): string {
  let text = '';
  for (const { name, value } of headers) text += `${name}: ${wireLine(value)}\r\n`;
  return text;
}
