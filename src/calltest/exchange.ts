import { fileURLToPath } from 'node:url';
import { DigestAuthenticator } from '../auth/digest.js';
import type { Binding } from '../core/binding.js';
import type { CallRecord } from '../core/call-record.js';
import type { Domain } from '../core/domain.js';
import { type DomainState, NO_STATE } from '../core/domain-state.js';
import type { ParkLogRow } from '../core/queue/park.js';
import type { SavedAgent } from '../core/queue/queue-effect.js';
import type { QueueLogRow } from '../core/queue/queue-log.js';
import { Registrar } from '../core/registrar.js';
import type { Random } from '../machine/random.js';
import type { VirtualClock } from '../machine/virtual-clock.js';
import { continued, redirected, sameSpeech } from '../sdp/continuation.js';
import { offersSpeech } from '../sdp/speech-offer.js';
import { createStack, type Stack } from '../sip/stack.js';
import { admission } from '../switch/admission.js';
import { DirectMedia } from '../switch/direct-media.js';
import { DomainDirectory } from '../switch/domain-directory.js';
import { DomainStates } from '../switch/domain-states.js';
import { Lamps } from '../switch/lamps.js';
import { outsideRequests } from '../switch/outside-request.js';
import type { AgentNotice } from '../switch/queue-records.js';
import { targetOf } from '../switch/request-target.js';
import { Switch, type SwitchParts } from '../switch/switch.js';
import { SilentMedia, type SilentMediaOptions } from './silent-media.js';
import type { Wire } from './wire.js';

export const SERVER_HOST = '192.0.2.1';
export const SERVER = `${SERVER_HOST}:5060`;

/** Where the prompts of the catalogue are. */
export const PROMPTS = fileURLToPath(new URL('../../prompts/en', import.meta.url));

export type ExchangeOptions = {
  readonly media?: SilentMediaOptions;
  /** What users have switched before. */
  readonly state?: DomainState;
  /** Registrations of before. */
  readonly bindings?: readonly Binding[];
  /** Agents as they were saved before. */
  readonly agents?: readonly SavedAgent[];
  readonly traced?: SwitchParts['traced'];
  /** Speech of plain calls goes past the media port (`media: { mode: direct }`). */
  readonly directMedia?: boolean;
};

export type Deposit = { readonly extension: string; readonly lengthMs: number; readonly callerNumber: string };

/** The real exchange on the virtual network: everything of the product but sockets, files and sound. */
export type SimulatedExchange = {
  readonly stack: Stack;
  readonly media: SilentMedia;
  /** Null: every call is anchored. */
  readonly direct: DirectMedia | null;
  readonly switch: Switch;
  readonly registrar: Registrar;
  readonly records: readonly CallRecord[];
  readonly deposits: readonly Deposit[];
  readonly discarded: readonly string[];
  /** By extension, as they were saved last. */
  readonly agents: ReadonlyMap<string, SavedAgent>;
  readonly queueLog: readonly QueueLogRow[];
  readonly parkLog: readonly ParkLogRow[];
  readonly notices: readonly AgentNotice[];
  /** What went wrong inside, with the state it went wrong in. Must stay empty. */
  readonly defects: readonly string[];
};

export async function startExchange(
  wire: Wire,
  clock: VirtualClock,
  random: Random,
  domain: Domain,
  options: ExchangeOptions = {},
): Promise<SimulatedExchange> {
  const records: CallRecord[] = [];
  const deposits: Deposit[] = [];
  const discarded: string[] = [];
  const defects: string[] = [];
  const agents = new Map<string, SavedAgent>();
  const queueLog: QueueLogRow[] = [];
  const parkLog: ParkLogRow[] = [];
  const notices: AgentNotice[] = [];
  const states = new DomainStates(new Map([[domain.name, domain]]), {
    saved: new Map([[domain.name, options.state ?? NO_STATE]]),
    save: () => {},
    now: () => clock.now(),
    changed: () => {
      directory = new DomainDirectory(states.domains(), null);
      exchange.configured();
      lamps.configured();
    },
  });
  let directory = new DomainDirectory(states.domains(), null);
  const registrar = new Registrar(clock, {
    changed: (changes) => {
      for (const { binding } of changes) exchange.registered(binding.domain, binding.device);
    },
  });
  const media = new SilentMedia(clock, options.media);
  const stack = createStack({
    transports: [wire.transport(SERVER_HOST, 5060)],
    clock,
    random,
    resolve: async () => [],
    onDefect: (error, context) => defects.push(`${describe(error)}\n${context}`),
  });
  const lamps = new Lamps({
    notifier: stack,
    domainOf: ({ identity, requestUri }) => directory.called(identity, targetOf(requestUri).host),
    domain: (name) => states.domain(name),
  });
  stack.watch(lamps);
  const direct =
    options.directMedia === true ? new DirectMedia(stack, media, { continued, redirected, sameSpeech }) : null;
  let recordings = 0;
  const exchange = new Switch({
    signalling: direct?.signalling ?? stack,
    media: direct ?? media,
    clock,
    domainOf: ({ identity, requestUri }) => directory.called(identity, targetOf(requestUri).host),
    switchedNow: (domain) => states.switchedNow(domain),
    domains: () => states.domains(),
    contactsOf: (name) => (device) => registrar.contactsOf(name, device),
    isAnswerable: offersSpeech,
    admit: admission({ directory: () => directory, digest: new DigestAuthenticator(), now: () => clock.now() }),
    onRequest: outsideRequests({
      respond: (request, response) => stack.respond(request, response),
      registrantOf: (identity) => {
        const listed = directory.identified(identity);
        if (listed === null) return null;
        const { id, maxContacts } = listed.device;
        return { domain: listed.domain.name, device: id, maxContacts };
      },
      register: (registrant, message) => registrar.register(registrant, message),
    }),
    queues: {
      agents: () => options.agents ?? [],
      saveAgent: (_domain, agent) => agents.set(agent.agent, agent),
      queueEvent: (_domain, row) => queueLog.push(row),
      parkEvent: (_domain, row) => parkLog.push(row),
      notice: (_domain, notice) => notices.push(notice),
    },
    voicemail: {
      newRecording: (_domain, extension) => `${extension}/${++recordings}.wav`,
      deposit: (message) => deposits.push(message),
      discard: (file) => discarded.push(file),
    },
    switchFeature: (...asked) => states.feature(...asked),
    prompts: PROMPTS,
    ...(options.traced === undefined ? {} : { traced: options.traced }),
    saveCall: (record) => records.push(record),
    shown: (...shown) => lamps.set(...shown),
    onDefect: (error, context) => defects.push(`${describe(error)}\n${JSON.stringify(context)}`),
  });
  registrar.load(options.bindings ?? []);
  await exchange.start();
  const queues = { agents, queueLog, parkLog, notices };
  return { stack, media, direct, switch: exchange, registrar, records, deposits, discarded, defects, ...queues };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
