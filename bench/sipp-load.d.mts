/** Text fields of one SIPp call, `[field0]` and so on. */
export type Row = readonly (string | number)[];

export type LoadOptions = {
  readonly rows: readonly Row[];
  readonly port: number;
  readonly calls: number;
  /** Calls per second. */
  readonly rate: number;
  readonly limitS?: number;
  readonly patienceS?: number;
  readonly options?: readonly string[];
};

export type Load = {
  readonly pid: number;
  log(): string;
  stop(): void;
  kill(): void;
  result(): Promise<{
    readonly done: number;
    readonly failed: number;
    readonly retransmissions: number;
    readonly answerMs: number;
    readonly said: string;
    readonly firstError: string;
  }>;
};

/** One SIPp with a scenario of bench/scenarios/. */
export function startSipp(scenario: string, serverPort: number, options: LoadOptions): Load;

/** Callees 3000 … and callers 2000 …, the callees registered at `port`. */
export function phones(
  serverPort: number,
  pairs: number,
): Promise<{ readonly port: number; readonly rows: readonly Row[]; readonly calleeRows: readonly Row[] }>;

/** `count` extensions from `first` on, as a domain of the exchange. */
export function benchOffice(
  first: number,
  count: number,
): Readonly<Record<string, unknown>> & {
  readonly users: readonly unknown[];
};
