import { join } from 'node:path';
import { DURATION, durationMs } from '../config/duration.js';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { AvailabilityTally } from '../core/agent-availability.js';
import type { Domain } from '../core/domain.js';
import { DAY_MINUTES, formatDate } from '../core/local-date.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';
import { abandonedCalls } from '../core/queue-abandoned.js';
import type { QueueGoals } from '../core/queue-report.js';
import { type StatisticsQuery, statistics } from '../core/queue-statistics.js';
import { wallMinute } from '../core/wall-clock.js';
import { openStore, type Store } from '../store/store.js';
import { reportProblems } from './check.js';
import { dayOrInstantOf, domainOf, Misasked } from './question.js';
import { abandonedReport, availabilityReport, type Format, statisticsReport } from './stats-report.js';
import type { Terminal } from './terminal.js';

export const reports = [
  ...(['queues', 'agents', 'numbers', 'quarters', 'hours', 'days', 'availability', 'abandoned'] as const),
] as const;
export type Report = (typeof reports)[number];

export type StatsOptions = {
  readonly config: string;
  readonly data?: string | undefined;
  readonly domain?: string | undefined;
  /** A day (`2026-12-24`) or a time; default: today. */
  readonly from?: string | undefined;
  /** A day, included, or a time, excluded; default: now. */
  readonly to?: string | undefined;
  /** Comma-separated extensions; none: all. */
  readonly queue?: string | undefined;
  readonly agent?: string | undefined;
  /** Duration that the service level is counted by. */
  readonly within?: string | undefined;
  /** Comma-separated ids. */
  readonly columns?: string | undefined;
  readonly csv?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** A call that entered within a period is followed for so long beyond it. */
const FOLLOWED_MS = 86_400_000;

/** `strowger stats`: the record of the queues in figures. 0, or 1 if the question makes no sense. */
export function stats(
  report: Report,
  options: StatsOptions,
  env: Environment,
  nowMs: number,
  terminal: Terminal,
): number {
  const loaded = loadConfig(options.config, env, { dataDir: options.data });
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return 1;
  }
  let failed = false;
  const store = openStore({
    file: join(loaded.config.server.dataDir, 'strowger.db'),
    readOnly: true,
    onError: ({ message }) => {
      failed = true;
      terminal.err(`strowger stats: ${message}\n`);
    },
  });
  try {
    const domain = domainOf(loaded.config, options.domain);
    const text = reported(report, askedOf(domain, options, nowMs), options, store, terminal);
    if (!failed) terminal.out(text);
    return failed ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Misasked)) throw error;
    terminal.err(`strowger stats: ${error.message}\n`);
    return 1;
  } finally {
    void store.close();
  }
}

/** What is asked for, whatever the report. */
export type Asked = {
  readonly domain: Domain;
  readonly from: number;
  readonly to: number;
  readonly queues: readonly string[];
  readonly agents: readonly string[];
  readonly goals: QueueGoals;
};

function askedOf(domain: Domain, options: StatsOptions, nowMs: number): Asked {
  const to = options.to === undefined ? nowMs : Math.min(nowMs, dayOrInstantOf(domain, options.to, 1));
  const from = dayOrInstantOf(domain, options.from ?? dayOf(domain, to - 1));
  if (from >= to) throw new Misasked(`there is nothing between ${options.from} and ${options.to ?? 'now'}`);
  const { within } = options;
  if (within !== undefined && !DURATION.test(within))
    throw new Misasked(`"${within}" is no duration; expected one such as 60s`);
  const slaMs = within === undefined ? domain.goals.slaMs : (durationMs(within) ?? 0);
  const goals = { ...domain.goals, slaMs };
  return { domain, from, to, queues: listed(options.queue), agents: listed(options.agent), goals };
}

function dayOf(domain: Domain, at: number): string {
  return formatDate(Math.floor(wallMinute(at, domain.timeZone) / DAY_MINUTES));
}

function listed(list: string | undefined): string[] {
  return (list ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
}

function reported(report: Report, asked: Asked, options: StatsOptions, store: Store, terminal: Terminal): string {
  const format: Format = options.csv === true ? 'csv' : options.json === true ? 'json' : 'text';
  const { domain, from, to, queues, agents, goals } = asked;
  const rows = (): Iterable<QueueLogRow> => store.queueRows({ domain: domain.name, from, to: to + FOLLOWED_MS });
  const by = (what: StatisticsQuery['by']): string => {
    const query = { from, to, queues, agents, by: what, slaMs: goals.slaMs };
    return statisticsReport(statistics(rows(), query), what, asked, listed(options.columns), format, terminal);
  };
  switch (report) {
    case 'queues':
      return by('queue');
    case 'agents':
      return by('agent');
    case 'numbers':
      return by('number');
    case 'quarters':
      return by({ each: 'quarter', zone: domain.timeZone });
    case 'hours':
      return by({ each: 'hour', zone: domain.timeZone });
    case 'days':
      return by({ each: 'day', zone: domain.timeZone });
    case 'availability': {
      const tally = new AvailabilityTally({ from, to, queues });
      for (const row of store.agentStatuses(domain.name, from)) tally.add(row);
      for (const row of rows()) tally.add(row);
      const lines = tally.availability().filter(({ agent }) => agents.length === 0 || agents.includes(agent));
      return availabilityReport(lines, asked, format, terminal);
    }
    case 'abandoned':
      return abandonedReport(abandonedCalls(rows(), { from, to, queues }), asked, format, terminal);
  }
}
