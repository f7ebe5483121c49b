import type { Domain } from '../core/domain.js';

/** All that the running exchange is configured with. Immutable: a reload makes another one. */
export type Config = {
  readonly server: ServerConfig;
  /** By canonical name, in the order of their files. */
  readonly domains: ReadonlyMap<string, Domain>;
  /** Where each domain is written, by its name. */
  readonly files: ReadonlyMap<string, string>;
  /** `202wp@acme.example`: the devices that were given no password and have one made up. */
  readonly madeUpPasswords: ReadonlySet<string>;
};

export type ServerConfig = {
  readonly pairing: PairingConfig;
  /** Of our own SIP stack; [] where a drachtio-server speaks SIP. */
  readonly listeners: readonly Listener[];
  /** Address or host name that phones reach us by, for Via and Contact; null: the one that the packet leaves by. */
  readonly advertised: string | null;
  readonly media: MediaConfig;
  /** How long a session lasts without a refresh (RFC 4028), whole seconds; null: for ever. */
  readonly sessionMs: number | null;
  /** The domain of requests that name none of the domains, such as those to our bare address; null: there is none. */
  readonly defaultDomain: string | null;
  readonly digest: DigestConfig;
  readonly registration: RegistrationBounds;
  readonly logLevel: LogLevel;
  /** How long the record of the queues is kept, and the rankings in it. */
  readonly keep: { readonly queueEventsMs: number; readonly rankingsMs: number };
  /** Absolute path; may not exist yet. */
  readonly dataDir: string;
  /** Absolute path of the unix socket that `strowger status` asks. */
  readonly controlSocket: string;
};

/** What speaks SIP and what carries speech. */
export type PairingConfig =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'drachtio';
      /** At least one of each. */
      readonly drachtio: readonly DrachtioServerConfig[];
      readonly freeswitch: readonly FreeSwitchConfig[];
      /** Names in SDP of the codecs that every FreeSWITCH has. */
      readonly codecs: readonly string[];
    };

/** `host` is a name, or numeric without brackets. */
export type NetworkPlace = { readonly host: string; readonly port: number };

/** Its admin port. */
export type DrachtioServerConfig = NetworkPlace & { readonly secret: string };

/** Its event socket, and how it finds us and our files. */
export type FreeSwitchConfig = NetworkPlace & {
  readonly password: string;
  readonly profile: string;
  readonly weight: number;
  readonly maxLegs: number;
  /** Where we await its connections; port 0: any. */
  readonly listen: NetworkPlace;
  /** The same as it sees it; port 0: the same port; null: the same altogether. */
  readonly advertised: NetworkPlace | null;
  /** Absolute folders with a slash at the end. */
  readonly paths: readonly { readonly ours: string; readonly theirs: string }[];
};

export type Listener = {
  readonly transport: ListenTransport;
  /** Numeric, without brackets; `0.0.0.0` and `::` are all addresses of the family. */
  readonly address: string;
  /** 0: whatever the system gives. */
  readonly port: number;
};

export const listenTransports = ['udp', 'tcp'] as const;
export type ListenTransport = (typeof listenTransports)[number];

export type MediaConfig = {
  readonly address: string;
  /** The address in SDP; null: the one that packets leave by. */
  readonly advertised: string | null;
  /** First RTP port, even. RTCP takes the odd port above each. */
  readonly portMin: number;
  /** Last port, included. */
  readonly portMax: number;
  /** Whether the speech of plain calls may go past us. */
  readonly mode: MediaMode;
  /** How long a phone that should send speech may send none. */
  readonly silenceMs: number;
};

export const mediaModes = ['anchored', 'direct'] as const;
export type MediaMode = (typeof mediaModes)[number];

export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
/** RFC 8760 §2.3 */
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

export type DigestConfig = {
  /** Offered in this order, the strongest first (RFC 8760 §2.4). */
  readonly algorithms: readonly DigestAlgorithm[];
  readonly nonceLifeMs: number;
};

/** RFC 3261 §10.3: below the minimum is 423, above the maximum is cut. Whole seconds. */
export type RegistrationBounds = {
  readonly minMs: number;
  /** For a phone that asks for none. */
  readonly defaultMs: number;
  readonly maxMs: number;
};

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
