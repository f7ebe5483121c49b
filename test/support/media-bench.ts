import type { MediaStatistics } from '../../src/ports/media.js';
import { MediaServer } from '../../src/rtp/media-server.js';
import type { LegNumber, LegReport, Report } from '../../src/rtp/messages.js';
import type { AgreedCodec, Agreement } from '../../src/sdp/agreement.js';
import { FakeClock } from './fake-clock.js';
import { RtpNetwork, type RtpPhone } from './rtp-phone.js';

export const SERVER = '192.0.2.200';

const codec = (kind: AgreedCodec['kind'], name: string, payloadType: number, clockRate = 8000): AgreedCodec => ({
  kind,
  name,
  clockRate,
  channels: 1,
  sendAs: payloadType,
  receiveAs: payloadType,
});

export const PCMU = codec('pcmu', 'PCMU', 0);
export const PCMA = codec('pcma', 'PCMA', 8);
export const G722 = codec('g722', 'G722', 9);
export const CN = codec('comfortNoise', 'CN', 13);
export const OPUS = codec('other', 'opus', 111, 48_000);
export const events = (payloadType: number) => codec('telephoneEvent', 'telephone-event', payloadType);

/** A media server with phones around it, in memory and in virtual time. Leg n has port 20000 + 2n and the phone 10.0.0.n, port 4000. */
export class MediaBench {
  readonly clock = new FakeClock(1_700_000_000_000);
  readonly network = new RtpNetwork(this.clock, SERVER);
  readonly reports: Report[] = [];
  readonly server: MediaServer;

  constructor(silentMs = 60_000) {
    let seed = 1;
    this.server = new MediaServer({
      clock: this.clock,
      monotonicMs: () => this.clock.now() - 1_700_000_000_000,
      random: () => {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        return seed / 2 ** 31;
      },
      sockets: this.network,
      address: SERVER,
      silentMs,
      report: (report) => this.reports.push(report),
    });
  }

  /** Binds the ports of so many legs. */
  async bind(legs: number): Promise<void> {
    this.server.handle({ do: 'bind', ports: Array.from({ length: legs }, (_, i) => 20_000 + 2 * (i + 1)) });
    for (let turn = 0; turn < 4 * legs + 4; turn++) await Promise.resolve();
  }

  /** Opens leg n with these codecs; the phone sits where the SDP says. */
  leg(leg: LegNumber, codecs: readonly AgreedCodec[], changes: Partial<Agreement> = {}): RtpPhone {
    this.server.handle({ do: 'open', leg, port: 20_000 + 2 * leg, agoMs: 0 });
    this.agree(leg, codecs, changes);
    return this.network.phone(`10.0.0.${leg}`, 4000, 20_000 + 2 * leg);
  }

  agree(leg: LegNumber, codecs: readonly AgreedCodec[], changes: Partial<Agreement> = {}): void {
    const address = `10.0.0.${leg}`;
    const agreement: Agreement = {
      remote: { address, port: 4000 },
      remoteRtcp: { address, port: 4001 },
      direction: 'sendrecv',
      held: false,
      codecs,
      ...changes,
    };
    this.server.handle({ do: 'agree', leg, agreement, agoMs: 0 });
  }

  /** Phones talk for so many frames of 20 ms: `speak` is called for each. */
  talk(frames: number, speak: (frame: number) => void): void {
    for (let frame = 0; frame < frames; frame++) {
      speak(frame);
      this.clock.advance(20);
    }
  }

  of<Type extends LegReport['type']>(type: Type): (LegReport & { readonly type: Type })[] {
    return this.reports.filter((report): report is LegReport & { readonly type: Type } => report.type === type);
  }

  /** Closes a leg and waits for its end. */
  async close(leg: LegNumber): Promise<MediaStatistics> {
    this.server.handle({ do: 'close', leg });
    for (;;) {
      const closed = this.of('closed').find((report) => report.leg === leg);
      if (closed !== undefined) return closed.statistics;
      await new Promise(setImmediate);
    }
  }
}
