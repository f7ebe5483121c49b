import { z } from 'zod';
import { choice, either, fields, flag, listOf, text, whole } from './field.js';

export const timeZone = text('an IANA time zone, such as America/New_York', /./);

const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)';
const DAYS = `${DAY}(?:-${DAY})?(?:, *${DAY}(?:-${DAY})?)*`;
const days = text('days of the week, such as mon, mon-fri or "mon, wed"', new RegExp(`^${DAYS}$`));

const RANGE_EXPECTED = 'a range of time, such as "09:00-17:00"; the whole day is "00:00-23:59"';
const TIME = '(?:[01]?\\d|2[0-3]):[0-5]\\d';
const range = text(RANGE_EXPECTED, new RegExp(`^${TIME} *- *${TIME}$`));
const ranges = either(`${RANGE_EXPECTED}, or a list of them`, [
  range,
  listOf(range, RANGE_EXPECTED)
    .min(1, { error: `at least ${RANGE_EXPECTED}` })
    .max(10, { error: 'at most 10 ranges a day' }), // D-52
]);

const DATE = '\\d{4}-\\d\\d-\\d\\d';
const date = text('a date, such as 2026-12-24', new RegExp(`^${DATE}$`));
const moment = text('a date and time, such as "2026-12-24 17:00"', new RegExp(`^${DATE}[ T]${TIME}$`));
const interval = text(
  'a date, two dates or two times, such as 2026-12-24, "2026-12-24 - 2026-12-26" or "2026-12-23 17:00 - 2027-01-04 08:00"',
  new RegExp(`^${DATE}(?: +- +${DATE}|[ T]${TIME} +- +${DATE}[ T]${TIME})?$`),
);

const WEEKDAY_OF_MONTH = `(?:first|second|third|fourth|fifth|last) ${DAY}`;
const REPEATS_EXPECTED = 'daily, weekly, monthly, yearly, or a mapping with every';
const timezone = timeZone
  .optional()
  .describe('The zone in which it is read. Default: that of the user whose rule it is, else the domain’s.');

const ON_EXPECTED = 'a weekday, an n-th weekday or a day of the month, such as mon, "last fri" or 15';

/** D-55 */
const recurrence = {
  every: text(
    'a period, such as day, 2 weeks, month or year',
    /^(?:day|week|month|year|\d{1,4} (?:days|weeks|months|years))$/,
  ).describe('The period, for example `2 weeks`.'),
  on: listOf(
    either(ON_EXPECTED, [text(ON_EXPECTED, new RegExp(`^(?:${DAY}|${WEEKDAY_OF_MONTH}|-?\\d{1,2})$`)), whole(-31, 31)]),
    'a list of days',
  )
    .optional()
    .describe('Which days of the period: `[mon, thu]`, `["first mon"]`, `[1, 15]`. Default: like the first.'),
  months: listOf(whole(1, 12), 'a list of months by number').optional().describe('Only in these months. Default: all.'),
  until: date.optional().describe('The last day on which it may begin. Default: it goes on for ever.'),
  times: whole(1, 1000).optional().describe('Or how often it happens.'),
};
const repeats = either(REPEATS_EXPECTED, [choice(['daily', 'weekly', 'monthly', 'yearly']), fields(recurrence)]);

const HOLIDAY_EXPECTED = 'the name of a holiday, or a mapping with name and date, weekday, easter or dates';
const holiday = either(HOLIDAY_EXPECTED, [
  text(HOLIDAY_EXPECTED, /./),
  fields({ name: text('a name', /./), date: text('a day of the year, such as 12-24', /^\d\d-\d\d$/) }),
  fields({
    name: text('a name', /./),
    weekday: text('an n-th weekday, such as "last mon"', new RegExp(`^${WEEKDAY_OF_MONTH}$`)),
    month: whole(1, 12),
  }),
  fields({ name: text('a name', /./), easter: whole(-200, 200), orthodox: flag().optional() }),
  fields({ name: text('a name', /./), dates: listOf(date, 'a list of dates') }),
]);

const observedOn = choice(['previous', 'next', 'none', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']).optional();
const observed = either('true, false or a mapping of weekdays', [
  flag(),
  fields({
    mon: observedOn,
    tue: observedOn,
    wed: observedOn,
    thu: observedOn,
    fri: observedOn,
    sat: observedOn,
    sun: observedOn,
    only: flag().optional().describe('`true`: the actual day does not count where there is an observed one.'),
  }),
]);

export const weekDays = z
  .record(days, ranges, { error: 'a mapping of days to ranges of time' })
  .meta({ title: 'a mapping of days to ranges of time' });

const week = fields({
  days: weekDays.describe(
    'Days of the week with their ranges: `{ mon-fri: ["09:00-12:00", "13:00-17:00"], sat: "10:00-12:00" }`. ' +
      'The last minute is included. A range that ends before it begins reaches into the next day.',
  ),
  repeats: either('a mapping with every and from', [
    fields({ ...recurrence, from: date.describe('The first day; periods are counted from it.') }),
  ])
    .optional()
    .describe('How it recurs, when that is not every week.'),
  timezone,
});

const dates = fields({
  dates: listOf(interval, 'a list of dates')
    .min(1, { error: 'at least one date' })
    .describe('Days, spans of days, or spans of time: `[2026-12-24, "2026-12-23 17:00 - 2027-01-04 08:00"]`.'),
  repeats: repeats.optional().describe('How it recurs, each of the dates from its own first day. Default: not at all.'),
  timezone,
});

const holidays = fields({
  holidays: listOf(holiday, `a list, each ${HOLIDAY_EXPECTED}`)
    .min(1, { error: 'at least one holiday' })
    .describe(
      'By their names in the list of the country, or of your own: `{ name: Party, date: 12-24 }`, `{ name: Fair, weekday: first mon, ' +
        'month: 9 }`, `{ name: Good Friday, easter: -2 }`, `{ name: Works outing, dates: [2027-05-14] }`.',
    ),
  country: text('a country by two letters, such as US', /^[A-Z]{2}$/)
    .optional()
    .describe('Of which country the list is. Default: that of the domain.'),
  region: text('a region by its ISO 3166-2 code, such as CA', /^[A-Za-z0-9]{1,3}$/)
    .optional()
    .describe('A state or province of it with holidays of its own.'),
  hours: range.optional().describe('Of each day. Default: all of it.'),
  observed: observed
    .optional()
    .describe(
      'When a holiday is on a day off: `true` moves it from Saturday to the workday before and from Sunday to the ' +
        'workday after; `{ sun: next }` says so for each weekday. Default: false.',
    ),
  workdays: days.optional().describe('What is no day off. Default: mon-fri.'),
  year: whole(1970, 9999).optional().describe('Only those of this year. Default: every year.'),
  until: date.optional().describe('The last day that counts.'),
  timezone,
});

const any = fields({
  any: listOf(text('the name of a time frame', /./), 'a list of names of time frames')
    .min(1, { error: 'at least one name' })
    .describe('Holds when one of these time frames does.'),
  timezone,
});

const switched = fields({
  switched: flag().describe('Holds by hand: `true` or `false`.'),
  until: moment.optional().describe('It goes back by itself then.'),
  timezone,
});

/** D-39, D-40, D-51 to D-62. */
export const timeFrameFile = either('always, or a mapping with days, dates, holidays, any or switched', [
  z.literal('always'),
  week,
  dates,
  holidays,
  any,
  switched,
]).meta({ id: 'timeFrame' });

/** Frames by name. */
export const timeFramesFile = z
  .record(z.string(), timeFrameFile, { error: 'a mapping of names to time frames' })
  .meta({ title: 'a mapping of names to time frames' });

export type TimeFrameFile = z.input<typeof timeFrameFile>;
export type WeekFile = z.input<typeof week>;
export type DatesFile = z.input<typeof dates>;
export type HolidaysFile = z.input<typeof holidays>;
export type CustomFile = z.input<typeof any>;
export type HolidayFile = z.input<typeof holiday>;
export type RepeatsFile = NonNullable<DatesFile['repeats'] | WeekFile['repeats']>;
