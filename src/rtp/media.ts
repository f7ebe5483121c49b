import { isIPv4 } from 'node:net';
import { type Clock, TimerWheel } from '../machine/clock.js';
import type { Media, MediaEvent, Playable, RecordOptions } from '../ports/media.js';
import type { LegId, Sdp } from '../ports/signalling.js';
import { takesTelephoneEvents } from '../sdp/agreement.js';
import type { SpokenKind } from '../sdp/codec.js';
import { accept, answer, type Negotiation, newNegotiation, offer } from '../sdp/negotiation.js';
import type { Session } from '../sdp/session.js';
import type { MediaOptions, MediaSnapshot } from './media-options.js';
import type { LegNumber, Report } from './messages.js';
import { PortPool } from './port-pool.js';
import { SdpReader } from './sdp-reader.js';
import { inThreadLink, type ServerLink, workerLink } from './server-link.js';
import { type Line, NO_STATISTICS, Switchboard } from './switchboard.js';
import { udpSockets } from './udp-sockets.js';

/** The embedded media: offer and answer and the choice of ports in this thread, RTP in a worker. */
export function createMedia(options: MediaOptions): Media & { snapshot(): MediaSnapshot } {
  return new EmbeddedMedia(options);
}

type Leg = { readonly line: Line; negotiation: Negotiation };

/** An `open` of a leg that is not open, with its SDPs read. */
type Opening = { readonly id: LegId; readonly offered: Session | null; readonly like: Session | null };

const USUAL_CODECS: readonly SpokenKind[] = ['pcmu', 'pcma', 'g722'];
const USUAL_SILENT_MS = 60_000;
const USUAL_DRAIN_MS = 1000;
const RESTART_MS = 1000;
const STOP_MS = 5000;
const WARN_EVERY_MS = 60_000;

class EmbeddedMedia implements Media {
  readonly #options: MediaOptions;
  readonly #clock: Clock;
  readonly #pool: PortPool;
  readonly #reader = new SdpReader();
  readonly #switchboard: Switchboard;
  readonly #legs = new Map<LegId, Leg>();
  #waiting: Opening[] = []; // came when no port was free and more were being bound
  #link: ServerLink | null = null;
  #nextSession: number;
  #restarts = 0;
  #warnedMs = Number.NEGATIVE_INFINITY;
  #onEvent: (event: MediaEvent) => void = () => {};
  #onBound: (() => void) | null = null;
  #onStopped: (() => void) | null = null;

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new TimerWheel();
    this.#pool = new PortPool(options.portMin, options.portMax, options.drainMs ?? USUAL_DRAIN_MS);
    this.#switchboard = new Switchboard(this.#clock, (command, urgent) => this.#link?.post(command, urgent));
    this.#nextSession = this.#clock.now();
  }

  /** Resolves when the first ports are bound; rejects if there are none. */
  async start(onEvent: (event: MediaEvent) => void): Promise<void> {
    this.#onEvent = onEvent;
    await new Promise<void>((resolve) => {
      this.#onBound = resolve;
      this.#launch();
    });
    if (this.#pool.snapshot().free > 0) return;
    const { address, portMin, portMax } = this.#options;
    throw new Error(`no RTP port to bind on ${address} from ${portMin} to ${portMax}`);
  }

  /** Completes the files that are being recorded, then closes the sockets. What ends by it is still told. */
  async stop(): Promise<void> {
    const link = this.#link;
    if (link === null) return;
    for (const id of [...this.#legs.keys()]) this.close(id);
    await new Promise<void>((resolve) => {
      const deadline = this.#clock.after(STOP_MS, resolve);
      this.#onStopped = () => {
        deadline.cancel();
        resolve();
      };
      link.post({ do: 'stop' }, true);
    });
    link.terminate();
    this.#link = null;
  }

  open(id: LegId, offered: Sdp | null, like: Sdp | null): void {
    const theirs = offered === null ? null : this.#reader.read(offered);
    if (offered !== null && theirs === null) {
      this.#fail(id, 'unacceptable');
      return;
    }
    const likeSession = like === null ? null : this.#reader.read(like);
    const leg = this.#legs.get(id);
    if (leg === undefined) this.#openNew({ id, offered: theirs, like: likeSession });
    else this.#negotiate(leg, theirs, likeSession);
  }

  accept(id: LegId, answered: Sdp): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    const session = this.#reader.read(answered);
    const result = session === null ? 'unacceptable' : accept(leg.negotiation, session);
    if (result === 'unacceptable') {
      this.#fail(id, result);
      return;
    }
    const { next, agreement } = result;
    leg.negotiation = next;
    this.#switchboard.agree(leg.line, agreement);
    const telephoneEvents = takesTelephoneEvents(agreement);
    this.#onEvent({ type: 'accepted', leg: id, held: agreement.held, telephoneEvents });
  }

  connect(a: LegId, b: LegId): void {
    const legA = this.#legs.get(a);
    const legB = this.#legs.get(b);
    if (legA !== undefined && legB !== undefined) this.#switchboard.connect(legA.line, legB.line);
  }

  disconnect(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#switchboard.disconnect(leg.line);
  }

  play(id: LegId, token: string, list: readonly Playable[], repeat: boolean): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#switchboard.play(leg.line, token, list, repeat);
  }

  stopPlaying(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#switchboard.tell(leg.line, { do: 'stopPlaying', leg: leg.line.number });
  }

  sendDigits(id: LegId, digits: string): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#switchboard.sendDigits(leg.line, digits);
  }

  record(id: LegId, token: string, options: RecordOptions): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#switchboard.record(leg.line, token, options);
  }

  stopRecording(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg !== undefined) this.#switchboard.tell(leg.line, { do: 'stopRecording', leg: leg.line.number });
  }

  close(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) {
      const others = this.#waiting.filter((waiting) => waiting.id !== id);
      if (others.length < this.#waiting.length) this.#closedUnserved(id, '');
      this.#waiting = others;
      return;
    }
    this.#legs.delete(id);
    this.#pool.giveBack(leg.line.port, this.#clock.now());
    if (this.#switchboard.close(leg.line)) return;
    this.#closedUnserved(id, leg.negotiation.agreement?.codecs[0]?.name ?? '');
  }

  /** The end of a leg that the server never knew. */
  #closedUnserved(leg: LegId, codec: string): void {
    setImmediate(() => this.#onEvent({ type: 'closed', leg, statistics: { ...NO_STATISTICS, codec } }));
  }

  snapshot(): MediaSnapshot {
    const legs = [...this.#legs.values()].map(({ line, negotiation: { agreement } }) => ({
      leg: line.id,
      port: line.port,
      codec: agreement?.codecs[0]?.name ?? null,
      remote: agreement?.remote == null ? null : `${agreement.remote.address} ${agreement.remote.port}`,
      direction: agreement?.direction ?? null,
      connectedTo: line.partner?.id ?? null,
      playing: line.playing,
      recording: line.recording?.file ?? null,
    }));
    return { ports: this.#pool.snapshot(), waiting: this.#waiting.length, restarts: this.#restarts, legs };
  }

  #openNew(opening: Opening): void {
    const nowMs = this.#clock.now();
    const port = this.#pool.take(nowMs);
    this.#bindAhead(nowMs);
    if (port === null) {
      if (this.#pool.growing && this.#link !== null) this.#waiting.push(opening);
      else this.#exhausted(opening.id, nowMs);
      return;
    }
    const { address, advertised } = this.#options;
    const side = { sessionId: this.#nextSession++, address: advertised, port };
    const reach = isIPv4(address) ? 4 : address === '::' ? 'both' : 6;
    const line = this.#switchboard.add(opening.id, port);
    const leg = { line, negotiation: newNegotiation(side, reach) };
    if (this.#negotiate(leg, opening.offered, opening.like)) return;
    this.#switchboard.close(line);
    this.#pool.putBack(port);
  }

  /** False if it failed; a new leg is then not there. */
  #negotiate(leg: Leg, offered: Session | null, like: Session | null): boolean {
    const { line, negotiation } = leg;
    const result =
      offered === null
        ? offer(negotiation, like, this.#options.codecs ?? USUAL_CODECS)
        : answer(negotiation, offered, like);
    if (result === 'unacceptable') {
      this.#fail(line.id, result);
      return false;
    }
    const { next, sdp, agreement } = result;
    leg.negotiation = next;
    this.#legs.set(line.id, leg);
    if (agreement !== null) this.#switchboard.agree(line, agreement);
    const held = agreement?.held ?? false;
    const telephoneEvents = agreement === null || takesTelephoneEvents(agreement);
    this.#onEvent({ type: 'opened', leg: line.id, sdp, held, telephoneEvents });
    return true;
  }

  /** Told to the log as well, but not for every call of a rush. */
  #exhausted(leg: LegId, nowMs: number): void {
    if (nowMs - this.#warnedMs >= WARN_EVERY_MS) {
      this.#warnedMs = nowMs;
      const { portMin, portMax } = this.#options;
      this.#options.warn?.('no RTP port is free: calls are refused', { portMin, portMax, ...this.#pool.snapshot() });
    }
    this.#fail(leg, 'exhausted');
  }

  #fail(leg: LegId, why: 'unacceptable' | 'exhausted'): void {
    this.#onEvent({ type: 'failed', leg, why });
  }

  #launch(): void {
    const { address, silentMs = USUAL_SILENT_MS, random = Math.random, inThread = false, launch } = this.#options;
    const handlers = {
      onReport: (report: Report) => this.#take(report),
      onGone: (why: string) => this.#restart(why),
    };
    const data = { address, silentMs };
    if (launch !== undefined) {
      this.#link = launch(handlers);
    } else if (inThread) {
      const { sockets = udpSockets(address), monotonicMs = () => performance.now() } = this.#options;
      this.#link = inThreadLink(data, { clock: this.#clock, monotonicMs, random, sockets }, handlers);
    } else {
      this.#link = workerLink(data, handlers);
    }
    this.#bindAhead(this.#clock.now());
  }

  #bindAhead(nowMs: number): void {
    if (this.#link === null) return;
    const ports = this.#pool.wanted(nowMs);
    if (ports.length > 0) this.#link.post({ do: 'bind', ports });
  }

  #take(report: Report): void {
    switch (report.type) {
      case 'bound':
        this.#bound(report.ports);
        break;
      case 'knocked':
        this.#switchboard.knocked(report.port);
        break;
      case 'warned':
        this.#options.warn?.(report.message, report.detail);
        break;
      case 'crashed':
        this.#crashed(report.leg, report.error);
        break;
      case 'stopped':
        this.#onStopped?.();
        break;
      case 'digit':
      case 'played':
      case 'recorded':
      case 'silent':
      case 'closed': {
        const event = this.#switchboard.translate(report);
        if (event !== null) this.#onEvent(event);
      }
    }
  }

  /** Ports came; who still finds none waits on, or learns that there will be none. */
  #bound(ports: readonly number[]): void {
    this.#pool.bound(ports);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const opening of waiting) this.#openNew(opening);
    this.#bindAhead(this.#clock.now());
    if (this.#pool.snapshot().free === 0 && this.#pool.growing) return; // these were taken, the next may not be
    this.#onBound?.();
    this.#onBound = null;
  }

  /** One leg fell to an error of ours. */
  #crashed(number: LegNumber, error: string): void {
    const line = this.#switchboard.lose(number);
    if (line === null) return;
    this.#options.warn?.('media of a leg crashed', { leg: line.id, error });
    if (this.#isOpen(line)) this.#pool.giveBack(line.port, this.#clock.now());
    this.#bury(line);
  }

  /** The server died, and every leg with it. A new one is started. */
  #restart(why: string): void {
    this.#options.warn?.('media server died', { why });
    this.#link = null;
    this.#restarts++;
    this.#pool.reset();
    this.#clock.after(RESTART_MS, () => this.#launch());
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const line of this.#switchboard.loseAll()) this.#bury(line);
    for (const { id } of waiting) this.#fail(id, 'exhausted');
  }

  #bury(line: Line): void {
    const wasOpen = this.#isOpen(line);
    if (wasOpen) this.#legs.delete(line.id);
    for (const event of Switchboard.lastEvents(line, wasOpen)) this.#onEvent(event);
  }

  #isOpen(line: Line): boolean {
    return this.#legs.get(line.id)?.line === line;
  }
}
