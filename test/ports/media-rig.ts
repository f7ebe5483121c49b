import type { Media, MediaEvent } from '../../src/ports/media.js';
import type { LegId, Sdp } from '../../src/ports/signalling.js';
import { RtpPeer } from './rtp-peer.js';
import { WaitingList } from './waiting-list.js';

export type MediaWish = {
  /** RTP timeout; 60 s. */
  readonly silentMs?: number;
  /** How many legs there may be at least; the subject may round it up. */
  readonly maxLegs?: number;
};

/** What a suite is run on, made anew for every test. */
export type MediaSubject = {
  readonly media: Media;
  /** Folder for recordings, and for sounds to play. */
  readonly folder: string;
  /** After `media.stop`. */
  readonly close: () => Promise<void>;
};

export type MediaHarness = {
  make(wish: MediaWish): Promise<MediaSubject>;
  /** Kills the media server under the legs of the subject made last. Null: it has none that could die. */
  readonly kill: (() => Promise<void>) | null;
};

export type EventOf<Type extends MediaEvent['type']> = Extract<MediaEvent, { type: Type }>;

/** A media port with phones at its legs. */
export class MediaRig {
  readonly media: Media;
  readonly subject: MediaSubject;
  readonly events = new WaitingList<MediaEvent>(describeEvent);
  /** Called with each event as it comes, before the port goes on. */
  during: (event: MediaEvent) => void = () => {};
  #phones: RtpPeer[] = [];

  private constructor(subject: MediaSubject) {
    this.subject = subject;
    this.media = subject.media;
  }

  static async open(harness: MediaHarness, wish: MediaWish = {}): Promise<MediaRig> {
    const rig = new MediaRig(await harness.make(wish));
    await rig.media.start((event) => {
      rig.during(event);
      rig.events.push(event);
    });
    return rig;
  }

  async close(): Promise<void> {
    await this.media.stop();
    await this.subject.close();
    for (const phone of this.#phones) phone.close();
  }

  async phone(): Promise<RtpPeer> {
    const phone = await RtpPeer.open();
    this.#phones.push(phone);
    return phone;
  }

  event<Type extends MediaEvent['type']>(type: Type, leg: LegId, withinMs?: number): Promise<EventOf<Type>> {
    const wants = (event: MediaEvent): event is EventOf<Type> => event.type === type && event.leg === leg;
    return this.events.next(wants, `${type} of ${leg}`, withinMs);
  }

  of(leg: LegId): readonly MediaEvent[] {
    return this.events.all.filter((event) => event.leg === leg);
  }

  /** A leg that answers the offer of a phone. */
  async answered(leg: LegId, formats?: readonly number[]): Promise<RtpPeer> {
    const phone = await this.phone();
    this.media.open(leg, phone.sdp(formats), null);
    phone.sendTo((await this.event('opened', leg)).sdp);
    return phone;
  }

  /** A leg whose offer a phone has answered. */
  async offered(leg: LegId, formats: readonly number[] = [0, 101], like: Sdp | null = null): Promise<RtpPeer> {
    const phone = await this.phone();
    this.media.open(leg, null, like);
    const { sdp } = await this.event('opened', leg);
    this.media.accept(leg, phone.sdp(formats));
    await this.event('accepted', leg);
    phone.sendTo(sdp);
    phone.codec = formats[0] === 8 ? 'pcma' : 'pcmu';
    return phone;
  }
}

function describeEvent(event: MediaEvent): string {
  const more = 'end' in event ? ` ${event.end}` : 'why' in event ? ` ${event.why}` : '';
  return `${event.type}${more} of ${event.leg}`;
}
