import type { EpochMs } from '../machine/machine.js';

/**
 * One contact registered for an address-of-record (RFC 3261 §10). The address-of-record here is a device of a domain
 * (`202wp@acme.example`), since every phone registers as itself; a user's phones are the bindings of all his devices.
 */
export type Binding = {
  /** Canonical name of the domain, not an alias. */
  readonly domain: string;
  readonly device: string;
  /** The Contact URI as the phone gave it: the Request-URI of calls to it. */
  readonly uri: string;
  /** Where the REGISTER came from (form: ports/signalling.ts); calls go there, which reaches phones behind NAT. */
  readonly flow: string;
  /** Preference, 0 to 1 (RFC 3261 §20.10); 1 if the phone gave none. */
  readonly q: number;
  readonly callId: string;
  readonly cseq: number;
  readonly registeredAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** `+sip.instance` without the angle brackets (RFC 5626 §4.1), for example `urn:uuid:…`. */
  readonly instance: string | null;
  /** `reg-id` (RFC 5626 §4.2); null without an instance. */
  readonly regId: number | null;
  /** User-Agent of the REGISTER; empty if it had none. */
  readonly userAgent: string;
  /** Path values in order (RFC 3327): the route set of requests to this contact. */
  readonly path: readonly string[];
};
