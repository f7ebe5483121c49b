import type { Dialog } from './dialog.js';
import { requestRoute } from './dialog.js';
import { type ListeningPoint, pointTo, wayTo } from './listening-point.js';
import { parseAddress } from './message/address.js';
import { MAX_FORWARDS, type RequestHead, requestText } from './request.js';
import type { TokenSource } from './token.js';
import type { Remote, Transport } from './transport/transport.js';

/** A request of ours, ready to be sent. */
export type OutgoingRequest = {
  readonly method: string;
  readonly head: RequestHead;
  readonly text: string;
  readonly remote: Remote;
  readonly transport: Transport;
};

/** What a request carries beside its head. */
export type Content = {
  /** Header lines, each ended by CRLF. */
  readonly lines: string;
  readonly type: string;
  readonly body: string;
};

export const NO_CONTENT: Content = { lines: '', type: '', body: '' };

/** Content with an SDP body, or none. */
export function sdpContent(lines: string, sdp: string | null): Content {
  return { lines, type: 'application/sdp', body: sdp ?? '' };
}

/** A request inside a dialog (RFC 3261 §12.2.1.1); null if we have no transport of that kind. */
export function dialogRequest(
  points: readonly ListeningPoint[],
  tokens: TokenSource,
  dialog: Dialog,
  method: string,
  cseq: number,
  content: Content,
): OutgoingRequest | null {
  const point = pointTo(points, dialog.nextHop);
  if (point === null) return null;
  const branch = tokens.branch();
  const { uri, routes } = requestRoute(dialog);
  const { local: from, remote: to, callId } = dialog;
  const head: RequestHead = { uri, via: point.viaStart + branch, branch, routes, from, to, callId, cseq };
  // Of the target: §12.2.1.1, RFC 3311 §5.1, RFC 6665 §4.4.1.
  const isRefresh = method === 'INVITE' || method === 'UPDATE' || method === 'NOTIFY';
  const lines = isRefresh ? point.contactLine + content.lines : content.lines;
  const text = requestText(method, head, MAX_FORWARDS, lines, content.type, content.body);
  const remote = wayTo(point, dialog.nextHop, parseAddress(dialog.routeSet[0] ?? '')?.uri ?? dialog.remoteTarget);
  return { method, head, text, remote, transport: point.transport };
}
