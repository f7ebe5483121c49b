import { readUint16, readUint32, writeUint16, writeUint32 } from './packet.js';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;
const NTP_EPOCH_SECONDS = 2_208_988_800; // from 1900 to 1970

/** What a report says of us (RFC 3550 §6.4.1): the far end's view of our stream. */
export type ReportBlock = {
  readonly ssrc: number;
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** Timestamp units. */
  readonly jitter: number;
  readonly lastSenderReport: number;
  readonly delaySinceLastSenderReport: number;
};

export type Rtcp = {
  /** Of the first report. */
  readonly ssrc: number;
  /** Middle 32 bits of the NTP timestamp of a sender report; null in a receiver report. */
  readonly senderReport: number | null;
  readonly blocks: readonly ReportBlock[];
  readonly goodbye: boolean;
};

/** Reads a compound packet (RFC 3550 §6.1, A.2); null if it is none: it must begin with a report. */
export function parseRtcp(bytes: Uint8Array): Rtcp | null {
  let senderReport: number | null = null;
  let goodbye = false;
  const blocks: ReportBlock[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const type = bytes[at + 1] ?? 0;
    if (bytes.length < at + 8 && at === 0) return null;
    const end = at + 4 + readUint16(bytes, at + 2) * 4;
    if (first >> 6 !== 2 || end > bytes.length) return null;
    if (at === 0 && type !== SENDER_REPORT && type !== RECEIVER_REPORT) return null;
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      if (type === SENDER_REPORT && end >= at + 28) senderReport = readUint32(bytes, at + 10);
      readBlocks(bytes, at + (type === SENDER_REPORT ? 28 : 8), end, first & 0x1f, blocks);
    } else if (type === GOODBYE) {
      goodbye = true;
    }
    at = end;
  }
  return at === 0 ? null : { ssrc: readUint32(bytes, 4), senderReport, blocks, goodbye };
}

function readBlocks(bytes: Uint8Array, start: number, end: number, count: number, into: ReportBlock[]): void {
  for (let at = start; at + 24 <= end && into.length < count; at += 24) {
    const lost = readUint32(bytes, at + 4) & 0xffffff;
    into.push({
      ssrc: readUint32(bytes, at),
      fractionLost: bytes[at + 4] ?? 0,
      cumulativeLost: lost >= 0x800000 ? lost - 0x1000000 : lost,
      highestSequence: readUint32(bytes, at + 8),
      jitter: readUint32(bytes, at + 12),
      lastSenderReport: readUint32(bytes, at + 16),
      delaySinceLastSenderReport: readUint32(bytes, at + 20),
    });
  }
}

export type SenderInfo = {
  /** Epoch. */
  readonly nowMs: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
};

/**
 * Writes our compound packet: SR if we send, else RR, at most one report block, SDES with CNAME, BYE at the end of it all
 * (RFC 3550 §6.1). Returns its length.
 */
export function writeRtcp(
  into: Uint8Array,
  ssrc: number,
  sender: SenderInfo | null,
  block: ReportBlock | null,
  cname: string,
  goodbye: boolean,
): number {
  let at = sender === null ? 8 : 28;
  writeUint32(into, 4, ssrc);
  if (sender !== null) writeSender(into, sender);
  if (block !== null) at = writeBlock(into, at, block);
  writeStart(into, 0, block === null ? 0 : 1, sender === null ? RECEIVER_REPORT : SENDER_REPORT, at);
  at = writeDescription(into, at, ssrc, cname);
  if (!goodbye) return at;
  writeStart(into, at, 1, GOODBYE, 8);
  writeUint32(into, at + 4, ssrc);
  return at + 8;
}

function writeStart(into: Uint8Array, at: number, count: number, type: number, length: number): void {
  into[at] = 0x80 | count;
  into[at + 1] = type;
  writeUint16(into, at + 2, length / 4 - 1);
}

function writeSender(into: Uint8Array, sender: SenderInfo): void {
  const seconds = Math.floor(sender.nowMs / 1000);
  writeUint32(into, 8, seconds + NTP_EPOCH_SECONDS);
  writeUint32(into, 12, Math.floor(((sender.nowMs - seconds * 1000) * 2 ** 32) / 1000));
  writeUint32(into, 16, sender.timestamp);
  writeUint32(into, 20, sender.packets);
  writeUint32(into, 24, sender.octets);
}

function writeBlock(into: Uint8Array, at: number, block: ReportBlock): number {
  writeUint32(into, at, block.ssrc);
  writeUint32(into, at + 4, (block.cumulativeLost & 0xffffff) | 0);
  into[at + 4] = block.fractionLost;
  writeUint32(into, at + 8, block.highestSequence);
  writeUint32(into, at + 12, block.jitter);
  writeUint32(into, at + 16, block.lastSenderReport);
  writeUint32(into, at + 20, block.delaySinceLastSenderReport);
  return at + 24;
}

/** RFC 3550 §6.5: one chunk with one item, ended by at least one zero and padded to 32 bits. */
function writeDescription(into: Uint8Array, at: number, ssrc: number, cname: string): number {
  const length = 8 + (Math.floor((2 + cname.length) / 4) + 1) * 4;
  into.fill(0, at, at + length);
  writeStart(into, at, 1, SOURCE_DESCRIPTION, length);
  writeUint32(into, at + 4, ssrc);
  into[at + 8] = CNAME;
  into[at + 9] = cname.length;
  for (let i = 0; i < cname.length; i++) into[at + 10 + i] = cname.charCodeAt(i);
  return at + length;
}
