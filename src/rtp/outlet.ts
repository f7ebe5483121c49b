import type { Playable } from '../ports/media.js';
import { type Agreement, sends } from '../sdp/agreement.js';
import { CodecTable } from './codec-table.js';
import type { LegContext } from './leg-context.js';
import type { LegNumber } from './messages.js';
import { OutgoingStream } from './outgoing.js';
import { HEADER_LENGTH, writeHeader } from './packet.js';
import type { Peer } from './peer.js';
import { Playing } from './playing.js';
import type { SocketPair } from './socket-pair.js';
import { FRAME_BYTES } from './sound.js';
import { EVENT_LENGTH, EventSender, writeEvent } from './telephone-event.js';

/** Everything that goes to the far end of one leg: digits before what plays, what plays before what is relayed. */
export class Outlet {
  readonly stream: OutgoingStream;
  /** Of the latest agreement; null before the first. */
  table: CodecTable | null = null;
  readonly #context: LegContext;
  readonly #pair: SocketPair;
  readonly #peer: Peer;
  readonly #playing: Playing;
  #sends = false;
  #digits: EventSender | null = null;
  #eventTimestamp = 0;

  constructor(leg: LegNumber, pair: SocketPair, peer: Peer, context: LegContext) {
    this.#context = context;
    this.#pair = pair;
    this.#peer = peer;
    this.stream = new OutgoingStream(context.random);
    this.#playing = new Playing(context.library, context.music, (token, end, because) => {
      if (because !== null) context.report({ type: 'warned', message: 'cannot play', detail: { because } });
      context.report({ type: 'played', leg, token, end });
    });
  }

  agree(agreement: Agreement): void {
    this.table = new CodecTable(agreement);
    this.#sends = sends(agreement.direction);
    if (!this.#sends) this.stream.pause();
  }

  /** The far end wants to hear, and we know where it is. */
  get ready(): boolean {
    return this.#sends && this.#peer.address !== null;
  }

  /** Packets of the connected leg may pass: nothing of our own is in their place. */
  get relays(): boolean {
    return this.#sends && this.#peer.address !== null && !this.#playing.audible && this.#digits === null;
  }

  /** `begun`: it wants `tick` now. */
  play(token: string, list: readonly Playable[], repeat: boolean, begun: () => void): void {
    this.#playing.start(token, list, repeat, () => {
      if (this.table !== null && this.table.spoken === null) this.#playing.end('failed', 'no codec that we speak');
      else begun();
    });
  }

  stopPlaying(): void {
    this.#playing.end('stopped');
    this.stream.endPlayed();
  }

  /** Nothing if the far end takes no events. */
  sendDigits(digits: string): void {
    if (this.table === null || this.table.events === null) return;
    this.#digits ??= new EventSender();
    this.#digits.add(digits);
  }

  /** 20 ms on; false: nothing of our own is left to send. */
  tick(dueMs: number): boolean {
    if (this.#digits !== null) this.#sendEvent(this.#digits, dueMs);
    const speaks = this.ready && this.#digits === null ? (this.table?.spoken ?? null) : null;
    const playing = this.#playing.next(speaks?.kind ?? null, this.#context.frame, HEADER_LENGTH, dueMs);
    if (playing && speaks !== null) {
      this.stream.nextPlayed(speaks.clockRate, dueMs);
      this.#sendFrame(speaks.sendAs, FRAME_BYTES);
    } else {
      this.stream.endPlayed();
    }
    return playing || this.#digits !== null;
  }

  #sendEvent(digits: EventSender, dueMs: number): void {
    const events = this.table?.events ?? null;
    if (events === null || digits.done) {
      this.#digits = null;
      return;
    }
    if (!digits.step(events.clockRate) || !this.ready) return;
    const { code, first, end, duration } = digits.packet;
    if (first) this.#eventTimestamp = this.stream.startEvent(events.clockRate, dueMs);
    this.stream.nextOfEvent(this.#eventTimestamp, first, dueMs);
    writeEvent(this.#context.frame, HEADER_LENGTH, code, end, duration);
    this.#sendFrame(events.sendAs, EVENT_LENGTH);
  }

  #sendFrame(payloadType: number, payloadLength: number): void {
    this.send(this.#context.frame, HEADER_LENGTH, payloadLength, payloadType);
  }

  /** Sends a payload under the stream's current numbers; the header is written into the 12 bytes before it. */
  send(bytes: Uint8Array, start: number, length: number, payloadType: number): void {
    const { stream } = this;
    const { address, port } = this.#peer;
    if (address === null) return;
    const at = start - HEADER_LENGTH;
    writeHeader(bytes, at, stream.marker, payloadType, stream.sequence, stream.timestamp, stream.ssrc);
    stream.octets += length;
    this.#pair.sendRtp(bytes, at, HEADER_LENGTH + length, port, address);
  }
}
