// What we use of drachtio-fsmrf 4 and of the event-socket connections it hands out (drachtio-modesl); neither brings types.
declare module 'drachtio-fsmrf' {
  import type { Socket } from 'node:net';

  export interface EslEvent {
    getHeader(name: string): string | null;
    getBody(): string | undefined;
  }

  export interface EslConnection {
    /** Null when it is closed. */
    readonly socket: Socket | null;
    /** Answers come in the order of the commands; none comes after the connection is gone. */
    api(command: string, heard: (answer: EslEvent) => void): void;
    subscribe(events: readonly string[]): void;
    sendRecv(command: string): void;
    /** `esl::event::NAME::UUID`, `esl::end`, `error`. */
    on(event: string, heard: (event: EslEvent) => void): void;
  }

  export interface Endpoint {
    readonly uuid: string;
    readonly conn: EslConnection;
    /** Of srf's `createUAC`. */
    readonly dialog: unknown;
  }

  export interface MediaServer {
    readonly conn: EslConnection;
    /** The SIP address of its profile, `192.0.2.1:5080`. */
    readonly sip: { readonly ipv4: { readonly udp: { readonly address?: string } } };
    on(event: 'end', heard: () => void): void;
    on(event: 'error', heard: (error: Error) => void): void;
    createEndpoint(options: {
      readonly remoteSdp: string;
      readonly headers: Record<string, string>;
    }): Promise<Endpoint>;
    disconnect(): void;
  }

  export type ConnectOptions = {
    readonly address: string;
    readonly port: number;
    readonly secret: string;
    readonly profile: string;
    /** Where FreeSWITCH connects to us, once per endpoint. */
    readonly listenAddress: string;
    readonly listenPort: number;
    readonly advertisedAddress?: string;
    readonly advertisedPort?: number;
  };

  export default class Mrf {
    /** Of srf nothing but `createUAC(uri, options)` is used. */
    constructor(srf: {
      createUAC(uri: string, options: { headers: Record<string, string>; localSdp?: string }): Promise<unknown>;
    });
    /** `done` may be called more than once: after an error it goes on trying. */
    connect(options: ConnectOptions, done: (error: unknown, server?: MediaServer) => void): void;
  }
}
