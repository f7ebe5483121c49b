import type { Sdp } from '../ports/signalling.js';
import type { MediaServer } from './media-server.js';

/**
 * Which server takes a leg. Legs that will be connected should be on one server; the port tells who belongs together by
 * the SDPs: a leg is opened like the other party's, which was or will be offered or accepted by the other leg.
 */
export class MediaPool {
  readonly servers: readonly MediaServer[];
  readonly #homes = new Map<Sdp, { readonly server: MediaServer; legs: number }>();

  constructor(servers: readonly MediaServer[]) {
    this.servers = servers;
  }

  /** Servers that may take a leg of which these SDPs are known, best first. */
  candidates(known: readonly Sdp[]): readonly MediaServer[] {
    const open = this.servers.filter((server) => server.isOpen);
    open.sort((a, b) => (a.legs + 1) / a.weight - (b.legs + 1) / b.weight);
    if (this.servers.length === 1) return open;
    const home = known.map((sdp) => this.#homes.get(sdp)?.server).find((server) => server?.isOpen);
    return home === undefined ? open : [home, ...open.filter((server) => server !== home)];
  }

  /** A leg that has to do with this SDP is on that server; until `forget`. */
  remember(sdp: Sdp, server: MediaServer): void {
    if (this.servers.length === 1) return;
    const home = this.#homes.get(sdp);
    if (home === undefined) this.#homes.set(sdp, { server, legs: 1 });
    else home.legs++;
  }

  forget(sdp: Sdp): void {
    const home = this.#homes.get(sdp);
    if (home === undefined) return;
    home.legs--;
    if (home.legs === 0) this.#homes.delete(sdp);
  }
}
