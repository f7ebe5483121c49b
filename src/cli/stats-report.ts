import { durationText } from '../config/duration.js';
import type { AgentAvailability } from '../core/agent-availability.js';
import type { Domain } from '../core/domain.js';
import { formatTime } from '../core/local-date.js';
import { ABSENCES } from '../core/queue/queue-config.js';
import { tellDeparture } from '../core/queue/queue-story.js';
import type { AbandonedCall } from '../core/queue-abandoned.js';
import {
  availabilityColumns,
  type Column,
  coloursOf,
  DEFAULT_COLUMNS,
  pickColumns,
  renderCells,
  renderCsv,
  STATISTICS_COLUMNS,
  valuesOf,
} from '../core/queue-report.js';
import type { Statistics, StatisticsLine, StatisticsQuery } from '../core/queue-statistics.js';
import { wallMinute, wallText } from '../core/wall-clock.js';
import { instead, Misasked } from './question.js';
import type { Asked } from './stats.js';
import { painted, type TableCell, tableText } from './table.js';
import type { Terminal } from './terminal.js';

export type Format = 'text' | 'csv' | 'json';

/** Names of queues and agents, beside their extensions. */
function nameColumn<Line>(domain: Domain, keyOf: (line: Line) => string): Column<Line> {
  return { id: 'name', title: 'Name', unit: 'text', of: (line) => nameOf(domain, keyOf(line)) };
}

function nameOf(domain: Domain, extension: string): string {
  const queue = domain.acd.queues.find((one) => one.extension === extension);
  return queue?.name ?? domain.users.get(extension)?.name ?? '';
}

/** Queue, agent, dialled number and interval reports. `ids`: the columns; none: those of A-167. */
export function statisticsReport(
  { lines, total }: Statistics,
  by: StatisticsQuery['by'],
  asked: Asked,
  ids: readonly string[],
  format: Format,
  terminal: Terminal,
): string {
  const { domain, goals } = asked;
  const key: Column<StatisticsLine> = { id: 'key', title: keyTitle(by), unit: 'text', of: (line) => line.key };
  const named = by === 'queue' || by === 'agent' ? [nameColumn<StatisticsLine>(domain, (line) => line.key)] : [];
  const of: Column<StatisticsLine> = { id: 'domain', title: 'Domain', unit: 'text', of: () => domain.name };
  const others = figures(by, ids, format);
  const columns = [key, ...named, ...(format === 'csv' ? [of] : []), ...others];
  switch (format) {
    case 'csv':
      return renderCsv(lines, columns);
    case 'json':
      return json(asked, {
        lines: valuesOf(lines, columns).map((values, i) => withColours(values, lines[i], goals)),
        total: withColours(valuesOf([total], others)[0] ?? {}, total, goals),
      });
    case 'text': {
      const within = others.some(({ id }) => id === 'serviceLevel')
        ? `, answered within ${durationText(goals.slaMs)}`
        : '';
      const cells = renderCells([...lines, { ...total, key: 'total' }], columns);
      const all = [...lines, total];
      const painting = cells.map((row, r) => {
        const line = all[r];
        const colours = line === undefined ? {} : coloursOf(line, goals);
        return row.map((text, c): TableCell => painted(text, colours[columns[c]?.id ?? ''], terminal));
      });
      return `${heading(asked)}${within}\n\n${tableText(columns.map(titled), painting, terminal)}`;
    }
  }
}

function keyTitle(by: StatisticsQuery['by']): string {
  if (typeof by === 'object') return 'From';
  return { queue: 'Queue', agent: 'Agent', number: 'Dialled' }[by];
}

/** The columns that are asked for; a program is given all. */
function figures(by: StatisticsQuery['by'], ids: readonly string[], format: Format): readonly Column<StatisticsLine>[] {
  const known = STATISTICS_COLUMNS.flatMap(({ id }) => (id === 'key' ? [] : [id]));
  const defaults = format === 'json' ? known : DEFAULT_COLUMNS[by === 'agent' ? 'agent' : 'queue'];
  const picked = ids.length === 0 ? defaults : ids.map((id) => columnId(id, known));
  return pickColumns(picked).filter(({ id }) => id !== 'key');
}

function columnId<Id extends string>(word: string, known: readonly Id[]): Id {
  const id = known.find((one) => one === word);
  if (id === undefined) throw new Misasked(`there is no column "${word}"${instead(word, known)}`);
  return id;
}

/** */
export function availabilityReport(
  lines: readonly AgentAvailability[],
  asked: Asked,
  format: Format,
  terminal: Terminal,
): string {
  const own = lines.flatMap(({ statuses }) => Object.keys(statuses));
  const absences = [
    ...new Set<string>(['Lunch', 'Break', 'Meeting', ...ABSENCES.filter((one) => own.includes(one)), ...own]),
  ];
  const [agent, ...others] = availabilityColumns(absences);
  const name = nameColumn<AgentAvailability>(asked.domain, (line) => line.agent);
  return table(lines, [...(agent === undefined ? [] : [agent]), name, ...others], asked, format, terminal);
}

/** A-166, "Abandoned": one line per caller. */
export function abandonedReport(
  calls: readonly AbandonedCall[],
  asked: Asked,
  format: Format,
  terminal: Terminal,
): string {
  const columns: readonly Column<AbandonedCall>[] = [
    {
      id: 'at',
      title: 'When',
      unit: 'text',
      of: ({ at }) => whenOf(at, asked.domain, format),
    },
    { id: 'queue', title: 'Queue', unit: 'text', of: ({ queue }) => queue },
    { id: 'number', title: 'Caller', unit: 'text', of: ({ party }) => party.number },
    { id: 'name', title: 'Name', unit: 'text', of: ({ party }) => party.name },
    { id: 'dialled', title: 'Dialled', unit: 'text', of: ({ dialled }) => dialled },
    { id: 'wait', title: 'Wait (min)', unit: 'minutes', of: ({ waitMs }) => waitMs },
    { id: 'why', title: 'Why', unit: 'text', of: ({ why }) => (format === 'json' ? why : tellDeparture(why)) },
    { id: 'call', title: 'Call', unit: 'text', of: ({ call }) => call },
  ];
  return table(calls, columns, asked, format, terminal);
}

function whenOf(at: number, { timeZone }: Domain, format: Format): string | number {
  switch (format) {
    case 'json':
      return at;
    case 'csv':
      return formatTime(wallMinute(at, timeZone));
    case 'text':
      return wallText(at, timeZone).slice(0, -timeZone.length - 1);
  }
}

function table<Line>(
  lines: readonly Line[],
  columns: readonly Column<Line>[],
  asked: Asked,
  format: Format,
  terminal: Terminal,
): string {
  switch (format) {
    case 'csv':
      return renderCsv(lines, columns);
    case 'json':
      return json(asked, { lines: valuesOf(lines, columns) });
    case 'text': {
      const cells = renderCells(lines, columns).map((row) => row.map((text) => ({ text })));
      return `${heading(asked)}\n\n${tableText(columns.map(titled), cells, terminal)}`;
    }
  }
}

function titled({ title, unit }: Column<never>) {
  return { title, align: unit === 'text' ? 'left' : 'right' } as const;
}

/** `a.example, Mon 2026-11-23 00:00 to Mon 2026-11-23 05:00 America/New_York` */
function heading({ domain, from, to, queues, agents }: Asked): string {
  const zone = domain.timeZone;
  const only = [
    ...(queues.length === 0 ? [] : [`queues ${queues.join(', ')}`]),
    ...(agents.length === 0 ? [] : [`agents ${agents.join(', ')}`]),
  ].map((what) => `, ${what}`);
  return `${domain.name}, ${wallText(from, zone).slice(0, -zone.length - 1)} to ${wallText(to, zone)}${only.join('')}`;
}

function json({ domain, from, to, goals }: Asked, content: object): string {
  const head = { domain: domain.name, from, to, slaMs: goals.slaMs };
  return `${JSON.stringify({ ...head, ...content }, null, 2)}\n`;
}

function withColours(values: object, line: StatisticsLine | undefined, goals: Asked['goals']): object {
  if (line === undefined || goals.thresholds.size === 0) return values;
  return { ...values, colours: coloursOf(line, goals) };
}
