import { durationText } from '../config/duration.js';
import type { ShownAgent, ShownLines, ShownQueue } from './queue-client.js';
import { painted, type TableCell, type TableColumn, tableText } from './table.js';
import { bold, counted, type Terminal } from './terminal.js';

const left = (title: string): TableColumn => ({ title, align: 'left' });
const right = (title: string): TableColumn => ({ title, align: 'right' });

/** Every queue on a line (A-146). */
export function queueListText({ queues, parked, at }: ShownLines, terminal: Terminal): string {
  const columns = [
    left('Queue'),
    left('Name'),
    left('Kind'),
    right('Waiting'),
    right('Longest'),
    right('Available'),
    right('Online'),
  ];
  const rows = queues.map(
    ({ extension, name, kind, callers, longestWaitMs, available, online, light }): TableCell[] => [
      lit(extension, light, terminal),
      { text: name === extension ? '' : name },
      { text: kind },
      { text: String(callers.length) },
      { text: callers.length === 0 ? '' : seconds(longestWaitMs) },
      { text: String(available) },
      { text: String(online) },
    ],
  );
  return [tableText(columns, rows, terminal), ...parkedText(parked, at, terminal)].join('\n');
}

function parkedText(parked: ShownLines['parked'], at: number, terminal: Terminal): string[] {
  if (parked.length === 0) return [];
  const rows = parked.map(({ slot, party, parkedAt, state }) => [
    { text: slot.slot },
    { text: named(party) },
    { text: seconds(at - parkedAt) },
    { text: state === 'ringingBack' ? 'rings back' : '' },
  ]);
  return [tableText([left('Parked at'), left('Caller'), right('For'), left('')], rows, terminal)];
}

/** One queue: its numbers (A-111), its line, head first, and its agents, with why each is not offered callers. */
export function queueText(
  queue: ShownQueue,
  numbers: readonly string[],
  agents: readonly ShownAgent[],
  terminal: Terminal,
): string {
  const { extension, name, kind, online, available, averageWaitMs, expectedWaitMs, callers } = queue;
  const title = name === extension ? extension : `${extension} ${name}`;
  const expected = expectedWaitMs === null ? '' : `, who came now would wait ${seconds(expectedWaitMs)}`;
  const head = `${bold(title, terminal)}, ${kind}: ${counted(callers.length, 'caller')}, ${available} of ${online} online available\n`;
  const waits = callers.length === 0 ? '' : `average wait ${seconds(averageWaitMs)}${expected}\n`;
  const nameOf = (id: string): string => agents.find(({ agent }) => agent === id)?.name ?? id;
  const line = callers.map(({ call, party, position, waitedMs, priority, state, offers }) => [
    { text: String(position) },
    { text: named(party) },
    { text: seconds(waitedMs) },
    { text: priority === 0 ? '' : String(priority) },
    { text: state === 'offered' ? offers.map((one) => `${one.state} ${nameOf(one.agent)}`).join(', ') : STATES[state] },
    { text: call },
  ]);
  const columns = [right('Place'), left('Caller'), right('Waits'), right('Priority'), left('State'), left('Call')];
  const people = agents.flatMap((agent): TableCell[][] => {
    const place = agent.queues.find((one) => one.queue === extension);
    if (place === undefined) return [];
    return [
      [lit(agent.agent, agent.light, terminal), { text: agent.name }, { text: statusText(agent) }, { text: place.why }],
    ];
  });
  return [
    head + (numbers.length === 0 ? '' : `called at ${numbers.join(', ')}\n`) + waits,
    ...(callers.length === 0 ? [] : [tableText(columns, line, terminal)]),
    tableText([left('Agent'), left('Name'), left('Status'), left('For this queue')], people, terminal),
  ].join('\n');
}

const STATES = { intro: 'hears the intro', waiting: 'waits', offered: 'is offered', taken: 'is taken' } as const;

/** One agent, and his queues. */
export function agentText(agent: ShownAgent, at: number, terminal: Terminal): string {
  const { light, since, talks, otherCalls, wrapUpMs } = agent;
  const { text, paint = (plain: string) => plain } = lit(agent.agent, light, terminal);
  const rows = agent.queues.map(({ queue, loggedIn, why }) => [
    { text: queue },
    { text: loggedIn ? 'yes' : 'no' },
    { text: why },
  ]);
  return [
    `${paint(text)} ${agent.name}: ${statusText(agent, ` for ${seconds(at - since)}`)}\n`,
    talks.length === 0 ? '' : `talks in the queue's call ${talks.join(', ')}\n`,
    otherCalls === 0 ? '' : `${counted(otherCalls, 'other call')}\n`,
    wrapUpMs === 0 ? '' : `wraps up for ${seconds(wrapUpMs)} more\n`,
    `\n${tableText([left('Queue'), left('Logged in'), left('Why')], rows, terminal)}`,
  ].join('');
}

/** `online (Back office) for 5m, ringing`: `since` is about the status. */
function statusText({ status, reason, activity }: ShownAgent, since = ''): string {
  const why = reason === null ? '' : ` (${reason})`;
  return `${STATUSES[status] ?? status}${why}${since}${activity === 'idle' ? '' : `, ${ACTIVITIES[activity] ?? activity}`}`;
}

const STATUSES: Readonly<Record<string, string>> = { singleCall: 'single call' };
const ACTIVITIES: Readonly<Record<string, string>> = {
  onQueueCall: 'on a queue call',
  onOtherCall: 'on another call',
  wrapUp: 'wrapping up',
};

function named({ name, number }: { readonly name: string; readonly number: string }): string {
  return name === '' ? number : `${number} (${name})`;
}

/** A-32 */
function lit(text: string, light: ShownQueue['light'], terminal: Terminal): TableCell {
  return light === 'grey' ? { text } : painted(text, light, terminal);
}

/** Whole seconds. */
function seconds(ms: number): string {
  return durationText(Math.max(0, Math.floor(ms / 1000) * 1000));
}
