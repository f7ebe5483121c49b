import type { Destination } from '../domain.js';

/** A-132, D-41: a queue of the kind call park, with one place and no agents. Durations of 0 mean: never. */
export type ParkSlot = {
  /** The extension that is dialled to retrieve, and transferred to to park. */
  readonly slot: string;
  readonly name: string;
  /** music of its own; null: the organisation's, else the system's. */
  readonly music: string | null;
  /** D-44: what happens every `parkMs`: the parker is rung back, or the caller is offered the parker's voicemail. */
  readonly mode: 'ringBack' | 'voicemail';
  readonly parkMs: number;
  readonly ringBackMs: number;
  /** How often a call goes back to its slot after a ring-back that was not answered. */
  readonly reparks: number;
  /** First exit; then the parker's voicemail, then the operator. */
  readonly forwardUnanswered: Destination | null;
  /** Longer than this nobody is parked. */
  readonly maxWaitMs: number;
  /** D-45: what the lamp of an occupied slot shows. */
  readonly lamp: 'confirmed' | 'early';
};

export const PARK_DEFAULTS: Omit<ParkSlot, 'slot' | 'name'> = {
  music: null,
  mode: 'ringBack',
  parkMs: 120_000,
  ringBackMs: 30_000,
  reparks: 3,
  forwardUnanswered: null,
  maxWaitMs: 3_600_000,
  lamp: 'confirmed',
};

/** All slots of a domain. */
export type ParkConfig = {
  readonly slots: readonly ParkSlot[];
  /** Last exit of a parked caller; null: the domain has none. */
  readonly operator: Destination | null;
};

/** First and last extension that may be a slot. */
export type SlotRange = { readonly from: number; readonly to: number };

export const SLOT_RANGE: SlotRange = { from: 8851, to: 8859 };

export type ParkFault = {
  readonly code: 'outsideRange' | 'duplicateSlot' | 'badDuration';
  readonly slot: string;
  readonly message: string;
};

/** What is wrong with the slots; every fault is an error. */
export function checkPark({ slots }: ParkConfig, { from, to }: SlotRange = SLOT_RANGE): readonly ParkFault[] {
  const faults: ParkFault[] = [];
  const seen = new Set<string>();
  for (const { slot, parkMs, ringBackMs, maxWaitMs, reparks } of slots) {
    const number = /^\d+$/.test(slot) ? Number(slot) : Number.NaN;
    if (!(number >= from && number <= to))
      faults.push({ code: 'outsideRange', slot, message: `park slots are ${from} to ${to}, not ${slot}` });
    if (seen.has(slot)) faults.push({ code: 'duplicateSlot', slot, message: `park slot ${slot} is there twice` });
    seen.add(slot);
    if (!(parkMs >= 0 && ringBackMs > 0 && maxWaitMs >= 0 && reparks >= 0))
      faults.push({ code: 'badDuration', slot, message: `park slot ${slot}: no duration or count may be negative` });
  }
  return faults;
}
