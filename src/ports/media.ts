import type { LegId, Sdp } from './signalling.js';

/**
 * One thing to play. Files are headerless G.711 (`.ulaw`, `.alaw`) or WAV: G.711, or linear with 8 to 32 bits or floating
 * point, mono or stereo, 8 to 48 kHz; best are 8 or 16 kHz, 16 bits and mono, which need no conversion.
 */
export type Playable =
  | { readonly file: string }
  /** Joins that music where it is now; it has no end, so that nothing behind it in a list is played. */
  | { readonly music: Music }
  /**
   * Frequencies [Hz] together for `onMs`, then silence for `offMs`; `times` 0 = until stopped. `dbm0` is the level of each
   * frequency [dBm0], -13 unless given.
   */
  | {
      readonly tone: readonly number[];
      readonly onMs: number;
      readonly offMs: number;
      readonly times: number;
      readonly dbm0?: number;
    };

/**
 * Music on hold: one source for all who listen to it, decoded once, that goes on whether they come, leave or are told
 * something in between; while nobody at all listens it stands still (D-71: it resumes where it stopped). The same `id` is
 * the same source; with other contents, the newcomers hear those.
 */
export type Music = {
  /** Domain and class. */
  readonly id: string;
  /** At least one; a file that cannot be played is passed over, and if none can, it is silence. */
  readonly files: readonly string[];
  readonly order: 'listed' | 'random';
  /** Each in its turn, `everyMs` of music between two of them. */
  readonly messages: { readonly files: readonly string[]; readonly everyMs: number } | null;
};

export type RecordOptions = {
  /** Path of the WAV file to write; its folder exists. */
  readonly file: string;
  readonly maxMs: number;
  /** Stop after this much silence at the end; 0 = do not look for silence. */
  readonly silenceMs: number;
  /** Stop at one of these digits (it is still reported by `digit`). */
  readonly terminators: string;
};

/** Digit events are told apart by how they came, so that a phone that sends both is heard once. */
export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#' | 'A' | 'B' | 'C' | 'D';

/** Everything the switch asks of media. Implemented by rtp/ (our own RTP engine) and by drachtio/media.ts (FreeSWITCH). Commands never throw; for a leg that is gone they are nothing. */
export interface Media {
  start(onEvent: (event: MediaEvent) => void): Promise<void>;
  stop(): Promise<void>;
  /**
   * Opens a leg, or negotiates anew on an open one. `offer` given: `opened` brings our answer. `offer` null: `opened`
   * brings our offer, to be completed by `accept`. `like` is the other party's SDP: its codecs are preferred, and
   * codecs that only the two of them know are passed through. If it fails, a leg that was open stays as it was.
   */
  open(leg: LegId, offer: Sdp | null, like: Sdp | null): void;
  /** The other side's answer to our offer. `accepted` or `failed` follows. */
  accept(leg: LegId, answer: Sdp): void;
  /**
   * Joins the audio of two open legs both ways; a leg connected to itself hears itself (echo). Replaces an older
   * connection of either. While something plays into a leg, it hears that instead.
   */
  connect(a: LegId, b: LegId): void;
  disconnect(leg: LegId): void;
  /** Plays the list once, or round and round; replaces what plays. `played` follows exactly once per `play`, with the same token. */
  play(leg: LegId, token: string, list: readonly Playable[], repeat: boolean): void;
  stopPlaying(leg: LegId): void;
  /** Sends digits into the leg (RFC 4733), nothing to one that does not take them. */
  sendDigits(leg: LegId, digits: string): void;
  /** Records what the leg says; replaces what records. `recorded` follows exactly once per `record`. */
  record(leg: LegId, token: string, options: RecordOptions): void;
  stopRecording(leg: LegId): void;
  /** The leg is gone after it; `closed` follows with its statistics, as its last event. */
  close(leg: LegId): void;
}

export type MediaEvent =
  /**
   * `held`: the other side does not want to hear us (sendonly or inactive, RFC 3264 §8.4). `telephoneEvents`: it takes
   * RFC 4733 events; if not, digits have to reach it by INFO. Both mean nothing yet (false, true) when the SDP is our offer.
   */
  | {
      readonly type: 'opened';
      readonly leg: LegId;
      readonly sdp: Sdp;
      readonly held: boolean;
      readonly telephoneEvents: boolean;
    }
  | { readonly type: 'accepted'; readonly leg: LegId; readonly held: boolean; readonly telephoneEvents: boolean }
  /**
   * `unacceptable`: no common codec (488). `exhausted`: no port or no server left (503). `gone`: the media server died
   * under the leg. A leg whose first `open` failed, or that is gone, is not open: no `closed` follows for it.
   */
  | { readonly type: 'failed'; readonly leg: LegId; readonly why: 'unacceptable' | 'exhausted' | 'gone' }
  | { readonly type: 'digit'; readonly leg: LegId; readonly digit: Digit; readonly durationMs: number }
  | {
      readonly type: 'played';
      readonly leg: LegId;
      readonly token: string;
      readonly end: 'finished' | 'stopped' | 'failed';
    }
  | {
      readonly type: 'recorded';
      readonly leg: LegId;
      readonly token: string;
      readonly file: string;
      readonly lengthMs: number;
      /** How much of it was not silence. */
      readonly soundMs: number;
      readonly end: 'stopped' | 'maximum' | 'silence' | 'digit' | 'closed' | 'failed';
    }
  /** No RTP for `sinceMs` on a leg that should send some. Reported once per silence. */
  | { readonly type: 'silent'; readonly leg: LegId; readonly sinceMs: number }
  | { readonly type: 'closed'; readonly leg: LegId; readonly statistics: MediaStatistics };

/** What a call record keeps of a leg's media. `received*` is measured here, `reported*` is the far end's RTCP view of what we sent. */
export type MediaStatistics = {
  readonly codec: string;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly receivedLost: number;
  readonly receivedJitterMs: number;
  readonly reportedLost: number | null;
  readonly reportedJitterMs: number | null;
};
