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

  constructor(agreement: Agreement) {
    const { codecs } = agreement;
    const spoken = codecs.find(isSpokenCodec) ?? null;
    const clockRate = spoken?.clockRate ?? 8000;
    const areEvents = (codec: AgreedCodec) => codec.kind === 'telephoneEvent';
    this.spoken = spoken;
    this.events =
      codecs.find((codec) => areEvents(codec) && codec.clockRate === clockRate) ?? codecs.find(areEvents) ?? null;
    this.#codecs = codecs;
  }

  /** By our payload type, else by theirs, of a phone that uses its own number both ways; comfort noise agreed or not (RFC 3389). */
  received(payloadType: number): AgreedCodec | undefined {
    for (const codec of this.#codecs) if (codec.receiveAs === payloadType) return codec;
    for (const codec of this.#codecs) if (codec.sendAs === payloadType) return codec;
    return payloadType === COMFORT_NOISE.receiveAs ? COMFORT_NOISE : undefined;
  }

  /** The same codec as the other leg's `codec`, to send it on as it is. */
  counterpart(codec: AgreedCodec): AgreedCodec | null {
    for (const own of this.#codecs) if (same(own, codec)) return own;
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
