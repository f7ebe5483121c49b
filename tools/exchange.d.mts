/** A running exchange, built from this tree. */
export type Exchange = {
  /** SIP over UDP and TCP, on 127.0.0.1 and, if asked for, [::1]. Of the drachtio-server if there is one. */
  readonly port: number;
  readonly pid: number;
  readonly dataFolder: string;
  readonly configFile: string;
  /** What it has printed so far. */
  output(): string;
  running(): boolean;
  /** What `strowger status --json` shows; {} if it does not answer. */
  status(): Promise<Readonly<Record<string, unknown>>>;
  /** Ends it by this signal and starts it again on the same files and ports. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** SIGTERM, then SIGKILL; removes its files. */
  stop(): Promise<{ readonly code: number | null; readonly signal: string | null }>;
};

export type StartOptions = {
  readonly ipv6?: boolean;
  /** Number of the processor that it is pinned to. */
  readonly cpu?: number | null;
  readonly env?: Readonly<Record<string, string>>;
};

/** `office` is a single-file configuration as data; its `server` part is completed. */
export function startExchange(office: Readonly<Record<string, unknown>>, options?: StartOptions): Promise<Exchange>;
/** An even port of 127.0.0.1 that nobody listens on now, over UDP and TCP, nor on the two above it. */
export function freePort(): Promise<number>;
