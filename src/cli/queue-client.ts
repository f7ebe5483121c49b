import { resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import type { Domain } from '../core/domain.js';
import { reportProblems } from './check.js';
import { post, readJson, requestOver } from './control-socket.js';
import { domainOf, instead, Misasked } from './question.js';
import type { QueueCommand } from './queue-control.js';
import type { Terminal } from './terminal.js';

const light = z.enum(['green', 'red', 'grey']);
const party = z.object({ name: z.string(), number: z.string() });

/** What of the live queues of a domain is shown; the rest stays in `--json`. */
const lines = z.object({
  at: z.number(),
  queues: z.array(
    z.object({
      ...{ extension: z.string(), name: z.string(), kind: z.string(), light },
      ...{ online: z.number(), available: z.number(), longestWaitMs: z.number(), averageWaitMs: z.number() },
      expectedWaitMs: z.number().nullable(),
      callers: z.array(
        z.object({
          ...{ call: z.string(), party, position: z.number(), priority: z.number(), waitedMs: z.number() },
          state: z.enum(['intro', 'waiting', 'offered', 'taken']),
          offers: z.array(z.object({ agent: z.string(), state: z.string(), ringsForMs: z.number() })),
        }),
      ),
    }),
  ),
  agents: z.array(
    z.object({
      ...{ agent: z.string(), name: z.string(), status: z.string(), reason: z.string().nullable(), since: z.number() },
      ...{ activity: z.string(), light, talks: z.array(z.string()), otherCalls: z.number(), wrapUpMs: z.number() },
      queues: z.array(z.object({ queue: z.string(), loggedIn: z.boolean(), verdict: z.string(), why: z.string() })),
    }),
  ),
  parked: z.array(
    z.object({
      call: z.string(),
      party,
      slot: z.object({ slot: z.string() }),
      parkedAt: z.number(),
      state: z.string(),
    }),
  ),
});
export type ShownLines = z.infer<typeof lines>;
export type ShownQueue = ShownLines['queues'][number];
export type ShownAgent = ShownLines['agents'][number];

export type RunningOptions = {
  readonly config: string;
  readonly data?: string | undefined;
  readonly domain?: string | undefined;
  readonly json?: boolean | undefined;
};

/** The exchange that runs with a configuration, one domain of it. */
export type RunningDomain = {
  readonly domain: Domain;
  readonly socket: string;
  /** The data folder, absolute. */
  readonly dataDir: string;
};

/** LSB: the program does not run. */
const NOT_RUNNING = 3;

class NotRunning extends Error {}

/**
 * Runs `ask` for a command that concerns one domain of the running exchange, and tells what is wrong: the exit status,
 * 3 if nothing runs, 1 for everything else.
 */
export async function askingRunning(
  name: string,
  options: RunningOptions,
  env: Environment,
  terminal: Terminal,
  ask: (running: RunningDomain) => Promise<number>,
): Promise<number> {
  const loaded = loadConfig(options.config, env, { dataDir: options.data });
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return 1;
  }
  try {
    const domain = domainOf(loaded.config, options.domain);
    const { controlSocket, dataDir } = loaded.config.server;
    return await ask({ domain, socket: controlSocket, dataDir: resolve(dataDir) });
  } catch (error) {
    if (!(error instanceof Misasked) && !(error instanceof NotRunning)) throw error;
    terminal.err(`strowger ${name}: ${error.message}\n`);
    return error instanceof NotRunning ? NOT_RUNNING : 1;
  }
}

/** What waits in the domain now, also as the JSON it came as. */
export async function linesNow({ domain, socket }: RunningDomain): Promise<{ lines: ShownLines; json: string }> {
  const { status, body } = await reached(socket, requestOver(socket, 'GET', `/queues/${domain.name}`));
  if (status === 404) throw new Misasked(`${domain.name} has no queues in the running exchange`);
  const parsed = lines.safeParse(readJson(body));
  if (!parsed.success) throw new Misasked('the answer is not that of a strowger of this version');
  return { lines: parsed.data, json: body };
}

/** As `linesNow`; null if nothing runs, or the domain has no queues. */
export async function linesIfRunning(running: RunningDomain): Promise<ShownLines | null> {
  try {
    return (await linesNow(running)).lines;
  } catch (error) {
    if (error instanceof NotRunning || error instanceof Misasked) return null;
    throw error;
  }
}

/** 0: done; 1: refused, which is told. */
export async function tellQueues(
  { socket }: RunningDomain,
  command: QueueCommand,
  terminal: Terminal,
): Promise<number> {
  const { status, message } = await reached(socket, post(socket, '/queues', command));
  (status === 200 ? terminal.out : terminal.err)(`${message}\n`);
  return status === 200 ? 0 : 1;
}

async function reached<Answer>(socket: string, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch {
    throw new NotRunning(`strowger is not running (nobody answers at ${socket})`);
  }
}

/** Of the live queues, by extension or name. */
export function shownQueue({ queues }: ShownLines, wanted: string): ShownQueue {
  const queue = queues.find(({ extension, name }) => extension === wanted || same(name, wanted));
  const known = queues.map(({ extension }) => extension);
  if (queue === undefined) throw new Misasked(`there is no queue "${wanted}"${instead(wanted, known)}`);
  return queue;
}

/** By extension or name. */
export function shownAgent({ agents }: ShownLines, wanted: string): ShownAgent {
  const found = agents.find(({ agent, name }) => agent === wanted || same(name, wanted));
  const known = agents.map(({ agent }) => agent);
  if (found === undefined) throw new Misasked(`there is no agent "${wanted}"${instead(wanted, known)}`);
  return found;
}

/** A waiting caller's call, by its id, the beginning of it or his place. */
export function shownCall({ callers, extension }: ShownQueue, wanted: string): string {
  const found = callers.filter(({ call, position }) => call.startsWith(wanted) || String(position) === wanted);
  const [only] = found.length > 1 ? found.filter(({ call }) => call === wanted) : found;
  if (only === undefined) {
    const who = found.length > 1 ? 'several callers wait' : 'nobody waits';
    throw new Misasked(`${who} in queue ${extension} with the call or place "${wanted}"`);
  }
  return only.call;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
