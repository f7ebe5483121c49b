import { resolve } from 'node:path';
import { durationText } from '../config/duration.js';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { reportProblems } from './check.js';
import { askStatus, type ShownSnapshot } from './control-client.js';
import { bold, columns, counted, type Terminal } from './terminal.js';

export type StatusOptions = {
  readonly config: string;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
};

/** LSB: a status command ends with 3 when the program does not run. */
const NOT_RUNNING = 3;

/** `strowger status`: 0, 3 if no exchange runs with this data folder, 1 for everything else. */
export async function status(
  options: StatusOptions,
  env: Environment,
  now: () => number,
  terminal: Terminal,
): Promise<number> {
  const loaded = loadConfig(options.config, env, { dataDir: options.data });
  if (!loaded.ok && options.data === undefined) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const socket = loaded.ok ? loaded.config.server.controlSocket : resolve(options.data ?? '', 'control.sock');
  const asked = await askStatus(socket);
  if (!asked.ok) {
    const what =
      asked.why === 'notRunning'
        ? `strowger is not running (nobody answers at ${socket})`
        : `${asked.message} (at ${socket})`;
    terminal.err(`strowger status: ${what}\n`);
    return asked.why === 'notRunning' ? NOT_RUNNING : 1;
  }
  terminal.out(options.json === true ? asked.json : statusText(asked.snapshot, now(), terminal));
  return 0;
}

/** What a person wants to see; `nowMs` in epoch milliseconds. */
export function statusText(snapshot: ShownSnapshot, nowMs: number, terminal: Terminal): string {
  const { pid, startedAt, domains, listeners, daemons, registrations, users, trunks, calls } = snapshot;
  const on = listeners.length === 0 ? 'reached by nobody' : `on ${listeners.join(', ')}`;
  const head = `Running for ${ago(startedAt, nowMs)} as process ${pid}: ${domains.join(', ')} ${on}\n`;
  const servers = daemons.map(({ kind, name, state, detail, legs, maxLegs, draining }) => [
    kind,
    name,
    draining ? `${state}, draining` : state,
    maxLegs === null ? counted(legs, 'leg') : `${legs} of ${counted(maxLegs, 'leg')}`,
    detail,
  ]);
  const phones = registrations.map(({ domain, device, flow, expiresAt, userAgent }) => [
    `${device}@${domain}`,
    flow,
    expiresAt > nowMs ? `${ago(nowMs, expiresAt)} left` : 'expired',
    userAgent,
  ]);
  const talks = calls.map(({ from, dialled, phase, startedAt: since, legs }) => [
    from.name === '' ? from.number : `${from.number} (${from.name})`,
    '→',
    dialled,
    phase,
    since === undefined ? '' : ago(since, nowMs),
    legs
      .filter(({ direction }) => direction === 'out')
      .map(({ party, state, held }) => `${party.number} ${held ? 'held' : state}`)
      .join(', '),
  ]);
  return [
    head,
    ...(servers.length === 0 ? [] : [section(counted(servers.length, 'server'), servers, terminal)]),
    section(counted(phones.length, 'registered phone'), phones, terminal),
    ...(users.length === 0 ? [] : [section(counted(users.length, 'user'), presenceRows(users), terminal)]),
    ...(trunks.length === 0 ? [] : [section(counted(trunks.length, 'trunk'), trunkRows(trunks, nowMs), terminal)]),
    section(counted(talks.length, 'call'), talks, terminal),
  ].join('\n');
}

/** So many users are named; `--json` has all. */
const MOST_NAMED = 20;

/** who is available, busy and offline, in a line each. */
function presenceRows(users: ShownSnapshot['users']): string[][] {
  const several = new Set(users.map(({ domain }) => domain)).size > 1;
  return (['available', 'busy', 'offline'] as const).flatMap((presence) => {
    const of = users.filter((user) => user.presence === presence);
    const named = of
      .slice(0, MOST_NAMED)
      .map(({ extension, domain }) => (several ? `${extension}@${domain}` : extension));
    const more = of.length > MOST_NAMED ? [`${of.length - MOST_NAMED} more`] : [];
    return of.length === 0 ? [] : [[presence, [...named, ...more].join(', ')]];
  });
}

/** Where it is, whether it answers, and our registration there. */
function trunkRows(trunks: ShownSnapshot['trunks'], nowMs: number): string[][] {
  return trunks.map(({ domain, trunk, enabled, host, registration, health }) => [
    `${trunk}@${domain}`,
    host,
    enabled ? healthText(health, nowMs) : 'disabled',
    registration === null ? '' : registrationText(registration, nowMs),
  ]);
}

function healthText(health: ShownSnapshot['trunks'][number]['health'], nowMs: number): string {
  if (health === null) return 'not asked';
  const forSoLong = ago(health.since, nowMs);
  if (health.state === 'up') return `answers, for ${forSoLong}`;
  if (health.state === 'down') return `does not answer (${health.status}), for ${forSoLong}`;
  return 'being asked';
}

type Registered = NonNullable<ShownSnapshot['trunks'][number]['registration']>;

function registrationText({ state, status, expiresAt }: Registered, nowMs: number): string {
  if (state === 'registered' && expiresAt > nowMs) return `registered, ${ago(nowMs, expiresAt)} left`;
  return state === 'failed' ? `not registered (${status})` : 'registering';
}

function section(title: string, rows: readonly (readonly string[])[], terminal: Terminal): string {
  return `${bold(title, terminal)}\n${columns(rows, '  ')}`;
}

/** Whole seconds, or whole minutes from ten minutes on. */
function ago(fromMs: number, toMs: number): string {
  const unitMs = toMs - fromMs < 600_000 ? 1000 : 60_000;
  return durationText(Math.max(0, Math.floor((toMs - fromMs) / unitMs) * unitMs));
}
