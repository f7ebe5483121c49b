import { Buffer } from 'node:buffer';
import type { Address, AdmissionRequest } from '../ports/signalling.js';
import type { Authorization } from '../sip/digest-answer.js';
import { contactsOf, formatAddress, fromOf, type NameAddr, toOf } from '../sip/message/address.js';
import { callIdOf, headerValues } from '../sip/message/header.js';
import type { SipMessage, SipRequest, SipResponse } from '../sip/message/message.js';
import { NO_PARAMS, paramOf } from '../sip/message/param.js';
import { parseMessage } from '../sip/message/parse.js';
import { unicode } from '../sip/message/text.js';
import { formatUri, parseUri } from '../sip/message/uri.js';
import { flowOf } from './flow.js';
import type { SrfMessage, SrfRequest } from './srf.js';

/** A request as drachtio-server passed it on, read by our own parser; null if it makes no sense to it. */
export function readRequest(request: SrfMessage): SipRequest | null {
  const message = read(request);
  return message?.kind === 'request' ? message : null;
}

export function readResponse(response: SrfMessage): SipResponse | null {
  const message = read(response);
  return message?.kind === 'response' ? message : null;
}

function read(message: SrfMessage): SipMessage | null {
  const parsed = parseMessage(Buffer.from(message.raw, 'utf8'));
  return parsed.kind === 'error' ? null : parsed;
}

/** Values of Reason (RFC 3326), one per header line. */
export function reasonsOf(message: SipMessage | null): readonly string[] {
  return message === null ? [] : headerValues(message, 'Reason');
}

/** Contact URIs of a 3xx by falling `q`, else in order (RFC 3261 §8.1.3.4). */
export function redirectionsOf(response: SipResponse): readonly string[] {
  const contacts = contactsOf(response) ?? [];
  const ranked = contacts.map(({ uri, params }) => ({ uri, q: Number(paramOf(params, 'q') ?? 1) }));
  return ranked.sort((a, b) => b.q - a.q).map(({ uri }) => uri);
}

/** `server`: index of the drachtio-server that it came by. */
export function admissionRequest(message: SipRequest, request: SrfRequest, server: number): AdmissionRequest {
  return {
    method: message.method,
    requestUri: message.uri,
    from: addressOf(fromOf(message)),
    to: addressOf(toOf(message)),
    callId: callIdOf(message),
    source: flowOf(request, server),
    header: (name) => headerValues(message, name),
  };
}

function addressOf(value: NameAddr | null): Address {
  const uri = value === null ? null : parseUri(value.uri);
  return { name: value?.name ?? '', user: uri?.user ?? '', host: uri?.host ?? '' };
}

/** A From or To value. */
export function addressValue({ name, user, host }: Address): string {
  const uri = formatUri({
    scheme: 'sip',
    user: user === '' ? null : user,
    password: null,
    host,
    port: null,
    params: NO_PARAMS,
    headers: NO_PARAMS,
  });
  return unicode(formatAddress({ name, uri, params: NO_PARAMS }));
}

/** `Authorization` or `Proxy-Authorization` as name and value. */
export function authorizationHeader({ line }: Authorization): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
