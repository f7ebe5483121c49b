import { resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import type { Domain } from '../core/domain.js';
import { dialled } from '../core/route.js';
import type { DomainStates, SwitchRefusal } from '../switch/domain-states.js';
import type { CallCommand } from './call.js';
import { reportProblems } from './check.js';
import { post, readJson } from './control-socket.js';
import { instantOf, instead, Misasked } from './question.js';
import type { ResyncCommand } from './resync.js';
import type { Terminal } from './terminal.js';

/** What a running exchange is told to switch, as JSON on its control socket. */
const command = z.discriminatedUnion('switch', [
  z.strictObject({
    switch: z.literal('toggle'),
    domain: z.string(),
    frame: z.string(),
    /** Extension of the user whose private frame it is; null: it is shared. */
    owner: z.string().nullable(),
    on: z.boolean(),
    /** Wall clock of the domain's zone, `2026-12-25T10:00`; null: until it is switched again. */
    until: z.string().nullable(),
  }),
  z.strictObject({ switch: z.literal('dnd'), domain: z.string(), extension: z.string(), on: z.boolean() }),
  /** `to` null: no longer. */
  z.strictObject({
    switch: z.literal('forward'),
    domain: z.string(),
    extension: z.string(),
    to: z.string().nullable(),
  }),
  /** `server`: a media server by its name in `status`. */
  z.strictObject({ switch: z.literal('drain'), server: z.string(), on: z.boolean() }),
]);
export type SwitchCommand = z.infer<typeof command>;

export type SwitchAnswer = { readonly status: 200 | 400 | 404 | 409; readonly message: string };

const REFUSALS: Readonly<Record<SwitchRefusal, SwitchAnswer>> = {
  unknownDomain: { status: 404, message: 'there is no such domain' },
  unknownExtension: { status: 404, message: 'there is no such extension' },
  unknownFrame: { status: 404, message: 'there is no such time frame' },
  notToggle: { status: 409, message: 'this time frame is not one that is switched by hand' },
};

/**
 * Carries out a command that came as text; never throws. `drain` takes a media server out of use or back into it, and
 * says whether there is one of that name.
 */
export function obey(
  text: string,
  states: DomainStates,
  drain: (server: string, isDraining: boolean) => boolean,
  nowMs: number,
): SwitchAnswer {
  const asked = command.safeParse(readJson(text));
  if (!asked.success) return { status: 400, message: 'this is no command of this version' };
  const { data } = asked;
  if (data.switch === 'drain') {
    const known = drain(data.server, data.on);
    return known
      ? { status: 200, message: 'done' }
      : { status: 404, message: 'there is no such media server; `strowger status` shows them' };
  }
  const domain = states.domain(data.domain);
  if (domain === null) return REFUSALS.unknownDomain;
  switch (data.switch) {
    case 'dnd':
      return answer(states.setDnd(domain.name, data.extension, data.on));
    case 'forward':
      return forward(data, domain, states);
    case 'toggle':
      return toggle(data, domain, states, nowMs);
  }
}

function toggle(
  { frame, owner, on, until: written }: Extract<SwitchCommand, { switch: 'toggle' }>,
  domain: Domain,
  states: DomainStates,
  nowMs: number,
): SwitchAnswer {
  let until: number | null = null;
  try {
    until = written === null ? null : instantOf(domain, written, nowMs);
  } catch (error) {
    if (!(error instanceof Misasked)) throw error;
    return { status: 400, message: error.message };
  }
  if (until !== null && until <= nowMs) return { status: 400, message: `${written} is over already` };
  const refusal = states.setToggle(domain.name, frame, on, until, owner);
  if (refusal !== 'unknownFrame') return answer(refusal);
  const { status, message } = REFUSALS[refusal];
  const frames = owner === null ? domain.timeFrames : (domain.users.get(owner)?.timeFrames ?? new Map());
  const toggles = [...frames.values()].flatMap(({ name, kind }) => (kind === 'toggle' ? [name] : []));
  return { status, message: `${message}${instead(frame, toggles)}` };
}

function forward(
  data: Extract<SwitchCommand, { switch: 'forward' }>,
  domain: Domain,
  states: DomainStates,
): SwitchAnswer {
  const { extension, to } = data;
  if (to === null) return answer(states.setForward(domain.name, extension, null));
  const owner = { device: extension, number: extension, name: '', anonymous: false };
  const meant = dialled(domain, to, owner);
  if (to === extension || (meant.to === 'extension' && !domain.users.has(to))) {
    return { status: 404, message: `${to} is no number that calls can be forwarded to` };
  }
  return answer(states.setForward(domain.name, extension, meant.to === 'number' ? { ...meant, confirm: true } : meant));
}

function answer(refusal: SwitchRefusal | null): SwitchAnswer {
  return refusal === null ? { status: 200, message: 'done' } : REFUSALS[refusal];
}

/** What the running exchange is told on its control socket. */
export type RunningCommand = SwitchCommand | CallCommand | ResyncCommand;

function pathOf(command: RunningCommand): string {
  return 'switch' in command ? '/switch' : 'resync' in command ? '/phones' : '/calls';
}

export type SwitchOptions = {
  readonly config: string;
  readonly data?: string | undefined;
  readonly domain?: string | undefined;
};

/** LSB: the program does not run. */
const NOT_RUNNING = 3;

/** `strowger toggle|dnd|forward|call|resync`: 0 done, 1 refused, 3 not running. `make` is given the name of the domain. */
export async function tellRunning(
  options: SwitchOptions,
  make: (domain: string) => RunningCommand,
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  const loaded = loadConfig(options.config, env, { dataDir: options.data });
  if (!loaded.ok && (options.data === undefined || options.domain === undefined)) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const socket = loaded.ok ? loaded.config.server.controlSocket : resolve(options.data ?? '', 'control.sock');
  const domain = options.domain ?? (loaded.ok ? loaded.config.server.defaultDomain : null);
  if (domain === null) {
    terminal.err('strowger: there are several domains; choose one with --domain\n');
    return 1;
  }
  return await send(socket, make(domain), terminal);
}

/** `strowger drain`: as `tellRunning`. */
export async function drainRunning(
  options: Pick<SwitchOptions, 'config' | 'data'>,
  server: string,
  on: boolean,
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  const loaded = loadConfig(options.config, env, { dataDir: options.data });
  if (!loaded.ok && options.data === undefined) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const socket = loaded.ok ? loaded.config.server.controlSocket : resolve(options.data ?? '', 'control.sock');
  return await send(socket, { switch: 'drain', server, on }, terminal);
}

async function send(socket: string, command: RunningCommand, terminal: Terminal): Promise<number> {
  try {
    const { status, message } = await post(socket, pathOf(command), command);
    (status === 200 ? terminal.out : terminal.err)(`${message}\n`);
    return status === 200 ? 0 : 1;
  } catch (error) {
    terminal.err(`strowger is not running (${error instanceof Error ? error.message : String(error)})\n`);
    return NOT_RUNNING;
  }
}
