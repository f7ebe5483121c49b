import { parkDefaults } from './park-file.js';

/** First and last of `8851-8859`; null if it is not of the form, or is backwards, or has more than a hundred. */
export function rangeOf(text: string): { readonly from: number; readonly to: number } | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && from <= to && to - from < MOST ? { from, to } : null;
}

const MOST = 100;

/** Every extension of a range. */
export function extensionsIn({ from, to }: { readonly from: number; readonly to: number }): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

/** The extensions of the places that the value of `park` declares, which may be faulty everywhere. */
export function slotsOf(park: unknown): ReadonlySet<string> {
  if (park === undefined || park === null || park === false) return new Set();
  const slots = typeof park === 'object' && 'slots' in park ? park.slots : parkDefaults.slots;
  if (typeof slots === 'string') {
    const range = rangeOf(slots);
    return new Set(range === null ? [] : extensionsIn(range));
  }
  const listed: readonly unknown[] = Array.isArray(slots) ? slots : [];
  return new Set(
    listed.flatMap((slot) => {
      const extension = typeof slot === 'object' && slot !== null && 'slot' in slot ? slot.slot : slot;
      return typeof extension === 'string' || typeof extension === 'number' ? [String(extension)] : [];
    }),
  );
}
