import { join } from 'node:path';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import type { CallRecord } from '../core/call-record.js';
import type { Domain } from '../core/domain.js';
import { tell } from '../core/reason.js';
import { wallText } from '../core/wall-clock.js';
import { openStore } from '../store/store.js';
import { reportProblems } from './check.js';
import { bold, columns, dim, type Terminal } from './terminal.js';

export type PastCallOptions = {
  readonly config: string;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
};

const LATEST = 'last';
const SHOWN = 10;

/** `strowger explain --call ID`: why a past call went where it went, from its record; 1 if there is none, after telling the latest. */
export function explainPastCall(id: string, options: PastCallOptions, env: Environment, terminal: Terminal): number {
  const loaded = loadConfig(options.config, env, { dataDir: options.data });
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const { server, domains } = loaded.config;
  const store = openStore({
    file: join(server.dataDir, 'strowger.db'),
    readOnly: true,
    onError: ({ message }) => terminal.err(`strowger explain: ${message}\n`),
  });
  const latest = store.listCalls({ limit: SHOWN });
  const record = id === LATEST ? (latest[0] ?? null) : store.findCall(id);
  void store.close();
  if (record === null) {
    terminal.err(`strowger explain: there is no record of a call ${JSON.stringify(id)}\n`);
    if (latest.length > 0) terminal.err(`The latest calls are\n${latestText(latest, domains)}`);
    return 1;
  }
  const domain = domains.get(record.domain) ?? null;
  if (options.json === true) {
    const because = record.because.map((reason) => ({ ...reason, text: tell(reason, domain) }));
    terminal.out(`${JSON.stringify({ ...record, because }, null, 2)}\n`);
  } else terminal.out(callStory(record, domain, terminal));
  return 0;
}

function latestText(calls: readonly CallRecord[], domains: ReadonlyMap<string, Domain>): string {
  const rows = calls.map(({ id, domain, startedAt, from, dialled }) => {
    const when = wallText(startedAt, domains.get(domain)?.timeZone ?? 'UTC');
    return [id, when, `${callerText(from)} to ${dialled} of ${domain}`];
  });
  return columns(rows, '  ');
}

function callerText({ number }: CallRecord['from']): string {
  return number === '' ? 'nobody known' : number;
}

/** What became of a call, in words; `domain`: as it is today, null if it is gone. */
export function callStory(record: CallRecord, domain: Domain | null, terminal: Terminal): string {
  const { from, dialled, startedAt, to, cause, forwards, legs } = record;
  const zone = domain?.timeZone ?? 'UTC';
  const seconds = (at: number): string => `${((at - startedAt) / 1000).toFixed(1).padStart(6)}s`;
  const taken = to === null ? `nobody took it (${cause.status})` : `taken by ${to.kind} ${to.id}`;
  const happened = [
    ...forwards.map((f) => ({ at: f.at, text: bold(`${f.from} forwards to ${f.to} (${f.purpose})`, terminal) })),
    ...legs
      .filter(({ direction }) => direction === 'out')
      .map(({ startedAt: at, ringingAt, endedAt, party, cause: { status } }) => ({
        at,
        text: `${bold(`${party.number} ${ringingAt === null ? 'is called' : 'rings'}`, terminal)}, until ${seconds(endedAt).trim()} (${status})`,
      })),
  ].sort((a, b) => a.at - b.at);
  return [
    `A call from ${callerText(from)} to ${dialled} of ${record.domain},\n`,
    `${wallText(startedAt, zone)}: ${taken}\n\n`,
    ...record.because.map((reason) => `          ${dim(tell(reason, domain), terminal)}\n`),
    ...happened.map(({ at, text }) => `${seconds(at)}  ${text}\n`),
  ].join('');
}
