import type { Clock, Timer } from '../machine/clock.js';
import { ScriptRunner } from '../machine/script.js';
import type { Media, MediaEvent } from '../ports/media.js';
import type { LegId } from '../ports/signalling.js';
import type { Ask, Conversing, Heard } from '../scripts/conversation.js';
import { playables } from './prompts.js';

/** What a conversation needs besides the media port. */
export type ConversationHost<Outcome> = {
  readonly media: Media;
  readonly clock: Clock;
  /** Folder of the prompt catalogue in the listener's language. */
  readonly prompts: string;
  /** Answers the leg; `answered()` follows. */
  readonly answer: () => void;
  /** Opens early media for a leg that is not answered; `early()` follows, or false: it cannot be. */
  readonly early: () => boolean;
  /** Path for a new recording; its folder exists. */
  readonly newRecording: () => string;
  readonly deposit: (extension: string, file: string, lengthMs: number) => void;
  readonly discard: (file: string) => void;
  readonly wallClock: () => { hour: number; minute: number };
  readonly ended: (outcome: Outcome) => void;
};

type Recorded = Extract<MediaEvent, { type: 'recorded' }>;

/** What of the conversations of a leg, whatever their outcome, concerns the call. */
export type LegConversation = Pick<
  Conversation<unknown>,
  'start' | 'answered' | 'early' | 'digit' | 'played' | 'recorded' | 'hungUp' | 'abandon'
>;

/** Runs one script on one leg. */
export class Conversation<Outcome> {
  readonly #leg: LegId;
  readonly #name: string;
  readonly #host: ConversationHost<Outcome>;
  readonly #script: ScriptRunner<Ask, Heard, Outcome>;
  #asked: Ask | null = null;
  #answered: boolean;
  #tokens = 0;
  #digit: string | null = null;
  #recording: Recorded | null = null;
  #gone = false;
  #waiting: Timer | null = null;

  /** `name` tells the conversations of a leg apart. */
  constructor(
    leg: LegId,
    name: string,
    answered: boolean,
    script: Conversing<Outcome>,
    host: ConversationHost<Outcome>,
  ) {
    this.#leg = leg;
    this.#name = name;
    this.#answered = answered;
    this.#host = host;
    this.#script = new ScriptRunner(
      script,
      (ask) => this.#perform(ask),
      (outcome) => host.ended(outcome),
    );
  }

  start(): void {
    this.#script.start();
  }

  answered(): void {
    this.#answered = true;
    if (this.#asked?.do === 'answer') this.#script.resume({ heard: 'answered' });
    else this.early(); // who is answered hears us all the more
  }

  /** Early media is open. */
  early(): void {
    if (this.#asked?.do === 'early') this.#script.resume({ heard: 'early', isOpen: true });
  }

  digit(digit: string): void {
    if (this.#asked?.do === 'collect') return this.#collected(digit);
    // By RTP the media port ends the recording itself; what comes by INFO it does not hear.
    if (this.#asked?.do === 'record' && this.#asked.terminators.includes(digit)) {
      return this.#host.media.stopRecording(this.#leg);
    }
    if (this.#asked?.do !== 'play' || !this.#asked.until.includes(digit) || this.#digit !== null) return;
    this.#digit = digit;
    this.#host.media.stopPlaying(this.#leg);
  }

  played(token: string): void {
    if (this.#asked?.do === 'play' && token === this.#token()) {
      this.#script.resume({ heard: 'played', digit: this.#digit });
    }
  }

  recorded(event: Recorded): void {
    if (this.#asked?.do !== 'record' || event.token !== this.#token()) return;
    this.#recording = event;
    const { lengthMs, soundMs, end } = event;
    this.#script.resume({ heard: 'recorded', lengthMs, soundMs, end });
  }

  #collected(digit: string | null): void {
    this.#waiting?.cancel();
    this.#waiting = null;
    this.#asked = null;
    this.#script.resume({ heard: 'digit', digit });
  }

  /** Breaks off without an outcome. */
  abandon(): void {
    this.#waiting?.cancel();
    this.#asked = null;
    this.#script.abandon();
  }

  /** The party is gone. What was recorded is still filed: the script goes on until it next wants to be heard. */
  hungUp(): void {
    this.#gone = true;
    if (this.#asked?.do !== 'record') this.abandon();
  }

  #token(): string {
    return `${this.#name} ${this.#tokens}`;
  }

  #perform(ask: Ask): void {
    this.#asked = ask;
    const { media } = this.#host;
    switch (ask.do) {
      case 'deposit': {
        const made = this.#recording;
        this.#recording = null;
        if (made !== null) this.#host.deposit(ask.extension, made.file, made.lengthMs);
        return this.#script.resume({ heard: 'filed' });
      }
      case 'discard':
        if (this.#recording !== null) this.#host.discard(this.#recording.file);
        this.#recording = null;
        return this.#script.resume({ heard: 'filed' });
      case 'time':
        return this.#script.resume({ heard: 'time', ...this.#host.wallClock() });
    }
    if (this.#gone) return this.#script.abandon();
    switch (ask.do) {
      case 'answer':
        return this.#answered ? this.#script.resume({ heard: 'answered' }) : this.#host.answer();
      case 'early':
        if (this.#answered) return this.#script.resume({ heard: 'early', isOpen: true });
        return this.#host.early() ? undefined : this.#script.resume({ heard: 'early', isOpen: false });
      case 'play':
        this.#tokens++;
        this.#digit = null;
        return media.play(this.#leg, this.#token(), playables(ask.say, this.#host.prompts), false);
      case 'record': {
        this.#tokens++;
        const { maxMs, silenceMs, terminators } = ask;
        return media.record(this.#leg, this.#token(), {
          file: this.#host.newRecording(),
          maxMs,
          silenceMs,
          terminators,
        });
      }
      case 'collect':
        this.#waiting = this.#host.clock.after(ask.withinMs, () => this.#collected(null));
        return;
      case 'echo':
        return media.connect(this.#leg, this.#leg);
      case 'tone':
        return media.play(this.#leg, 'tone', [{ tone: [ask.hz], onMs: 1000, offMs: 0, times: 0, dbm0: 0 }], true);
    }
  }
}
