import type { Destination } from '../core/domain.js';
import type { HoldMusic } from '../core/hold-music.js';
import { checkPark, PARK_DEFAULTS, type ParkConfig, type ParkSlot, SLOT_RANGE } from '../core/queue/park-config.js';
import type { DestinationFile } from './destination-file.js';
import type { DomainFile } from './domain-file.js';
import { durationMs } from './duration.js';
import { compileMusicName } from './music.js';
import { parkDefaults, type SlotFile } from './park-file.js';
import { extensionsIn, rangeOf } from './park-slots.js';
import { compileDestination } from './rule.js';
import { fail, type Scope } from './scope.js';

type Park = Exclude<DomainFile['park'], boolean | undefined>;
type SlotOptions = Omit<Exclude<SlotFile, string | number>, 'slot' | 'name'>;

/** The park places of a domain (A-174 to A-176, D-41 to D-45); null: nothing can be parked. */
export function compilePark(written: DomainFile, country: string, music: HoldMusic, scope: Scope): ParkConfig | null {
  if (written.park === undefined || written.park === false) return null;
  const park: Park = written.park === true ? {} : written.park;
  const own = optionsOf(park, PARK_DEFAULTS, '', country, music, scope);
  const slots = slotsOf(written, park, own, country, music, scope);
  const operator =
    park.operator === undefined ? null : destinationOf(park, 'operator', park.operator, '', country, scope);
  const config = { slots: slots.map(({ slot }) => slot), operator };
  const range = park.range === undefined ? SLOT_RANGE : rangeOf(park.range);
  if (range === null) fail(scope, park, 'range', `${JSON.stringify(park.range)} is no range of up to a hundred`);
  for (const { slot, message } of checkPark(config, range ?? SLOT_RANGE)) {
    const place = slots.find((one) => one.slot.slot === slot);
    if (place !== undefined) fail(scope, place.holder, place.key, message);
  }
  for (const { slot, holder, key } of slots) checkFree(written, slot.slot, holder, key, scope);
  return config;
}

/** A slot and where it is written. */
type Placed = { readonly slot: ParkSlot; readonly holder: object; readonly key: string | number };

function slotsOf(
  written: DomainFile,
  park: Park,
  own: Omit<ParkSlot, 'slot' | 'name'>,
  country: string,
  music: HoldMusic,
  scope: Scope,
): Placed[] {
  const { slots = parkDefaults.slots } = park;
  if (typeof slots === 'string') {
    const range = rangeOf(slots);
    if (range === null) fail(scope, park, 'slots', `${JSON.stringify(slots)} is no range of up to a hundred places`);
    const [holder, key] = park.slots === undefined ? [written, 'park'] : [park, 'slots'];
    return extensionsIn(range ?? SLOT_RANGE).map((slot) => ({
      slot: { ...own, slot, name: nameOf(slot) },
      holder,
      key,
    }));
  }
  return slots.map((form, index) => {
    if (typeof form !== 'object') {
      const slot = String(form);
      return { slot: { ...own, slot, name: nameOf(slot) }, holder: slots, key: index };
    }
    const slot = String(form.slot);
    const options = optionsOf(form, own, slot, country, music, scope);
    return { slot: { ...options, slot, name: form.name ?? nameOf(slot) }, holder: form, key: 'slot' };
  });
}

function nameOf(slot: string): string {
  return `Park ${slot}`;
}

function optionsOf(
  form: SlotOptions,
  otherwise: Omit<ParkSlot, 'slot' | 'name'>,
  slot: string,
  country: string,
  music: HoldMusic,
  scope: Scope,
): Omit<ParkSlot, 'slot' | 'name'> {
  const ms = (text: string | undefined, otherwiseMs: number): number =>
    text === undefined ? otherwiseMs : (durationMs(text) ?? 0);
  const { forwardUnanswered } = form;
  return {
    music: compileMusicName(form, music, scope) ?? otherwise.music,
    mode: form.mode ?? otherwise.mode,
    parkMs: ms(form.time, otherwise.parkMs),
    ringBackMs: ms(form.ringBack, otherwise.ringBackMs),
    reparks: form.reparks ?? otherwise.reparks,
    forwardUnanswered:
      forwardUnanswered === undefined
        ? otherwise.forwardUnanswered
        : destinationOf(form, 'forwardUnanswered', forwardUnanswered, slot, country, scope),
    maxWaitMs: ms(form.maxWait, otherwise.maxWaitMs),
    lamp: form.lamp ?? otherwise.lamp,
  };
}

function destinationOf(
  holder: object,
  key: string,
  written: DestinationFile,
  extension: string,
  country: string,
  scope: Scope,
): Destination | null {
  if (written === 'voicemail') {
    fail(scope, holder, key, 'a park place has no mailbox of its own; expected { voicemail: EXTENSION }');
    return null;
  }
  return compileDestination(holder, key, written, { extension, deviceIds: [], ringMs: 0, country }, scope);
}

function checkFree(written: DomainFile, slot: string, holder: object, key: string | number, scope: Scope): void {
  const { extensions, services, queues } = scope.names;
  const what = extensions.has(slot) ? 'a user' : services.has(slot) ? 'a service' : queues.has(slot) ? 'a queue' : null;
  if (what !== null) fail(scope, holder, key, `park place ${slot} is the number of ${what} already`);
  else if (slot in (written.features ?? {})) fail(scope, holder, key, `park place ${slot} is a feature code already`);
}
