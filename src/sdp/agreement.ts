import type { Codec, CodecKind } from './codec.js';
import type { Direction, Endpoint, MediaLine } from './session.js';

/** What offer and answer came to: all that the media path needs to know of one leg. Plain data. */
export type Agreement = {
  /** Where the other side wants RTP (never unspecified); null: no literal address, it must be learned from what it sends. */
  readonly remote: Endpoint | null;
  readonly remoteRtcp: Endpoint | null;
  /** Ours: `sendonly` = we send and hear nothing. */
  readonly direction: Direction;
  /** The other side does not want to hear us (RFC 3264 §8.4). */
  readonly held: boolean;
  /** Audio in order of preference, the one to send first; then telephone-event and comfort noise. */
  readonly codecs: readonly AgreedCodec[];
};

export type AgreedCodec = {
  readonly kind: CodecKind;
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** Payload types: from the other side's SDP, and from ours (RFC 3264 §5.1). */
  readonly sendAs: number;
  readonly receiveAs: number;
};

export function agreedCodec(theirs: Codec, ours: Codec): AgreedCodec {
  return {
    kind: theirs.kind,
    name: theirs.name,
    clockRate: theirs.clockRate,
    channels: theirs.channels,
    sendAs: theirs.payloadType,
    receiveAs: ours.payloadType,
  };
}

/** Reads direction and addresses of the other side's audio line; `codecs` is what was agreed for it. */
export function agree(line: MediaLine, codecs: readonly AgreedCodec[]): Agreement {
  const theirs = effectiveDirection(line);
  return {
    remote: line.address === null ? null : { address: line.address, port: line.port },
    remoteRtcp: line.rtcp,
    direction: reversed(theirs),
    held: theirs === 'sendonly' || theirs === 'inactive',
    codecs,
  };
}

/** An unspecified address means that nothing can be received there, whatever the attribute says (RFC 3264 §8.4). */
function effectiveDirection(line: MediaLine): Direction {
  if (!line.addressUnspecified) return line.direction;
  return line.direction === 'sendrecv' || line.direction === 'sendonly' ? 'sendonly' : 'inactive';
}

/** The answer of a side that wants to send and receive (RFC 3264 §6.1). */
function reversed(direction: Direction): Direction {
  switch (direction) {
    case 'sendonly':
      return 'recvonly';
    case 'recvonly':
      return 'sendonly';
    case 'sendrecv':
    case 'inactive':
      return direction;
  }
}

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** Whether digits can reach the other side as events (RFC 4733). */
export function takesTelephoneEvents(agreement: Agreement): boolean {
  return agreement.codecs.some((codec) => codec.kind === 'telephoneEvent');
}
