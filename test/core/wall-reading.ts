/** What a wall clock shows, read from Intl alone: the independent witness of the time-frame tests. */
export type WallReading = {
  /** `2027-03-28T02:30`. */
  readonly time: string;
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
};

const formats = new Map<string, Intl.DateTimeFormat>();

export function wallReading(at: number, zone: string): WallReading {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      weekday: 'short',
    });
    formats.set(zone, format);
  }
  const [, weekday = '', month = '', day = '', year = '', clock = ''] =
    /^(\w+), (\d+)\/(\d+)\/(\d+), ([\d:]+)$/.exec(format.format(at)) ?? [];
  return {
    time: `${year}-${month}-${day}T${clock}`,
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(weekday),
  };
}

/** The whole minutes of a year at which the wall clock of a zone jumps, found by looking at it. */
export function wallJumps(zone: string, year: number): number[] {
  const ahead = (minute: number) => Date.parse(`${wallReading(minute * 60_000, zone).time}Z`) / 60_000 - minute;
  const jumps: number[] = [];
  const end = Date.UTC(year + 1, 0, 1) / 60_000;
  for (let from = Date.UTC(year, 0, 1) / 60_000; from < end; from += 1440) {
    if (ahead(from) === ahead(from + 1440)) continue;
    let [low, high] = [from, from + 1440];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (ahead(middle) === ahead(from)) low = middle;
      else high = middle;
    }
    jumps.push(high * 60_000);
  }
  return jumps;
}

/** The day `offset` days from `date`, `2027-03-28`. */
export function dateFrom(date: string, offset: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + offset * 86_400_000).toISOString().slice(0, 10);
}
