import { describe, expect, it } from 'vitest';
import { domainOf, findings, itFinds, itWarns, type Row } from './config-folder.js';

const frames = (lines: string) => `domain: a.example\ntimezone: UTC\ntimeFrames:\n  ${lines}\n`;

const timeFrames: readonly Row[] = [
  [
    'A-60 a frame named default',
    frames('default: always'),
    'office.yaml:4:3: timeFrames.default: a time frame cannot have this name; "default" is the rule that holds when no other does',
  ],
  [
    'A-62 unknown days',
    frames('Work: { days: { weekdays: "09:00-17:00" } }'),
    'office.yaml:4:19: timeFrames.Work.days.weekdays: the name is not right; expected days of the week, such as mon, mon-fri or "mon, wed"',
  ],
  [
    'A-62 no range',
    frames('Work: { days: { mon: "9-17" } }'),
    'office.yaml:4:24: timeFrames.Work.days.mon: "9-17" is not right; expected a range of time, such as "09:00-17:00"; the whole day is "00:00-23:59"',
  ],
  [
    'A-62 no such time',
    frames('Work: { days: { mon: ["09:00-24:00"] } }'),
    'office.yaml:4:25: timeFrames.Work.days.mon[0]: "09:00-24:00" is not right; expected a range of time, such as "09:00-17:00"; the whole day is "00:00-23:59"',
  ],
  [
    'A-62 a day twice',
    frames('Work: { days: { mon-fri: "09:00-17:00", fri: "09:00-15:00" } }'),
    'office.yaml:4:43: timeFrames.Work.days.fri: fri is given twice, here and in "mon-fri"; give all its ranges in one place',
  ],
  [
    'D-51 start = end',
    frames('Work: { days: { mon: ["09:00-17:00", "18:00-18:00"] } }'),
    'office.yaml:4:40: timeFrames.Work.days.mon[1]: the range begins and ends at the same minute; the whole day is 00:00-23:59',
  ],
  [
    'D-52 more than ten ranges a day',
    frames(`Work: { days: { mon: [${Array.from({ length: 11 }, (_, h) => `"${h}:00-${h}:30"`).join(', ')}] } }`),
    'office.yaml:4:24: timeFrames.Work.days.mon: a list is not right; expected at most 10 ranges a day',
  ],
  [
    'D-39 a bad zone of a frame',
    frames('Work: { days: { mon: "09:00-17:00" }, timezone: PST8 }'),
    'office.yaml:4:51: timeFrames.Work.timezone: "PST8" is not a time zone; expected an IANA name such as America/New_York',
  ],
  [
    'A-59 a frame of no kind',
    frames('Work: sometimes'),
    'office.yaml:4:9: timeFrames.Work: "sometimes" is not right; expected always, or a mapping with days, dates, holidays, any or switched',
  ],
  [
    'A-59 a mapping of no kind',
    frames('Work: { daze: { mon: "09:00-17:00" } }'),
    'office.yaml:4:9: timeFrames.Work: a mapping is not right; expected always, or a mapping with days, dates, holidays, any or switched',
  ],
  [
    'D-51 start = end of several days is said once',
    frames('Work: { days: { mon-fri: "09:00-09:00" } }'),
    'office.yaml:4:28: timeFrames.Work.days.mon-fri: the range begins and ends at the same minute; the whole day is 00:00-23:59',
  ],
  [
    'A-64 a day that is not in the calendar',
    frames('Party: { dates: [2026-12-24, 2026-02-30] }'),
    'office.yaml:4:32: timeFrames.Party.dates[1]: there is no day 2026-02-30',
  ],
  [
    'A-64 dates the wrong way round',
    frames('Party: { dates: ["2026-12-24 - 2026-12-23"] }'),
    'office.yaml:4:20: timeFrames.Party.dates[0]: 2026-12-23T23:59 is before 2026-12-24T00:00',
  ],
  [
    'A-64 a date as nobody else writes it',
    frames('Party: { dates: ["24.12.2026"] }'),
    'office.yaml:4:20: timeFrames.Party.dates[0]: "24.12.2026" is not right; expected a date, two dates or two times, such as 2026-12-24, "2026-12-24 - 2026-12-26" or "2026-12-23 17:00 - 2027-01-04 08:00"',
  ],
  [
    'D-55 longer than its period',
    frames('Fair: { dates: ["2026-05-01 - 2026-05-09"], repeats: weekly }'),
    'office.yaml:4:19: timeFrames.Fair.dates[0]: the interval is longer than the 7 days after which it recurs',
  ],
  [
    'D-55 an n-th weekday of a week',
    frames('Fair: { days: { fri: "09:00-17:00" }, repeats: { every: week, on: [first fri], from: 2026-11-27 } }'),
    'office.yaml:4:50: timeFrames.Fair.repeats: the n-th weekday, 1 to 5 or -1 to -5, goes with monthly and yearly only',
  ],
  [
    'D-55 an end too many',
    frames('Fair: { dates: [2026-05-01], repeats: { every: year, until: 2030-01-01, times: 3 } }'),
    'office.yaml:4:41: timeFrames.Fair.repeats: a recurrence ends on a day or after a count, not both (RFC 5545 §3.3.10)',
  ],
  [
    'D-55 no period',
    frames('Fair: { dates: [2026-05-01], repeats: { every: fortnight } }'),
    'office.yaml:4:50: timeFrames.Fair.repeats.every: "fortnight" is not right; expected a period, such as day, 2 weeks, month or year',
  ],
  [
    'D-56 a holiday that the country does not have',
    frames('Off: { holidays: [Chrismas Day] }'),
    'office.yaml:4:21: timeFrames.Off.holidays[0]: the holiday list of US has no "Chrismas Day"; did you mean "Christmas Day"?',
  ],
  [
    'D-56 no such day of the year',
    frames('Off: { holidays: [{ name: Never, date: 02-30 }] }'),
    'office.yaml:4:21: timeFrames.Off.holidays[0]: there is no day 30 of month 2',
  ],
  [
    'D-56 a holiday of no kind',
    frames('Off: { holidays: [{ name: Never }] }'),
    'office.yaml:4:21: timeFrames.Off.holidays[0]: a mapping is not right; expected the name of a holiday, or a mapping with name and date, weekday, easter or dates',
  ],
  [
    'A-69 parts that are not there',
    frames('Off: { any: [Work, Wrok] }\n  Work: always'),
    'office.yaml:4:22: timeFrames.Off.any[1]: there is no time frame "Wrok"; did you mean "Work"?',
  ],
  [
    'A-69 a frame that is a part of itself',
    frames('A: { any: [B] }\n  B: { any: [A] }'),
    'office.yaml:4:14: timeFrames.A.any[0]: "A" would be a part of itself',
    'office.yaml:5:14: timeFrames.B.any[0]: "B" would be a part of itself',
  ],
  [
    'A-74 a switch with a word',
    frames('Night: { switched: on }'),
    'office.yaml:4:22: timeFrames.Night.switched: "on" is not right; expected true or false; did you mean true?',
  ],
];

const warnings: readonly Row[] = [
  [
    'D-52 ranges that overlap',
    frames('Work: { days: { mon: ["09:00-13:00", "12:00-17:00"] } }'),
    'office.yaml:4:24: timeFrames.Work.days.mon: ranges of the day overlap; they count as one',
  ],
  [
    'D-39 frames without a zone',
    'domain: a.example\ntimeFrames: { Work: { days: { mon: "09:00-17:00" } } }\n',
    'office.yaml:2:1: timeFrames: no timezone is given, so that the time frames are read in UTC',
  ],
  [
    'D-39 private frames without a zone',
    'domain: a.example\nusers:\n  - { extension: 201, timezone: UTC, timeFrames: { Off: always } }\n  - { extension: 202, timeFrames: { Off: always } }\n',
    'office.yaml:4:23: users[1].timeFrames: no timezone is given, so that the time frames are read in UTC',
  ],
  [
    'D-39 working hours without a zone',
    'domain: a.example\nusers:\n  - { extension: 202, incoming: { prefer: extension, hours: { mon: "09:00-17:00" } } }\n',
    'office.yaml:3:23: users[0].incoming: no timezone is given, so that the time frames are read in UTC',
  ],
  [
    'D-58 working hours on no day',
    'domain: a.example\ntimezone: UTC\nusers:\n  - { extension: 202, incoming: { prefer: extension, hours: {} } }\n',
    'office.yaml:4:61: users[0].incoming.hours: no day has a range, so the frame never holds',
  ],
];

const privately = (lines: string, more = '') =>
  `domain: a.example\ntimezone: UTC\ntimeFrames: { Night: always }\nusers:\n  - extension: 202\n    timeFrames:\n      ${lines.replaceAll('\n', '\n      ')}\n  - { extension: 203 }\n${more}`;

const privateFrames: readonly Row[] = [
  [
    'A-70 a private frame with the name of a shared one',
    privately('Night: always'),
    'office.yaml:7:7: users[0].timeFrames.Night: a shared time frame has this name already, at line 3; choose another',
  ],
  [
    'A-70 a rule of somebody else',
    privately('Lunch: always', '  - { extension: 204, rules: [{ when: Lunch, ring: all }] }\n'),
    'office.yaml:9:39: users[2].rules[0].when: there is no time frame "Lunch"; expected one of timeFrames, or default; that of 202 is private',
  ],
  [
    'A-70 a misspelt private frame',
    privately('Lunch: always\nBreak: { any: [Lunsh] }'),
    'office.yaml:8:22: users[0].timeFrames.Break.any[0]: there is no time frame "Lunsh"; did you mean "Lunch"?',
  ],
  [
    'A-70 a shared frame with a private part',
    privately('Lunch: always').replace('{ Night: always }', '{ Night: { any: [Lunch] } }'),
    'office.yaml:3:30: timeFrames.Night.any[0]: there is no time frame "Lunch"',
  ],
  [
    'A-60 a private frame named default',
    privately('default: always'),
    'office.yaml:7:7: users[0].timeFrames.default: a time frame cannot have this name; "default" is the rule that holds when no other does',
  ],
  [
    'D-51 what is wrong inside a private frame',
    privately('Lunch: { days: { mon: "09:00-09:00" } }'),
    'office.yaml:7:29: users[0].timeFrames.Lunch.days.mon: the range begins and ends at the same minute; the whole day is 00:00-23:59',
  ],
  [
    'D-62 a code for a private frame that is not switched by hand',
    privately('Lunch: always', 'features: { "*70": { toggle: Lunch } }\n'),
    'office.yaml:9:30: features["*70"].toggle: "Lunch" of 202 is no frame that is switched by hand; expected one with `switched`',
  ],
];

it('A-62 what is left out because it is wrong is not told as missing, too', () => {
  const wrong = findings({ 'office.yaml': frames('Work: { days: { mo: "09:00-17:00" } }') }, 'office.yaml');
  expect([wrong.errors.length, wrong.warnings]).toEqual([1, []]);
  const empty = findings({ 'office.yaml': frames('Work: { days: {} }') }, 'office.yaml');
  expect([empty.errors, empty.warnings.length]).toEqual([[], 1]);
});

describe('mistakes', () => {
  itFinds(timeFrames);
  itFinds(privateFrames);
  describe('worth a warning', () => itWarns(warnings));
});

describe('time frames', () => {
  it.each([
    ['A-61 always', 'always', { kind: 'always' }],
    [
      'A-62 days with two ranges, and a day of its own',
      '{ days: { "mon-tue, thu": ["9:00-12:00", "13:00-17:30"], sat: "10:00-12:00" } }',
      {
        kind: 'week',
        days: {
          mon: [range(540, 720), range(780, 1050)],
          tue: [range(540, 720), range(780, 1050)],
          thu: [range(540, 720), range(780, 1050)],
          sat: [range(600, 720)],
        },
        recurrence: null,
      },
    ],
    [
      'days round the end of the week',
      '{ days: { sat-mon: "00:00-23:59" } }',
      {
        kind: 'week',
        days: { sat: [range(0, 1439)], sun: [range(0, 1439)], mon: [range(0, 1439)] },
        recurrence: null,
      },
    ],
    [
      'D-51 a range over midnight',
      '{ days: { fri: "22:00-06:00" } }',
      { kind: 'week', days: { fri: [range(1320, 360)] }, recurrence: null },
    ],
    [
      'A-65 every other week',
      '{ days: { mon: "09:00-10:00" }, repeats: { every: 2 weeks, from: 2026-11-23, times: 5 } }',
      {
        kind: 'week',
        days: { mon: [range(540, 600)] },
        recurrence: { ...recurring('weekly', 2), count: 5, start: '2026-11-23' },
      },
    ],
    [
      'A-64 dates: a day, days, and times across the year',
      '{ dates: [2026-12-24, "2026-12-25 - 2026-12-26", "2026-12-23 17:00 - 2027-01-04 8:00"] }',
      {
        kind: 'dates',
        intervals: [
          { from: '2026-12-24T00:00', to: '2026-12-24T23:59' },
          { from: '2026-12-25T00:00', to: '2026-12-26T23:59' },
          { from: '2026-12-23T17:00', to: '2027-01-04T08:00' },
        ],
        recurrence: null,
      },
    ],
    [
      'A-65 dates every year',
      '{ dates: [2026-12-24], repeats: yearly }',
      {
        kind: 'dates',
        intervals: [{ from: '2026-12-24T00:00', to: '2026-12-24T23:59' }],
        recurrence: recurring('yearly', 1),
      },
    ],
    [
      'A-65 the first and the last of a month, and days of it',
      '{ dates: [2026-05-01], repeats: { every: month, on: [first fri, last fri, mon, 1, -1], months: [5, 6], until: 2030-12-31 } }',
      {
        kind: 'dates',
        intervals: [{ from: '2026-05-01T00:00', to: '2026-05-01T23:59' }],
        recurrence: {
          ...recurring('monthly', 1),
          byDay: [
            { weekday: 'fri', nth: 1 },
            { weekday: 'fri', nth: -1 },
            { weekday: 'mon', nth: null },
          ],
          byMonthDay: [1, -1],
          byMonth: [5, 6],
          until: '2030-12-31',
        },
      },
    ],
    [
      'A-67 holidays of every kind',
      `{ holidays: [Thanksgiving Day, { name: Eve, date: 12-24 }, { name: Fair, weekday: second mon, month: 9 },
        { name: Good Friday, easter: -2 }, { name: Outing, dates: [2027-05-14] }] }`,
      {
        kind: 'holidays',
        holidays: [
          { type: 'listed', country: 'US', region: null, name: 'Thanksgiving Day' },
          { type: 'fixed', name: 'Eve', month: 12, day: 24 },
          { type: 'weekday', name: 'Fair', month: 9, weekday: 'mon', nth: 2 },
          { type: 'easter', name: 'Good Friday', offset: -2, orthodox: false },
          { type: 'dates', name: 'Outing', dates: ['2027-05-14'] },
        ],
        range: range(0, 1439),
        year: null,
        until: null,
        workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
        observed: null,
      },
    ],
    [
      'A-68 observed holidays of another place',
      `{ holidays: [Heilige Drei Könige], country: DE, region: BY, hours: "08:00-17:00", observed: true, workdays: mon-sat,
        year: 2027, until: 2027-12-31 }`,
      {
        kind: 'holidays',
        holidays: [{ type: 'listed', country: 'DE', region: 'BY', name: 'Heilige Drei Könige' }],
        range: range(480, 1020),
        year: 2027,
        until: '2027-12-31',
        workdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
        observed: { on: { sat: 'previous', sun: 'next' }, only: false },
      },
    ],
    [
      'D-57 observed by one’s own rule',
      '{ holidays: [Christmas Day], observed: { sun: mon, only: true } }',
      {
        kind: 'holidays',
        holidays: [{ type: 'listed', country: 'US', region: null, name: 'Christmas Day' }],
        range: range(0, 1439),
        year: null,
        until: null,
        workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
        observed: { on: { sun: 'mon' }, only: true },
      },
    ],
    [
      'A-74 a switch that goes back by itself',
      '{ switched: true, until: "2026-12-24 18:00" }',
      { kind: 'toggle', on: true, until: '2026-12-24T18:00' },
    ],
  ])('%s', (_, written, expected) => {
    const shared = { name: 'Some time', timeZone: 'inherit', owner: null };
    expect(domainOf(frames(`Some time: ${written}`)).timeFrames.get('Some time')).toEqual({ ...shared, ...expected });
  });

  it('A-69 a custom frame is made of others, which may be custom themselves', () => {
    const text = frames('Closed: { any: [Off, Lunch] }\n  Off: { any: [Lunch] }\n  Lunch: always');
    const lunch = { name: 'Lunch', timeZone: 'inherit', owner: null, kind: 'always' };
    const off = { name: 'Off', timeZone: 'inherit', owner: null, kind: 'custom', children: [lunch] };
    expect(domainOf(text).timeFrames.get('Closed')).toEqual({ ...off, name: 'Closed', children: [off, lunch] });
  });

  it('A-70 private frames belong to their owner, and may be made of shared ones', () => {
    const domain = domainOf(privately('Lunch: { switched: true }\nOff: { any: [Night, Lunch] }'));
    const lunch = { name: 'Lunch', timeZone: 'inherit', owner: '202', kind: 'toggle', on: true, until: null };
    const night = { name: 'Night', timeZone: 'inherit', owner: null, kind: 'always' };
    const off = { name: 'Off', timeZone: 'inherit', owner: '202', kind: 'custom', children: [night, lunch] };
    expect([...(domain.users.get('202')?.timeFrames ?? [])]).toEqual([
      ['Lunch', lunch],
      ['Off', off],
    ]);
    expect([domain.users.get('203')?.timeFrames.size, [...domain.timeFrames.keys()]]).toEqual([0, ['Night']]);
  });

  it('D-39 a frame may have a zone of its own', () => {
    const text = frames('Berlin: { days: { mon: "09:00-17:00" }, timezone: Europe/Berlin }');
    expect(domainOf(text).timeFrames.get('Berlin')?.timeZone).toBe('Europe/Berlin');
  });

  it('D-52 ranges that touch are no overlap', () => {
    expect(
      findings({ 'office.yaml': frames('Work: { days: { mon: ["09:00-12:00", "12:00-17:00"] } }') }, 'office.yaml'),
    ).toEqual({
      errors: [],
      warnings: [],
    });
  });
});

function range(start: number, end: number) {
  return { start, end };
}

function recurring(frequency: string, interval: number) {
  return { frequency, interval, byDay: [], byMonthDay: [], byMonth: [], until: null, count: null };
}
