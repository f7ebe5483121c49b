import type { AgreedCodec } from '../sdp/agreement.js';
import { isSpoken } from '../sdp/codec.js';
import type { CodecTable } from './codec-table.js';
import type { Outlet } from './outlet.js';
import type { RtpPacket } from './packet.js';
import { Transcoder } from './transcoder.js';

/** One direction of a connection: what one leg says, to the outlet of the other (or its own, for an echo). */
export class Relay {
  readonly #outlet: Outlet;
  #source = {}; // stands for one incoming stream
  #transcoder: Transcoder | null = null;
  // How one codec goes on, remembered from packet to packet as long as the outlet's table stays.
  #from: AgreedCodec | null = null;
  #table: CodecTable | null = null;
  #to: AgreedCodec | null = null;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** The SSRC changed: sequence numbers and timestamps that follow have nothing to do with those before. */
  restart(): void {
    this.#source = {};
    this.#transcoder = null;
  }

  /** Sends a packet on at once, rewritten in place: as it is if the far end has the codec, else translated, else not. */
  forward(packet: RtpPacket, bytes: Uint8Array, codec: AgreedCodec, nowMs: number): void {
    const outlet = this.#outlet;
    if (!outlet.relays) return;
    const to = this.#destination(codec);
    if (to === null) {
      this.skip();
      return;
    }
    const { start, end, marker, sequence, timestamp } = packet;
    if (!outlet.stream.nextRelayed(this.#source, marker, sequence, timestamp, to.clockRate, nowMs)) return;
    if (to.kind !== codec.kind && isSpoken(codec.kind) && isSpoken(to.kind)) {
      this.#transcoder ??= new Transcoder();
      this.#transcoder.convert(codec.kind, to.kind, bytes, start, end);
    }
    outlet.send(bytes, start, end - start, to.sendAs);
  }

  /** A packet is left out on purpose; that is no loss. */
  skip(): void {
    this.#outlet.stream.skipRelayed(this.#source);
  }

  #destination(codec: AgreedCodec): AgreedCodec | null {
    const { table } = this.#outlet;
    if (codec === this.#from && table === this.#table) return this.#to;
    this.#from = codec;
    this.#table = table;
    this.#to = table?.counterpart(codec) ?? (isSpoken(codec.kind) ? (table?.spoken ?? null) : null);
    return this.#to;
  }
}
