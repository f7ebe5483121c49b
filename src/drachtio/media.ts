import type { Clock } from '../machine/clock.js';
import type { Media, MediaEvent, Playable, RecordOptions } from '../ports/media.js';
import type { LegId, Sdp } from '../ports/signalling.js';
import type { SpokenKind } from '../sdp/codec.js';
import { answer, newNegotiation } from '../sdp/negotiation.js';
import { isSdpError, parseSession, type Session } from '../sdp/session.js';
import { Connection } from './connection.js';
import { withoutUnknown } from './endpoint-sdp.js';
import { type MediaHost, MediaLeg, REACH } from './media-leg.js';
import { MediaPool } from './media-pool.js';
import { type CreateUac, MediaServer, type MediaServerOptions, type MediaServerState } from './media-server.js';
import { MusicProgrammes } from './music-programme.js';

export type FreeSwitchMediaOptions = {
  /** At least one. */
  readonly servers: readonly MediaServerOptions[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** How INVITEs reach FreeSWITCH. */
  readonly createUAC: CreateUac;
  /** A server came up or went down. */
  readonly onServer: (status: MediaServerStatus) => void;
  /** A fault of this program, and the leg it was met in, which is gone by it. */
  readonly onDefect: (error: unknown, context: unknown) => void;
  /** Order of our offers where the other party expresses none; PCMU, PCMA, G.722. */
  readonly preference?: readonly SpokenKind[];
  /** Codecs that every FreeSWITCH has, by their names in SDP; PCMU, PCMA, G722, opus. Others are not passed through. */
  readonly codecs?: readonly string[];
  /** RTP timeout; 60 s. */
  readonly silentMs?: number;
};

export type MediaServerStatus = {
  /** `host:port` of its event socket. */
  readonly name: string;
  readonly state: MediaServerState;
  readonly isDraining: boolean;
  readonly legs: number;
  readonly maxLegs: number;
  readonly weight: number;
  /** Its SIP address, or why it is not up. */
  readonly detail: string;
};

const USUAL_PREFERENCE: readonly SpokenKind[] = ['pcmu', 'pcma', 'g722'];
const USUAL_CODECS = ['PCMU', 'PCMA', 'G722', 'opus'];
const USUAL_SILENT_MS = 60_000;

/** Media by FreeSWITCH, one or several. */
export class FreeSwitchMedia implements Media, MediaHost {
  readonly clock: Clock;
  readonly preference: readonly SpokenKind[];
  readonly silentMs: number;
  readonly programmes: MusicProgrammes;
  readonly #pool: MediaPool;
  readonly #codecs: ReadonlySet<string>;
  readonly #legs = new Map<LegId, MediaLeg>();
  readonly #details = new Map<MediaServer, string>();
  readonly #onDefect: FreeSwitchMediaOptions['onDefect'];
  #nextSession: number;
  #onEvent: (event: MediaEvent) => void = () => {};

  constructor(options: FreeSwitchMediaOptions) {
    const { clock, createUAC, onServer, preference, codecs = USUAL_CODECS, silentMs } = options;
    this.clock = clock;
    this.programmes = new MusicProgrammes(options.random);
    this.#onDefect = options.onDefect;
    this.preference = preference ?? USUAL_PREFERENCE;
    this.silentMs = silentMs ?? USUAL_SILENT_MS;
    this.#codecs = new Set(codecs.map((name) => name.toLowerCase()));
    this.#nextSession = clock.now();
    const changed = (server: MediaServer, detail: string) => {
      this.#details.set(server, detail);
      onServer(this.#statusOf(server));
    };
    this.#pool = new MediaPool(options.servers.map((each) => new MediaServer(each, clock, createUAC, changed)));
  }

  /** Resolves when every server has been tried once. Those that are not there yet are tried again and again. */
  async start(onEvent: (event: MediaEvent) => void): Promise<void> {
    this.#onEvent = onEvent;
    await Promise.all(this.#pool.servers.map((server) => server.start()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#legs.values()].map((leg) => leg.close()));
    this.#legs.clear();
    this.#onEvent = () => {};
    await Promise.all(this.#pool.servers.map((server) => server.stop()));
  }

  status(): readonly MediaServerStatus[] {
    return this.#pool.servers.map((server) => this.#statusOf(server));
  }

  /** Takes a server out of use, or back into it: its legs go on, new ones go elsewhere. False if there is none of that name. */
  drain(name: string, isDraining: boolean): boolean {
    const server = this.#pool.servers.find((each) => each.name === name);
    if (server !== undefined) server.isDraining = isDraining;
    return server !== undefined;
  }

  open(id: LegId, offered: Sdp | null, like: Sdp | null): void {
    const theirs = offered === null ? null : this.#read(offered);
    if (offered !== null && theirs === null) {
      this.report({ type: 'failed', leg: id, why: 'unacceptable' });
      return;
    }
    const likeSession = like === null ? null : this.#read(like);
    const leg = this.#legs.get(id);
    if (leg !== undefined) {
      this.#watch(leg, leg.reopen(theirs, likeSession));
      return;
    }
    if (theirs !== null && answer(newNegotiation(NOWHERE, REACH), theirs, likeSession) === 'unacceptable') {
      this.report({ type: 'failed', leg: id, why: 'unacceptable' });
      return;
    }
    const known = [like, offered].filter((sdp) => sdp !== null);
    this.#openOn(this.#pool.candidates(known), id, theirs, likeSession, known);
  }

  accept(id: LegId, answered: Sdp): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#know(leg, answered);
    this.#watch(leg, leg.accept(this.#read(answered)));
  }

  connect(a: LegId, b: LegId): void {
    const legA = this.#legs.get(a);
    const legB = this.#legs.get(b);
    if (legA === undefined || legB === undefined) return;
    this.disconnect(a);
    this.disconnect(b);
    const connection = new Connection(legA, legB);
    legA.connection = connection;
    legB.connection = connection;
    this.#inTurn(connection, async () => {
      await Promise.all([legA.expect(true), legB.expect(true)]);
      await connection.open();
    });
  }

  disconnect(id: LegId): void {
    const connection = this.#legs.get(id)?.connection ?? null;
    if (connection === null) return;
    connection.a.connection = null;
    connection.b.connection = null;
    this.#inTurn(connection, async () => {
      await connection.close();
      await Promise.all([connection.a.expect(false), connection.b.expect(false)]);
    });
  }

  play(id: LegId, token: string, list: readonly Playable[], repeat: boolean): void {
    this.#legs.get(id)?.play(token, list, repeat);
  }

  stopPlaying(id: LegId): void {
    this.#legs.get(id)?.stopPlaying();
  }

  sendDigits(id: LegId, digits: string): void {
    this.#legs.get(id)?.sendDigits(digits);
  }

  record(id: LegId, token: string, options: RecordOptions): void {
    this.#legs.get(id)?.record(token, options);
  }

  stopRecording(id: LegId): void {
    this.#legs.get(id)?.stopRecording();
  }

  close(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.gone(leg);
    this.#watch(leg, leg.close());
  }

  report(event: MediaEvent): void {
    this.#onEvent(event);
  }

  /** Commands to it are nothing from here on. FreeSWITCH parks whom it was connected to. */
  gone(leg: MediaLeg): void {
    if (this.#legs.get(leg.id) === leg) this.#legs.delete(leg.id);
    const { connection } = leg;
    if (connection !== null) {
      connection.otherThan(leg).connection = null;
      leg.connection = null;
      connection.end();
    }
    for (const sdp of leg.known) this.#pool.forget(sdp);
    leg.known.clear();
  }

  /** Tries one server after the other. */
  #openOn(
    [server, ...others]: readonly MediaServer[],
    id: LegId,
    theirs: Session | null,
    like: Session | null,
    known: readonly Sdp[],
  ): void {
    if (server === undefined) {
      this.report({ type: 'failed', leg: id, why: 'exhausted' });
      return;
    }
    const leg = new MediaLeg(id, server, this, this.#nextSession++);
    this.#legs.set(id, leg);
    for (const sdp of known) this.#know(leg, sdp);
    const opening = leg.open(theirs, like).then((result) => {
      if (result === 'open' || leg.isClosed) return;
      this.gone(leg);
      if (result === 'busy') this.#openOn(others, id, theirs, like, known);
      else this.report({ type: 'failed', leg: id, why: 'unacceptable' });
    });
    this.#watch(leg, opening);
  }

  /** A defect ends its leg and is told; no other leg notices. */
  #watch(leg: MediaLeg, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#onDefect(error, { leg: leg.id, server: leg.server.name });
      leg.gone('');
    });
  }

  #know(leg: MediaLeg, sdp: Sdp): void {
    if (leg.known.has(sdp)) return;
    leg.known.add(sdp);
    this.#pool.remember(sdp, leg.server);
  }

  /** After whatever the legs are being bridged or parked for now, and not before their parties are known. */
  #inTurn({ a, b }: Connection, work: () => Promise<void>): void {
    const turn = Promise.all([a.tail, b.tail, a.agreed, b.agreed]).then(work);
    for (const leg of [a, b]) {
      leg.tail = turn;
      this.#watch(leg, turn);
    }
  }

  #read(sdp: Sdp): Session | null {
    const parsed = parseSession(sdp);
    return isSdpError(parsed) ? null : withoutUnknown(parsed, this.#codecs);
  }

  #statusOf(server: MediaServer): MediaServerStatus {
    const { name, state, isDraining, legs, maxLegs, weight } = server;
    return { name, state, isDraining, legs, maxLegs, weight, detail: this.#details.get(server) ?? '' };
  }
}

const NOWHERE = { sessionId: 1, address: '127.0.0.1', port: 9 };
