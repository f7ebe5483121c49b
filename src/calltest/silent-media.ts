import type { Clock, Timer } from '../machine/clock.js';
import type { Digit, Media, MediaEvent, MediaStatistics, Playable, RecordOptions } from '../ports/media.js';
import type { LegId, Sdp } from '../ports/signalling.js';
import { takesTelephoneEvents } from '../sdp/agreement.js';
import { accept, answer, type Negotiation, newNegotiation, offer } from '../sdp/negotiation.js';
import { isSdpError, parseSession, type Session } from '../sdp/session.js';

type FailureCause = (MediaEvent & { readonly type: 'failed' })['why'];
type PlayEnd = (MediaEvent & { readonly type: 'played' })['end'];
type RecordEnd = (MediaEvent & { readonly type: 'recorded' })['end'];

type Leg = {
  negotiation: Negotiation;
  connectedTo: LegId | null;
  play: { readonly token: string; readonly list: readonly Playable[]; timer: Timer | null } | null;
  recording: { readonly token: string; readonly options: RecordOptions; readonly since: number; timer: Timer } | null;
  /** When it fell silent; null: it speaks. */
  silentSince: number | null;
  digitsSent: string;
};

export type SilentMediaOptions = {
  /** Announced in `c=`. */
  readonly address?: string;
  /** More legs than this are `exhausted`. */
  readonly maxLegs?: number;
  /** How long a file lasts; 1 s unless told. [ms] */
  readonly fileMs?: (file: string) => number;
  /** How long a party talks into a recording before it falls silent; for ever unless told. [ms] */
  readonly speechMs?: number;
};

/**
 * The Media port without sockets, for simulations in virtual time: real offer/answer, nothing on the wire. As in the
 * real one `opened`, `accepted` and `failed` come within the command, all other events later (here 1 ms).
 */
export class SilentMedia implements Media {
  /** Legs opened and closed so far; nothing leaks if they are equal at the end. */
  opens = 0;
  closes = 0;
  readonly #clock: Clock;
  readonly #address: string;
  readonly #maxLegs: number;
  readonly #fileMs: (file: string) => number;
  readonly #speechMs: number | null;
  readonly #legs = new Map<LegId, Leg>();
  #nextPort = 20_000;
  #failNext: FailureCause | null = null;
  #onEvent: (event: MediaEvent) => void = () => {};

  constructor(clock: Clock, options: SilentMediaOptions = {}) {
    this.#clock = clock;
    this.#address = options.address ?? '192.0.2.200';
    this.#maxLegs = options.maxLegs ?? Number.POSITIVE_INFINITY;
    this.#fileMs = options.fileMs ?? (() => 1000);
    this.#speechMs = options.speechMs ?? null;
  }

  async start(onEvent: (event: MediaEvent) => void): Promise<void> {
    this.#onEvent = onEvent;
  }

  async stop(): Promise<void> {
    for (const leg of [...this.#legs.keys()]) this.#forget(leg);
    this.#onEvent = () => {};
  }

  open(id: LegId, offered: Sdp | null, like: Sdp | null): void {
    const existing = this.#legs.get(id);
    if (this.#failNext !== null || (existing === undefined && this.#legs.size >= this.#maxLegs)) {
      const why = this.#failNext ?? 'exhausted';
      this.#failNext = null;
      this.#onEvent({ type: 'failed', leg: id, why });
      return;
    }
    const state = existing?.negotiation ?? this.#newNegotiation();
    const theirs = offered === null ? null : read(offered);
    const likeSession = like === null ? null : read(like);
    if (offered !== null && theirs === null) {
      this.#onEvent({ type: 'failed', leg: id, why: 'unacceptable' });
      return;
    }
    const result =
      theirs === null ? offer(state, likeSession, ['pcmu', 'pcma', 'g722']) : answer(state, theirs, likeSession);
    if (result === 'unacceptable') {
      this.#onEvent({ type: 'failed', leg: id, why: 'unacceptable' });
      return;
    }
    if (existing === undefined) {
      this.opens++;
      this.#legs.set(id, {
        negotiation: result.next,
        connectedTo: null,
        play: null,
        recording: null,
        silentSince: null,
        digitsSent: '',
      });
    } else {
      existing.negotiation = result.next;
    }
    const { agreement } = result;
    this.#onEvent({
      type: 'opened',
      leg: id,
      sdp: result.sdp,
      held: agreement?.held ?? false,
      telephoneEvents: agreement === null || takesTelephoneEvents(agreement),
    });
  }

  accept(id: LegId, answered: Sdp): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    const theirs = read(answered);
    const result = theirs === null ? 'unacceptable' : accept(leg.negotiation, theirs);
    if (result === 'unacceptable') {
      this.#onEvent({ type: 'failed', leg: id, why: 'unacceptable' });
      return;
    }
    leg.negotiation = result.next;
    const { agreement } = result;
    this.#onEvent({
      type: 'accepted',
      leg: id,
      held: agreement.held,
      telephoneEvents: takesTelephoneEvents(agreement),
    });
  }

  connect(a: LegId, b: LegId): void {
    const legA = this.#legs.get(a);
    const legB = this.#legs.get(b);
    if (legA === undefined || legB === undefined) return;
    this.disconnect(a);
    this.disconnect(b);
    legA.connectedTo = b;
    legB.connectedTo = a;
  }

  disconnect(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined || leg.connectedTo === null) return;
    const other = this.#legs.get(leg.connectedTo);
    if (other !== undefined) other.connectedTo = null;
    leg.connectedTo = null;
  }

  play(id: LegId, token: string, list: readonly Playable[], repeat: boolean): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#endPlay(id, leg, 'stopped');
    const lengthMs = repeat && list.length > 0 ? Number.POSITIVE_INFINITY : this.#lengthMs(list);
    const timer = Number.isFinite(lengthMs)
      ? this.#clock.after(lengthMs, () => {
          leg.play = null;
          this.#onEvent({ type: 'played', leg: id, token, end: 'finished' });
        })
      : null;
    leg.play = { token, list, timer };
  }

  stopPlaying(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#endPlay(id, leg, 'stopped');
  }

  sendDigits(id: LegId, digits: string): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) leg.digitsSent += digits;
  }

  record(id: LegId, token: string, options: RecordOptions): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#endRecording(id, leg, 'stopped');
    const since = this.#clock.now();
    const timer = this.#clock.after(options.maxMs, () => this.#endRecording(id, leg, 'maximum'));
    leg.recording = { token, options, since, timer };
    if (this.#speechMs !== null) this.#speak(id, leg, this.#speechMs);
    else if (leg.silentSince !== null) this.#awaitSilence(id, leg);
  }

  stopRecording(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#endRecording(id, leg, 'stopped');
  }

  close(id: LegId): void {
    if (!this.#legs.has(id)) return;
    this.#forget(id);
    this.#later({ type: 'closed', leg: id, statistics: NO_STATISTICS });
  }

  /** The leg's party presses a key. */
  injectDigit(id: LegId, digit: Digit, durationMs = 100): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#onEvent({ type: 'digit', leg: id, digit, durationMs });
    if (leg.recording?.options.terminators.includes(digit) === true) this.#endRecording(id, leg, 'digit');
  }

  /** The leg's party stops talking (or, with `speaks`, starts again): what records it waits for its `silenceMs`. */
  fallSilent(id: LegId, speaks = false): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    leg.silentSince = speaks ? null : this.#clock.now();
    if (!speaks) this.#awaitSilence(id, leg);
  }

  /** No RTP from the leg any more, as after a power cut. */
  injectSilent(id: LegId, sinceMs = 60_000): void {
    if (this.#legs.has(id)) this.#onEvent({ type: 'silent', leg: id, sinceMs });
  }

  /** The media server dies under the leg. */
  injectGone(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#endPlay(id, leg, 'failed');
    this.#endRecording(id, leg, 'failed');
    this.#forget(id);
    this.#later({ type: 'failed', leg: id, why: 'gone' });
  }

  /** The next `open` fails. */
  failNextOpen(why: FailureCause): void {
    this.#failNext = why;
  }

  /** Legs that are open now. */
  get openLegs(): readonly LegId[] {
    return [...this.#legs.keys()];
  }

  /** What a leg is doing; null if it is not open. `sent` are the digits sent into it. */
  leg(id: LegId): {
    readonly connectedTo: LegId | null;
    readonly playing: readonly Playable[] | null;
    readonly recording: string | null;
    readonly codec: string | null;
    readonly sent: string;
  } | null {
    const leg = this.#legs.get(id);
    if (leg === undefined) return null;
    return {
      connectedTo: leg.connectedTo,
      playing: leg.play?.list ?? null,
      recording: leg.recording?.options.file ?? null,
      codec: leg.negotiation.agreement?.codecs[0]?.name ?? null,
      sent: leg.digitsSent,
    };
  }

  #newNegotiation(): Negotiation {
    const port = this.#nextPort;
    this.#nextPort = port >= 64_998 ? 20_000 : port + 2;
    return newNegotiation({ sessionId: port, address: this.#address, port }, 'both');
  }

  #lengthMs(list: readonly Playable[]): number {
    let lengthMs = 0;
    for (const item of list) {
      if ('file' in item) lengthMs += this.#fileMs(item.file);
      else if ('music' in item) lengthMs = Number.POSITIVE_INFINITY;
      else lengthMs += item.times === 0 ? Number.POSITIVE_INFINITY : (item.onMs + item.offMs) * item.times;
    }
    return lengthMs;
  }

  #endPlay(id: LegId, leg: Leg, end: PlayEnd): void {
    if (leg.play === null) return;
    leg.play.timer?.cancel();
    this.#later({ type: 'played', leg: id, token: leg.play.token, end });
    leg.play = null;
  }

  #endRecording(id: LegId, leg: Leg, end: RecordEnd): void {
    const recording = leg.recording;
    if (recording === null) return;
    recording.timer.cancel();
    leg.recording = null;
    const lengthMs = this.#clock.now() - recording.since;
    const silentMs = leg.silentSince === null ? 0 : this.#clock.now() - Math.max(leg.silentSince, recording.since);
    const { token, options } = recording;
    this.#later({
      type: 'recorded',
      leg: id,
      token,
      file: options.file,
      lengthMs,
      soundMs: end === 'failed' ? 0 : lengthMs - silentMs,
      end,
    });
  }

  #speak(id: LegId, leg: Leg, speechMs: number): void {
    const { recording } = leg;
    leg.silentSince = null;
    this.#clock.after(speechMs, () => {
      if (leg.recording === recording) this.fallSilent(id);
    });
  }

  #awaitSilence(id: LegId, leg: Leg): void {
    const { recording, silentSince } = leg;
    if (recording === null || recording.options.silenceMs === 0) return;
    this.#clock.after(recording.options.silenceMs, () => {
      if (leg.recording === recording && leg.silentSince === silentSince) this.#endRecording(id, leg, 'silence');
    });
  }

  #forget(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.disconnect(id);
    this.#endRecording(id, leg, 'closed');
    this.#endPlay(id, leg, 'stopped');
    this.#legs.delete(id);
    this.closes++;
  }

  #later(event: MediaEvent): void {
    this.#clock.after(1, () => this.#onEvent(event));
  }
}

const NO_STATISTICS: MediaStatistics = {
  codec: 'PCMU',
  packetsSent: 0,
  packetsReceived: 0,
  receivedLost: 0,
  receivedJitterMs: 0,
  reportedLost: null,
  reportedJitterMs: null,
};

function read(sdp: Sdp): Session | null {
  const session = parseSession(sdp);
  return isSdpError(session) ? null : session;
}
