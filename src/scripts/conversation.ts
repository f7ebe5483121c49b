import type { Script } from '../machine/script.js';

/**
 * One thing to say. `prompt`: an id of the prompt catalogue; `digits`: read out one by one; `number`: read as a number
 * from 0 to 999; `file`: a WAV; `beep`: the record tone.
 */
export type Say =
  | { readonly prompt: string }
  | { readonly digits: string }
  | { readonly number: number }
  | { readonly file: string }
  | { readonly beep: true };

/** What a conversation can ask for. One at a time; each is followed by its `Heard`. */
export type Ask =
  /** Answers the call if it is not answered yet. The leg of who is called is. */
  | { readonly do: 'answer' }
  /** Lets the caller hear us before he is answered, where he can. */
  | { readonly do: 'early' }
  /** Plays the list; one of the digits in `until` cuts it short. */
  | { readonly do: 'play'; readonly say: readonly Say[]; readonly until: string }
  | { readonly do: 'record'; readonly maxMs: number; readonly silenceMs: number; readonly terminators: string }
  /** Waits for one key. */
  | { readonly do: 'collect'; readonly withinMs: number }
  /** Files the last recording as a voicemail message. */
  | { readonly do: 'deposit'; readonly extension: string }
  /** Drops the last recording. */
  | { readonly do: 'discard' }
  /** Lets the caller hear himself; over when he hangs up. */
  | { readonly do: 'echo' }
  /** A tone without end; over when he hangs up. */
  | { readonly do: 'tone'; readonly hz: number }
  /** What the clock on the wall shows in the domain's zone. */
  | { readonly do: 'time' };

export type Heard =
  | { readonly heard: 'answered' }
  /** `isOpen`: he hears us. */
  | { readonly heard: 'early'; readonly isOpen: boolean }
  /** `digit`: what cut it short; null: played to the end. */
  | { readonly heard: 'played'; readonly digit: string | null }
  | { readonly heard: 'recorded'; readonly lengthMs: number; readonly soundMs: number; readonly end: RecordingEnd }
  /** Null: none came in time. */
  | { readonly heard: 'digit'; readonly digit: string | null }
  | { readonly heard: 'filed' }
  | { readonly heard: 'time'; readonly hour: number; readonly minute: number };

export type RecordingEnd = 'stopped' | 'maximum' | 'silence' | 'digit' | 'closed' | 'failed';

/** A conversation ends by returning its outcome; one without an outcome ends the call. */
export type Conversing<Outcome = void> = Script<Ask, Heard, Outcome>;
