import type { EpochMs } from '../machine/machine.js';
import type { Cause } from './cause.js';
import { type AnsweringRule, type Destination, type Domain, ownerOf, type RingSet, type User } from './domain.js';
import type { Decision, Plan, Purpose, RingPlan, RingTarget } from './plan.js';
import { type Activity, isActive } from './time-frame.js';

/** One place where a device can be reached now. */
export type Contact = { readonly uri: string; readonly flow: string | null };

/** The live registrations of a device; [] if it has none. */
export type ContactsOf = (device: string) => readonly Contact[];

export type Inquiry = {
  readonly to: Destination;
  /** Device that calls, null for callers that are not one of ours: a phone is not rung by its own call. */
  readonly fromDevice: string | null;
};

/** What a dialled string means (the user part of the Request-URI). */
export function dialled(to: string): Destination {
  return { to: 'extension', extension: to };
}

/**
 * The routing decision, for a live INVITE and for `explain` alike. Synchronous and total: the same domain,
 * registrations, inquiry and time give the same decision.
 */
export function decide(domain: Domain, contactsOf: ContactsOf, inquiry: Inquiry, at: EpochMs): Decision {
  const { to } = inquiry;
  switch (to.to) {
    case 'voicemail': {
      const box = domain.users.get(to.extension)?.voicemail ?? null;
      if (box === null) return reject('unavailable', `${to.extension} has no voicemail`);
      return { plan: { do: 'voicemail', extension: to.extension }, rule: null, because: [`mailbox ${to.extension}`] };
    }
    case 'device': {
      const owner = ownerOf(domain, to.device);
      if (owner === null) return reject('unknownNumber', `there is no device ${to.device}`);
      const because: string[] = [];
      return { plan: ringDevice(owner, to.device, contactsOf, inquiry, because), rule: null, because };
    }
    case 'extension': {
      const user = domain.users.get(to.extension);
      if (user !== undefined) return decideUser(domain, user, contactsOf, inquiry, at);
      const service = domain.services.get(to.extension);
      if (service === undefined)
        return reject('unknownNumber', `${domain.name} has no extension or service ${to.extension}`);
      return { plan: { do: 'serve', service }, rule: null, because: [`${to.extension} is the ${service} service`] };
    }
  }
}

/** D-1: top-down, the first enabled rule whose frame holds; the Default rule holds always. */
function decideUser(domain: Domain, user: User, contactsOf: ContactsOf, inquiry: Inquiry, at: EpochMs): Decision {
  const zone = user.timeZone ?? domain.timeZone;
  const because: string[] = [`${user.extension} is ${user.name}`];
  for (const rule of user.rules) {
    if (!rule.enabled) {
      because.push(`rule "${rule.name}" is disabled`); // D-3
      continue;
    }
    const { active, because: why } = holds(domain, rule, at, zone);
    because.push(`rule "${rule.name}" ${active ? 'holds' : 'does not hold'}: ${why}`);
    if (!active) continue;
    return { plan: follow(domain, user, rule, contactsOf, inquiry, because), rule: rule.name, because };
  }
  because.push('no rule holds'); // only in data that lost its Default rule
  return { plan: mailbox(user), rule: null, because };
}

function holds(domain: Domain, rule: AnsweringRule, at: EpochMs, zone: string): Activity {
  if (rule.frame === null) return { active: true, because: 'the Default rule' };
  const frame = domain.timeFrames.get(rule.frame);
  return frame === undefined
    ? { active: false, because: `there is no time frame "${rule.frame}"` }
    : isActive(frame, at, zone);
}

/** D-2, inside the active rule. */
function follow(
  domain: Domain,
  user: User,
  rule: AnsweringRule,
  contactsOf: ContactsOf,
  inquiry: Inquiry,
  because: string[],
): Plan {
  if (rule.always !== null) {
    because.push(`always: ${describe(rule.always)}`);
    return exit(user, rule.always, 'always', contactsOf, inquiry, because);
  }
  const targets = ringSet(domain, user, rule.ring, contactsOf, inquiry, because);
  const after: string[] = [];
  const unanswered = exit(user, rule.unanswered, 'unanswered', contactsOf, inquiry, after);
  because.push(`when unanswered: ${after.length > 0 ? after.join('; ') : describePlan(unanswered)}`);
  if (targets.length === 0) return unanswered;
  return { do: 'ring', extension: user.extension, targets, ringMs: user.ringMs, unanswered };
}

function exit(
  user: User,
  to: Destination | null,
  purpose: Purpose,
  contactsOf: ContactsOf,
  inquiry: Inquiry,
  because: string[],
): Plan {
  switch (to?.to) {
    case undefined:
      return mailbox(user); // D-12
    case 'voicemail':
      return to.extension === user.extension
        ? mailbox(user)
        : { do: 'route', from: user.extension, to, purpose, otherwise: mailbox(user) };
    case 'device':
      return ringDevice(user, to.device, contactsOf, inquiry, because);
    case 'extension':
      return { do: 'route', from: user.extension, to, purpose, otherwise: mailbox(user) };
  }
}

/** A-83: if a specific phone is chosen, only that device rings. */
function ringDevice(user: User, device: string, contactsOf: ContactsOf, inquiry: Inquiry, because: string[]): Plan {
  const targets = new RingTargets(contactsOf, inquiry.fromDevice, user.ringMs, because);
  targets.add(device, 0);
  if (targets.list.length === 0) return mailbox(user);
  const plan: RingPlan = {
    do: 'ring',
    extension: user.extension,
    targets: targets.list,
    ringMs: user.ringMs,
    unanswered: mailbox(user),
  };
  return plan;
}

/** A-89 to A-95, D-13, D-14. */
function ringSet(
  domain: Domain,
  user: User,
  set: RingSet,
  contactsOf: ContactsOf,
  inquiry: Inquiry,
  because: string[],
): RingTarget[] {
  const targets = new RingTargets(contactsOf, inquiry.fromDevice, user.ringMs, because);
  if (set.own === 'main') targets.add(user.devices[0]?.id ?? user.extension, 0);
  else if (set.own === 'all') for (const device of user.devices) targets.add(device.id, 0);
  else if (set.own !== 'none') for (const device of set.own) targets.add(device, 0);
  for (const { to, delayMs } of set.also) {
    if (to.to === 'device') targets.add(to.device, delayMs);
    // A listed extension is its main device; its own rules are not run (D-13).
    else if (to.to === 'extension')
      targets.add(domain.users.get(to.extension)?.devices[0]?.id ?? to.extension, delayMs);
  }
  return targets.list;
}

/** Collects ring targets; one that is listed twice is rung once with its smallest delay (D-14). */
class RingTargets {
  readonly list: RingTarget[] = [];
  readonly #contactsOf: ContactsOf;
  readonly #caller: string | null;
  readonly #ringMs: number;
  readonly #because: string[];

  constructor(contactsOf: ContactsOf, caller: string | null, ringMs: number, because: string[]) {
    this.#contactsOf = contactsOf;
    this.#caller = caller;
    this.#ringMs = ringMs;
    this.#because = because;
  }

  add(device: string, delayMs: number): void {
    const left = this.#reasonToLeaveOut(device, delayMs);
    if (left !== null) {
      this.#because.push(`${device} is left out: ${left}`);
      return;
    }
    this.#because.push(`ring ${device}${delayMs > 0 ? ` after ${delayMs / 1000} s` : ''}`);
    for (const { uri, flow } of this.#contactsOf(device)) {
      const at = this.list.findIndex((t) => t.uri === uri && t.flow === flow);
      const target: RingTarget = { device, uri, flow, delayMs };
      if (at < 0) this.list.push(target);
      else if (delayMs < (this.list[at]?.delayMs ?? 0)) this.list[at] = target;
    }
  }

  #reasonToLeaveOut(device: string, delayMs: number): string | null {
    if (device === this.#caller) return 'it is the caller';
    if (delayMs >= this.#ringMs) return `its delay is not shorter than the ring time of ${this.#ringMs / 1000} s`;
    return this.#contactsOf(device).length === 0 ? 'not registered' : null;
  }
}

/** D-12: voicemail if enabled, else 480. */
function mailbox(user: User): Plan {
  return user.voicemail === null
    ? { do: 'reject', cause: 'unavailable' }
    : { do: 'voicemail', extension: user.extension };
}

function reject(cause: Cause, why: string): Decision {
  return { plan: { do: 'reject', cause }, rule: null, because: [why] };
}

/** `extension 203`, `voicemail 202`, `device 202wp`. */
export function describe(to: Destination): string {
  switch (to.to) {
    case 'extension':
    case 'voicemail':
      return `${to.to} ${to.extension}`;
    case 'device':
      return `device ${to.device}`;
  }
}

/** A plan in a few words, without what follows it. */
export function describePlan(plan: Plan): string {
  switch (plan.do) {
    case 'ring':
      return `ring ${plan.targets.map((t) => t.device).join(', ')}`;
    case 'voicemail':
      return `voicemail ${plan.extension}`;
    case 'route':
      return describe(plan.to);
    case 'serve':
      return plan.service;
    case 'reject':
      return plan.cause;
  }
}
