import { join } from 'node:path';
import { durationMs } from '../config/duration.js';
import type { Environment } from '../config/password.js';
import type { Domain } from '../core/domain.js';
import { tellParking } from '../core/queue/park-story.js';
import { directNumbers } from '../core/queue/queue-number.js';
import { type Names, tellCall } from '../core/queue/queue-story.js';
import { rankedAgents, tellRanking } from '../core/queue/ranking.js';
import { wallText } from '../core/wall-clock.js';
import { openStore, type Store } from '../store/store.js';
import { callStory } from './past-call.js';
import { Misasked } from './question.js';
import {
  askingRunning,
  linesIfRunning,
  linesNow,
  type RunningDomain,
  type RunningOptions,
  type ShownAgent,
  type ShownLines,
  shownAgent,
  shownCall,
  shownQueue,
  tellQueues,
} from './queue-client.js';
import type { QueueCommand } from './queue-control.js';
import { agentText, queueListText, queueText } from './queue-view.js';
import { dim, type Terminal } from './terminal.js';

export type QueueOptions = RunningOptions & {
  /** Who picks up; needed with `pickup`. */
  readonly agent?: string | undefined;
  /** Who does it, for the record. */
  readonly by: string;
};

export const queueActions = ['prioritise', 'pickup', 'transfer'] as const;
export type QueueAction = (typeof queueActions)[number];

/** `strowger queue [NAME [ACTION CALL [TO]]]`: shows live queues, or does something with a waiting caller. */
export async function queue(
  name: string | undefined,
  action: QueueAction | undefined,
  words: readonly string[],
  options: QueueOptions,
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  return await askingRunning('queue', options, env, terminal, async (running) => {
    const { lines, json } = await linesNow(running);
    if (name === undefined) {
      terminal.out(options.json === true ? json : queueListText(lines, terminal));
      return 0;
    }
    const shown = shownQueue(lines, name);
    if (action !== undefined) {
      const call = shownCall(shown, needed(words[0], 'a call or place'));
      return await tellQueues(running, callerCommand(action, call, words[1], running.domain, options), terminal);
    }
    const numbers = directNumbers(shown.extension, running.domain.numbers.values());
    if (options.json === true) terminal.out(`${JSON.stringify({ ...shown, numbers }, null, 2)}\n`);
    else terminal.out(queueText(shown, numbers, lines.agents, terminal));
    return 0;
  });
}

function callerCommand(
  action: QueueAction,
  call: string,
  to: string | undefined,
  { name: domain }: Domain,
  { by, agent }: QueueOptions,
): QueueCommand {
  switch (action) {
    case 'prioritise':
      return { do: 'prioritise', domain, by, call };
    case 'pickup':
      return { do: 'pickUp', domain, by, call, agent: needed(agent, 'an agent who picks up, --agent 201') };
    case 'transfer':
      return { do: 'transfer', domain, by, call, to: needed(to, 'a number to send the caller to') };
  }
}

function needed(word: string | undefined, what: string): string {
  if (word === undefined || word === '') throw new Misasked(`expected ${what}`);
  return word;
}

export type AgentOptions = RunningOptions & {
  readonly queue?: string | undefined;
  /** A status of the domain's own, with `login`. */
  readonly status?: string | undefined;
  readonly why?: boolean | undefined;
  readonly disposition: string;
  readonly reason: string;
  readonly by: string;
};

export const agentActions = ['login', 'logout', 'single-call', 'away', 'return', 'wrap-up', 'note'] as const;
export type AgentAction = (typeof agentActions)[number];

/** `strowger agent NAME [ACTION …]`: shows an agent, or sets what he does. */
export async function agent(
  name: string,
  action: AgentAction | undefined,
  words: readonly string[],
  options: AgentOptions,
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  return await askingRunning('agent', options, env, terminal, async (running) => {
    const { lines } = await linesNow(running);
    const shown = shownAgent(lines, name);
    if (action !== undefined)
      return await tellQueues(running, agentCommand(action, shown, words, running, options), terminal);
    if (options.json === true) terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
    else terminal.out(agentText(shown, lines.at, terminal));
    if (options.why === true && options.json !== true) terminal.out(passedOver(shown, running, terminal));
    return 0;
  });
}

function agentCommand(
  action: AgentAction,
  { agent: id }: ShownAgent,
  words: readonly string[],
  { domain: { name: domain } }: RunningDomain,
  { by, queue: only, status, disposition, reason }: AgentOptions,
): QueueCommand {
  const own = { domain, by, agent: id };
  const toQueue = { ...own, queue: only ?? null };
  switch (action) {
    case 'login':
      return { do: 'status', ...toQueue, status: status ?? 'online' };
    case 'logout':
      return { do: 'status', ...toQueue, status: 'offline' };
    case 'single-call':
      return { do: 'status', ...toQueue, status: 'single call' };
    case 'away':
      return { do: 'status', ...toQueue, status: needed(words.join(' '), 'why, such as Lunch') };
    case 'return':
      return { do: 'return', ...own };
    case 'wrap-up': {
      const [what, long = '', ...why] = words;
      if (what === 'end') return { do: 'endWrapUp', ...own };
      const byMs = what === 'extend' ? durationMs(long) : null;
      if (byMs === null || byMs === 0) throw new Misasked('expected wrap-up end, or wrap-up extend 30s REASON');
      return { do: 'extendWrapUp', ...own, byMs, reason: why.join(' ') };
    }
    case 'note': {
      const [call, ...text] = words;
      const note = { disposition, reason, text: text.join(' ') };
      needed(call, 'a call');
      needed(Object.values(note).join(''), 'a text, --disposition or --reason');
      return { do: 'note', ...own, call: call ?? '', ...note };
    }
  }
}

/** How many of the last decisions are told. */
const DECISIONS = 10;

/** The last callers who were offered to others, and why not to him. */
function passedOver({ agent: id }: ShownAgent, { domain, dataDir }: RunningDomain, terminal: Terminal): string {
  const store = openRecord(dataDir, 'agent', terminal);
  const told: string[] = [];
  for (const row of store.lastDecisions(domain.name)) {
    const index = rankedAgents(row.ranking).findIndex((ranked) => ranked.agent === id);
    if (index < 0) continue;
    const why = tellRanking(row.ranking, row.agents, () => '')[index]?.slice(2) ?? '';
    told.push(`  ${wallText(row.at, domain.timeZone)}  ${row.queue}  ${row.call}  ${dim(why, terminal)}\n`);
    if (told.length === DECISIONS) break;
  }
  void store.close();
  return told.length === 0 ? '\nno caller was offered to anybody yet\n' : `\nThe last callers:\n${told.join('')}`;
}

/** `strowger why CALL`: what happened to a call in the queues, from the record, and where it is now if it is live. */
export async function why(id: string, options: RunningOptions, env: Environment, terminal: Terminal): Promise<number> {
  return await askingRunning('why', options, env, terminal, async (running) => {
    const { domain, dataDir } = running;
    const store = openRecord(dataDir, 'why', terminal);
    const rows = store.queueRowsOfCall(id);
    const parking = store.parkRowsOfCall(id);
    const record = store.findCall(id);
    void store.close();
    if (rows.length === 0 && parking.length === 0 && record === null)
      throw new Misasked(`there is no record of a call "${id}"`);
    if (options.json === true) {
      terminal.out(`${JSON.stringify({ record, rows, parking }, null, 2)}\n`);
      return 0;
    }
    const names = namesOf(domain);
    const lines = tellCall(rows, id, names);
    const now = placeText(await linesIfRunning(running), id);
    const parked = tellParking(parking, names.agent);
    const stories = [
      ...(record === null ? [] : [callStory(record, domain, terminal)]),
      ...(lines.length === 0 ? [] : [`In the queues, it\n\n${lines.join('\n')}\n${now}`]),
      ...(parked.length === 0 ? [] : [`In the park places, it\n\n${parked.join('\n')}\n`]),
    ];
    terminal.out(stories.join('\n'));
    return 0;
  });
}

/** `202 (Tom Baker)` */
function namesOf({ users, acd }: Domain): Names {
  const nameOf = (extension: string, name: string | undefined): string =>
    name === undefined || name === extension ? extension : `${extension} (${name})`;
  return {
    agent: (agent) => nameOf(agent, users.get(agent)?.name),
    queue: (queue) => nameOf(queue, acd.queues.find((one) => one.extension === queue)?.name),
  };
}

/** Where a call waits at this moment; empty if it does not. */
function placeText(lines: ShownLines | null, id: string): string {
  for (const { extension, callers } of lines?.queues ?? []) {
    const caller = callers.find(({ call }) => call === id);
    if (caller !== undefined) return `\nand is number ${caller.position} in queue ${extension} now\n`;
  }
  return '';
}

function openRecord(dataDir: string, name: string, terminal: Terminal): Store {
  return openStore({
    file: join(dataDir, 'strowger.db'),
    readOnly: true,
    onError: ({ message }) => terminal.err(`strowger ${name}: ${message}\n`),
  });
}
