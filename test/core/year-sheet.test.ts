import { expect, test } from 'vitest';
import { yearSheet } from '../../src/core/year-sheet.js';
import { fixed, holidays, week, workweek } from './sample-frames.js';

const rules = [
  { name: 'Closed <all day>', frame: holidays([fixed(1, 1, 'New Year')]) },
  { name: 'Hours', frame: week({ [workweek]: ['09:00-17:00'] }) },
  { name: 'Default', frame: null },
];

/** The tooltip of a day, which begins with `day`. */
function tooltip(sheet: string, day: string): string {
  return new RegExp(`<title>(${day}[^<]*)</title>`).exec(sheet)?.[1] ?? '';
}

test('draws every day of the year once, and says what it holds', () => {
  const sheet = yearSheet('Acme', rules, 2027, 'America/New_York') ?? '';
  expect(sheet.match(/<g>/g)?.length).toBe(365);
  expect(tooltip(sheet, 'Mon 2027-03-01')).toBe(
    'Mon 2027-03-01\n00:00-09:00 Default\n09:00-17:01 Hours\n17:01-24:00 Default',
  );
  expect(tooltip(sheet, 'Fri 2027-12-31')).toBe(
    'Fri 2027-12-31\n00:00-24:00 Closed &#60;all day&#62;\nNew Year of 2028-01-01 observed',
  );
  expect(tooltip(sheet, 'Sun 2027-03-14')).toContain('clock change 01:59 to 03:00');
  expect(sheet.match(/class="edge"/g)?.length).toBe(2);
});

test('is well formed: every element is closed and no text is left unescaped', () => {
  const sheet = yearSheet('A & B', rules, 2028, 'Europe/Berlin') ?? '';
  const open: string[] = [];
  for (const [, close, name = '', selfClosing] of sheet.matchAll(/<(\/?)(\w+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else if (selfClosing !== '/') open.push(name);
  }
  expect(open).toEqual([]);
  expect(sheet).not.toMatch(/&(?!#\d+;)/);
  expect(sheet.match(/<g>/g)?.length).toBe(366);
});

test('leaves out a day that the zone skipped, and has nothing to draw in a zone nobody knows', () => {
  expect(yearSheet('Samoa', rules, 2011, 'Pacific/Apia')?.match(/<g>/g)?.length).toBe(364);
  expect(yearSheet('Mars', rules, 2027, 'Mars/Olympus')).toBeNull();
});
