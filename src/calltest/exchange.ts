import { fileURLToPath } from 'node:url';
import { DigestAuthenticator } from '../auth/digest.js';
import type { CallRecord } from '../core/call-record.js';
import type { Domain } from '../core/domain.js';
import { type DomainState, NO_STATE } from '../core/domain-state.js';
import { Registrar } from '../core/registrar.js';
import type { Random } from '../machine/random.js';
import type { VirtualClock } from '../machine/virtual-clock.js';
import { offersSpeech } from '../sdp/speech-offer.js';
import { createStack, type Stack } from '../sip/stack.js';
import { admission } from '../switch/admission.js';
import { DomainDirectory } from '../switch/domain-directory.js';
import { DomainStates } from '../switch/domain-states.js';
import { outsideRequests } from '../switch/outside-request.js';
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
  readonly traced?: SwitchParts['traced'];
};

export type Deposit = { readonly extension: string; readonly lengthMs: number; readonly callerNumber: string };

/** The real exchange on the virtual network: everything of the product but sockets, files and sound. */
export type SimulatedExchange = {
  readonly stack: Stack;
  readonly media: SilentMedia;
  readonly switch: Switch;
  readonly registrar: Registrar;
  readonly records: readonly CallRecord[];
  readonly deposits: readonly Deposit[];
  readonly discarded: readonly string[];
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
  const states = new DomainStates(new Map([[domain.name, domain]]), {
    saved: new Map([[domain.name, options.state ?? NO_STATE]]),
    save: () => {},
    changed: () => {
      directory = new DomainDirectory(states.domains(), null);
    },
  });
  let directory = new DomainDirectory(states.domains(), null);
  const registrar = new Registrar(clock);
  const media = new SilentMedia(clock, options.media);
  const stack = createStack({
    transports: [wire.transport(SERVER_HOST, 5060)],
    clock,
    random,
    resolve: async () => [],
    onDefect: (error, context) => defects.push(`${describe(error)}\n${context}`),
  });
  let recordings = 0;
  const exchange = new Switch({
    signalling: stack,
    media,
    clock,
    domainOf: ({ identity, requestUri }) => directory.called(identity, targetOf(requestUri).host),
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
    voicemail: {
      newRecording: (_domain, extension) => `${extension}/${++recordings}.wav`,
      deposit: (message) => deposits.push(message),
      discard: (file) => discarded.push(file),
    },
    switchFeature: (...asked) => states.feature(...asked),
    prompts: PROMPTS,
    ...(options.traced === undefined ? {} : { traced: options.traced }),
    saveCall: (record) => records.push(record),
    onDefect: (error, context) => defects.push(`${describe(error)}\n${JSON.stringify(context)}`),
  });
  await exchange.start();
  return { stack, media, switch: exchange, registrar, records, deposits, discarded, defects };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
