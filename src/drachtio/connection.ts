import type { Channel } from './channel.js';
import { endpointOf, tieSdp } from './endpoint-sdp.js';
import type { MediaLeg } from './media-leg.js';
import type { MediaServer } from './media-server.js';

/** One end of a tie line: a channel of a server that leads to a channel of another. */
type TieEnd = { readonly server: MediaServer; readonly channel: Channel };

/**
 * Two legs that hear each other, or one that hears itself. On one server they are bridged. Legs on different servers are
 * joined by a tie line, a call between the two; that is the exception, since a call's legs are opened on one server.
 */
export class Connection {
  readonly a: MediaLeg;
  readonly b: MediaLeg;
  #tie: readonly TieEnd[] = [];
  #isOver = false;

  constructor(a: MediaLeg, b: MediaLeg) {
    this.a = a;
    this.b = b;
  }

  otherThan(leg: MediaLeg): MediaLeg {
    return leg === this.a ? this.b : this.a;
  }

  /** Resolves when they hear each other, or cannot. */
  async open(): Promise<void> {
    const { a, b } = this;
    if (this.#isOver || a.channel === null || b.channel === null) return;
    if (a === b) await a.channel.order(`uuid_transfer ${a.channel.uuid} echo inline`);
    else if (a.server === b.server) await bridge(a.channel, b.channel);
    else await this.#tieTogether(a.channel, b.channel);
  }

  /** One of the legs is gone: FreeSWITCH parks the other by itself. */
  end(): void {
    this.#isOver = true;
    for (const { server, channel } of this.#tie) server.release(channel);
    this.#tie = [];
  }

  /** Resolves when both are parked. */
  async close(): Promise<void> {
    const hadTie = this.#tie.length > 0;
    const channels = [...new Set([this.a.channel, this.b.channel])].filter((channel) => channel !== null);
    const parked = Promise.all(channels.map((channel) => channel.change('CHANNEL_PARK')));
    this.end();
    const [first] = channels;
    if (first === undefined) return;
    const both = channels.length > 1 && !hadTie ? '-both ' : '';
    if (hadTie || (await first.order(`uuid_transfer ${first.uuid} ${both}park inline`))) await parked;
  }

  async #tieTogether(a: Channel, b: Channel): Promise<void> {
    const near = await this.#end(this.a.server, tieSdp(null, this.a.server.address));
    if (near === null) return;
    const far = await this.#end(this.b.server, tieSdp(endpointOf(near.answer), this.b.server.address));
    if (far === null) return;
    const answer = await near.reinvite(tieSdp(endpointOf(far.answer), this.a.server.address));
    if (answer === null || answer === 'refused' || this.#isOver) return;
    await Promise.all([bridge(a, near), bridge(b, far)]);
  }

  async #end(server: MediaServer, remote: string): Promise<Channel | null> {
    const channel = await server.open(remote, {});
    if (typeof channel === 'string') return null;
    if (this.#isOver) {
      server.release(channel);
      return null;
    }
    this.#tie = [...this.#tie, { server, channel }];
    return channel;
  }
}

async function bridge(one: Channel, other: Channel): Promise<void> {
  const bridged = Promise.race([one.change('CHANNEL_BRIDGE'), other.change('CHANNEL_BRIDGE')]);
  if (await one.order(`uuid_bridge ${one.uuid} ${other.uuid}`)) await bridged;
}
