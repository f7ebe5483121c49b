import { weekdayIndex } from './local-date.js';

/** A set of days of the wall calendar, by day number, perhaps without end. Reading it changes nothing but its speed. */
export type DaySet = {
  /** The latest day of the set from `notBefore` to `day`; -Infinity if there is none. */
  last(day: number, notBefore: number): number;
  /** The earliest day of the set at or after `day`; Infinity if there is none within `HORIZON_DAYS`. */
  next(day: number): number;
};

/** How far ahead is looked for what comes next: 50 years. */
export const HORIZON_DAYS = 18_263;

export function oneDay(only: number): DaySet {
  return {
    last: (day, notBefore) => (only <= day && only >= notBefore ? only : Number.NEGATIVE_INFINITY),
    next: (day) => (only >= day ? only : Number.POSITIVE_INFINITY),
  };
}

/** Every week on these days; bit 0 of `mask` is Monday. The frames of a domain share the few sets that there are. */
export function everyWeek(mask: number): DaySet {
  let set = weekSets[mask];
  if (set === undefined) {
    set = weekSet(mask);
    weekSets[mask] = set;
  }
  return set;
}

const weekSets: DaySet[] = [];

function weekSet(mask: number): DaySet {
  return {
    last(day, notBefore) {
      for (let d = day; d >= notBefore && d > day - 7; d--) if (hasWeekday(mask, d)) return d;
      return Number.NEGATIVE_INFINITY;
    },
    next(day) {
      for (let d = day; d < day + 7; d++) if (hasWeekday(mask, d)) return d;
      return Number.POSITIVE_INFINITY;
    },
  };
}

/** The days of `set` that fall on the weekdays of `mask`. */
export function onWeekdays(set: DaySet, mask: number): DaySet {
  return {
    last(day, notBefore) {
      let d = set.last(day, notBefore);
      while (d >= notBefore && !hasWeekday(mask, d)) d = set.last(d - 1, notBefore);
      return d;
    },
    next(day) {
      const horizon = day + HORIZON_DAYS;
      for (let d = set.next(day); d < horizon; d = set.next(d + 1)) if (hasWeekday(mask, d)) return d;
      return Number.POSITIVE_INFINITY;
    },
  };
}

function hasWeekday(mask: number, day: number): boolean {
  return (mask & (1 << weekdayIndex(day))) !== 0;
}
