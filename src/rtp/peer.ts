import type { Endpoint } from '../sdp/session.js';
import { sequenceDistance } from './packet.js';

const CONSISTENT_PACKETS = 3;
const BARRED_MS = 2000;

/**
 * Who may talk to a leg (symmetric RTP, RFC 4961; against the attacks of RFC 7362 §4). The SDP's own address is believed
 * at once. Any other source must first show three packets in order under one SSRC; it is believed once, and then nobody
 * else is, except the SDP's own address if that turns up after all. Everything else is an outsider.
 */
export class Peer {
  /** Where to send: the believed source, before that the SDP's address; null: nowhere yet. */
  address: string | null = null;
  port = 0;
  #sdpAddress: string | null = null;
  #sdpPort = 0;
  #believed: 'nobody' | 'learned' | 'announced' = 'nobody';
  #candidateAddress = '';
  #candidatePort = 0;
  #candidateSsrc = 0;
  #candidateSequence = 0;
  #candidatePackets = 0;
  #barredAddress = '';
  #barredPort = 0;
  #barredUntilMs = 0;

  get locked(): boolean {
    return this.#believed !== 'nobody';
  }

  /**
   * The address of a new SDP; null (host name, or 0.0.0.0 on hold) tells nothing new. A change unlocks, and bars the old
   * source for a while, whose last packets must not be taken for the new one.
   */
  announce(remote: Endpoint | null, nowMs: number): void {
    if (remote === null || (remote.address === this.#sdpAddress && remote.port === this.#sdpPort)) return;
    if (this.#believed !== 'nobody' && this.address !== null) this.bar(this.address, this.port, nowMs);
    this.#sdpAddress = remote.address;
    this.#sdpPort = remote.port;
    this.#believed = 'nobody';
    this.#candidatePackets = 0;
    this.address = remote.address;
    this.port = remote.port;
  }

  /** Do not learn from this source for 2 s: it talks to whoever had the port before. */
  bar(address: string, port: number, nowMs: number): void {
    this.#barredAddress = address;
    this.#barredPort = port;
    this.#barredUntilMs = nowMs + BARRED_MS;
  }

  /** Whether a packet from there is to be heard. */
  admits(address: string, port: number, ssrc: number, sequence: number, nowMs: number): boolean {
    if (this.#believed !== 'nobody' && port === this.port && address === this.address) return true;
    if (port === this.#sdpPort && address === this.#sdpAddress) {
      this.#believe('announced', address, port);
      return true;
    }
    if (this.#believed !== 'nobody') return false;
    if (port === this.#barredPort && address === this.#barredAddress && nowMs < this.#barredUntilMs) return false;
    return this.#consider(address, port, ssrc, sequence);
  }

  #consider(address: string, port: number, ssrc: number, sequence: number): boolean {
    const follows =
      port === this.#candidatePort &&
      address === this.#candidateAddress &&
      ssrc === this.#candidateSsrc &&
      sequenceDistance(sequence, this.#candidateSequence) === 1;
    this.#candidatePackets = follows ? this.#candidatePackets + 1 : 1;
    this.#candidateSequence = sequence;
    this.#candidateAddress = address;
    this.#candidatePort = port;
    this.#candidateSsrc = ssrc;
    if (this.#candidatePackets < CONSISTENT_PACKETS) return false;
    this.#believe('learned', address, port);
    return true;
  }

  #believe(how: 'learned' | 'announced', address: string, port: number): void {
    this.#believed = how;
    this.address = address;
    this.port = port;
  }
}
