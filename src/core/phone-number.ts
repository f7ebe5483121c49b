import { AsYouType, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

/** A number that the public network reaches us at, and what becomes of its calls. */
export type PhoneNumber = {
  /** E.164 */
  readonly number: string;
  readonly treatment: Treatment;
  readonly notes: string;
};

export type Treatment =
  /** Ours, kept for later (D-67). */
  | { readonly to: 'available' }
  /** With the answering rules. */
  | { readonly to: 'user'; readonly extension: string }
  | { readonly to: 'voicemail'; readonly extension: string }
  /** Straight there, without the rules of the system user. */
  | { readonly to: 'conference'; readonly extension: string }
  | { readonly to: 'attendant'; readonly extension: string }
  | { readonly to: 'queue'; readonly extension: string; readonly introduction: Introduction };

export const treatments: readonly Treatment['to'][] = [
  'available',
  'user',
  'voicemail',
  'conference',
  'attendant',
  'queue',
];

/** What the caller of a queue is told first. */
export const introductions = ['none', 'callers', 'wait'] as const;
export type Introduction = (typeof introductions)[number];

const E164 = /^\+[1-9]\d{2,14}$/;
const SEPARATORS = /[\s().\-/]/g;

/**
 * A number as it is dialled, written or received, in E.164 with `+`, read in `country` (ISO 3166 alpha-2) if it has no
 * country code; null: no number of the public network, such as an extension or a short code.
 */
export function toE164(written: string, country: string): string | null {
  const plain = written.replace(SEPARATORS, '');
  if (E164.test(plain)) return plain;
  if (!/^\+?\d{4,20}$/.test(plain) || !isSupportedCountry(country)) return null;
  const parsed = parsePhoneNumberFromString(plain, { defaultCountry: country, extract: false });
  return parsed?.isPossible() === true ? parsed.number : null;
}

/** In E.164 where it is a number of the public network, else the digits as they are: what numbers are compared by. */
export function comparable(written: string, country: string): string {
  return toE164(written, country) ?? written.replace(SEPARATORS, '');
}

/** The beginning of numbers as `comparable` writes them: `0900` is `+49900` in Germany. */
export function comparableBeginning(written: string, country: string): string {
  const plain = written.replace(SEPARATORS, '');
  if (!/^\+?\d+$/.test(plain) || !isSupportedCountry(country)) return plain;
  const typed = new AsYouType(country);
  typed.input(plain);
  const begun = typed.getNumberValue() ?? '';
  return /^\+[1-9]/.test(begun) ? begun : plain;
}

/** `+12125550100` as `2125550100` in the US, with the trunk prefix that the country has: `030123456` in Germany. */
export function toNational(e164: string): string {
  const parsed = parsePhoneNumberFromString(e164);
  return parsed === undefined ? e164 : parsed.formatNational().replace(/\D/g, '');
}
