import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/exchange.mjs';
import { readWav, type Wav, writeToneWav } from './goertzel.js';

export type BaresipOptions = {
  /** User part of the address, which is the device id and the digest user name. */
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  /** Port of the exchange on 127.0.0.1. */
  readonly serverPort: number;
  /** What it says into every call. [Hz] */
  readonly toneHz: number;
  readonly answers: 'auto' | 'manual';
  /** It does not register, and is called at this port: a phone behind a trunk. Default: it registers. */
  readonly listensAt?: number;
  readonly transport?: 'udp' | 'tcp';
  readonly codec?: 'pcmu' | 'pcma';
};

/** An event of baresip's ctrl_tcp module. */
export type BaresipEvent = { readonly type: string; readonly param: string; readonly peeruri: string };

const MODULES = '/usr/lib/baresip/modules';
const SPEECH_MS = 20_000;

/** A real baresip without sound card: a tone from a file is its microphone, and what it hears goes into a file. */
export class Baresip {
  readonly events: BaresipEvent[] = [];
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #control: Socket;
  readonly #exited: Promise<unknown>;
  #output = '';
  #unread = '';
  #arrived: () => void = () => {};

  private constructor(folder: string, process: ChildProcess, control: Socket) {
    this.#folder = folder;
    this.#process = process;
    this.#control = control;
    this.#exited = new Promise((resolve) => process.once('exit', resolve));
    const print = (text: string) => {
      this.#output += text;
      this.#arrived();
    };
    process.stdout?.setEncoding('utf8').on('data', print);
    process.stderr?.setEncoding('utf8').on('data', print);
    control.setEncoding('utf8').on('data', (text: string) => this.#received(text));
    control.on('error', () => {}); // it ends with the process
  }

  static async start(options: BaresipOptions): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'baresip-'));
    const controlPort = await freePort();
    const rtpPort = await freePort();
    writeFileSync(join(folder, 'tone.wav'), writeToneWav(options.toneHz, 10_000, SPEECH_MS));
    writeFileSync(join(folder, 'contacts'), '');
    writeFileSync(join(folder, 'accounts'), account(options));
    writeFileSync(join(folder, 'config'), config(folder, controlPort, rtpPort, options.listensAt));
    const process = spawn('baresip', ['-4', '-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const control = await connected(controlPort, process);
    return new Baresip(folder, process, control);
  }

  /** What it has printed. */
  get output(): string {
    return this.#output;
  }

  /** `dial 202`, `hangup`, `accept`, `sndcode 5`: a command of its menu. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: 'test' });
    this.#control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** The first event of this type, past or to come. Throws what it printed if none comes in time. */
  async event(type: string, withinMs = 10_000): Promise<BaresipEvent> {
    return await this.#until(() => this.events.find((each) => each.type === type), type, withinMs);
  }

  /** Until its registrar has said 200. The event of it may have come before the control connection was there. */
  async registered(): Promise<void> {
    await this.#until(
      () => /200 OK .*\[\d+ bindings?\]/.exec(this.#output) ?? undefined,
      '200 to its REGISTER',
      10_000,
    );
  }

  /** What it heard in the calls so far, oldest first. Complete once the call is closed. */
  heard(): Wav[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .sort()
      .map((name) => readWav(readFileSync(join(this.#folder, name))));
  }

  async stop(): Promise<void> {
    this.command('quit');
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), 3000);
    await this.#exited;
    clearTimeout(kill);
    this.#control.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #until<Found>(find: () => Found | undefined, what: string, withinMs: number): Promise<Found> {
    const until = Date.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const leftMs = until - Date.now();
      if (leftMs <= 0) throw new Error(`no ${what} within ${withinMs} ms; it said:\n${this.#output}`);
      const arrival = new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
      await Promise.race([arrival, sleep(leftMs)]);
    }
  }

  /** Netstrings of JSON. */
  #received(text: string): void {
    this.#unread += text;
    for (;;) {
      const colon = this.#unread.indexOf(':');
      const end = colon + 1 + Number(this.#unread.slice(0, colon));
      if (colon < 0 || this.#unread.length <= end) return;
      const message: unknown = JSON.parse(this.#unread.slice(colon + 1, end));
      this.#unread = this.#unread.slice(end + 1);
      if (isEvent(message))
        this.events.push({ type: message.type, param: message.param ?? '', peeruri: message.peeruri ?? '' });
      this.#arrived();
    }
  }
}

function isEvent(message: unknown): message is { type: string; param?: string; peeruri?: string } {
  return typeof message === 'object' && message !== null && 'event' in message && 'type' in message;
}

function account({
  user,
  password,
  domain,
  serverPort,
  answers,
  transport = 'udp',
  codec = 'pcmu',
  listensAt,
}: BaresipOptions): string {
  if (listensAt !== undefined) return `<sip:${user}@${domain}>;regint=0;answermode=${answers};audio_codecs=${codec}\n`;
  const outbound = `outbound="sip:127.0.0.1:${serverPort};transport=${transport}"`;
  return `<sip:${user}@${domain};transport=${transport}>;auth_pass=${password};${outbound};regint=600;answermode=${answers};audio_codecs=${codec}\n`;
}

function config(folder: string, controlPort: number, rtpPort: number, listensAt: number | undefined): string {
  const listen = listensAt === undefined ? '' : `sip_listen 127.0.0.1:${listensAt}\n`;
  return `poll_method epoll
${listen}net_interface 127.0.0.1
call_local_timeout 120
call_max_calls 4
audio_source aufile,${join(folder, 'tone.wav')}
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
audio_buffer 20-160
rtp_ports ${rtpPort}-${rtpPort + 20}
jitter_buffer_delay 0-0
module_path ${MODULES}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${controlPort}
snd_path ${folder}
`;
}

async function connected(port: number, process: ChildProcess): Promise<Socket> {
  for (let attempt = 0; attempt < 100 && process.exitCode === null; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (open) return socket;
    await sleep(50);
  }
  throw new Error('baresip does not take commands; is it installed?');
}
