import type { AgreedCodec, Agreement } from '../sdp/agreement.js';
import { isSpoken, type SpokenKind } from '../sdp/codec.js';

/** An audio codec that we encode and decode ourselves, as agreed. */
export type SpokenCodec = AgreedCodec & { readonly kind: SpokenKind };

const COMFORT_NOISE: AgreedCodec = {
  kind: 'comfortNoise',
  name: 'CN',
  clockRate: 8000,
  channels: 1,
  sendAs: -1,
  receiveAs: 13,
};

/** What an agreement means for packets: payload types to codecs and back. */
export class CodecTable {
  /** What we send when we speak ourselves; null: only passing through was agreed. */
  readonly spoken: SpokenCodec | null;
  /** Events at the clock rate of what we speak, else any (RFC 4733 §2.1). */
  readonly events: AgreedCodec | null;
  readonly #codecs: readonly AgreedCodec[];
  readonly #byPayloadType: readonly (AgreedCodec | undefined)[];

  constructor(agreement: Agreement) {
    const { codecs } = agreement;
    const events = codecs.filter((codec) => codec.kind === 'telephoneEvent');
    this.spoken = codecs.find(isSpokenCodec) ?? null;
    this.events = events.find((codec) => codec.clockRate === (this.spoken?.clockRate ?? 8000)) ?? events[0] ?? null;
    this.#codecs = codecs;
    const byPayloadType: (AgreedCodec | undefined)[] = new Array(128).fill(undefined);
    byPayloadType[COMFORT_NOISE.receiveAs] = COMFORT_NOISE; // accepted agreed or not (RFC 3389)
    for (const codec of codecs) byPayloadType[codec.sendAs] = codec; // of a phone that uses its own number both ways
    for (const codec of codecs) byPayloadType[codec.receiveAs] = codec;
    this.#byPayloadType = byPayloadType;
  }

  received(payloadType: number): AgreedCodec | undefined {
    return this.#byPayloadType[payloadType];
  }

  /** The same codec as the other leg's `codec`, to send it on as it is. */
  counterpart(codec: AgreedCodec): AgreedCodec | null {
    for (const own of this.#codecs) if (own.sendAs >= 0 && same(own, codec)) return own;
    return null;
  }
}

export function isSpokenCodec(codec: AgreedCodec): codec is SpokenCodec {
  return isSpoken(codec.kind);
}

function same(a: AgreedCodec, b: AgreedCodec): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'telephoneEvent') return a.clockRate === b.clockRate;
  if (a.kind !== 'other') return true;
  return a.name.toLowerCase() === b.name.toLowerCase() && a.clockRate === b.clockRate && a.channels === b.channels;
}
