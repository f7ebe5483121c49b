import type { AgentAvailability } from './agent-availability.js';
import { csvText } from './csv.js';
import { DEFAULT_SLA_MS, type StatisticsLine } from './queue-statistics.js';

/** A column of a report; `unit` tells how its value is written. */
export type Column<Line> = {
  readonly id: string;
  readonly title: string;
  readonly unit: 'text' | 'count' | 'minutes' | 'percent';
  readonly of: (line: Line) => string | number | null;
};

/** Every column of a statistic, to pick from. */
export const STATISTICS_COLUMNS = [
  { id: 'key', title: 'Name', unit: 'text', of: (line) => line.key },
  { id: 'volume', title: 'Call volume', unit: 'count', of: (line) => line.volume },
  { id: 'answered', title: 'Calls handled', unit: 'count', of: (line) => line.answered },
  { id: 'talk', title: 'Average talk time (min)', unit: 'minutes', of: (line) => line.averageTalkMs },
  { id: 'hold', title: 'Average hold time (min)', unit: 'minutes', of: (line) => line.averageHoldMs },
  { id: 'abandoned', title: 'Abandoned calls', unit: 'count', of: (line) => line.abandoned },
  { id: 'serviceLevel', title: 'Service level (%)', unit: 'percent', of: (line) => line.serviceLevel },
  { id: 'abandonRate', title: 'Abandon rate (%)', unit: 'percent', of: (line) => line.abandonRate },
  { id: 'wait', title: 'Average wait (min)', unit: 'minutes', of: (line) => line.averageWaitMs },
  { id: 'longestWait', title: 'Longest wait (min)', unit: 'minutes', of: (line) => line.longestWaitMs },
  { id: 'handle', title: 'Average handle time (min)', unit: 'minutes', of: (line) => line.averageHandleMs },
  { id: 'hungUp', title: 'Hung up', unit: 'count', of: (line) => line.hungUp },
  { id: 'timedOut', title: 'Timed out', unit: 'count', of: (line) => line.timedOut },
  { id: 'voicemail', title: 'Voicemail', unit: 'count', of: (line) => line.voicemail },
  { id: 'transferred', title: 'Transferred', unit: 'count', of: (line) => line.transferred },
  { id: 'waiting', title: 'Waiting', unit: 'count', of: (line) => line.waiting },
  { id: 'refused', title: 'Refused', unit: 'count', of: (line) => line.refused },
  { id: 'missed', title: 'Missed', unit: 'count', of: (line) => line.missed },
  { id: 'declined', title: 'Declined', unit: 'count', of: (line) => line.declined },
] as const satisfies readonly Column<StatisticsLine>[];

export type StatisticsColumn = (typeof STATISTICS_COLUMNS)[number]['id'];

/** what is shown if nothing is picked. */
export const DEFAULT_COLUMNS: Readonly<Record<'queue' | 'agent', readonly StatisticsColumn[]>> = {
  queue: ['key', 'volume', 'answered', 'talk', 'hold', 'abandoned', 'serviceLevel'],
  agent: ['key', 'volume', 'talk'],
};

/** The columns by id, in the order asked for. */
export function pickColumns(ids: readonly StatisticsColumn[]): readonly Column<StatisticsLine>[] {
  return ids.flatMap((id) => STATISTICS_COLUMNS.filter((column) => column.id === id));
}

/** logged in, available, and each kind of absence. */
export function availabilityColumns(absences: readonly string[]): readonly Column<AgentAvailability>[] {
  return [
    { id: 'agent', title: 'Extension', unit: 'text', of: (line) => line.agent },
    { id: 'loggedIn', title: 'Logged in (min)', unit: 'minutes', of: (line) => line.loggedInMs },
    { id: 'available', title: 'Available (min)', unit: 'minutes', of: (line) => line.availableMs },
    ...absences.map(
      (absence): Column<AgentAvailability> => ({
        id: absence,
        title: `${absence} (min)`,
        unit: 'minutes',
        of: (line) => line.statuses[absence] ?? 0,
      }),
    ),
    { id: 'occupancy', title: 'Occupancy (%)', unit: 'percent', of: (line) => line.occupancy },
  ];
}

/** A table as text, one string per cell, without its titles. Minutes have two decimals, percentages one; null is empty. */
export function renderCells<Line>(lines: readonly Line[], columns: readonly Column<Line>[]): readonly string[][] {
  return lines.map((line) => columns.map(({ unit, of }) => renderCell(of(line), unit)));
}

function renderCell(value: string | number | null, unit: Column<never>['unit']): string {
  if (value === null || typeof value === 'string') return value ?? '';
  switch (unit) {
    case 'text':
    case 'count':
      return String(value);
    case 'minutes':
      return (value / 60_000).toFixed(2);
    case 'percent':
      return (value * 100).toFixed(1);
  }
}

/** RFC 4180, with a header line. */
export function renderCsv<Line>(lines: readonly Line[], columns: readonly Column<Line>[]): string {
  return csvText([columns.map((column) => column.title), ...renderCells(lines, columns)]);
}

/** One object per line for JSON, with the column ids as keys and unrounded values: ms, and rates from 0 to 1. */
export function valuesOf<Line>(
  lines: readonly Line[],
  columns: readonly Column<Line>[],
): readonly Readonly<Record<string, string | number | null>>[] {
  return lines.map((line) => Object.fromEntries(columns.map(({ id, of }) => [id, of(line)])));
}

/** limits of a value that is better low. `lower` null: 70 % of `upper`. */
export type Thresholds = { readonly lower: number | null; readonly upper: number };

const YELLOW_FROM = 0.7;

/** green < lower ≤ yellow < upper ≤ red. */
export function colourOf(value: number, { lower, upper }: Thresholds): 'green' | 'yellow' | 'red' {
  if (value >= upper) return 'red';
  return value >= (lower ?? upper * YELLOW_FROM) ? 'yellow' : 'green';
}

/** Columns whose values are better low, so that they can have thresholds. */
export const COLOURED_COLUMNS = [
  ...(['waiting', 'wait', 'longestWait', 'hold', 'talk', 'handle', 'abandoned', 'abandonRate'] as const),
  ...(['hungUp', 'timedOut', 'refused', 'missed', 'declined'] as const),
] as const satisfies readonly StatisticsColumn[];

export type ColouredColumn = (typeof COLOURED_COLUMNS)[number];

/** What a domain wants of its queues. Thresholds in the units of `StatisticsLine`: counts, ms, rates from 0 to 1. */
export type QueueGoals = {
  /** answered within this counts for the service level. */
  readonly slaMs: number;
  readonly thresholds: ReadonlyMap<ColouredColumn, Thresholds>;
};

export const NO_GOALS: QueueGoals = { slaMs: DEFAULT_SLA_MS, thresholds: new Map() };

/** The colours of a line, by column, as far as there are thresholds and a value. */
export function coloursOf(
  line: StatisticsLine,
  { thresholds }: QueueGoals,
): Readonly<Record<string, ReturnType<typeof colourOf>>> {
  const coloured = [...thresholds].flatMap(([id, limits]) => {
    const [value = null] = pickColumns([id]).map(({ of }) => of(line));
    return typeof value === 'number' ? [[id, colourOf(value, limits)] as const] : [];
  });
  return Object.fromEntries(coloured);
}
