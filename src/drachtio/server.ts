import type { Clock, Timer } from '../machine/clock.js';
import { type DrachtioSrf, newSrf, type SrfCallback, type SrfReply, type SrfRequest, textOf } from './srf.js';

export type DrachtioServerOptions = {
  readonly host: string;
  /** Of its `admin` element; usually 9022. */
  readonly port: number;
  readonly secret: string;
};

/** `refused`: it does not take our secret. */
export type DrachtioServerState = 'connecting' | 'up' | 'down' | 'refused' | 'stopped';

/** What lives on a connection to a drachtio-server and dies with it. */
export interface Passenger {
  /** The connection is gone; nothing that was under way will be heard of. */
  stranded(): void;
}

/** What asks of the server are answered within this. [ms] */
const CONFIRM_MS = 5_000;
const CONNECT_MS = 4_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** Requests we want: those that begin something, and BYE, for dialogs that srf does not know of yet or any more. */
const METHODS = ['invite', 'register', 'options', 'message', 'subscribe', 'publish', 'info', 'notify', 'refer', 'bye'];

/**
 * One drachtio-server. srf's own reconnecting keeps dead dialogs as if they lived and cannot be stopped, so each
 * connection is a new Srf: what rode on the old one is told, and dialogs that outlive it in the server get their BYE.
 */
export class DrachtioServer {
  readonly index: number;
  readonly name: string;
  readonly #options: DrachtioServerOptions;
  readonly #clock: Clock;
  readonly #asked: (request: SrfRequest, reply: SrfReply, server: DrachtioServer) => void;
  readonly #changed: (server: DrachtioServer, detail: string) => void;
  readonly #passengers = new Set<Passenger>();
  #state: DrachtioServerState = 'connecting';
  #listens = '';
  #srf: DrachtioSrf | null = null; // of the latest attempt
  #timer: Timer | null = null;
  #retryMs = FIRST_RETRY_MS;
  #tried: (() => void) | null = null;
  /** Dialogs that we left behind on a lost connection. */
  #orphans: string[] = [];

  constructor(
    index: number,
    options: DrachtioServerOptions,
    clock: Clock,
    asked: (request: SrfRequest, reply: SrfReply, server: DrachtioServer) => void,
    changed: (server: DrachtioServer, detail: string) => void,
  ) {
    this.index = index;
    this.name = `${options.host}:${options.port}`;
    this.#options = options;
    this.#clock = clock;
    this.#asked = asked;
    this.#changed = changed;
  }

  get state(): DrachtioServerState {
    return this.#state;
  }

  /** Where it speaks SIP: `udp/192.0.2.1:5060,tcp/192.0.2.1:5060`; empty before it was up. */
  get listens(): string {
    return this.#listens;
  }

  get passengers(): number {
    return this.#passengers.size;
  }

  /** Null unless the server is up. */
  get srf(): DrachtioSrf | null {
    return this.#state === 'up' ? this.#srf : null;
  }

  /** Resolves when the first attempt has succeeded or failed; after a failure it goes on trying. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#tried = resolve;
      this.#connect();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#state = 'stopped';
    this.#passengers.clear();
    this.#drop();
  }

  board(passenger: Passenger): void {
    this.#passengers.add(passenger);
  }

  leave(passenger: Passenger): void {
    this.#passengers.delete(passenger);
  }

  /** A dialog that should get a BYE but has no connection to send it by. */
  orphan(dialogId: string): void {
    if (this.#state !== 'stopped') this.#orphans.push(dialogId);
  }

  /** For a callback by which the server confirms a command: without it in time, it is taken for dead. */
  confirming<T>(heard: SrfCallback<T>): SrfCallback<T> {
    const srf = this.#srf;
    const timer = this.#clock.after(CONFIRM_MS, () => {
      if (srf === this.#srf) this.#lost('does not answer');
    });
    return (error, value) => {
      timer.cancel();
      heard(error, value);
    };
  }

  #connect(): void {
    const srf = newSrf();
    this.#srf = srf;
    const isCurrent = () => srf === this.#srf;
    srf.on('error', (error) => {
      if (isCurrent()) this.#lost(error.message);
    });
    srf.on('close', () => {
      if (isCurrent()) this.#lost('connection closed');
    });
    srf.on('connect', (error, hostPorts, version) => {
      if (!isCurrent()) disconnect(srf);
      else if (error === null || error === undefined) this.#connected(srf, hostPorts ?? '', version ?? '');
      else this.#lost(textOf(error), 'refused');
    });
    for (const method of METHODS) {
      srf.use(method, (request, reply) => {
        if (isCurrent()) this.#asked(request, reply, this);
      });
    }
    const { host, port, secret } = this.#options;
    this.#timer = this.#clock.after(CONNECT_MS, () => this.#lost('does not answer'));
    srf.connect({ host, port, secret, reconnect: { maxAttempts: 1 } });
  }

  /** What srf asked to be sent here is in force when a later command is answered: one about dialogs that may be left over. */
  #connected(srf: DrachtioSrf, listens: string, version: string): void {
    const [first = 'none', ...others] = this.#orphans;
    this.#orphans = [];
    const bye = (stackDialogId: string, sent: () => void) =>
      srf.request('sip:placeholder', { method: 'BYE', stackDialogId, headers: {} }, sent);
    for (const dialog of others) bye(dialog, () => {});
    bye(first, () => {
      if (srf === this.#srf) this.#up(listens, version);
    });
  }

  #up(listens: string, version: string): void {
    if (this.#state === 'stopped') return;
    this.#timer?.cancel();
    this.#retryMs = FIRST_RETRY_MS;
    this.#listens = listens;
    this.#state = 'up';
    this.#changed(this, version);
    this.#settle();
  }

  #lost(detail: string, state: DrachtioServerState = 'down'): void {
    if (this.#state === 'stopped') return;
    const wasUp = this.#state === 'up';
    this.#drop();
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.#retryMs, () => this.#connect());
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    if (wasUp || this.#state !== state) {
      this.#state = state;
      this.#changed(this, detail);
    }
    const stranded = [...this.#passengers];
    this.#passengers.clear();
    for (const passenger of stranded) passenger.stranded();
    this.#settle();
  }

  #drop(): void {
    const srf = this.#srf;
    this.#srf = null;
    if (srf !== null) disconnect(srf);
  }

  #settle(): void {
    this.#tried?.();
    this.#tried = null;
  }
}

/** srf throws if there is no connection to close. */
function disconnect(srf: DrachtioSrf): void {
  try {
    srf.disconnect();
  } catch {
    // It was not connected, and does not try again.
  }
}
