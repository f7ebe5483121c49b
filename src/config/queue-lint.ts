import { checkAcd, type QueueFault } from '../core/queue/queue-check.js';
import type { AcdConfig } from '../core/queue/queue-config.js';
import type { DomainFile } from './domain-file.js';
import type { EntryPlace } from './queue.js';
import type { QueueFile } from './queue-file.js';
import { fail, type Scope, warn } from './scope.js';

/** Reports what checkAcd finds and what has no effect, where it is written. `places`: of the agents, by queue. */
export function lintQueues(
  acd: AcdConfig,
  written: DomainFile,
  places: ReadonlyMap<string, readonly EntryPlace[]>,
  scope: Scope,
): void {
  const queues = new Map((written.queues ?? []).map((queue) => [String(queue.extension), queue] as const));
  for (const fault of checkAcd(acd)) {
    if (fault.code === 'noAgents' && (queues.get(fault.queue ?? '')?.agents ?? []).length > 0) continue; // faulty ones
    const tell = fault.severity === 'error' ? fail : warn;
    const [holder, key] = spotOf(fault, queues, written, places);
    tell(scope, holder, key, `${fault.message}${ADVICE[fault.code] ?? ''}`);
  }
  for (const queue of queues.values()) lintQueue(queue, scope);
}

/** What to do about a fault, where its message does not say it. */
const ADVICE: Partial<Record<QueueFault['code'], string>> = {
  agentRingsTooLong: '; make agentRingTime shorter, so that others are tried',
  noIntro: '; give it an intro',
  noGrowth: '; leave addGroup out, or make it 1',
  forwardHidesVoicemail: '; remove one of them',
  forwardNeverHappens: '; give it a queueRingTime',
  waveLogsEverybodyOut: '; remove logoutOnMissed, or choose another kind',
  noAgents: ', so that nobody is ever rung; list them under agents',
};

type Spot = readonly [holder: object, key: string | number];

function spotOf(
  fault: QueueFault,
  queues: ReadonlyMap<string, QueueFile>,
  written: DomainFile,
  places: ReadonlyMap<string, readonly EntryPlace[]>,
): Spot {
  const { agent } = fault;
  const entry = places.get(fault.queue ?? '')?.find((place) => place.agent === agent);
  if (entry !== undefined) return [entry.holder, entry.key];
  const queue = queues.get(fault.queue ?? '');
  if (queue === undefined) return [written, fault.code === 'duplicateStatus' ? 'agentStatuses' : 'queues'];
  const key = FIELDS[fault.code]?.find((field) => queue[field] !== undefined);
  return [queue, key ?? 'extension'];
}

/** Which field of a queue a fault is about: the first that is written. */
const FIELDS: Partial<Record<QueueFault['code'], readonly (keyof QueueFile)[]>> = {
  agentRingsTooLong: ['agentRingTime', 'queueRingTime'],
  noIntro: ['requireIntro'],
  noGrowth: ['addGroup'],
  forwardHidesVoicemail: ['voicemail'],
  forwardNeverHappens: ['forwardUnanswered'],
  waveLogsEverybodyOut: ['logoutOnMissed'],
};

/** Settings that are there and do nothing. */
function lintQueue(queue: QueueFile, scope: Scope): void {
  const idle = (key: keyof QueueFile, why: string): void => {
    if (queue[key] !== undefined) warn(scope, queue, key, `has no effect, because ${why}`);
  };
  if (queue.kind !== 'linearCascade') {
    const why = 'only the kind linearCascade has groups';
    idle('initialGroup', why);
    idle('addGroup', why);
  }
  if ((queue.announce ?? []).length === 0) idle('announceEvery', 'nothing is announced; see announce');
  const counts = queue.maxLength !== undefined || queue.maxExpectedWait !== undefined;
  const gated = counts || queue.requireAgents === true || queue.leaveWhenNoAgents === true;
  if (!gated) {
    const why = 'everybody is let in: there is no requireAgents, maxLength or maxExpectedWait';
    idle('forwardUnavailable', why);
  }
  if (queue.queueRingTime === undefined && queue.forwardUnanswered === undefined && !gated) {
    idle('voicemail', 'there is no queueRingTime after which it is offered');
  }
  const rests = (queue.agents ?? []).some((one) => typeof one === 'object' && one.confirm === true);
  if (queue.confirm !== true && !rests) idle('confirmTime', 'nobody has to confirm');
}
