import { isIPv4 } from 'node:net';
import { type Clock, TimerWheel } from '../machine/clock.js';
import type { Media, MediaEvent, MediaStatistics, Playable, RecordOptions } from '../ports/media.js';
import type { LegId, Sdp } from '../ports/signalling.js';
import { type Agreement, takesTelephoneEvents } from '../sdp/agreement.js';
import type { SpokenKind } from '../sdp/codec.js';
import { accept, answer, type Negotiation, newNegotiation, offer } from '../sdp/negotiation.js';
import type { Session } from '../sdp/session.js';
import type { MediaOptions, MediaSnapshot } from './media-options.js';
import type { Command, LegNumber, LegReport, Report } from './messages.js';
import { PortPool } from './port-pool.js';
import { SdpReader } from './sdp-reader.js';
import { inThreadLink, type ServerLink, workerLink } from './server-link.js';
import { udpSockets } from './udp-sockets.js';

/** The embedded media: offer and answer and the choice of ports in this thread, RTP in a worker. */
export function createMedia(options: MediaOptions): Media & { snapshot(): MediaSnapshot } {
  return new EmbeddedMedia(options);
}

type Leg = {
  readonly id: LegId;
  readonly number: LegNumber;
  readonly port: number;
  negotiation: Negotiation;
  /** The server knows it: from its first command on. */
  served: boolean;
  /** What the server still owes an end of. */
  playing: string | null;
  recording: { readonly token: string; readonly file: string } | null;
};

/** An `open` that came when no port was free and more were being bound. */
type Waiting = { readonly id: LegId; readonly offered: Session | null; readonly like: Session | null };

const USUAL_CODECS: readonly SpokenKind[] = ['pcmu', 'pcma', 'g722'];
const USUAL_SILENT_MS = 60_000;
const USUAL_DRAIN_MS = 1000;
const RESTART_MS = 1000;
const STOP_MS = 5000;

class EmbeddedMedia implements Media {
  readonly #options: MediaOptions;
  readonly #clock: Clock;
  readonly #pool: PortPool;
  readonly #reader = new SdpReader();
  readonly #legs = new Map<LegId, Leg>();
  readonly #numbered = new Map<LegNumber, Leg>(); // also those that are closing
  #waiting: Waiting[] = [];
  #link: ServerLink | null = null;
  #nextNumber = 1;
  #nextSession: number;
  #restarts = 0;
  #onEvent: (event: MediaEvent) => void = () => {};
  #onBound: (() => void) | null = null;
  #onStopped: (() => void) | null = null;

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new TimerWheel();
    this.#pool = new PortPool(options.portMin, options.portMax, options.drainMs ?? USUAL_DRAIN_MS);
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
    await new Promise<void>((resolve) => {
      const deadline = this.#clock.after(STOP_MS, resolve);
      this.#onStopped = () => {
        deadline.cancel();
        resolve();
      };
      link.post({ do: 'stop' });
    });
    link.terminate();
    this.#link = null;
    this.#legs.clear();
    this.#numbered.clear();
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
    leg.negotiation = result.next;
    this.#agree(leg, result.agreement);
    const telephoneEvents = takesTelephoneEvents(result.agreement);
    this.#onEvent({ type: 'accepted', leg: id, held: result.agreement.held, telephoneEvents });
  }

  connect(a: LegId, b: LegId): void {
    const legA = this.#legs.get(a);
    const legB = this.#legs.get(b);
    if (legA === undefined || legB === undefined) return;
    this.#serve(legA);
    this.#serve(legB);
    this.#post({ do: 'connect', a: legA.number, b: legB.number });
  }

  disconnect(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg?.served === true) this.#post({ do: 'disconnect', leg: leg.number });
  }

  play(id: LegId, token: string, list: readonly Playable[], repeat: boolean): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#serve(leg);
    leg.playing = token;
    this.#post({ do: 'play', leg: leg.number, token, list, repeat });
  }

  stopPlaying(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg?.served === true) this.#post({ do: 'stopPlaying', leg: leg.number });
  }

  sendDigits(id: LegId, digits: string): void {
    const leg = this.#legs.get(id);
    if (leg?.served === true) this.#post({ do: 'sendDigits', leg: leg.number, digits });
  }

  record(id: LegId, token: string, options: RecordOptions): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#serve(leg);
    leg.recording = { token, file: options.file };
    this.#post({ do: 'record', leg: leg.number, token, options });
  }

  stopRecording(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg?.served === true) this.#post({ do: 'stopRecording', leg: leg.number });
  }

  close(id: LegId): void {
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((waiting) => waiting.id !== id);
    const leg = this.#legs.get(id);
    if (leg === undefined) return;
    this.#legs.delete(id);
    if (this.#link !== null) this.#pool.giveBack(leg.port, this.#clock.now());
    if (leg.served) this.#post({ do: 'close', leg: leg.number });
    else setImmediate(() => this.#onEvent({ type: 'closed', leg: id, statistics: NO_STATISTICS }));
  }

  snapshot(): MediaSnapshot {
    const legs = [...this.#legs.values()].map((leg) => {
      const { agreement } = leg.negotiation;
      return {
        leg: leg.id,
        port: leg.port,
        codec: agreement?.codecs[0]?.name ?? null,
        remote: agreement?.remote == null ? null : `${agreement.remote.address} ${agreement.remote.port}`,
        direction: agreement?.direction ?? null,
        playing: leg.playing,
        recording: leg.recording?.file ?? null,
      };
    });
    return { ports: this.#pool.snapshot(), waiting: this.#waiting.length, restarts: this.#restarts, legs };
  }

  #openNew(waiting: Waiting): void {
    const nowMs = this.#clock.now();
    const port = this.#pool.take(nowMs);
    this.#bindAhead(nowMs);
    if (port === null) {
      if (this.#pool.growing && this.#link !== null) this.#waiting.push(waiting);
      else this.#fail(waiting.id, 'exhausted');
      return;
    }
    const { address, advertised } = this.#options;
    const side = { sessionId: this.#nextSession++, address: advertised, port };
    const reach = isIPv4(address) ? 4 : address === '::' ? 'both' : 6;
    const leg: Leg = {
      id: waiting.id,
      number: this.#nextNumber++,
      port,
      negotiation: newNegotiation(side, reach),
      served: false,
      playing: null,
      recording: null,
    };
    if (!this.#negotiate(leg, waiting.offered, waiting.like)) this.#pool.putBack(port);
  }

  /** False if it failed; a new leg is then not there. */
  #negotiate(leg: Leg, offered: Session | null, like: Session | null): boolean {
    const result =
      offered === null
        ? offer(leg.negotiation, like, this.#options.codecs ?? USUAL_CODECS)
        : answer(leg.negotiation, offered, like);
    if (result === 'unacceptable') {
      this.#fail(leg.id, result);
      return false;
    }
    const { next, sdp, agreement } = result;
    leg.negotiation = next;
    this.#legs.set(leg.id, leg);
    if (agreement !== null) this.#agree(leg, agreement);
    const held = agreement?.held ?? false;
    const telephoneEvents = agreement === null || takesTelephoneEvents(agreement);
    this.#onEvent({ type: 'opened', leg: leg.id, sdp, held, telephoneEvents });
    return true;
  }

  #agree(leg: Leg, agreement: Agreement): void {
    this.#serve(leg);
    this.#post({ do: 'agree', leg: leg.number, agreement });
  }

  /** A leg costs the server nothing until there is something to hear or to do: most offered legs end before. */
  #serve(leg: Leg): void {
    if (leg.served) return;
    leg.served = true;
    this.#numbered.set(leg.number, leg);
    this.#post({ do: 'open', leg: leg.number, port: leg.port });
  }

  #post(command: Command): void {
    this.#link?.post(command);
  }

  #fail(leg: LegId, why: 'unacceptable' | 'exhausted' | 'gone'): void {
    this.#onEvent({ type: 'failed', leg, why });
  }

  #launch(): void {
    const { address, silentMs = USUAL_SILENT_MS, random = Math.random, inThread = false } = this.#options;
    const handlers = {
      onReport: (report: Report) => this.#take(report),
      onGone: (why: string) => this.#restart(why),
    };
    const data = { address, silentMs };
    if (this.#options.launch !== undefined) {
      this.#link = this.#options.launch(handlers);
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
    if (ports.length > 0) this.#post({ do: 'bind', ports });
  }

  #take(report: Report): void {
    switch (report.type) {
      case 'bound':
        this.#pool.bound(report.ports);
        this.#onBound?.();
        this.#onBound = null;
        this.#serveWaiting();
        this.#bindAhead(this.#clock.now());
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
      case 'closed':
        this.#pass(report);
    }
  }

  /** Ports came; who still finds none waits on or learns that there will be none. */
  #serveWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const open of waiting) this.#openNew(open);
  }

  #pass(report: LegReport): void {
    const leg = this.#numbered.get(report.leg);
    if (leg === undefined) return;
    if (report.type === 'played' && report.token === leg.playing) leg.playing = null;
    if (report.type === 'recorded' && report.token === leg.recording?.token) leg.recording = null;
    if (report.type === 'closed') this.#numbered.delete(report.leg);
    this.#onEvent({ ...report, leg: leg.id });
  }

  /** One leg fell to an error of ours. */
  #crashed(number: LegNumber, error: string): void {
    const leg = this.#numbered.get(number);
    if (leg === undefined) return;
    this.#options.warn?.('media of a leg crashed', { leg: leg.id, error });
    this.#numbered.delete(number);
    const open = this.#legs.get(leg.id) === leg;
    if (open) {
      this.#legs.delete(leg.id);
      this.#pool.giveBack(leg.port, this.#clock.now());
    }
    this.#bury(leg, open);
  }

  /** The server died: every leg with it, and what it owed is told in its place. A new one is started. */
  #restart(why: string): void {
    this.#options.warn?.('media server died', { why });
    this.#link = null;
    this.#restarts++;
    const legs = new Set([...this.#numbered.values(), ...this.#legs.values()]);
    const open = new Set(this.#legs.values());
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#legs.clear();
    this.#numbered.clear();
    this.#pool.reset();
    this.#clock.after(RESTART_MS, () => this.#launch());
    for (const leg of legs) this.#bury(leg, open.has(leg));
    for (const { id } of waiting) this.#fail(id, 'exhausted');
  }

  #bury({ id, playing, recording }: Leg, open: boolean): void {
    if (playing !== null) this.#onEvent({ type: 'played', leg: id, token: playing, end: 'failed' });
    if (recording !== null) {
      this.#onEvent({ type: 'recorded', leg: id, ...recording, lengthMs: 0, soundMs: 0, end: 'failed' });
    }
    if (open) this.#fail(id, 'gone');
    else this.#onEvent({ type: 'closed', leg: id, statistics: NO_STATISTICS });
  }
}

const NO_STATISTICS: MediaStatistics = {
  codec: '',
  packetsSent: 0,
  packetsReceived: 0,
  receivedLost: 0,
  receivedJitterMs: 0,
  reportedLost: null,
  reportedJitterMs: null,
};
