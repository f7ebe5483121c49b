import type { Clock } from '../machine/clock.js';
import type { Digit, MediaEvent, MediaStatistics, Playable, RecordOptions } from '../ports/media.js';
import type { LegId, Sdp } from '../ports/signalling.js';
import { type Agreement, takesTelephoneEvents } from '../sdp/agreement.js';
import type { SpokenKind } from '../sdp/codec.js';
import { accept, answer, type Negotiation, newNegotiation, offer } from '../sdp/negotiation.js';
import type { Session } from '../sdp/session.js';
import type { Channel, ChannelUser } from './channel.js';
import type { Connection } from './connection.js';
import { Displacements } from './displacements.js';
import { agreedSdp, blankSdp, endpointOf } from './endpoint-sdp.js';
import type { MediaServer } from './media-server.js';
import type { MusicProgrammes } from './music-programme.js';
import { Playback } from './playback.js';
import { Recording } from './recording.js';
import { NO_STATISTICS, statisticsOf } from './statistics.js';

type FailureCause = Extract<MediaEvent, { type: 'failed' }>['why'];

/** What a leg needs of the adapter. */
export interface MediaHost {
  readonly clock: Clock;
  readonly preference: readonly SpokenKind[];
  readonly silentMs: number;
  readonly programmes: MusicProgrammes;
  report(event: MediaEvent): void;
  /** The leg is open no more, and nobody has asked for it. */
  gone(leg: MediaLeg): void;
}

/** Headers of our INVITEs to FreeSWITCH and how its dialplan takes them up: docs/drachtio.md. */
const TIMEOUT_HEADER = 'X-media-timeout';
/** A leg that is held may send nothing, for hours if it likes. [ms] */
const HELD_TIMEOUT_MS = 80_000_000;
const SETTINGS = [
  'hold_music=silence',
  // Else FreeSWITCH may end who is held when it takes the bridge apart that we park both legs of.
  'hold_hangup_xfer_exten=park:inline',
  'playback_terminators=none',
  'park_after_bridge=true',
  'hangup_after_bridge=false',
  `media_hold_timeout=${HELD_TIMEOUT_MS}`,
].join(';');
const DIGIT_MS = 100;
/** fsmrf wants a profile with an IPv4 address, which sends to IPv4 alone: a party that is elsewhere is refused. */
export const REACH = 4;
const ANY = { sessionId: 1, address: '127.0.0.1', port: 9 };

/** One leg on a channel of FreeSWITCH. */
export class MediaLeg implements ChannelUser {
  readonly id: LegId;
  readonly server: MediaServer;
  /** SDPs that it has to do with. */
  readonly known = new Set<Sdp>();
  /** Bridges and parks of this leg, one after the other. */
  tail: Promise<void> = Promise.resolve();
  connection: Connection | null = null;
  /** Resolves when FreeSWITCH knows the party, or the leg is over: until then it cannot be bridged. */
  readonly agreed: Promise<void>;
  readonly #host: MediaHost;
  readonly #sessionId: number;
  #channel: Channel | null = null;
  #negotiation: Negotiation | null = null;
  /** What FreeSWITCH was told last. */
  #told = { sdp: '', timeoutMs: 0 };
  #party: { readonly agreement: Agreement; readonly theirs: Session } | null = null;
  #isExpected = true;
  #playback: Playback | null = null;
  #recording: Recording | null = null;
  #reported: { readonly lost: number; readonly jitterMs: number } | null = null;
  #isClosed = false;
  #settleAgreed: () => void = () => {};

  constructor(id: LegId, server: MediaServer, host: MediaHost, sessionId: number) {
    this.id = id;
    this.server = server;
    this.#host = host;
    this.#sessionId = sessionId;
    this.agreed = new Promise((resolve) => {
      this.#settleAgreed = resolve;
    });
  }

  get channel(): Channel | null {
    return this.#channel;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get codec(): string {
    return this.#negotiation?.agreement?.codecs[0]?.name ?? '';
  }

  /** Opens the channel; `busy`: this server does not take it, another may. */
  async open(theirs: Session | null, like: Session | null): Promise<'open' | 'unacceptable' | 'busy'> {
    const trial = theirs === null ? null : answer(newNegotiation(ANY, REACH), theirs, like);
    if (trial === 'unacceptable') return 'unacceptable';
    const { address } = this.server;
    const sdp = theirs === null || trial === null ? blankSdp(address) : agreedSdp(trial.agreement, theirs, address);
    const timeoutMs = this.#timeoutMs(trial?.agreement ?? null);
    const channel = await this.server.open(sdp, { [TIMEOUT_HEADER]: `${timeoutMs}` });
    if (typeof channel === 'string') return channel;
    const side = endpointOf(channel.answer);
    if (this.#isClosed || side === null) {
      this.server.release(channel);
      return side === null ? 'unacceptable' : 'open';
    }
    this.#take(channel);
    this.#told = { sdp, timeoutMs };
    if (theirs !== null && trial !== null) {
      this.#party = { agreement: trial.agreement, theirs };
      this.#settleAgreed();
    }
    this.#negotiation = newNegotiation({ sessionId: this.#sessionId, ...side }, REACH);
    return this.#describe(theirs, like) ? 'open' : 'unacceptable';
  }

  /** Negotiates anew. */
  async reopen(theirs: Session | null, like: Session | null): Promise<void> {
    const negotiation = this.#negotiation;
    if (negotiation === null) return;
    if (theirs !== null) {
      const result = answer(negotiation, theirs, like);
      if (result === 'unacceptable') {
        this.#fail('unacceptable');
        return;
      }
      if (!(await this.#tell(result.agreement, theirs)) || this.#isClosed) return;
    }
    this.#describe(theirs, like);
  }

  async accept(session: Session | null): Promise<void> {
    const negotiation = this.#negotiation;
    if (negotiation === null) return;
    const result = session === null ? 'unacceptable' : accept(negotiation, session);
    if (session === null || result === 'unacceptable') {
      this.#fail('unacceptable');
      return;
    }
    const { next, agreement } = result;
    if (!(await this.#tell(agreement, session)) || this.#isClosed) return;
    this.#negotiation = { ...next, side: this.#negotiation?.side ?? next.side };
    const { held } = agreement;
    this.#host.report({ type: 'accepted', leg: this.id, held, telephoneEvents: takesTelephoneEvents(agreement) });
  }

  play(token: string, list: readonly Playable[], repeat: boolean): void {
    this.#playback?.start(token, list, repeat);
  }

  stopPlaying(): void {
    this.#playback?.end('stopped');
  }

  sendDigits(digits: string): void {
    const agreement = this.#negotiation?.agreement ?? null;
    if (agreement === null || !takesTelephoneEvents(agreement) || !/^[0-9*#A-D]+$/.test(digits)) return;
    void this.#channel?.command(`uuid_send_dtmf ${this.#channel.uuid} ${digits}@${DIGIT_MS}`);
  }

  record(token: string, options: RecordOptions): void {
    const channel = this.#channel;
    if (channel === null) return;
    const before = this.#recording;
    before?.stop('stopped');
    const path = this.server.pathOf(options.file);
    const recording = new Recording(token, options, channel, path, this.#host.clock, async (recorded) => {
      if (this.#recording === recording) this.#recording = null;
      await before?.reported; // in the order of the recordings
      this.#host.report({ type: 'recorded', leg: this.id, ...recorded });
    });
    this.#recording = recording;
  }

  stopRecording(): void {
    this.#recording?.stop('stopped');
  }

  /** `closed` follows when its file is complete. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#settleAgreed();
    this.#playback?.end('stopped');
    this.#recording?.stop('closed');
    await this.#recording?.reported;
    const statistics = await this.#statistics();
    if (this.#channel !== null) this.server.release(this.#channel);
    this.#host.report({ type: 'closed', leg: this.id, statistics });
  }

  digit(digit: Digit, durationMs: number): void {
    if (this.#isClosed) return;
    const recording = this.#recording; // not the one that the report may lead to
    this.#host.report({ type: 'digit', leg: this.id, digit, durationMs });
    if (recording?.options.terminators.includes(digit) === true) recording.stop('digit');
  }

  displaced(target: string): void {
    this.#playback?.displaced(target);
  }

  recordingStopped(path: string, cause: string): void {
    this.#recording?.stopped(path, cause);
  }

  reported(lost: number, jitterMs: number): void {
    this.#reported = { lost, jitterMs };
  }

  gone(cause: string): void {
    this.#recording?.fail();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#settleAgreed();
    this.#playback?.end('failed');
    const { silentMs } = this.#host;
    if (cause === 'MEDIA_TIMEOUT') this.#host.report({ type: 'silent', leg: this.id, sinceMs: silentMs });
    this.#host.gone(this);
    void (this.#recording?.reported ?? Promise.resolve()).then(() => this.#fail('gone'));
  }

  #take(channel: Channel): void {
    this.#channel = channel;
    channel.user = this;
    const pathOf = (file: string) => this.server.pathOf(file);
    this.#playback = new Playback(
      new Displacements(channel, pathOf, this.#host.clock),
      this.#host.programmes,
      (token, end) => this.#host.report({ type: 'played', leg: this.id, token, end }),
    );
    void channel.command(`uuid_setvar_multi ${channel.uuid} ${SETTINGS}`);
  }

  /** Our SDP, for what was agreed or is offered. */
  #describe(theirs: Session | null, like: Session | null): boolean {
    const state = this.#negotiation;
    if (state === null) return false;
    const result = theirs === null ? offer(state, like, this.#host.preference) : answer(state, theirs, like);
    if (result === 'unacceptable') return false;
    this.#negotiation = result.next;
    const { sdp, agreement } = result;
    this.#host.report({
      type: 'opened',
      leg: this.id,
      sdp,
      held: agreement?.held ?? false,
      telephoneEvents: agreement === null || takesTelephoneEvents(agreement),
    });
    return true;
  }

  /**
   * Whether the party is to send RTP. When it is held by the other party of its call it may stop, and FreeSWITCH, which
   * ends who falls silent, does not know of that hold.
   */
  async expect(isExpected: boolean): Promise<void> {
    this.#isExpected = isExpected;
    const party = this.#party;
    if (party !== null && !this.#isClosed) await this.#tell(party.agreement, party.theirs);
  }

  /** Brings FreeSWITCH to what was agreed; false if it cannot, which is reported. */
  async #tell(agreement: Agreement, theirs: Session): Promise<boolean> {
    const channel = this.#channel;
    const sdp = agreedSdp(agreement, theirs, this.server.address);
    const timeoutMs = this.#timeoutMs(agreement);
    if (channel === null || (this.#told.sdp === sdp && this.#told.timeoutMs === timeoutMs)) {
      this.#settleAgreed();
      return true;
    }
    // Before the re-INVITE, which goes another way.
    await channel.command(`uuid_setvar ${channel.uuid} media_timeout ${timeoutMs}`);
    const answer = await channel.reinvite(sdp);
    if (this.#isClosed) return false;
    const side = answer === null || answer === 'refused' ? null : endpointOf(answer);
    if (side === null) {
      if (answer === null) channel.abandon();
      else this.#fail('unacceptable');
      return false;
    }
    this.#told = { sdp, timeoutMs };
    this.#party = { agreement, theirs };
    this.#settleAgreed();
    if (this.#negotiation !== null) {
      this.#negotiation = { ...this.#negotiation, side: { sessionId: this.#sessionId, ...side } };
    }
    return true;
  }

  /** How long FreeSWITCH waits for RTP of the party; it takes a new value at its next answer. */
  #timeoutMs(agreement: Agreement | null): number {
    const isExpected = this.#isExpected && agreement?.direction === 'sendrecv';
    return isExpected ? this.#host.silentMs : HELD_TIMEOUT_MS;
  }

  async #statistics(): Promise<MediaStatistics> {
    const channel = this.#channel;
    if (channel === null || channel.isGone) return { ...NO_STATISTICS, codec: this.codec };
    void channel.command(`uuid_set_media_stats ${channel.uuid}`);
    const dump = await channel.command(`uuid_dump ${channel.uuid}`);
    const measured = statisticsOf(dump ?? '', this.codec);
    const { lost, jitterMs } = this.#reported ?? { lost: null, jitterMs: null };
    return { ...measured, reportedLost: lost, reportedJitterMs: jitterMs };
  }

  #fail(why: FailureCause): void {
    this.#host.report({ type: 'failed', leg: this.id, why });
  }
}
