import type { Clock } from '../machine/clock.js';
import type { LegId } from '../ports/signalling.js';
import type { SpokenKind } from '../sdp/codec.js';
import type { LinkHandlers, ServerLink } from './server-link.js';
import type { SocketFactory } from './socket-pair.js';

export type MediaOptions = {
  /** Literal address to bind; `::` carries IPv4 as well. */
  readonly address: string;
  /** Literal address for our SDPs. */
  readonly advertised: string;
  /** RTP takes the even ports of this range, RTCP the odd ones above them. */
  readonly portMin: number;
  readonly portMax: number;
  /** Order of our offers where the other party expresses none. */
  readonly codecs?: readonly SpokenKind[];
  /** RTP timeout; 60 s. */
  readonly silentMs?: number;
  /** How long the port of a closed leg rests; 1 s. */
  readonly drainMs?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** What an operator should know: a missing prompt, a dead media server. */
  readonly warn?: (message: string, detail: Readonly<Record<string, string | number>>) => void;
  /** Run the media server in this thread and not in a worker; then also its sockets and monotonic time can be given. */
  readonly inThread?: boolean;
  readonly sockets?: SocketFactory;
  readonly monotonicMs?: () => number;
  /** How the media server is started, instead of either. */
  readonly launch?: (handlers: LinkHandlers) => ServerLink;
};

export type MediaSnapshot = {
  readonly ports: { readonly free: number; readonly draining: number; readonly lent: number };
  readonly waiting: number;
  readonly restarts: number;
  readonly legs: readonly {
    readonly leg: LegId;
    readonly port: number;
    readonly codec: string | null;
    readonly remote: string | null;
    readonly direction: string | null;
    readonly connectedTo: LegId | null;
    readonly playing: string | null;
    readonly recording: string | null;
  }[];
};
