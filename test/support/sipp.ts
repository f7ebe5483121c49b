import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type SippLoad = {
  /** Path of the scenario. */
  readonly scenario: string;
  /** Values of `[field0]`, `[field1]` … for one call after the other, in turn. */
  readonly rows: readonly (readonly (string | number)[])[];
  readonly serverPort: number;
  readonly port: number;
  /** Where it sends from. */
  readonly host?: string;
  /** `[domain]`. */
  readonly domain: string;
  /** So many, then it ends by itself; 0: until stopped. */
  readonly calls: number;
  /** New calls in a second. */
  readonly rate: number;
  /** Put into the scenario in place of `[name]`, also where SIPp itself would not (`timeout="[ring]"`). */
  readonly settings?: Readonly<Record<string, string | number>>;
};

export type SippResult = {
  readonly done: number;
  readonly failed: number;
  /** What it said of the calls that failed. */
  readonly said: string;
};

const LIMIT_S = 90;

/** One SIPp that plays many calls at once. */
export class Sipp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sipp-load-'));
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor({ scenario, rows, serverPort, port, host = '127.0.0.1', domain, calls, rate, settings = {} }: SippLoad) {
    const played = join(this.#folder, 'scenario.xml');
    let text = readFileSync(scenario, 'utf8');
    for (const [name, value] of Object.entries(settings)) text = text.replaceAll(`[${name}]`, `${value}`);
    writeFileSync(played, text);
    const injected = join(this.#folder, 'fields.csv');
    writeFileSync(injected, `SEQUENTIAL\n${rows.map((row) => row.join(';')).join('\n')}\n`);
    const args = [
      ...[`127.0.0.1:${serverPort}`, '-sf', played, '-inf', injected, '-nostdin'],
      ...['-i', host, '-p', `${port}`, '-mi', host, '-key', 'domain', domain],
      ...['-r', `${rate}`, '-l', '5000', '-timeout', `${LIMIT_S}s`, '-timer_resol', '1', '-buff_size', '4194304'],
      ...['-trace_stat', '-stf', join(this.#folder, 'statistics.csv'), '-fd', '1'],
      ...['-trace_err', '-error_file', join(this.#folder, 'errors.log')],
      ...(calls === 0 ? [] : ['-m', `${calls}`]),
    ];
    this.#process = spawn('sipp', args, { stdio: 'ignore' });
    this.#exited = new Promise((resolve) => this.#process.once('exit', resolve).once('error', resolve));
  }

  /** At its own end, or after `stop`. */
  async result(): Promise<SippResult> {
    await this.#exited;
    const errors = join(this.#folder, 'errors.log');
    const said = existsSync(errors) ? readFileSync(errors, 'latin1').slice(0, 3000) : '';
    const counts = countsOf(join(this.#folder, 'statistics.csv'));
    rmSync(this.#folder, { recursive: true, force: true });
    return { ...counts, said };
  }

  /** Takes no more calls, and ends when those it has are over. */
  stop(): Promise<SippResult> {
    this.#process.kill('SIGUSR1');
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), 5000);
    return this.result().finally(() => clearTimeout(kill));
  }
}

/** The last line of SIPp's statistics, its cumulative columns. */
function countsOf(file: string): { readonly done: number; readonly failed: number } {
  if (!existsSync(file)) return { done: 0, failed: Number.POSITIVE_INFINITY };
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const last = (lines.at(-1) ?? '').split(';');
  const column = (name: string) => Number(last[head.split(';').indexOf(name)] ?? 0);
  return { done: column('SuccessfulCall(C)'), failed: column('FailedCall(C)') };
}
