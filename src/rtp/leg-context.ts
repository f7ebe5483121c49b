import type { Clock } from '../machine/clock.js';
import type { Report } from './messages.js';
import type { MusicLibrary } from './music-library.js';
import type { RtpPacket } from './packet.js';
import type { SoundLibrary } from './sound-library.js';

/** What all legs of a media server share. */
export type LegContext = {
  readonly clock: Clock;
  /** For everything that is measured: does not jump. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly library: SoundLibrary;
  readonly music: MusicLibrary;
  /** Reused for every packet that is read, and for every packet that we make. */
  readonly packet: RtpPacket;
  readonly frame: Uint8Array;
  /** RFC 3550 §6.5.1. */
  readonly cname: string;
  /** RTP timeout. */
  readonly silentMs: number;
  readonly report: (report: Report) => void;
  /** An address as the sockets write it. */
  readonly canonical: (address: string) => string;
};
