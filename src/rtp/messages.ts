import type { MediaEvent, Playable, RecordOptions } from '../ports/media.js';
import type { Agreement } from '../sdp/agreement.js';

/**
 * Waking the other thread costs more than any message: those of five milliseconds go together. What they are about, a
 * phone that was just answered, takes longer to send its first packet.
 */
export const BATCH_MS = 5;

/** A leg between the two threads: its number, never used twice. */
export type LegNumber = number;

/** What the main thread asks of the media server. They are posted in arrays. */
export type Command =
  /** Bind these RTP ports, each with the RTCP port above it; `bound` follows. */
  | { readonly do: 'bind'; readonly ports: readonly number[] }
  /** `agoMs`: when the port was lent to the leg; who talked to it before that is somebody of an older call. */
  | { readonly do: 'open'; readonly leg: LegNumber; readonly port: number; readonly agoMs: number }
  /** `agoMs`: when it was agreed, and so since when RTP is expected. */
  | { readonly do: 'agree'; readonly leg: LegNumber; readonly agreement: Agreement; readonly agoMs: number }
  | { readonly do: 'connect'; readonly a: LegNumber; readonly b: LegNumber }
  | { readonly do: 'disconnect'; readonly leg: LegNumber }
  | {
      readonly do: 'play';
      readonly leg: LegNumber;
      readonly token: string;
      readonly list: readonly Playable[];
      readonly repeat: boolean;
    }
  | { readonly do: 'stopPlaying'; readonly leg: LegNumber }
  | { readonly do: 'sendDigits'; readonly leg: LegNumber; readonly digits: string }
  | { readonly do: 'record'; readonly leg: LegNumber; readonly token: string; readonly options: RecordOptions }
  | { readonly do: 'stopRecording'; readonly leg: LegNumber }
  | { readonly do: 'close'; readonly leg: LegNumber }
  /** Close every leg, finish every file, then every socket; `stopped` is the last report. */
  | { readonly do: 'stop' };

type Numbered<Event> = Event extends { readonly leg: string }
  ? Omit<Event, 'leg'> & { readonly leg: LegNumber }
  : never;

/** Media events as the server knows them: the leg by its number. */
export type LegReport = Numbered<Extract<MediaEvent, { type: 'digit' | 'played' | 'recorded' | 'silent' | 'closed' }>>;

/** What comes back, likewise in arrays. */
export type Report =
  | LegReport
  /** `ports` are ready, `refused` are taken by somebody else. */
  | { readonly type: 'bound'; readonly ports: readonly number[]; readonly refused: readonly number[] }
  /** Somebody talks to a port of ours that no leg has; told again and again, but not for each packet. */
  | { readonly type: 'knocked'; readonly port: number }
  /** Something that an operator should know, such as a prompt that is missing. */
  | { readonly type: 'warned'; readonly message: string; readonly detail: Readonly<Record<string, string | number>> }
  /** An error of ours hit this leg; it is gone, the others go on. */
  | { readonly type: 'crashed'; readonly leg: LegNumber; readonly error: string }
  | { readonly type: 'stopped' };
