import type { ParkLogRow } from './park.js';

/** What happened to a call in park places, in words, one line per event with the seconds since it was first parked. */
export function tellParking(rows: Iterable<ParkLogRow>, nameOf: (extension: string) => string): readonly string[] {
  const lines: string[] = [];
  let start: number | null = null;
  for (const { at, type, slot, by } of rows) {
    start ??= at;
    const seconds = ((at - start) / 1000).toFixed(1).padStart(7);
    lines.push(`${seconds} s  ${WHAT[type].replace('SLOT', slot)}${by === null ? '' : ` by ${nameOf(by)}`}`);
  }
  return lines;
}

const WHAT: Readonly<Record<ParkLogRow['type'], string>> = {
  parked: 'was parked at SLOT',
  retrieved: 'was retrieved from SLOT',
  rangBack: 'was rung back from SLOT, parked',
  reparked: 'went back to SLOT, since nobody answered',
  takenBack: 'was taken back from SLOT',
  abandoned: 'hung up at SLOT',
  voicemail: 'went from SLOT to voicemail',
  left: 'was sent on from SLOT',
};
