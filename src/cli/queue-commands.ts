import { Argument, type Command } from 'commander';
import type { Environment } from '../config/password.js';
import { type SimulateOptions, simulateQueue } from './simulate.js';
import { type Report, reports, type StatsOptions, stats } from './stats.js';
import type { Terminal } from './terminal.js';

const CONFIG = ['-c, --config <path>', 'folder or file of the configuration', 'config'] as const;
const DATA = ['-d, --data <folder>', 'data folder, in place of what the configuration says'] as const;

/** The commands that are about queues and their agents. */
export function queueCommands(
  program: Command,
  terminal: Terminal,
  env: Environment,
  done: (code: number) => void,
): void {
  program
    .command('stats')
    .description('figures of queues, agents, dialled numbers, intervals; availability of agents; abandoned calls')
    .addArgument(new Argument('[report]', 'which').choices(reports).default('queues'))
    .option('--from <day>', 'such as 2026-12-24, or a time such as 2026-12-24T10:00 (default: today)')
    .option('--to <day>', 'the last day, or a time (default: now)')
    .option('--queue <extensions>', 'only these, such as 8801,8802 (default: all)')
    .option('--agent <extensions>', 'only what these agents did')
    .option('--within <duration>', 'the service level is what was answered within it (default: of the domain)')
    .option('--columns <ids>', 'such as volume,answered,wait (default: the usual ones)')
    .option('--domain <name>', 'default: the default domain')
    .option('--csv', 'for spreadsheets')
    .option('--json', 'for programs: all columns, times in ms, rates from 0 to 1')
    .option(...CONFIG)
    .option(...DATA)
    .action((report: Report, options: StatsOptions) => done(stats(report, options, env, Date.now(), terminal)));

  program
    .command('simulate')
    .description('play a day of a queue, in virtual time')
    .argument('<queue>', 'extension or name')
    .option('--arrivals <rate>', 'such as poisson:30/h, regular:2/m, or of equal parts of the day: poisson:20/h,60/h')
    .option('--talk <length>', 'such as lognormal:180s/90s, exponential:3m, constant:2m', 'lognormal:180s')
    .option('--patience <length>', 'how long callers wait before they hang up; or never', 'exponential:3m')
    .option('--answer <length>', 'how long agents let it ring', 'constant:4s')
    .option('--agents <count>', 'so many (default: those of the configuration)')
    .option('--hours <hours>', 'how long it goes on', '8')
    .option('--seed <number>', 'the same seed gives the same day', '1')
    .option('--against <config>', 'compare with the queue of another configuration, which meets the same callers')
    .option('--replay <day>', 'the callers and agents of a recorded day, such as 2026-11-20')
    .option('--domain <name>', 'default: the default domain')
    .option('--json', 'for programs')
    .option('--svg', 'a chart')
    .option(...CONFIG)
    .option(...DATA)
    .action((queue: string, options: SimulateOptions) => done(simulateQueue(queue, options, env, terminal)));
}
