import { csvText, readCsv, separatorOf } from './csv.js';
import {
  type Introduction,
  introductions,
  type PhoneNumber,
  type Treatment,
  toE164,
  treatments,
} from './phone-number.js';

/** What is wrong with a line of a table, counted from 1. */
export type TableFault = { readonly line: number; readonly message: string };

const HEADER = ['number', 'treatment', 'destination', 'notes', 'introduction'];

/** The list of phone numbers as a spreadsheet reads it. */
export function numberTableText(numbers: Iterable<PhoneNumber>): string {
  const rows = [...numbers].map(({ number, treatment, notes }) => {
    const destination = treatment.to === 'available' ? '' : treatment.extension;
    return [number, treatment.to, destination, notes, treatment.to === 'queue' ? treatment.introduction : ''];
  });
  return csvText([HEADER, ...rows]);
}

/**
 * Reads such a list, with or without its header; columns at the end may be left out. Numbers without a country code are
 * read in `country`. Whether the destinations are there is not looked at.
 */
export function readNumberTable(
  text: string,
  country: string,
): { readonly numbers: readonly PhoneNumber[]; readonly faults: readonly TableFault[] } {
  const numbers = new Map<string, PhoneNumber>();
  const faults: TableFault[] = [];
  for (const [index, { line, cells }] of readCsv(text, separatorOf(text)).entries()) {
    const [written = '', treatment = '', destination = '', notes = '', introduction = ''] = cells;
    if (index === 0 && !/\d/.test(written)) continue; // the header
    const number = toE164(written, country);
    const read = readTreatment(treatment.toLowerCase(), destination, introduction.toLowerCase());
    if (number === null) {
      faults.push({ line, message: `${JSON.stringify(written)} is no telephone number of ${country}` });
    } else if (typeof read === 'string') {
      faults.push({ line, message: read });
    } else if (numbers.has(number)) {
      faults.push({ line, message: `${number} is in this table already` });
    } else numbers.set(number, { number, treatment: read, notes });
  }
  return { numbers: [...numbers.values()], faults };
}

/** Or what is wrong with it. */
function readTreatment(written: string, extension: string, introduction: string): Treatment | string {
  const to = treatments.find((treatment) => treatment === written);
  if (to === undefined) return `${JSON.stringify(written)} is no treatment; expected ${treatments.join(', ')}`;
  if (to === 'available') {
    return extension === ''
      ? { to }
      : `an available number has no destination, but here is ${JSON.stringify(extension)}`;
  }
  if (!/^\d{1,15}$/.test(extension)) {
    return `${JSON.stringify(extension)} is no destination; expected an extension of 1 to 15 digits`;
  }
  if (to !== 'queue') {
    return introduction === '' ? { to, extension } : 'an introduction goes with a queue only';
  }
  const first: Introduction | undefined = introductions.find((one) => one === (introduction || 'none'));
  if (first === undefined) {
    return `${JSON.stringify(introduction)} is no introduction; expected ${introductions.join(', ')}`;
  }
  return { to, extension, introduction: first };
}
