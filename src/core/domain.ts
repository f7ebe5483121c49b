import type { TimeFrame } from './time-frame.js';

/**
 * The immutable snapshot of one domain (tenant) that every decision is made on. Built by config/, swapped as a whole by
 * a reload; a call keeps the one it started with. Names: an *extension* is a dialable number of the domain, a *device*
 * is one registering phone of a user (`202`, `202wp`).
 */
export type Domain = {
  readonly name: string;
  /** Other host names and addresses that mean this domain in a SIP URI. */
  readonly aliases: readonly string[];
  /** IANA zone. */
  readonly timeZone: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  /** Shared frames by name. */
  readonly timeFrames: ReadonlyMap<string, TimeFrame>;
  /** By extension. */
  readonly users: ReadonlyMap<string, User>;
  /** Echo test and the like, by extension or feature code. */
  readonly services: ReadonlyMap<string, Service>;
};

export type User = {
  readonly extension: string;
  readonly name: string;
  /** Own zone, else the domain's (D-39). */
  readonly timeZone: string | null;
  /** The main device, whose id equals the extension, first. */
  readonly devices: readonly Device[];
  /** Ring for … (A-79, D-11). [ms] */
  readonly ringMs: number;
  readonly voicemail: Mailbox | null;
  /** Top-down; the Default rule (`frame` null) is the last. */
  readonly rules: readonly AnsweringRule[];
};

export type Device = {
  readonly id: string;
  readonly password: string;
  /** How many contacts may be registered at once. */
  readonly maxContacts: number;
};

export type Mailbox = {
  readonly maxMessageMs: number;
  /** WAV of the user's own greeting; null: the standard one. */
  readonly greeting: string | null;
};

/** order of evaluation D-2. */
export type AnsweringRule = {
  /** Name of the time frame, or `default`. */
  readonly name: string;
  /** Null only in the Default rule, which always holds. */
  readonly frame: string | null;
  readonly enabled: boolean;
  readonly always: Destination | null;
  readonly ring: RingSet;
  readonly unanswered: Destination | null;
};

export type RingSet = {
  /** `main`: the device whose id is the extension. `all`: every registered device, also future ones. */
  readonly own: 'none' | 'main' | 'all' | readonly string[];
  readonly also: readonly { readonly to: Destination; readonly delayMs: number }[];
};

/** Where a rule sends a call. */
export type Destination =
  | { readonly to: 'extension'; readonly extension: string }
  | { readonly to: 'voicemail'; readonly extension: string }
  | { readonly to: 'device'; readonly device: string };

/** `milliwatt`: 1004 Hz at 0 dBm0. `clock`: tells the domain's time. */
export type Service = 'echo' | 'milliwatt' | 'clock';

const owners = new WeakMap<Domain, ReadonlyMap<string, User>>();

/** Whose device it is; null: nobody's. Indexed once per snapshot. */
export function ownerOf(domain: Domain, device: string): User | null {
  let index = owners.get(domain);
  if (index === undefined) {
    index = new Map([...domain.users.values()].flatMap((user) => user.devices.map((d) => [d.id, user] as const)));
    owners.set(domain, index);
  }
  return index.get(device) ?? null;
}
