import type { Media, MediaEvent, MediaStatistics, Playable, RecordOptions } from '../ports/media.js';
import type { LegId, Sdp, Signalling } from '../ports/signalling.js';
import { type DirectLeg, isOver, isPlain, joined, newDirectLeg } from './direct-leg.js';
import { type DirectSignalling, directSignalling } from './direct-signalling.js';

/** What has to be known of SDPs (sdp/continuation.ts). */
export type SdpTurns = {
  readonly continued: (before: Sdp, next: Sdp) => Sdp;
  readonly redirected: (before: Sdp, party: Sdp) => Sdp | null;
  readonly sameSpeech: (one: Sdp, other: Sdp) => boolean;
};

/** A command of the switch that waits until these legs are anchored. */
type Waiting = { readonly legs: readonly DirectLeg[]; readonly run: () => void; readonly drop: () => void };

const NO_STATISTICS: MediaStatistics = {
  codec: '',
  packetsSent: 0,
  packetsReceived: 0,
  receivedLost: 0,
  receivedJitterMs: 0,
  reportedLost: null,
  reportedJitterMs: null,
};

/**
 * Between the switch and its two ports, for speech that goes past us: two connected legs that need nothing of ours are
 * told of each other by re-INVITEs (RFC 3725 §4) and leave the media port. Whatever the switch then wants of one of them
 * waits until both are back in it. The switch sees two ports as they always are.
 */
export class DirectMedia implements Media {
  readonly signalling: Signalling;
  readonly #wire: DirectSignalling;
  readonly #media: Media;
  readonly #turns: SdpTurns;
  readonly #legs = new Map<LegId, DirectLeg>();
  #waiting: Waiting[] = [];
  #report: (event: MediaEvent) => void = () => {};

  constructor(signalling: Signalling, media: Media, turns: SdpTurns) {
    this.#media = media;
    this.#turns = turns;
    this.#wire = directSignalling(signalling, turns, {
      leg: (id) => this.#legs.get(id),
      began: (leg) => this.#legs.set(leg.id, leg),
      settled: (leg) => this.#tryToMove(leg),
      agreed: (leg, answer) => this.#agreed(leg, answer),
      refused: (leg) => this.#refused(leg),
      ended: (leg) => this.#forget(leg),
    });
    this.signalling = this.#wire.port;
  }

  async start(onEvent: (event: MediaEvent) => void): Promise<void> {
    this.#report = onEvent;
    await this.#media.start((event) => this.#onMedia(event));
  }

  async stop(): Promise<void> {
    await this.#media.stop();
  }

  open(id: LegId, offer: Sdp | null, like: Sdp | null): void {
    const leg = this.#legs.get(id) ?? newDirectLeg(id, {});
    this.#legs.set(id, leg);
    leg.asked.push('switch');
    leg.isOpen = true;
    if (leg.place === 'away') leg.place = 'returning';
    if (leg.place === 'moving') leg.recalled = true;
    if (leg.partner !== null) this.#bringBack(leg.partner);
    this.#media.open(id, offer, like);
  }

  accept(id: LegId, answer: Sdp): void {
    this.#media.accept(id, answer);
  }

  connect(a: LegId, b: LegId): void {
    const [one, other] = [this.#legs.get(a), this.#legs.get(b)];
    if (one === undefined || other === undefined || one === other) return this.#media.connect(a, b);
    if (one.partner === other && other.partner === one && one.place !== 'anchored') return;
    for (const leg of [one, other]) this.#part(leg);
    one.partner = other;
    other.partner = one;
    one.stubborn = false;
    other.stubborn = false;
    this.#anchored([one, other], () => {
      if (one.partner === other) this.#media.connect(a, b);
      this.#tryToMove(one);
    });
  }

  disconnect(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined || leg.partner === null) return this.#media.disconnect(id);
    this.#part(leg);
    this.#anchored([leg], () => this.#media.disconnect(id));
  }

  play(id: LegId, token: string, list: readonly Playable[], repeat: boolean): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return this.#media.play(id, token, list, repeat);
    if (leg.partner !== null) this.#bringBack(leg.partner);
    const run = () => {
      leg.playing = token;
      this.#media.play(id, token, list, repeat);
    };
    this.#anchored([leg], run, () => this.#report({ type: 'played', leg: id, token, end: 'stopped' }));
  }

  stopPlaying(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return this.#media.stopPlaying(id);
    if (leg.place === 'anchored' || this.#isAwaited(leg)) this.#anchored([leg], () => this.#media.stopPlaying(id));
  }

  sendDigits(id: LegId, digits: string): void {
    const isPastUs = this.#legs.get(id)?.isOpen === false;
    if (isPastUs) this.#wire.sendDigits(id, digits);
    else this.#media.sendDigits(id, digits);
  }

  record(id: LegId, token: string, options: RecordOptions): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return this.#media.record(id, token, options);
    if (leg.partner !== null) this.#bringBack(leg.partner);
    const run = () => {
      leg.recording = token;
      this.#media.record(id, token, options);
    };
    const { file } = options;
    this.#anchored([leg], run, () =>
      this.#report({ type: 'recorded', leg: id, token, file, lengthMs: 0, soundMs: 0, end: 'failed' }),
    );
  }

  stopRecording(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return this.#media.stopRecording(id);
    if (leg.place === 'anchored' || this.#isAwaited(leg)) this.#anchored([leg], () => this.#media.stopRecording(id));
  }

  close(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg === undefined) return this.#media.close(id);
    leg.isClosed = true;
    this.#drop(leg);
    if (leg.partner !== null) leg.partner.partner = null;
    leg.partner = null;
    if (leg.isOpen) this.#media.close(id);
    else if (leg.releases === 0) this.#closed(leg, NO_STATISTICS);
  }

  /** It and its partner are no longer connected, whatever comes of either. */
  #part(leg: DirectLeg): void {
    const { partner } = leg;
    if (partner === null) return;
    leg.partner = null;
    if (partner.partner === leg) partner.partner = null;
    this.#bringBack(partner);
  }

  /** Does what the switch wants as soon as all these legs are anchored, in the order of its wishes; `drop`: it is too late. */
  #anchored(legs: readonly DirectLeg[], run: () => void, drop: () => void = () => {}): void {
    if (legs.every((leg) => leg.place === 'anchored' && !this.#isAwaited(leg))) return run();
    this.#waiting.push({ legs, run, drop });
    for (const leg of legs) this.#bringBack(leg);
  }

  #isAwaited(leg: DirectLeg): boolean {
    return this.#waiting.some(({ legs }) => legs.includes(leg));
  }

  #serve(): void {
    const blocked = new Set<DirectLeg>();
    for (const each of [...this.#waiting]) {
      if (each.legs.every((leg) => leg.place === 'anchored' && !blocked.has(leg))) {
        this.#waiting = this.#waiting.filter((other) => other !== each);
        each.run();
      } else {
        for (const leg of each.legs) blocked.add(leg);
      }
    }
  }

  #drop(leg: DirectLeg): void {
    const dropped = this.#waiting.filter(({ legs }) => legs.includes(leg));
    this.#waiting = this.#waiting.filter((each) => !dropped.includes(each));
    for (const { drop } of dropped) drop();
  }

  #tryToMove(leg: DirectLeg): void {
    const { partner } = leg;
    const isReady = ({ place, isOpen, asked }: DirectLeg) => place === 'anchored' && isOpen && asked.length === 0;
    if (partner === null || !isPlain(leg) || !isReady(leg) || !isReady(partner)) return;
    if (!this.#isAwaited(leg) && !this.#isAwaited(partner)) this.#move(leg, partner);
  }

  /** Offers it the speech of its partner. */
  #move(leg: DirectLeg, partner: DirectLeg): void {
    const { ours, theirs } = { ours: leg.ours, theirs: partner.theirs };
    const offer = ours === null || theirs === null ? null : this.#turns.redirected(ours, theirs);
    if (offer === null) return this.#refused(leg);
    leg.place = 'moving';
    leg.told = theirs;
    this.#wire.offer(leg, offer);
  }

  /** Every leg that it keeps, as JSON. */
  snapshot(): unknown[] {
    return [...this.#legs.values()].map(({ partner, ...leg }) => ({ ...leg, partner: partner?.id ?? null }));
  }

  /** Its re-INVITE was accepted. */
  #agreed(leg: DirectLeg, answer: Sdp | null): void {
    if (leg.place === 'returning') {
      if (answer === null) this.#lost(leg);
      else this.#media.accept(leg.id, answer);
      return;
    }
    if (leg.place !== 'moving') return;
    leg.place = 'away';
    const { partner } = leg;
    const told = partner?.told ?? null;
    if (answer === null || leg.recalled || this.#isAwaited(leg)) {
      this.#bringBack(leg);
    } else if (partner === null || partner.hasEnded) {
      return; // it is about to be hung up, or will be brought back when something is wanted of it
    } else if (!isPlain(leg) || this.#isAwaited(partner)) {
      for (const each of [leg, partner]) this.#bringBack(each);
    } else if (partner.place === 'anchored') {
      this.#move(partner, leg);
    } else if (partner.place === 'away' && told !== null && this.#turns.sameSpeech(answer, told)) {
      for (const each of [leg, partner]) this.#release(each);
    } else {
      for (const each of [leg, partner]) {
        each.stubborn = true;
        this.#bringBack(each);
      }
    }
  }

  /** It will not hear of it: both stay with us, or come back. */
  #refused(leg: DirectLeg): void {
    if (leg.place === 'returning') return this.#lost(leg);
    leg.place = 'anchored';
    leg.recalled = false;
    leg.stubborn = true;
    if (leg.partner !== null) this.#bringBack(leg.partner);
    this.#serve();
  }

  #bringBack(leg: DirectLeg): void {
    if (leg.place === 'moving') leg.recalled = true;
    if (leg.place !== 'away' || leg.isClosed || leg.hasEnded) return;
    leg.place = 'returning';
    leg.recalled = false;
    leg.asked.push('us');
    leg.isOpen = true;
    this.#media.open(leg.id, null, leg.partner?.theirs ?? null);
  }

  /** Both talk past us: the media port is done with it. */
  #release(leg: DirectLeg): void {
    leg.isOpen = false;
    leg.hasOpened = false;
    leg.releases++;
    this.#media.close(leg.id);
  }

  /** It is with us again. */
  #returned(leg: DirectLeg): void {
    leg.place = 'anchored';
    const { partner } = leg;
    if (partner?.place === 'anchored') this.#media.connect(leg.id, partner.id);
    this.#serve();
    this.#tryToMove(leg);
  }

  /** It cannot be brought back: to the switch, its media died. */
  #lost(leg: DirectLeg): void {
    if (leg.isOpen && leg.hasOpened) this.#release(leg);
    leg.isOpen = false;
    leg.isGone = true;
    this.#drop(leg);
    this.#report({ type: 'failed', leg: leg.id, why: 'gone' });
  }

  #onMedia(event: MediaEvent): void {
    const leg = this.#legs.get(event.leg);
    if (leg === undefined) return this.#report(event);
    switch (event.type) {
      case 'opened':
        leg.hasOpened = true;
        if (leg.asked.shift() === 'us') return this.#wire.offer(leg, this.#ourOffer(leg, event.sdp));
        leg.held = event.held;
        leg.telephoneEvents = event.telephoneEvents;
        this.#report(event); // with it the switch gives the answer
        if (leg.place === 'returning' && leg.offered === null && !leg.asked.includes('us')) this.#returned(leg);
        return;
      case 'accepted':
        leg.held = event.held;
        leg.telephoneEvents = event.telephoneEvents;
        this.#report(event);
        if (leg.place === 'returning' && leg.offered === null) this.#returned(leg);
        else this.#tryToMove(leg);
        return;
      case 'failed':
        return this.#failed(leg, event.why);
      case 'played':
        if (leg.playing === event.token) leg.playing = null;
        this.#report(event);
        return this.#tryToMove(leg);
      case 'recorded':
        if (leg.recording === event.token) leg.recording = null;
        this.#report(event);
        return this.#tryToMove(leg);
      case 'closed':
        if (leg.releases === 0) return this.#closed(leg, event.statistics);
        leg.releases--;
        leg.statistics = joined(leg.statistics, event.statistics);
        if (leg.isGone) this.#forget(leg);
        else if (leg.isClosed && !leg.isOpen && leg.releases === 0) this.#closed(leg, NO_STATISTICS);
        return;
      case 'digit':
      case 'silent':
        return this.#report(event);
    }
  }

  #ourOffer({ ours }: DirectLeg, sdp: Sdp): Sdp {
    return ours === null ? sdp : (this.#turns.redirected(ours, sdp) ?? this.#turns.continued(ours, sdp));
  }

  #failed(leg: DirectLeg, why: 'unacceptable' | 'exhausted' | 'gone'): void {
    if (why === 'gone') {
      const isOurs = !leg.isOpen && leg.releases > 0; // it died while we closed it, which is as good
      if (isOurs) leg.releases--;
      else leg.isOpen = false;
      if (!isOurs || leg.isClosed) {
        leg.isGone = true;
        this.#drop(leg);
        this.#report({ type: 'failed', leg: leg.id, why });
      }
      return this.#forget(leg);
    }
    const asker = leg.asked.shift();
    if (leg.place === 'returning' && asker !== 'switch') return this.#lost(leg);
    if (!leg.hasOpened) leg.isOpen = false;
    this.#report({ type: 'failed', leg: leg.id, why });
    if (leg.place !== 'returning' || leg.offered !== null) return this.#forget(leg);
    leg.place = 'away'; // what it offered cannot be met, so that it has not come back by it
    leg.isOpen = false;
    this.#bringBack(leg);
  }

  #closed(leg: DirectLeg, statistics: MediaStatistics): void {
    leg.isOpen = false;
    this.#report({ type: 'closed', leg: leg.id, statistics: joined(leg.statistics, statistics) });
    this.#forget(leg);
  }

  #forget(leg: DirectLeg): void {
    if (isOver(leg)) this.#legs.delete(leg.id);
  }
}
