import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../tools/exchange.mjs';

export const SERVER_CPU = 0;
export const LOAD_CPU = 1;

const SCENARIOS = fileURLToPath(new URL('./scenarios/', import.meta.url));

/**
 * One SIPp process, pinned away from the server. `rows` are the injected fields of its calls, used in turn; `log` is
 * the text that the scenario's <log> actions wrote. A call that waits for a message longer than `patienceS` has failed.
 */
export function startSipp(
  scenario,
  serverPort,
  { rows, port, calls, rate, host = '127.0.0.1', limitS = 60, patienceS = 120, options = [] },
) {
  const folder = mkdtempSync(join(tmpdir(), 'sipp-load-'));
  const statistics = join(folder, 'statistics.csv');
  const errors = join(folder, 'errors.log');
  const log = join(folder, 'log.txt');
  const injected = join(folder, 'fields.csv');
  writeFileSync(injected, `SEQUENTIAL\n${rows.map((row) => row.join(';')).join('\n')}\n`);
  const args = [
    ...['-c', String(LOAD_CPU), 'sipp', `127.0.0.1:${serverPort}`, '-sf', join(SCENARIOS, scenario)],
    ...['-i', host, '-p', String(port), '-mi', '127.0.0.1', '-inf', injected, '-nostdin'],
    ...[
      '-m',
      String(calls),
      '-r',
      String(rate),
      '-l',
      '15000',
      '-timeout',
      `${limitS}s`,
      '-recv_timeout',
      String(1000 * patienceS),
      '-timer_resol',
      '1',
    ],
    ...['-trace_stat', '-stf', statistics, '-fd', '1', '-trace_err', '-error_file', errors],
    ...['-trace_logs', '-log_file', log, '-key', 'domain', DOMAIN, '-buff_size', '4194304'],
    ...options,
  ];
  const child = spawn('taskset', args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  return {
    pid: child.pid,
    log: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    /** Asks it to end its calls and to go. */
    stop: () => child.kill('SIGUSR1'),
    /** Waits for its end; its own count of calls. */
    async result() {
      await exited;
      const counts = countsOf(statistics);
      const said = existsSync(errors) ? readFileSync(errors, 'latin1').slice(0, 2000) : '';
      rmSync(folder, { recursive: true, force: true });
      return { ...counts, said, firstError: firstErrorOf(said) };
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** Where the n-th of each says that it hears; only `relay` has somebody there. The exchange has the ports from 20000 on. */
export const CALLER_RTP = 10_000;
export const CALLEE_RTP = 15_000;

export const DOMAIN = 'bench.test';
export const PASSWORD = 'not-much-of-a-secret';

/** What SIPp says of the first call that went wrong. */
function firstErrorOf(said) {
  const line = said.split('\n').find((each) => /expecting|timed out|[Uu]nable/.test(each)) ?? 'SIPp does not say why';
  return line.replace(/^[^:]*:\d\d:[^:]*: /, '').slice(0, 200);
}

/** The last line of SIPp's statistics, its cumulative columns. */
function countsOf(file) {
  if (!existsSync(file)) return { done: 0, failed: Number.POSITIVE_INFINITY, retransmissions: 0, answerMs: Number.NaN };
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head.split(';');
  const last = (lines.at(-1) ?? '').split(';');
  const column = (name) => last[names.indexOf(name)] ?? '0';
  const [, minutes = '0', seconds = '0', micros = '0'] = column('ResponseTime1(C)').split(':');
  return {
    done: Number(column('SuccessfulCall(C)')),
    failed: Number(column('FailedCall(C)')),
    retransmissions: Number(column('Retransmissions(C)')),
    answerMs: Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(micros) / 1000,
  };
}

/** Where the carrier's calls come from. */
export const CARRIER = '127.0.0.2';

/** The direct number of an extension. */
export function numberOf(extension) {
  return `+1212555${extension}`;
}

/** `count` extensions from `first` on, as a domain of the exchange. */
export function benchOffice(first, count) {
  const users = Array.from({ length: count }, (_, i) => ({
    extension: String(first + i),
    devices: [{ id: String(first + i), password: PASSWORD, maxContacts: 10 }],
  }));
  const trunks = { carrier: { host: CARRIER } };
  const numbers = Object.fromEntries(users.map(({ extension }) => [numberOf(extension), { user: extension }]));
  return {
    domain: DOMAIN,
    country: 'US',
    timezone: 'America/New_York',
    trunks,
    numbers,
    users,
    server: { log: 'warn', media: { address: '127.0.0.1', ports: '20000-32767' } },
  };
}

/** Registers every extension with a contact at `port`, where SIPp will answer. Throws if one is refused. */
export async function registerAll(serverPort, extensions, port) {
  const rows = extensions.map((extension) => [
    extension,
    `[authentication username=${extension} password=${PASSWORD}]`,
    port,
  ]);
  const sipp = startSipp('register.xml', serverPort, { rows, port, calls: rows.length, rate: 500 });
  const { done, failed, said } = await sipp.result();
  if (failed > 0 || done < rows.length) throw new Error(`${done} of ${rows.length} phones could register\n${said}`);
}

/** Callees 3000 … that SIPp plays, and callers 2000 …, one of each per row. */
export async function phones(serverPort, pairs) {
  const port = await freePort();
  const callees = Array.from({ length: pairs }, (_, i) => String(3000 + i));
  const callers = Array.from({ length: pairs }, (_, i) => String(2000 + i));
  await registerAll(serverPort, callees, port);
  const rows = callers.map((caller, i) => [
    caller,
    `[authentication username=${caller} password=${PASSWORD}]`,
    callees[i] ?? '',
    CALLER_RTP + 2 * i,
  ]);
  const carrierRows = callers.map((caller, i) => [
    `+1650555${caller}`,
    '',
    numberOf(callees[i] ?? ''),
    CALLER_RTP + 2 * i,
  ]);
  const calleeRows = callees.map((_, i) => [CALLEE_RTP + 2 * i]);
  return { port, rows, carrierRows, calleeRows };
}

export const settle = () => sleep(1500);
