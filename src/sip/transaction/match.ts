import { fromTagOf, toTagOf } from '../message/address.js';
import { cseqOf } from '../message/cseq.js';
import { callIdOf, headerValue } from '../message/header.js';
import type { SipRequest, SipResponse } from '../message/message.js';
import { topVia } from '../message/via.js';

const MAGIC_COOKIE = 'z9hG4bK';

/**
 * What a request shares with its retransmissions and nothing else (RFC 3261 §17.2.3). An ACK has the key of the INVITE
 * whose final response it acknowledges; `method` lets a CANCEL ask for that of the INVITE that it cancels (§9.2).
 */
export function serverKey(request: SipRequest, method: string = request.method): string {
  const via = topVia(request);
  const kind = method === 'ACK' ? 'INVITE' : method;
  if (via?.branch?.startsWith(MAGIC_COOKIE)) return `${kind} ${via.branch} ${via.host}:${via.port ?? ''}`;
  // RFC 2543: no branch to go by. The To tag of an ACK is ours and is not compared: an INVITE has one transaction.
  const ids = `${callIdOf(request)} ${cseqOf(request).number} ${fromTagOf(request) ?? ''}`;
  return `${kind} ${request.uri} ${ids} ${headerValue(request, 'Via') ?? ''}`;
}

/** What tells a request that reached us by two ways (RFC 3261 §8.2.2.2). Null inside a dialog, where it cannot. */
export function mergeKey(request: SipRequest): string | null {
  if (toTagOf(request) !== undefined) return null;
  const cseq = cseqOf(request);
  return `${callIdOf(request)} ${cseq.number} ${cseq.method} ${fromTagOf(request) ?? ''}`;
}

/** A CANCEL shares the branch of its INVITE (RFC 3261 §9.1). */
export function clientKey(method: string, branch: string): string {
  return method === 'CANCEL' ? `CANCEL ${branch}` : branch;
}

/** The `clientKey` that a response asks for (RFC 3261 §17.1.3); null if it has no branch, or more Vias than ours (§8.1.3.3). */
export function responseKey(response: SipResponse): string | null {
  const branch = topVia(response)?.branch;
  if (branch === undefined) return null;
  let vias = 0;
  for (const { name, value } of response.headers) {
    if (name === 'Via') vias += value.includes(',') ? 2 : 1;
  }
  return vias === 1 ? clientKey(cseqOf(response).method, branch) : null;
}
