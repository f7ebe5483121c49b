import { basename, join } from 'node:path';
import type { Config } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import type { Domain } from '../core/domain.js';
import type { QueueConfig } from '../core/queue/queue-config.js';
import type { AgentEvent } from '../core/queue/queue-event.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';
import { drawCalls, parseArrivals, type SimulatedCall } from '../core/queue-simulation/arrival.js';
import { drawChart } from '../core/queue-simulation/chart.js';
import { simulationsJson, tellSimulations } from '../core/queue-simulation/comparison.js';
import {
  type Distribution,
  parseDistribution,
  randomOf,
  type TextFault,
} from '../core/queue-simulation/distribution.js';
import { recordingOf } from '../core/queue-simulation/recording.js';
import { DEFAULT_BEHAVIOUR, type Scenario, type Simulation, simulate } from '../core/queue-simulation/simulation.js';
import { staffOf } from '../core/queue-simulation/staff.js';
import { openStore } from '../store/store.js';
import { reportProblems } from './check.js';
import { dayOrInstantOf, domainOf, instead, Misasked } from './question.js';
import { columns, type Terminal } from './terminal.js';

export type SimulateOptions = {
  readonly config: string;
  readonly data?: string | undefined;
  readonly domain?: string | undefined;
  /** `poisson:30/h`; needed unless a day is replayed. */
  readonly arrivals?: string | undefined;
  readonly talk: string;
  readonly patience: string;
  /** How long an agent lets it ring. */
  readonly answer: string;
  /** So many; absent: those of the configuration. */
  readonly agents?: string | undefined;
  readonly hours: string;
  readonly seed: string;
  /** Another configuration, of which the same queue meets the same callers. */
  readonly against?: string | undefined;
  /** A recorded day, `2026-11-20`. */
  readonly replay?: string | undefined;
  readonly json?: boolean | undefined;
  readonly svg?: boolean | undefined;
};

const HOUR_MS = 3_600_000;
const MOST_HOURS = 24 * 366;
/** A call of the replayed day is followed for so long beyond it. */
const FOLLOWED_MS = 24 * HOUR_MS;
const AGENTS_SHOWN = 30;

/** `strowger simulate QUEUE`: how a queue would do. 0, or 1 if the question makes no sense. */
export function simulateQueue(queue: string, options: SimulateOptions, env: Environment, terminal: Terminal): number {
  const configs: [string, Config][] = [];
  for (const path of [options.config, ...(options.against === undefined ? [] : [options.against])]) {
    const loaded = loadConfig(path, env, { dataDir: options.data });
    if (!loaded.ok) {
      reportProblems(loaded, terminal);
      return 1;
    }
    configs.push([basename(path), loaded.config]);
  }
  try {
    const simulations = simulated(queue, configs, options);
    if (options.json === true) terminal.out(`${simulationsJson(simulations)}\n`);
    else if (options.svg === true) terminal.out(drawChart(simulations));
    else terminal.out(`${tellSimulations(simulations)}${simulations.map(tellAgents).join('')}`);
    return 0;
  } catch (error) {
    if (!(error instanceof Misasked)) throw error;
    terminal.err(`strowger simulate: ${error.message}\n`);
    return 1;
  }
}

/** What does not depend on the configuration of the queue. */
type Setting = Pick<Scenario, 'durationMs' | 'behaviour' | 'shifts'> & { readonly calls: readonly SimulatedCall[] };

function simulated(queue: string, configs: readonly [string, Config][], options: SimulateOptions): Simulation[] {
  const seed = wholeOf(options.seed, 'seed', 0, 2 ** 32 - 1);
  const count = options.agents === undefined ? null : wholeOf(options.agents, 'number of agents', 1, 10_000);
  let setting: Setting | null = null;
  let present: ReadonlySet<string> = new Set();
  return configs.map(([name, config]) => {
    const domain = domainOf(config, options.domain);
    const found = queueOf(domain, queue);
    const agents = staffOf(domain.acd, found, count);
    if (agents.length === 0) throw new Misasked(`queue ${found.extension} of ${name} has no agents; try --agents 6`);
    if (setting === null) {
      setting =
        options.replay === undefined ? drawn(found, seed, options) : replayed(config, domain, found, seed, options);
      present = new Set(agents.map(({ agent }) => agent));
    }
    const added = agents
      .filter(({ agent }) => !present.has(agent))
      .map(({ agent }) => ({ atMs: 0, event: logIn(agent) }));
    const shifts = setting.shifts === null || count !== null ? null : [...added, ...setting.shifts];
    const scenario = { ...setting, shifts, name: `${name} ${found.extension}`, queue: found, agents };
    return simulate({ ...scenario, slaMs: domain.goals.slaMs }, randomOf(seed + 1));
  });
}

function queueOf({ name, acd }: Domain, extension: string): QueueConfig {
  const queue = acd.queues.find((one) => one.extension === extension || one.name === extension);
  const known = acd.queues.map((one) => one.extension);
  if (queue === undefined) throw new Misasked(`${name} has no queue "${extension}"${instead(extension, known)}`);
  return queue;
}

function drawn(queue: QueueConfig, seed: number, options: SimulateOptions): Setting {
  if (options.arrivals === undefined) {
    throw new Misasked('nobody calls; give --arrivals such as poisson:30/h, or --replay with a day');
  }
  const arrivals = parseArrivals(options.arrivals);
  if ('code' in arrivals) throw misread('arrivals', options.arrivals, arrivals);
  const hours = Number(options.hours);
  if (!(hours > 0 && hours <= MOST_HOURS))
    throw new Misasked(`"${options.hours}" is no number of hours; expected such as 8`);
  const durationMs = hours * HOUR_MS;
  const talk = distributionOf('talk', options.talk);
  const patience = distributionOf('patience', options.patience);
  const calls = [...drawCalls({ arrivals, talk, patience, durationMs, dialled: queue.extension }, randomOf(seed))];
  const behaviour = { ...DEFAULT_BEHAVIOUR, answer: distributionOf('answer', options.answer) };
  return { durationMs, calls, behaviour, shifts: null };
}

function replayed(
  { server }: Config,
  domain: Domain,
  queue: QueueConfig,
  seed: number,
  { replay = '' }: SimulateOptions,
): Setting {
  const from = dayOrInstantOf(domain, replay);
  const to = dayOrInstantOf(domain, replay, 1);
  if (to === from) throw new Misasked(`"${replay}" is no day; expected one such as 2026-11-20`);
  const store = openStore({
    file: join(server.dataDir, 'strowger.db'),
    readOnly: true,
    onError: ({ message }) => {
      throw new Misasked(message);
    },
  });
  function* rows(): Generator<QueueLogRow> {
    yield* store.agentStatuses(domain.name, from);
    yield* store.queueRows({ domain: domain.name, from, to: to + FOLLOWED_MS });
  }
  const { calls, shifts, durationMs, answer } = recordingOf(rows(), queue.extension, { from, to }, randomOf(seed));
  void store.close();
  if (calls.length === 0) throw new Misasked(`nobody called queue ${queue.extension} on ${replay}`);
  return { durationMs, calls, shifts, behaviour: { ...DEFAULT_BEHAVIOUR, answer } };
}

function distributionOf(what: string, text: string): Distribution {
  const read = parseDistribution(text);
  if ('code' in read) throw misread(what, text, read);
  return read;
}

function misread(what: string, text: string, { message }: TextFault): Misasked {
  return new Misasked(`--${what} ${text}: ${message}`);
}

function wholeOf(text: string, what: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Misasked(`"${text}" is no ${what}; expected a whole number from ${least} to ${most}`);
}

function logIn(agent: string): AgentEvent {
  return { type: 'agentLoggedIn', agent, queue: null, singleCall: false, reason: null, by: 'simulation' };
}

/** What each agent had to do. */
function tellAgents({ name, agents }: Simulation): string {
  const rows = agents
    .slice(0, AGENTS_SHOWN)
    .map(({ agent, calls, missed, occupancy }) => [
      agent,
      `${calls} calls`,
      missed === 0 ? '' : `${missed} missed`,
      occupancy === null ? '' : `${(occupancy * 100).toFixed(1)} % busy`,
    ]);
  const more = agents.length > AGENTS_SHOWN ? `  and ${agents.length - AGENTS_SHOWN} more\n` : '';
  return `\n${name}\n${columns(rows, '  ')}${more}`;
}
