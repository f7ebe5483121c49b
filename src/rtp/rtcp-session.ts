import type { Endpoint } from '../sdp/session.js';
import type { OutgoingStream } from './outgoing.js';
import type { Peer } from './peer.js';
import type { Reception } from './reception.js';
import { parseRtcp, type ReportBlock, writeRtcp } from './rtcp.js';

const MEAN_INTERVAL_MS = 5000;
const SHORT_UNITS_PER_MS = 65.536; // delays in reports are in 1/65536 s

/** Time to the next report: 5 s on average, spread so that they do not march in step (RFC 3550 §6.3.1). `random` is in [0, 1). */
export function reportIntervalMs(random: number): number {
  return MEAN_INTERVAL_MS * (0.5 + random);
}

/** RTCP of one leg: what we report of the far end's stream, and what it reports of ours (RFC 3550 §6.4). */
export class RtcpSession {
  /** Their latest view of our stream; null before their first report. */
  reportedLost: number | null = null;
  reportedJitterMs: number | null = null;
  readonly #outgoing: OutgoingStream;
  readonly #reception: Reception;
  readonly #cname: string;
  #address: string | null = null; // where the SDP wants reports
  #port = 0;
  #heardPort = 0; // where the peer's come from, if it is not at the SDP's address
  #lastSenderReport = 0;
  #lastSenderReportMs = 0;
  #packetsAtReport = 0;

  constructor(outgoing: OutgoingStream, reception: Reception, cname: string) {
    this.#outgoing = outgoing;
    this.#reception = reception;
    this.#cname = cname;
  }

  /** Writes our compound packet: SR if anything was sent since the last one, else RR. Returns its length. */
  write(into: Uint8Array, clockRate: number, nowMs: number, wallMs: number, goodbye: boolean): number {
    const { packets, octets, ssrc } = this.#outgoing;
    const sending = packets !== this.#packetsAtReport;
    this.#packetsAtReport = packets;
    const timestamp = this.#outgoing.timestampAt(clockRate, nowMs);
    const sender = sending ? { nowMs: wallMs, timestamp, packets, octets } : null;
    return writeRtcp(into, ssrc, sender, this.#block(nowMs), this.#cname, goodbye);
  }

  /** The RTCP address of the SDP. */
  announce(address: string, port: number): void {
    this.#address = address;
    this.#port = port;
    this.#heardPort = 0;
  }

  /** Where reports go; null: nowhere yet. Behind a NAT it is next to where the peer's RTP comes from, until we know better. */
  destination(peer: Peer): Endpoint | null {
    const { address, port } = peer;
    const atHome = address === null || address === this.#address || !peer.locked;
    if (!atHome) return { address, port: this.#heardPort === 0 ? port + 1 : this.#heardPort };
    return this.#address === null ? null : { address: this.#address, port: this.#port };
  }

  /** Takes a compound packet of theirs; false if it is none, or not from the peer. */
  take(bytes: Uint8Array, address: string, port: number, peer: Peer, clockRate: number, nowMs: number): boolean {
    if (address !== peer.address && address !== this.#address) return false;
    const rtcp = parseRtcp(bytes);
    if (rtcp === null) return false;
    if (address === peer.address) this.#heardPort = port;
    if (rtcp.senderReport !== null) {
      this.#lastSenderReport = rtcp.senderReport;
      this.#lastSenderReportMs = nowMs;
    }
    const block = rtcp.blocks.find((candidate) => candidate.ssrc === this.#outgoing.ssrc);
    if (block !== undefined) {
      this.reportedLost = Math.max(0, block.cumulativeLost);
      this.reportedJitterMs = (block.jitter * 1000) / clockRate;
    }
    return true;
  }

  #block(nowMs: number): ReportBlock | null {
    const reception = this.#reception;
    if (!reception.active) return null;
    const heard = this.#lastSenderReport !== 0;
    return {
      ssrc: reception.ssrc,
      fractionLost: reception.takeFractionLost(),
      cumulativeLost: reception.reportedLost,
      highestSequence: reception.extendedHighest,
      jitter: reception.jitter,
      lastSenderReport: this.#lastSenderReport,
      delaySinceLastSenderReport: heard ? Math.round((nowMs - this.#lastSenderReportMs) * SHORT_UNITS_PER_MS) : 0,
    };
  }
}
