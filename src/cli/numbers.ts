import { readFileSync } from 'node:fs';
import { isMap, isScalar, parseDocument } from 'yaml';
import type { Environment } from '../config/password.js';
import { numberTableText, readNumberTable } from '../core/number-table.js';
import { type PhoneNumber, toE164 } from '../core/phone-number.js';
import { readTable, rewrite, writtenDomain } from './config-edit.js';
import { counted, type Terminal } from './terminal.js';

export type NumbersOptions = { readonly config: string; readonly domain?: string | undefined };

/** `strowger numbers export`: prints the table. */
export function exportNumbers(options: NumbersOptions, env: Environment, terminal: Terminal): number {
  const found = writtenDomain('numbers', options, env, terminal);
  if (found === null) return 1;
  terminal.out(numberTableText(found.domain.numbers.values()));
  return 0;
}

/**
 * `strowger numbers import FILE`: brings the numbers of the table into the file of the domain, new ones and those that
 * are treated otherwise; numbers that the table does not have stay. All or nothing.
 */
export function importNumbers(table: string, options: NumbersOptions, env: Environment, terminal: Terminal): number {
  const found = writtenDomain('numbers', options, env, terminal);
  const text = found === null ? null : readTable('numbers', table, terminal);
  if (found === null || text === null) return 1;
  const { domain, file } = found;
  const { numbers, faults } = readNumberTable(text, domain.country);
  for (const { line, message } of faults) terminal.err(`${table}:${line}: ${message}\n`);
  if (faults.length > 0) return 1;
  const others = numbers.filter((number) => !isSame(number, domain.numbers.get(number.number)));
  const isDone =
    others.length === 0 ||
    rewrite(file, withNumbers(readFileSync(file, 'utf8'), others, domain.country), options.config, env, terminal);
  if (!isDone) return 1;
  const added = others.filter(({ number }) => !domain.numbers.has(number)).length;
  const rest = numbers.length - others.length;
  terminal.out(`${file}: ${counted(added, 'number')} added, ${others.length - added} changed, ${rest} as they were\n`);
  return 0;
}

function isSame(number: PhoneNumber, known: PhoneNumber | undefined): boolean {
  return known !== undefined && numberTableText([number]) === numberTableText([known]);
}

/** The YAML with these numbers; its comments and order stay, and so does the way in which a known number is written. */
function withNumbers(yaml: string, numbers: readonly PhoneNumber[], country: string): string {
  const document = parseDocument(yaml);
  const written = document.get('numbers');
  const keys = new Map(
    (isMap(written) ? written.items : []).flatMap(({ key }) => {
      const text = isScalar(key) ? (key.source ?? String(key.value)) : String(key);
      const number = toE164(text, country);
      return number === null ? [] : [[number, key] as const];
    }),
  );
  for (const number of numbers) {
    document.setIn(
      ['numbers', keys.get(number.number) ?? number.number],
      document.createNode(formOf(number), { flow: true }),
    );
  }
  return document.toString({ lineWidth: 0 });
}

/** As people write it: the extension alone where that says all. */
function formOf({ treatment, notes }: PhoneNumber): unknown {
  const noted = notes === '' ? {} : { notes };
  switch (treatment.to) {
    case 'available':
      return notes === '' ? 'available' : { available: true, ...noted };
    case 'user':
      return notes === '' ? digits(treatment.extension) : { user: digits(treatment.extension), ...noted };
    case 'voicemail':
    case 'conference':
    case 'attendant':
      return { [treatment.to]: digits(treatment.extension), ...noted };
    case 'queue': {
      const { introduction } = treatment;
      return { queue: digits(treatment.extension), ...(introduction === 'none' ? {} : { introduction }), ...noted };
    }
  }
}

/** A number where it is read as the same digits again. */
function digits(extension: string): string | number {
  return String(Number(extension)) === extension ? Number(extension) : extension;
}
