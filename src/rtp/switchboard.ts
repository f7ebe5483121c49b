import type { Clock, Timer } from '../machine/clock.js';
import type { EpochMs } from '../machine/machine.js';
import type { MediaEvent, MediaStatistics, Playable, RecordOptions } from '../ports/media.js';
import type { LegId } from '../ports/signalling.js';
import type { Agreement } from '../sdp/agreement.js';
import type { Command, LegNumber, LegReport } from './messages.js';

/** One leg as the main thread keeps it for the media server. */
export type Line = {
  readonly id: LegId;
  readonly number: LegNumber;
  readonly port: number;
  readonly lentMs: EpochMs;
  agreement: Agreement | null;
  agreedMs: EpochMs;
  /** Connected to; itself for an echo. */
  partner: Line | null;
  /** RTP has come, before there was an agreement for it. */
  knocked: boolean;
  /** The server knows it. */
  served: boolean;
  timer: Timer | null;
  /** What the server still owes an end of. */
  playing: string | null;
  recording: { readonly token: string; readonly file: string } | null;
};

/** Without RTP for so long a leg is handed to the server all the same, which watches the RTP timeout. */
const SERVED_AFTER_MS = 5000;

/**
 * Tells the media server of a leg when there is something for it to do, and not before: somebody talks to the leg's port
 * (the server says so), something is to be played into it or recorded, or it has lasted a while. A call that is over
 * before its first RTP packet costs the server nothing, and no thread is woken for it.
 */
export class Switchboard {
  readonly #clock: Clock;
  readonly #post: (command: Command, urgent: boolean) => void;
  readonly #byPort = new Map<number, Line>();
  readonly #byNumber = new Map<LegNumber, Line>(); // served, and those that are closing
  #nextNumber = 1;

  constructor(clock: Clock, post: (command: Command, urgent: boolean) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  add(id: LegId, port: number): Line {
    const line: Line = {
      id,
      number: this.#nextNumber++,
      port,
      lentMs: this.#clock.now(),
      agreement: null,
      agreedMs: 0,
      partner: null,
      knocked: false,
      served: false,
      timer: null,
      playing: null,
      recording: null,
    };
    this.#byPort.set(port, line);
    return line;
  }

  agree(line: Line, agreement: Agreement): void {
    line.agreement = agreement;
    line.agreedMs = this.#clock.now();
    if (line.served) this.#post({ do: 'agree', leg: line.number, agreement, agoMs: 0 }, false);
    else if (line.knocked) this.#serve(line, true);
    else line.timer ??= this.#clock.after(SERVED_AFTER_MS, () => this.#serve(line, false));
  }

  connect(a: Line, b: Line): void {
    this.disconnect(a);
    this.disconnect(b);
    a.partner = b;
    b.partner = a;
    if (a.served && b.served) this.#post({ do: 'connect', a: a.number, b: b.number }, false);
    else if (a.served) this.#serve(b, false);
    else if (b.served) this.#serve(a, false);
  }

  disconnect(line: Line): void {
    const { partner } = line;
    if (partner === null) return;
    line.partner = null;
    partner.partner = null;
    this.tell(line, { do: 'disconnect', leg: line.number });
  }

  play(line: Line, token: string, list: readonly Playable[], repeat: boolean): void {
    this.#serve(line, false);
    line.playing = token;
    this.#post({ do: 'play', leg: line.number, token, list, repeat }, false);
  }

  record(line: Line, token: string, options: RecordOptions): void {
    this.#serve(line, false);
    line.recording = { token, file: options.file };
    this.#post({ do: 'record', leg: line.number, token, options }, false);
  }

  sendDigits(line: Line, digits: string): void {
    this.#serve(line, false);
    this.#post({ do: 'sendDigits', leg: line.number, digits }, false);
  }

  /** Something that means nothing to a leg that the server does not know. */
  tell(line: Line, command: Command): void {
    if (line.served) this.#post(command, false);
  }

  /** False if the server has nothing to say of the end. */
  close(line: Line): boolean {
    this.disconnect(line);
    line.timer?.cancel();
    this.#byPort.delete(line.port);
    this.tell(line, { do: 'close', leg: line.number });
    return line.served;
  }

  /** Somebody talks to a port. */
  knocked(port: number): void {
    const line = this.#byPort.get(port);
    if (line === undefined) return;
    line.knocked = true;
    if (line.agreement !== null) this.#serve(line, true);
  }

  /** What the server reports of a leg as an event of the port; null if the leg is long gone. */
  translate(report: LegReport): MediaEvent | null {
    const line = this.#byNumber.get(report.leg);
    if (line === undefined) return null;
    if (report.type === 'played' && report.token === line.playing) line.playing = null;
    if (report.type === 'recorded' && report.token === line.recording?.token) line.recording = null;
    if (report.type === 'closed') this.#byNumber.delete(report.leg);
    return { ...report, leg: line.id };
  }

  /** The server lost a leg; the line is what is left of it, null if it was long gone. */
  lose(number: LegNumber): Line | null {
    const line = this.#byNumber.get(number) ?? null;
    this.#byNumber.delete(number);
    if (line !== null && this.#byPort.get(line.port) === line) this.#byPort.delete(line.port);
    return line;
  }

  /** The server is dead: forgets everything and returns all lines that were open or closing. */
  loseAll(): readonly Line[] {
    const lines = new Set([...this.#byNumber.values(), ...this.#byPort.values()]);
    this.#byNumber.clear();
    this.#byPort.clear();
    for (const line of lines) line.timer?.cancel();
    return [...lines];
  }

  /** What a lost line still owes: the ends of what it played and recorded, then its own. */
  static lastEvents({ id, playing, recording }: Line, wasOpen: boolean): readonly MediaEvent[] {
    const events: MediaEvent[] = [];
    if (playing !== null) events.push({ type: 'played', leg: id, token: playing, end: 'failed' });
    if (recording !== null) {
      events.push({ type: 'recorded', leg: id, ...recording, lengthMs: 0, soundMs: 0, end: 'failed' });
    }
    if (wasOpen) events.push({ type: 'failed', leg: id, why: 'gone' });
    else events.push({ type: 'closed', leg: id, statistics: NO_STATISTICS });
    return events;
  }

  #serve(line: Line, urgent: boolean): void {
    if (line.served) return;
    line.served = true;
    line.timer?.cancel();
    line.timer = null;
    this.#byNumber.set(line.number, line);
    const nowMs = this.#clock.now();
    const { number, port, agreement, partner } = line;
    this.#post({ do: 'open', leg: number, port, agoMs: Math.max(0, nowMs - line.lentMs) }, urgent);
    if (agreement !== null) {
      this.#post({ do: 'agree', leg: number, agreement, agoMs: Math.max(0, nowMs - line.agreedMs) }, urgent);
    }
    if (partner === null) return;
    if (partner.served) this.#post({ do: 'connect', a: number, b: partner.number }, urgent);
    else this.#serve(partner, urgent); // which connects the two
  }
}

/** Of a leg that never met the server. */
export const NO_STATISTICS: MediaStatistics = {
  codec: '',
  packetsSent: 0,
  packetsReceived: 0,
  receivedLost: 0,
  receivedJitterMs: 0,
  reportedLost: null,
  reportedJitterMs: null,
};
