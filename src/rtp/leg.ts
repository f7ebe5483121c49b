import type { Timer } from '../machine/clock.js';
import type { MediaStatistics, Playable, RecordOptions } from '../ports/media.js';
import { type AgreedCodec, type Agreement, receives } from '../sdp/agreement.js';
import type { LegContext } from './leg-context.js';
import type { LegNumber } from './messages.js';
import { Outlet } from './outlet.js';
import { looksLikeRtcp } from './packet.js';
import { Peer } from './peer.js';
import { Reception } from './reception.js';
import { Recording, type RecordingEnd } from './recording.js';
import { Relay } from './relay.js';
import { RtcpSession, reportIntervalMs } from './rtcp-session.js';
import type { PairOwner, SocketPair } from './socket-pair.js';
import { EventReceiver } from './telephone-event.js';

export type LegHandlers = {
  /** The leg wants `tick` every 20 ms. */
  readonly wake: (leg: RtpLeg) => void;
  /** Something threw while a packet was handled. */
  readonly crashed: (leg: RtpLeg, error: unknown) => void;
};

const EVENT_TIMEOUT_MS = 200;

/**
 * The RTP of one leg. A packet of its peer goes to the connected leg within its arrival; what plays, digits and recordings
 * move with `tick`, every 20 ms while `wake` has asked for it.
 */
export class RtpLeg implements PairOwner {
  readonly number: LegNumber;
  readonly #context: LegContext;
  readonly #handlers: LegHandlers;
  readonly #pair: SocketPair;
  readonly #peer = new Peer();
  readonly #reception = new Reception();
  readonly #outlet: Outlet;
  readonly #rtcp: RtcpSession;
  #agreement: Agreement | null = null;
  #receives = false;
  #connected: RtpLeg | null = null;
  #relay: Relay | null = null;
  #recording: Recording | null = null;
  #finishing: Promise<void> | null = null;
  #events: EventReceiver | null = null;
  #lastEventMs = 0;
  #lastHeardMs: number;
  #silenceTimer: Timer | null = null;
  #rtcpTimer: Timer | null = null;
  #packetsAtReport = 0;
  #closed = false;

  /** `lentAgoMs`: since when the pair is this leg's; who talked to it before that is not learned from. */
  constructor(number: LegNumber, pair: SocketPair, lentAgoMs: number, context: LegContext, handlers: LegHandlers) {
    this.number = number;
    this.#context = context;
    this.#handlers = handlers;
    this.#pair = pair;
    this.#outlet = new Outlet(number, pair, this.#peer, context);
    this.#rtcp = new RtcpSession(this.#outlet.stream, this.#reception, context.cname);
    this.#lastHeardMs = context.monotonicMs();
    if (pair.strayAddress !== '' && pair.strayFirstMs < this.#lastHeardMs - lentAgoMs) {
      this.#peer.bar(pair.strayAddress, pair.strayPort, this.#lastHeardMs);
    }
    pair.lend(this);
  }

  /** A first or a new agreement, made `agoMs` ago; what is connected, played or recorded goes on under it. */
  agree(agreement: Agreement, agoMs: number): void {
    const { canonical, monotonicMs } = this.#context;
    const { remote, remoteRtcp } = agreement;
    this.#agreement = agreement;
    this.#receives = receives(agreement.direction);
    const nowMs = monotonicMs();
    this.#lastHeardMs = nowMs - agoMs;
    const announced = remote === null ? null : { address: canonical(remote.address), port: remote.port };
    this.#peer.announce(announced, nowMs);
    if (remoteRtcp !== null) this.#rtcp.announce(canonical(remoteRtcp.address), remoteRtcp.port);
    this.#outlet.agree(agreement);
    this.#watchSilence();
  }

  connect(other: RtpLeg): void {
    this.disconnect();
    other.disconnect();
    this.#link(other);
    other.#link(this);
  }

  disconnect(): void {
    const other = this.#connected;
    if (other === null) return;
    this.#link(null);
    other.#link(null);
  }

  #link(other: RtpLeg | null): void {
    this.#connected = other;
    this.#relay = other === null ? null : new Relay(other.#outlet);
    if (other === null) return;
    this.#lastHeardMs = this.#context.monotonicMs(); // after a hold the silence counts from now
    this.#watchSilence();
  }

  play(token: string, list: readonly Playable[], repeat: boolean): void {
    this.#outlet.play(token, list, repeat, () => this.#handlers.wake(this));
  }

  stopPlaying(): void {
    this.#outlet.stopPlaying();
  }

  sendDigits(digits: string): void {
    this.#outlet.sendDigits(digits);
    this.#handlers.wake(this);
  }

  record(token: string, options: RecordOptions): void {
    this.stopRecording('stopped');
    const kindOf = (payloadType: number) => this.#outlet.table?.received(payloadType)?.kind ?? null;
    this.#recording = new Recording(token, options, kindOf, this.#context.monotonicMs());
    this.#handlers.wake(this);
  }

  stopRecording(how: RecordingEnd): void {
    const recording = this.#recording;
    if (recording === null) return;
    this.#recording = null;
    this.#finishing = this.#finish(recording, how, this.#finishing);
  }

  async #finish(recording: Recording, how: RecordingEnd, before: Promise<void> | null): Promise<void> {
    const { report, monotonicMs } = this.#context;
    const { because, ...recorded } = await recording.end(how, monotonicMs());
    await before; // reports come in the order of the recordings
    if (because !== null) report({ type: 'warned', message: 'cannot record', detail: { because } });
    report({ type: 'recorded', leg: this.number, ...recorded });
  }

  /** Lets go of everything; resolves when `closed` is reported, which is after all files of the leg are complete. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.disconnect();
    this.#events?.timedOut();
    this.stopRecording('closed');
    this.#outlet.stopPlaying();
    if (this.#outlet.stream.packets > 0) this.#sendRtcp(true);
    this.abandon();
    if (this.#finishing !== null) await this.#finishing;
    this.#context.report({ type: 'closed', leg: this.number, statistics: this.#statistics() });
  }

  /** Lets go of ports, timers and the connection, without a word to anybody. */
  abandon(): void {
    this.#closed = true;
    this.disconnect();
    this.#silenceTimer?.cancel();
    this.#rtcpTimer?.cancel();
    void this.#recording?.discard();
    this.#recording = null;
    this.#pair.lend(null);
  }

  crashed(error: unknown): void {
    this.#handlers.crashed(this, error);
  }

  /** 20 ms on; false: nothing more to do until the next `wake`. */
  tick(dueMs: number): boolean {
    if (this.#closed) return false;
    const sending = this.#outlet.tick(dueMs);
    if (sending) this.#startRtcp();
    const recordingEnd = this.#recording?.recorder.tick(dueMs) ?? null;
    if (recordingEnd !== null) this.stopRecording(recordingEnd);
    const events = this.#events;
    if (events?.sounding === true && dueMs - this.#lastEventMs >= EVENT_TIMEOUT_MS) events.timedOut();
    return sending || this.#recording !== null || events?.sounding === true;
  }

  receiveRtp(bytes: Uint8Array, address: string, port: number): void {
    const { packet } = this.#context;
    const table = this.#outlet.table;
    if (table === null) return;
    if (looksLikeRtcp(bytes)) {
      this.receiveRtcp(bytes, address, port);
      return;
    }
    if (!packet.read(bytes)) return;
    const { ssrc, sequence } = packet;
    const nowMs = this.#context.monotonicMs();
    if (!this.#peer.admits(address, port, ssrc, sequence, nowMs)) return;
    if (this.#reception.active && ssrc !== this.#reception.ssrc) this.#relay?.restart();
    if (!this.#reception.take(ssrc, sequence)) return;
    this.#lastHeardMs = nowMs;
    if (this.#silenceTimer === null) this.#watchSilence();
    this.#startRtcp();
    if (!this.#receives) return;
    const codec = table.received(packet.payloadType);
    if (codec === undefined) this.#relay?.skip();
    else this.#hear(bytes, codec, nowMs);
  }

  /** One packet of the peer in a codec that was agreed; its header is in the shared `packet`. */
  #hear(bytes: Uint8Array, codec: AgreedCodec, nowMs: number): void {
    const { packet } = this.#context;
    const { ssrc, sequence, timestamp, payloadType, start, end } = packet;
    if (codec.kind === 'telephoneEvent') {
      this.#lastEventMs = nowMs;
      this.#events ??= new EventReceiver((digit, durationMs) => {
        this.#context.report({ type: 'digit', leg: this.number, digit, durationMs });
        if (this.#recording?.options.terminators.includes(digit) === true) this.stopRecording('digit');
      });
      this.#events.take(bytes, start, end, ssrc, timestamp, codec.clockRate);
      if (this.#events.sounding) this.#handlers.wake(this);
    } else {
      this.#reception.measure(timestamp, codec.clockRate, nowMs);
    }
    this.#recording?.recorder.take(ssrc, sequence, timestamp, payloadType, bytes, start, end, nowMs);
    this.#relay?.forward(packet, bytes, codec, nowMs);
    if (this.#connected !== null) this.#connected.#startRtcp();
  }

  receiveRtcp(bytes: Uint8Array, address: string, port: number): void {
    this.#rtcp.take(bytes, address, port, this.#peer, this.#clockRate, this.#context.monotonicMs());
  }

  get #clockRate(): number {
    return this.#agreement?.codecs[0]?.clockRate ?? 8000;
  }

  /** From the first packet of either direction on a report every 5 s, as long as there are packets to report on. */
  #startRtcp(): void {
    if (this.#rtcpTimer !== null || this.#closed) return;
    const { clock, random } = this.#context;
    this.#rtcpTimer = clock.after(reportIntervalMs(random()), () => {
      this.#rtcpTimer = null;
      const packets = this.#outlet.stream.packets + this.#reception.received;
      this.#sendRtcp(false);
      if (packets !== this.#packetsAtReport) this.#startRtcp();
      this.#packetsAtReport = packets;
    });
  }

  #sendRtcp(goodbye: boolean): void {
    const { frame, monotonicMs, clock } = this.#context;
    const to = this.#rtcp.destination(this.#peer);
    if (to === null) return;
    const length = this.#rtcp.write(frame, this.#clockRate, monotonicMs(), clock.now(), goodbye);
    this.#pair.sendRtcp(frame, 0, length, to.port, to.address);
  }

  /** RTP is expected, unless one side is on hold or we do not listen. */
  get #expectsRtp(): boolean {
    return this.#receives && this.#agreement?.held === false && !this.#closed;
  }

  #watchSilence(): void {
    if (this.#silenceTimer !== null || !this.#expectsRtp) return;
    const { silentMs, monotonicMs } = this.#context;
    this.#awaitSilence(silentMs - (monotonicMs() - this.#lastHeardMs));
  }

  #awaitSilence(inMs: number): void {
    const { clock, monotonicMs, silentMs, report } = this.#context;
    this.#silenceTimer = clock.after(inMs, () => {
      this.#silenceTimer = null;
      if (!this.#expectsRtp) return;
      const sinceMs = monotonicMs() - this.#lastHeardMs;
      if (sinceMs < silentMs) this.#awaitSilence(silentMs - sinceMs);
      else report({ type: 'silent', leg: this.number, sinceMs: Math.round(sinceMs) }); // the next packet watches again
    });
  }

  #statistics(): MediaStatistics {
    return {
      codec: this.#agreement?.codecs[0]?.name ?? '',
      packetsSent: this.#outlet.stream.packets,
      packetsReceived: this.#reception.received,
      receivedLost: this.#reception.lost,
      receivedJitterMs: Math.round(this.#reception.jitterMs * 100) / 100,
      reportedLost: this.#rtcp.reportedLost,
      reportedJitterMs: this.#rtcp.reportedJitterMs,
    };
  }
}
