import { describe, expect, it } from 'vitest';
import { type CalendarOptions, calendar } from '../../src/cli/calendar.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: acme.example
timezone: Europe/Berlin
country: DE
timeFrames:
  Hours: { days: { mon-fri: "09:00-17:00" } }
  Holidays: { holidays: [{ name: Feast, date: 10-31 }] }
  Monday: { days: { mon: "00:00-23:59" } }
users:
  - { extension: 204, rules: [{ when: Monday, always: 201 }, { when: Hours, ring: all }] }
  - { extension: 202, name: Max, timezone: Asia/Tokyo, timeFrames: { Nap: { days: { mon: "13:00-13:59" } } } }
  - { extension: 203, timeFrames: { Nap: always, Walk: always } }
  - { extension: 201, name: Ellen, rules: [{ when: Hours, ring: all }, { when: default, ring: main }] }
`;
const NOW = Date.UTC(2026, 9, 24, 10, 0);

function shown(subject: string, options: Omit<CalendarOptions, 'config'> = {}) {
  const terminal = recordedTerminal();
  const status = calendar(subject, { config: folderOf({ 'domains/a.yaml': OFFICE }), ...options }, {}, NOW, terminal);
  return { status, ...terminal.said() };
}

describe('strowger calendar', () => {
  it('shows which rule of a user holds when, with the changes of the clock', () => {
    expect(shown('201', { from: '2026-10-24', to: '2026-10-26' })).toEqual({
      status: 0,
      err: '',
      out: `201 (Ellen), by the clock of Europe/Berlin
Now: default, until Mon 2026-10-26 09:00 Europe/Berlin, then Hours
  Sat 2026-10-24 00:00 Europe/Berlin  -  Mon 2026-10-26 09:00 Europe/Berlin  default
  Mon 2026-10-26 09:00 Europe/Berlin  -  Mon 2026-10-26 17:01 Europe/Berlin  Hours
  Mon 2026-10-26 17:01 Europe/Berlin  -  Tue 2026-10-27 00:00 Europe/Berlin  default

Clock changes
  Europe/Berlin  fold  2026-10-25T02:59  ->  2026-10-25T02:00
`,
    });
  });

  it('D-59 shows what wins as long as it does, whatever begins and ends below it', () => {
    const { out } = shown('204', { from: '2026-10-26', to: '2026-10-26' });
    expect(out).toContain('Mon 2026-10-26 00:00 Europe/Berlin  -  Tue 2026-10-27 00:00 Europe/Berlin  Monday\n');
  });

  it('shows a frame with its holidays', () => {
    expect(shown('Holidays', { from: '2026-10-30', to: '2026-11-01' }).out).toContain(
      '\nHolidays\n  2026-10-31  Feast\n',
    );
  });

  it('A-70 shows a private frame, in the zone of its owner (D-39)', () => {
    expect(shown('Nap', { user: '202', from: '2026-10-26', to: '2026-10-26' }).out).toContain(
      'Mon 2026-10-26 13:00 Asia/Tokyo  -  Mon 2026-10-26 14:00 Asia/Tokyo  Nap\n',
    );
    expect(shown('Walk').status).toBe(0);
    expect(shown('Hours', { user: '202', from: '2026-10-26' }).out).toContain('09:00 Asia/Tokyo');
  });

  it('begins today and lasts two weeks', () => {
    const { from, until } = JSON.parse(shown('201', { json: true }).out);
    expect([from, until]).toEqual([Date.UTC(2026, 9, 23, 22), Date.UTC(2026, 10, 6, 23)]);
  });

  it('says what holds now and what comes next, also what lies beyond the days that are shown', () => {
    const from = '2026-10-24';
    expect(shown('Holidays', { from, to: from }).out).toContain(
      'Now: -, until Sat 2026-10-31 00:00 Europe/Berlin, then Holidays\n',
    );
    expect(shown('203', { from, to: from }).out).toContain('Now: default, for ever\n');
    expect(JSON.parse(shown('Hours', { json: true }).out).now).toEqual({
      at: NOW,
      winner: null,
      next: { at: Date.UTC(2026, 9, 26, 8), winner: 'Hours' },
    });
  });

  it('draws the year', () => {
    expect(shown('201', { svg: true }).out).toMatch(/^<svg [\s\S]*201 \(Ellen\)[\s\S]*<\/svg>\n$/);
  });

  it.each([
    ['a user that is not there', '2001', {}, 'acme.example has no user or time frame "2001"; did you mean "201"?'],
    ['a private frame of several', 'Nap', {}, '"Nap" is a private time frame of 202, 203; choose one with --user'],
    ['a private frame of another', 'Walk', { user: '202' }, '202 has no time frame "Walk"'],
    ['an unknown owner', 'Nap', { user: '2002' }, 'acme.example has no user "2002"; did you mean "202"?'],
    [
      'another domain',
      '201',
      { domain: 'b.example' },
      'there is no domain "b.example"; choose one with --domain: acme.example',
    ],
    ['no day', '201', { from: 'today' }, '"today" is no day; expected one such as 2026-12-24, --to not before --from'],
    [
      'the end before the beginning',
      '201',
      { from: '2026-10-24', to: '2026-10-23' },
      '"2026-10-23" is no day; expected one such as 2026-12-24, --to not before --from',
    ],
  ])('refuses %s', (_, subject, options, message) => {
    expect(shown(subject, options)).toEqual({ status: 1, out: '', err: `strowger calendar: ${message}\n` });
  });
});
