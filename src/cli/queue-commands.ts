import { Argument, type Command } from 'commander';
import type { Environment } from '../config/password.js';
import {
  type AgentAction,
  type AgentOptions,
  agent,
  agentActions,
  type QueueAction,
  type QueueOptions,
  queue,
  queueActions,
  why,
} from './queue.js';
import type { RunningOptions } from './queue-client.js';
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
  liveCommands(program, terminal, env, done);
}

/** What is asked of the running exchange. */
function liveCommands(program: Command, terminal: Terminal, env: Environment, done: (code: number) => void): void {
  const common = (command: Command): Command =>
    command
      .option('--domain <name>', 'default: the default domain')
      .option('--json', 'for programs')
      .option(...CONFIG)
      .option(...DATA);
  common(
    program
      .command('queue')
      .description('show the live queues, or one with its callers and agents; move a waiting caller')
      .argument('[queue]', 'extension or name')
      .addArgument(new Argument('[action]', 'what to do with a caller').choices(queueActions))
      .argument('[words...]', 'the call, or its place; with transfer: and a number')
      .option('--agent <extension>', 'who picks up')
      .option('--by <who>', 'for the record', 'operator'),
  ).action(async (name: string | undefined, action: QueueAction | undefined, words: string[], options: QueueOptions) =>
    done(await queue(name, action, words, options, env, terminal)),
  );
  common(
    program
      .command('agent')
      .description('show an agent, log in or out, away, wrap-up, notes to a call')
      .argument('<agent>', 'extension or name')
      .addArgument(new Argument('[action]').choices(agentActions))
      .argument('[words...]', 'away: why, such as Lunch; wrap-up: end, or extend 30s REASON; note: the call and a text')
      .option('--queue <extension>', 'log in or out of this queue alone (default: all of the agent)')
      .option('--status <name>', 'log in with a status of the domain that takes calls')
      .option('--disposition <word>', 'of a note', '')
      .option('--reason <word>', 'of a note', '')
      .option('--why', 'also why others were offered the last callers')
      .option('--by <who>', 'for the record', 'operator'),
  ).action(async (name: string, action: AgentAction | undefined, words: string[], options: AgentOptions) =>
    done(await agent(name, action, words, options, env, terminal)),
  );
  common(
    program
      .command('why')
      .description('tell what happened to a call: why it rang where it rang, and each agent who was passed over')
      .argument('<call>', 'its id, as queue and the call records show it'),
  ).action(async (id: string, options: RunningOptions) => done(await why(id, options, env, terminal)));
}
