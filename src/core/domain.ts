import type { Outbound, Trunk } from './dial-plan.js';
import type { HoldMusic } from './hold-music.js';
import type { PhoneNumber } from './phone-number.js';
import type { ParkConfig } from './queue/park-config.js';
import type { AcdConfig } from './queue/queue-config.js';
import type { QueueGoals } from './queue-report.js';
import type { ScreeningLists } from './screening-list.js';
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
  /** By extension; also system users, without a phone: the queues that have answering rules. */
  readonly users: ReadonlyMap<string, User>;
  /** Echo test and the like, by extension or feature code. */
  readonly services: ReadonlyMap<string, Service>;
  /** By the code that is dialled. */
  readonly features: ReadonlyMap<string, Feature>;
  /** For every user; those of a user come before them (D-4). */
  readonly lists: ScreeningLists;
  /** The numbers at which the public network reaches us, by E.164. */
  readonly numbers: ReadonlyMap<string, PhoneNumber>;
  /** By name. */
  readonly trunks: ReadonlyMap<string, Trunk>;
  readonly outbound: Outbound;
  /** Every call queue and every agent; `NO_QUEUES`: none. */
  readonly acd: AcdConfig;
  /** Null: nothing can be parked. */
  readonly park: ParkConfig | null;
  readonly music: HoldMusic;
  /** What its queues are measured by. */
  readonly goals: QueueGoals;
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
  /** With so many calls the line is full (D-9); null: it never is. */
  readonly maxCalls: number | null;
  readonly voicemail: Mailbox | null;
  readonly lists: ScreeningLists;
  /** Classes of outside calls; null: what the domain allows. */
  readonly mayCall: ReadonlySet<string> | null;
  /** E.164, shown to those who are called outside; null: the domain's. */
  readonly callerId: string | null;
  /** Class of music for whom this user puts on hold; null: the domain's. */
  readonly music: string | null;
  /** Switched on by feature code: do not disturb, and where every call goes. They count in every rule. */
  readonly dnd: boolean;
  readonly forward: Destination | null;
  /** Private frames by name: for this user's rules alone. None has the name of a shared one. */
  readonly timeFrames: ReadonlyMap<string, TimeFrame>;
  /** Top-down; the Default rule (`frame` null) is the last. */
  readonly rules: readonly AnsweringRule[];
};

/** Of a user without private frames. */
export const NO_FRAMES: ReadonlyMap<string, TimeFrame> = new Map();

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

/** order of evaluation D-2. An exit that is null is the mailbox, if there is one (D-12). */
export type AnsweringRule = {
  /** Name of the time frame, or `default`. */
  readonly name: string;
  /** Null only in the Default rule, which always holds. */
  readonly frame: string | null;
  readonly enabled: boolean;
  readonly dnd: boolean;
  /** The caller says his name, and who answers decides (D-25). */
  readonly screen: boolean;
  readonly always: Destination | null;
  /** No device is registered (D-10). */
  readonly offline: Destination | null;
  /** The user is in a call (D-8). */
  readonly active: Destination | null;
  readonly ring: RingSet;
  /** Rings next, for what is left of the ring time, if nobody answered (D-73). */
  readonly next: { readonly afterMs: number; readonly ring: RingSet } | null;
  /** Only where one device rings alone (D-9). */
  readonly busy: Destination | null;
  readonly unanswered: Destination | null;
};

export type RingSet = {
  /** `main`: the device whose id is the extension. `all`: every registered device, also future ones. */
  readonly own: 'none' | 'main' | 'all' | readonly string[];
  readonly also: readonly { readonly to: Destination; readonly delayMs: number }[];
};

/** Where a rule sends a call. An extension is a user, a queue, a park slot (from which it retrieves) or a service. */
export type Destination =
  | { readonly to: 'extension'; readonly extension: string }
  | { readonly to: 'voicemail'; readonly extension: string }
  /** Into the line of that queue, past the rules that it may have as an extension. */
  | { readonly to: 'queue'; readonly extension: string }
  | { readonly to: 'device'; readonly device: string }
  /** E.164, or as dialled where it is none. `confirm`: who answers presses 1 to take the call. */
  | { readonly to: 'number'; readonly number: string; readonly confirm: boolean };

/** `milliwatt`: 1004 Hz at 0 dBm0. `clock`: tells the domain's time. */
export type Service = 'echo' | 'milliwatt' | 'clock';

/** What a feature code does for the user who dials it. */
export type Feature = UserFeature | QueueFeature;

/** `forwardOn` is followed by where to. */
export type UserFeature =
  | { readonly does: 'dndOn' | 'dndOff' | 'dndToggle' | 'forwardOn' | 'forwardOff' | 'blockLastCaller' }
  | { readonly does: 'toggle'; readonly frame: string };

export type QueueFeature =
  /**
   * Parks, followed by a slot or by nothing (the lowest that is free, which is announced): the call that is transferred
   * to the code, else, if the code is dialled, the one that the user has on hold (D-42).
   */
  | { readonly does: 'park' }
  /** Followed by a queue or by nothing: all of his. `agentToggle` logs in who is not, and out who is. */
  | { readonly does: 'agentLogin' | 'agentLogout' | 'agentToggle' | 'agentSingleCall' }
  /** Lunch, Break … or a status of the domain's own. */
  | { readonly does: 'agentAway'; readonly status: string }
  /** Back from away; the wrap-up is over. */
  | { readonly does: 'agentReturn' | 'wrapUpEnd' };

export function isQueueFeature(feature: Feature): feature is QueueFeature {
  return feature.does === 'park' || feature.does === 'wrapUpEnd' || feature.does.startsWith('agent');
}

/** Whether digits may follow the code. */
export function takesDigits({ does }: Feature): boolean {
  return DIGITS.has(does);
}

const DIGITS: ReadonlySet<Feature['does']> = new Set([
  'forwardOn',
  'park',
  'agentLogin',
  'agentLogout',
  'agentToggle',
  'agentSingleCall',
]);

/** `extension 203`, `voicemail 202`, `queue 8801`, `device 202wp`, `number +12125550100`. */
export function describe(to: Destination): string {
  switch (to.to) {
    case 'extension':
    case 'voicemail':
    case 'queue':
      return `${to.to} ${to.extension}`;
    case 'device':
      return `device ${to.device}`;
    case 'number':
      return `number ${to.number}`;
  }
}

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
