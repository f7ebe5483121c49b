import {
  type Codec,
  carriesVoice,
  codecOf,
  FIRST_DYNAMIC,
  isSpoken,
  LAST_PAYLOAD_TYPE,
  OWN,
  type SpokenKind,
  sameCodec,
  TELEPHONE_EVENT,
} from './codec.js';

/**
 * The codecs to answer with, the offer's payload types kept: the first audio codec of `like` that the offer shares, else
 * the first of the offer that we speak. One only, so that nobody changes codec in mid-call; but one that we merely pass
 * through is joined by one that we speak, for prompts. Then telephone-event at 8000 and at the clock rate in use, and
 * comfort noise if `like` takes it too. Empty: nothing in common.
 */
export function answerCodecs(offered: readonly Codec[], like: readonly Codec[]): readonly Codec[] {
  const shared = like.filter(isVoice).flatMap((wanted) => counterpart(offered, wanted) ?? []);
  const spoken = [...shared, ...offered].find((codec) => isSpoken(codec.kind));
  const first = shared[0] ?? spoken;
  if (first === undefined) return [];
  const audio = spoken === undefined || isSpoken(first.kind) ? [first] : [first, spoken];
  const events = offered.filter(
    (codec) => codec.kind === 'telephoneEvent' && (codec.clockRate === 8000 || codec.clockRate === first.clockRate),
  );
  const noise = offered.filter((codec) => codec.kind === 'comfortNoise' && counterpart(like, codec) !== undefined);
  return [
    ...audio.map((codec) => asAnswered(codec, like)),
    ...events.map((codec) => asAnswered(codec, like)),
    ...noise,
  ];
}

/** The parameters of what we pass through are the far party's; of the rest, ours. */
function asAnswered(offered: Codec, like: readonly Codec[]): Codec {
  switch (offered.kind) {
    case 'other':
      return withParameters(offered, counterpart(like, offered)?.parameters ?? null);
    case 'telephoneEvent':
      return withParameters(offered, TELEPHONE_EVENT.parameters);
    case 'pcmu':
    case 'pcma':
    case 'g722':
    case 'comfortNoise':
      return withParameters(offered, null);
  }
}

function withParameters({ payloadType, name, clockRate, channels }: Codec, parameters: string | null): Codec {
  return codecOf(payloadType, name, clockRate, channels, parameters);
}

/**
 * The codecs to offer: those of `like` first, in its order and with its parameters, then the rest of ours in order of
 * `preference`, telephone-event, and comfort noise if `like` has it. A codec that this session has given a payload type
 * keeps it (RFC 3264 §8.3.2); else it gets the one of `like` if that is free.
 */
export function offerCodecs(
  like: readonly Codec[],
  preference: readonly SpokenKind[],
  assigned: readonly Codec[],
): readonly Codec[] {
  const events = like.filter((codec) => codec.kind === 'telephoneEvent');
  if (counterpart(events, TELEPHONE_EVENT) === undefined) events.push(TELEPHONE_EVENT);
  const wanted = [
    ...like.filter(isVoice),
    ...preference.map((kind) => OWN[kind]),
    ...events.map((codec) => withParameters(codec, TELEPHONE_EVENT.parameters)),
    ...like.filter((codec) => codec.kind === 'comfortNoise'),
  ];
  const offer: Codec[] = [];
  for (const codec of wanted) {
    if (counterpart(offer, codec) !== undefined) continue;
    const payloadType = payloadTypeFor(codec, assigned, offer);
    if (payloadType === null) break; // every dynamic payload type is taken
    const { name, clockRate, channels, parameters } = isSpoken(codec.kind) ? OWN[codec.kind] : codec;
    offer.push(codecOf(payloadType, name, clockRate, channels, parameters));
  }
  return offer;
}

function payloadTypeFor(codec: Codec, assigned: readonly Codec[], offer: readonly Codec[]): number | null {
  const { kind } = codec;
  const before = counterpart(assigned, codec);
  if (before !== undefined) return before.payloadType;
  if (isSpoken(kind)) return OWN[kind].payloadType;
  const taken = (payloadType: number) => takenIn(assigned, payloadType, codec) || takenIn(offer, payloadType, codec);
  if (codec.payloadType < FIRST_DYNAMIC || !taken(codec.payloadType)) return codec.payloadType;
  for (let free = FIRST_DYNAMIC; free <= LAST_PAYLOAD_TYPE; free++) if (!taken(free)) return free;
  return null;
}

function takenIn(codecs: readonly Codec[], payloadType: number, by: Codec): boolean {
  return codecs.some((other) => other.payloadType === payloadType && !sameCodec(other, by));
}

function isVoice(codec: Codec): boolean {
  return carriesVoice(codec.kind);
}

export function counterpart(codecs: readonly Codec[], wanted: Codec): Codec | undefined {
  return codecs.find((codec) => sameCodec(codec, wanted));
}
