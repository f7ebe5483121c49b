import { wayOut } from './dial-plan.js';
import { type Destination, type Domain, ownerOf, type RingSet, type User } from './domain.js';
import type { Confirm, DeviceTarget, RingTarget } from './plan.js';
import type { LeftOut, Reason } from './reason.js';
import type { Contact, World } from './world.js';

export type RingSetInquiry = {
  readonly domain: Domain;
  /** Whose ring set it is. */
  readonly user: User;
  readonly world: Pick<World, 'contactsOf' | 'isDown'>;
  /** The device that calls. */
  readonly caller: string | null;
  readonly ringMs: number;
  /** Everybody is asked, by the caller's name (D-25). */
  readonly screened: boolean;
};

/** What rings for a rule (A-89 to A-95, D-13, D-14); why, and why the rest does not, is added to `because`. */
export function ringTargets(set: RingSet, inquiry: RingSetInquiry, because: Reason[]): RingTarget[] {
  const targets: RingTarget[] = [];
  const { user } = inquiry;
  if (set.own === 'main') addDevice(targets, user.devices[0]?.id ?? user.extension, 0, inquiry, because);
  else if (set.own === 'all') for (const { id } of user.devices) addDevice(targets, id, 0, inquiry, because);
  else if (set.own !== 'none') for (const id of set.own) addDevice(targets, id, 0, inquiry, because);
  for (const { to, delayMs } of set.also) addDestination(targets, to, delayMs, inquiry, because);
  return targets;
}

/** A device, an extension as its main device, or a number outside. */
function addDestination(
  targets: RingTarget[],
  to: Destination,
  delayMs: number,
  inquiry: RingSetInquiry,
  because: Reason[],
): void {
  switch (to.to) {
    case 'device':
      return addDevice(targets, to.device, delayMs, inquiry, because);
    case 'extension': // its own rules are not run (D-13)
      return addMainDevice(targets, to.extension, delayMs, inquiry, because);
    case 'number': {
      const own = inquiry.domain.numbers.get(to.number);
      if (own === undefined) return addNumber(targets, to, delayMs, inquiry, because);
      // D-24: it stays in the house, without confirmation.
      if (own.treatment.to === 'user')
        return addMainDevice(targets, own.treatment.extension, delayMs, inquiry, because);
      because.push(leftOut(to.number, { because: 'notAPhone' }));
      return;
    }
    case 'voicemail':
      because.push(leftOut(`voicemail ${to.extension}`, { because: 'notAPhone' }));
  }
}

function addMainDevice(
  targets: RingTarget[],
  extension: string,
  delayMs: number,
  inquiry: RingSetInquiry,
  because: Reason[],
): void {
  const device = inquiry.domain.users.get(extension)?.devices[0]?.id;
  if (device === undefined) because.push(leftOut(extension, { because: 'unknown' }));
  else addDevice(targets, device, delayMs, inquiry, because);
}

/** A device that is listed twice is rung once, with its smallest delay (D-14). */
function addDevice(
  targets: RingTarget[],
  device: string,
  delayMs: number,
  { domain, user, world, caller, ringMs, screened }: RingSetInquiry,
  because: Reason[],
): void {
  if (device === caller) {
    because.push(leftOut(device, { because: 'caller' }));
    return;
  }
  if (delayMs >= ringMs) {
    because.push(leftOut(device, { because: 'delay', ringMs }));
    return;
  }
  const contacts = world.contactsOf(device);
  if (contacts.length === 0) {
    because.push(leftOut(device, { because: 'unregistered' }));
    return;
  }
  const confirm: Confirm | null = screened ? 'callFrom' : null;
  because.push({ why: 'ring', target: device, delayMs, confirm });
  const own = ownerOf(domain, device) === user;
  for (const contact of contacts) {
    const { uri, flow } = contact;
    const target: DeviceTarget = { kind: 'device', device, ...wayTo(contact), delayMs, confirm, own };
    const at = targets.findIndex((t) => t.kind === 'device' && t.uri === uri && t.flow === flow);
    if (at < 0) targets.push(target);
    else if (delayMs < (targets[at]?.delayMs ?? 0)) targets[at] = target;
  }
}

/** Where a contact is called. */
export function wayTo({ uri, flow, path = [] }: Contact): Pick<DeviceTarget, 'uri' | 'flow' | 'path'> {
  return path.length === 0 ? { uri, flow } : { uri, flow, path };
}

function addNumber(
  targets: RingTarget[],
  { number, confirm: asks }: Extract<Destination, { to: 'number' }>,
  delayMs: number,
  { domain, user, world, ringMs, screened }: RingSetInquiry,
  because: Reason[],
): void {
  if (delayMs >= ringMs) {
    because.push(leftOut(number, { because: 'delay', ringMs }));
    return;
  }
  const way = wayOut(domain, number, user, world.isDown);
  because.push(way.because);
  if (way.trunks === null) {
    because.push(leftOut(number, { because: 'noWayOut' }));
    return;
  }
  const confirm: Confirm | null = screened ? 'callFrom' : asks ? 'callFor' : null;
  because.push({ why: 'ring', target: number, delayMs, confirm });
  const { trunks, emergency } = way;
  const target: RingTarget = { kind: 'number', number, trunks, emergency, delayMs, confirm };
  const at = targets.findIndex((t) => t.kind === 'number' && t.number === number);
  if (at < 0) targets.push(target);
  else if (delayMs < (targets[at]?.delayMs ?? 0)) targets[at] = target;
}

function leftOut(target: string, as: LeftOut): Reason {
  return { why: 'leftOut', target, as };
}
