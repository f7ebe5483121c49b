import type { Sdp } from '../ports/signalling.js';
import { isSdpError, parseSession, type Session } from '../sdp/session.js';

const REMEMBERED = 512;

/** Reads SDPs and remembers the latest: each is looked at as an offer and again as what the other leg should be like. */
export class SdpReader {
  readonly #known = new Map<Sdp, Session | null>();

  /** Null if it is malformed. */
  read(sdp: Sdp): Session | null {
    const known = this.#known.get(sdp);
    if (known !== undefined) return known;
    const parsed = parseSession(sdp);
    const session = isSdpError(parsed) ? null : parsed;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(sdp, session);
    return session;
  }
}
