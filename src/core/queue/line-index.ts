import type { Domain } from '../domain.js';
import type { ParkSlot } from './park-config.js';
import type { QueueConfig } from './queue-config.js';

/** Where callers wait. */
export type Line =
  | { readonly kind: 'queue'; readonly queue: QueueConfig }
  | { readonly kind: 'slot'; readonly slot: ParkSlot };

const indexes = new WeakMap<Domain, ReadonlyMap<string, Line>>();

/** The queue or park slot with this extension; null: there is none. Indexed once per snapshot. */
export function lineOf(domain: Domain, extension: string): Line | null {
  let index = indexes.get(domain);
  if (index === undefined) {
    const { acd, park } = domain;
    index = new Map<string, Line>([
      ...(park?.slots ?? []).map((slot) => [slot.slot, { kind: 'slot', slot }] as const),
      ...acd.queues.map((queue) => [queue.extension, { kind: 'queue', queue }] as const),
    ]);
    indexes.set(domain, index);
  }
  return index.get(extension) ?? null;
}
