import { randomFillSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { DigestAuthenticator } from './auth/digest.js';
import { obeyCall } from './cli/call.js';
import { type Snapshot, startControlServer } from './cli/control-server.js';
import type { ExplainScope } from './cli/explain.js';
import { answerLive } from './cli/live-explanation.js';
import { obeyQueues } from './cli/queue-control.js';
import { obeyResync } from './cli/resync.js';
import { obey } from './cli/switching.js';
import type { Config, Listener, ServerConfig } from './config/config.js';
import { loadConfig } from './config/load.js';
import { problemText } from './config/problem.js';
import { ConfigWatch, fieldsThatNeedRestart } from './config/watch.js';
import type { Domain } from './core/domain.js';
import { presenceNow } from './core/presence.js';
import { Registrar } from './core/registrar.js';
import type { World } from './core/world.js';
import type { Clock } from './machine/clock.js';
import { TimerWheel } from './machine/clock.js';
import { ownAddress } from './own-address.js';
import { createPairing } from './pairing.js';
import type { Notifier } from './ports/signalling.js';
import { pruneDaily, queueRecords } from './queue-record.js';
import { offersSpeech } from './sdp/speech-offer.js';
import { openStore, type Store } from './store/store.js';
import { admission } from './switch/admission.js';
import { DomainDirectory } from './switch/domain-directory.js';
import { DomainStates } from './switch/domain-states.js';
import { Lamps } from './switch/lamps.js';
import { outsideRequests } from './switch/outside-request.js';
import { targetOf } from './switch/request-target.js';
import { resyncRequest } from './switch/resync.js';
import { Switch } from './switch/switch.js';
import { Trunks } from './switch/trunks.js';
import type { VoicemailFiles } from './switch/voicemail-files.js';

export { ownAddress };

export type RunOptions = {
  /** Folder or file of the configuration. */
  readonly configDir: string;
  /** Undefined: what the configuration says. */
  readonly dataDir?: string | undefined;
  readonly log: Logger;
};

export type Running = {
  /** The configuration in force. */
  readonly config: () => Config;
  /** Where phones reach it; [] as long as no daemon that speaks SIP is up. */
  readonly listeners: () => readonly Listener[];
  /** Loads the configuration anew, all or nothing. */
  readonly reload: () => void;
  /** Ends the calls, writes what is to be written, closes every socket. */
  readonly stop: () => Promise<void>;
};

/** The configuration cannot be run; the message has one line for each error. */
export class ConfigError extends Error {}

type Closing = () => Promise<void> | void;

/** Starts the exchange. Throws a `ConfigError`, or the system's error if an address or a file cannot be had; then nothing of it is left running. */
export async function run(options: RunOptions): Promise<Running> {
  const closings: Closing[] = [];
  const stop = async (): Promise<void> => {
    for (let close = closings.pop(); close !== undefined; close = closings.pop()) await close();
  };
  try {
    return { ...(await start(options, closings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What it opens it adds to `closings`; they are called in the opposite order. */
async function start({ configDir, dataDir, log }: RunOptions, closings: Closing[]): Promise<Omit<Running, 'stop'>> {
  const loaded = loadConfig(configDir, process.env, { dataDir, keepPasswords: true });
  for (const warning of loaded.warnings) log.warn(problemText(warning));
  if (!loaded.ok) throw new ConfigError(loaded.errors.map(problemText).join('\n'));
  let { config } = loaded;
  const { server } = config;
  log.level = server.logLevel;
  mkdirSync(server.dataDir, { recursive: true });

  const clock = new TimerWheel();
  const startedAt = clock.now();
  const store = openStore({
    file: join(server.dataDir, 'strowger.db'),
    onError: (error) => log.error(error, 'the database cannot be written'),
  });
  closings.push(() => store.close());
  const states = new DomainStates(config.domains, {
    saved: store.loadStates(),
    save: (domain, state) => store.saveState(domain, state),
    now: () => clock.now(),
    changed: () => {
      directory = directoryOf(states, config);
      exchange.configured();
      lamps?.configured();
    },
  });
  let directory = directoryOf(states, config);
  const registrar = startRegistrar(server, store, clock, (domain, device) => exchange.registered(domain, device));
  closings.push(() => registrar.stop());
  const onDefect = (error: unknown, context: unknown): void => log.error({ err: error, context }, 'defect');
  const random = secureRandom();
  const pairing = createPairing(server, { clock, random, log, onDefect });
  const { signalling, media } = pairing;
  const trunks = new Trunks({
    requester: signalling,
    clock,
    random,
    told: (detail, message) => log.info(detail, message),
  });
  const { notifier } = pairing;
  const lamps = notifier === null ? null : lampsOf(notifier, states, () => directory);
  if (lamps !== null) notifier?.watch(lamps);
  const exchange = new Switch({
    signalling,
    media,
    clock,
    domainOf: ({ identity, requestUri }) => directory.called(identity, targetOf(requestUri).host),
    switchedNow: (domain) => states.switchedNow(domain),
    domains: () => states.domains(),
    contactsOf: (domain) => (device) => registrar.contactsOf(domain, device),
    trunkIsDown: (domain, trunk) => trunks.isDown(domain, trunk),
    admit: admission({
      directory: () => directory,
      digest: new DigestAuthenticator(server.digest),
      now: () => clock.now(),
      refused: (refusal) => log.warn(refusal, 'request refused'),
    }),
    isAnswerable: offersSpeech,
    onRequest: outsideRequests({
      respond: (request, response) => signalling.respond(request, response),
      register: (registrant, message) => registrar.register(registrant, message),
      registrantOf: (identity) => {
        const listed = directory.identified(identity);
        if (listed === null) return null;
        const { id, maxContacts } = listed.device;
        return { domain: listed.domain.name, device: id, maxContacts };
      },
    }),
    queues: queueRecords(store, log, clock),
    voicemail: voicemailFiles(server.dataDir, store),
    switchFeature: (domain, extension, feature, digits, lastCaller) =>
      states.feature(domain, extension, feature, digits, lastCaller),
    prompts: fileURLToPath(new URL('../prompts/en', import.meta.url)),
    saveCall: (record) => store.saveCall(record),
    shown: (...shown) => lamps?.set(...shown),
    onDefect,
  });
  // First of all what tells whether another one runs on this data folder.
  const control = await startControlServer(
    server.controlSocket,
    (): Snapshot => ({
      startedAt,
      domains: [...config.domains.keys()],
      pairing: pairing.kind,
      listeners: pairing.listeners().map((l) => `${l.transport} ${l.address}:${l.port}`),
      daemons: pairing.daemons(),
      timers: clock.pending,
      registrations: [...registrar.bindings()],
      users: states.domains().flatMap((domain) => presences(domain, exchange.worldOf(domain.name), clock.now())),
      trunks: trunks.snapshot(),
      calls: exchange.snapshot(),
    }),
    {
      switch: (command) => obey(command, states, pairing.drain, clock.now()),
      call: (command) =>
        obeyCall(command, {
          domain: (name) => states.domain(name),
          summon: (...summons) => exchange.summon(...summons),
        }),
      resync: (command) =>
        obeyResync(command, {
          domain: (name) => states.domain(name),
          bindingsOf: (domain, device) => registrar.contactsOf(domain, device),
          resync: (binding, reboot) =>
            signalling.request(resyncRequest(binding, reboot, random), ({ status }) =>
              log.info({ device: binding.device, flow: binding.flow, status }, 'phone told to fetch its settings'),
            ),
        }),
      explain: (question) => answerLive(question, liveScope(states, config, exchange), clock.now()),
      queues: {
        show: (domain) => exchange.queues(domain),
        obey: (command) =>
          obeyQueues(command, {
            domain: (name) => states.domain(name),
            show: (domain) => exchange.queues(domain),
            ask: (domain, event) => exchange.askQueues(domain, event),
          }),
      },
    },
  );
  closings.push(() => control.stop());
  closings.push(() => exchange.stop());
  await exchange.start();
  trunks.configure(states.domains());
  closings.push(() => trunks.stop());
  const pruning = pruneDaily(
    store,
    () => config.domains.keys(),
    () => config.server.keep,
    clock,
  );
  closings.push(() => pruning.stop());
  const watch = new ConfigWatch(
    configDir,
    process.env,
    { dataDir, keepPasswords: true },
    {
      onReload: (next, warnings) => {
        for (const warning of warnings) log.warn(problemText(warning));
        const later = fieldsThatNeedRestart(config.server, next.server);
        if (later.length > 0) log.warn(`a restart is needed for: ${later.join(', ')}`);
        config = next;
        log.level = next.server.logLevel;
        states.reconfigure(next.domains);
        trunks.configure(states.domains());
        log.info('configuration reloaded; calls in progress keep the one they started with');
      },
      onRefused: (errors) => {
        for (const error of errors) log.error(problemText(error));
        log.error('configuration refused; the running one stays in force');
      },
    },
    clock,
  );
  closings.push(() => watch.stop());
  return { config: () => config, listeners: pairing.listeners, reload: () => watch.reload() };
}

/** What the exchange goes by at this moment. */
function liveScope(states: DomainStates, { server }: Config, exchange: Switch): ExplainScope {
  const domains = new Map(states.domains().map((domain) => [domain.name, domain]));
  return { domains, server, worldOf: ({ name }) => exchange.worldOf(name) };
}

function lampsOf(notifier: Notifier, states: DomainStates, directory: () => DomainDirectory): Lamps {
  return new Lamps({
    notifier,
    domainOf: ({ identity, requestUri }) => directory().called(identity, targetOf(requestUri).host),
    domain: (name) => states.domain(name),
  });
}

function presences(domain: Domain, world: World, at: number): Snapshot['users'] {
  return [...domain.users.values()].map((user) => {
    return { domain: domain.name, extension: user.extension, presence: presenceNow(domain, user, world, at) };
  });
}

function directoryOf(states: DomainStates, config: Config): DomainDirectory {
  return new DomainDirectory(states.domains(), config.server.defaultDomain);
}

/** Bindings of the last run are taken up at once, so that phones ring before they register again. */
function startRegistrar(
  { registration }: ServerConfig,
  store: Store,
  clock: Clock,
  registered: (domain: string, device: string) => void,
): Registrar {
  const registrar = new Registrar(clock, {
    limits: { ...registration, natMaxMs: NAT_MAX_MS },
    changed: (changes) => {
      for (const { change, binding } of changes) {
        if (change === 'registered' || change === 'refreshed') store.saveBinding(binding);
        else store.removeBinding(binding);
        registered(binding.domain, binding.device);
      }
    },
  });
  registrar.load(store.loadBindings(clock.now()));
  return registrar;
}

/** NAT mappings of UDP are forgotten after two minutes or more (RFC 4787 REQ-5). */
const NAT_MAX_MS = 120_000;

/** Numbers in [0, 1) from the system's generator, drawn in bulk. */
function secureRandom(): () => number {
  const pool = new Uint32Array(1024);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    return (pool[next++] ?? 0) / 2 ** 32;
  };
}

/** Messages are `voicemail/DOMAIN/EXTENSION/ID.wav` in the data folder, with a row in the store. */
function voicemailFiles(dataDir: string, store: Store): VoicemailFiles {
  let count = 0;
  return {
    newRecording: (domain, extension) => {
      const folder = join(dataDir, 'voicemail', domain, extension);
      mkdirSync(folder, { recursive: true });
      return join(folder, `${Date.now().toString(36)}-${process.pid}-${count++}.wav`);
    },
    deposit: ({ extension, ...message }) => {
      const id = message.file.slice(message.file.lastIndexOf('/') + 1, -'.wav'.length);
      store.saveMessage({ ...message, id, mailbox: extension, folder: 'new', heard: false });
    },
    discard: (file) => void unlink(file).catch(() => {}),
  };
}
