import { z } from 'zod';
import { wayOut } from '../core/dial-plan.js';
import type { Destination, Domain } from '../core/domain.js';
import { statusNamed } from '../core/queue/agent-status.js';
import { ABSENCES } from '../core/queue/queue-config.js';
import type { AgentEvent, CallerEvent } from '../core/queue/queue-event.js';
import type { AcdSnapshot, AgentSnapshot } from '../core/queue/snapshot.js';
import { dialled } from '../core/route.js';
import type { Obeyed } from './control-server.js';
import { readJson } from './control-socket.js';

const common = { domain: z.string(), by: z.string() };
const ofAgent = { ...common, agent: z.string() };

/** What a person asks of queues and agents, as JSON on the control socket. `by`: who, for the record. */
const command = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('prioritise'), ...common, call: z.string() }),
  z.strictObject({ do: z.literal('pickUp'), ...ofAgent, call: z.string() }),
  /** `to`: as one of ours would dial it. */
  z.strictObject({ do: z.literal('transfer'), ...common, call: z.string(), to: z.string() }),
  /** `online`, `offline`, `single call`, Lunch …, or one of the domain's own. `queue` null: all of his. */
  z.strictObject({ do: z.literal('status'), ...ofAgent, status: z.string(), queue: z.string().nullable() }),
  z.strictObject({ do: z.literal('return'), ...ofAgent }),
  z.strictObject({ do: z.literal('endWrapUp'), ...ofAgent }),
  z.strictObject({ do: z.literal('extendWrapUp'), ...ofAgent, byMs: z.number().positive(), reason: z.string() }),
  z.strictObject({
    do: z.literal('note'),
    ...{ ...ofAgent, call: z.string(), disposition: z.string(), reason: z.string(), text: z.string() },
  }),
]);
export type QueueCommand = z.infer<typeof command>;

export type QueuePeople = {
  readonly domain: (name: string) => Domain | null;
  readonly show: (domain: string) => AcdSnapshot | null;
  /** Null, or why it was not done. */
  readonly ask: (domain: string, event: Exclude<CallerEvent, { type: 'callerJoined' }> | AgentEvent) => string | null;
};

/** Carries out a command that came as text; never throws. */
export function obeyQueues(text: string, people: QueuePeople): Obeyed {
  const asked = command.safeParse(readJson(text));
  if (!asked.success) return { status: 400, message: 'this is no command of this version' };
  const { data } = asked;
  const domain = people.domain(data.domain);
  const lines = domain === null ? null : people.show(domain.name);
  if (domain === null || lines === null)
    return { status: 404, message: 'there is no such domain, or it has no queues' };
  const event = 'agent' in data ? agentEvent(data, domain, lines) : callerEvent(data, domain);
  if (typeof event === 'string') return { status: 409, message: event };
  const refusal = people.ask(domain.name, event);
  return refusal === null ? { status: 200, message: 'done' } : { status: 409, message: refusal };
}

type OfCaller = Extract<QueueCommand, { do: 'prioritise' | 'transfer' }>;
type OfAgent = Exclude<QueueCommand, OfCaller>;

/** A text says why it makes no sense. */
function callerEvent(data: OfCaller, domain: Domain): Exclude<CallerEvent, { type: 'callerJoined' }> | string {
  const { call, by } = data;
  if (data.do === 'prioritise') return { type: 'callerPrioritised', call, by };
  const to = dialled(domain, data.to, { device: by, number: by, name: '', anonymous: false });
  if (!leadsSomewhere(to, domain)) return `${data.to} is no number that a caller can be sent to`;
  return { type: 'callerTransferred', call, to, by };
}

/** A caller who has waited is not lost to a mistyped number: to us, or to a way out that queues may take. */
function leadsSomewhere(to: Destination, domain: Domain): boolean {
  const { users, services, acd, numbers } = domain;
  if (to.to === 'number')
    return numbers.has(to.number) || wayOut(domain, to.number, 'domain', () => false).trunks !== null;
  if (to.to !== 'extension') return true;
  const { extension } = to;
  return users.has(extension) || services.has(extension) || acd.queues.some((queue) => queue.extension === extension);
}

function agentEvent(
  data: OfAgent,
  domain: Domain,
  lines: AcdSnapshot,
): Exclude<CallerEvent, { type: 'callerJoined' }> | AgentEvent | string {
  const { agent: id, by } = data;
  const agent = lines.agents.find((one) => one.agent === id);
  if (agent === undefined) return `there is no agent ${id}`;
  const own = { agent: id, by };
  switch (data.do) {
    case 'pickUp':
      return { type: 'callerPickedUp', call: data.call, ...own };
    case 'status':
      return statusEvent(data, agent, domain);
    case 'return':
      return agent.status === 'away' ? { type: 'agentReturned', ...own } : `${id} is not away`;
    case 'endWrapUp':
      return agent.wrapUpMs > 0 ? { type: 'wrapUpEnded', ...own } : NO_WRAP_UP(id);
    case 'extendWrapUp':
      if (agent.wrapUpMs === 0) return NO_WRAP_UP(id);
      return { type: 'wrapUpExtended', ...own, byMs: data.byMs, reason: data.reason };
    case 'note': {
      const { call, disposition, reason, text } = data;
      return { type: 'callNoted', agent: id, call, disposition, reason, text };
    }
  }
}

const NO_WRAP_UP = (id: string): string => `${id} is not wrapping up a call`;

function statusEvent(
  { agent: id, by, status: name, queue }: Extract<OfAgent, { do: 'status' }>,
  agent: AgentSnapshot,
  { acd }: Domain,
): AgentEvent | string {
  const wanted = statusNamed(name, acd.statuses);
  if (wanted === null) {
    const known = ['online', 'offline', 'single call', ...ABSENCES, ...acd.statuses.map((one) => one.name)];
    return `there is no status ${JSON.stringify(name)}; there are ${known.join(', ')}`;
  }
  if (queue !== null && !agent.queues.some((one) => one.queue === queue)) return `${id} is no agent of queue ${queue}`;
  const { status, reason } = wanted;
  const own = { agent: id, by };
  switch (status) {
    case 'online':
    case 'singleCall':
      return { type: 'agentLoggedIn', ...own, queue, singleCall: status === 'singleCall', reason };
    case 'offline':
      return { type: 'agentLoggedOut', ...own, queue, reason };
    case 'away':
      if (queue !== null) return `${id} is away from all queues or from none`;
      if (agent.status === 'offline') return `${id} is logged in nowhere, and cannot be away`;
      return { type: 'agentAway', ...own, reason: reason ?? name };
  }
}
