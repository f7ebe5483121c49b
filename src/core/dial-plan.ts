import type { Domain, User } from './domain.js';
import type { Reason } from './reason.js';
import type { World } from './world.js';

/** A way to the public network. */
export type Trunk = {
  readonly name: string;
  readonly enabled: boolean;
  readonly host: string;
  /** Null: by DNS (RFC 3263). */
  readonly port: number | null;
  readonly transport: 'udp' | 'tcp' | null;
  /** For its challenges, and to register with. */
  readonly username: string | null;
  readonly password: string | null;
  /** How long a registration lasts that we ask for; null: we do not register. [ms] */
  readonly registerMs: number | null;
  /** How often it is asked whether it answers; null: never. [ms] */
  readonly qualifyMs: number | null;
  /** Addresses, or networks in CIDR notation, that its calls come from. */
  readonly sources: readonly string[];
  /** How it wants numbers: `+12125550100`, `12125550100`, or as in the country. */
  readonly format: 'e164' | 'digits' | 'national';
  /** Shows other numbers than ours, so that a forwarded call keeps its caller (D-49). */
  readonly passesCaller: boolean;
  /** How it is told of a forward (D-47): History-Info (RFC 7044), Diversion (RFC 5806). */
  readonly tells: readonly ('history-info' | 'diversion')[];
};

/** How the domain calls out. */
export type Outbound = {
  /** Asked before everything else and never barred. */
  readonly emergency: { readonly numbers: ReadonlySet<string>; readonly trunks: readonly string[] };
  /** Dialled before a number outside, and taken away; `''`: none. */
  readonly prefix: string;
  /** The first that matches decides. */
  readonly routes: readonly OutboundRoute[];
  /** Classes that users may call who have none of their own; null: all. */
  readonly mayCall: ReadonlySet<string> | null;
  /** E.164, shown where the user has none; null: none is shown. */
  readonly callerId: string | null;
};

export type OutboundRoute = {
  /** Digits from the left, `X` any digit, `*` at the end any rest: `+1900*`. Of E.164, or of short codes as dialled. */
  readonly match: string;
  /** Class of service that one needs, for example `international`. */
  readonly class: string;
  /** Names, tried in order. */
  readonly trunks: readonly string[];
};

export const NO_OUTBOUND: Outbound = {
  emergency: { numbers: new Set(), trunks: [] },
  prefix: '',
  routes: [],
  mayCall: null,
  callerId: null,
};

/** The way out for a number; [] trunks: there is none, and `cause` says why. */
export type WayOut =
  | { readonly trunks: readonly string[]; readonly emergency: boolean; readonly because: Reason }
  | { readonly trunks: null; readonly cause: 'forbidden' | 'noRoute'; readonly because: Reason };

/**
 * `by`: on whose account the call goes out, `domain` if the domain itself forwards it, as its queues do; null: on nobody's
 * that has a class, so only emergency calls may. A trunk that does not answer is tried last, never left out: it may be back.
 */
export function wayOut(domain: Domain, number: string, by: User | 'domain' | null, isDown: World['isDown']): WayOut {
  const { emergency, routes, mayCall } = domain.outbound;
  if (emergency.numbers.has(number)) {
    const { trunks, down } = usable(
      domain,
      emergency.trunks.length > 0 ? emergency.trunks : domain.trunks.keys(),
      isDown,
    );
    if (trunks.length > 0) return { trunks, emergency: true, because: { why: 'emergency', number, trunks, ...down } };
    return { trunks: null, cause: 'noRoute', because: { why: 'noTrunk', number, route: 'emergency' } };
  }
  const route = routes.find(({ match }) => dialMatches(match, number));
  if (route === undefined) return { trunks: null, cause: 'noRoute', because: { why: 'noRoute', number } };
  const user = by === 'domain' ? null : by;
  const allowed = user?.mayCall ?? mayCall;
  if (by === null || (allowed !== null && !allowed.has(route.class))) {
    const because: Reason = { why: 'barred', number, class: route.class, extension: user?.extension ?? null };
    return { trunks: null, cause: 'forbidden', because };
  }
  const { trunks, down } = usable(domain, route.trunks, isDown);
  if (trunks.length === 0)
    return { trunks: null, cause: 'noRoute', because: { why: 'noTrunk', number, route: route.match } };
  const because: Reason = { why: 'wayOut', number, route: route.match, class: route.class, trunks, ...down };
  return { trunks, emergency: false, because };
}

/** A disabled trunk is skipped; those that do not answer come last, and are named. */
function usable(
  domain: Domain,
  names: Iterable<string>,
  isDown: World['isDown'],
): { readonly trunks: readonly string[]; readonly down: { readonly down?: readonly string[] } } {
  const enabled = [...names].filter((name) => domain.trunks.get(name)?.enabled === true);
  const down = enabled.filter(isDown);
  if (down.length === 0) return { trunks: enabled, down: {} };
  return { trunks: [...enabled.filter((name) => !down.includes(name)), ...down], down: { down } };
}

/** Whether a pattern of a route covers a number. */
export function dialMatches(pattern: string, number: string): boolean {
  const open = pattern.endsWith('*');
  const fixed = open ? pattern.length - 1 : pattern.length;
  if (open ? number.length < fixed : number.length !== fixed) return false;
  for (let i = 0; i < fixed; i++) {
    const sign = pattern.charCodeAt(i);
    if (sign === X) {
      const digit = number.charCodeAt(i);
      if (digit < ZERO || digit > NINE) return false;
    } else if (sign !== number.charCodeAt(i)) return false;
  }
  return true;
}

const X = 'X'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);
