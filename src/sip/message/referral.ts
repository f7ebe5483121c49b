import type { Referral } from '../../ports/signalling.js';
import { parseAddress } from './address.js';
import { headerValue, listValues } from './header.js';
import type { SipRequest } from './message.js';
import { paramOf, parseParams } from './param.js';
import { formatUri, parseUri, type SipUri } from './uri.js';
import type { Refusal } from './validate.js';

const SCHEMES = ['sip', 'sips', 'tel'];

/**
 * What a REFER asks for, or why it cannot be meant: not one Refer-To (RFC 3515 §2.4.2), a scheme that leads to no telephone,
 * a request that is no call, a Replaces that names no dialog (RFC 3891 §6.1).
 */
export function referralOf(request: SipRequest): Referral | Refusal {
  const [value, ...others] = listValues(request, 'Refer-To');
  if (value === undefined || others.length > 0) return refused(400, 'One Refer-To Wanted');
  const uri = parseUri(parseAddress(value)?.uri ?? '');
  if (uri === null) return refused(400, 'Malformed Refer-To');
  if (!SCHEMES.includes(uri.scheme)) return refused(416, 'Unsupported URI Scheme');
  const method = paramOf(uri.params, 'method') ?? 'INVITE';
  if (method.toUpperCase() !== 'INVITE') return refused(501, 'Only Calls Are Referred');
  const replacing = replacesIn(uri);
  const replaces = replacing === null ? null : dialogOf(replacing);
  if (replaces === undefined) return refused(400, 'Malformed Replaces');
  const params = uri.params.filter(({ name }) => name !== 'method');
  const referTo = formatUri({ ...uri, params, headers: [] });
  return { referTo, replaces, referredBy: headerValue(request, 'Referred-By') ?? null };
}

export function isRefusal(result: Referral | Refusal): result is Refusal {
  return 'status' in result;
}

/** The client wants no subscription (RFC 4488 §4). */
export function wantsNoNotify(request: SipRequest): boolean {
  return /^\s*false\s*(?:;|$)/i.test(headerValue(request, 'Refer-Sub') ?? '');
}

function replacesIn({ headers }: SipUri): string | null {
  return headers.find(({ name }) => name.toLowerCase() === 'replaces')?.value ?? null;
}

/** `callid;to-tag=…;from-tag=…`; undefined if it is malformed. */
function dialogOf(value: string): Referral['replaces'] | undefined {
  const semicolon = value.indexOf(';');
  if (semicolon <= 0) return undefined;
  const params = parseParams(value, semicolon) ?? [];
  const toTag = paramOf(params, 'to-tag');
  const fromTag = paramOf(params, 'from-tag');
  if (typeof toTag !== 'string' || typeof fromTag !== 'string') return undefined;
  return { callId: value.slice(0, semicolon).trim(), toTag, fromTag };
}

function refused(status: number, reason: string): Refusal {
  return { status, reason, headers: [] };
}
