import { headerValue, listValues } from './message/header.js';
import type { SipMessage, SipRequest, SipResponse } from './message/message.js';
import type { Refusal } from './message/validate.js';

/** RFC 4028: what both sides agreed on, how long a session lasts without a refresh [s], and who refreshes it. */
export type SessionTerms = { readonly seconds: number; readonly refresher: 'us' | 'them' };

/** No session is shorter (RFC 4028 §4). [s] */
export const SHORTEST_S = 90;

/** Their request asks for a session that is too short (RFC 4028 §9); one who does not know session timers is not told. */
export function tooBrief(request: SipRequest): Refusal | null {
  const asked = expiresOf(request);
  if (asked === null || asked.seconds >= SHORTEST_S || !knowsTimers(request)) return null;
  const headers = [{ name: 'Min-SE', value: String(SHORTEST_S) }];
  return { status: 422, reason: 'Session Interval Too Small', headers };
}

/**
 * The terms of our 2xx to their INVITE or UPDATE (RFC 4028 §9, table 2). What they ask for may be shortened, not
 * lengthened. Who does not know session timers is refreshed by us, and so is who leaves it to us.
 */
export function termsFor(request: SipRequest, wantedS: number): SessionTerms {
  const asked = expiresOf(request);
  const least = Math.max(SHORTEST_S, secondsOf(headerValue(request, 'Min-SE')) ?? 0);
  const seconds = Math.max(least, Math.min(wantedS, asked?.seconds ?? wantedS));
  return { seconds, refresher: asked?.refresher === 'uac' && knowsTimers(request) ? 'them' : 'us' };
}

/** For our 2xx. `Require` where the other side has to refresh (RFC 4028 §9). */
export function answerLines({ seconds, refresher }: SessionTerms): string {
  return refresher === 'us'
    ? `Session-Expires: ${seconds};refresher=uas\r\n`
    : `Require: timer\r\nSession-Expires: ${seconds};refresher=uac\r\n`;
}

/** For our INVITE (RFC 4028 §7.1); `leastS` is of a 422 to an earlier one, if there was one (§7.3). */
export function inviteLines(seconds: number, leastS: number | null): string {
  return leastS === null
    ? `Session-Expires: ${seconds}\r\n`
    : `Session-Expires: ${Math.max(seconds, leastS)}\r\nMin-SE: ${leastS}\r\n`;
}

/** For our UPDATE or re-INVITE, which keeps the refresher that there is (RFC 4028 §7.4). */
export function refreshLines({ seconds, refresher }: SessionTerms): string {
  return `Session-Expires: ${seconds};refresher=${refresher === 'us' ? 'uac' : 'uas'}\r\n`;
}

/** The terms by their 2xx to our request. Who says nothing does not know session timers: then we refresh (RFC 4028 §7.2). */
export function termsBy(response: SipResponse, askedS: number): SessionTerms {
  const said = expiresOf(response);
  if (said === null) return { seconds: askedS, refresher: 'us' };
  return { seconds: Math.max(SHORTEST_S, said.seconds), refresher: said.refresher === 'uas' ? 'them' : 'us' };
}

/** What a 422 wants at least (RFC 4028 §7.3); null: it does not say. [s] */
export function leastOf(response: SipResponse): number | null {
  return response.status === 422 ? secondsOf(headerValue(response, 'Min-SE')) : null;
}

function knowsTimers(message: SipMessage): boolean {
  return listValues(message, 'Supported').some((tag) => tag.toLowerCase() === 'timer');
}

function expiresOf(message: SipMessage): { readonly seconds: number; readonly refresher: string | null } | null {
  const value = headerValue(message, 'Session-Expires');
  const seconds = secondsOf(value);
  if (value === undefined || seconds === null) return null;
  return { seconds, refresher: /;\s*refresher\s*=\s*(ua[cs])\b/i.exec(value)?.[1]?.toLowerCase() ?? null };
}

function secondsOf(value: string | undefined): number | null {
  const digits = /^\s*(\d{1,9})\b/.exec(value ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
