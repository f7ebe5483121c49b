import type { EpochMs } from '../machine/machine.js';
import { decideDevice, decideUser, mailbox } from './answering.js';
import type { Caller } from './caller.js';
import type { Cause } from './cause.js';
import { wayOut } from './dial-plan.js';
import { type Destination, type Domain, type Feature, ownerOf, takesDigits, type User } from './domain.js';
import { comparable, type PhoneNumber } from './phone-number.js';
import type { Decision, Plan, RingPlan } from './plan.js';
import { type Line, lineOf } from './queue/line-index.js';
import type { AnnouncedFact } from './queue/queue-config.js';
import { introducedFacts } from './queue/queue-number.js';
import type { Reason } from './reason.js';
import type { World } from './world.js';

export type Inquiry = {
  readonly to: Destination;
  readonly caller: Caller;
  /** Extension on whose account the call goes on: it forwarded. Null: the caller's own. */
  readonly by: string | null;
  /** The caller has said a name (D-25). */
  readonly screened: boolean;
};

/** RFC 3261 §16.6: a call that nobody answers is given up after more than three minutes (Timer C). */
const OUTSIDE_RING_MS = 185_000;

/**
 * The routing decision, for a live INVITE and for `explain` alike. Synchronous and total: the same domain, world,
 * inquiry and time give the same decision.
 */
export function decide(domain: Domain, world: World, inquiry: Inquiry, at: EpochMs): Decision {
  const { to } = inquiry;
  switch (to.to) {
    case 'voicemail':
      return decideMailbox(domain, to.extension);
    case 'queue': {
      const line = lineOf(domain, to.extension);
      if (line?.kind !== 'queue')
        return reject('unknownNumber', { why: 'noExtension', domain: domain.name, extension: to.extension });
      return decideLine(line, null, inquiry);
    }
    case 'device': {
      const owner = ownerOf(domain, to.device);
      if (owner === null) return reject('unknownNumber', { why: 'noDevice', device: to.device });
      return decideDevice(domain, owner, to.device, world, inquiry);
    }
    case 'extension': {
      const { extension } = to;
      const user = domain.users.get(extension);
      if (user !== undefined) return decideUser(domain, user, world, inquiry, at);
      const line = lineOf(domain, extension);
      return line === null ? decideCode(domain, extension, inquiry) : decideLine(line, null, inquiry);
    }
    case 'number':
      return decideNumber(domain, to, world, inquiry);
  }
}

function decideMailbox(domain: Domain, extension: string): Decision {
  const box = domain.users.get(extension)?.voicemail ?? null;
  if (box === null) return reject('unavailable', { why: 'noMailbox', extension });
  return { plan: { do: 'voicemail', extension }, rule: null, because: [{ why: 'mailbox', extension }] };
}

/** A queue is for everybody; what is parked, only phones of ours retrieve (D-43). */
function decideLine(line: Line, announce: readonly AnnouncedFact[] | null, { caller }: Inquiry): Decision {
  if (line.kind === 'queue') {
    const { extension, name } = line.queue;
    const because: Reason[] = [{ why: 'queue', extension, name }];
    return { plan: { do: 'queue', extension, announce }, rule: null, because };
  }
  const { slot } = line.slot;
  const plan: Plan = caller.device === null ? { do: 'reject', cause: 'forbidden' } : { do: 'retrieve', slot };
  return { plan, rule: null, because: [{ why: 'slot', slot, isOurs: caller.device !== null }] };
}

/** Services and feature codes. */
function decideCode(domain: Domain, dialled: string, { caller }: Inquiry): Decision {
  const service = domain.services.get(dialled);
  if (service !== undefined) {
    return { plan: { do: 'serve', service }, rule: null, because: [{ why: 'service', number: dialled, service }] };
  }
  const user = caller.device === null ? null : ownerOf(domain, caller.device);
  const found = user === null ? null : featureDialled(domain, dialled);
  if (user === null || found === null) {
    return reject('unknownNumber', { why: 'noExtension', domain: domain.name, extension: dialled });
  }
  const { code, feature, digits } = found;
  const plan: Plan = { do: 'switch', extension: user.extension, feature, digits };
  return { plan, rule: null, because: [{ why: 'feature', code, does: feature.does }] };
}

/** The feature that a dialled string asks for, and the digits after its code; null: it begins with no code. */
export function featureDialled(
  domain: Domain,
  dialled: string,
): { readonly code: string; readonly feature: Feature; readonly digits: string } | null {
  const code = codeIn(domain, dialled);
  const feature = code === null ? undefined : domain.features.get(code);
  return code === null || feature === undefined ? null : { code, feature, digits: dialled.slice(code.length) };
}

/** The feature code that `dialled` is, or begins with if it takes digits; the longest of several. */
function codeIn(domain: Domain, dialled: string): string | null {
  if (domain.features.has(dialled)) return dialled;
  for (let length = dialled.length - 1; length > 0; length--) {
    const code = dialled.slice(0, length);
    const feature = domain.features.get(code);
    if (feature !== undefined && takesDigits(feature)) return code;
  }
  return null;
}

/** A number of ours stays in the house (D-24); every other one goes out on somebody's account. */
function decideNumber(
  domain: Domain,
  to: Extract<Destination, { to: 'number' }>,
  world: World,
  inquiry: Inquiry,
): Decision {
  const { number, confirm } = to;
  const own = domain.numbers.get(number);
  if (own !== undefined) return treat(domain, own, inquiry);
  const by = payer(domain, inquiry);
  const isOfLine = inquiry.by !== null && lineOf(domain, inquiry.by) !== null;
  const way = wayOut(domain, number, isOfLine ? 'domain' : by, world.isDown);
  if (way.trunks === null) return reject(way.cause, way.because);
  const forwarded = inquiry.by !== null && by !== null ? by : null;
  const asked = inquiry.screened ? 'callFrom' : confirm ? 'callFor' : null;
  const { trunks, emergency } = way;
  const unanswered: Plan = forwarded === null ? { do: 'reject', cause: 'noAnswer' } : mailbox(forwarded);
  const plan: RingPlan = {
    do: 'ring',
    extension: forwarded?.extension ?? null,
    targets: [{ kind: 'number', number, trunks, emergency, delayMs: 0, confirm: asked }],
    // A forward that ends in a mailbox rings as long as the user's own phones do.
    ringMs: forwarded !== null && unanswered.do === 'voicemail' ? forwarded.ringMs : OUTSIDE_RING_MS,
    busy: null,
    offline: null,
    unanswered,
  };
  const because: Reason[] = [way.because, { why: 'ring', target: number, delayMs: 0, confirm: asked }];
  return { plan, rule: null, because };
}

function payer(domain: Domain, { by, caller }: Inquiry): User | null {
  if (by !== null) return domain.users.get(by) ?? null;
  return caller.device === null ? null : ownerOf(domain, caller.device);
}

/** D-67: treatment User runs the rules, the others go straight there. */
function treat(domain: Domain, own: PhoneNumber, inquiry: Inquiry): Decision {
  const { number, treatment } = own;
  const extension = treatment.to === 'available' ? null : treatment.extension;
  const because: Reason[] = [{ why: 'number', number, treatment: treatment.to, extension }];
  switch (treatment.to) {
    case 'user': {
      const to: Destination = { to: 'extension', extension: treatment.extension };
      return { plan: toNumberOf(number, to), rule: null, because };
    }
    case 'voicemail':
      return { plan: decideMailbox(domain, treatment.extension).plan, rule: null, because };
    case 'queue': {
      const line = lineOf(domain, treatment.extension);
      if (line?.kind !== 'queue') return { plan: { do: 'reject', cause: 'unknownNumber' }, rule: null, because };
      const { plan, because: reasons } = decideLine(line, introducedFacts(own), inquiry);
      return { plan, rule: null, because: [...because, ...reasons] };
    }
    case 'available':
    case 'conference':
    case 'attendant':
      return { plan: { do: 'reject', cause: 'unknownNumber' }, rule: null, because };
  }
}

function toNumberOf(number: string, to: Destination): Plan {
  const otherwise: Plan = { do: 'reject', cause: 'loop' };
  return { do: 'route', from: number, to, purpose: 'number', screened: false, otherwise };
}

/**
 * What a dialled string means (the user part of the Request-URI). Emergency numbers come before everything; a caller
 * from outside reaches numbers of ours only, one of ours extensions, codes, and numbers outside.
 */
export function dialled(domain: Domain, to: string, caller: Caller): Destination {
  const { outbound, users, services } = domain;
  if (caller.device !== null) {
    if (outbound.emergency.numbers.has(to)) return { to: 'number', number: to, confirm: false };
    if (users.has(to) || services.has(to) || to.startsWith('*') || lineOf(domain, to) !== null)
      return { to: 'extension', extension: to };
    if (outbound.prefix !== '' && to.startsWith(outbound.prefix)) {
      const number = to.slice(outbound.prefix.length);
      return { to: 'number', number: comparable(number, domain.country), confirm: false };
    }
    if (domain.trunks.size === 0 && domain.numbers.size === 0) return { to: 'extension', extension: to };
  }
  const number = comparable(to, domain.country);
  if (caller.device === null) {
    return domain.numbers.has(number) ? { to: 'number', number, confirm: false } : { to: 'extension', extension: to };
  }
  const isOutside = domain.numbers.has(number) || (outbound.prefix === '' && /^\+?\d{2,}$/.test(number));
  return isOutside ? { to: 'number', number, confirm: false } : { to: 'extension', extension: to };
}

function reject(cause: Cause, because: Reason): Decision {
  return { plan: { do: 'reject', cause }, rule: null, because: [because] };
}
