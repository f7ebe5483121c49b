import { z } from 'zod';
import { either, fields, listOf, text } from './field.js';

const DAYS_EXPECTED = 'days of the week, such as mon, mon-fri or "mon, wed"';
const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)';
const DAYS = new RegExp(`^${DAY}(?:-${DAY})?(?:, *${DAY}(?:-${DAY})?)*$`);

const RANGE_EXPECTED = 'a range of time, such as "09:00-17:00"; the whole day is "00:00-23:59"';
const TIME = '(?:[01]?\\d|2[0-3]):[0-5]\\d';
const range = text(RANGE_EXPECTED, new RegExp(`^${TIME} *- *${TIME}$`));
const ranges = either(`${RANGE_EXPECTED}, or a list of them`, [
  range,
  listOf(range, RANGE_EXPECTED)
    .min(1, { error: `at least ${RANGE_EXPECTED}` })
    .max(10, { error: 'at most 10 ranges a day' }),
]);

export const timeZone = text('an IANA time zone, such as America/New_York', /./);

const FRAME_EXPECTED = 'always, or a mapping with days';

/** D-39, D-40, D-51, D-52. */
export const timeFrameFile = either(FRAME_EXPECTED, [
  z.literal('always', { error: FRAME_EXPECTED }),
  fields({
    days: z
      .record(text(DAYS_EXPECTED, DAYS), ranges, { error: 'a mapping of days to ranges of time' })
      .meta({ title: 'a mapping of days to ranges of time' })
      .describe(
        'Days of the week with their ranges: `{ mon-fri: ["09:00-12:00", "13:00-17:00"], sat: "10:00-12:00" }`. ' +
          'The last minute is included. A range that ends before it begins reaches into the next day.',
      ),
    timezone: timeZone.optional().describe('Default: the zone of the user whose rule it is, else the domain’s.'),
  }),
]);

export type TimeFrameFile = z.input<typeof timeFrameFile>;
