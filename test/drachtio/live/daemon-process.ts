import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pidListeningOn } from '../../../tools/listener.mjs';

/** A daemon on this machine that can be killed, and started again just as it was. */
export class DaemonProcess {
  readonly #port: number;
  readonly #command: readonly string[];
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #pid: number;

  private constructor(port: number, pid: number) {
    this.#port = port;
    this.#pid = pid;
    this.#command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    this.#folder = readlinkSync(`/proc/${pid}/cwd`);
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    this.#environment = Object.fromEntries(
      variables.flatMap((each) => {
        const at = each.indexOf('=');
        return at < 1 ? [] : [[each.slice(0, at), each.slice(at + 1)]];
      }),
    );
  }

  /** Whoever listens on that TCP port. Throws if nobody does, or if it is somebody else's process. */
  static listeningOn(port: number): DaemonProcess {
    return new DaemonProcess(port, pidListeningOn(port));
  }

  /** SIGKILL: no word to anybody. */
  async kill(): Promise<void> {
    process.kill(this.#pid, 'SIGKILL');
    while (existsSync(`/proc/${this.#pid}/fd`) && !isDead(this.#pid)) await sleep(10);
  }

  /** With the same command line, folder and environment; resolves when it takes connections. It outlives the tests. */
  async start(): Promise<void> {
    const [command = '', ...args] = this.#command;
    const options = { cwd: this.#folder, env: this.#environment, detached: true, stdio: 'ignore' } as const;
    const child: ChildProcess = spawn(command, args, options);
    child.unref();
    this.#pid = child.pid ?? 0;
    while (!(await takesConnections(this.#port))) {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
      await sleep(20);
    }
  }
}

function isDead(pid: number): boolean {
  return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
