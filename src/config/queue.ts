import type { Destination, User } from '../core/domain.js';
import type { HoldMusic } from '../core/hold-music.js';
import {
  type AcdConfig,
  type AgentConfig,
  type AgentEntry,
  ENTRY_DEFAULTS,
  QUEUE_DEFAULTS,
  type QueueConfig,
  type Reach,
} from '../core/queue/queue-config.js';
import type { DestinationFile } from './destination-file.js';
import type { DomainFile } from './domain-file.js';
import { durationMs } from './duration.js';
import { compileMusicName, compileSound } from './music.js';
import { didYouMean } from './problem.js';
import { type AgentFile, type QueueFile, queueDefaults } from './queue-file.js';
import { lintQueues } from './queue-lint.js';
import { compileDestination } from './rule.js';
import { fail, lineOf, type Scope } from './scope.js';

/** What of the domain concerns its queues. */
export type AroundQueues = {
  readonly country: string;
  readonly users: ReadonlyMap<string, User>;
  readonly music: HoldMusic;
};

/** Where an agent's entry is written. */
export type EntryPlace = { readonly agent: string; readonly holder: object; readonly key: string | number };

/** Queues, agents and their statuses; faults and suspicious settings are reported. */
export function compileQueues(written: DomainFile, around: AroundQueues, scope: Scope): AcdConfig {
  const queues: QueueConfig[] = [];
  const agents = new Map<string, AgentEntry[]>();
  const places = new Map<string, readonly EntryPlace[]>();
  const first = new Map<string, QueueFile>();
  for (const queue of written.queues ?? []) {
    const extension = String(queue.extension);
    const other = first.get(extension);
    checkExtensionFree(written, queue, other, scope);
    if (other !== undefined) continue;
    first.set(extension, queue);
    queues.push(compileQueue(queue, around, scope));
    const entries = compileEntries(queue, scope);
    places.set(
      extension,
      entries.map(({ place }) => place),
    );
    for (const { entry, place } of entries) agents.set(place.agent, [...(agents.get(place.agent) ?? []), entry]);
  }
  const named = [...agents].map(
    ([agent, entries]): AgentConfig => ({ agent, name: around.users.get(agent)?.name ?? agent, entries }),
  );
  const statuses = Object.entries(written.agentStatuses ?? {}).map(([name, is]) => ({
    name,
    available: is === 'available',
  }));
  const acd = { queues, agents: named, statuses };
  lintQueues(acd, written, places, scope);
  return acd;
}

function checkExtensionFree(written: DomainFile, queue: QueueFile, other: QueueFile | undefined, scope: Scope): void {
  const extension = String(queue.extension);
  const { extensions, services } = scope.names;
  if (other !== undefined) {
    const line = lineOf(scope, { holder: other, key: 'extension' });
    fail(scope, queue, 'extension', `${extension} is the extension of a queue already, at line ${line}`);
  }
  const what = extensions.has(extension)
    ? 'the extension of a user'
    : services.has(extension)
      ? 'a service'
      : extension in (written.features ?? {})
        ? 'a feature code'
        : null;
  if (what !== null) fail(scope, queue, 'extension', `${extension} is ${what} already`);
}

function compileQueue(written: QueueFile, around: AroundQueues, scope: Scope): QueueConfig {
  const d = QUEUE_DEFAULTS;
  const extension = String(written.extension);
  const voicemail =
    written.voicemail === undefined ? d.voicemail : mailboxOf(written, String(written.voicemail), scope);
  const exit = (key: 'forwardUnavailable' | 'forwardUnanswered'): Destination | null => {
    const form = written[key];
    return form === undefined ? null : queueExit(written, written, key, form, around.country, scope);
  };
  const ms = (text: string | undefined, otherwiseMs: number): number =>
    text === undefined ? otherwiseMs : (durationMs(text) ?? 0);
  const sound = (key: 'intro' | 'whisper'): string | null => {
    const file = written[key];
    return file === undefined ? null : compileSound(written, key, file, scope);
  };
  return {
    extension,
    name: written.name ?? extension,
    kind: written.kind ?? queueDefaults.kind,
    statistics: written.statistics ?? d.statistics,
    requireAgents: written.requireAgents ?? d.requireAgents,
    maxLength: written.maxLength ?? d.maxLength,
    maxExpectedWaitMs: ms(written.maxExpectedWait, d.maxExpectedWaitMs),
    forwardUnavailable: exit('forwardUnavailable'),
    leaveWhenNoAgents: written.leaveWhenNoAgents ?? d.leaveWhenNoAgents,
    intro: sound('intro'),
    requireIntro: written.requireIntro ?? d.requireIntro,
    music: compileMusicName(written, around.music, scope),
    announce: [...new Set(written.announce ?? d.announce)],
    announceEveryMs: written.announceEvery === false ? 0 : ms(written.announceEvery, d.announceEveryMs),
    whisper: sound('whisper'),
    queueRingMs: ms(written.queueRingTime, d.queueRingMs),
    agentRingMs: ms(written.agentRingTime, d.agentRingMs),
    initialGroup: written.initialGroup ?? d.initialGroup,
    addGroup: written.addGroup ?? d.addGroup,
    logoutOnMissed: written.logoutOnMissed ?? d.logoutOnMissed,
    forwardUnanswered: exit('forwardUnanswered'),
    voicemail,
    maxWaitMs: ms(written.maxWait, d.maxWaitMs),
    declineRestMs: ms(written.declineRest, d.declineRestMs),
    missedRestMs: ms(written.missedRest, d.missedRestMs),
    confirmMs: ms(written.confirmTime, d.confirmMs),
  };
}

function mailboxOf(written: QueueFile, extension: string, scope: Scope): string {
  const { extensions, mailboxes } = scope.names;
  if (!extensions.has(extension)) {
    const message = `there is no user ${JSON.stringify(extension)} whose mailbox it could be`;
    fail(scope, written, 'voicemail', `${message}${didYouMean(extension, mailboxes)}`);
  } else if (!mailboxes.has(extension)) {
    fail(scope, written, 'voicemail', `${extension} has no voicemail; expected a user with voicemail: true`);
  }
  return extension;
}

/** `holder.key`, where it is written; `voicemail` is the mailbox of the queue. */
export function queueExit(
  queue: QueueFile,
  holder: object,
  key: string,
  form: DestinationFile,
  country: string,
  scope: Scope,
): Destination | null {
  if (form === 'voicemail') {
    if (queue.voicemail !== undefined) return { to: 'voicemail', extension: String(queue.voicemail) };
    const message = 'the queue has no mailbox; expected { voicemail: EXTENSION }, or voicemail: EXTENSION of the queue';
    fail(scope, holder, key, message);
    return null;
  }
  const owner = { extension: String(queue.extension), deviceIds: [], ringMs: 0, country };
  return compileDestination(holder, key, form, owner, scope);
}

type Entered = { readonly entry: AgentEntry; readonly place: EntryPlace };

/** Agents whose phone or user there is not are reported and left out. */
function compileEntries(queue: QueueFile, scope: Scope): Entered[] {
  const list = queue.agents ?? [];
  const entered = new Map<string, EntryPlace>();
  return list.flatMap((form, index) => {
    const place = placeOf(form, list, index, scope);
    if (place === null) return [];
    const { agent, holder, key } = place;
    const first = entered.get(agent);
    if (first !== undefined) {
      fail(scope, holder, key, `agent ${agent} is in this queue already, at line ${lineOf(scope, first)}`);
      return [];
    }
    entered.set(agent, place);
    return [{ place, entry: compileEntry(queue, form, place.reach, index) }];
  });
}

function placeOf(
  form: AgentFile,
  list: readonly AgentFile[],
  index: number,
  scope: Scope,
): (EntryPlace & { readonly reach: Reach }) | null {
  const { extensions, devices } = scope.names;
  const [holder, key] = typeof form !== 'object' ? [list, index] : 'user' in form ? [form, 'user'] : [form, 'device'];
  const id = String(typeof form !== 'object' ? form : 'user' in form ? form.user : form.device);
  const isDevice = typeof form === 'object' ? 'device' in form : !extensions.has(id);
  if (!isDevice && extensions.has(id)) {
    return { agent: id, holder, key, reach: { type: 'user', extension: id } };
  }
  const device = isDevice ? devices.get(id) : undefined;
  if (device !== undefined) {
    return { agent: device.extension, holder, key, reach: { type: 'device', device: id } };
  }
  const [what, candidates] =
    typeof form !== 'object'
      ? ['user or device', [...extensions.keys(), ...devices.keys()]]
      : isDevice
        ? ['device', [...devices.keys()]]
        : ['user', [...extensions.keys()]];
  fail(scope, holder, key, `there is no ${what} ${JSON.stringify(id)}${didYouMean(id, candidates)}`);
  return null;
}

function compileEntry(queue: QueueFile, form: AgentFile, reach: Reach, index: number): AgentEntry {
  const own: Exclude<AgentFile, string | number> = typeof form === 'object' ? form : { device: form };
  const wrapUp = own.wrapUp ?? queue.wrapUp;
  return {
    queue: String(queue.extension),
    reach,
    order: own.order ?? index + 1,
    priority: own.priority ?? ENTRY_DEFAULTS.priority,
    wrapUpMs: wrapUp === undefined ? ENTRY_DEFAULTS.wrapUpMs : (durationMs(wrapUp) ?? 0),
    maxCalls: own.maxCalls ?? queue.maxCalls ?? ENTRY_DEFAULTS.maxCalls,
    confirm: own.confirm ?? queue.confirm ?? ENTRY_DEFAULTS.confirm,
    autoAnswer: own.autoAnswer ?? queue.autoAnswer ?? ENTRY_DEFAULTS.autoAnswer,
  };
}
