import { ABSENCES, type AcdConfig, type AgentEntry, MAX_WRAP_UP_MS, type QueueConfig } from './queue-config.js';

/** Something wrong (`error`: it cannot run so) or suspicious (`warning`) in the queues of a domain. */
export type QueueFault = {
  readonly code: QueueFaultCode;
  readonly severity: 'error' | 'warning';
  /** Extension of the queue; null: the fault is in no single queue. */
  readonly queue: string | null;
  readonly agent: string | null;
  readonly message: string;
};

export type QueueFaultCode =
  | 'duplicateExtension'
  | 'duplicateAgent'
  | 'duplicateEntry'
  | 'duplicateStatus'
  | 'unknownQueue'
  | 'badDuration'
  | 'badCount'
  | 'confirmAndAutoAnswer'
  | 'noIntro'
  | 'noGrowth'
  | 'forwardHidesVoicemail'
  | 'forwardNeverHappens'
  | 'agentRingsTooLong'
  | 'waveLogsEverybodyOut'
  | 'noAgents';

/** Shortest distance of two announcements to one caller. [ms] */
export const MIN_ANNOUNCE_MS = 15_000;

export function checkAcd(config: AcdConfig): readonly QueueFault[] {
  const faults: QueueFault[] = [];
  const seen = new Set<string>();
  for (const queue of config.queues) {
    if (seen.has(queue.extension))
      faults.push(
        error('duplicateExtension', queue.extension, null, `two queues have the extension ${queue.extension}`),
      );
    seen.add(queue.extension);
    faults.push(...checkDurations(queue), ...checkExits(queue));
    if (!config.agents.some((agent) => agent.entries.some((entry) => entry.queue === queue.extension)))
      faults.push(warning('noAgents', queue, 'has no agents'));
  }
  return [...faults, ...checkAgents(config, seen), ...checkStatuses(config)];
}

function checkDurations(queue: QueueConfig): QueueFault[] {
  const faults: QueueFault[] = [];
  const positive = ['agentRingMs', 'missedRestMs', 'declineRestMs', 'confirmMs'] as const;
  for (const field of positive) {
    if (!(queue[field] > 0)) faults.push(error('badDuration', queue.extension, null, `${field} must be more than 0`));
  }
  const some = ['queueRingMs', 'maxWaitMs', 'maxExpectedWaitMs', 'maxLength', 'addGroup', 'announceEveryMs'] as const;
  for (const field of some) {
    if (!(queue[field] >= 0)) faults.push(error('badCount', queue.extension, null, `${field} must not be negative`));
  }
  if (queue.announceEveryMs > 0 && queue.announceEveryMs < MIN_ANNOUNCE_MS)
    faults.push(error('badDuration', queue.extension, null, 'announcements are at least 15 s apart'));
  if (queue.queueRingMs > 0 && queue.agentRingMs >= queue.queueRingMs)
    faults.push(warning('agentRingsTooLong', queue, 'rings one agent as long as it rings at all'));
  if (queue.requireIntro && queue.intro === null)
    faults.push(warning('noIntro', queue, 'requires an intro and has none'));
  if (queue.kind === 'linearCascade' && queue.addGroup === 0)
    faults.push(warning('noGrowth', queue, 'adds no group: the first one rings until the end'));
  return faults;
}

function checkExits(queue: QueueConfig): QueueFault[] {
  const faults: QueueFault[] = [];
  if (queue.forwardUnanswered !== null && queue.voicemail !== null)
    faults.push(
      warning('forwardHidesVoicemail', queue, 'forwards unanswered callers, who are never offered voicemail'),
    );
  if (queue.forwardUnanswered !== null && queue.queueRingMs === 0)
    faults.push(warning('forwardNeverHappens', queue, 'has no ring time-out after which it could forward'));
  if (queue.logoutOnMissed && queue.kind === 'ringAll')
    faults.push(warning('waveLogsEverybodyOut', queue, 'logs all agents out with one unanswered wave'));
  return faults;
}

function checkAgents(config: AcdConfig, queues: ReadonlySet<string>): QueueFault[] {
  const faults: QueueFault[] = [];
  const agents = new Set<string>();
  for (const { agent, entries } of config.agents) {
    if (agents.has(agent)) faults.push(error('duplicateAgent', null, agent, `agent ${agent} is listed twice`));
    agents.add(agent);
    const entered = new Set<string>();
    for (const entry of entries) {
      if (entered.has(entry.queue))
        faults.push(error('duplicateEntry', entry.queue, agent, `agent ${agent} is in queue ${entry.queue} twice`));
      entered.add(entry.queue);
      if (!queues.has(entry.queue))
        faults.push(error('unknownQueue', entry.queue, agent, `agent ${agent}: there is no queue ${entry.queue}`));
      faults.push(...checkEntry(agent, entry));
    }
  }
  return faults;
}

function checkEntry(agent: string, entry: AgentEntry): QueueFault[] {
  const faults: QueueFault[] = [];
  if (entry.confirm && entry.autoAnswer) {
    const message = `agent ${agent}: a phone that answers by itself cannot press 1`;
    faults.push(error('confirmAndAutoAnswer', entry.queue, agent, message));
  }
  if (!(entry.wrapUpMs >= 0 && entry.wrapUpMs <= MAX_WRAP_UP_MS))
    faults.push(error('badDuration', entry.queue, agent, `agent ${agent}: wrap-up is 0 to 595 s`));
  if (!(entry.maxCalls >= 1))
    faults.push(error('badCount', entry.queue, agent, `agent ${agent}: at least one call at a time`));
  return faults;
}

function checkStatuses(config: AcdConfig): QueueFault[] {
  const faults: QueueFault[] = [];
  const names = new Set<string>(['online', 'offline', 'single call', ...ABSENCES].map((name) => name.toLowerCase()));
  for (const { name } of config.statuses) {
    if (names.has(name.toLowerCase()))
      faults.push(error('duplicateStatus', null, null, `there already is a status ${JSON.stringify(name)}`));
    names.add(name.toLowerCase());
  }
  return faults;
}

function error(code: QueueFaultCode, queue: string | null, agent: string | null, message: string): QueueFault {
  return { code, severity: 'error', queue, agent, message };
}

function warning(code: QueueFaultCode, { extension, name }: QueueConfig, what: string): QueueFault {
  const named = name === extension ? extension : `${extension} "${name}"`;
  return { code, severity: 'warning', queue: extension, agent: null, message: `queue ${named} ${what}` };
}
