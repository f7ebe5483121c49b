import type { EpochMs } from '../machine/machine.js';
import type { Binding } from './binding.js';
import { type ContactField, instanceOf, parseContactFields, qOf, regIdOf } from './contact-field.js';
import { type ContactUri, parseContactUri, sameUri } from './contact-uri.js';

/** A REGISTER whose sender was authenticated as `device` of `domain`. */
export type RegisterRequest = {
  readonly domain: string;
  readonly device: string;
  /** How many contacts the device may have at once. */
  readonly maxContacts: number;
  readonly callId: string;
  readonly cseq: number;
  /** Contact header lines; [] asks for the bindings (RFC 3261 §10.2.3). */
  readonly contacts: readonly string[];
  /** Value of the Expires header; null if there is none. */
  readonly expires: string | null;
  /** Where the request came from; form: ports/signalling.ts. */
  readonly flow: string;
  /** The phone asked to be answered where it sends from (`rport` in its Via, RFC 3581). */
  readonly symmetric: boolean;
  readonly userAgent: string;
  /** Path header lines (RFC 3327). */
  readonly path: readonly string[];
  /** Option tags of the Require header. */
  readonly require: readonly string[];
};

/** Bounds on how long a binding lives. Granted is what was asked for, clipped to `maxMs`; too little is refused (423). */
export type RegisterLimits = {
  readonly minMs: number;
  readonly maxMs: number;
  /** If the phone does not say. */
  readonly defaultMs: number;
  /** Clip for a phone on UDP whose Contact is not the address it sends from: its refresh keeps the NAT's mapping open. */
  readonly natMaxMs: number;
};

export const REGISTER_LIMITS: RegisterLimits = {
  minMs: 60_000,
  maxMs: 3_600_000,
  defaultMs: 3_600_000,
  natMaxMs: 120_000,
};

export type RegisterResponse = {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
};

/** What became of a binding. `refreshed` keeps the URI; a binding that got another URI is `unregistered` and a new one `registered`. */
export type BindingChange = {
  readonly change: 'registered' | 'refreshed' | 'unregistered' | 'expired';
  readonly binding: Binding;
};

export type RegisterOutcome = {
  /** All bindings of the device from now on, best q first, then the latest. */
  readonly bindings: readonly Binding[];
  readonly response: RegisterResponse;
  readonly changes: readonly BindingChange[];
};

/**
 * Processing of a REGISTER (RFC 3261 §10.3, steps 2 and 6 to 8; 1 and 3 to 5 are the admission's). All or nothing: any
 * refusal leaves the bindings as they are.
 *
 * A contact replaces the binding of the same URI, else the one of the same `+sip.instance` and `reg-id` (RFC 5626 §6),
 * so that a restarted phone does not ring twice. Of a device that has `maxContacts` bindings, the oldest one of the same
 * phone that the request did not name gives way (`isFormer`). Else the answer is 403, as a stolen password must not be
 * able to push the owner's phones out.
 */
export function registerStep(
  bindings: readonly Binding[],
  request: RegisterRequest,
  limits: RegisterLimits,
  now: EpochMs,
): RegisterOutcome {
  const live = bindings.filter((binding) => binding.expiresAt > now);
  const unsupported = request.require.filter((tag) => tag.toLowerCase() !== 'path');
  if (unsupported.length > 0) return refuse(bindings, 420, 'Bad Extension', [['Unsupported', unsupported.join(', ')]]);
  const fields = parseContactFields(request.contacts);
  if (fields === null) return refuse(bindings, 400, 'Bad Contact');
  const next = fields === 'all' ? removeAll(live, request) : update(live, fields, request, limits, now);
  if (!Array.isArray(next)) return refuse(bindings, next.status, next.reason, next.headers);
  next.sort((a, b) => b.q - a.q || b.registeredAt - a.registeredAt);
  const headers = next.map((binding) => ['Contact', formatContact(binding, now)] as const);
  return {
    bindings: next,
    response: {
      status: 200,
      reason: 'OK',
      // RFC 3261 §10.3 step 8 and §20.17; RFC 3327 §5.3
      headers: [
        ...headers,
        ...request.path.map((hop) => ['Path', hop] as const),
        ['Date', new Date(now).toUTCString()],
      ],
    },
    changes: difference(bindings, next, now),
  };
}

type Refusal = RegisterResponse;

function refuse(
  bindings: readonly Binding[],
  status: number,
  reason: string,
  headers: Refusal['headers'] = [],
): RegisterOutcome {
  return { bindings, response: { status, reason, headers }, changes: [] };
}

// RFC 3261 §10.3 step 7: a binding update of the same Call-ID with no higher CSeq aborts the whole request.
const OUT_OF_ORDER: Refusal = { status: 500, reason: 'Registration Out Of Order', headers: [] };

function isOutOfOrder(binding: Binding, request: RegisterRequest): boolean {
  return binding.callId === request.callId && request.cseq <= binding.cseq;
}

/** `Contact: *` (RFC 3261 §10.3 step 6). */
function removeAll(live: readonly Binding[], request: RegisterRequest): Binding[] | Refusal {
  if (seconds(request.expires) !== 0) {
    return { status: 400, reason: 'Contact * Needs Expires 0', headers: [] };
  }
  return live.some((binding) => isOutOfOrder(binding, request)) ? OUT_OF_ORDER : [];
}

/** RFC 3261 §10.3 step 7, on a copy. */
function update(
  live: readonly Binding[],
  fields: readonly ContactField[],
  request: RegisterRequest,
  limits: RegisterLimits,
  now: EpochMs,
): Binding[] | Refusal {
  const rest = [...live]; // bindings that the request has not touched yet
  const touched: Binding[] = [];
  for (const field of fields) {
    const uri = parseContactUri(field.uri);
    if (uri === null || isTooLong(field)) return { status: 400, reason: 'Bad Contact URI', headers: [] };
    const lifeMs = grant(field, uri, request, limits);
    if (lifeMs === null) {
      const minimum = String(Math.ceil(limits.minMs / 1000));
      return { status: 423, reason: 'Interval Too Brief', headers: [['Min-Expires', minimum]] };
    }
    const repeated = touched.findIndex((binding) => sameUri(binding.uri, field.uri));
    if (repeated >= 0) touched.splice(repeated, 1);
    const at = indexOfBound(rest, field);
    const old = at < 0 ? null : (rest.splice(at, 1)[0] ?? null);
    if (old !== null && isOutOfOrder(old, request)) return OUT_OF_ORDER;
    if (lifeMs > 0) touched.push(bind(field, request, old, now, lifeMs));
  }
  const count = rest.length + touched.length;
  if (count > request.maxContacts && count > live.length) {
    if (!makeRoom(rest, touched, count - request.maxContacts)) {
      return { status: 403, reason: `Only ${request.maxContacts} Contacts Allowed`, headers: [] };
    }
  }
  return [...touched, ...rest];
}

/** Drops the `surplus` bindings of the phone that asks which were refreshed the longest ago; false if it has fewer. */
function makeRoom(rest: Binding[], touched: readonly Binding[], surplus: number): boolean {
  const own = rest
    .filter((binding) => touched.some((now) => isFormer(binding, now)))
    .sort((a, b) => a.expiresAt - b.expiresAt || a.cseq - b.cseq);
  if (own.length < surplus) return false;
  for (const binding of own.slice(0, surplus)) rest.splice(rest.indexOf(binding), 1);
  return true;
}

/**
 * Whether a binding is the phone's own earlier address: of the same Call-ID or, since a phone has another one after a
 * restart (RFC 3261 §10.2), of the same host behind the same address, unless instances tell the two apart.
 */
function isFormer(binding: Binding, now: Binding): boolean {
  if (binding.callId === now.callId) return true;
  if (binding.instance !== null && now.instance !== null) return binding.instance === now.instance;
  const isSameHost = parseContactUri(binding.uri)?.host === parseContactUri(now.uri)?.host;
  return isSameHost && addressOf(binding.flow) === addressOf(now.flow);
}

/** `udp/192.0.2.1:5060@1` → `192.0.2.1` */
function addressOf(flow: string): string {
  return flow.slice(flow.indexOf('/') + 1, flow.lastIndexOf(':'));
}

/** The binding that this contact updates: same URI, else same instance and reg-id; -1 if it is new. */
function indexOfBound(bindings: readonly Binding[], field: ContactField): number {
  const at = bindings.findIndex((binding) => sameUri(binding.uri, field.uri));
  const instance = instanceOf(field);
  if (at >= 0 || instance === null) return at;
  const regId = regIdOf(field);
  return bindings.findIndex((binding) => binding.instance === instance && binding.regId === regId);
}

const MAX_SECONDS = 2 ** 32 - 1;

/** The life of a binding; 0 removes it, null is too brief. A value that is no number counts as none (RFC 3261 §10.2.1.1). [ms] */
function grant(field: ContactField, uri: ContactUri, request: RegisterRequest, limits: RegisterLimits): number | null {
  const asked = seconds(field.params.get('expires') ?? null) ?? seconds(request.expires);
  const askedMs = asked === null ? limits.defaultMs : asked * 1000;
  if (askedMs === 0) return 0;
  if (askedMs < limits.minMs) return null;
  const maxMs = isBehindNat(uri, request.flow) ? Math.min(limits.natMaxMs, limits.maxMs) : limits.maxMs;
  return Math.min(askedMs, maxMs);
}

function seconds(text: string | null): number | null {
  const trimmed = text?.trim();
  if (trimmed === undefined || !/^\d{1,10}$/.test(trimmed)) return null;
  return Math.min(Number(trimmed), MAX_SECONDS);
}

/** The address in the Contact is not the one that the datagram came from. */
function isBehindNat(uri: ContactUri, flow: string): boolean {
  return flow.startsWith('udp/') && flow.replace(/@\d+$/, '') !== `udp/${uri.host}:${uri.port ?? 5060}`;
}

const MAX_TEXT = 1024; // of a URI or an instance: what one registration may cost is bounded

function isTooLong(field: ContactField): boolean {
  return field.uri.length > MAX_TEXT || (instanceOf(field)?.length ?? 0) > MAX_TEXT;
}

function bind(
  field: ContactField,
  request: RegisterRequest,
  old: Binding | null,
  now: EpochMs,
  lifeMs: number,
): Binding {
  const instance = instanceOf(field);
  return {
    domain: request.domain,
    device: request.device,
    uri: keep(field.uri, old?.uri),
    flow: keep(flowTo(field, request), old?.flow),
    q: qOf(field),
    callId: keep(request.callId, old?.callId),
    cseq: request.cseq,
    registeredAt: old !== null && old.uri === field.uri ? old.registeredAt : now,
    expiresAt: now + lifeMs,
    instance: instance === null ? null : keep(instance, old?.instance),
    regId: regIdOf(field),
    userAgent: keep(request.userAgent.slice(0, 128), old?.userAgent),
    path: request.path.length === 0 ? NO_PATH : request.path.map((hop) => keep(hop, null)),
  };
}

/**
 * The way that the REGISTER came. But a phone that sends from one port and listens at another does not ask for `rport`
 * and is behind no NAT: its Contact has the address that its packets come from. It is called at its Contact.
 */
function flowTo(field: ContactField, { flow, symmetric }: RegisterRequest): string {
  const uri = symmetric || !flow.startsWith('udp/') ? null : parseContactUri(field.uri);
  if (uri === null || !flow.startsWith(`udp/${uri.host}:`)) return flow;
  return `udp/${uri.host}:${uri.port ?? 5060}${flow.replace(/^[^@]*/, '')}`;
}

const NO_PATH: readonly string[] = [];

/** The old text if it is the same, else a copy: a slice of the datagram would keep the whole datagram in memory. */
function keep(text: string, old: string | null | undefined): string {
  return text === old ? old : ` ${text}`.slice(1);
}

/** A Contact value of the 200 (RFC 3261 §10.3 step 8). */
export function formatContact(binding: Binding, now: EpochMs): string {
  let text = `<${binding.uri}>;expires=${Math.max(0, Math.ceil((binding.expiresAt - now) / 1000))}`;
  if (binding.q !== 1) text += `;q=${binding.q}`;
  if (binding.instance !== null) text += `;+sip.instance="<${binding.instance.replace(/["\\]/g, '\\$&')}>"`;
  if (binding.regId !== null) text += `;reg-id=${binding.regId}`;
  return text;
}

function difference(before: readonly Binding[], after: readonly Binding[], now: EpochMs): BindingChange[] {
  const changes: BindingChange[] = [];
  for (const binding of before) {
    if (binding.expiresAt <= now) changes.push({ change: 'expired', binding });
    else if (!after.some((other) => other.uri === binding.uri)) changes.push({ change: 'unregistered', binding });
  }
  for (const binding of after) {
    const old = before.find((other) => other.uri === binding.uri && other.expiresAt > now);
    if (old === undefined) changes.push({ change: 'registered', binding });
    else if (old !== binding) changes.push({ change: 'refreshed', binding });
  }
  return changes;
}
