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
    'office.yaml:4:40: timeFrames.Work.days.mon[1]: the range begins and ends at the same minute; the whole day is "00:00-23:59"',
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
    'office.yaml:4:9: timeFrames.Work: "sometimes" is not right; expected always, or a mapping with days',
  ],
];

const warnings: readonly Row[] = [
  [
    'D-52 ranges that overlap',
    frames('Work: { days: { mon: ["09:00-13:00", "12:00-17:00"] } }'),
    'office.yaml:4:24: timeFrames.Work.days.mon: the ranges of the day overlap; they count as one',
  ],
  [
    'D-39 frames without a zone',
    'domain: a.example\ntimeFrames: { Work: { days: { mon: "09:00-17:00" } } }\n',
    'office.yaml:2:1: timeFrames: no timezone is given, so that the time frames are read in UTC',
  ],
];

describe('mistakes', () => {
  itFinds(timeFrames);
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
  ])('%s', (_, written, expected) => {
    const shared = { name: 'Some time', timeZone: 'inherit', owner: null };
    expect(domainOf(frames(`Some time: ${written}`)).timeFrames.get('Some time')).toEqual({ ...shared, ...expected });
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
