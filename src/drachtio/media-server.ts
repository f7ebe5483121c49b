import Mrf, { type Endpoint, type MediaServer as FsmrfServer } from 'drachtio-fsmrf';
import type { Clock, Timer } from '../machine/clock.js';
import type { Sdp } from '../ports/signalling.js';
import { Channel } from './channel.js';
import { canListen, probe } from './event-socket.js';
import { responseOf, type SrfDialog, type SrfInvite, textOf } from './srf.js';

export type MediaServerOptions = {
  /** Of its event socket. */
  readonly host: string;
  /** Of its event socket; usually 8021. */
  readonly port: number;
  readonly password: string;
  /** Its share of new legs, beside those of the other servers; 1. */
  readonly weight?: number;
  /** More legs than this go elsewhere, or get 503. FreeSWITCH collapses when it is overloaded; 200. */
  readonly maxLegs?: number;
  /** Name of its sofia profile; `drachtio_mrf`. */
  readonly profile?: string;
  /** Our address and port that it connects to for every leg; 127.0.0.1 and any free port. */
  readonly listenAddress?: string;
  readonly listenPort?: number;
  /** The same as it sees them, if there is a NAT or a container in between. */
  readonly advertisedAddress?: string;
  readonly advertisedPort?: number;
  /** Where our files lie on its file system: prefixes, ours and its. Without one that fits, paths are the same. */
  readonly paths?: readonly { readonly ours: string; readonly theirs: string }[];
};

/** `refused`: it does not take our password, or is not set up for us. */
export type MediaServerState = 'connecting' | 'up' | 'down' | 'refused' | 'stopped';

/** `unacceptable`: it has no such codec. `busy`: it takes no more, or does not answer. */
export type OpenResult = Channel | 'unacceptable' | 'busy';

/** Sends INVITEs to FreeSWITCH; rejects if no drachtio-server is up. */
export type CreateUac = (uri: string, options: SrfInvite) => Promise<SrfDialog>;

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
const CONNECT_MS = 4_000;
const OPEN_MS = 5_000;
const PING_MS = 3_000;
/** FreeSWITCH gives sign of life every 20 s unless told otherwise; after so long without one it is asked. */
const QUIET_MS = 30_000;
/** INVITEs to it that wait for their answer; more go elsewhere. It answers in 20 ms if it is well. */
const MAX_OPENING = 50;
const USUAL_MAX_LEGS = 200;

/** One FreeSWITCH. Each connection to it is a new one of fsmrf's, whose own reconnecting mixes up the answers to commands. */
export class MediaServer {
  readonly name: string;
  readonly weight: number;
  readonly maxLegs: number;
  /** Takes no new legs; the ones it has go on. */
  isDraining = false;
  readonly #options: MediaServerOptions;
  readonly #clock: Clock;
  readonly #mrf: Mrf;
  readonly #changed: (server: MediaServer, detail: string) => void;
  readonly #channels = new Set<Channel>();
  #state: MediaServerState = 'connecting';
  #fsmrf: FsmrfServer | null = null;
  #timer: Timer | null = null; // of the next attempt, or of the next question whether it lives
  #retryMs = FIRST_RETRY_MS;
  #opening = 0;

  constructor(
    options: MediaServerOptions,
    clock: Clock,
    createUAC: CreateUac,
    changed: (server: MediaServer, detail: string) => void,
  ) {
    this.name = `${options.host}:${options.port}`;
    this.weight = options.weight ?? 1;
    this.maxLegs = options.maxLegs ?? USUAL_MAX_LEGS;
    this.#options = options;
    this.#clock = clock;
    this.#mrf = new Mrf({ createUAC });
    this.#changed = changed;
  }

  get state(): MediaServerState {
    return this.#state;
  }

  get legs(): number {
    return this.#channels.size + this.#opening;
  }

  /** May take one more leg. */
  get isOpen(): boolean {
    return (
      this.#state === 'up' &&
      !this.isDraining &&
      this.weight > 0 &&
      this.legs < this.maxLegs &&
      this.#opening < MAX_OPENING
    );
  }

  /** Its SIP address, where RTP that is not wanted yet can be sent to without harm. */
  get address(): string {
    return (this.#fsmrf?.sip.ipv4.udp.address ?? '127.0.0.1').split(':')[0] ?? '127.0.0.1';
  }

  /** How FreeSWITCH sees a file of ours. */
  pathOf(file: string): string {
    const prefix = this.#options.paths?.find(({ ours }) => file.startsWith(ours));
    return prefix === undefined ? file : prefix.theirs + file.slice(prefix.ours.length);
  }

  /** Resolves when the first attempt has succeeded or failed; after a failure it goes on trying. */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** Ends every channel. */
  async stop(): Promise<void> {
    const fsmrf = this.#fsmrf;
    this.#state = 'stopped';
    this.#fsmrf = null;
    this.#timer?.cancel();
    await Promise.all([...this.#channels].map((channel) => this.release(channel)));
    fsmrf?.disconnect();
  }

  /** A new channel with this remote SDP. Never rejects. */
  async open(remoteSdp: Sdp, headers: Record<string, string>): Promise<OpenResult> {
    const fsmrf = this.#fsmrf;
    if (fsmrf === null) return 'busy';
    this.#opening++;
    let result = await this.#create(fsmrf, remoteSdp, headers);
    // It says 488 too when the RTP port that it drew is taken by another program; the next one may be free.
    if (result === 'unacceptable') result = await this.#create(fsmrf, remoteSdp, headers);
    this.#opening--;
    if (typeof result === 'string') return result;
    const channel = new Channel(result, remoteSdp, this.#clock, () => void this.#verify());
    this.#channels.add(channel);
    return channel;
  }

  /** Its leg is closed. Resolves when FreeSWITCH has heard of it. */
  async release(channel: Channel): Promise<void> {
    await channel.hangUp();
    this.#channels.delete(channel);
  }

  #create(
    fsmrf: FsmrfServer,
    remoteSdp: Sdp,
    headers: Record<string, string>,
  ): Promise<Endpoint | 'unacceptable' | 'busy'> {
    return new Promise((resolve) => {
      let isLate = false;
      const timer = this.#clock.after(OPEN_MS, () => {
        isLate = true;
        resolve('busy');
        void this.#verify();
      });
      const created = (endpoint: Endpoint) => {
        timer.cancel();
        if (isLate || fsmrf !== this.#fsmrf) endpoint.conn.api(`uuid_kill ${endpoint.uuid}`, () => {});
        resolve(fsmrf === this.#fsmrf ? endpoint : 'busy');
      };
      const failed = (error: unknown) => {
        timer.cancel();
        resolve(responseOf(error)?.status === 488 ? 'unacceptable' : 'busy');
      };
      try {
        fsmrf.createEndpoint({ remoteSdp, headers }).then(created, failed);
      } catch (error) {
        failed(error); // it asserts things about the SDP
      }
    });
  }

  async #connect(): Promise<void> {
    const { host, port, password, profile = 'drachtio_mrf' } = this.#options;
    const { listenAddress = '127.0.0.1', listenPort = 0, advertisedAddress, advertisedPort } = this.#options;
    const probed = await probe({ host, port, password }, profile, this.#clock);
    const isFree = !probed.ok || (await canListen(listenAddress, listenPort));
    if (this.#state === 'stopped') return;
    if (!probed.ok) {
      this.#lost(probed.detail, probed.refused ? 'refused' : 'down');
      return;
    }
    if (!isFree) {
      this.#lost(`we cannot listen on ${listenAddress} port ${listenPort}`, 'refused');
      return;
    }
    const options = {
      address: host,
      port,
      secret: password,
      profile,
      listenAddress,
      listenPort,
      ...(advertisedAddress === undefined ? {} : { advertisedAddress }),
      ...(advertisedPort === undefined ? {} : { advertisedPort }),
    };
    await new Promise<void>((resolve) => {
      let isOver = false;
      const settle = (fsmrf: FsmrfServer | undefined, detail: string) => {
        timer.cancel();
        if (isOver)
          fsmrf?.disconnect(); // it failed, went on trying, and nobody waits any more
        else if (fsmrf === undefined) this.#lost(detail, 'down');
        else this.#up(fsmrf);
        isOver = true;
        resolve();
      };
      const timer = this.#clock.after(CONNECT_MS, () => settle(undefined, 'does not answer'));
      this.#mrf.connect(options, (error, fsmrf) => settle(fsmrf, textOf(error)));
    });
  }

  #up(fsmrf: FsmrfServer): void {
    if (this.#state === 'stopped') {
      fsmrf.disconnect();
      return;
    }
    this.#fsmrf = fsmrf;
    this.#state = 'up';
    this.#retryMs = FIRST_RETRY_MS;
    fsmrf.conn.socket?.setNoDelay(true);
    fsmrf.on('error', () => {});
    fsmrf.on('end', () => {
      if (fsmrf === this.#fsmrf) this.#lost('connection closed', 'down');
    });
    fsmrf.conn.on('esl::event::HEARTBEAT::*', () => this.#listen());
    this.#listen();
    this.#changed(this, fsmrf.sip.ipv4.udp.address ?? '');
  }

  #listen(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(QUIET_MS, () => void this.#verify());
  }

  /** Asks whether it lives. If it does not say so, all that it holds is given up. */
  async #verify(): Promise<void> {
    const fsmrf = this.#fsmrf;
    if (fsmrf === null) return;
    const isAlive = await new Promise<boolean>((resolve) => {
      const timer = this.#clock.after(PING_MS, () => resolve(false));
      fsmrf.conn.api('status', () => {
        timer.cancel();
        resolve(true);
      });
    });
    if (fsmrf !== this.#fsmrf) return;
    if (isAlive) this.#listen();
    else this.#lost('does not answer', 'down');
  }

  #lost(detail: string, state: 'down' | 'refused'): void {
    if (this.#state === 'stopped') return;
    const before = this.#state;
    const fsmrf = this.#fsmrf;
    this.#fsmrf = null;
    this.#state = state;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.#retryMs, () => void this.#connect());
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    fsmrf?.disconnect();
    if (before !== state) this.#changed(this, detail);
    const channels = [...this.#channels];
    this.#channels.clear();
    for (const channel of channels) channel.abandon();
  }
}
