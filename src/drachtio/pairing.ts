import type { Clock } from '../machine/clock.js';
import type { Media } from '../ports/media.js';
import type { Requester, Signalling } from '../ports/signalling.js';
import { FreeSwitchMedia, type FreeSwitchMediaOptions, type MediaServerStatus } from './media.js';
import type { CreateUac, MediaServerOptions } from './media-server.js';
import type { DrachtioServerOptions } from './server.js';
import { type DrachtioServerStatus, DrachtioSignalling } from './signalling.js';
import { isOffered, type SrfDialog } from './srf.js';

export type DrachtioOptions = {
  /** At least one of each. */
  readonly drachtio: readonly DrachtioServerOptions[];
  readonly freeswitch: readonly MediaServerOptions[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** A daemon came up or went down: what an operator should know. */
  readonly onDaemon: (daemon: 'drachtio' | 'freeswitch', status: DrachtioServerStatus | MediaServerStatus) => void;
  /** A fault of this program, and the state it was met in. The leg concerned has ended. */
  readonly onDefect: (error: unknown, context: unknown) => void;
  /** User-Agent of INVITEs. Default: none. */
  readonly userAgent?: string;
} & Pick<FreeSwitchMediaOptions, 'preference' | 'codecs' | 'silentMs'>;

export type DrachtioPairing = {
  readonly signalling: Signalling & Requester;
  readonly media: Media;
  /** Every daemon and what it holds. */
  status(): {
    readonly drachtio: readonly DrachtioServerStatus[];
    readonly freeswitch: readonly MediaServerStatus[];
  };
  /** Takes a FreeSWITCH, `host:port` of its event socket, out of use or back into it. False if there is none of that name. */
  drain(name: string, isDraining: boolean): boolean;
};

/** Both ports on drachtio-server and FreeSWITCH. They are one pairing: our INVITEs to FreeSWITCH go by drachtio-server. */
export function createDrachtio(options: DrachtioOptions): DrachtioPairing {
  const { drachtio, freeswitch, clock, random, onDaemon, onDefect, userAgent, preference, codecs, silentMs } = options;
  const signalling = new DrachtioSignalling({
    servers: drachtio,
    clock,
    random,
    onServer: (status) => onDaemon('drachtio', status),
    onDefect,
    ...(userAgent === undefined ? {} : { userAgent }),
  });
  const media = new FreeSwitchMedia({
    servers: freeswitch,
    clock,
    random,
    createUAC: uacOf(signalling),
    onServer: (status) => onDaemon('freeswitch', status),
    onDefect,
    ...(preference === undefined ? {} : { preference }),
    ...(codecs === undefined ? {} : { codecs }),
    ...(silentMs === undefined ? {} : { silentMs }),
  });
  return {
    signalling,
    media,
    status: () => ({ drachtio: signalling.status(), freeswitch: media.status() }),
    drain: (name, isDraining) => media.drain(name, isDraining),
  };
}

/** INVITEs by the first drachtio-server that is up. */
function uacOf(signalling: DrachtioSignalling): CreateUac {
  return (uri, options) =>
    new Promise((resolve, reject) => {
      const srf = signalling.servers.find((server) => server.state === 'up')?.srf ?? null;
      if (srf === null) {
        reject(new Error('no drachtio-server is up'));
        return;
      }
      const nothing = () => {};
      srf.createUAC(uri, options, { cbRequest: nothing, cbProvisional: nothing }, (error, value) => {
        const dialog: SrfDialog | null = value === undefined || isOffered(value) ? null : value;
        if (dialog === null) reject(error);
        else resolve(dialog);
      });
    });
}
