import { comparable } from './phone-number.js';

/** Who calls, as far as routing wants to know. */
export type Caller = {
  /** The device of ours that calls, null for all others: a phone is not rung by its own call. */
  readonly device: string | null;
  /** Extension of one of ours, else E.164 or what comes nearest; null: unknown. */
  readonly number: string | null;
  readonly name: string;
  /** Asked not to be shown (RFC 3323). */
  readonly anonymous: boolean;
};

/** What an INVITE says of its sender. */
export type CallerClaim = {
  readonly from: { readonly name: string; readonly user: string; readonly host: string };
  /** P-Asserted-Identity of a trusted peer (RFC 3325), else null. */
  readonly asserted: { readonly name: string; readonly user: string } | null;
  /** Values of Privacy. */
  readonly privacy: readonly string[];
};

const NO_NAME = /^(?:anonymous|unknown|unavailable|restricted|private)?$/i;

/** Whether values of Privacy, each a list, ask not to show who calls (RFC 3323 §4.2, RFC 3325 §9.3). */
export function hides(privacy: readonly string[]): boolean {
  return privacy.some((value) => value.split(/[;,]/).some((word) => /^(?:id|user|header)$/i.test(word.trim())));
}

/**
 * D-5: anonymous is who says so: From or asserted identity without a user or called anonymous, `Privacy: id`, or the
 * host `anonymous.invalid` (RFC 3323 §4.1.1.3). A missing name is not anonymous. The number of an anonymous caller is
 * used to compare with lists if the network asserted it, and is never shown.
 */
export function outsideCaller({ from, asserted, privacy }: CallerClaim, country: string): Caller {
  const { user, name } = asserted ?? from;
  const nobody = NO_NAME.test(user);
  return {
    device: null,
    number: nobody ? null : comparable(user, country),
    name: NO_NAME.test(name) ? '' : name,
    anonymous: hides(privacy) || nobody || NO_NAME.test(from.user) || from.host.toLowerCase() === 'anonymous.invalid',
  };
}
