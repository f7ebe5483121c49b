import Srf from 'drachtio-srf';
import { unicode } from '../sip/message/text.js';

/**
 * What we use of drachtio-srf, as its source says. The package's own types miss half of it: `proxy` and `noAck` of
 * createUAC, callbacks that get null, responses that come several times, Dialog.id.
 */
export interface SrfMessage {
  /** The whole message as drachtio-server wrote it down. */
  readonly raw: string;
}

/** A request that came, or one of ours once it is on its way. */
export interface SrfRequest extends SrfMessage {
  readonly method: string;
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: number;
  /** `udp`, `tcp`, `tls`, `ws`, `wss`. */
  readonly protocol: string;
  /** Empty unless it belongs to a dialog. */
  readonly stackDialogId: string | undefined;
  on(event: 'cancel', heard: (cancel: SrfMessage) => void): void;
  on(event: 'response', heard: (response: SrfResponse) => void): void;
  cancel(options: { readonly headers: SrfHeaders }, sent: SrfCallback<SrfRequest>): void;
}

/** A response that came. */
export interface SrfResponse extends SrfMessage {
  readonly status: number;
  /** Empty if the server made it up. */
  readonly source_address: string;
}

/** The answer to a request that came. Throws at a status that the package does not know. */
export interface SrfReply {
  send(status: number, reason: string | undefined, options: SrfSend, sent: SrfCallback<SrfMessage>): void;
}

export type SrfSend = { readonly headers: SrfHeaders; readonly body?: string };

/** One value per name; see `srfHeaders`. */
export type SrfHeaders = Readonly<Record<string, string>>;

/** Errors are an Error, a SipError or a string. */
export type SrfCallback<T> = (error: unknown, value?: T) => void;

export interface SrfDialog {
  readonly id: string;
  readonly res: SrfResponse;
  readonly local: { readonly contact: string };
  readonly remote: { readonly sdp: string };
  on(event: 'destroy' | 'ack', heard: (request: SrfRequest) => void): void;
  on(event: SrfDialogRequest, heard: (request: SrfRequest, reply: SrfReply) => void): void;
  /** `heard` is called for every response, provisional ones too. A 2xx to a re-INVITE has been acknowledged. */
  request(options: SrfSend & { readonly method: string }, heard: SrfCallback<SrfResponse>): void;
  /** BYE; `done` when it is answered. No `destroy` comes for it. */
  destroy(options: { readonly headers: SrfHeaders }, done: SrfCallback<unknown>): void;
}

/** Requests inside a dialog. What nobody listens to, srf answers with 200, REFER and re-INVITE too. */
export type SrfDialogRequest =
  | 'modify'
  | 'update'
  | 'info'
  | 'refer'
  | 'options'
  | 'message'
  | 'notify'
  | 'publish'
  | 'subscribe';

/** What createUAC yields for a late offer with `noAck`, if the 2xx brought an SDP. */
export interface SrfOffered {
  readonly sdp: string;
  readonly res: SrfResponse;
  ack(localSdp: string): Promise<SrfDialog>;
  /** ACK, then BYE. */
  destroy(): Promise<void>;
}

export type SrfInvite = {
  readonly headers: Record<string, string>;
  readonly localSdp?: string;
  /** Where to send it, if not where the Request-URI points. */
  readonly proxy?: string;
  readonly noAck?: boolean;
};

export interface DrachtioSrf {
  on(event: 'connect', heard: (error: unknown, hostPorts?: string, version?: string) => void): void;
  on(event: 'error', heard: (error: Error) => void): void;
  on(event: 'close', heard: () => void): void;
  connect(options: {
    readonly host: string;
    readonly port: number;
    readonly secret: string;
    /** Its own reconnecting cannot be stopped and keeps dead dialogs; 1 attempt is none. */
    readonly reconnect: { readonly maxAttempts: 1 };
  }): void;
  disconnect(): void;
  /** Asks the server for requests of that method. */
  use(method: string, heard: (request: SrfRequest, reply: SrfReply) => void): void;
  createUAC(
    uri: string,
    options: SrfInvite,
    progress: { readonly cbRequest: SrfCallback<SrfRequest>; readonly cbProvisional: (response: SrfResponse) => void },
    done: SrfCallback<SrfDialog | SrfOffered>,
  ): void;
  createUAS(
    request: SrfRequest,
    reply: SrfReply,
    options: { readonly localSdp: string; readonly headers: Record<string, string> },
    done: SrfCallback<SrfDialog>,
  ): void;
  request(
    uri: string,
    options: { readonly method: string; readonly stackDialogId?: string; readonly headers: SrfHeaders },
    sent: SrfCallback<SrfRequest>,
  ): void;
}

export function newSrf(): DrachtioSrf {
  const srf: unknown = new Srf();
  return srf as DrachtioSrf; // the one place where the source is believed and not the types
}

export function isOffered(value: SrfDialog | SrfOffered): value is SrfOffered {
  return 'sdp' in value; // every dialog has an `ack`, as it has a method for each method of SIP
}

/** The final response that an error of createUAC stands for; null if there was none, or the server made it up (408, 503). */
export function responseOf(error: unknown): SrfResponse | null {
  if (!(error instanceof Error) || !('res' in error)) return null;
  const response = error.res as SrfResponse; // a SipError's
  return response.source_address === '' ? null : response;
}

/** The status of a SipError; of any other error 503. */
export function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 503;
}

/** What an error of srf says; it may be an Error or a string. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Headers in srf's shape, which has one value per name. What comes twice is sent as two lines all the same, since
 * challenges must not be joined by commas (RFC 3261 §7.3.1). No value can begin a line of its own.
 */
export function srfHeaders(headers: readonly (readonly [string, string])[]): SrfHeaders {
  const merged: Record<string, string> = {};
  for (const [name, value] of headers) {
    const line = textOfValue(value).replace(/[\r\n]+/g, ' ');
    const known = Object.keys(merged).find((other) => other.toLowerCase() === name.toLowerCase());
    if (known === undefined) merged[name] = line;
    else merged[known] += `\r\n${name}: ${line}`;
  }
  return merged;
}

/** srf writes UTF-8: octets, as a header was read, are not to be encoded twice. */
function textOfValue(value: string): string {
  return /[\u0100-\uffff]/.test(value) ? value : unicode(value);
}

export function reasonHeaders(reasons: readonly string[]): SrfHeaders {
  return srfHeaders(reasons.map((reason) => ['Reason', reason]));
}
