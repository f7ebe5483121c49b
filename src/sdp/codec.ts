/** One RTP format of an SDP: `a=rtpmap` with its `a=fmtp` (RFC 8866 §6.6, §6.15). */
export type Codec = {
  readonly payloadType: number;
  readonly kind: CodecKind;
  /** Encoding name as it was written; compared without case. */
  readonly name: string;
  /** RTP timestamp clock [Hz]. G.722 says 8000 though it samples at 16000 (RFC 3551 §4.5.2). */
  readonly clockRate: number;
  readonly channels: number;
  readonly parameters: string | null;
};

/** `other` is what we cannot decode but may pass through between two parties that share it. */
export type CodecKind = 'pcmu' | 'pcma' | 'g722' | 'telephoneEvent' | 'comfortNoise' | 'other';

/** The audio codecs that we encode and decode ourselves. */
export type SpokenKind = 'pcmu' | 'pcma' | 'g722';

export const FIRST_DYNAMIC = 96;
export const LAST_PAYLOAD_TYPE = 127;
const USUAL_TELEPHONE_EVENT = 101;

/** What a format is, by what an rtpmap says of it. */
export function kindOf(codec: Pick<Codec, 'name' | 'clockRate' | 'channels'>): CodecKind {
  switch (codec.name.toLowerCase()) {
    case 'pcmu':
      return codec.clockRate === 8000 && codec.channels === 1 ? 'pcmu' : 'other';
    case 'pcma':
      return codec.clockRate === 8000 && codec.channels === 1 ? 'pcma' : 'other';
    case 'g722': // some phones write the true 16000
      return codec.channels === 1 ? 'g722' : 'other';
    case 'telephone-event':
      return 'telephoneEvent';
    case 'cn':
      return codec.clockRate === 8000 ? 'comfortNoise' : 'other';
    default:
      return 'other';
  }
}

export function isSpoken(kind: CodecKind): kind is SpokenKind {
  return kind === 'pcmu' || kind === 'pcma' || kind === 'g722';
}

/** Whether it is sound, and not telephone-event or comfort noise that go beside it. */
export function carriesVoice(kind: CodecKind): boolean {
  return kind !== 'telephoneEvent' && kind !== 'comfortNoise';
}

/**
 * Whether two formats, of two descriptions, are the same codec: payload type numbers do not count for dynamic types
 * (RFC 3264 §6.1), parameters only where they change the payload format (AMR `octet-align`, RFC 4867 §8.1).
 */
export function sameCodec(a: Codec, b: Codec): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'pcmu':
    case 'pcma':
    case 'g722':
    case 'comfortNoise':
      return true;
    case 'telephoneEvent':
      return a.clockRate === b.clockRate;
    case 'other':
      return (
        a.name.toLowerCase() === b.name.toLowerCase() &&
        a.clockRate === b.clockRate &&
        a.channels === b.channels &&
        octetAligned(a) === octetAligned(b)
      );
  }
}

function octetAligned(codec: Codec): boolean {
  return codec.parameters !== null && /octet-align=1/i.test(codec.parameters);
}

/** Our own formats as we offer them; the payload types of the first three are static (RFC 3551 §6). */
export const OWN: Readonly<Record<SpokenKind, Codec>> = {
  pcmu: staticCodec(0, 'PCMU', 8000),
  pcma: staticCodec(8, 'PCMA', 8000),
  g722: staticCodec(9, 'G722', 8000),
};

/** Digits and the sixteen events of RFC 4733 §3.2. */
export const TELEPHONE_EVENT: Codec = {
  payloadType: USUAL_TELEPHONE_EVENT,
  kind: 'telephoneEvent',
  name: 'telephone-event',
  clockRate: 8000,
  channels: 1,
  parameters: '0-15',
};

/** Formats that may appear on the m-line without an rtpmap (RFC 3551 §6, table 4, the audio half). */
export const STATIC: ReadonlyMap<number, Codec> = new Map(
  [
    OWN.pcmu,
    staticCodec(3, 'GSM', 8000),
    staticCodec(4, 'G723', 8000),
    staticCodec(5, 'DVI4', 8000),
    staticCodec(6, 'DVI4', 16000),
    staticCodec(7, 'LPC', 8000),
    OWN.pcma,
    OWN.g722,
    staticCodec(10, 'L16', 44100, 2),
    staticCodec(11, 'L16', 44100),
    staticCodec(12, 'QCELP', 8000),
    staticCodec(13, 'CN', 8000),
    staticCodec(14, 'MPA', 90000),
    staticCodec(15, 'G728', 8000),
    staticCodec(16, 'DVI4', 11025),
    staticCodec(17, 'DVI4', 22050),
    staticCodec(18, 'G729', 8000),
  ].map((codec) => [codec.payloadType, codec]),
);

/** One format; the usual ones are the same object every time, because every leg of every call holds some. */
export function codecOf(
  payloadType: number,
  name: string,
  clockRate: number,
  channels: number,
  parameters: string | null,
): Codec {
  const usual = payloadType === USUAL_TELEPHONE_EVENT ? TELEPHONE_EVENT : STATIC.get(payloadType);
  if (
    usual !== undefined &&
    usual.name === name &&
    usual.clockRate === clockRate &&
    usual.channels === channels &&
    usual.parameters === parameters
  ) {
    return usual;
  }
  return { payloadType, kind: kindOf({ name, clockRate, channels }), name, clockRate, channels, parameters };
}

function staticCodec(payloadType: number, name: string, clockRate: number, channels = 1): Codec {
  return { payloadType, kind: kindOf({ name, clockRate, channels }), name, clockRate, channels, parameters: null };
}
