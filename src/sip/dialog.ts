import { contactsOf, fromOf, fromTagOf, parseAddress, toTagOf } from './message/address.js';
import { cseqOf } from './message/cseq.js';
import { callIdOf, headerValue, headerValues, listValues } from './message/header.js';
import type { SipMessage, SipRequest, SipResponse } from './message/message.js';
import { paramOf } from './message/param.js';
import { parseUri } from './message/uri.js';
import { topVia } from './message/via.js';
import { nextHop } from './next-hop.js';
import { headerLines } from './request.js';
import type { Remote } from './transport/transport.js';

/** RFC 3261 §12. Plain data; every change makes a new one. Addresses are values as on the wire, tags included. */
export type Dialog = {
  readonly callId: string;
  /** From of our requests. */
  readonly local: string;
  readonly localTag: string;
  /** To of our requests. */
  readonly remote: string;
  /** Empty if the other side speaks RFC 2543 and has none (§12.1.1). */
  readonly remoteTag: string;
  /** CSeq of our last request. */
  readonly localSeq: number;
  /** CSeq of their last request; -1 if there was none. */
  readonly remoteSeq: number;
  /** URI of their Contact. */
  readonly remoteTarget: string;
  /** Route values, nearest first. */
  readonly routeSet: readonly string[];
  /** Where our requests go. */
  readonly nextHop: Remote;
  readonly isSymmetric: boolean;
  /** They serve UPDATE (RFC 3311 §5.1). */
  readonly allowsUpdate: boolean;
};

/** The dialog that our response with `localTag` to this INVITE establishes (§12.1.1). Without a Contact, From is the target (RFC 2543 §6.13). */
export function dialogOfRequest(invite: SipRequest, localTag: string, source: Remote): Dialog {
  const routeSet = listValues(invite, 'Record-Route');
  const remoteTarget = contactUri(invite) ?? fromOf(invite)?.uri ?? invite.uri;
  const isSymmetric = topVia(invite)?.rport !== undefined;
  return {
    callId: callIdOf(invite),
    local: `${headerValue(invite, 'To') ?? ''};tag=${localTag}`,
    localTag,
    remote: headerValue(invite, 'From') ?? '',
    remoteTag: fromTagOf(invite) ?? '',
    localSeq: 0,
    remoteSeq: cseqOf(invite).number,
    remoteTarget,
    routeSet,
    nextHop: nextHop(routeSet, remoteTarget, source, isSymmetric),
    isSymmetric,
    allowsUpdate: allowsUpdate(invite) ?? false,
  };
}

/**
 * The dialog that this 2xx to our INVITE establishes (§12.1.2). `uri` is the Request-URI it answers, for want of a
 * Contact; `source` is where the response came from.
 */
export function dialogOfResponse(response: SipResponse, uri: string, source: Remote, isSymmetric: boolean): Dialog {
  const routeSet = [...listValues(response, 'Record-Route')].reverse();
  const remoteTarget = contactUri(response) ?? uri;
  return {
    callId: callIdOf(response),
    local: headerValue(response, 'From') ?? '',
    localTag: fromTagOf(response) ?? '',
    remote: headerValue(response, 'To') ?? '',
    remoteTag: toTagOf(response) ?? '',
    localSeq: cseqOf(response).number,
    remoteSeq: -1,
    remoteTarget,
    routeSet,
    nextHop: nextHop(routeSet, remoteTarget, source, isSymmetric),
    isSymmetric,
    allowsUpdate: allowsUpdate(response) ?? false,
  };
}

/** Whether a request of theirs belongs to it; the To tag has been looked up by then (§12.2.2). */
export function isOfDialog(dialog: Dialog, request: SipRequest): boolean {
  return callIdOf(request) === dialog.callId && (fromTagOf(request) ?? '') === dialog.remoteTag;
}

/** After a target refresh, INVITE or UPDATE or their 2xx (§12.2.1.2, §12.2.2, RFC 3311 §5): the route set stays. */
export function refreshed(dialog: Dialog, message: SipMessage, source: Remote): Dialog {
  const remoteTarget = contactUri(message) ?? dialog.remoteTarget;
  const hop = nextHop(dialog.routeSet, remoteTarget, source, dialog.isSymmetric);
  return { ...dialog, remoteTarget, nextHop: hop, allowsUpdate: allowsUpdate(message) ?? dialog.allowsUpdate };
}

/** Request-URI and Route lines of a request inside the dialog, for loose and strict routers (§12.2.1.1). */
export function requestRoute(dialog: Dialog): { readonly uri: string; readonly routes: string } {
  const first = dialog.routeSet[0];
  if (first === undefined) return { uri: dialog.remoteTarget, routes: '' };
  const uri = parseAddress(first)?.uri;
  const isLoose = uri === undefined || paramOf(parseUri(uri)?.params ?? [], 'lr') !== undefined;
  if (isLoose) return { uri: dialog.remoteTarget, routes: routeLines(dialog.routeSet) };
  return { uri, routes: routeLines([...dialog.routeSet.slice(1), `<${dialog.remoteTarget}>`]) };
}

export function routeLines(routes: readonly string[]): string {
  return headerLines([['Route', routes.join(', ')]]);
}

/** Null: the message does not say. */
function allowsUpdate(message: SipMessage): boolean | null {
  const methods = headerValues(message, 'Allow');
  return methods.length === 0 ? null : methods.some((line) => /\bUPDATE\b/.test(line));
}

function contactUri(message: SipMessage): string | undefined {
  return contactsOf(message)?.[0]?.uri;
}
