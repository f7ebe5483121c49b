import type { EpochMs } from '../../machine/machine.js';
import type { Departure, OfferOutcome, QueueLogRow, Refusal } from './queue-log.js';
import { tellRanking } from './ranking.js';

/** Names for what the record knows by extension. */
export type Names = { readonly agent: (id: string) => string; readonly queue: (extension: string) => string };

/**
 * What happened to a call in the queues, in words, one line per event with the seconds since it first came: `why CALL`.
 * Each offer is followed by the reasons of its ranking, indented.
 */
export function tellCall(rows: Iterable<QueueLogRow>, call: string, names: Names): readonly string[] {
  const lines: string[] = [];
  let start: EpochMs | null = null;
  for (const row of rows) {
    if (!('call' in row) || row.call !== call) continue;
    start ??= row.at;
    const seconds = ((row.at - start) / 1000).toFixed(1).padStart(7);
    lines.push(`${seconds} s  ${tellEvent(row, names)}`);
    if (row.type === 'offered')
      for (const reason of tellRanking(row.ranking, row.agents, names.agent)) lines.push(`${' '.repeat(13)}${reason}`);
  }
  return lines;
}

type CallRow = Extract<QueueLogRow, { readonly call: string }>;

function tellEvent(row: CallRow, { agent, queue }: Names): string {
  switch (row.type) {
    case 'entered': {
      const priority = row.priority === 0 ? '' : ` with priority ${row.priority}`;
      return `entered ${queue(row.queue)}${priority}, having dialled ${row.dialled}`;
    }
    case 'refused':
      return `was not let into ${queue(row.queue)}: ${REFUSALS[row.why]}`;
    case 'offered':
      return row.pickUp
        ? `was given to ${row.agents.map(agent).join(', ')}, who picked it up`
        : `was offered to ${row.agents.map(agent).join(', ')}`;
    case 'offerEnded':
      return `${agent(row.agent)} ${OUTCOMES[row.outcome]} after ${(row.rangMs / 1000).toFixed(1)} s`;
    case 'connected':
      return `was connected to ${agent(row.agent)} after a wait of ${(row.waitMs / 1000).toFixed(1)} s`;
    case 'left':
      return `left ${queue(row.queue)}: ${DEPARTURES[row.why]}${row.by === null ? '' : ` by ${agent(row.by)}`}`;
    case 'talkEnded':
      return `ended its talk with ${agent(row.agent)} after ${(row.talkMs / 1000).toFixed(1)} s`;
    case 'wrappedUp': {
      const reason = row.reason === null ? '' : ` (${row.reason})`;
      return `${agent(row.agent)} was done with it after ${(row.wrapUpMs / 1000).toFixed(1)} s of wrap-up${reason}`;
    }
    case 'prioritised':
      return `was moved to the head of the line by ${agent(row.by)}`;
    case 'pickedUp':
      return `was picked up for ${agent(row.agent)} by ${agent(row.by)}`;
    case 'noted':
      return `${agent(row.agent)} noted: ${[row.disposition, row.reason, row.text].filter((part) => part !== '').join(', ')}`;
  }
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  noAgents: 'no agent was online',
  full: 'as many waited as may',
  longWait: 'the average wait had reached its limit',
  noQueue: 'there is no such queue',
};

const OUTCOMES: Readonly<Record<OfferOutcome, string>> = {
  answered: 'took it',
  missed: 'missed it',
  busy: 'was busy',
  declined: 'declined',
  unreachable: 'could not be reached',
  lost: 'stopped ringing, somebody else had taken it,',
  callerGone: 'stopped ringing, the caller had gone,',
  unanswered: 'stopped ringing, the time was over,',
  withdrawn: 'was let go',
};

/** `the caller hung up` */
export function tellDeparture(why: Departure): string {
  return DEPARTURES[why];
}

const DEPARTURES: Readonly<Record<Departure, string>> = {
  abandoned: 'the caller hung up',
  timeout: 'the queue ring time-out was over',
  voicemail: 'the caller chose voicemail',
  maxWait: 'nobody may wait longer',
  noAgents: 'the last agent had gone',
  transferred: 'sent elsewhere',
  closed: 'the queue was deleted',
  lost: 'the exchange went down',
};
