import type { TimeFrame, TimeRange, Weekday } from '../../src/core/time-frame.js';
import { dateFrom, type wallReading } from './wall-reading.js';

export const zones = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin', // winter time is the exception there
  'Atlantic/Azores', // changes at midnight and 01:00
  'Africa/Casablanca', // four changes a year, around Ramadan
  'Africa/Cairo', // gap at midnight
  'Asia/Beirut', // gap at midnight
  'Asia/Gaza',
  'Asia/Tehran', // half hours; given up in 2022
  'America/New_York',
  'America/St_Johns', // half hours
  'America/Havana', // gap at midnight
  'America/Sao_Paulo', // gap at midnight; given up in 2019
  'America/Santiago', // 24:00
  'America/Asuncion',
  'America/Nuuk', // new rules in 2023
  'Antarctica/Troll', // two hours
  'Australia/Lord_Howe', // half an hour
  'Pacific/Chatham', // 12:45 ahead
  'Pacific/Apia',
];

export const names: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The rule of a frame as a list of starts: on which days, from which minute, for how long. Written from the spec. */
type Plain = { readonly on: (date: string, weekday: number) => boolean; readonly from: number; readonly to: number };

function plain(frame: TimeFrame): readonly Plain[] {
  switch (frame.kind) {
    case 'week': {
      const start = frame.recurrence?.start;
      const monday = (date: string) => Date.parse(date) / 86_400_000 - ((new Date(date).getUTCDay() + 6) % 7);
      const inStep = (date: string) =>
        start === undefined ||
        (date >= start && ((monday(date) - monday(start)) / 7) % (frame.recurrence?.interval ?? 1) === 0);
      return names.flatMap((name, index) =>
        (frame.days[name] ?? []).map((r) => ({
          ...minutes(r),
          on: (date, weekday) => weekday === index && inStep(date),
        })),
      );
    }
    case 'dates':
      return frame.intervals.map(({ from, to }) => {
        const days = (Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000;
        const first = from.slice(0, 10);
        const on = (date: string) => (frame.recurrence === null ? date === first : date >= first);
        return { on, from: minute(from), to: minute(to) + days * 1440 };
      });
    case 'holidays': {
      const days = frame.holidays.map((rule) => (rule.type === 'fixed' ? `${rule.month}-${rule.day}` : ''));
      return [
        {
          ...minutes(frame.range),
          on: (date) => days.includes(`${Number(date.slice(5, 7))}-${Number(date.slice(8))}`),
        },
      ];
    }
    case 'always':
    case 'custom':
    case 'toggle':
      return [];
  }
}

function minutes({ start, end }: TimeRange) {
  return { from: start, to: end < start ? end + 1440 : end };
}

export function minute(time: string): number {
  return Number(time.slice(11, 13)) * 60 + Number(time.slice(14));
}

/** Whether a frame matches, by a witness of what the wall clock shows. Starts up to two days back are looked at. */
export function oracle(frame: TimeFrame, zone: string, read: typeof wallReading): (at: number) => boolean {
  const own = frame.timeZone === 'inherit' ? zone : frame.timeZone;
  if (frame.kind === 'custom') {
    const children = frame.children.map((child) => oracle(child, own, read));
    return (at) => children.some((child) => child(at));
  }
  const rules = plain(frame);
  return (at) => {
    const { time, weekday } = read(at, own);
    const days = withTwoBefore(time.slice(0, 10));
    return rules.some(({ on, from, to }) =>
      days.some((date, back) => {
        const now = minute(time) + back * 1440;
        return now >= from && now <= to && on(date, (weekday + 7 - back) % 7);
      }),
    );
  };
}

const daysBefore = new Map<string, readonly string[]>();

function withTwoBefore(date: string): readonly string[] {
  let days = daysBefore.get(date);
  if (days === undefined) {
    days = [0, 1, 2].map((back) => dateFrom(date, -back));
    daysBefore.set(date, days);
  }
  return days;
}
