import { csvText, readCsv } from './csv.js';
import { listEntry } from './screening-list.js';

/** One line of the template: a number, and whether it is allowed. */
export type ListEntry = { readonly number: string; readonly allowed: boolean };

/** `line` counts from 1. */
export type ListFault = { readonly line: number; readonly message: string };

const HEADER = ['number', 'allowed'];
const YES = /^(?:yes|y|true|1|allowed?)$/i;
const NO = /^(?:no|n|false|0|blocked?)$/i;

/** Reads a list in the template of the guides: `number,yes|no`, with or without a header, comma or semicolon. */
export function readListTable(
  text: string,
  country: string,
  extensions: ReadonlyMap<string, unknown>,
): { readonly entries: readonly ListEntry[]; readonly faults: readonly ListFault[] } {
  const entries = new Map<string, ListEntry>();
  const faults: ListFault[] = [];
  for (const [index, { line, cells }] of readCsv(text, ',;\t').entries()) {
    const [written = '', answer = ''] = cells;
    if (index === 0 && !/\d/.test(written)) continue; // the header
    const digits = written.replace(/\*$/, '');
    if (!/^\+?[\d\s().-]{1,30}$/.test(digits) || !/\d/.test(digits)) {
      faults.push({ line, message: `${JSON.stringify(written)} is no number` });
    } else if (!YES.test(answer) && !NO.test(answer)) {
      faults.push({ line, message: `${JSON.stringify(answer)} is neither yes nor no` });
    } else {
      const number = listEntry(written, country, extensions);
      const known = entries.get(number);
      const allowed = YES.test(answer);
      if (known !== undefined && known.allowed !== allowed) {
        faults.push({ line, message: `${number} is allowed and blocked` });
      } else entries.set(number, { number, allowed });
    }
  }
  return { entries: [...entries.values()], faults };
}

/** The same table, which `readListTable` and a spreadsheet read. */
export function listTableText(entries: readonly ListEntry[]): string {
  return csvText([HEADER, ...entries.map(({ number, allowed }) => [number, allowed ? 'yes' : 'no'])]);
}
