export const HEADER_LENGTH = 12;
/** The largest packet that fits an Ethernet frame without fragments, headers of IPv6 and UDP taken off. */
export const MAX_PACKET = 1452;

/**
 * The fixed header of one RTP packet (RFC 3550 §5.1), read in place. One instance serves all packets, so that reading
 * allocates nothing; it is valid until the next `read`.
 */
export class RtpPacket {
  marker = false;
  payloadType = 0;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  /** The payload is `bytes[start..end)`: CSRCs, extension and padding are outside. */
  start = 0;
  end = 0;

  /** False if it is no RTP packet (RFC 3550 A.1). An empty payload is one. */
  read(bytes: Uint8Array): boolean {
    const { length } = bytes;
    if (length < HEADER_LENGTH) return false;
    const first = byte(bytes, 0);
    if (first >> 6 !== 2) return false;
    let start = HEADER_LENGTH + (first & 0x0f) * 4;
    if ((first & 0x10) !== 0) {
      if (length < start + 4) return false;
      start += 4 + (byte(bytes, start + 2) * 256 + byte(bytes, start + 3)) * 4;
    }
    let end = length;
    if ((first & 0x20) !== 0) {
      const padding = byte(bytes, length - 1);
      if (padding === 0) return false;
      end -= padding;
    }
    if (start > end) return false;
    const second = byte(bytes, 1);
    this.marker = second >= 0x80;
    this.payloadType = second & 0x7f;
    this.sequence = byte(bytes, 2) * 256 + byte(bytes, 3);
    this.timestamp = readUint32(bytes, 4);
    this.ssrc = readUint32(bytes, 8);
    this.start = start;
    this.end = end;
    return true;
  }
}

/** Whether a datagram on the RTP port is RTCP (RFC 5761 §4). */
export function looksLikeRtcp(bytes: Uint8Array): boolean {
  const second = bytes[1] ?? 0;
  return second >= 192 && second <= 223;
}

/** Writes a fixed header without CSRCs or extension at `at`; all numbers are cut to their width. */
export function writeHeader(
  bytes: Uint8Array,
  at: number,
  marker: boolean,
  payloadType: number,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  bytes[at] = 0x80;
  bytes[at + 1] = (marker ? 0x80 : 0) | payloadType;
  bytes[at + 2] = sequence >> 8;
  bytes[at + 3] = sequence;
  writeUint32(bytes, at + 4, timestamp);
  writeUint32(bytes, at + 8, ssrc);
}

export function readUint16(bytes: Uint8Array, at: number): number {
  return byte(bytes, at) * 256 + byte(bytes, at + 1);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return (
    ((byte(bytes, at) << 24) | (byte(bytes, at + 1) << 16) | (byte(bytes, at + 2) << 8) | byte(bytes, at + 3)) >>> 0
  );
}

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** How far sequence number `a` is ahead of `b`, from -32768 to 32767 (RFC 1982). */
export function sequenceDistance(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** How far timestamp `a` is ahead of `b`, as a signed 32-bit number. */
export function timestampDistance(a: number, b: number): number {
  return (a - b) | 0;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
